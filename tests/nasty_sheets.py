"""Nasty spreadsheets, headers and dates (疑难目录集：表格、表头、日期). Every bug found later gets its file here."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import openpyxl
from catalogue_files import HEAD, item, items, write_xls, write_xlsx
from nasty_case import FIRST, Case, account, csv_of, text, xlsx_of


def headers() -> Iterator[Case]:
    yield Case(
        "pinyin headers",
        "a.csv",
        text("QZH,MLH,AJH,JH,TM,ZRZ,RQ,BGQX\n043,1,12,3,渠道,水利局,19870503,永久\n"),
        account(1),
        sees=lambda found: (
            found["043-1-12-3"].retention_period == "永久" and found["043-1-12-3"].volume_code == "043-1-12"
        ),
    )
    yield Case("traditional headers", "a.csv", text("檔號,題名,責任者,形成日期\n1-1,渠道,水利局,1987\n"), account(1))
    yield Case(
        "headers with blanks, stars and notes",
        "a.csv",
        text("档 号*,题　名（必填）,形成日期：\n1-1,渠道,1987\n"),
        account(1),
        sees=lambda found: found["1-1"].date_text == "1987",
    )
    yield Case(
        "two title columns",
        "a.csv",
        text("档号,名称,题名\n1-1,水利,渠道\n"),
        account(1),
        sees=lambda found: found["1-1"].title == "渠道",
    )
    title_rows = [["云溪县档案馆文书档案目录"], ["全宗号：043", "", "目录号：1"], []]
    yield Case(
        "title rows above the header",
        "a.xlsx",
        xlsx_of(*title_rows, HEAD, *items(2)),
        account(2, skipped=3),
        sees=lambda found: found[FIRST].fonds_code == "043",
    )
    yield Case(
        "fonds named right above the header",
        "a.xlsx",
        xlsx_of(["全宗号：043"], HEAD, *items(2)),
        account(2, skipped=2),
        sees=lambda found: found[FIRST].fonds_code == "043",
    )
    yield Case("header in row 28", "a.xlsx", xlsx_of(*[["说明"]] * 27, HEAD, *items(1)), account(1, skipped=28))
    yield Case("repeated header", "a.xlsx", xlsx_of(HEAD, *items(2), HEAD, item(3)), account(3, skipped=2))
    yield Case("total rows", "a.xlsx", xlsx_of(HEAD, *items(2), ["合计", 2], ["共2件"]), account(2, skipped=3))
    yield Case(
        "signature under the list",
        "a.xlsx",
        xlsx_of(HEAD, *items(2), ["立卷人：张某", "", "检查人：李某"]),
        account(2, skipped=2),
    )
    yield Case(
        "a title that begins like a total", "a.xlsx", xlsx_of(HEAD, item(1, "总计划"), item(2, "合计表")), account(2)
    )
    above = [["档号", "", "", "题名", "日期", ""], ["全宗号", "目录号", "案卷号", "", "起", "止"]]
    two = [*above, ["043", "1", "12", "水利卷", "19870101", "19871231"], ["043", "1", "13", "农业卷", "1988", "1989"]]
    yield Case(
        "header over two rows",
        "a.xlsx",
        xlsx_of(*two, merges=["A1:C1", "E1:F1"]),
        account(2, skipped=2),
        options={"level": "FILE"},
        sees=lambda found: found["043-1-12"].date_to == date(1987, 12, 31),
    )
    lists = [["一、文书"], HEAD, item(1), ["二、案卷"], ["案卷号", "案卷题名", "档号"], ["7", "水利卷", "X043-1-0007"]]
    yield Case(
        "two lists in one sheet",
        "a.xlsx",
        xlsx_of(*lists),
        account(2, skipped=4),
        sees=lambda found: found["X043-1-0007"].level == "FILE" and found[FIRST].level == "ITEM",
    )
    yield Case(
        "sheet without a header beside a list",
        "a.xlsx",
        lambda p: write_xlsx(p, [HEAD, *items(2)], [["填表说明"], ["请勿删列"]], names=["目录", "说明"]),
        account(2, rejected=2),
    )
    yield Case(
        "three lists in one sheet, the last without a caption",
        "a.xlsx",
        xlsx_of(
            *lists,
            ["TM", "DH", "RQ"],
            ["关于堤坝加固的报告", "J-9", "19880601"],
            ["TM", "DH", "RQ"],
            ["渠道", "J-10", ""],
        ),
        account(4, skipped=6),
        sees=lambda found: found["J-9"].title == "关于堤坝加固的报告" and found["J-10"].title == "渠道",
    )
    yield Case(
        "header over two rows that comes again",
        "a.xlsx",
        xlsx_of(*two, *two, merges=["A1:C1", "E1:F1"]),
        account(2, duplicates=2, skipped=4),
        options={"level": "FILE"},
    )
    yield Case(
        "caption cells merged across the sheet",
        "a.xlsx",
        lambda p: write_xlsx(
            p, [["云溪县档案馆目录"], HEAD, *items(2), ["1988年"], item(3)], merges=["A1:G1", "A5:G5"]
        ),
        account(3, rejected=1, skipped=2),
    )
    yield Case("one column of titles", "a.xlsx", xlsx_of(["题名"], ["渠道"], ["堤坝"]), account(2))
    yield Case("only captions in a wide list", "a.xlsx", xlsx_of(HEAD, ["1987年"], item(1)), account(1, rejected=1))


def spreadsheets() -> Iterator[Case]:
    yield Case("xls", "a.xls", lambda p: write_xls(p, [HEAD, *items(3)]), account(3))
    yield Case("xls called xlsx", "a.xlsx", lambda p: write_xls(p, [HEAD, *items(1)]), account(1))
    page = "<html><table><tr><th>档号<th>题名<tr><td>1-1<td>渠道<br>整修<tr><td>1-2<td>&lt;堤坝&gt;</table></html>"
    yield Case(
        "a web page called xls",
        "a.xls",
        text(page),
        account(2, skipped=1),
        sees=lambda found: "<堤坝>" in found["1-2"].title,
    )
    yield Case("several sheets, one hidden", "a.xlsx", hidden_sheet, account(3, skipped=2))
    yield Case("one sheet asked for", "a.xlsx", hidden_sheet, account(2), options={"sheet": "甲"})
    yield Case("a sheet that is not there", "a.xlsx", hidden_sheet, options={"sheet": "丙"}, error="import.no_sheet")
    yield Case(
        "list that begins at C4",
        "a.xlsx",
        away_from_the_corner,
        account(2, skipped=1),
        sees=lambda found: found[FIRST].row == 5,
    )
    yield Case(
        "cells merged downwards",
        "a.xlsx",
        lambda p: write_xlsx(p, [HEAD, item(1), item(2, 责任者=""), item(3, 责任者="")], merges=["C2:C4"]),
        account(3),
        sees=lambda found: found["X043-1-0012-0003"].creator == "云溪县水利局",
    )
    yield Case("hidden rows", "a.xlsx", hidden_row, account(3))
    yield Case(
        "real dates and numbers",
        "a.xlsx",
        xlsx_of(HEAD, item(1, date=date(1987, 5, 3)), item(2, date=19870503), item(3, date=31900)),
        account(3),
        sees=lambda found: {r.date_from for r in found.values()} == {date(1987, 5, 3)},
    )
    yield Case(
        "a month typed as a number",
        "a.xlsx",
        xlsx_of(HEAD, item(1, date=1993.1)),
        account(1, suspected=1),
        sees=lambda found: found[FIRST].date_to == date(1993, 10, 31),
    )
    yield Case(
        "codes that became numbers",
        "a.xlsx",
        xlsx_of(["档号", "题名"], [120, "渠道"], [121, "堤坝"]),
        account(2, suspected=2),
        sees=lambda found: "120" in found,
    )
    yield Case(
        "codes that became dates",
        "a.xlsx",
        xlsx_of(["档号", "题名"], [datetime(2001, 2, 3), "渠道"]),
        account(1, suspected=1),
    )
    yield Case(
        "titles broken inside cells",
        "a.xlsx",
        xlsx_of(HEAD, item(1, "关于整修\n渠道的通知")),
        account(1),
        sees=lambda found: found[FIRST].title == "关于整修渠道的通知",
    )
    yield Case("formulas as last computed", "a.xlsx", xlsx_of(HEAD, item(1, 备注="=1+1")), account(1))
    yield Case("empty workbook", "a.xlsx", xlsx_of(), error="import.no_rows")
    yield Case("text called xlsx", "a.xlsx", text("档号,题名\n1,渠道\n"), error="import.unreadable")
    yield Case("unknown kind", "a.wps", text("x"), error="import.unknown_kind")
    yield Case("a file that is not there", "a.csv", lambda _path: None, error="import.no_file")


def dates() -> Iterator[Case]:
    def one(written: str, suspected: int, **others: int) -> Case:
        return Case(
            f"date {written}", "a.csv", csv_of(HEAD, item(1, date=written)), account(1, suspected=suspected, **others)
        )

    yield one("民国二十五年三月", 0)
    yield one("民国四十年", 1)
    yield one("19870231", 1)
    yield one("2087-05-03", 1, not_due=1)
    yield one("2015-05-03", 0, not_due=1)
    yield one("不详", 0, not_due=0)
    yield one("壬戌年春", 1)
    yield one("1987—1985", 1)
    first_days = [item(n, date="19870101" if n % 2 else "19870503") for n in range(1, 21)]
    yield Case("many first days of January", "a.csv", csv_of(HEAD, *first_days), account(20, suspected=10))
    yield Case("one first day of January", "a.csv", csv_of(HEAD, item(1, date="19870101"), item(2)), account(2))
    yield Case(
        "a volume without its end",
        "a.csv",
        text("案卷题名,档号,起始日期,终止日期\n水利卷,1-1,1987,\n"),
        account(1, suspected=1),
        sees=lambda found: found["1-1"].due_on is None,
    )


def hidden_sheet(path: Path) -> None:
    book = write_xlsx(path, [HEAD, *items(2)], [HEAD, item(3)], names=["甲", "乙"])
    book["乙"].sheet_state = "hidden"
    book.save(path)


def hidden_row(path: Path) -> None:
    book = write_xlsx(path, [HEAD, *items(3)])
    book["Sheet1"].row_dimensions[3].hidden = True
    book.save(path)


def away_from_the_corner(path: Path) -> None:
    book = openpyxl.Workbook()
    for row, cells in enumerate([HEAD, *items(2)], start=4):
        for column, cell in enumerate(cells, start=3):
            book.active.cell(row, column, cell or None)
    book.save(path)
