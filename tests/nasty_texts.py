"""Nasty text tables and rows (疑难目录集：文本表、条目). Every bug found later gets its file here."""

from collections.abc import Iterator
from datetime import date

from catalogue_files import HEAD, item, items
from nasty_case import FIRST, Case, account, csv_of, text


def encodings() -> Iterator[Case]:
    table = [HEAD, *items(3)]
    traditional = [["檔號", "題名", "責任者", "日期"], ["甲-1", "關於整修渠道的通知", "雲溪縣水利局", "1951年3月"]]
    for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"):
        yield Case(
            f"csv in {encoding}",
            "a.csv",
            csv_of(*table, encoding=encoding),
            account(3, skipped=1),
            sees=lambda found: found[FIRST].creator == "云溪县水利局",
        )
    wide = [["檔號", "題名", "責任者", "日期"], ["甲-2", "關於加固堤壩的報告", "雲溪縣水利局", "1952"]]
    for encoding in ("utf-16", "utf-16-be"):
        yield Case(
            f"traditional csv in {encoding}",
            "a.csv",
            csv_of(*wide, encoding=encoding),
            account(1),
            sees=lambda found: found["甲-2"].title == "關於加固堤壩的報告",
        )
    yield Case("csv in gb2312", "a.csv", csv_of(HEAD[:2], ["1-1", "渠道"], encoding="gb2312"), account(1))
    yield Case(
        "csv in big5",
        "a.csv",
        csv_of(*traditional, encoding="big5"),
        account(1),
        sees=lambda found: found["甲-1"].title == "關於整修渠道的通知",
    )
    yield Case(
        "csv whose encoding is named",
        "a.csv",
        csv_of(*traditional, encoding="big5"),
        account(1),
        options={"encoding": "big5"},
    )
    broken = (
        b"\xb5\xb5\xba\xc5,\xcc\xe2\xc3\xfb\r\n1-1,\xc7\xfe\xb5\xc0\r\n1-2,\xff\xff\xc7\xfe\r\n1-3,\xd0\xde\xc7\xfe\r\n"
    )
    yield Case("csv with damaged bytes in one row", "a.csv", lambda p: p.write_bytes(broken), account(2, rejected=1))
    yield Case(
        "csv under a wrong encoding name",
        "a.csv",
        csv_of(*table, encoding="gb18030"),
        options={"encoding": "klingon"},
        error="import.unknown_encoding",
    )


