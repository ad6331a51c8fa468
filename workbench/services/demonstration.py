"""The demo home (演示数据目录): synthetic rows, invented people, one small batch taken all the way to a notice."""

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from importlib import resources
from pathlib import Path

from sqlmodel import Session, col

from models import OpeningNotice, Record, User
from models.errors import HomeError
from models.vocabulary import Access, BatchAction, Ground, ReviewStage, Role
from workbench import db
from workbench.i18n import t
from workbench.services import (
    approving,
    batching,
    importing,
    keeping,
    people,
    publishing,
    reviewing,
    setting_up,
    suggesting,
    titles,
    training,
)
from workbench.services.ledger_keeping import seal
from workbench.services.roster import Item, items, load_batch
from workbench.settings import Environment

SAMPLE = resources.files("workbench.demo").joinpath("sample.csv")
SMALL, SECOND = 24, 120  # items of the published batch, and of the one left in review
AGAIN_YEARS = 10

TEAM = (
    ("administrator", Role.ADMINISTRATOR),
    ("archivist", Role.ARCHIVIST),
    ("reviewer_1", Role.REVIEWER),
    ("reviewer_2", Role.REVIEWER),
    ("reviewer_3", Role.REVIEWER),
    ("group_lead", Role.GROUP_LEAD),
    ("director", Role.DIRECTOR),
    ("publisher", Role.PUBLISHER),
)
ARCHIVE = ("archive_name", "archive_place", "archive_contact", "archive_hours", "approving_body")
SWITCHED_OFF = ("consultation", "certification", "delay_report")


@dataclass(frozen=True, slots=True)
class Label:
    """What the synthetic sample says of a row (样例标注)."""

    access: Access
    ground: Ground | None
    reason: str


def exists(environment: Environment) -> bool:
    """Whether a demo home is there already (已有演示目录)."""
    try:
        db.require_current(environment.url)
    except HomeError:
        return False
    with db.reading(environment.url) as session:
        return setting_up.is_demo(session)


def build(environment: Environment, *, at: datetime, on: date, say: Callable[[str], None]) -> OpeningNotice:
    """Make a demo home in an empty place (建立演示目录) and publish its first batch; one transaction.

    Raises
    ------
    HomeError
        ``home.not_empty`` when anything lives there already.
    """
    if environment.home.exists() and any(environment.home.iterdir()):
        raise HomeError("home.not_empty", path=str(environment.home))
    keeping.create(environment)
    with db.transaction(environment.url) as session:
        setting_up.store(session, setting_up.DEMO_FLAG, True)
        for key in SWITCHED_OFF:
            setting_up.store(session, key, False)
        for key in ARCHIVE:
            setting_up.store(session, key, t(f"demo.archive.{key}"))
        seal(session, actor="demo", action="demo.create", subject="home", payload={"off": list(SWITCHED_OFF)}, at=at)
        team = {key: _register(session, key, role, at) for key, role in TEAM}
        say(t("demo.importing"))
        with resources.as_file(SAMPLE) as file:
            importing.import_catalogue(session=session, path=file, by=team["archivist"].name, at=at, on=on)
        say(t("demo.training"))
        training.train_seed(session=session, home=environment.home, by="demo", at=at)
        say(t("demo.suggesting"))
        suggesting.suggest_due(session=session, home=environment.home, by="demo", at=at, on=on)
        say(t("demo.publishing"))
        notice = _publish_first(session, team, environment.home, at=at, on=on)
        _leave_second(session, team, at=at, on=on)
    return notice


def _register(session: Session, key: str, role: Role, at: datetime) -> User:
    return people.add(session=session, name=t(f"demo.people.{key}"), roles=[role], password=None, by="demo", at=at)


def _labels() -> Mapping[str, Label]:
    return {
        row["reference_code"]: Label(
            Access(row["label"]), Ground(row["ground"]) if row["ground"] else None, row["rationale"]
        )
        for row in csv.DictReader(io.StringIO(SAMPLE.read_text(encoding="utf-8-sig")))
    }


