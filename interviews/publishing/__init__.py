"""The verbs of publishing. Each takes the acting user, checks, locks, writes and logs in one transaction.

Every verb raises `Refused`, whose `.reasons` are sentences for the person who asked.
"""

from .blocking import Blocker, blockers
from .castlist import NEW, Mention, cast_list
from .commenting import comment, reopen_comment, resolve_comment
from .editing import (
    Outdated,
    create,
    delete,
    discard,
    keep,
    may_delete,
    may_share,
    others_present,
    restore,
    save,
    share,
    unsaved_copies,
    writers,
)
from .editions import publish, reopen, withdraw
from .house import house_grammar
from .importing import import_page
from .intake import (
    confirm_intake,
    discard_intake,
    imported_before,
    label_lines,
    labels_of,
    open_intake,
    read_intake,
    read_source,
)
from .lookup import PEOPLE, people_named
from .merging import merge, undo_merge
from .overview import find_open_steps, overview
from .proofing import checked, dismiss, reinstate, score_of
from .readside import rebuild_published
from .refusal import Refused, Stale
from .review import recall, send_back, sign, submit
from .revisions import record
from .sharing import revoke_preview, share_preview
from .state import (
    current_sign_offs,
    last_return,
    latest_revision,
    next_step,
    open_editions,
    review_steps,
    standing,
    with_standing,
)
from .verification import verify_editions

__all__ = [
    "NEW",
    "PEOPLE",
    "Blocker",
    "Mention",
    "Outdated",
    "Refused",
    "Stale",
    "blockers",
    "cast_list",
    "checked",
    "comment",
    "confirm_intake",
    "create",
    "current_sign_offs",
    "delete",
    "discard",
    "discard_intake",
    "dismiss",
    "find_open_steps",
    "house_grammar",
    "import_page",
    "imported_before",
    "keep",
    "label_lines",
    "labels_of",
    "last_return",
    "latest_revision",
    "may_delete",
    "may_share",
    "merge",
    "next_step",
    "open_editions",
    "open_intake",
    "others_present",
    "overview",
    "people_named",
    "publish",
    "read_intake",
    "read_source",
    "rebuild_published",
    "recall",
    "record",
    "reinstate",
    "reopen",
    "reopen_comment",
    "resolve_comment",
    "restore",
    "review_steps",
    "revoke_preview",
    "save",
    "score_of",
    "send_back",
    "share",
    "share_preview",
    "sign",
    "standing",
    "submit",
    "undo_merge",
    "unsaved_copies",
    "verify_editions",
    "with_standing",
    "withdraw",
    "writers",
]
