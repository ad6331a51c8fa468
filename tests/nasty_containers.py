"""Nasty papers and boxes (疑难目录集：pdf、docx、dbf、xml、zip). Every bug found later gets its file here."""

import csv
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

from catalogue_files import HEAD, item, items, write_csv, write_dbf, write_docx, write_pdf, write_xlsx, write_zip
from nasty_case import FIRST, Case, account, text

from workbench.readers import ocr

FIELDS = [("DH", "C", 20), ("TM", "C", 60), ("RQ", "D", 8), ("MJ", "C", 8)]
ROWS = [["043-1-1", "关于整修渠道的通知", "19870503", ""], ["043-1-2", "关于加固堤坝的报告", "19880102", ""]]

XML = """<?xml version="1.0" encoding="{encoding}"?>
<案卷目录><案卷><档号>A-1</档号><案卷题名>水利卷</案卷题名><起止日期>1981-1982</起止日期>
<文件><档号>A-1-1</档号><题名>关于修堤的通知</题名><日期>19810203</日期></文件>
<文件><档号>A-1-2</档号><题名>关于修渠的通知</题名><密级>机密</密级></文件></案卷></案卷目录>"""
BOMB = (
    "<!DOCTYPE a [<!ENTITY a0 'ha'>"
    + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10))
    + "]><目录><件><题名>&a9;</题名><档号>1</档号></件></目录>"
)

# Without text recognition a page that shows no text is refused; with it, it is read and has none.
UNREAD = "import.no_rows" if ocr.is_available() else "import.scanned_pdf"
PDF_WIDTHS = (140, 250, 80, 110, 70, 60, 80)


def papers() -> Iterator[Case]:
    yield Case(
        "ruled pdf over two pages",
        "a.pdf",
        lambda p: write_pdf(p, [HEAD, *items(3)], [HEAD, item(4), item(5)], widths=PDF_WIDTHS),
        account(5, skipped=2),
        sees=lambda found: found["X043-1-0012-0005"].page == 2,
    )
    yield Case(
        "pdf with doubled bold characters",
        "a.pdf",
        lambda p: write_pdf(p, [HEAD, *items(2)], bold=True, widths=PDF_WIDTHS),
        account(2),
        sees=lambda found: found[FIRST].title == "关于做好第1号渠道整修工作的通知",
    )
    yield Case(
        "pdf with titles on two lines",
        "a.pdf",
        lambda p: write_pdf(p, [HEAD, item(1, "关于做好第1号\n渠道整修工作的通知")], widths=PDF_WIDTHS),
        account(1),
        sees=lambda found: found[FIRST].title == "关于做好第1号渠道整修工作的通知",
    )
    cut = ["", "渠道整修工作的通知", "", "", "", "", ""]
    yield Case(
        "pdf with a row cut by the page break",
        "a.pdf",
        lambda p: write_pdf(p, [HEAD, item(1), item(2, "关于做好")], [HEAD, cut, item(3)], widths=PDF_WIDTHS),
        account(3, skipped=2),
        sees=lambda found: found["X043-1-0012-0002"].title == "关于做好渠道整修工作的通知",
    )
    yield Case(
        "pdf with a page of prose before the list",
        "a.pdf",
        lambda p: write_pdf(p, [["说明：本目录由云溪县档案馆编制"]], [HEAD, *items(2)], widths=PDF_WIDTHS),
        {"accepted": 2, "rejected": 0},
    )
    yield Case(
        "pdf whose second page has no table",
        "a.pdf",
        lambda p: write_pdf(p, [HEAD, *items(2)], [], widths=PDF_WIDTHS),
        account(2, skipped=2),
    )
    same = item(1)
    yield Case(
        "pdf with the same row on two pages",
        "a.pdf",
        lambda p: write_pdf(p, [HEAD, same, item(2)], [HEAD, same, item(3)], widths=PDF_WIDTHS),
        account(3, duplicates=1, skipped=2),
    )
    yield Case("pdf without text", "a.pdf", lambda p: write_pdf(p, [["", ""]]), error=UNREAD)
    yield Case("pdf that is none", "a.pdf", text("hello"), error="import.unreadable")
    yield Case("word table", "a.docx", lambda p: write_docx(p, [HEAD, *items(3)]), account(3, skipped=1))
    yield Case(
        "word tables one after the other",
        "a.docx",
        lambda p: write_docx(p, [HEAD, *items(2)], [HEAD, item(3)]),
        account(3, skipped=2),
    )
    yield Case("word document without tables", "a.docx", lambda p: write_docx(p), error="import.no_tables")


