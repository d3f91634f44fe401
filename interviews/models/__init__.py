from .comment import Comment, PreviewLink
from .editing import WorkingCopy
from .edition import Edition, EditionKind, Withdrawal
from .feature import Credit, Feature, Interview, Placement, Stage, Topic
from .ledger import LedgerEntry, LedgerHead
from .merge import Merge, MergeUndo, PersonKind
from .people import Contributor, CreditRole, Speaker, Subject, Workload
from .photo import Photo, Rendition
from .proof import Dismissal
from .published import (
    PhotoPlace,
    PublishedCredit,
    PublishedFeature,
    PublishedInterview,
    PublishedPhoto,
    PublishedTopic,
)
from .review import ReviewStep, Revision, SignOff, Verdict

__all__ = [
    "Comment",
    "Contributor",
    "Credit",
    "CreditRole",
    "Dismissal",
    "Edition",
    "EditionKind",
    "Feature",
    "Interview",
    "LedgerEntry",
    "LedgerHead",
    "Merge",
    "MergeUndo",
    "PersonKind",
    "Photo",
    "PhotoPlace",
    "Placement",
    "PreviewLink",
    "PublishedCredit",
    "PublishedFeature",
    "PublishedInterview",
    "PublishedPhoto",
    "PublishedTopic",
    "Rendition",
    "ReviewStep",
    "Revision",
    "SignOff",
    "Speaker",
    "Stage",
    "Subject",
    "Topic",
    "Verdict",
    "Withdrawal",
    "WorkingCopy",
    "Workload",
]
