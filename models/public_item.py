"""What is public already (已公开文件): rows of the lists that the archive loaded, each with its source."""

from datetime import datetime

from sqlmodel import Field

from models.base import Base, UtcDateTime


class PublicItem(Base, table=True):
    """One document that was published before (已公开文件): evidence for opening, never an opening by itself.

    ``list_digest`` is the SHA-256 of the file it came in, ``row`` its line there; ``item_key`` the SHA-256 of source,
    title and document number, so that a list loaded twice counts once.
    """

    __tablename__ = "public_item"

    id: int | None = Field(default=None, primary_key=True)
    item_key: str = Field(unique=True)
    source: str
    title: str | None = None
    document_number: str | None = None
    date_text: str | None = None
    file: str
    list_digest: str = Field(index=True)
    row: int
    imported_by: str
    imported_at: datetime = Field(sa_type=UtcDateTime)
