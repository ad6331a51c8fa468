"""What came with an item at transfer (移交时的意见与公开情况, 条例 art. 30): evidence with its source, no decision."""

from typing import Any

from sqlmodel import Session

from models import Catalogue, User
from workbench.services.roster import Item

FIELDS = ("transfer_opinion", "disclosure", "declassification")


def beside(session: Session, found: Item, by: User) -> list[dict[str, Any]]:  # noqa: ARG001
    """Opinion, disclosure and declassification as written, each with file, sheet and row (移交时情况).

    A blind second reader sees them too: the unit said so, not the first reader.
    """
    record = found.record
    said = {name: text for name in FIELDS if (text := getattr(record, name))}
    if not said:
        return []
    file = session.get_one(Catalogue, record.catalogue_id).file
    return [
        {"kind": name, "says": text, "file": file, "sheet": record.sheet, "row": record.row}
        for name, text in said.items()
    ]
