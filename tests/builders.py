"""Builders (造物): small worlds for tests, in words."""

import hashlib
from datetime import UTC, date, datetime

from sqlmodel import Session

from models import Batch, Catalogue, Record, User
from models.record import RecordBase
from models.vocabulary import Access, BatchAction, Ground, Role
from workbench.services import batching, people, reading_desk, reviewing, setting_up

TODAY = date(2026, 11, 24)
NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
PASSWORD = "correct horse"


def a_person(session: Session, name: str, *roles: Role) -> User:
    return people.add(session=session, name=name, roles=list(roles), password=None, by="test", at=NOON)


def a_catalogue(session: Session) -> Catalogue:
    catalogue = Catalogue(
        file="1998年文书档案目录.xlsx", file_digest="0" * 64, reader="xlsx", imported_by="test", imported_at=NOON
    )
    session.add(catalogue)
    session.flush()
    return catalogue


def a_record(session: Session, code: str, title: str = "关于召开春耕生产会议的通知", **fields: object) -> Record:
    catalogue = session.get(Catalogue, 1) or a_catalogue(session)
    known = {
        "row": 2,
        "fonds": "云溪县农业局",
        "fonds_key": "云溪县农业局",
        "date_text": "1997-05-03",
        "date_from": date(1997, 5, 3),
        "date_to": date(1997, 5, 3),
        "due_on": date(2022, 5, 4),
        "content_digest": hashlib.sha256(f"{code}{title}".encode()).hexdigest(),
        **fields,
    }
    shape = RecordBase.model_validate({"reference_code": code, "title": title, **known})
    record = Record.model_validate({**shape.model_dump(), "catalogue_id": catalogue.id})
    session.add(record)
    session.flush()
    return record


class Team:
    """One person for each part, and three readers (一班人)."""

    def __init__(self, session: Session) -> None:
        self.administrator = a_person(session, "管理员", Role.ADMINISTRATOR)
        self.archivist = a_person(session, "档案员", Role.ARCHIVIST)
        self.first = a_person(session, "审核员甲", Role.REVIEWER)
        self.second = a_person(session, "审核员乙", Role.REVIEWER)
        self.third = a_person(session, "审核员丙", Role.REVIEWER)
        self.lead = a_person(session, "组长", Role.GROUP_LEAD)
        self.director = a_person(session, "馆长", Role.DIRECTOR)
        self.publisher = a_person(session, "公布员", Role.PUBLISHER)

    def holder(self, role: Role) -> User:
        return next(person for person in vars(self).values() if person.holds(role))


def switch_off(session: Session, *keys: str) -> None:
    for key in keys:
        setting_up.store(session, key, False)


def name_the_archive(session: Session) -> None:
    for key, text in {
        "archive_name": "云溪县档案馆",
        "archive_place": "云溪县文昌路9号",
        "archive_contact": "0000-0000000",
        "archive_hours": "工作日9:00—17:00",
        "approving_body": "云溪县档案开放审核领导小组",
    }.items():
        setting_up.store(session, key, text)


def a_batch(session: Session, team: Team, *, codes: list[str] | None = None, start: bool = True) -> Batch:
    batch = batching.assemble(session=session, title="测试批次", by=team.archivist, at=NOON, on=TODAY, codes=codes)
    return move(session, batch, team, BatchAction.START) if start else batch


def move(session: Session, batch: Batch, team: Team, *actions: BatchAction, **known: object) -> Batch:
    for action in actions:
        row = batching.machine.transition(batch.state, action)
        batching.advance(
            session=session, batch=batch, action=action, by=team.holder(row.role), at=NOON, on=TODAY, **known
        )
    return batch


def opens(session: Session, batch: Batch, record: Record, by: User, **known: object) -> None:
    reviewing.decide(
        session=session, batch_id=batch.id, record_id=record.id, by=by, at=NOON, on=TODAY, access=Access.OPEN, **known
    )


def at_desk(session: Session, batch: Batch, by: User, **known: object) -> dict[str, object]:
    """What this person sees when the next item is taken."""
    given = {"batch_id": batch.id, "by": by, "at": NOON}
    taken = reading_desk.take_next(session=session, **given, **known)
    return reading_desk.desk(session, taken=taken, **given)


def restricts(session: Session, batch: Batch, record: Record, by: User, **known: object) -> None:
    given = {
        "ground": Ground.PERSONAL_INFORMATION, "reason": "涉及个人处分", "review_again_on": date(2036, 1, 1), **known,
    }  # fmt: skip
    reviewing.decide(
        session=session, batch_id=batch.id, record_id=record.id, by=by, at=NOON, on=TODAY, access=Access.RESTRICTED,
        **given,
    )  # fmt: skip
