from .account import CacheEntry, PastPassword
from .audit_chain import LedgerEntry, LedgerHead
from .backup_run import BackupRun
from .comment import Comment, PreviewLink
from .edition import Edition, EditionKind, Withdrawal
from .feature import Credit, Feature, Interview, Placement, Publication, Stage, Topic
from .house_style import GrammarTable, GrammarWord, Official, ScoreWeight, Term
from .import_session import ImportedPicture, ImportSession
from .invalidation import Invalidation
from .listed import CountedList, ListCount, ListedPhoto, ListedSpeaker
from .observation import Observation
from .outbox import Delivery, DeliveryState, OutboxMessage, PublicEvent, WebhookSubscription
from .pending_file import PendingFile
from .people import Contributor, CreditRole, Speaker, Subject, Workload
from .person_merge import Merge, MergeUndo, PersonKind
from .photo import Photo, Rendition
from .proof import Dismissal, Occasion, ProofCheck, ProofPassage, ProofTally
from .published import PhotoPlace, PublishedCredit, PublishedFeature, PublishedInterview, PublishedPhoto, PublishedTopic
from .review import ReviewStep, Revision, SignOff, Verdict
from .search_tally import SearchTally
from .security_event import SecurityEvent, SecurityEventHead, SecurityEventKind
from .task import Task, TaskKind
from .working_copy import WorkingCopy

__all__ = [
    "BackupRun",
    "CacheEntry",
    "Comment",
    "Contributor",
    "CountedList",
    "Credit",
    "CreditRole",
    "Delivery",
    "DeliveryState",
    "Dismissal",
    "Edition",
    "EditionKind",
    "Feature",
    "GrammarTable",
    "GrammarWord",
    "ImportSession",
    "ImportedPicture",
    "Interview",
    "Invalidation",
    "LedgerEntry",
    "LedgerHead",
    "ListCount",
    "ListedPhoto",
    "ListedSpeaker",
    "Merge",
    "MergeUndo",
    "Observation",
    "Occasion",
    "Official",
    "OutboxMessage",
    "PastPassword",
    "PendingFile",
    "PersonKind",
    "Photo",
    "PhotoPlace",
    "Placement",
    "PreviewLink",
    "ProofCheck",
    "ProofPassage",
    "ProofTally",
    "PublicEvent",
    "Publication",
    "PublishedCredit",
    "PublishedFeature",
    "PublishedInterview",
    "PublishedPhoto",
    "PublishedTopic",
    "Rendition",
    "ReviewStep",
    "Revision",
    "ScoreWeight",
    "SearchTally",
    "SecurityEvent",
    "SecurityEventHead",
    "SecurityEventKind",
    "SignOff",
    "Speaker",
    "Stage",
    "Subject",
    "Task",
    "TaskKind",
    "Term",
    "Topic",
    "Verdict",
    "WebhookSubscription",
    "Withdrawal",
    "WorkingCopy",
    "Workload",
]