def containers() -> Iterator[Case]:
    yield Case(
        "dbf in gbk",
        "a.dbf",
        lambda p: write_dbf(p, FIELDS, ROWS),
        account(2, skipped=0),
        sees=lambda found: str(found["043-1-1"].date_from) == "1987-05-03",
    )
    yield Case(
        "dbf with deleted records", "a.dbf", lambda p: write_dbf(p, FIELDS, ROWS, deleted=[0]), account(1, skipped=1)
    )
    yield Case(
        "dbf with Chinese field names",
        "a.dbf",
        lambda p: write_dbf(p, [("档号", "C", 10), ("题名", "C", 40)], [["1-1", "渠道"]]),
        account(1),
    )
    yield Case("dbf that breaks off", "a.dbf", lambda p: write_dbf(p, FIELDS, ROWS, promised=9), account(2, rejected=1))
    memo = [("DH", "C", 10), ("TM", "M", 4)]
    yield Case(
        "dbf with a memo file",
        "a.dbf",
        lambda p: write_dbf(p, memo, [["1-1", 8], ["1-2", 12]], memo={8: "关于整修渠道的通知", 12: "关于堤坝的报告"}),
        account(2),
        sees=lambda found: found["1-2"].title == "关于堤坝的报告",
    )
    yield Case("dbf without its memo file", "a.dbf", lambda p: write_dbf(p, memo, [["1-1", 8]]), error="import.no_memo")
    yield Case("dbf that is none", "a.dbf", text("档号,题名"), error="import.unreadable")
    for encoding in ("gb2312", "utf-8"):
        yield Case(
            f"xml of volumes and items in {encoding}",
            "a.xml",
            lambda p, e=encoding: p.write_bytes(XML.format(encoding=e).encode(e)),
            account(2, quarantined=1),
            sees=lambda found: found["A-1"].level == "FILE",
        )
    yield Case(
        "xml with attributes",
        "a.xml",
        text('<目录><件 题名="渠道" 档号="1"/><件 题名="堤坝" 档号="2"/></目录>'),
        account(2),
    )
    yield Case("xml cut off", "a.xml", text("<目录><件><题名>渠道"), error="import.broken_xml")
    yield Case("xml entity bomb", "a.xml", text(BOMB), error="import.broken_xml")
    yield Case("zip of two lists and a picture", "a.zip", _zip_of_lists, account(5, skipped=3))
    yield Case(
        "zip with names in gbk",
        "a.zip",
        lambda p: write_zip(p, {"目录/文书.csv": _csv()}, gbk_names=True),
        account(3),
        sees=lambda found: all(r.sheet == "目录/文书.csv" for r in found.values()),
    )
    yield Case(
        "zip with paths that climb out",
        "a.zip",
        lambda p: write_zip(p, {"../../evil.csv": _csv(), "/etc/evil2.csv": _csv(1)}),
        account(3, duplicates=1),
    )
    yield Case("zip bomb", "a.zip", _bomb, error="import.too_large")
    yield Case("zip bomb called xlsx", "a.xlsx", _bomb, error="import.too_large")
    yield Case("xlsm whose macros are left alone", "a.xlsm", _with_macros, account(2))
    yield Case("xls with a cell beyond every column", "a.xls", _beyond_every_column, error="import.breaks")
    yield Case("zip of nothing we know", "a.zip", lambda p: write_zip(p, {"a.wav": b"x"}), error="import.no_rows")


def _csv(count: int = 3) -> bytes:
    made = io.StringIO()
    csv.writer(made).writerows([HEAD, *items(count)])
    return made.getvalue().encode("gb18030")


def _with_macros(path: Path) -> None:
    """A macro project in the container, and a formula that would start a program: the last computed value counts."""
    write_xlsx(path.with_suffix(".xlsx"), [HEAD, *items(2)])
    path.with_suffix(".xlsx").rename(path)
    with zipfile.ZipFile(path, "a") as container:
        container.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 Sub Auto_Open()")


def _beyond_every_column(path: Path) -> None:
    finding = Path(__file__).parent / "fuzz" / "findings" / "xls--a-cell-beyond-every-column"
    path.write_bytes(finding.read_bytes())


def _zip_of_lists(path: Path) -> None:
    sheet = path.with_name("b.xlsx")
    write_xlsx(sheet, [["档号", "题名"], ["甲-1", "渠道"], ["甲-2", "堤坝"]])
    other = path.with_name("b.csv")
    write_csv(other, [HEAD, *items(3)])
    write_zip(path, {"b.xlsx": sheet.read_bytes(), "b.csv": other.read_bytes(), "0001.jpg": b"\xff\xd8"})


def _bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as container, container.open("a.csv", "w") as member:
        for _ in range(80):
            member.write(b" " * (1 << 20))
