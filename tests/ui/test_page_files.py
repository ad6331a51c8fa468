"""Page images (原文图像): named by 档号, confined to their folder, shown to signed-in people only."""

import io
from pathlib import Path

import pytest
from asgi import Browser
from PIL import Image
from sqlmodel import Session

from builders import NOON, PASSWORD, a_catalogue, a_record
from models import Catalogue, Record
from models.errors import PermissionDenied
from models.vocabulary import Level, Role
from workbench import db
from workbench.app import create_app
from workbench.services import page_files, pages_at_hand, people, setting_up
from workbench.settings import Environment

CODE = "J043/1997·001"


@pytest.fixture
def scans(tmp_path: Path, session: Session) -> Path:
    folder = tmp_path / "scans"
    folder.mkdir()
    setting_up.store(session, "page_files", str(folder))
    return folder


def paint(file: Path, *, pages: int = 1) -> Path:
    frames = [Image.new("RGB", (60, 80), (250, 40 * number, 0)) for number in range(pages)]
    more = {"save_all": True, "append_images": frames[1:]} if pages > 1 else {}
    frames[0].save(file, **more)
    return file


@pytest.mark.parametrize("suffix", [".pdf", ".jpg", ".png", ".tif", ".PNG"])
def test_a_file_is_found_by_its_code(session: Session, scans: Path, suffix: str) -> None:
    file = paint(scans / f"J043_1997·001{suffix}")
    assert page_files.find(session, a_record(session, CODE).id) == file


def test_without_setting_or_file_there_is_none(session: Session, tmp_path: Path) -> None:
    record = a_record(session, CODE)
    assert page_files.find(session, record.id) is None
    setting_up.store(session, "page_files", str(tmp_path))
    assert page_files.find(session, record.id) is None


@pytest.mark.parametrize("code", ["../secret", "..", "../../etc/passwd", "/etc/passwd", "C:\\secret"])
def test_no_code_leads_out_of_the_folder(session: Session, scans: Path, code: str) -> None:
    paint(scans.parent / "secret.png")
    assert page_files.find(session, a_record(session, code).id) is None
    assert not {"/", "\\"} & set(page_files.file_stem(code))


def test_a_link_out_of_the_folder_is_not_followed(session: Session, scans: Path) -> None:
    (scans / "J043_1997·001.png").symlink_to(paint(scans.parent / "secret.png"))
    assert page_files.find(session, a_record(session, CODE).id) is None


def test_the_text_of_a_live_mark_is_never_shown(session: Session, scans: Path) -> None:
    paint(scans / "J043_1997·001.png")
    record = a_record(session, CODE, security_class="机密")
    with pytest.raises(PermissionDenied, match=r"page_file\.live_mark"):
        page_files.find(session, record.id)