def text_tables() -> Iterator[Case]:
    table = [HEAD, *items(2)]
    yield Case("tsv", "a.tsv", csv_of(*table, delimiter="\t"), account(2))
    yield Case("txt with bars", "a.txt", csv_of(*table, delimiter="|"), account(2))
    yield Case("csv with semicolons", "a.csv", csv_of(*table, delimiter=";"), account(2))
    yield Case("csv with old Mac line ends", "a.csv", csv_of(*table, end="\r"), account(2))
    yield Case(
        "csv with blank lines between", "a.csv", text("档号,题名\n\n1-1,渠道\n,\n\n1-2,堤坝\n"), account(2, skipped=1)
    )
    yield Case("csv without a final line end", "a.csv", text("档号,题名\n1-1,渠道"), account(1))
    yield Case(
        "csv with an unquoted comma in a title",
        "a.csv",
        text("档号,题名\n1-1,渠道,堤坝\n1-2,渠道\n"),
        account(1, rejected=1),
    )
    yield Case("csv with empty trailing cells", "a.csv", text("档号,题名\n1-1,渠道,,,\n"), account(1))
    yield Case(
        "csv with a title broken inside its quotes",
        "a.csv",
        text('档号,题名\n1-1,"关于渠道\n整修的通知"\n1-2,堤坝\n'),
        account(2),
        sees=lambda found: found["1-1"].title == "关于渠道整修的通知" and found["1-2"].row == 3,
    )
    yield Case(
        "csv with an unclosed quote",
        "a.csv",
        text('档号,题名\n1-1,渠道\n1-2,"堤坝\n' + "".join(f"1-{n},第{n}号渠道整修\n" for n in range(3, 400))),
        account(398, rejected=1, skipped=1),
    )
    yield Case(
        "csv with an unclosed quote near its end",
        "a.csv",
        text('档号,题名,备注\n1-1,渠道,\n1-2,"堤坝,\n1-3,水闸,\n1-4,"涵洞\n二",\n'),
        account(3, rejected=1),
        sees=lambda found: found["1-4"].title == "涵洞二",
    )
    yield Case(
        "csv with a document in a cell",
        "a.csv",
        text('档号,题名,备注\n1-1,渠道,"' + "第一段,有逗号\n第二段没有\n" * 40 + '"\n1-2,堤坝,\n'),
        account(2, skipped=1),
        sees=lambda found: found["1-2"].row == 3,
    )
    yield Case("csv with zero bytes", "a.csv", text("档号,题名\n1-1,渠\x00道\n"), account(1))
    yield Case("csv with a giant cell", "a.csv", text(f'档号,题名,备注\n1-1,渠道,"{"长" * 300_000}"\n'), account(1))
    yield Case(
        "csv with a giant title", "a.csv", text(f"档号,题名\n1-1,{'长' * 5000}\n1-2,渠道\n"), account(1, rejected=1)
    )
    yield Case(
        "csv with formulas",
        "a.csv",
        text("档号,题名,备注\n=1+1,=HYPERLINK(1),\n1-2,,@SUM(A1)\n"),
        account(1, rejected=1),
    )
    yield Case("empty csv", "a.csv", text(""), error="import.no_rows")
    yield Case("csv with nothing but a header", "a.csv", text("档号,题名\n"), error="import.no_rows")
    yield Case("csv without a header", "a.csv", text("1-1,渠道\n1-2,堤坝\n"), error="import.unknown_header")
    yield Case(
        "csv without a header, columns numbered",
        "a.csv",
        text("1-1,渠道\n1-2,堤坝\n"),
        account(2, skipped=0),
        options={"mapping": {"reference_code": "#1", "title": "#2"}},
        sees=lambda found: found["1-2"].title == "堤坝",
    )
    yield Case(
        "csv with headers of its own",
        "a.csv",
        text("代号,文件叫什么\n1-1,渠道\n"),
        account(1),
        options={"mapping": {"档号": "代号", "title": "文件叫什么"}},
        sees=lambda found: found["1-1"].title == "渠道",
    )
    yield Case(
        "csv with the columns of a program, of which only the title is known",
        "a.csv",
        text("title,label,ground\n关于渠道整修的通知,open,\n堤坝,open,\n"),
        account(2),
    )
    yield Case(
        "csv whose mapping names a missing column",
        "a.csv",
        text("档号,题名\n1-1,渠道\n"),
        options={"mapping": {"title": "没有的列"}},
        error="import.header_not_found",
    )
    yield Case(
        "csv whose mapping names a missing field",
        "a.csv",
        text("档号,题名\n1-1,渠道\n"),
        options={"mapping": {"colour": "题名"}},
        error="import.unknown_field",
    )
    yield Case(
        "titles and dates only",
        "a.csv",
        text("title,date\n渠道,1987\n堤坝,1988\n渠道,1987\n"),
        account(2, duplicates=1),
        sees=lambda found: all(code.startswith("~") for code in found),
    )


