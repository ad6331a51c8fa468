"""Page images (原文图像): named by 档号, confined to their folder, shown to signed-in people only."""

import io
from pathlib import Path

import pytest
from asgi import Browser
from PIL import Image
from sqlmodel import Session

from builders import NOON, PASSWORD, a_record
from models.errors import PermissionDenied
from models.vocabulary import Role
from workbench import db
from workbench.app import create_app
from workbench.services import page_files, people, setting_up
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
