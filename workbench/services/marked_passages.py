"""Mark where rules missed or wrongly flagged a title (漏检、误检标注): each mark waits until somebody mends a rule."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from models import MarkedPassage, Record, User
from models.errors import LawError, ReviewError
from models.marked_passage import Settlement, Slip
from workbench.permissions import named, require
from workbench.services import rule_book
from workbench.services.ledger_keeping import seal
from workbench.services.reading_queue import in_review
from workbench.services.roster import Item, item

LONGEST = 40


def mark_missed(
    *, session: Session, batch_id: int, record_id: int, words: Sequence[tuple[int, int]], by: User, at: datetime
) -> MarkedPassage:
    """Mark what the rules should have seen (标注漏检): the passage from the first chosen word to the last.

    Raises
    ------
    ReviewError
        ``review.mark_nothing``; ``review.mark_nowhere`` for a place outside the title; ``review.mark_too_long``.
    """
    title = _title_in_review(session, batch_id, record_id, by)
    if not words:
        raise ReviewError("review.mark_nothing")
    start, end = min(first for first, _ in words), max(last for _, last in words)
    if not (0 <= start < end <= len(title) and title[start:end].strip()):
        raise ReviewError("review.mark_nowhere", length=len(title))
    if end - start > LONGEST:
        raise ReviewError("review.mark_too_long", most=LONGEST)
    return _kept(session, batch_id, record_id, Slip.MISSED, None, (start, end), title, by, at)


def mark_wrong(
    *, session: Session, batch_id: int, record_id: int, rule_id: str, by: User, at: datetime
) -> MarkedPassage:
    """Mark that a rule flagged a title wrongly (标注误检).

    Raises
    ------
    LawError
        ``rule.unknown``; ``rule.flags_nothing`` when the rule says nothing of this title.
    """
    title = _title_in_review(session, batch_id, record_id, by)
    rules = rule_book.ruleset(session)
    if rule_id not in rules.by_id:
        raise LawError("rule.unknown", rule=rule_id)
    description = rule_book.description(session.get_one(Record, record_id))
    flagged = [reason for reason in rules.evidence(description) if (reason.rule_id, reason.field) == (rule_id, "title")]
    if not flagged:
        raise LawError("rule.flags_nothing", rule=rule_id)
    span = flagged[0].start, flagged[0].end
    return _kept(session, batch_id, record_id, Slip.WRONG, rule_id, span, title, by, at)


def _title_in_review(session: Session, batch_id: int, record_id: int, by: User) -> str:
    require(by, "review.opine")
    in_review(session, batch_id)
    return item(session, batch_id, record_id).record.title


def _kept(
    session: Session, batch_id: int, record_id: int, slip: Slip, rule_id: str | None, span: tuple[int, int],
    title: str, by: User, at: datetime,
) -> MarkedPassage:  # fmt: skip
    """The mark, sealed by its place: the ledger never holds the words. The same mark twice is one mark."""
    start, end = span
    for other in _waiting_on(session, record_id):
        if (other.marked_by, other.slip, other.rule_id, other.start, other.end) == (by.id, slip, rule_id, start, end):
            return other
    made = MarkedPassage(
        batch_id=batch_id, record_id=record_id, slip=slip, rule_id=rule_id, start=start, end=end,
        text=title[start:end], marked_by=int(by.id or 0), at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    payload = {"mark": made.id, "slip": slip.value, "rule": rule_id, "start": start, "end": end}
    subject = f"batch/{batch_id}/record/{record_id}"
    seal(session, actor=by.name, action="review.mark_slip", subject=subject, payload=payload, at=at)
    return made


def withdraw(*, session: Session, mark_id: int, by: User, at: datetime) -> MarkedPassage:
    """Take back a mark of one's own that nobody settled (撤回标注), sealed.

    Raises
    ------
    ReviewError
        ``review.no_such_mark``.
    """
    found = session.get(MarkedPassage, mark_id)
    if found is None or found.marked_by != by.id or found.settlement is not None:
        raise ReviewError("review.no_such_mark")
    return _settled(session, found, Settlement.WITHDRAWN, by.name, at)


def settle(
    *, session: Session, mark_id: int, settlement: Settlement, by: User | str, at: datetime
) -> MarkedPassage:  # fmt: skip
    """Say what became of a mark (处理标注): a rule was mended for it, or it was laid aside; sealed.

    Raises
    ------
    ReviewError
        ``review.no_such_mark`` when there is none, or it was settled.
    """
    who = named(by, "rules.change")
    found = session.get(MarkedPassage, mark_id)
    if found is None or found.settlement is not None:
        raise ReviewError("review.no_such_mark")
    return _settled(session, found, settlement, who, at)


def mend(*, session: Session, mark_id: int, rule_id: str, by: User | str, at: datetime) -> bool:
    """Settle a mark for which a rule was saved (以规则了结标注), if the rule really mends it; says whether it does.

    A missed passage is mended by a rule that finds it, a wrong flag by its rule finding nothing in the title any
    more; a rule of status ``draft`` counts as if it were active.
    """
    found, rule = session.get(MarkedPassage, mark_id), rule_book.ruleset(session).by_id.get(rule_id)
    if found is None or found.settlement is not None or rule is None:
        return False
    alone = rule_book.ruleset(session).overlaid(rule.model_copy(update={"status": "active"})).alone(rule_id)
    description = rule_book.description(session.get_one(Record, found.record_id))
    finds = any(
        reason.field == "title" and reason.start < found.end and found.start < reason.end
        for reason in alone.evidence(description)
    )
    is_mended = finds if found.slip is Slip.MISSED else found.rule_id == rule_id and not finds
    if is_mended:
        settle(session=session, mark_id=mark_id, settlement=Settlement.MENDED, by=by, at=at)
    return is_mended


def _settled(
    session: Session, found: MarkedPassage, settlement: Settlement, who: str, at: datetime
) -> MarkedPassage:  # fmt: skip
    found.settlement, found.settled_by, found.settled_at = settlement, who, at
    session.add(found)
    session.flush()
    payload = {"mark": found.id, "settlement": settlement.value}
    subject = f"batch/{found.batch_id}/record/{found.record_id}"
    seal(session, actor=who, action="review.settle_slip", subject=subject, payload=payload, at=at)
    return found


def _waiting_on(session: Session, record_id: int) -> Sequence[MarkedPassage]:
    return session.exec(
        select(MarkedPassage)
        .where(MarkedPassage.record_id == record_id, col(MarkedPassage.settlement).is_(None))
        .order_by(col(MarkedPassage.id))
    ).all()


def beside(session: Session, found: Item, by: User) -> list[dict[str, Any]]:
    """One's own marks on an item that wait (本人标注): nobody is shown another reader's."""
    return [
        {"id": each.id, "slip": each.slip.value, "rule_id": each.rule_id, "text": each.text}
        for each in _waiting_on(session, found.entry.record_id)
        if each.marked_by == by.id
    ]


def waiting(session: Session) -> list[dict[str, Any]]:
    """All marks that wait for a rule to be mended (待处理标注), oldest first, each with its title and reader."""
    rules = rule_book.ruleset(session).by_id
    query = (
        select(MarkedPassage, Record.title, Record.reference_code, User.name)
        .join(Record, col(Record.id) == col(MarkedPassage.record_id))
        .join(User, col(User.id) == col(MarkedPassage.marked_by))
        .where(col(MarkedPassage.settlement).is_(None))
        .order_by(col(MarkedPassage.id))
    )
    return [
        {
            "id": found.id, "slip": found.slip.value, "text": found.text, "title": title, "reference_code": code,
            "rule_id": found.rule_id, "rule": rules[found.rule_id].name if found.rule_id in rules else found.rule_id,
            "by": name, "at": found.at,
        }
        for found, title, code, name in session.exec(query)
    ]  # fmt: skip
