"""Every reader keeps the same promises, whatever the kind of file."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from catalogue_files import HEAD, items, write_csv, write_dbf, write_docx, write_pdf, write_xls, write_xlsx, write_zip
from scanned_pages import paint, recognises, write_scan

from models.errors import ImportFailure
from workbench.readers import READERS, large_sheets, open_catalogue
from workbench.readers.headers import fields, read_mapping, recognise

TABLE = [HEAD, *items(4)]
RUBBISH = [b"", b"\x00" * 600, b"PK\x03\x04" + b"\x07" * 90, b"%PDF-1.4\n", b"\xd0\xcf\x11\xe0"]


def as_dbf(path: Path) -> None:
    names = ["DH", "TM", "ZRZ", "WH", "RQ", "MJ", "BZ"]
    write_dbf(path, [(name, "C", 80) for name in names], items(4))


def as_xml(path: Path) -> None:
    records = "".join(
        "<件>" + "".join(f"<{name}>{cell}</{name}>" for name, cell in zip(HEAD, row, strict=True)) + "</件>"
        for row in items(4)
    )
    path.write_text(f"<目录>{records}</目录>", encoding="utf-8")


def as_html(path: Path) -> None:
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in TABLE)
    page = f'<html><head><meta charset="gb2312"></head><body><table>{rows}</table></body></html>'
    path.write_bytes(page.encode("gb18030"))


def as_ods(path: Path) -> None:
    rows = "".join(
        "<table:table-row>"
        + "".join(f'<table:table-cell office:value-type="string"><text:p>{c}</text:p></table:table-cell>' for c in row)
        + "</table:table-row>"
        for row in TABLE
    )
    urn = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<office:document-content xmlns:office="{urn}:office:1.0" xmlns:table="{urn}:table:1.0" '
        f'xmlns:text="{urn}:text:1.0"><office:body><office:spreadsheet><table:table table:name="甲">{rows}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    mimetype = "application/vnd.oasis.opendocument.spreadsheet"
    with zipfile.ZipFile(path, "w") as container:
        container.writestr("mimetype", mimetype)
        container.writestr("content.xml", content)
        entry = f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{mimetype}"/>'
        container.writestr(
            "META-INF/manifest.xml",
            f'<manifest:manifest xmlns:manifest="{urn}:manifest:1.0">{entry}</manifest:manifest>',
        )


def as_zip(path: Path) -> None:
    inside = path.with_suffix(".csv")
    write_csv(inside, TABLE)
    write_zip(path, {"目录.csv": inside.read_bytes()})


def as_workbook(path: Path) -> None:
    write_xlsx(path.with_suffix(".xlsx"), TABLE)
    path.with_suffix(".xlsx").rename(path)


def as_scan(path: Path) -> None:
    write_scan(path, paint(TABLE))


MAKERS: dict[str, Callable[[Path], object]] = {
    ".xlsx": as_workbook,
    ".xlsm": as_workbook,
    ".xls": lambda path: write_xls(path, TABLE),
    ".et": lambda path: write_xls(path, TABLE),
    ".ods": as_ods,
    ".html": as_html,
    ".htm": as_html,
    ".csv": lambda path: write_csv(path, TABLE),
    ".tsv": lambda path: write_csv(path, TABLE, delimiter="\t"),
    ".txt": lambda path: write_csv(path, TABLE, delimiter="\t", encoding="gb18030"),
    ".pdf": lambda path: write_pdf(path, TABLE, widths=(140, 250, 80, 110, 70, 60, 80)),
    ".dbf": as_dbf,
    ".xml": as_xml,
    ".docx": lambda path: write_docx(path, TABLE),
    ".zip": as_zip,
}
PICTURES = dict.fromkeys((".png", ".jpg", ".jpeg", ".tif", ".tiff"), as_scan)


@pytest.fixture(params=[*sorted(MAKERS), pytest.param(".tif", marks=recognises)])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    made = tmp_path / f"catalogue{request.param}"
    {**MAKERS, **PICTURES}[request.param](made)
    return made


def test_every_reader_is_held_to_this_contract() -> None:
    assert set(READERS) == {*MAKERS, *PICTURES}


def test_every_reader_gives_the_same_rows(path: Path) -> None:
    found = [row.cells for row in open_catalogue(path)]
    expected = [
        {"reference_code": row[0], "title": row[1], "creator": row[2], "document_number": row[3], "date": row[4]}
        for row in items(4)
    ]
    assert found == expected


def test_every_row_says_where_it_stands_and_no_two_rows_share_a_place(path: Path) -> None:
    places = [(row.sheet, row.page, row.row) for row in open_catalogue(path)]
    assert len(set(places)) == len(places) == 4
    assert all(row >= 1 for _, _, row in places)


def test_a_file_can_be_walked_twice(path: Path) -> None:
    opened = open_catalogue(path)
    first, skipped = list(opened), list(opened.skipped)
    assert list(opened) == first
    assert opened.skipped == skipped


def test_a_walked_file_knows_its_columns(path: Path) -> None:
    opened = open_catalogue(path)
    list(opened)
    (header,) = opened.header_maps
    assert {"reference_code", "title", "creator", "document_number", "date"} <= set(header.fields)


@pytest.mark.parametrize("suffix", sorted(MAKERS | PICTURES))
@pytest.mark.parametrize("content", RUBBISH)
def test_rubbish_is_refused_by_name_and_never_breaks(suffix: str, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / f"rubbish{suffix}"
    path.write_bytes(content)
    with pytest.raises(ImportFailure) as refusal:
        list(open_catalogue(path))
    assert "rubbish" in str(refusal.value.params["file"])


@pytest.mark.parametrize("suffix", sorted(MAKERS))
def test_a_file_cut_in_two_is_refused_or_gives_whole_rows(suffix: str, tmp_path: Path) -> None:
    path = tmp_path / f"whole{suffix}"
    MAKERS[suffix](path)
    blob = path.read_bytes()
    for share in (0.2, 0.5, 0.8, 0.95):
        path.write_bytes(blob[: int(len(blob) * share)])
        try:
            rows = [row for row in open_catalogue(path) if row.problem is None]
        except ImportFailure:
            continue
        assert len(rows) <= 4


def test_every_field_is_known_by_each_of_its_headers_and_no_header_names_two_fields() -> None:
    text = Path("workbench/readers/headers.yaml").read_text(encoding="utf-8")
    for field, names in yaml.safe_load(text)["fields"].items():
        for name in names:
            known = recognise(str(name))
            assert known is not None and known[0] == field, f"{name} is {known}, not {field}"


def test_a_mapping_may_name_a_field_by_any_of_its_headers() -> None:
    assert read_mapping({"档号": "代号", "title": "名"}, file="x") == {"reference_code": "代号", "title": "名"}
    assert "title" in fields()


def test_a_very_large_sheet_is_read_by_portions_and_gives_the_same_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.xlsx"
    table = [["云溪县目录"], HEAD, *items(300)]
    book = write_xlsx(path, table, [HEAD, *items(2)], names=["大", "小"], merges=["C3:C5"])
    book["大"].row_dimensions[7].hidden = True
    book.save(path)
    whole = list(open_catalogue(path))
    monkeypatch.setattr(large_sheets, "LARGE", 20_000)
    monkeypatch.setattr(large_sheets, "PORTION", 9_000)
    monkeypatch.setattr(large_sheets, "_BLOCK", 1_024)
    assert large_sheets.is_large(path, "大") and not large_sheets.is_large(path, "小")
    assert len(list(large_sheets.portions(path, "大"))) > 3
    assert list(open_catalogue(path)) == whole
    assert whole[4].is_hidden and len(whole) == 302