def _codes(session: Session, on: date, size: int) -> list[str]:
    """A spread of due items: every so-many-th in catalogue order."""
    due = session.exec(batching.eligible(on=on).where(col(Record.due_on).is_not(None))).all()
    step = max(1, len(due) // size)
    return [record.reference_code for record in due[::step]][:size]


def _publish_first(session: Session, team: Mapping[str, User], home: Path, *, at: datetime, on: date) -> OpeningNotice:
    labels = _labels()
    batch = batching.assemble(
        session=session, title=t("demo.first_batch"), by=team["archivist"], at=at, on=on,
        codes=_codes(session, on, SMALL),
    )  # fmt: skip
    batch_id = int(batch.id or 0)
    _step(session, batch_id, BatchAction.START, team["archivist"], at=at, on=on)
    for entry in items(session, batch_id):
        label = labels[entry.record.reference_code]
        _decide(session, entry, label, team["reviewer_1"], ReviewStage.FIRST, at=at, on=on)
        _decide(session, entry, label, team["reviewer_2"], ReviewStage.SECOND, at=at, on=on)
    for action, who in (
        (BatchAction.FINISH, "group_lead"), (BatchAction.SKIP_CONSULTATION, "group_lead"),
        (BatchAction.SKIP_CERTIFICATION, "group_lead"), (BatchAction.SUBMIT, "archivist"),
    ):  # fmt: skip
        _step(session, batch_id, action, team[who], at=at, on=on)
    for entry in titles.titles_to_check(session, batch_id):
        titles.decide_title(
            session=session, batch_id=batch_id, record_id=entry.entry.record_id, public_title=None,
            by=team["archivist"], at=at,
        )  # fmt: skip
    approving.approve(
        session=session, batch_id=batch_id, by=team["director"], at=at, on=on, minutes_number=t("demo.minutes")
    )
    return publishing.publish(session=session, batch_id=batch_id, by=team["publisher"], at=at, on=on, home=home)


def _leave_second(session: Session, team: Mapping[str, User], *, at: datetime, on: date) -> None:
    """A batch in review, so that the pages have work to show: some read once, some twice, two in dispute."""
    labels = _labels()
    batch = batching.assemble(
        session=session, title=t("demo.second_batch"), by=team["archivist"], at=at, on=on,
        codes=_codes(session, on, SECOND),
    )  # fmt: skip
    batch_id = int(batch.id or 0)
    _step(session, batch_id, BatchAction.START, team["archivist"], at=at, on=on)
    roster = items(session, batch_id)
    for entry in roster[:20]:
        label = labels[entry.record.reference_code]
        _decide(session, entry, label, team["reviewer_1"], ReviewStage.FIRST, at=at, on=on)
    for entry in roster[:10]:
        label = labels[entry.record.reference_code]
        if entry in roster[:2]:
            label = (
                Label(Access.OPEN, None, "")
                if label.access is Access.RESTRICTED
                else Label(Access.RESTRICTED, Ground.PERSONAL_INFORMATION, t("demo.doubt"))
            )
        _decide(session, entry, label, team["reviewer_2"], ReviewStage.SECOND, at=at, on=on)


def _decide(
    session: Session, entry: Item, label: Label, by: User, stage: ReviewStage, *, at: datetime, on: date
) -> None:
    restricted = label.access is Access.RESTRICTED
    reviewing.decide(
        session=session, batch_id=entry.entry.batch_id, record_id=entry.entry.record_id, by=by, at=at, on=on,
        access=label.access, ground=label.ground, reason=label.reason if restricted else None,
        review_again_on=on.replace(year=on.year + AGAIN_YEARS, day=1) if restricted else None, stage=stage,
    )  # fmt: skip


def _step(session: Session, batch_id: int, action: BatchAction, by: User, *, at: datetime, on: date) -> None:
    batching.advance(session=session, batch=load_batch(session, batch_id), action=action, by=by, at=at, on=on)
