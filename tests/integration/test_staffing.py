"""Care for people (人员管理): only an administrator, except for one's own password."""

from datetime import timedelta

import pytest
from sqlmodel import Session, select

from builders import NOON, PASSWORD, Team
from models import AuditEvent, SignInSession
from models.errors import PermissionDenied, ProcedureError
from models.vocabulary import Role
from workbench.services import people, setting_up, signing_in, staffing

OTHER = "another horse"


def enrol(session: Session, name: str, *roles: Role) -> None:
    people.add(session=session, name=name, roles=list(roles), password=PASSWORD, by="test", at=NOON)


def enter(session: Session, name: str, password: str = PASSWORD) -> signing_in.Attempt:
    return signing_in.sign_in(session=session, name=name, password=password, at=NOON)


def test_only_an_administrator_registers_people(session: Session, team: Team) -> None:
    with pytest.raises(PermissionDenied):
        staffing.register(
            session=session, name="新人", roles=[Role.REVIEWER], password=PASSWORD, by=team.director, at=NOON
        )
    staffing.register(
        session=session, name="新人", roles=[Role.REVIEWER], password=PASSWORD, by=team.administrator, at=NOON
    )
    assert enter(session, "新人").token


def test_a_new_password_ends_the_sessions_and_is_sealed(session: Session, team: Team) -> None:
    enrol(session, "新人", Role.REVIEWER)
    enter(session, "新人")
    staffing.reset_password(session=session, name="新人", password=OTHER, by=team.administrator, at=NOON)
    assert session.exec(select(SignInSession)).all() == []
    assert enter(session, "新人").token is None
    assert enter(session, "新人", OTHER).token
    assert "user.password" in session.exec(select(AuditEvent.action)).all()


def test_changing_ones_own_password_keeps_this_browser_and_ends_the_others(session: Session) -> None:
    enrol(session, "新人", Role.REVIEWER)
    here, _elsewhere = enter(session, "新人"), enter(session, "新人")
    given = {"user": people.find(session, "新人"), "new": OTHER, "again": OTHER, "token": here.token, "at": NOON}
    assert not staffing.change_own_password(session=session, old="wrong", **given).holds
    assert staffing.change_own_password(session=session, old=PASSWORD, **given).holds
    assert [row.token_digest for row in session.exec(select(SignInSession))] == [signing_in.digest_of(here.token)]
    with pytest.raises(ProcedureError, match=r"user\.passwords_differ"):
        staffing.change_own_password(session=session, old=OTHER, **{**given, "again": "slip of the hand"})


def test_wrong_passwords_before_an_approval_are_counted_and_lock(session: Session) -> None:
    enrol(session, "馆长", Role.DIRECTOR)
    director = people.find(session, "馆长")
    for _ in range(people.ALLOWED_FAILURES):
        assert not signing_in.confirm(session=session, user=director, password="wrong", at=NOON).holds
    locked = signing_in.confirm(session=session, user=director, password=PASSWORD, at=NOON)
    assert locked.refusal.code == "sign_in.locked"
    later = NOON + people.LOCK_FOR + timedelta(seconds=1)
    assert signing_in.confirm(session=session, user=director, password=PASSWORD, at=later).holds


def test_in_a_demo_home_the_click_is_the_proof(session: Session, team: Team) -> None:
    setting_up.store(session, setting_up.DEMO_FLAG, True)
    assert signing_in.confirm(session=session, user=team.director, password=None, at=NOON).holds
