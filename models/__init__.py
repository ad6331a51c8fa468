"""The nouns of the house (领域名词): tables, value objects and controlled terms; imports nothing of ours."""

from models.audit import AuditEvent
from models.base import Base
from models.batch import Batch, RosterEntry
from models.classifier import Classifier
from models.evidence import Suggestion
from models.notice import OpenEntry, OpeningNotice, Suspension
from models.record import Catalogue, Record
from models.review import Question, Review, ReviewLease
from models.setting import Setting
from models.user import SignInSession, User

# Every table is imported here, for a table that alembic does not see is a table it would drop.
__all__ = [
    "AuditEvent",
    "Base",
    "Batch",
    "Catalogue",
    "Classifier",
    "OpenEntry",
    "OpeningNotice",
    "Question",
    "Record",
    "Review",
    "ReviewLease",
    "RosterEntry",
    "Setting",
    "SignInSession",
    "Suggestion",
    "Suspension",
    "User",
]
