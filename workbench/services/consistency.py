"""Before a batch goes to the director (一致性核对): like items decided otherwise, each explained or mended."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, col, select

from batches import consistency as rules
from batches import review as rules_of_review
from batches.consistency import Contradiction, Decided, Likeness
from models import Batch, ConsistencyNote, Record, RecordKey, RosterEntry, User
from models.errors import ProcedureError
from models.vocabulary import Access, BatchState
from workbench.permissions import require
from workbench.queries.rosters import on_roster
from workbench.services import setting_up
from workbench.services.ledger_keeping import seal
from workbench.services.roster import Item, items, load_batch, opinions_in_force, plan_of

# Batches whose readers are done: what they propose is compared, what is still being read stays blind.
_PROPOSED = (
    BatchState.REVIEWED, BatchState.IN_CONSULTATION, BatchState.AGREED, BatchState.CERTIFIED, BatchState.SUBMITTED,
)  # fmt: skip
_CHUNK = 400  # keys in one query: SQLite takes 32,766 variables, PostgreSQL plans short lists better


def keep_keys(session: Session) -> int:
    """Store the keys of decided records that have none yet (登记比对键), and give their number."""
    made = 0
    while missing := session.exec(_unkeyed().limit(5000)).all():
        session.execute(
            insert(RecordKey),
            [
                {"record_id": number, "title_key": rules.title_key(title), "number_key": rules.number_key(written)}
                for number, title, written, _ in missing
            ],
        )
        made += len(missing)
    return made


def _unkeyed() -> Any:
    keyed = select(RecordKey.record_id).where(col(RecordKey.record_id) == col(Record.id)).exists()
    return select(Record.id, Record.title, Record.document_number, Record.access).where(
        col(Record.access).is_not(None), ~keyed
    )


BINDING: dict[str, frozenset[Likeness]] = {
    "off": frozenset(),
    "same": frozenset({Likeness.SAME_DOCUMENT, Likeness.SAME_TITLE}),
    "near": frozenset(Likeness),
}


def find(session: Session, batch: Batch) -> list[Contradiction]:
    """Items of a batch that are decided otherwise than their likes (不一致清单): in it, elsewhere, and before."""
    batch_id = int(batch.id or 0)
    proposed = list(_proposed(items(session, batch_id), batch))
    mine = {item.record_id for item in proposed}
    titles = {item.title_key for item in proposed}
    numbers = {item.number_key for item in proposed if item.number_key}
    others: dict[int, Decided] = {}
    for other in (
        *_stored(session, titles, numbers), *_fresh(session, titles, numbers),
        *_elsewhere(session, batch_id, titles, numbers),
    ):  # fmt: skip
        if other.record_id not in mine:
            others[other.record_id] = other  # what is proposed now counts before what was decided once
    return list(rules.contradictions(proposed, [*others.values(), *proposed]))


def _proposed(roster: Sequence[Item], batch: Batch) -> Iterator[Decided]:
    plan = plan_of(batch)
    for entry in roster:
        decisive = entry.decisive(plan)
        if decisive is not None:
            yield _decided(entry.entry.record_id, entry.record.title, entry.record.document_number, decisive.access)


def _decided(record_id: int, title: str, document_number: str | None, access: Access) -> Decided:
    return Decided(record_id, title, document_number, rules.title_key(title), rules.number_key(document_number), access)


def _stored(session: Session, titles: set[str], numbers: set[str]) -> Iterator[Decided]:
    """Past decisions by their stored keys."""
    for column, keys in ((RecordKey.title_key, sorted(titles)), (RecordKey.number_key, sorted(numbers))):
        for start in range(0, len(keys), _CHUNK):
            query = (
                select(Record, RecordKey)
                .join(RecordKey, col(RecordKey.record_id) == col(Record.id))
                .where(col(column).in_(keys[start : start + _CHUNK]), col(Record.access).is_not(None))
            )
            for record, key in session.exec(query):
                assert record.access is not None
                yield Decided(
                    key.record_id, record.title, record.document_number, key.title_key, key.number_key, record.access
                )


def _fresh(session: Session, titles: set[str], numbers: set[str]) -> Iterator[Decided]:
    """Past decisions whose keys are not stored yet: few between two calls of ``keep_keys``."""
    for number, title, written, access in session.exec(_unkeyed()):
        made = _decided(number, title, written, access)
        if made.title_key in titles or made.number_key in numbers:
            yield made


def _elsewhere(session: Session, batch_id: int, titles: set[str], numbers: set[str]) -> Iterator[Decided]:
    """What other batches propose after reading."""
    query = (
        select(RosterEntry.batch_id, Record.id, Record.title, Record.document_number)
        .join(Record, col(Record.id) == col(RosterEntry.record_id))
        .join(Batch, col(Batch.id) == col(RosterEntry.batch_id))
        .where(col(Batch.state).in_(_PROPOSED), col(Batch.id) != batch_id, on_roster())
    )
    alike: dict[int, list[tuple[int, str, str | None]]] = defaultdict(list)
    for other_batch, number, title, written in session.exec(query):
        if rules.title_key(title) in titles or rules.number_key(written) in numbers:
            alike[other_batch].append((int(number or 0), title, written))
    for other_batch, rows in alike.items():
        plan = plan_of(load_batch(session, other_batch))
        opinions = opinions_in_force(session, other_batch, [number for number, _, _ in rows])
        for number, title, written in rows:
            decisive = rules_of_review.decisive(opinions.get(number, []), plan)
            if decisive is not None:
                yield _decided(number, title, written, decisive.access)


def unexplained(session: Session, batch: Batch) -> list[Contradiction]:
    """Contradictions that nobody has explained yet (未说明的不一致)."""
    known = _covered(session, int(batch.id or 0))
    return [
        each for each in find(session, batch)
        if each.other.record_id not in known[each.item.record_id, each.item.access]
    ]  # fmt: skip


def records_unexplained(session: Session, batch: Batch) -> list[int]:
    """Items that still need a word before submission (待说明条目), as strictly as the setting asks.

    ``same``: the same document or the same title; ``near``: the same 文号 or a masked title as well.
    """
    binding = BINDING[setting_up.get(session, "consistency_check")]
    return _items_of(each for each in unexplained(session, batch) if each.likeness in binding) if binding else []


def everything_unexplained(session: Session, batch: Batch) -> list[int]:
    """Items of every unexplained line, whether it holds the submission up or not (全部未说明条目)."""
    return _items_of(unexplained(session, batch))


def _items_of(found: Iterable[Contradiction]) -> list[int]:
    return list(dict.fromkeys(each.item.record_id for each in found))


def codes_unexplained(session: Session, batch: Batch, roster: Sequence[Item]) -> tuple[str, ...]:
    """档号 of items that are decided otherwise than their likes without a word (未说明的档号), for the guard."""
    open_ones = set(records_unexplained(session, batch))
    return tuple(entry.record.reference_code for entry in roster if entry.entry.record_id in open_ones)


def _covered(session: Session, batch_id: int) -> dict[tuple[int, Access], set[int]]:
    covered: dict[tuple[int, Access], set[int]] = defaultdict(set)
    for note in session.exec(select(ConsistencyNote).where(ConsistencyNote.batch_id == batch_id)):
        covered[note.record_id, note.access].update(note.others)
        for other in note.others:  # within one batch a pair is explained once, from either side
            covered[other, _opposite(note.access)].add(note.record_id)
    return covered


def _opposite(access: Access) -> Access:
    return Access.RESTRICTED if access is Access.OPEN else Access.OPEN


def explain(
    *, session: Session, batch_id: int, record_ids: Sequence[int], text: str, by: User, at: datetime
) -> list[ConsistencyNote]:
    """Write why these items are decided otherwise than their likes (说明不一致).

    Raises
    ------
    ProcedureError
        ``consistency.text_missing``, ``consistency.nothing_to_explain``.
    """
    require(by, "consistency.explain")
    if not text.strip():
        raise ProcedureError("consistency.text_missing")
    found: dict[int, list[Contradiction]] = defaultdict(list)
    for each in find(session, load_batch(session, batch_id)):
        found[each.item.record_id].append(each)
    kept = []
    for record_id in record_ids:
        if record_id not in found:
            raise ProcedureError("consistency.nothing_to_explain")
        kept.append(
            ConsistencyNote(
                batch_id=batch_id, record_id=record_id, access=found[record_id][0].item.access,
                others=sorted(each.other.record_id for each in found[record_id]), text=text.strip(),
                written_by=by.name, at=at,
            )
        )  # fmt: skip
    session.add_all(kept)
    session.flush()
    payload = {
        "notes": [note.id for note in kept], "records": list(record_ids),
        "content": hashlib.sha256(text.strip().encode()).hexdigest(),
    }  # fmt: skip
    seal(session, actor=by.name, action="consistency.explain", subject=f"batch/{batch_id}", payload=payload, at=at)
    return kept


def rows(session: Session, batch: Batch) -> list[dict[str, Any]]:
    """The list as people read it (一致性核对清单): each item with its likes and whether it is explained."""
    known = _covered(session, int(batch.id or 0))
    by_item: dict[int, list[Contradiction]] = defaultdict(list)
    for each in find(session, batch):
        by_item[each.item.record_id].append(each)
    wanted = {
        number for pairs in by_item.values() for each in pairs for number in (each.item.record_id, each.other.record_id)
    }
    records = _records(session, sorted(wanted))
    return [
        {
            "record_id": number, "reference_code": records[number].reference_code, "title": records[number].title,
            "access": pairs[0].item.access.value,
            "explained": all(each.other.record_id in known[number, each.item.access] for each in pairs),
            "others": [
                {
                    "record_id": each.other.record_id, "reference_code": records[each.other.record_id].reference_code,
                    "title": records[each.other.record_id].title, "fonds": records[each.other.record_id].fonds,
                    "access": each.other.access.value, "likeness": each.likeness.value,
                    "decided_in": records[each.other.record_id].decided_in,
                }
                for each in pairs
            ],
        }
        for number, pairs in by_item.items()
    ]  # fmt: skip


def _records(session: Session, numbers: Sequence[int]) -> dict[int, Record]:
    found: dict[int, Record] = {}
    for start in range(0, len(numbers), _CHUNK):
        query = select(Record).where(col(Record.id).in_(numbers[start : start + _CHUNK]))
        found.update({int(record.id or 0): record for record in session.exec(query)})
    return found
