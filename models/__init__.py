"""The nouns of the house (领域名词): tables, value objects and controlled terms; imports nothing of ours."""

from models.agency import FondsAgency
from models.audit import AuditEvent
from models.base import Base
from models.batch import Batch, RosterEntry
from models.certificate import SampledItem, SampleReading, Sampling
from models.classifier import Classifier
from models.complaint import Complaint, ComplaintAnswer
from models.consistency import ConsistencyNote, RecordKey
from models.consultation import AgencyReply, Consultation, ConsultationItem, ConsultationReminder, ConsultationTalk
from models.correction import Correction, CorrectionStep
from models.delay import AuthorityReply, DelayItem, DelayRequest
from models.evidence import Suggestion
from models.full_text import FullText, PageText
from models.intake import ChangedCell, ImportProfile, Job, RejectedRow
from models.marked_passage import MarkedPassage
from models.marked_word import MarkedWord
from models.notice import EditionChange, NoticeEdition, OpenEntry, OpeningNotice, Suspension
from models.paper import PaperKind, SignedSheet
from models.past_decision import PastDecision
from models.plan import PlanLine
from models.public_item import PublicItem
from models.reading_order import ItemOpening, ReadingOrder, ReadingPlace
from models.record import Catalogue, Record
from models.review import Question, Review, ReviewLease
from models.second_opinion import SecondOpinion
from models.setting import Setting
from models.use_limit import UseLimit
from models.user import SignInSession, User

# Every table is imported here, for a table that alembic does not see is a table it would drop.
__all__ = [
    "AgencyReply",
    "AuditEvent",
    "AuthorityReply",
    "Base",
    "Batch",
    "Catalogue",
    "ChangedCell",
    "Classifier",
    "Complaint",
    "ComplaintAnswer",
    "ConsistencyNote",
    "Consultation",
    "ConsultationItem",
    "ConsultationReminder",
    "ConsultationTalk",
    "Correction",
    "CorrectionStep",
    "DelayItem",
    "DelayRequest",
    "EditionChange",
    "FondsAgency",
    "FullText",
    "ImportProfile",
    "ItemOpening",
    "Job",
    "MarkedPassage",
    "MarkedWord",
    "NoticeEdition",
    "OpenEntry",
    "OpeningNotice",
    "PageText",
    "PaperKind",
    "PastDecision",
    "PlanLine",
    "PublicItem",
    "Question",
    "ReadingOrder",
    "ReadingPlace",
    "Record",
    "RecordKey",
    "RejectedRow",
    "Review",
    "ReviewLease",
    "RosterEntry",
    "SampleReading",
    "SampledItem",
    "Sampling",
    "SecondOpinion",
    "Setting",
    "SignInSession",
    "SignedSheet",
    "Suggestion",
    "Suspension",
    "UseLimit",
    "User",
]
