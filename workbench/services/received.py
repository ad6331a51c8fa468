"""Documents that came in from elsewhere (来文): counted apart, for a setting says what becomes of those from above."""

from collections.abc import Iterable, Sequence

from sqlmodel import Session

from rules.issuing import is_from_above, is_own
from workbench.queries import creators
from workbench.services import agencies
from workbench.services.roster import Item, items, load_batch

KINDS = ("own", "from_above", "elsewhere")


def counts(session: Session, batch_id: int) -> dict[str, int]:
    """Items by where they come from (来文统计): ``own``, ``from_above``, ``elsewhere`` (peers, below, unknown)."""
    load_batch(session, batch_id)
    return _counted(session, items(session, batch_id))


def counts_of_home(session: Session) -> dict[str, int]:
    """The same over every record of the home (全馆来文统计)."""
    found = creators.counted(session)
    names = _names(session, {key for key, *_ in found})
    total = dict.fromkeys(KINDS, 0)
    for key, fonds, creator, size in found:
        total[_kind(creator, [fonds, *names.get(key, ())])] += size
    return total


def _counted(session: Session, roster: Sequence[Item]) -> dict[str, int]:
    names = _names(session, {entry.record.fonds_key for entry in roster})
    found = dict.fromkeys(KINDS, 0)
    for entry in roster:
        record = entry.record
        found[_kind(record.creator, [record.fonds, *names.get(record.fonds_key, ())])] += 1
    return found


def _names(session: Session, keys: Iterable[str]) -> dict[str, tuple[str | None, ...]]:
    register = agencies.by_fonds(session, keys)
    return {key: (line.agency, line.successor) for key, line in register.items()}


def _kind(creator: str | None, names: Sequence[str | None]) -> str:
    if is_own(creator, names):
        return "own"
    return "from_above" if is_from_above(creator, names) else "elsewhere"
