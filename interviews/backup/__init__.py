"""Backup and restore of everything that cannot be made again: rows, original photos, consent forms."""

from .archive import Contents
from .archiving import Writing, steps
from .checking import check
from .encryption import identities, recipient
from .errors import BackupError
from .restoring import Restore
from .retention import Retention
from .run_log import noted
from .single_file import write_file
from .store import WORK_FOLDER, Store

__all__ = [
    "WORK_FOLDER",
    "BackupError",
    "Contents",
    "Restore",
    "Retention",
    "Store",
    "Writing",
    "check",
    "identities",
    "noted",
    "recipient",
    "steps",
    "write_file",
]
