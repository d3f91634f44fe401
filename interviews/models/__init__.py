from .comment import Comment, PreviewLink
from .editing import WorkingCopy
from .edition import Edition, EditionKind, Withdrawal
from .feature import Credit, Feature, Interview, Placement, Stage, Topic
from .intake import Intake
from .ledger import LedgerEntry, LedgerHead
from .merge import Merge, MergeUndo, PersonKind
from .people import Contributor, CreditRole, Speaker, Subject, Workload
from .proof import Dismissal
from .published import PublishedCredit, PublishedFeature, PublishedInterview, PublishedTopic
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
    "Intake",
    "Interview",
    "LedgerEntry",
    "LedgerHead",
    "Merge",
    "MergeUndo",
    "PersonKind",
    "Placement",
    "PreviewLink",
    "PublishedCredit",
    "PublishedFeature",
    "PublishedInterview",
    "PublishedTopic",
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
