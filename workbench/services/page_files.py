"""Page images and PDFs beside the item (原文图像): files of a folder, named by 档号, never outside it.

::

    page_files/X043-1-17.pdf            one file
               X043-1-18/001.jpg …      or a folder of page images, in the order a person counts
"""

import io
import re
from collections.abc import Mapping
from pathlib import Path

from PIL import Image
from sqlmodel import Session

from models import Record
from models.errors import PermissionDenied
from rules import clearance
from workbench.readers import pdfium
from workbench.readers.scans import pictures_in
from workbench.services import setting_up

SUFFIXES = (".pdf", ".jpg", ".jpeg", ".png", ".tif", ".tiff")
LONGEST_SIDE = 2000  # pixels of a drawn page; enough to read A4
_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f]')


def file_stem(reference_code: str) -> str:
    """档号 as a file name (文件名): what no file system takes becomes ``_``, also a leading dot."""
    return re.sub(r"^\.+", lambda dots: "_" * len(dots.group()), _UNSAFE.sub("_", reference_code.strip()))


def find(session: Session, record_id: int) -> Path | None:
    """The page file of a record (取原文文件), or ``None`` when the archive attached none.

    Raises
    ------
    PermissionDenied
        ``page_file.live_mark``: the full text of an item with a live 密级 mark is never shown.
    """
    folder, record = setting_up.get(session, "page_files"), session.get(Record, record_id)
    if not folder or record is None:
        return None
    if clearance.is_live(record.security_class, record.declassification):
        raise PermissionDenied("page_file.live_mark", code=record.reference_code)
    root = Path(folder).resolve()
    for suffix in SUFFIXES:
        for name in (
            f"{file_stem(record.reference_code)}{suffix}",
            f"{file_stem(record.reference_code)}{suffix.upper()}",
        ):
            if file := _inside(root, name):
                return file
    return _folder(root, file_stem(record.reference_code))


def _inside(root: Path, name: str) -> Path | None:
    """A link in the folder may point anywhere: what resolves outside is not ours to show."""
    file = (root / name).resolve()
    return file if file.is_relative_to(root) and file.is_file() else None


def _folder(root: Path, name: str) -> Path | None:
    """A folder of page images named by a 档号; one without any is none."""
    folder = root / name
    # A link may point anywhere, also to another item's folder.
    if not name or folder.is_symlink() or not folder.is_dir():
        return None
    return folder if pictures_of(folder) else None


def pictures_of(file: Path) -> list[Path]:
    """The files that a page file is made of (构成原文的文件): of a folder its images in order, links left out."""
    return [each for each in pictures_in(file) if not each.is_symlink()] if file.is_dir() else [file]


def names_in(folder: Path) -> dict[tuple[str, str], Path]:
    """Every page file of a folder by its stem and suffix (清点原文文件), for looking up many."""
    root = folder.resolve()
    found = {}
    for entry in folder.iterdir():
        suffix = entry.suffix.lower()
        if suffix in SUFFIXES and (file := _inside(root, entry.name)):
            found[entry.stem, suffix] = file
        elif entry.is_dir() and (file := _folder(root, entry.name)):
            found[entry.name, ""] = file
    return found


def named(names: Mapping[tuple[str, str], Path], reference_code: str) -> Path | None:
    """The file of a 档号 among those (按档号取文件); where there are several kinds, the one that is shown."""
    stem = file_stem(reference_code)
    return next((names[stem, suffix] for suffix in (*SUFFIXES, "") if (stem, suffix) in names), None)


def page_count(file: Path) -> int:
    """Number of pages of a file, or of the images of a folder (页数)."""
    if file.is_dir():
        return sum(page_count(each) for each in pictures_of(file))
    if file.suffix.lower() == ".pdf":
        with pdfium.opened(file) as document:
            return len(document)
    with Image.open(file) as picture:
        return int(getattr(picture, "n_frames", 1))


def picture(file: Path, page: int) -> bytes:
    """One page as PNG (页面图像): a browser shows neither TIFF nor, in a confined frame, PDF. ``page`` from 1."""
    if file.is_dir():
        return picture(*_turned_to(file, page))
    if file.suffix.lower() == ".pdf":
        return _png(_pdf_page(file, page))
    with Image.open(file) as found:
        found.seek(min(max(page, 1), getattr(found, "n_frames", 1)) - 1)
        return _png(found.convert("L" if found.mode in ("1", "L", "I;16") else "RGB"))


def _turned_to(folder: Path, page: int) -> tuple[Path, int]:
    """The image that a page of a folder is on, and which of its pages."""
    files = pictures_of(folder)
    for file in files:
        count = page_count(file)
        if page <= count:
            return file, page
        page -= count
    return files[-1], page_count(files[-1])


def _pdf_page(file: Path, page: int) -> Image.Image:
    with pdfium.opened(file) as document:
        drawn = document[min(max(page, 1), len(document)) - 1]
        made: Image.Image = drawn.render(scale=LONGEST_SIDE / max(drawn.get_size())).to_pil()
        return made


def _png(image: Image.Image) -> bytes:
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
