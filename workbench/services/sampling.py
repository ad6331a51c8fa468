"""The sample of a batch's open pile (抽检): frozen, drawn, read twice and blind, and what it proves."""

import secrets
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, func, select

from batches import certificate
from batches.review import opinion
from models import Batch, Record, Review, SampledItem, SampleReading, Sampling, User
from models.errors import ProcedureError, ReviewError
from models.vocabulary import Access, BatchState, Ground
from workbench.permissions import PERMISSIONS, require
from workbench.services import setting_up
from workbench.services.ledger_keeping import seal
from workbench.services.roster import items, load_batch, plan_of

PRESETS: dict[str, float] = {"ordinary": 0.02, "strict": 0.01, "strictest": 0.005}
"""The three limits that the page offers, as shares."""


def plan(
    open_pile: int, *, limit: float, confidence: float, allow: int = 0, true_leak: float | None = None
) -> dict[str, Any]:
    """How many to draw and what it promises (抽检方案), see ``batches.certificate.plan``."""
    return asdict(
        certificate.plan(open_pile, limit=limit, confidence=confidence, allow=allow, true_leak=true_leak)
    )  # fmt: skip


def open_pile(session: Session, batch: Batch) -> list[Record]:
    """The items that this batch is about to open (拟开放条目)."""
    decided = [(entry.record, entry.decisive(plan_of(batch))) for entry in items(session, int(batch.id or 0))]
    return [record for record, decisive in decided if decisive and decisive.access is Access.OPEN]


def presets(session: Session, batch: Batch) -> list[dict[str, Any]]:
    """What each preset asks and promises for this batch (三档方案)."""
    count, confidence = len(open_pile(session, batch)), _confidence(session, batch)
    return [{"name": name, **plan(count, limit=limit, confidence=confidence)} for name, limit in PRESETS.items()]


def draw(
    *, session: Session, batch_id: int, by: User, at: datetime, public_words: str, limit: float | None = None,
    confidence: float | None = None, version: int | None = None,
) -> Sampling:  # fmt: skip
    """Freeze the open pile and draw its sample (冻结并抽样), sealed before anybody reads.

    ``public_words`` is something that nobody here can choose at will, such as the date and number of a meeting.

    Raises
    ------
    ProcedureError
        ``certificate.not_now`` outside the state that asks for it; ``certificate.drawn_already``;
        ``certificate.words_missing``; ``certificate.unprovable``.
    """
    require(by, "certificate.draw")
    batch = load_batch(session, batch_id, version=version)
    if batch.state is not BatchState.AGREED:
        raise ProcedureError("certificate.not_now", state=batch.state)
    if current(session, batch_id) is not None:
        raise ProcedureError("certificate.drawn_already", batch=batch_id)
    if not public_words.strip():
        raise ProcedureError("certificate.words_missing")
    pile = open_pile(session, batch)
    attempt = _attempts(session, batch_id) + 1
    asked = _confidence(session, batch) if confidence is None else certificate.confidence_of(attempt, confidence)
    within = float(setting_up.get(session, "certificate_limit")) if limit is None else limit
    size = certificate.plan(len(pile), limit=within, confidence=asked).n
    secret = secrets.token_hex(32)
    marks = [
        certificate.key(secret, f"{each.fonds_key}\t{each.reference_code}\t{each.content_digest}") for each in pile
    ]
    manifest = certificate.manifest_digest(marks)
    seed = certificate.seed(manifest, public_words.strip())
    made = Sampling(
        batch_id=batch_id, attempt=attempt, open_count=len(pile), size=size, limit=within, confidence=asked,
        manifest=manifest, secret=secret, public_words=public_words.strip(), seed=seed, drawn_by=by.name, drawn_at=at,
    )  # fmt: skip
    session.add(made)
    session.flush()
    places = {at: place for place, at in enumerate(certificate.draw(marks, size, seed), start=1)}
    session.add_all(
        SampledItem(sampling_id=int(made.id or 0), record_id=int(each.id or 0), mark=mark, place=places.get(at))
        for at, (each, mark) in enumerate(zip(pile, marks, strict=True))
    )
    payload = {"attempt": attempt, "open": len(pile), "n": size, "limit": str(within), "confidence": f"{asked:.6f}",
               "manifest": manifest, "words": made.public_words, "seed": seed}  # fmt: skip
    seal(session, actor=by.name, action="certificate.draw", subject=f"batch/{batch_id}", payload=payload, at=at)
    return made


def _line(record: Record) -> str:
    """What the manifest freezes of an item: which it is, and what it says."""
    return f"{record.fonds_key}\t{record.reference_code}\t{record.content_digest}"


