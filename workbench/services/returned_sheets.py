"""What comes back filled in (回收表格): cells read as terms, dates and numbers; a report of what became of the rows."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from sqlmodel import Session

from models.errors import ProcedureError, WorkbenchError
from workbench import i18n
from workbench.i18n import explain, t

Term = TypeVar("Term", bound=StrEnum)
_DATES = ("%Y-%m-%d", "%Y%m%d", "%Y/%m/%d", "%Y.%m.%d")


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A row that was not taken, where and why (未登记行)."""

    where: str
    text: str


@dataclass(slots=True)
class ReturnReport:
    """What became of a returned table (回收结果); the four numbers add up to its rows."""

    recorded: int = 0
    unchanged: int = 0
    blank: int = 0
    problems: list[RowProblem] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)

    @contextmanager
    def row(self, session: Session, where: str) -> Iterator[None]:
        """Take one row: kept whole, or named among the problems and nothing of it kept."""
        try:
            with session.begin_nested():
                yield
        except WorkbenchError as error:
            self.problems.append(RowProblem(where, explain(error)))


class Columns:
    """The columns of a table that goes out and comes back (表头): titles of every language are understood."""

    def __init__(self, area: str, fields: Sequence[str]) -> None:
        self.area, self.fields = area, tuple(fields)

    def titles(self) -> dict[str, str]:
        """Field → column title in the language spoken."""
        return {name: t(f"{self.area}.{name}") for name in self.fields}

    def known(self) -> dict[str, str]:
        """Column title → field: a table written in one language may come back while another is spoken."""
        return {
            i18n.texts(language)[f"{self.area}.{name}"]: name for language in i18n.LANGUAGES for name in self.fields
        }

    def bad(self, name: str, value: str) -> ProcedureError:
        """Refusal of a cell that cannot be read."""
        return ProcedureError("sheet.bad_cell", column=t(f"{self.area}.{name}"), value=value)

    def number(self, cells: Mapping[str, str], name: str) -> int:
        """A whole number that must be there."""
        try:
            return int(cells[name])
        except (KeyError, ValueError):
            raise self.bad(name, cells.get(name, "")) from None

    def term(self, kind: type[Term], cells: Mapping[str, str], name: str) -> Term | None:
        """A controlled term by its label or value, or ``None`` for an empty cell."""
        written = cells.get(name)
        if written is None:
            return None
        for value in kind:
            key = f"terms.{kind.__name__.lower()}.{value.value}"
            if written in {value.value, *(i18n.texts(language)[key] for language in i18n.LANGUAGES)}:
                return value
        raise self.bad(name, written)

    def day(self, cells: Mapping[str, str], name: str) -> date | None:
        """A date, or ``None`` for an empty cell."""
        written = cells.get(name)
        if written is None:
            return None
        for form in _DATES:
            try:
                return datetime.strptime(written, form).date()
            except ValueError:
                continue
        raise self.bad(name, written)

    def unchanged(self, cells: Mapping[str, str], name: str, expected: object) -> None:
        """Refuse a row whose own column was altered outside.

        Raises
        ------
        ProcedureError
            ``sheet.column_changed`` with the column and what stands in it now.
        """
        wanted = "" if expected is None else " ".join(str(expected).split())
        found = " ".join(cells.get(name, "").split())
        if found != wanted:
            raise ProcedureError("sheet.column_changed", column=t(f"{self.area}.{name}"), value=found)
