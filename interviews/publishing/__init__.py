"""The verbs of publishing.

Each takes the acting user and, in one transaction, checks the permission, locks, writes and logs. A refused verb raises
`Refused`, whose `.reasons` are Chinese sentences for that user.
"""

from interviews.editing import record
from interviews.errors import RefusedError as Refused

from .blockers import Blocker, blockers
from .comments import comment, reopen_comment, resolve_comment
from .editions import publish, reopen, withdraw
from .preview_links import revoke_preview, share_preview
from .review import recall, send_back, sign, submit
from .verification import verify_editions

__all__ = [
    "Blocker",
    "Refused",
    "blockers",
    "comment",
    "publish",
    "recall",
    "record",
    "reopen",
    "reopen_comment",
    "resolve_comment",
    "revoke_preview",
    "send_back",
    "share_preview",
    "sign",
    "submit",
    "verify_editions",
    "withdraw",
]