def current(session: Session, batch_id: int) -> Sampling | None:
    """The draw that the batch's present state rests on (现行抽检), if there is one."""
    wanted = select(Sampling).where(Sampling.batch_id == batch_id, col(Sampling.closed_at).is_(None))
    return session.exec(wanted).first()


def newest(session: Session, batch_id: int) -> Sampling | None:
    """The last draw, closed or not (最近一次抽检)."""
    return session.exec(
        select(Sampling).where(Sampling.batch_id == batch_id).order_by(col(Sampling.attempt).desc())
    ).first()


def next_item(session: Session, *, batch_id: int, by: User) -> Record | None:
    """The next sampled item that this person may read (取下一条抽检条目), without any opinion or suggestion."""
    drawn = current(session, batch_id)
    if drawn is None:
        return None
    readings, read_before = _readings(session, drawn), _read_before(session, batch_id, int(by.id or 0))
    for record in _sample(session, drawn):
        said = readings.get(int(record.id or 0), [])
        mine = any(each.reader_id == by.id for each in said)
        if certificate.verdict([each.access for each in said]) is None and not mine and record.id not in read_before:
            return record
    return None


def read(
    *, session: Session, batch_id: int, record_id: int, by: User, at: datetime, on: date, access: Access | None,
    ground: Ground | None = None, reason: str | None = None, review_again_on: date | None = None,
) -> SampleReading:  # fmt: skip
    """Give one blind reading (登记抽检意见), sealed.

    Raises
    ------
    ReviewError
        ``certificate.not_in_sample``; ``certificate.read_before`` when the person gave an opinion on the item in
        the review; ``certificate.read_twice``; ``certificate.settled``; what an opinion lacks, as in the review.
    """
    require(by, "certificate.read")
    drawn = current(session, batch_id)
    sampled = session.get(SampledItem, (drawn.id, record_id)) if drawn else None
    if drawn is None or sampled is None or sampled.place is None:
        raise ReviewError("certificate.not_in_sample")
    if record_id in _read_before(session, batch_id, int(by.id or 0)):
        raise ReviewError("certificate.read_before")
    said = _readings(session, drawn).get(record_id, [])
    if any(each.reader_id == by.id for each in said):
        raise ReviewError("certificate.read_twice")
    if certificate.verdict([each.access for each in said]) is not None:
        raise ReviewError("certificate.settled")
    given = opinion(access=access, ground=ground, reason=reason, review_again_on=review_again_on, on=on)
    made = SampleReading(
        sampling_id=int(drawn.id or 0), record_id=record_id, reader_id=int(by.id or 0), access=given.access,
        ground=getattr(given, "ground", None), reason=given.reason,
        review_again_on=getattr(given, "review_again_on", None), at=at,
    )  # fmt: skip
    session.add(made)
    try:
        session.flush()
    except IntegrityError as error:
        raise ReviewError("certificate.read_twice") from error
    payload = {"attempt": drawn.attempt, "record": record_id, "access": given.access.value}
    seal(session, actor=by.name, action="certificate.read", subject=f"batch/{batch_id}", payload=payload, at=at)
    return made


