"""What a person explained once about a header is remembered, and used wherever that header comes again."""

from pathlib import Path

import pytest
from catalogue_files import write_csv, write_xlsx
from commands import must, workbench
from sqlmodel import Session, select

from builders import NOON, TODAY, Team
from models import AuditEvent, Record
from models.errors import ImportFailure, PermissionDenied, ProcedureError
from workbench.readers.headers import shape_of
from workbench.services import import_profiles, previewing
from workbench.services.importing import import_catalogue

STRANGE = ["代号", "文件叫什么", "何时", "谁写的"]
ROWS = [
    ["甲-1", "关于整修渠道的通知", "19870503", "云溪县水利局"],
    ["甲-2", "关于加固堤坝的报告", "19880601", "云溪县水利局"],
]
COLUMNS = {"reference_code": "代号", "title": "文件叫什么", "date": "何时", "creator": "谁写的"}


@pytest.fixture
def strange(tmp_path: Path) -> Path:
    path = tmp_path / "水利局移交.csv"
    write_csv(path, [["水利局移交清单"], STRANGE, *ROWS])
    return path


def remember(session: Session, **changed: object) -> None:
    given = {"name": "水利局", "headers": STRANGE, "columns": COLUMNS, "sender": "云溪县水利局", **changed}
    import_profiles.save(session=session, by="档案员", at=NOON, **given)


def bring_in(session: Session, path: Path, name: str | None = None) -> int:
    given = import_profiles.reading(session, name).options()
    return import_catalogue(session=session, path=path, by="档案员", at=NOON, on=TODAY, **given).accepted


def test_a_header_that_was_explained_is_read_by_itself_the_next_time(session: Session, strange: Path) -> None:
    with pytest.raises(ImportFailure, match=r"import\.unknown_header"):
        bring_in(session, strange)
    remember(session)
    assert bring_in(session, strange) == 2
    record = session.exec(select(Record).where(Record.reference_code == "甲-1")).one()
    assert (record.title, record.creator, record.date_text) == (ROWS[0][1], "云溪县水利局", "19870503")


