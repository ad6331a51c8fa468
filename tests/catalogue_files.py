"""Makers of catalogue files (造目录文件): each writes a small file of one kind from plain tables."""

import csv
import io
import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import xlwt

Table = Sequence[Sequence[object]]
HEAD = ["档号", "题名", "责任者", "文号", "形成日期", "密级", "备注"]


def item(number: int, title: str | None = None, date: object = "19870503", **cells: object) -> list[object]:
    """A row under HEAD, with an invented title."""
    row = {
        "档号": f"X043-1-0012-{number:04d}",
        "题名": f"关于做好第{number}号渠道整修工作的通知" if title is None else title,
        "责任者": "云溪县水利局",
        "文号": f"云水字〔1987〕{number}号",
        "形成日期": date,
        **cells,
    }
    return [row.get(name, "") for name in HEAD]


def items(count: int) -> list[list[object]]:
    return [item(number) for number in range(1, count + 1)]


def write_csv(path: Path, table: Table, *, encoding: str = "utf-8", delimiter: str = ",", end: str = "\r\n") -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator=end).writerows(table)
    path.write_bytes(text.getvalue().encode(encoding))


def write_xlsx(path: Path, *sheets: Table, names: Sequence[str] = (), merges: Sequence[str] = ()) -> openpyxl.Workbook:
    """Write sheets and give the workbook back for more nastiness (then save it again)."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for index, table in enumerate(sheets):
        sheet = book.create_sheet(names[index] if index < len(names) else f"Sheet{index + 1}")
        for row in table:
            sheet.append(["" if cell == "" else cell for cell in row])
        for merge in merges:
            sheet.merge_cells(merge)
    book.save(path)
    return book


def write_xls(path: Path, table: Table) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("目录")
    for r, row in enumerate(table):
        for c, cell in enumerate(row):
            sheet.write(r, c, cell)
    book.save(str(path))


def write_dbf(
    path: Path, fields: Sequence[tuple[str, str, int]], rows: Sequence[Sequence[object]], *, encoding: str = "gb18030",
    deleted: Sequence[int] = (), promised: int | None = None, memo: dict[int, str] | None = None,
) -> None:  # fmt: skip
    """A FoxPro table: fields are (name, kind, length); ``memo`` fills a .fpt beside it, block number → text."""
    length = 1 + sum(size for _, _, size in fields)
    head = struct.pack("<B3BIHH20x", 0x30, 99, 1, 1, promised or len(rows), 32 + 32 * len(fields) + 1, length)
    for name, kind, size in fields:
        head += struct.pack("<11sc4xBB14x", name.encode(encoding)[:10], kind.encode(), size, 0)
    body = b"\r"
    for number, row in enumerate(rows):
        body += b"*" if number in deleted else b" "
        for (_, kind, size), cell in zip(fields, row, strict=True):
            raw = struct.pack("<I", cell) if kind == "M" else str(cell).encode(encoding)
            body += raw[:size].ljust(size)
    path.write_bytes(head + body + b"\x1a")
    if memo is not None:
        blob = bytearray(64 * (max(memo) + 8))
        struct.pack_into(">H", blob, 6, 64)
        for block, text in memo.items():
            raw = text.encode(encoding)
            struct.pack_into(">II", blob, block * 64, 1, len(raw))
            blob[block * 64 + 8 : block * 64 + 8 + len(raw)] = raw
        path.with_suffix(".fpt").write_bytes(blob)


def write_docx(path: Path, *tables: Table) -> None:
    import docx

    document = docx.Document()
    document.add_paragraph("云溪县档案馆文书档案目录")
    for table in tables:
        made = document.add_table(rows=0, cols=max(len(row) for row in table))
        for row in table:
            for cell, text in zip(made.add_row().cells, row, strict=False):
                cell.text = str(text)
    document.save(str(path))


def write_zip(path: Path, members: dict[str, bytes], *, gbk_names: bool = False) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as container:
        for name, blob in members.items():
            if gbk_names:  # as old Windows programs do: GBK bytes, no flag
                container.writestr(zipfile.ZipInfo(name.encode("gbk").decode("cp437")), blob)
            else:
                container.writestr(name, blob)
    if gbk_names:
        _drop_the_unicode_flag(path)


def _drop_the_unicode_flag(path: Path) -> None:
    """Python writes cp437 names that are not ASCII as UTF-8 with a flag; put the raw GBK bytes back."""
    with zipfile.ZipFile(path) as container:
        kept = [(member.filename.encode("cp437"), container.read(member)) for member in container.infolist()]
    body, directory = b"", b""
    for name, blob in kept:
        crc = zipfile.crc32(blob)
        common = struct.pack("<HHHHHIIIHH", 20, 0, 0, 0, 33, crc, len(blob), len(blob), len(name), 0)
        directory += struct.pack("<IH", 0x02014B50, 20) + common + struct.pack("<HHHII", 0, 0, 0, 0, len(body)) + name
        body += struct.pack("<I", 0x04034B50) + common + name + blob
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, len(kept), len(kept), len(directory), len(body), 0)
    path.write_bytes(body + directory + end)


def write_pdf(path: Path, *pages: Table, ruled: bool = True, bold: bool = False, widths: Sequence[int] = ()) -> None:
    """A PDF with one ruled table a page; ``bold`` prints each character twice, a hair apart, as Word does."""
    glyphs: dict[str, int] = {}
    contents = [_page_content(table, glyphs, ruled=ruled, bold=bold, widths=widths) for table in pages]
    mapping = "".join(f"<{gid:04X}> <{ord(char):04X}>\n" for char, gid in glyphs.items())
    to_unicode = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /U def /CMapType 2 def\n"
        "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        + "".join(
            f"{len(part)} beginbfchar\n{''.join(part)}endbfchar\n" for part in _portions(mapping.splitlines(True), 100)
        )
        + "endcmap end end"
    )
    count = len(contents)
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {count}/Kids[{' '.join(f'{7 + 2 * n} 0 R' for n in range(count))}]>>",
        "<</Type/Font/Subtype/Type0/BaseFont/Song/Encoding/Identity-H/DescendantFonts[4 0 R]/ToUnicode 6 0 R>>",
        "<</Type/Font/Subtype/CIDFontType2/BaseFont/Song/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
        "/Supplement 0>>/DW 1000/FontDescriptor 5 0 R>>",
        "<</Type/FontDescriptor/FontName/Song/Flags 4/FontBBox[0 -200 1000 900]/ItalicAngle 0/Ascent 850"
        "/Descent -150/CapHeight 700/StemV 80>>",
        f"<</Length {len(to_unicode)}>>stream\n{to_unicode}\nendstream",
    ]
    for content, number in zip(contents, range(7, 7 + 2 * count, 2), strict=True):
        fonts = "/Resources<</Font<</F 3 0 R>>>>"
        objects.append(f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 842 595]{fonts}/Contents {number + 1} 0 R>>")
        objects.append(f"<</Length {len(content)}>>stream\n{content}\nendstream")
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    table_at = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{offset:010d} 00000 n \n".encode() for offset in offsets)
    out += f"trailer<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{table_at}\n%%EOF".encode()
    path.write_bytes(out)


def _portions(lines: list[str], size: int) -> list[list[str]]:
    return [lines[at : at + size] for at in range(0, len(lines), size)]


def _page_content(
    table: Table, glyphs: dict[str, int], *, ruled: bool, bold: bool, widths: Sequence[int]
) -> str:  # fmt: skip
    columns = max((len(row) for row in table), default=0)
    widths = widths or [800 // max(columns, 1)] * columns
    edges = [20 + sum(widths[:n]) for n in range(columns + 1)]
    top, parts = 575, ["0.5 w"]
    for row in table:
        lines = max((str(cell).count("\n") + 1 for cell in row), default=1)
        bottom = top - 14 * lines
        for column, cell in enumerate(row):
            for index, text in enumerate(str(cell).split("\n")):
                codes = "".join(f"{glyphs.setdefault(char, len(glyphs) + 1):04X}" for char in text)
                for shift in (0, 0.3) if bold else (0,):
                    if codes:
                        x, y = edges[column] + 2 + shift, top - 10 - 14 * index
                        parts.append(f"BT /F 8 Tf 1 0 0 1 {x} {y} Tm <{codes}> Tj ET")
        if ruled:
            parts += [f"{edges[0]} {y} m {edges[-1]} {y} l S" for y in (top, bottom)]
            parts += [f"{x} {top} m {x} {bottom} l S" for x in edges]
        top = bottom
    return "\n".join(parts)