def state(session: Session, batch_id: int) -> dict[str, Any]:
    """Where the sampling stands and what it proves (抽检情况); ``drawn`` is false before any draw.

    ``upper`` is D_U in items, ``bound`` D_U / M; both ``None`` until all is read. ``short`` counts items for
    which too few people are left who did not read them in the review.
    """
    batch, drawn = load_batch(session, batch_id), newest(session, batch_id)
    if drawn is None:
        return {"batch": batch_id, "drawn": False, "open": len(open_pile(session, batch)), "passes": False}
    sample, readings = _sample(session, drawn), _readings(session, drawn)
    found = {r.id: certificate.verdict([each.access for each in readings.get(int(r.id or 0), [])]) for r in sample}
    waiting = [record.reference_code for record in sample if found[record.id] is None]
    restricted = [record.reference_code for record in sample if found[record.id] is Access.RESTRICTED]
    upper = None
    if not waiting:
        upper = certificate.upper_bound(drawn.open_count, drawn.size, len(restricted), confidence=drawn.confidence)
    return {
        "batch": batch_id, "drawn": True, "is_current": drawn.closed_at is None, "attempt": drawn.attempt,
        "open": drawn.open_count, "n": drawn.size, "allow": 0, "limit": drawn.limit, "confidence": drawn.confidence,
        "read": len(sample) - len(waiting), "waiting": waiting, "restricted": restricted, "upper": upper,
        "bound": None if upper is None else upper / drawn.open_count if drawn.open_count else 0.0,
        "passes": upper is not None and not restricted, "short": _short(session, batch_id, readings, found),
        "manifest": drawn.manifest, "words": drawn.public_words, "seed": drawn.seed, "drawn_by": drawn.drawn_by,
        "drawn_at": drawn.drawn_at,
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class SampledLine:
    """One sampled item with its readings by name, in order, and what they come to (抽样条目)."""

    record: Record
    readings: tuple[tuple[str, Access], ...]
    outcome: Access | None


def sampled_lines(session: Session, batch_id: int) -> list[SampledLine]:
    """The newest sample item by item (抽样逐条), in the order drawn."""
    drawn = newest(session, batch_id)
    if drawn is None:
        return []
    readings, names = _readings(session, drawn), {user.id: user.name for user in session.exec(select(User))}
    found = []
    for record in _sample(session, drawn):
        said = readings.get(int(record.id or 0), [])
        given = tuple((names[each.reader_id], each.access) for each in said)
        found.append(SampledLine(record, given, certificate.verdict([access for _, access in given])))
    return found


def guard_facts(session: Session, batch: Batch) -> dict[str, Any]:
    """What the state table asks of the sample (抽检事实)."""
    if current(session, int(batch.id or 0)) is None:
        return {"sample_is_drawn": False}
    now = state(session, int(batch.id or 0))
    return {
        "sample_is_drawn": True,
        "sample_waiting": tuple(now["waiting"]),
        "sample_restricted": tuple(now["restricted"]),
    }


def close(session: Session, batch_id: int, *, at: datetime) -> dict[str, object]:
    """The batch goes on, or back: this draw is done with (抽检了结); gives its figures for the ledger."""
    drawn, now = current(session, batch_id), state(session, batch_id)
    if drawn is None:
        return {}
    drawn.closed_at = at
    session.add(drawn)
    return {name: now[name] for name in ("attempt", "open", "n", "manifest", "seed")} | {
        "k": len(now["restricted"]), "upper": now["upper"], "limit": str(drawn.limit),
        "confidence": f"{drawn.confidence:.6f}",
    }  # fmt: skip


def manifest(session: Session, batch_id: int) -> list[tuple[str, int | None]]:
    """Mark and place of every item of the newest pile (抽检清单), for whoever recomputes the draw."""
    drawn = newest(session, batch_id)
    if drawn is None:
        raise ProcedureError("certificate.not_drawn", batch=batch_id)
    wanted = select(SampledItem).where(SampledItem.sampling_id == drawn.id).order_by(col(SampledItem.mark))
    return [(each.mark, each.place) for each in session.exec(wanted)]


def _attempts(session: Session, batch_id: int) -> int:
    return session.exec(select(func.count()).select_from(Sampling).where(Sampling.batch_id == batch_id)).one()


def _confidence(session: Session, batch: Batch) -> float:
    asked = float(setting_up.get(session, "certificate_confidence"))
    return certificate.confidence_of(_attempts(session, int(batch.id or 0)) + 1, asked)


def _sample(session: Session, drawn: Sampling) -> list[Record]:
    wanted = (
        select(Record)
        .join(SampledItem, col(SampledItem.record_id) == col(Record.id))
        .where(SampledItem.sampling_id == drawn.id, col(SampledItem.place).is_not(None))
        .order_by(col(SampledItem.place))
    )
    return list(session.exec(wanted))


def _readings(session: Session, drawn: Sampling) -> dict[int, list[SampleReading]]:
    found: dict[int, list[SampleReading]] = defaultdict(list)
    wanted = select(SampleReading).where(SampleReading.sampling_id == drawn.id).order_by(col(SampleReading.id))
    for each in session.exec(wanted):
        found[each.record_id].append(each)
    return found


def _read_before(session: Session, batch_id: int, user_id: int) -> set[int]:
    """Items on which this person gave an opinion in the review, in whatever round."""
    wanted = select(Review.record_id).where(
        Review.batch_id == batch_id, Review.reviewer_id == user_id, col(Review.withdrawn_at).is_(None)
    )
    return set(session.exec(wanted))


def _short(
    session: Session, batch_id: int, readings: dict[int, list[SampleReading]],
    found: dict[int | None, Access | None],
) -> int:  # fmt: skip
    """Items still waiting for which too few readers are left."""
    roles = PERMISSIONS["certificate.read"]
    readers = [user for user in session.exec(select(User)) if user.is_active and any(map(user.holds, roles))]
    before = {int(user.id or 0): _read_before(session, batch_id, int(user.id or 0)) for user in readers}
    return sum(1 for number in found if found[number] is None and _lacks(number, readings, before))


def _lacks(number: int | None, readings: dict[int, list[SampleReading]], before: dict[int, set[int]]) -> bool:
    said: Sequence[SampleReading] = readings.get(int(number or 0), [])
    given = {each.reader_id for each in said}
    free = sum(1 for user, items_read in before.items() if number not in items_read and user not in given)
    return free < max(1, certificate.READERS - len(given))
