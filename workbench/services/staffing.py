"""Care for people at the page (人员管理): only an administrator, except for one's own password."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from models import User
from models.errors import PermissionDenied, ProcedureError
from models.vocabulary import Role
from workbench.permissions import require
from workbench.services import people, setting_up, signing_in


def register(
    *, session: Session, name: str, roles: Sequence[Role], password: str, by: User, at: datetime
) -> User:  # fmt: skip
    """Register a person (登记人员); in a demo home without password."""
    require(by, "user.manage")
    given = None if setting_up.is_demo(session) else password
    return people.add(session=session, name=name, roles=list(roles), password=given, by=by.name, at=at)


def reset_password(*, session: Session, name: str, password: str, by: User, at: datetime) -> User:
    """Give a person a new password (重设口令) and end their sessions."""
    require(by, "user.manage")
    user = people.find(session, name)
    people.set_password(session=session, user=user, password=password, by=by.name, at=at)
    signing_in.sign_out_everywhere(session=session, user=user)
    return user


def retire(*, session: Session, name: str, by: User, at: datetime) -> User:
    """Close a person's account (停用账号)."""
    require(by, "user.manage")
    user = people.find(session, name)
    people.retire(session=session, user=user, by=by.name, at=at)
    return user


def change_own_password(
    *, session: Session, user: User, old: str, new: str, again: str, token: str, at: datetime
) -> signing_in.Proof:
    """Change one's own password (改口令): the old one proves the person; other browsers are signed out.

    Raises
    ------
    ProcedureError
        ``user.passwords_differ``, ``user.short_password``.
    """
    if new != again:
        raise ProcedureError("user.passwords_differ")
    if setting_up.is_demo(session):
        raise PermissionDenied("sign_in.demo_has_no_passwords")
    proof = signing_in.confirm(session=session, user=user, password=old, at=at)
    if proof.holds:
        mine = people.find(session, user.name)
        people.set_password(session=session, user=mine, password=new, by=mine.name, at=at)
        signing_in.sign_out_everywhere(session=session, user=mine, but=token)
    return proof


def change_setting(*, session: Session, key: str, text: str, by: User, at: datetime) -> str:
    """Change a setting (改设置) and give its key: the value itself may rightly be absent."""
    setting_up.set_(session=session, key=key, text=text, by=by, at=at)
    return key
