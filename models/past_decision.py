"""What was decided before this program was here (以往结论): history, with where each line came from."""

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from models.base import Base, UtcDateTime, text_enum
from models.vocabulary import Access, Ground


class PastDecision(Base, table=True):
    """One decision of an earlier batch on one record (以往结论): appended, never edited.

    ``mark`` is the 开放标识 as written; ``decided_text`` the date as written, ``decided_on`` its last possible day.
    ``is_applied`` says whether it became the record's standing outcome when it came in: not so when a later
    decision, or one made here, stood already. ``decision_key`` is the SHA-256 of what it says, so that a list
    loaded twice counts once.
    """

    __tablename__ = "past_decision"
    __table_args__ = (UniqueConstraint("record_id", "decision_key"),)

    id: int | None = Field(default=None, primary_key=True)
    record_id: int = Field(foreign_key="record.id")
    access: Access = Field(sa_type=text_enum(Access))
    ground: Ground | None = Field(default=None, sa_type=text_enum(Ground))
    reason: str | None = None
    batch_name: str | None = None
    decided_on: date | None = None
    decided_text: str | None = None
    review_again_on: date | None = None
    mark: str
    is_applied: bool
    decision_key: str
    file: str
    file_digest: str = Field(index=True)
    sheet: str | None = None
    row: int
    imported_by: str
    imported_at: datetime = Field(sa_type=UtcDateTime)
