"""Templates of papers (公文模板): the built-in ones to take away and edit, the archive's own to try and to use."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from models import AuditEvent, PaperKind, User
from models.errors import ProcedureError, WorkbenchError
from workbench.i18n import explain, has, t
from workbench.permissions import require
from workbench.services.folder_swap import undo_on_rollback
from workbench.services.ledger_keeping import seal
from workbench.services.publication_facts import fonts
from workbench.services.rule_files import differing
from workbench.writers import papers, template_check, templates, wording
from workbench.writers.packages import refuse_hidden_text

CHANGED = "papers.template"
LARGEST = 20 * 1024 * 1024  # bytes; a template with a picture of the seal in it stays below


def folder(home: Path) -> Path:
    """Where the archive's own templates lie (模板文件夹)."""
    return home / "templates"


@dataclass(frozen=True, slots=True)
class Template:
    """One template (模板): ``is_own`` when the archive has its own; ``problems`` are sentences."""

    name: str
    title: str
    is_own: bool
    problems: Sequence[str] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "name": self.name, "title": self.title, "own": self.is_own, "well": not self.problems,
            "problems": list(self.problems),
        }  # fmt: skip


def title_of(name: str) -> str:
    """What a paper is called (公文名称)."""
    for key in (f"terms.paperkind.{name}", f"papers.{name}", f"papers.also.{name}"):
        if has(key):
            return t(key)
    return name


def everything(home: Path) -> list[Template]:
    """Every paper's template, own ones tried (模板清单): those of a batch in binding order, then the others."""
    order = {kind.value: place for place, kind in enumerate(PaperKind)}
    return [
        Template(name, title_of(name), own.is_file(), problems(own, name) if own.is_file() else ())
        for name in sorted(wording.names(), key=lambda name: (order.get(name, len(order)), name))
        for own in (templates.own_copy(folder(home), name),)
    ]


def strays(home: Path) -> list[str]:
    """Files in the folder that no paper is called by (多余文件): they are not used, and that should be known."""
    used = {f"{name}.docx" for name in wording.names()}
    found = sorted(folder(home).iterdir()) if folder(home).is_dir() else []
    # Word keeps a lock file beside an open document; it is nobody's template.
    return [file.name for file in found if file.name not in used and not file.name.startswith(("~$", "."))]


def problems(file: Path, name: str) -> list[str]:
    """What is wrong in a template, in sentences; all of it, not only the first (模板问题)."""
    content = file.read_bytes()
    try:
        refuse_hidden_text(content, template=f"{name}.docx")
        found: list[WorkbenchError] = [*template_check.problems(content, name=name)]
        if not found:
            papers.check(content, name=name)
    except WorkbenchError as error:
        found = [error]
    return [explain(problem) for problem in found]


def fields(name: str) -> list[str]:
    """What a template of this paper may use (填写项).

    Raises
    ------
    ProcedureError
        ``papers.template_unknown``.
    """
    _known(name)
    return template_check.fields(name)


def _known(name: str) -> None:
    if name not in wording.names():
        raise ProcedureError("papers.template_unknown", template=name, known=", ".join(wording.names()))


def built_in(session: Session, name: str) -> bytes:
    """A built-in template, in the archive's fonts (自带模板)."""
    _known(name)
    return papers.template(name, fonts(session))


def export(session: Session, out: Path, names: Sequence[str] = ()) -> list[Path]:
    """Write built-in templates for editing (写出自带模板); nothing that lies there is overwritten.

    Raises
    ------
    ProcedureError
        ``papers.template_unknown``, ``papers.template_exists`` or ``papers.cannot_write``; then nothing is written.
    """
    wanted = {templates.own_copy(out, name): built_in(session, name) for name in names or wording.names()}
    for file in wanted:
        if file.exists():
            raise ProcedureError("papers.template_exists", path=str(file))
    try:
        out.mkdir(parents=True, exist_ok=True)
        for file, content in wanted.items():
            file.write_bytes(content)
    except OSError as error:
        raise ProcedureError("papers.cannot_write", path=str(out), problem=error.strerror or str(error)) from error
    return list(wanted)


def take(*, session: Session, name: str, content: bytes, home: Path, by: User, at: datetime) -> str:
    """Use an edited template from now on (采用本馆模板), once it was tried; give its name.

    Raises
    ------
    ProcedureError
        ``papers.template_unknown``, and what ``papers.check`` raises: a broken one is never taken.
    """
    require(by, "papers.template")
    _known(name)
    if len(content) > LARGEST:
        raise ProcedureError("publication.template_unreadable", template=f"{name}.docx")
    papers.check(content, name=name)
    _put(session, templates.own_copy(folder(home), name), content)
    payload = {"template": name, "digest": hashlib.sha256(content).hexdigest()}
    seal(session, actor=by.name, action=CHANGED, subject=f"template/{name}", payload=payload, at=at)
    return name


def drop(*, session: Session, name: str, home: Path, by: User, at: datetime) -> str:
    """Go back to the built-in template (改用自带模板); give its name.

    Raises
    ------
    ProcedureError
        ``papers.template_unknown``, also when there is no own one.
    """
    require(by, "papers.template")
    own = templates.own_copy(folder(home), name)
    if not own.is_file():
        raise ProcedureError("papers.template_unknown", template=name, known=", ".join(wording.names()))
    _put(session, own, None)
    payload = {"template": name, "digest": None}
    seal(session, actor=by.name, action=CHANGED, subject=f"template/{name}", payload=payload, at=at)
    return name


def unsealed(session: Session, home: Path) -> list[str]:
    """Names of templates that are not as the ledger says (与审计账不符的模板): put, changed or removed by hand."""
    query = select(AuditEvent).where(AuditEvent.action == CHANGED).order_by(col(AuditEvent.seq))
    sealed = {str(event.payload["template"]): event.payload["digest"] for event in session.exec(query)}
    files = {name: templates.own_copy(folder(home), name) for name in wording.names()}
    there = {name: hashlib.sha256(file.read_bytes()).hexdigest() for name, file in files.items() if file.is_file()}
    return differing(sealed, there)


def _put(session: Session, file: Path, content: bytes | None) -> None:
    """Write or remove the file; what was there comes back if the transaction is rolled back."""
    before = file.read_bytes() if file.is_file() else None

    def back() -> None:
        if before is None:
            file.unlink(missing_ok=True)
        else:
            file.write_bytes(before)

    undo_on_rollback(session, back)
    if content is None:
        file.unlink()
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
