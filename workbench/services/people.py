"""People (人员): add, find, prove by password; who may not, and why."""

from datetime import datetime, timedelta
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from models import SignInSession, User
from models.errors import PermissionDenied, ProcedureError
from models.vocabulary import Role
from workbench.permissions import require
from workbench.services.ledger_keeping import seal

__all__ = ["add", "authenticate", "everyone", "find", "is_empty", "require", "retire", "set_password"]

SHORTEST_PASSWORD = 8
ALLOWED_FAILURES = 5
LOCK_FOR = timedelta(minutes=15)


@lru_cache(maxsize=1)
def _hasher() -> PasswordHasher:
    return PasswordHasher()


def is_empty(session: Session) -> bool:
    """Whether nobody is registered yet (尚无人员)."""
    return session.exec(select(func.count()).select_from(User)).one() == 0


def everyone(session: Session) -> list[User]:
    """All people by name (人员名单)."""
    return list(session.exec(select(User).order_by(col(User.id))))


def find(session: Session, name: str) -> User:
    """A person by name (查人员).

    Raises
    ------
    PermissionDenied
        ``sign_in.unknown`` for a name that is not registered or no longer active.
    """
    user = session.exec(select(User).where(User.name == name)).first()
    if user is None or not user.is_active:
        raise PermissionDenied("sign_in.unknown", user=name)
    return user


def add(*, session: Session, name: str, roles: list[Role], password: str | None, by: str, at: datetime) -> User:
    """Register a person (登记人员); ``password`` may be absent only in a demo home."""
    name = name.strip()
    if not name or not roles:
        raise ProcedureError("user.name_and_role")
    if session.exec(select(User).where(User.name == name)).first():
        raise ProcedureError("user.exists", user=name)
    user = User(
        name=name,
        roles=list(dict.fromkeys(role.value for role in roles)),
        password_hash=None if password is None else _hash(password),
    )
    session.add(user)
    session.flush()
    seal(session, actor=by, action="user.add", subject=f"user/{user.id}", payload={"roles": user.roles}, at=at)
    return user


def _hash(password: str) -> str:
    if len(password) < SHORTEST_PASSWORD:
        raise ProcedureError("user.short_password", length=SHORTEST_PASSWORD)
    return _hasher().hash(password)


def set_password(*, session: Session, user: User, password: str, by: str, at: datetime) -> None:
    """Give a person a new password (设置口令)."""
    user.password_hash = _hash(password)
    user.failed_attempts, user.locked_until = 0, None
    session.add(user)
    seal(session, actor=by, action="user.password", subject=f"user/{user.id}", payload={}, at=at)


def retire(*, session: Session, user: User, by: str, at: datetime) -> None:
    """Close an account (停用账号): signed out everywhere at once, never deleted.

    Raises
    ------
    ProcedureError
        ``user.last_administrator``: a home without administrator could not be cared for.
    """
    others = [person for person in everyone(session) if person.is_active and person.id != user.id]
    if user.holds(Role.ADMINISTRATOR) and not any(person.holds(Role.ADMINISTRATOR) for person in others):
        raise ProcedureError("user.last_administrator")
    user.is_active = False
    session.add(user)
    session.execute(delete(SignInSession).where(col(SignInSession.user_id) == user.id))
    seal(session, actor=by, action="user.retire", subject=f"user/{user.id}", payload={}, at=at)


def authenticate(session: Session, *, name: str, password: str, at: datetime) -> User:
    """Prove a person by password (验口令), counting failures; five lock the account for 15 minutes.

    A failure is returned as an exception *after* its count was written to the session: a caller that wants
    the count kept (the sign-in page) commits before it lets the exception out.

    Raises
    ------
    PermissionDenied
        ``sign_in.wrong`` (unknown names too: nobody learns who works here) or ``sign_in.locked``.
    """
    user = session.exec(select(User).where(User.name == name)).first()
    if user is None or not user.is_active or user.password_hash is None:
        raise PermissionDenied("sign_in.wrong")
    if user.locked_until and user.locked_until > at:
        raise PermissionDenied("sign_in.locked", until=user.locked_until.isoformat(timespec="minutes"))
    try:
        _hasher().verify(user.password_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        user.failed_attempts += 1
        if user.failed_attempts >= ALLOWED_FAILURES:
            user.failed_attempts, user.locked_until = 0, at + LOCK_FOR
        session.add(user)
        session.flush()
        raise PermissionDenied("sign_in.wrong") from None
    if user.failed_attempts or user.locked_until:
        user.failed_attempts, user.locked_until = 0, None
        session.add(user)
    return user
