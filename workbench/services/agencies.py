"""The fonds register (全宗形成单位名册): who answers for a fonds; kept by hand, or imported and exported as a table."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from batches import consultation as rules
from batches.ledger import canonical
from models import FondsAgency, Record, User
from models.agency import AgencyStanding
from models.errors import ProcedureError
from workbench.i18n import t, term
from workbench.permissions import require
from workbench.readers import filled_sheet
from workbench.services.ledger_keeping import seal
from workbench.services.returned_sheets import Columns, ReturnReport
from workbench.services.row_codes import fonds_key
from workbench.writers import list_sheet
from workbench.writers.list_sheet import ListSheet

FIELDS = (
    "fonds_code", "fonds", "agency", "standing", "successor", "basis", "contact", "telephone", "address",
)  # fmt: skip
COLUMNS = Columns("agency.columns", FIELDS)
_CHANGING = FIELDS[2:]


def by_fonds(session: Session, keys: Iterable[str]) -> dict[str, FondsAgency]:
    """Lines of the register by fonds key (按全宗取形成单位)."""
    wanted = set(keys)
    return {line.fonds_key: line for line in session.exec(select(FondsAgency)) if line.fonds_key in wanted}


def everything(session: Session) -> list[FondsAgency]:
    """The whole register (名册)."""
    return list(session.exec(select(FondsAgency).order_by(col(FondsAgency.fonds_key))))


def whereabouts(session: Session) -> dict[str, dict[str, str]]:
    """Contact, telephone and address of each unit that answers for a fonds (单位联系方式), by its name."""
    found: dict[str, dict[str, str]] = {}
    for line in everything(session):
        known = found.setdefault(line.successor or line.agency, {})
        for name in ("contact", "telephone", "address"):
            if (value := getattr(line, name)) is not None:
                known.setdefault(name, value)
    return found


def unregistered(session: Session) -> list[dict[str, Any]]:
    """Fonds in the home that the register does not know yet, with their number of items (未登记全宗)."""
    known = select(FondsAgency.fonds_key)
    query = (
        select(Record.fonds_key, func.max(Record.fonds_code), func.max(Record.fonds), func.count())
        .where(col(Record.fonds_key).not_in(known))
        .group_by(Record.fonds_key)
        .order_by(Record.fonds_key)
    )
    return [
        {"fonds_key": key, "fonds_code": code, "fonds": fonds, "items": size}
        for key, code, fonds, size in session.exec(query)
    ]


def register(*, session: Session, line: Mapping[str, Any], by: User, at: datetime) -> FondsAgency:
    """Register who answers for one fonds, or change it (登记形成单位).

    Raises
    ------
    ProcedureError
        ``agency.*`` as ``batches.consultation.check_registered`` says.
    """
    require(by, "agency.register")
    kept, _ = _keep(session, line, by=by, at=at)
    _seal(session, [kept], by=by, at=at)
    return kept


def import_(*, session: Session, file: Path, by: User, at: datetime) -> ReturnReport:
    """Read a filled register (导入全宗形成单位名册): good rows are kept, each bad one is named."""
    require(by, "agency.register")
    report = ReturnReport()
    changed: list[FondsAgency] = []
    for sheet, number, cells in filled_sheet.read(file, headers=COLUMNS.known(), needed=("fonds", "agency")):
        if not any(cells.get(name) for name in _CHANGING):
            report.blank += 1
            continue
        with report.row(session, t("consultation.where", file=file.name, sheet=sheet, row=number)):
            standing = COLUMNS.term(AgencyStanding, cells, "standing") or AgencyStanding.EXISTING
            kept, is_new = _keep(session, {**cells, "standing": standing}, by=by, at=at)
            report.recorded += is_new
            report.unchanged += not is_new
            changed += [kept] * is_new
    if changed:
        _seal(session, changed, by=by, at=at)
    return report


def _keep(session: Session, line: Mapping[str, Any], *, by: User, at: datetime) -> tuple[FondsAgency, bool]:
    values: dict[str, Any] = {name: line.get(name) or None for name in FIELDS}
    values["agency"] = values["agency"] or ""
    values["standing"] = values["standing"] or AgencyStanding.EXISTING
    key = fonds_key(values["fonds_code"], values["fonds"])
    offered = FondsAgency(fonds_key=key, updated_by=by.name, updated_at=at, **values)
    rules.check_registered(offered)
    known = session.get(FondsAgency, offered.fonds_key)
    if known is not None and all(getattr(known, name) == values[name] for name in FIELDS):
        return known, False
    kept = session.merge(offered)
    session.flush()
    return kept, True


def _seal(session: Session, changed: Sequence[FondsAgency], *, by: User, at: datetime) -> None:
    lines = [{name: getattr(line, name) for name in ("fonds_key", *FIELDS)} for line in changed]
    digest = hashlib.sha256(canonical({"lines": lines}).encode()).hexdigest()
    payload = {"lines": len(lines), "content": digest}
    seal(session, actor=by.name, action="agency.register", subject="agency", payload=payload, at=at)


def export(session: Session, out: Path) -> int:
    """Write the register with the fonds still missing from it, ready to be filled (导出名册), and give the rows."""
    rows = [
        {**{name: getattr(line, name) for name in FIELDS}, "standing": term(line.standing)}
        for line in everything(session)
    ]
    rows += [{"fonds_code": line["fonds_code"], "fonds": line["fonds"]} for line in unregistered(session)]
    shape = ListSheet(
        name=t("agency.sheet"), headers=COLUMNS.titles(), fill=_CHANGING, locked=False,
        choices={"standing": [term(standing) for standing in AgencyStanding]},
    )  # fmt: skip
    list_sheet.write(out, shape, rows)
    return len(rows)


def plain(line: FondsAgency) -> dict[str, Any]:
    """A line of the register as plain values."""
    return line.model_dump(exclude={"updated_at"})


def find(session: Session, key: str) -> FondsAgency:
    """One line of the register by fonds number or name (查形成单位).

    Raises
    ------
    ProcedureError
        ``agency.unknown``.
    """
    line = session.get(FondsAgency, key) or session.exec(select(FondsAgency).where(FondsAgency.fonds == key)).first()
    if line is None:
        raise ProcedureError("agency.unknown", fonds=key)
    return line