def test_a_remembered_header_corrects_what_the_program_would_guess(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write_csv(path, [["档号", "题名", "摘要题名"], ["1-1", "第一册", "关于整修渠道的通知"]])
    remember(
        session,
        headers=["档号", "题名", "摘要题名"],
        columns={"reference_code": "档号", "title": "摘要题名", "remarks": "题名"},
    )
    assert bring_in(session, path) == 1
    record = session.exec(select(Record)).one()
    assert (record.title, record.remarks) == ("关于整修渠道的通知", "第一册")


def test_each_sheet_is_read_by_its_own_header(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    write_xlsx(
        path, [STRANGE, *ROWS, STRANGE, ["甲-3", "关于水库的通知", "1988", ""]], [["档号", "题名"], ["乙-1", "堤坝"]]
    )
    remember(session)
    assert bring_in(session, path) == 4


def test_a_header_over_two_lines_is_remembered_too(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write_csv(path, [["代号", "文件叫什么", "时间", ""], ["", "", "自", "至"], ["1-1", "渠道", "1987", "1988"]])
    remember(
        session,
        headers=["代号", "文件叫什么", "自", "至"],
        columns={"reference_code": "代号", "title": "文件叫什么", "date_start": "自", "date_end": "至"},
    )
    assert bring_in(session, path) == 1
    assert session.exec(select(Record.date_text)).one() == "1987—1988"


def test_a_header_typed_a_little_differently_is_the_same() -> None:
    assert shape_of(STRANGE) == shape_of(["代 号", "文件叫什么：", "何时", "谁写的", "", ""])
    assert shape_of(STRANGE) != shape_of([*STRANGE, "备注"])


def test_a_named_profile_reads_a_list_without_a_header(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write_csv(path, ROWS)
    remember(session, name="无表头", headers=[], columns={"reference_code": "#1", "title": "#2", "date": "#3"})
    assert bring_in(session, path, "无表头") == 2
    with pytest.raises(ImportFailure, match=r"import\.unknown_profile"):
        bring_in(session, path, "没有的")


def test_a_profile_is_sealed_replaced_by_its_like_and_can_be_forgotten(session: Session) -> None:
    remember(session)
    remember(session, name="水利局新")
    assert [each.name for each in import_profiles.listed(session)] == ["水利局新"]
    import_profiles.remove(session=session, name="水利局新", by="档案员", at=NOON)
    assert import_profiles.listed(session) == []
    actions = [event.action for event in session.exec(select(AuditEvent))]
    assert actions == ["import.profile.save", "import.profile.save", "import.profile.remove"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"name": " "}, r"profile\.no_name"),
        ({"columns": {"reference_code": "代号"}}, r"profile\.no_title"),
        ({"columns": {"title": "文件叫什么", "colour": "谁写的"}}, r"profile\.unknown_field"),
    ],
)
def test_a_profile_that_means_nothing_is_refused(session: Session, changed: dict[str, object], code: str) -> None:
    with pytest.raises(ProcedureError, match=code):
        remember(session, **changed)


def test_who_may_not_import_may_not_explain(session: Session, team: Team) -> None:
    with pytest.raises(PermissionDenied):
        import_profiles.save(
            session=session, name="x", headers=STRANGE, columns=COLUMNS, by=team.first, at=NOON
        )  # fmt: skip


def test_a_look_shows_header_columns_samples_and_hides_marked_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    secret = ["1-2", "绝不可见", "机密★10年"]
    book = write_xlsx(
        path, [["云溪县目录"], ["档号", "题名", "密级"], ["1-1", "渠道", ""], secret, ["1-3", "堤坝", ""]], [["x"]],
        names=["目录", "旧"],
    )  # fmt: skip
    book["旧"].sheet_state = "hidden"
    book.save(path)
    seen = previewing.look(path)
    first, second = seen.sheets
    assert (first.header_row, first.names, second.is_hidden, second.header_row) == (
        2,
        ["档号", "题名", "密级"],
        True,
        None,
    )
    assert first.samples(first.columns["title"]) == ["渠道", "堤坝"]
    assert "绝不可见" not in str(seen)
    assert "绝不可见" in str(previewing.look(path, live_mark="load"))


def test_a_header_of_unknown_words_is_pointed_at(strange: Path) -> None:
    (sheet,) = previewing.look(strange).sheets
    assert (sheet.header_row, sheet.likely_header()) == (None, 2)
    assert previewing.with_header(sheet, 2).names == STRANGE


def test_a_look_names_the_encoding_it_guessed(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    for encoding, guessed in (("big5", "big5"), ("utf-16", "utf-16"), ("gb18030", "gb18030")):
        write_csv(path, [["檔號", "題名"], ["1-1", "關於整修渠道的通知"]], encoding=encoding)
        assert previewing.look(path).encoding == guessed


def test_a_large_workbook_is_only_begun_for_a_look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from workbench.readers import preview

    path = tmp_path / "a.xlsx"
    write_xlsx(path, [["档号", "题名"], *[[f"1-{n}", "渠道"] for n in range(500)]])
    whole = previewing.look(path)
    monkeypatch.setattr(preview, "_LARGE", 0)
    monkeypatch.setattr(preview, "READERS", {".xlsx": None, **{}})
    monkeypatch.setitem(preview.READERS, ".xlsx", lambda *_: pytest.fail("opened whole"))
    begun = previewing.look(path)
    assert begun.sheets[0].lines == whole.sheets[0].lines and begun.sheets[0].columns == whole.sheets[0].columns


def test_two_columns_of_one_name_are_told_apart_by_place(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write_csv(path, [["档号", "题名", "日期", "日期"], ["1-1", "渠道", "1987", "1988"]])
    (sheet,) = previewing.look(path).sheets
    assert [sheet.named(column) for column in range(4)] == ["档号", "题名", "#3", "#4"]


def test_profiles_by_command(url: str, strange: Path, tmp_path: Path) -> None:
    refused = workbench("import", strange)
    assert refused.code == 1 and "表头" in refused.err
    pairs = [word for field, header in COLUMNS.items() for word in ("--map", f"{field}={header}")]
    saved = must("import-profile", "save", "水利局", strange, "--row", 2, *pairs, "--sender", "水利局", "--json").json
    assert (saved["name"], saved["columns"], saved["headers"]) == ("水利局", COLUMNS, STRANGE)
    assert must("import", strange, "--json").json["accepted"] == 2
    assert [row["sender"] for row in must("import-profile", "list", "--json").json] == ["水利局"]
    other = tmp_path / "b.csv"
    write_csv(other, [["叫什么", "号"], ["渠道", "1-1"]])
    named = workbench("import", other, "--profile", "水利局")
    assert named.code == 1 and "文件叫什么" in named.err
    must("import-profile", "remove", "水利局")
    assert must("import-profile", "list", "--json").json == []


def test_zeros_that_a_spreadsheet_ate_are_restored_when_asked_and_the_original_kept(url: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    codes = [*(f"X043-1-0012-{n:04d}" for n in range(1, 21)), "X043-1-12-21"]
    write_csv(path, [["档号", "题名"], *[[code, f"关于第{n}号渠道的通知"] for n, code in enumerate(codes)]])
    tried = must("import", path, "--dry-run", "--json").json
    assert (tried["accepted"], tried["suspected"]) == (21, 1)
    made = must("import", path, "--restore-zeros", "--json").json
    assert (made["accepted"], made["suspected"]) == (21, 0)
    records = must("records", "--json").json
    assert records[-1]["reference_code"] == "X043-1-0012-0021"
    assert "X043-1-12-21" in Path(made["report"]).read_text(encoding="utf-8-sig")


def test_an_import_may_go_into_the_background_by_command(url: str, strange: Path) -> None:
    must("import-profile", "save", "水利局", strange, "--row", 2, "--map", "title=文件叫什么", "--map", "档号=代号")
    assert must("import", strange, "--background", "--json").json == {"jobs": [1]}
    assert must("records", "--json").json == []
    assert must("work", "--once", "--json").json == {"done": 1}
    assert len(must("records", "--json").json) == 2
    shown = must("job", "show", 1, "--json").json
    assert (shown["state"], shown["outcome"]["accepted"], shown["error"]) == ("done", 2, None)
    assert workbench("job", "cancel", 1).code == 1
    assert workbench("import", "没有.csv", "--background").code == 1
    assert "导入" in must("job", "list").out
