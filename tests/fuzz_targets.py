"""What is fuzzed (模糊测试的目标): bytes in, and the only ways out are an answer or a refusal by name.

Each target takes any bytes. The smoke test gives them a fixed handful; atheris, where it is installed, looks for more:
``python tests/fuzz/hunt.py TARGET -max_total_time=300``.
"""

import io
import tempfile
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from models.dates import ArchivalDate, DateProblem, examine_date
from models.errors import ImportFailure
from models.text import normalise, plain
from rules.clearance import read_mark
from workbench.readers import open_catalogue
from workbench.readers.alignment import Columns, Piece, raw_rows
from workbench.readers.page_text import legible_share

_MOST = 20_000  # bytes of one case: what goes wrong in a large file goes wrong in a small one


def read_as(suffix: str) -> Callable[[bytes], None]:
    """A reader by its suffix: every row says where it stands, and no two stand in one place."""

    def target(blob: bytes) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"a{suffix}"
            path.write_bytes(blob[:_MOST])
            _walk(path)

    return target


def _walk(path: Path) -> None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the libraries complain of damaged fonts and the like
            opened = open_catalogue(path)
            rows = list(opened)
    except ImportFailure as refusal:
        assert refusal.code.startswith("import.") and "file" in refusal.params, refusal
        return
    places = [(row.sheet, row.page, row.row) for row in rows]
    assert len(set(places)) == len(places), "two rows in one place"
    for row in rows:
        for text in (*row.cells.values(), *row.unmapped.values()):
            assert text == text.strip() and text, "a blank cell"


def inside_zip(name: str) -> Callable[[bytes], None]:
    """The part of a container that holds the table: its zip is sound, so that the fuzzer gets to the content."""

    def target(blob: bytes) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"a{Path(name).suffix}"
            with zipfile.ZipFile(path, "w") as container:
                for part, content in _PARTS[Path(name).suffix].items():
                    container.writestr(part, content)
                container.writestr(name.partition("#")[0], blob[:_MOST])
            _walk(path)

    return target


_PARTS: dict[str, dict[str, str]] = {
    ".zip": {},
    ".docx": {
        "[Content_Types].xml": '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
        'content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships'
        '+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        'wordprocessingml.document.main+xml"/></Types>',
        "_rels/.rels": '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
        'relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/officeDocument" Target="word/document.xml"/></Relationships>',
    },
}


def read_date(blob: bytes) -> None:
    """Any text as a date: an interval that is in order, or a problem by name."""
    text = blob.decode("utf-8", errors="surrogateescape")
    found = examine_date(text)
    assert found is None or isinstance(found, DateProblem | ArchivalDate)
    if isinstance(found, ArchivalDate):
        assert found.earliest <= found.latest


def read_text(blob: bytes) -> None:
    """Folding keeps a way back to every place of the original."""
    text = blob.decode("utf-8", errors="replace")
    folded = normalise(text)
    assert folded.text == plain(text)
    if folded.text:
        start, end = folded.original_span(0, len(folded.text))
        assert 0 <= start <= end <= len(text)
    read_mark(text)
    share = legible_share(text)
    assert share is None or 0 <= share <= 1


def align(blob: bytes) -> None:
    """Texts anywhere on a page: every one of them comes back in some row, or the page is none of ours."""
    words = ("档号", "题名", "日期", "关于修渠的通知", "1-2-3", "1987", "合计")
    pieces = [
        Piece(
            words[blob[at] % len(words)], blob[at + 1], blob[at + 2], blob[at + 1] + blob[at + 3] + 1, blob[at + 2] + 12
        )
        for at in range(0, len(blob) - 3, 4)
    ]
    columns = Columns()
    rows = columns.rows(pieces)
    if rows:
        assert sorted("".join(str(cell) for row in rows for cell in row.cells).replace("\n", "").replace(" ", "")) == (
            sorted("".join(piece.text for piece in pieces))
        )
    assert len(raw_rows(pieces)) <= len(pieces)


def read_picture(blob: bytes) -> None:
    """A picture is counted and unpacked, or refused; recognising it is another matter."""
    from workbench.readers import scans

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.tif"
        path.write_bytes(blob[:_MOST])
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                for index in range(min(scans.pages_in(path), 3)):
                    assert scans.picture(path, index).mode == "L"
        except ImportFailure as refusal:
            assert "file" in refusal.params


TARGETS: dict[str, Callable[[bytes], None]] = {
    **{kind: read_as(f".{kind}") for kind in ("csv", "txt", "xml", "html", "dbf", "xls", "xlsx", "pdf", "zip")},
    "docx": inside_zip("word/document.xml#.docx"),
    "zipped-csv": inside_zip("a.csv#.zip"),
    "date": read_date,
    "text": read_text,
    "alignment": align,
    "picture": read_picture,
}


def seeds() -> dict[str, list[bytes]]:
    """Sound files of each kind, from which wounds are made."""
    from catalogue_files import (
        HEAD,
        items,
        write_csv,
        write_dbf,
        write_docx,
        write_pdf,
        write_xls,
        write_xlsx,
        write_zip,
    )

    table = [HEAD, *items(3)]
    found: dict[str, list[bytes]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_csv(folder / "a.csv", table)
        write_csv(folder / "a.txt", table, delimiter="\t", encoding="gb18030")
        write_xlsx(folder / "a.xlsx", table)
        write_xls(folder / "a.xls", table)
        write_docx(folder / "a.docx", table)
        write_pdf(folder / "a.pdf", table)
        write_dbf(folder / "a.dbf", [(field, "C", 40) for field in ("DH", "TM", "RQ")], [row[:3] for row in items(3)])
        write_zip(folder / "a.zip", {"a.csv": (folder / "a.csv").read_bytes()})
        for file in folder.iterdir():
            found[file.suffix[1:]] = [file.read_bytes()]
        with zipfile.ZipFile(folder / "a.docx") as container:
            found["docx"] = [container.read("word/document.xml")]
    found["xml"] = ["<目录><件><题名>关于修渠的通知</题名><日期>1987</日期></件></目录>".encode()]
    found["html"] = ["<table><tr><td>题名<td>日期<tr><td>关于修渠的通知<td>1987</table>".encode()]
    found["zipped-csv"] = found["csv"]
    dates = ("1987年5月3日", "19870503", "民国二十三年", "1987.5-1988.6", "八七年", "[1987?]", "32874")
    found["date"] = [text.encode() for text in dates]
    found["text"] = ["關於機密★10年的通知 ＡＢＣ □".encode()]
    found["alignment"] = [bytes([0, 0, 0, 20, 1, 40, 0, 20, 4, 0, 20, 20, 3, 40, 20, 60])]
    picture = io.BytesIO()
    Image.new("1", (40, 30), 1).save(picture, "TIFF", compression="group4")
    found["picture"] = [picture.getvalue()]
    return found
