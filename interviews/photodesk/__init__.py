"""The verbs of the photo desk.

Each takes the acting user and, in one transaction, checks the permission, locks, writes and logs. `intake` returns the
photo or the reason for refusing it; every other verb raises `RefusedError`, with `.reasons`.
"""

from interviews.document import alt_text_for

from .consents import attach_consent, consent_of
from .defaults import credit_by_page, photographer_of
from .describing import DETAILS, describe, set_focal
from .display import Crop, Picture, Pictures, pictures, pictures_of
from .failures import FAILURES, reason
from .moving import Move
from .near_duplicates import near_duplicates
from .orphans import sweep, sweep_unnoted
from .permissions import may_delete, may_edit, may_see, may_upload, may_withdraw
from .portraits import Match, former_portraits, match_portraits
from .removal import delete, reinstate, withdraw
from .renditions import damaged, failure_of, make, missing, schedule
from .replacements import with_newest_files
from .replacing import Replacement, replace
from .rights import hindrances, soon
from .snapshots import as_placed, as_portrait
from .upload import UploadResult, intake, known
from .usage import Use, uses, with_use

__all__ = [
    "DETAILS",
    "FAILURES",
    "Crop",
    "Match",
    "Move",
    "Picture",
    "Pictures",
    "Replacement",
    "UploadResult",
    "Use",
    "alt_text_for",
    "as_placed",
    "as_portrait",
    "attach_consent",
    "consent_of",
    "credit_by_page",
    "damaged",
    "delete",
    "describe",
    "failure_of",
    "former_portraits",
    "hindrances",
    "intake",
    "known",
    "make",
    "match_portraits",
    "may_delete",
    "may_edit",
    "may_see",
    "may_upload",
    "may_withdraw",
    "missing",
    "near_duplicates",
    "photographer_of",
    "pictures",
    "pictures_of",
    "reason",
    "reinstate",
    "replace",
    "schedule",
    "set_focal",
    "soon",
    "sweep",
    "sweep_unnoted",
    "uses",
    "with_newest_files",
    "with_use",
    "withdraw",
]
