"""Scanned lists come in cell by cell, and what was read with little confidence says so."""

import socket
from pathlib import Path

import pytest
from catalogue_files import HEAD, Table, item, items, write_pdf, write_zip
from PIL import Image
from scanned_pages import WIDTHS, paint, recognises, write_scan
from sqlmodel import Session, select

from builders import NOON, TODAY
from models import Record
from models.errors import ImportFailure
from workbench.readers import ocr, open_catalogue, scans
from workbench.services.importing import import_catalogue

LONG = "关于批转县水利局《一九八七年农田水利\n基本建设第{}号工作安排意见》的通知"


def a_list(first: int, count: int) -> Table:
    rows = range(first, first + count)
    return [
        HEAD,
        *(item(n, LONG.format(n) if n % 4 == 0 else None, **({"备注": "缺附件"} if n % 3 == 0 else {})) for n in rows),
    ]


def read(path: Path) -> list[list[str]]:
    fields = ("reference_code", "title", "creator", "document_number", "date", "security_class", "remarks")
    return [[row.cells.get(name, "") for name in fields] for row in open_catalogue(path)]


def written(*tables: Table) -> list[list[str]]:
    return [[str(cell).replace("\n", "") for cell in row] for table in tables for row in table[1:]]


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Text recognition works offline: a call for a network fails the test."""

    def refuse(*_: object) -> None:
        raise AssertionError("text recognition asked for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)


class TestWithRecognition:
    pytestmark = recognises

    @pytest.mark.parametrize("ruled", [True, False], ids=["ruled", "aligned"])
    def test_a_leaning_noisy_page_is_read_in_every_cell(self, ruled: bool, tmp_path: Path) -> None:
        table = a_list(1, 16)
        write_scan(tmp_path / "a.png", paint(table, ruled=ruled, lean=-1.2, noise=15))
        assert read(tmp_path / "a.png") == written(table)

    def test_characters_that_stand_under_each_other_are_no_border(self, tmp_path: Path) -> None:
        table = [HEAD, *(item(n, "关于李某等23人问题的批复", 备注="附照片2张") for n in range(1, 11))]
        write_scan(tmp_path / "a.png", paint(table, lean=0.8, noise=12, height=24))
        assert read(tmp_path / "a.png") == written(table)

    def test_a_pdf_of_pictures_is_read_page_by_page(self, tmp_path: Path) -> None:
        tables = [a_list(1, 4), a_list(5, 4)]
        write_scan(tmp_path / "a.pdf", *(paint(table) for table in tables))
        opened = open_catalogue(tmp_path / "a.pdf")
        assert [row.page for row in opened] == [1] * 4 + [2] * 4
        assert read(tmp_path / "a.pdf") == written(*tables)
        assert set(opened.page_quality) == {(None, 1), (None, 2)}
        assert min(opened.page_quality.values()) > 0.9

    @pytest.mark.parametrize("kind", ["folder", "zip", "tiff"])
    def test_pages_of_a_folder_a_zip_and_a_tiff_are_one_list_in_the_order_people_count(
        self, kind: str, tmp_path: Path
    ) -> None:
        tables = [a_list(1, 2), a_list(3, 2), a_list(5, 2)]
        names = ["第1页.png", "第2页.png", "第10页.png"]
        folder = tmp_path / "扫描"
        folder.mkdir()
        for name, table in zip(names, tables, strict=True):
            write_scan(folder / name, paint(table))
        path = folder
        if kind == "zip":
            path = tmp_path / "a.zip"
            members = {f"扫描/{name}": (folder / name).read_bytes() for name in reversed(names)}
            write_zip(path, {**members, "../说明.md": b"x"})
        elif kind == "tiff":
            path = tmp_path / "a.tiff"
            write_scan(path, *(Image.open(folder / name) for name in names))
        assert read(path) == written(*tables)

    def test_merged_cells_and_lines_above_the_table_do_not_disturb_it(self, tmp_path: Path) -> None:
        page = paint([["云溪县档案馆文书档案目录"]], widths=[sum(WIDTHS)], size=(2339, 1000))
        below = paint(a_list(1, 3), size=(2339, 1000))
        page.paste(below.crop((0, 80, 2339, 900)), (0, 123))
        write_scan(tmp_path / "a.png", page)
        assert read(tmp_path / "a.png") == written(a_list(1, 3))

    def test_a_blurred_cell_is_suspected_by_its_name_and_the_page_says_how_well_it_was_read(
        self, session: Session, tmp_path: Path
    ) -> None:
        page = paint(a_list(1, 3))
        place = (410, 128, 1050, 162)  # the title of the first row
        title = page.crop(place)
        page.paste(title.resize((96, 5)).resize(title.size), place)
        write_scan(tmp_path / "a.png", page)
        report = import_catalogue(session=session, path=tmp_path / "a.png", by="test", at=NOON, on=TODAY)
        notes = {record.reference_code: record.notes for record in session.exec(select(Record))}
        assert report.rows == report.accepted + report.rejected == 3
        assert report.suspected == 1
        assert notes["X043-1-0012-0002"] == ["scan.read"]
        assert "scan.unsure_title" in notes["X043-1-0012-0001"]
        ((_, page_number, quality),) = report.page_quality
        assert page_number == 1 and 0.5 < quality < 0.999

    def test_a_mark_that_was_not_read_for_certain_is_quarantined(self, session: Session, tmp_path: Path) -> None:
        page = paint([HEAD, item(1, 密级="机密★10年"), item(2)])
        left = 60 + sum(WIDTHS[:5])
        place = (left + 4, 80 + 47, left + WIDTHS[5] - 4, 80 + 83)
        mark = page.crop(place)
        page.paste(mark.resize((30, 7)).resize(mark.size), place)
        write_scan(tmp_path / "a.png", page)
        report = import_catalogue(session=session, path=tmp_path / "a.png", by="test", at=NOON, on=TODAY)
        assert (report.quarantined, report.accepted) == (1, 1)

    def test_a_scanned_page_in_a_printed_list_is_read_with_the_others(self, tmp_path: Path) -> None:
        import pypdfium2

        write_pdf(tmp_path / "text.pdf", a_list(1, 3), widths=(140, 250, 80, 110, 70, 60, 80))
        write_scan(tmp_path / "scan.pdf", paint(a_list(4, 3)))
        whole = pypdfium2.PdfDocument(tmp_path / "text.pdf")
        scan = pypdfium2.PdfDocument(tmp_path / "scan.pdf")
        whole.import_pages(scan)
        whole.save(tmp_path / "a.pdf")
        scan.close()
        whole.close()
        rows = list(open_catalogue(tmp_path / "a.pdf"))
        assert [row.quality is None for row in rows] == [True] * 3 + [False] * 3
        assert [row.cells["reference_code"] for row in rows] == [f"X043-1-0012-{n:04d}" for n in range(1, 7)]


class TestWithoutRecognition:
    @pytest.fixture(autouse=True)
    def not_installed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(ocr, "is_available", lambda: False)
        monkeypatch.setattr("workbench.readers.scan_page.is_available", lambda: False)

    def test_a_picture_is_refused_with_the_remedy(self, tmp_path: Path) -> None:
        Image.new("L", (300, 200), 255).save(tmp_path / "a.png")
        with pytest.raises(ImportFailure) as refusal:
            open_catalogue(tmp_path / "a.png")
        assert refusal.value.code == "import.no_recognition"

    def test_a_scanned_pdf_is_refused_and_never_an_empty_success(self, tmp_path: Path) -> None:
        Image.new("L", (300, 200), 255).save(tmp_path / "a.pdf")
        with pytest.raises(ImportFailure) as refusal:
            list(open_catalogue(tmp_path / "a.pdf"))
        assert refusal.value.code == "import.scanned_pdf"

    def test_a_scanned_page_among_printed_ones_is_a_row_that_could_not_be_read(self, tmp_path: Path) -> None:
        write_pdf(tmp_path / "a.pdf", [HEAD, *items(2)], [], widths=(140, 250, 80, 110, 70, 60, 80))
        import pypdfium2

        whole = pypdfium2.PdfDocument(tmp_path / "a.pdf")
        Image.new("L", (300, 200), 255).save(tmp_path / "scan.pdf")
        scan = pypdfium2.PdfDocument(tmp_path / "scan.pdf")
        whole.import_pages(scan)
        whole.save(tmp_path / "b.pdf")
        scan.close()
        whole.close()
        rows = list(open_catalogue(tmp_path / "b.pdf"))
        assert [row.problem for row in rows] == [None, None, "scanned_page"]


def test_a_picture_that_claims_a_monstrous_size_is_refused_before_it_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ocr, "require", lambda _file: None)
    Image.new("1", (20_000, 20_000)).save(tmp_path / "a.png")
    assert (tmp_path / "a.png").stat().st_size < 100_000
    with pytest.raises(ImportFailure) as refusal:
        open_catalogue(tmp_path / "a.png")
    assert refusal.value.code == "import.picture_too_large"


def test_pages_are_counted_as_people_count() -> None:
    assert sorted(["10", "9", "a2", "1"], key=scans.natural) == ["1", "9", "10", "a2"]
