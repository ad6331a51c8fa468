"""People and their sessions (人员、角色、登录会话)."""

from datetime import datetime

from sqlalchemy import JSON, Column
from sqlmodel import Field

from models.base import Base, UtcDateTime
from models.vocabulary import Role


class User(Base, table=True):
    """A person who works here (人员). ``name`` signs; ``password_hash`` is argon2id or ``None`` (no sign-in)."""

    __tablename__ = "user_account"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True, min_length=1, max_length=80)
    roles: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    password_hash: str | None = None
    is_active: bool = True
    failed_attempts: int = 0
    locked_until: datetime | None = Field(default=None, sa_type=UtcDateTime)

    def holds(self, role: Role) -> bool:
        """Whether this person holds the role."""
        return role.value in self.roles


class SignInSession(Base, table=True):
    """One signed-in browser (登录会话): the row is the session, deleting it signs out at once."""

    __tablename__ = "sign_in_session"

    token_digest: str = Field(primary_key=True)
    user_id: int = Field(foreign_key="user_account.id", index=True)
    started_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)
