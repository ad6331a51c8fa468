"""No file, however damaged or hostile, breaks a reader, and no line of a table is lost."""

import csv
import io
import warnings
from pathlib import Path

import pytest
from catalogue_files import HEAD, items, write_csv, write_dbf, write_docx, write_pdf, write_xls, write_xlsx, write_zip
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from models.errors import ImportFailure
from workbench.readers import open_catalogue

TABLE = [HEAD, *items(3)]
RELAXED = settings(
    max_examples=settings.default.max_examples // 4, deadline=None, suppress_health_check=list(HealthCheck)
)
TEXT_KINDS = (".csv", ".tsv", ".txt", ".xml", ".html", ".dbf", ".xls")
CELLS = st.text(
    alphabet=st.characters(codec="utf-8", exclude_characters="\x00\r") | st.sampled_from("题名档号合计共页\n,\"' "),
    max_size=12,
)


def read(path: Path) -> int:
    """Walk a file; the only way to fail is to refuse it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of damaged fonts and the like, by the libraries
            return len(list(open_catalogue(path)))
    except ImportFailure as refusal:
        assert refusal.code.startswith("import.") and "file" in refusal.params
        return 0


@pytest.mark.parametrize("suffix", TEXT_KINDS)
@RELAXED
@given(blob=st.binary(max_size=600))
def test_any_bytes_are_read_or_refused(suffix: str, blob: bytes, tmp_path: Path) -> None:
    path = tmp_path / f"any{suffix}"
    path.write_bytes(blob)
    read(path)


@pytest.fixture(scope="module")
def whole_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    write_xlsx(folder / "a.xlsx", TABLE)
    write_xls(folder / "a.xls", TABLE)
    write_docx(folder / "a.docx", TABLE)
    write_pdf(folder / "a.pdf", TABLE)
    write_dbf(folder / "a.dbf", [(name, "C", 40) for name in "ABCDEFG"], items(3))
    write_csv(folder / "b.csv", TABLE)
    write_zip(folder / "a.zip", {"b.csv": (folder / "b.csv").read_bytes()})
    return folder


@pytest.mark.parametrize("suffix", [".xlsx", ".xls", ".docx", ".pdf", ".dbf", ".zip"])
@RELAXED
@given(wounds=st.lists(st.tuples(st.floats(0, 0.999), st.binary(min_size=1, max_size=8)), min_size=1, max_size=4))
def test_a_wounded_file_is_read_or_refused(
    suffix: str, wounds: list[tuple[float, bytes]], whole_files: Path, tmp_path: Path
) -> None:
    blob = bytearray((whole_files / f"a{suffix}").read_bytes())
    for place, bytes_ in wounds:
        at = int(place * len(blob))
        blob[at : at + len(bytes_)] = bytes_
    path = tmp_path / f"wounded{suffix}"
    path.write_bytes(blob)
    read(path)


@RELAXED
@example(table=[["", "", "\x08"]])
@given(table=st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=25))
def test_no_line_of_a_table_is_lost(table: list[list[str]], tmp_path: Path) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([["档号", "题名", "备注"], *table])
    path = tmp_path / "a.csv"
    path.write_text(text.getvalue(), encoding="utf-8-sig", newline="")
    filled = sum(1 for row in table if any(cell.strip() for cell in row))
    try:
        opened = open_catalogue(path)
        rows = list(opened)
    except ImportFailure as refusal:
        assert refusal.code == "import.no_rows" and filled == 0
        return
    assert len(rows) + len(opened.skipped) == filled + 1
    places = [row.row for row in rows] + [skipped.row for skipped in opened.skipped]
    assert len(set(places)) == len(places)
