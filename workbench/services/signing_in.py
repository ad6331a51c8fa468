"""Sign in and out (登录、退出): the session is a row; idle 30 minutes or 8 hours in all end it."""

import hashlib
import hmac
import ipaddress
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, delete, select

from models import SignInSession, User
from models.errors import PermissionDenied
from models.vocabulary import Role
from workbench import clock, db
from workbench.services import people, setting_up
from workbench.services.ledger_keeping import seal
from workbench.settings import environment

COOKIE = "kaijian_session"
LANGUAGE_COOKIE = "kaijian_language"
IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=8)
# The row is touched at most this often: a page that reruns ten times a second must not write ten times.
TOUCH = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What became of a sign-in (登录结果): a token for the cookie, or the refusal; never both.

    The refusal is a value, not an exception, so that the count of failures is committed with it.
    """

    token: str | None = None
    refusal: PermissionDenied | None = None


def is_loopback(address: str | None) -> bool:
    """Whether an address is this machine's own (是否本机地址): demo people and the first set-up ask for it."""
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address or "").is_loopback
    except ValueError:
        return False


def digest_of(token: str) -> str:
    """What the database keeps of a token (令牌摘要): a stolen database signs nobody in."""
    return hashlib.sha256(token.encode()).hexdigest()


def form_token(token: str, purpose: str) -> str:
    """CSRF token of a form (表单令牌), bound to the session's token and the form's purpose."""
    return hmac.new(token.encode(), purpose.encode(), hashlib.sha256).hexdigest()


def form_token_fits(token: str | None, purpose: str, given: str | None) -> bool:
    """Whether a form came from our own page (校验表单令牌)."""
    return bool(token) and hmac.compare_digest(form_token(token or "", purpose), given or "")


def sign_in(*, session: Session, name: str, password: str, at: datetime) -> Attempt:
    """Sign a person in by password (口令登录); success, failure and locking are sealed."""
    refusal = _checked(session, name.strip(), password, at)
    if refusal is not None:
        return Attempt(refusal=refusal)
    return Attempt(token=_begin(session, people.find(session, name.strip()), at))


def sign_in_demo(*, session: Session, user_id: int, at: datetime) -> Attempt:
    """Sign a demo person in with one click (演示登录), in a demo home only."""
    user = session.get(User, user_id)
    if not setting_up.is_demo(session) or user is None or not user.is_active:
        return Attempt(refusal=PermissionDenied("sign_in.wrong"))
    return Attempt(token=_begin(session, user, at))


def _begin(session: Session, user: User, at: datetime) -> str:
    session.exec(delete(SignInSession).where(col(SignInSession.started_at) < at - ABSOLUTE))
    session.exec(delete(SignInSession).where(col(SignInSession.seen_at) < at - IDLE))
    token = secrets.token_urlsafe(32)
    session.add(SignInSession(token_digest=digest_of(token), user_id=int(user.id or 0), started_at=at, seen_at=at))
    _seal(session, user, "sign_in.begin", at)
    return token


def _seal(session: Session, user: User, action: str, at: datetime) -> None:
    seal(session, actor=user.name, action=action, subject=f"user/{user.id}", payload={}, at=at)


def sign_out(*, session: Session, token: str, at: datetime) -> None:
    """End a session (退出); a token that is no longer known is no error."""
    row = session.get(SignInSession, digest_of(token))
    if row is None:
        return
    user = session.get(User, row.user_id)
    session.delete(row)
    if user is not None:
        _seal(session, user, "sign_in.end", at)


def sign_out_everywhere(*, session: Session, user: User, but: str | None = None) -> int:
    """End the sessions of a person (全部下线), ``but`` the one of a token, for a new password; give their number."""
    kept = digest_of(but) if but else ""
    rows = session.exec(
        select(SignInSession).where(SignInSession.user_id == user.id, SignInSession.token_digest != kept)
    ).all()
    for row in rows:
        session.delete(row)
    return len(rows)


def holder(session: Session, token: str | None, at: datetime) -> tuple[User, SignInSession] | None:
    """Who holds a token now (会话持有人), with the session's row; ``None`` when it is unknown, idle or old."""
    row = session.get(SignInSession, digest_of(token)) if token else None
    if row is None or at - row.seen_at > IDLE or at - row.started_at > ABSOLUTE:
        return None
    user = session.get(User, row.user_id)
    return (user, row) if user is not None and user.is_active else None


def touch(*, session: Session, token: str, at: datetime) -> None:
    """Note that a session is in use (续期)."""
    row = session.get(SignInSession, digest_of(token))
    if row is not None and at > row.seen_at:
        row.seen_at = at
        session.add(row)


def current_user(cookies: Mapping[str, str]) -> User | None:
    """The person of this request's cookie (当前人员), kept alive by being asked for; ``None``: sign in again.

    Opens its own short session: it stands before the page, where no transaction is open yet.
    """
    token, url, at = cookies.get(COOKIE), environment().url, clock.now()
    if not token:
        return None
    with db.reading(url) as session:
        found = holder(session, token, at)
    if found is None:
        return None
    user, row = found
    if at - row.seen_at > TOUCH:
        with db.transaction(url) as session:
            touch(session=session, token=token, at=at)
    return user


def set_up_first(*, session: Session, name: str, password: str, at: datetime) -> str:
    """Register the first administrator of a real home and sign them in (首任管理员); give the token.

    Raises
    ------
    PermissionDenied
        ``sign_in.already_set_up`` once anybody is registered, or in a demo home.
    ProcedureError
        ``user.name_and_role``, ``user.short_password``.
    """
    if not people.is_empty(session) or setting_up.is_demo(session):
        raise PermissionDenied("sign_in.already_set_up")
    user = people.add(session=session, name=name, roles=[Role.ADMINISTRATOR], password=password, by=name.strip(), at=at)
    return _begin(session, user, at)


@dataclass(frozen=True, slots=True)
class Proof:
    """Whether a person proved to be who they are (验证结果); the refusal is a value, so that its count is kept."""

    holds: bool
    refusal: PermissionDenied | None = None


def confirm(*, session: Session, user: User, password: str | None, at: datetime) -> Proof:
    """Prove the signed-in person once more before an act that binds the archive (再次验证口令).

    In a demo home nobody has a password, and the click is the proof.
    """
    if setting_up.is_demo(session):
        return Proof(holds=True)
    attempt = _checked(session, user.name, password or "", at)
    return Proof(holds=attempt is None, refusal=attempt)


def _checked(session: Session, name: str, password: str, at: datetime) -> PermissionDenied | None:
    """The refusal of a wrong password, sealed; ``None`` for the right one."""
    try:
        people.authenticate(session, name=name, password=password, at=at)
    except PermissionDenied as refusal:
        # Nothing is sealed for a name that nobody bears (it may be a password typed in the wrong field),
        # nor while the account is locked: a stranger must not be able to grow the ledger at will.
        known = session.exec(select(User).where(User.name == name)).first()
        if known is not None and refusal.code == "sign_in.wrong":
            locked = bool(known.locked_until and known.locked_until > at)
            _seal(session, known, "sign_in.locked" if locked else "sign_in.failed", at)
        return refusal
    return None
