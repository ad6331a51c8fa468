"""Page images and PDFs beside the item (原文图像): files of a folder, named by 档号, never outside it."""

import re
from pathlib import Path

from sqlmodel import Session

from models import Record
from models.errors import PermissionDenied
from rules import clearance
from workbench.services import setting_up

SUFFIXES = (".pdf", ".jpg", ".jpeg", ".png", ".tif", ".tiff")
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
            file = (root / name).resolve()
            # A link in the folder may point anywhere: what resolves outside is not ours to show.
            if file.is_relative_to(root) and file.is_file():
                return file
    return None