def rows() -> Iterator[Case]:
    yield Case("rows without a title", "a.csv", csv_of(HEAD, item(1, ""), item(2)), account(1, rejected=1))
    yield Case(
        "rows with nothing but a number",
        "a.csv",
        text("序号,档号,题名,日期\n1,1-1,渠道,1987\n2,,,\n"),
        account(1, rejected=1),
    )
    yield Case("the same row twice", "a.csv", csv_of(HEAD, item(1), item(2), item(1)), account(2, duplicates=1))
    yield Case(
        "one code, two titles", "a.csv", csv_of(HEAD, item(1), item(1, "关于堤坝加固的报告")), account(1, conflicts=1)
    )
    yield Case(
        "one code, two titles, then the first again",
        "a.csv",
        csv_of(HEAD, item(1), item(1, "另一"), item(1)),
        account(1, conflicts=1, duplicates=1),
    )
    yield Case("one code in two fonds", "a.csv", text("全宗名称,档号,题名\n甲局,1-1,渠道\n乙局,1-1,渠道\n"), account(2))
    yield Case(
        "live marks",
        "a.csv",
        csv_of(HEAD, item(1, 密级="机密"), item(2, 密级="秘密★10年"), item(3, 密级="内部")),
        account(1, quarantined=2),
    )
    yield Case(
        "a lifted mark",
        "a.csv",
        text("档号,题名,密级,解密文号\n1-1,渠道,机密,云密发〔1999〕3号\n1-2,堤坝,机密,\n"),
        account(1, quarantined=1),
    )
    yield Case(
        "a mark in a column of unknown name",
        "a.csv",
        text("档号,题名,涉密程度\n1-1,渠道,绝密\n1-2,堤坝,\n"),
        account(1, quarantined=1),
    )
    yield Case(
        "a mark in a broken row",
        "a.csv",
        text("档号,题名,密级\n1-1,渠道,堤坝,机密\n1-2,渠道,,\n"),
        account(1, quarantined=1),
    )
    yield Case(
        "a marked row without a title", "a.csv", csv_of(HEAD, item(1, "", 密级="机密")), account(0, quarantined=1)
    )
    yield Case(
        "live marks loaded",
        "a.csv",
        csv_of(HEAD, item(1, 密级="机密")),
        account(1),
        options={"live_mark": "load"},
        sees=lambda found: found[FIRST].security_class == "机密",
    )
    yield Case("a very long code", "a.csv", csv_of(HEAD, item(1, 档号="9" * 300)), account(0, rejected=1))
    yield Case(
        "no codes, parts given",
        "a.csv",
        text("全宗号,案卷号,件号,题名\n043,7,1,渠道\n043,,2,堤坝\n"),
        account(2),
        sees=lambda found: found["043-7-1"].code_generated is False and len(found) == 2,
    )
    yield Case(
        "volume codes and item numbers",
        "a.csv",
        text("案卷档号,顺序号,题名\n043-1-7,1,渠道\n043-1-7,2,堤坝\n"),
        account(2),
        sees=lambda found: found["043-1-7-2"].volume_code == "043-1-7",
    )
    yield Case(
        "a list of volumes",
        "a.csv",
        text("全宗号,目录号,案卷号,案卷题名,起止日期\n043,1,7,水利卷,1987-1988\n"),
        account(1),
        sees=lambda found: found["043-1-7"].level == "FILE" and found["043-1-7"].due_on == date(2014, 1, 1),
    )
    eaten = [*items(20), item(21, 档号="X043-1-12-21"), item(22, 档号="X043-1-0012-22")]
    yield Case("codes whose zeros were eaten", "a.csv", csv_of(HEAD, *eaten), account(22, suspected=2))
    plain = [item(number, 档号=f"043-1-{number}") for number in range(1, 120)]
    yield Case("codes without padding", "a.csv", csv_of(HEAD, *plain), account(119))
    wrong = "关于整修渠道".encode().decode("gbk")
    yield Case(
        "utf-8 once read as gbk",
        "a.csv",
        csv_of(HEAD, item(1, wrong)),
        account(1),
        sees=lambda found: found[FIRST].title == "关于整修渠道" and "text.mojibake_undone" in found[FIRST].notes,
    )
    latin = "云溪县水利局".encode("gbk").decode("latin-1")
    yield Case(
        "gbk once read as latin-1",
        "a.csv",
        csv_of(HEAD, item(1, 责任者=latin)),
        account(1),
        sees=lambda found: found[FIRST].creator == "云溪县水利局",
    )
    cut = "关于整修渠道的".encode()[:-1].decode("gbk")
    yield Case("utf-8 read as gbk and cut", "a.csv", csv_of(HEAD, item(1, cut)), account(1, suspected=1))
    scrambled = "机密".encode().decode("gbk")
    yield Case("a scrambled mark", "a.csv", csv_of(HEAD, item(1, 密级=scrambled)), account(0, quarantined=1))
    yield Case(
        "readings in brackets",
        "a.csv",
        csv_of(HEAD, item(1, "关于王喆（zhé）任职的通知"), item(2, "关于王喆（zhe）任职的通知"), item(3, "电脑（PC）")),
        account(3, suspected=1),
        sees=lambda found: (
            found[FIRST].title == "关于王喆任职的通知" and found["X043-1-0012-0003"].title == "电脑（PC）"
        ),
    )
    yield Case(
        "retention codes and pages",
        "a.csv",
        text("档号,题名,保管期限,页号\n1-1,渠道,Y,12-15\n1-2,堤坝,d30,15-12\n1-3,水库,定期30年,7\n"),
        account(3, suspected=1),
        sees=lambda found: (
            [found[f"1-{n}"].retention_period for n in (1, 2, 3)] == ["永久", "30年", "定期30年"]
            and found["1-2"].pages == "15-12"
        ),
    )
    yield Case("garbled text", "a.csv", csv_of(HEAD, item(1, "锟斤拷锟斤拷渠道")), account(1, suspected=1))
