"""Settings (设置): every choice of the archive in one table, each change sealed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from batches import plans
from models import Setting, User
from models.errors import ProcedureError
from workbench.i18n import texts
from workbench.permissions import require
from workbench.services.ledger_keeping import seal


@dataclass(frozen=True, slots=True)
class Choice:
    """A setting's default and the values it takes (设置项定义)."""

    default: Any
    read: Callable[[str], Any]
    allowed: tuple[Any, ...] = ()


def _switch(text: str) -> bool:
    words = {"on": True, "true": True, "1": True, "yes": True, "off": False, "false": False, "0": False, "no": False}
    if text.strip().lower() not in words:
        raise ValueError(text)
    return words[text.strip().lower()]


def _text(text: str) -> str | None:
    return text.strip() or None


def switch(default: bool) -> Choice:
    """An on/off choice."""
    return Choice(default, _switch, (True, False))


def _days(text: str) -> int:
    if not 1 <= int(text) <= 366:
        raise ValueError(text)
    return int(text)


def days(default: int) -> Choice:
    """A number of days from 1 to 366."""
    return Choice(default, _days)


def _share(text: str) -> str:
    if not 0 <= float(text) <= 1:
        raise ValueError(text)
    return str(float(text))


def _inner_share(text: str) -> str:
    if not 0 < float(text) < 1:
        raise ValueError(text)
    return str(float(text))


def _reads(text: str) -> int:
    if not 0 <= int(text) <= 5000:
        raise ValueError(text)
    return int(text)


def _day_list(text: str) -> str | None:
    plans.read_days(text)
    return text.strip() or None


def words() -> Choice:
    """A free text, at first absent."""
    return Choice(None, _text)


def written(key: str) -> Choice:
    """A free text whose default is Chinese whatever language is spoken: it goes into Chinese papers."""
    return Choice(texts("zh_CN")[f"defaults.{key}"], _text)


CHOICES: dict[str, Choice] = {
    # procedure
    "consultation": switch(True),
    "certification": switch(True),
    "delay_report": switch(True),
    # Which like items with opposite outcomes hold a submission up until somebody explains them.
    "consistency_check": Choice("same", str, ("off", "same", "near")),
    "opinions_per_item": Choice(2, int, (1, 2)),
    "blind_second": switch(True),
    "live_mark": Choice("quarantine", str, ("quarantine", "load")),
    "whole_year_rule": switch(False),
    "historical_pack": switch(True),
    # consultation and delay: no text sets these terms, so they are this archive's own
    "received_documents": Choice("own", str, ("own", "issuer", "hold")),
    "consultation_days": days(30),
    "reminder_days": days(10),
    "archives_authority": words(),
    "suspension_days": Choice(30, int, tuple(range(1, 366))),
    "complaint_days": days(15),
    # plan: 0 is the pace measured here; the days off of a year are announced anew each year
    "reads_per_day": Choice(0, _reads),
    "days_off": Choice(None, _day_list),
    "extra_workdays": Choice(None, _day_list),
    # learner
    # In what order batches are read unless somebody chose otherwise, and the share of places drawn by lot.
    "reading_order": Choice("roster", str, ("roster", "risk", "informative")),
    "reading_random_share": Choice("0.1", _share),
    "leak_limit": Choice("0.02", lambda text: str(float(text))),
    # the opening certificate: limit and confidence of the sample, as shares between 0 and 1
    "certificate_limit": Choice("0.01", _inner_share),
    "certificate_confidence": Choice("0.95", _inner_share),
    # the archive, as it signs and is found
    "archive_name": words(),
    "archive_place": words(),
    "archive_contact": words(),
    "archive_hours": words(),
    "approving_body": words(),
    "notice_title_font": written("notice_title_font"),
    "notice_body_font": written("notice_body_font"),
    "notice_fallback_font": written("notice_fallback_font"),
    "notice_pdf": Choice("auto", str, ("auto", "on", "off")),
    "papers_pdf": Choice("auto", str, ("auto", "on", "off")),
    # the holdings system
    "write_back_open": written("write_back_open"),
    "write_back_restricted": written("write_back_restricted"),
    "write_back_suspended": written("write_back_suspended"),
    "write_back_withdrawn": written("write_back_withdrawn"),
    # beside the item
    "page_files": words(),
}


def get(session: Session, key: str) -> Any:
    """A setting's value, or its default (取设置).

    Raises
    ------
    ProcedureError
        ``setting.unknown`` for a key that does not exist.
    """
    if key not in CHOICES:
        raise ProcedureError("setting.unknown", key=key, known=", ".join(CHOICES))
    stored = session.get(Setting, key)
    return CHOICES[key].default if stored is None else stored.value


def all_values(session: Session) -> dict[str, Any]:
    """Every setting with its value in force (设置清单)."""
    stored = {row.key: row.value for row in session.exec(select(Setting).where(col(Setting.key).in_(CHOICES)))}
    return {key: stored.get(key, choice.default) for key, choice in CHOICES.items()}


def set_(*, session: Session, key: str, text: str, by: User, at: datetime) -> Any:
    """Change a setting (改设置), sealed with old and new value.

    Raises
    ------
    ProcedureError
        ``setting.unknown`` or ``setting.bad_value`` with the values allowed.
    PermissionDenied
        For anyone but an administrator.
    """
    require(by, "setting.change")
    before = get(session, key)
    choice = CHOICES[key]
    try:
        value = choice.read(text)
        is_bad = value is None and choice.read not in (_text, _day_list)
    except ValueError:
        value, is_bad = None, True
    if is_bad or (choice.allowed and value not in choice.allowed):
        raise ProcedureError("setting.bad_value", key=key, value=text, allowed=_allowed(choice))
    store(session, key, value)
    payload = {"key": key, "before": before, "after": value}
    seal(session, actor=by.name, action="setting.change", subject=f"setting/{key}", payload=payload, at=at)
    return value


_LISTED = 9


def _allowed(choice: Choice) -> str:
    if choice.read is _switch:
        return "on, off"
    if choice.read is _days:
        return "1–366"
    if choice.read is _reads:
        return "0–5000"
    if choice.read is _day_list:
        return "2026-10-01, 2026-10-05~2026-10-07"
    if len(choice.allowed) > _LISTED:
        return f"{choice.allowed[0]}–{choice.allowed[-1]}"
    return ", ".join(str(option) for option in choice.allowed) or "0.01, 0.02, …"


def store(session: Session, key: str, value: Any) -> None:
    """Write a value without asking who (写设置): for ``init`` and ``demo`` only, which seal it themselves."""
    row = session.get(Setting, key)
    if row is None:
        session.add(Setting(key=key, value=value))
    else:
        row.value = value
        session.add(row)
    session.flush()


DEMO_FLAG = "demo_home"


def is_demo(session: Session) -> bool:
    """Whether this home was made by ``demo`` (演示目录)."""
    row = session.get(Setting, DEMO_FLAG)
    return bool(row and row.value)
