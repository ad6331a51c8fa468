"""Documents that came in from elsewhere (来文): counted apart, for a setting says what becomes of those from above."""

from collections.abc import Sequence

from sqlmodel import Session

from rules.issuing import is_from_above, is_own
from workbench.services import agencies
from workbench.services.roster import Item, items, load_batch


def counts(session: Session, batch_id: int) -> dict[str, int]:
    """Items by where they come from (来文统计): ``own``, ``from_above``, ``elsewhere`` (peers, below, unknown)."""
    load_batch(session, batch_id)
    return _counted(session, items(session, batch_id))


def _counted(session: Session, roster: Sequence[Item]) -> dict[str, int]:
    register = agencies.by_fonds(session, {entry.record.fonds_key for entry in roster})
    found = {"own": 0, "from_above": 0, "elsewhere": 0}
    for entry in roster:
        line = register.get(entry.record.fonds_key)
        names = [entry.record.fonds, *((line.agency, line.successor) if line else ())]
        if is_own(entry.record.creator, names):
            found["own"] += 1
        else:
            found["from_above" if is_from_above(entry.record.creator, names) else "elsewhere"] += 1
    return found