@pytest.mark.parametrize("suffix", [".pdf", ".tif"])
def test_each_page_is_drawn_for_the_browser(tmp_path: Path, suffix: str) -> None:
    file = paint(tmp_path / f"three{suffix}", pages=3)
    assert page_files.page_count(file) == 3
    drawn = [Image.open(io.BytesIO(page_files.picture(file, page))).convert("RGB") for page in (1, 3, 9)]
    greens = [image.getpixel((image.width // 2, image.height // 2))[1] for image in drawn]
    assert greens[0] < 20
    assert greens[1] == greens[2] == pytest.approx(80, abs=8)


def test_a_page_is_shown_through_the_gate_only(home: Path, url: str, tmp_path: Path) -> None:
    paint(tmp_path / "J001.png")
    with db.transaction(url) as session:
        setting_up.store(session, "page_files", str(tmp_path))
        record = a_record(session, "J001")
        people.add(session=session, name="甲", roles=[Role.REVIEWER], password=PASSWORD, by="test", at=NOON)
    visitor = Browser(create_app(Environment()))
    address = f"/page-file?record={record.id}"
    assert visitor.get(address, accept="image/*").status == 401
    visitor.sign_in("甲", PASSWORD)
    shown = visitor.get(address, accept="image/*")
    assert (shown.status, shown.headers["content-type"], shown.headers["cache-control"]) == (
        200,
        "image/png",
        "no-store",
    )
    assert visitor.get("/page-file?record=999").status == 404
    assert visitor.get("/page-file?record=../1").status == 400


# --- a folder of page images, and the pages of a volume ----------------------------------------------------------


def paint_folder(folder: Path, *names: str) -> Path:
    folder.mkdir()
    for number, name in enumerate(names):
        Image.new("RGB", (60, 80), (250, 40 * number, 0)).save(folder / name)
    return folder


def test_a_folder_of_images_is_a_file_of_pages_in_the_order_a_person_counts(session: Session, scans: Path) -> None:
    folder = paint_folder(scans / "J043_1997·001", "1.png", "2.png", "10.png")
    record = a_record(session, CODE)
    assert page_files.find(session, record.id) == folder
    assert page_files.named(page_files.names_in(scans), CODE) == folder
    assert page_files.page_count(folder) == 3
    drawn = [Image.open(io.BytesIO(page_files.picture(folder, page))) for page in (1, 2, 3, 9)]
    assert [image.getpixel((30, 40))[1] for image in drawn] == [0, 40, 80, 80]


def test_a_tiff_of_several_pages_in_a_folder_counts_with_all_of_them(session: Session, scans: Path) -> None:
    folder = paint_folder(scans / "J1", "1.png")
    paint(folder / "2.tif", pages=2)
    assert page_files.page_count(folder) == 3
    assert Image.open(io.BytesIO(page_files.picture(folder, 3))).getpixel((30, 40))[1] == 40


def test_empty_folders_links_and_climbing_names_are_no_page_files(session: Session, scans: Path) -> None:
    outside = paint_folder(scans.parent / "outside", "1.png")
    (scans / "J1").mkdir()
    (scans / "J2").symlink_to(outside, target_is_directory=True)
    (scans / "J3").mkdir()
    (scans / "J3" / "1.png").symlink_to(outside / "1.png")
    for code in ("J1", "J2", "J3", "../outside", ".", ".."):
        assert page_files.find(session, a_record(session, code, f"题名{code}").id) is None, code
    assert page_files.names_in(scans) == {}


def a_placed(session: Session, code: str, pages: str, **known: object) -> Record:
    return a_record(session, code, f"关于{code}的通知", volume_code="V1", pages=pages, **known)


@pytest.fixture
def volume(session: Session, scans: Path) -> Record:
    catalogue = a_catalogue(session)
    catalogue.headers = {"lists": [{"fields": {"pages": "页号"}}]}
    session.add(catalogue)
    paint_folder(scans / "V1", *(f"{number}.png" for number in range(1, 13)))
    return a_record(session, "V1", "渠道整修材料", level=Level.FILE)


def test_an_item_without_a_file_of_its_own_is_opened_in_its_volume_where_it_begins(
    session: Session, scans: Path, volume: Record
) -> None:
    first, second, last = (a_placed(session, f"V1-{n}", pages) for n, pages in ((1, "1"), (2, "5-8"), (3, "9")))
    shown = [pages_at_hand.at_hand(session, each) for each in (first, second, last)]
    assert [(each.first, each.last, each.count, each.volume) for each in shown if each] == [
        (1, 4, 12, "V1"), (5, 8, 12, "V1"), (9, 12, 12, "V1"),
    ]  # fmt: skip
    own = paint(scans / "V1-2.png")
    assert pages_at_hand.at_hand(session, second) == pages_at_hand.AtHand(own, 1)


def test_a_list_that_counts_pages_or_none_says_nothing_of_places(session: Session, volume: Record) -> None:
    catalogue = session.get_one(Catalogue, volume.catalogue_id)
    catalogue.headers = {"lists": [{"fields": {"pages": "页数"}}]}
    session.add(catalogue)
    for number, pages in enumerate(("7", None)):
        shown = pages_at_hand.at_hand(session, a_placed(session, f"V1-{number}", pages))
        assert shown is not None
        assert (shown.first, shown.last, shown.volume) == (1, None, "V1")
    spanned = pages_at_hand.at_hand(session, a_placed(session, "V1-9", "3-99"))
    assert spanned is not None
    assert (spanned.first, spanned.last) == (3, 12)  # the file has no more


def test_a_live_mark_anywhere_in_the_volume_closes_all_of_its_pages(session: Session, volume: Record) -> None:
    item = a_placed(session, "V1-1", "1")
    assert pages_at_hand.at_hand(session, item) is not None
    a_placed(session, "V1-2", "5", security_class="机密")
    with pytest.raises(PermissionDenied, match=r"page_file\.live_mark"):
        pages_at_hand.at_hand(session, item)


def test_an_item_of_no_volume_has_no_pages(session: Session, scans: Path) -> None:
    assert pages_at_hand.at_hand(session, a_record(session, "J1")) is None
    assert pages_at_hand.at_hand(session, a_record(session, "J2", "另一件", volume_code="V9")) is None
