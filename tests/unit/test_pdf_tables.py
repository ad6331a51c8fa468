"""Lists in PDF: the fast way says what the careful way says; lists without lines come apart by alignment."""

from pathlib import Path

import pdfplumber
import pytest
from catalogue_files import HEAD, Table, item, items, write_pdf
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workbench.readers import open_catalogue, page_text, pdfium
from workbench.readers.alignment import Columns, Piece
from workbench.readers.page_marks import marks_of
from workbench.readers.ruled_page import ruled_tables

WIDTHS = (140, 250, 80, 110, 70, 60, 80)
CELLS = st.text(alphabet="关于修渠的通知第号一二１２abc 123〔〕《》", max_size=8).map(str.strip)


def fast(path: Path) -> list[list[object]] | None:
    with pdfium.opened(path) as document:
        marks = marks_of(document[0])
        if marks is None:
            return None
        tables = ruled_tables(marks)
        return None if tables is None else [row for table in tables for row in table]


def careful(path: Path) -> list[list[object]]:
    with pdfplumber.open(path) as document:
        return [list(row) for table in document.pages[0].extract_tables() for row in table]


@settings(max_examples=settings.default.max_examples // 4, deadline=None, suppress_health_check=list(HealthCheck))
@given(table=st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=6))
def test_the_fast_way_reads_what_the_careful_way_reads(table: Table, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    write_pdf(path, table, widths=(200, 200, 200))
    if (found := fast(path)) is not None:
        assert [[squeezed(cell) for cell in row] for row in found] == [
            [squeezed(cell) for cell in row] for row in careful(path)
        ]


def test_a_page_of_whose_characters_some_would_be_passed_over_is_left_to_the_careful_way(tmp_path: Path) -> None:
    write_pdf(tmp_path / "a.pdf", [HEAD, item(1, "令")], widths=WIDTHS)
    assert fast(tmp_path / "a.pdf") is None
    (row,) = open_catalogue(tmp_path / "a.pdf")
    assert row.cells["title"] == "令"
    ((_, _, _, text),) = page_text.read_pages(tmp_path / "a.pdf")
    assert "令" in text


def squeezed(cell: object) -> str:
    return str(cell or "").replace(" ", "")


def test_bold_that_is_printed_twice_counts_once(tmp_path: Path) -> None:
    write_pdf(tmp_path / "a.pdf", [HEAD, item(1, "关于关于的通知")], widths=WIDTHS, bold=True)
    rows = fast(tmp_path / "a.pdf")
    assert rows is not None and rows[1][1] == "关于关于的通知"


def test_a_table_with_an_open_cell_is_left_to_the_careful_way(tmp_path: Path) -> None:
    write_pdf(tmp_path / "a.pdf", [["一一", "二二"], ["三三", "四四"]], widths=(200, 200))
    blob = (tmp_path / "a.pdf").read_bytes()
    # One upright line between the cells of the first row goes, its length in the file stays.
    line = b"220 575 m 220 561 l S"
    assert blob.count(line) == 1
    (tmp_path / "b.pdf").write_bytes(blob.replace(line, b"220 575 m 220 575 l S"))
    assert fast(tmp_path / "a.pdf") == [["一一", "二二"], ["三三", "四四"]]
    assert fast(tmp_path / "b.pdf") is None


def test_a_list_without_lines_comes_apart_by_its_header(tmp_path: Path) -> None:
    tables = [[HEAD, *items(12)], [item(number) for number in range(13, 20)]]
    write_pdf(tmp_path / "a.pdf", *tables, widths=WIDTHS, ruled=False)
    rows = list(open_catalogue(tmp_path / "a.pdf"))
    wanted = [*items(12), *(item(number) for number in range(13, 20))]
    assert [row.cells["reference_code"] for row in rows] == [row[0] for row in wanted]
    assert [row.cells["title"] for row in rows] == [row[1] for row in wanted]
    assert [row.cells["document_number"] for row in rows] == [row[3] for row in wanted]
    assert [row.page for row in rows] == [1] * 12 + [2] * 7


def test_prose_among_pages_of_a_list_without_lines_is_no_row(tmp_path: Path) -> None:
    prose = [
        ["说明：本目录由云溪县档案馆编制，共收录一九八七年形成的文书档案若干件，其中永久保管的若干件，供审核使用。"]
    ]
    write_pdf(tmp_path / "a.pdf", [HEAD, *items(3)], prose, widths=WIDTHS, ruled=False)
    opened = open_catalogue(tmp_path / "a.pdf")
    assert len(list(opened)) == 3
    assert [skipped.kind for skipped in opened.skipped if skipped.page == 2] == ["page_without_table"]


def a_line(top: float, *texts: tuple[str, float]) -> list[Piece]:
    return [Piece(text, left, top, left + 10 * len(text), top + 10) for text, left in texts]


@pytest.mark.parametrize("first_line", [100, 94])
def test_a_title_of_two_lines_is_one_row_whether_its_neighbours_stand_above_or_between(first_line: float) -> None:
    pieces = [
        *a_line(80, ("档号", 0), ("题名", 100), ("日期", 300)),
        *a_line(100, ("1-1", 0), ("19870503", 300)),
        *a_line(first_line, ("关于批转县水利局", 100)),
        *a_line(first_line + 12, ("工作安排意见的通知", 100)),
        *a_line(130, ("1-2", 0), ("关于修渠的通知", 100), ("19870504", 300)),
    ]
    header, first, second = Columns().rows(pieces)
    assert header.cells == ["档号", "题名", "日期"]
    assert first.cells == ["1-1", "关于批转县水利局\n工作安排意见的通知", "19870503"]
    assert second.cells == ["1-2", "关于修渠的通知", "19870504"]


def test_a_header_spaced_out_is_one_header() -> None:
    pieces = [
        *a_line(0, ("档", 0), ("号", 40), ("题", 100), ("名", 200), ("日期", 300)),
        *a_line(20, ("1-1", 0), ("通知", 100)),
    ]
    header, _ = Columns().rows(pieces)
    assert header.cells == ["档号", "题名", "日期"]
