class LocationError(ValueError):
    """An address is no place for files. `str()` says which part is wrong and never repeats the address, or keys."""


class StorageError(OSError):
    """The storage did not answer, or refused. `str()` is a Chinese sentence."""

    def __init__(self, sentence: str):
        super().__init__(sentence)
        self.sentence = sentence
