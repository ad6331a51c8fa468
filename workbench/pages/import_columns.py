"""Explain the columns of a file (列对照): the guess with samples, corrected by a person before anything is read."""

from dataclasses import dataclass, field

import streamlit as st

from workbench.i18n import t
from workbench.readers.headers import fields, shape_of
from workbench.readers.preview import FileLook, SheetLook
from workbench.services.previewing import with_header


@dataclass(frozen=True, slots=True)
class Explained:
    """What a person says of a list (列对照结果): its header's cells, and field → header or ``#3``."""

    headers: list[str] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    is_changed: bool = False
    repeated: tuple[str, ...] = ()

    @property
    def shape(self) -> str | None:
        """Shape of the header, ``None`` for a list without one."""
        return shape_of(self.headers) if any(self.headers) else None


def field_label(name: str | None) -> str:
    """A field as people call it (著录项名)."""
    return t(f"intake.fields.{name}") if name else t("intake.page.not_read")


def explain(seen: FileLook, key: str) -> Explained:
    """Show the guess for one sheet and take corrections (核对列对照)."""
    named = [f"{place}" for place in range(len(seen.sheets))]
    best = _asks_most(seen.sheets)
    left, right = st.columns(2)
    chosen = best
    if len(seen.sheets) > 1:
        chosen = int(
            left.selectbox(
                t("intake.page.sheet"), named, index=best, key=f"{key}.sheet",
                format_func=lambda place: _sheet_label(seen.sheets[int(place)]),
            )
        )  # fmt: skip
    guess = seen.sheets[chosen]
    rows = [0, *(row for row, _ in guess.lines[:30])]
    if guess.header_row is not None and guess.header_row not in rows:
        rows.insert(1, guess.header_row)
    at = guess.header_row if guess.header_row is not None else guess.likely_header()
    row = right.selectbox(
        t("intake.page.header_row"), rows, key=f"{key}.{chosen}.row", index=rows.index(at) if at in rows else 0,
        format_func=lambda number: t("intake.page.row_number", row=number) if number else t("intake.page.no_header"),
    )  # fmt: skip
    sheet = with_header(guess, row)
    if guess.header_row is None:
        st.warning(t("intake.page.header_unknown"), icon=":material/help:")
        _first_lines(guess)
    return _columns(sheet, guess, f"{key}.{chosen}.{row}")


def _asks_most(sheets: list[SheetLook]) -> int:
    """The sheet that needs a person first: a visible list without a known header, else the first that has one."""
    tables = [place for place, sheet in enumerate(sheets) if not sheet.is_hidden and _is_table(sheet)]
    unknown = [place for place in tables if sheets[place].header_row is None]
    known = [place for place, sheet in enumerate(sheets) if sheet.header_row is not None]
    return next(iter([*unknown, *known, *tables]), 0)


def _is_table(sheet: SheetLook) -> bool:
    return sum(1 for _, cells in sheet.lines if sum(1 for cell in cells if cell) >= 2) >= 2


def _sheet_label(sheet: SheetLook) -> str:
    name = sheet.sheet or "—"
    return t("intake.page.hidden_sheet", sheet=name) if sheet.is_hidden else name


def _first_lines(sheet: SheetLook) -> None:
    shown = [
        {t("intake.page.row"): number, **{f"#{place + 1}": cell for place, cell in enumerate(cells)}}
        for number, cells in sheet.lines[:8]
    ]
    st.dataframe(shown, hide_index=True, width="stretch")
    if any(not any(cells) for _, cells in sheet.lines[:8]):
        st.caption(t("intake.page.marked_hidden"))


def _columns(sheet: SheetLook, guess: SheetLook, key: str) -> Explained:
    width = max([len(sheet.names), *(len(cells) for _, cells in sheet.lines)], default=0)
    by_column = {column: name for name, column in sheet.columns.items()}
    titles = ("place", "header", "field", "samples")
    number, header, name, samples = (t(f"intake.page.column.{each}") for each in titles)
    shown = [
        {
            number: column + 1,
            header: sheet.names[column] if column < len(sheet.names) else "",
            name: by_column.get(column),
            samples: t("intake.page.sample_mark").join(sheet.samples(column)),
        }
        for column in range(width)
        if (column < len(sheet.names) and sheet.names[column]) or sheet.samples(column)
    ]
    edited = st.data_editor(
        shown, key=f"{key}.columns", hide_index=True, width="stretch", disabled=[number, header, samples],
        placeholder="",
        column_config={
            number: st.column_config.NumberColumn(width=50),
            name: st.column_config.SelectboxColumn(
                options=list(fields()), format_func=lambda each: field_label(str(each)), width=190
            ),
            samples: st.column_config.TextColumn(width="large"),
        },
    )  # fmt: skip
    chosen = [(str(line[name]), int(str(line[number])) - 1) for line in edited if line[name]]
    columns = {field_name: sheet.named(column) for field_name, column in chosen}
    repeated = sorted({field_name for field_name, _ in chosen if [one for one, _ in chosen].count(field_name) > 1})
    before = {field_name: guess.named(column) for field_name, column in guess.columns.items()}
    return Explained(
        sheet.names, columns, columns != before or sheet.header_row != guess.header_row, tuple(repeated)
    )  # fmt: skip
