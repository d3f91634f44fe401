from .editing import WorkingCopy
from .edition import Edition, Withdrawal
from .feature import Credit, Feature, Interview, Placement, Stage, Topic
from .ledger import LedgerEntry, LedgerHead
from .merge import Merge, MergeUndo, PersonKind
from .people import Contributor, CreditRole, Speaker, Subject, Workload
from .published import PublishedCredit, PublishedFeature, PublishedInterview, PublishedTopic
from .review import ReviewStep, Revision, SignOff, Verdict

__all__ = [
    "Contributor",
    "Credit",
    "CreditRole",
    "Edition",
    "Feature",
    "Interview",
    "LedgerEntry",
    "LedgerHead",
    "Merge",
    "MergeUndo",
    "PersonKind",
    "Placement",
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
