"""Edit features: save, restore, delete, autosave, share, import pages."""

from .coauthors import may_share, share, writers
from .import_session import (
    confirm_import,
    discard_import,
    imported_before,
    label_lines,
    labels_of,
    open_import,
    read_import,
    read_source,
)
from .page_import import import_page
from .revisions import record
from .saving import OutdatedError, create, delete, may_delete, restore, save
from .working_copies import discard, keep, others_present, unsaved_copies
from .wxr_import import import_post

__all__ = [
    "OutdatedError",
    "confirm_import",
    "create",
    "delete",
    "discard",
    "discard_import",
    "import_page",
    "import_post",
    "imported_before",
    "keep",
    "label_lines",
    "labels_of",
    "may_delete",
    "may_share",
    "open_import",
    "others_present",
    "read_import",
    "read_source",
    "record",
    "restore",
    "save",
    "share",
    "unsaved_copies",
    "writers",
]
