"""Full text of an item (全文): page by page, where it came from and how well it can be read."""

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlmodel import Field

from models.base import Base, UtcDateTime, text_enum
from models.vocabulary import TextSource


class FullText(Base, table=True):
    """The file that was read for a record (全文): one a record, replaced when the file changes.

    ``file`` is its name in the folder of page files, ``stamp`` its size and time of change, ``file_digest`` the SHA-256
    of its bytes and ``text_digest`` of the text read. ``quality`` is the mean over its pages weighed by length,
    ``poorest`` that of its worst page, both in [0, 1]; ``None`` for a file of blank pages.
    """

    __tablename__ = "full_text"

    record_id: int = Field(foreign_key="record.id", primary_key=True)
    file: str
    stamp: str
    file_digest: str
    text_digest: str
    pages: int
    characters: int
    quality: float | None = None
    poorest: float | None = None
    unread_pages: int = 0
    read_by: str
    read_at: datetime = Field(sa_type=UtcDateTime)


class PageText(Base, table=True):
    """One page's text (页文): UTF-8, compressed by zlib."""

    __tablename__ = "page_text"

    record_id: int = Field(foreign_key="record.id", primary_key=True)
    page: int = Field(primary_key=True)
    source: TextSource = Field(sa_type=text_enum(TextSource))
    quality: float | None = None
    content: bytes = Field(sa_type=LargeBinary)
