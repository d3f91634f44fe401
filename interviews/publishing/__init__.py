"""The verbs of publishing. Each takes the acting user, checks, locks, writes and logs in one transaction.

Every verb raises `Refused`, whose `.reasons` are sentences for the person who asked.
"""

from .blocking import Blocker, blockers
from .commenting import comment, reopen_comment, resolve_comment
from .editions import publish, withdraw
from .importing import import_page
from .readside import rebuild_published
from .refusal import Refused
from .review import send_back, sign, submit
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
    "Blocker",
    "Refused",
    "blockers",
    "comment",
    "current_sign_offs",
    "import_page",
    "last_return",
    "latest_revision",
    "next_step",
    "open_editions",
    "publish",
    "rebuild_published",
    "record",
    "reopen_comment",
    "resolve_comment",
    "review_steps",
    "revoke_preview",
    "send_back",
    "share_preview",
    "sign",
    "standing",
    "submit",
    "verify_editions",
    "with_standing",
    "withdraw",
]
