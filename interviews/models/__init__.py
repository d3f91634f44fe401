from .comment import Comment, PreviewLink
from .editing import WorkingCopy
from .edition import Edition, EditionKind, Withdrawal
from .feature import Credit, Feature, Interview, Placement, Stage, Topic
from .house import GrammarTable, GrammarWord, Official, ScoreWeight, Term
from .ledger import LedgerEntry, LedgerHead
from .merge import Merge, MergeUndo, PersonKind
from .people import Contributor, CreditRole, Speaker, Subject, Workload
from .proof import Dismissal, Occasion, ProofCheck, ProofPassage, ProofTally
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
    "GrammarTable",
    "GrammarWord",
    "Interview",
    "LedgerEntry",
    "LedgerHead",
    "Merge",
    "MergeUndo",
    "Occasion",
    "Official",
    "PersonKind",
    "Placement",
    "PreviewLink",
    "ProofCheck",
    "ProofPassage",
    "ProofTally",
    "PublishedCredit",
    "PublishedFeature",
    "PublishedInterview",
    "PublishedTopic",
    "ReviewStep",
    "Revision",
    "ScoreWeight",
    "SignOff",
    "Speaker",
    "Stage",
    "Subject",
    "Term",
    "Topic",
    "Verdict",
    "Withdrawal",
    "WorkingCopy",
    "Workload",
]
