"""How lists of a known header are read (导入方案): kept by name and sender, used again when the header comes again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from models import ImportProfile, User
from models.errors import ImportFailure, ProcedureError
from models.vocabulary import Level
from workbench.permissions import named
from workbench.readers.headers import fields, shape_of
from workbench.services.ledger_keeping import seal

_ACTION = "catalogue.import"


@dataclass(frozen=True, slots=True)
class Reading:
    """What the profiles make of an import's options (读取方式): mappings by header shape, and one asked for by name."""

    profiles: dict[str, dict[str, str]] = field(default_factory=dict)
    mapping: dict[str, str] | None = None
    encoding: str | None = None
    level: Level | None = None

    def options(self, **asked: Any) -> dict[str, Any]:
        """Options for ``import_catalogue``; what a person asks for goes before what a profile says."""
        own = {"mapping": self.mapping, "encoding": self.encoding, "level": self.level}
        return {"profiles": self.profiles, **asked, **{name: asked.get(name) or own[name] for name in own}}


def listed(session: Session) -> Sequence[ImportProfile]:
    """All profiles by name (方案清单)."""
    return session.exec(select(ImportProfile).order_by(col(ImportProfile.name))).all()


def find(session: Session, name: str) -> ImportProfile:
    """The profile of this name (取方案).

    Raises
    ------
    ImportFailure
        ``import.unknown_profile`` with the names there are.
    """
    found = session.exec(select(ImportProfile).where(ImportProfile.name == name)).first()
    if found is None:
        known = ", ".join(each.name for each in listed(session)) or "-"
        raise ImportFailure("import.unknown_profile", name=name, known=known)
    return found


def reading(session: Session, name: str | None = None) -> Reading:
    """How files are read now (读取方式): every profile lies ready for its header; a named one holds for the whole file.

    Raises
    ------
    ImportFailure
        ``import.unknown_profile``.
    """
    profiles = {each.shape: dict(each.columns) for each in listed(session) if each.shape}
    if name is None:
        return Reading(profiles)
    one = find(session, name)
    return Reading(profiles, dict(one.columns), one.encoding, one.level)


def save(
    *,
    session: Session,
    name: str,
    headers: Sequence[str],
    columns: Mapping[str, str],
    by: User | str,
    at: datetime,
    sender: str | None = None,
    encoding: str | None = None,
    level: Level | None = None,
) -> ImportProfile:
    """Keep a profile (存方案), sealed; another one of the same name or of the same header is replaced.

    ``headers`` are the cells of the header line, empty for a list without one; ``columns`` is field → header or ``#3``.

    Raises
    ------
    ProcedureError
        ``profile.no_name``, ``profile.no_title`` when no column is the title, ``profile.unknown_field``.
    PermissionDenied
        For a person who may not import.
    """
    who = named(by, _ACTION)
    if not name.strip():
        raise ProcedureError("profile.no_name")
    if "title" not in columns:
        raise ProcedureError("profile.no_title")
    if unknown := sorted(set(columns) - set(fields())):
        raise ProcedureError("profile.unknown_field", field=", ".join(unknown), known=", ".join(fields()))
    shape = shape_of(headers) if any(headers) else None
    for old in listed(session):
        if old.name == name.strip() or (shape and old.shape == shape):
            session.delete(old)
    session.flush()
    kept = ImportProfile(
        name=name.strip(), sender=(sender or "").strip() or None, shape=shape, headers=list(headers),
        columns=dict(columns), encoding=encoding, level=level, made_by=who, made_at=at,
    )  # fmt: skip
    session.add(kept)
    session.flush()
    _seal(session, "import.profile.save", kept, who, at)
    return kept


def remove(*, session: Session, name: str, by: User | str, at: datetime) -> None:
    """Forget a profile (删方案), sealed; what came in by it stays.

    Raises
    ------
    ImportFailure
        ``import.unknown_profile``.
    PermissionDenied
        For a person who may not import.
    """
    who = named(by, _ACTION)
    found = find(session, name)
    _seal(session, "import.profile.remove", found, who, at)
    session.delete(found)
    session.flush()


def used(session: Session, header_maps: Sequence[Mapping[str, Any]]) -> list[str]:
    """Names of the profiles by which these lists were read (用到的方案), in the order of the file."""
    names = {each.shape: each.name for each in listed(session) if each.shape}
    return list(dict.fromkeys(names[found["shape"]] for found in header_maps if found.get("shape") in names))


def plain(profile: ImportProfile) -> dict[str, Any]:
    """A profile as plain values (方案)."""
    return {
        "name": profile.name,
        "sender": profile.sender,
        "headers": profile.headers,
        "columns": profile.columns,
        "encoding": profile.encoding,
        "level": profile.level,
        "made_by": profile.made_by,
        "made_at": profile.made_at,
    }


def _seal(session: Session, action: str, profile: ImportProfile, who: str, at: datetime) -> None:
    payload = {"name": profile.name, "shape": profile.shape, "fields": sorted(profile.columns)}
    seal(session, actor=who, action=action, subject=f"import_profile/{profile.id}", payload=payload, at=at)
