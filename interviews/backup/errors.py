class BackupError(Exception):
    """A backup, a check or a restore failed. `str()` is a Chinese sentence for the operator."""


class DamagedError(BackupError):
    """An archive is truncated, altered, or no archive at all."""
