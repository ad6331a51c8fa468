"""Catalogue readers by suffix (目录读取): one door, ``open_catalogue``; every reader gives the same rows."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from models.errors import ImportFailure
from workbench.readers.catalogue_file import CatalogueFile
from workbench.readers.dbase import DbaseTable
from workbench.readers.excel import Workbook
from workbench.readers.grid import HeaderMap, Skipped, Source, SourceRow
from workbench.readers.html_tables import HtmlTables, is_html
from workbench.readers.pdf import PdfLists
from workbench.readers.scans import SUFFIXES as PICTURES
from workbench.readers.scans import ScannedPages, pictures_in
from workbench.readers.text_file import TextTable
from workbench.readers.word import WordTables
from workbench.readers.xml_list import XmlList
from workbench.readers.zipped import ZippedLists

__all__ = ["READERS", "CatalogueFile", "HeaderMap", "Skipped", "SourceRow", "open_catalogue"]


def _spreadsheet(path: Path, encoding: str | None) -> Source:
    return HtmlTables(path, encoding) if is_html(path) else Workbook(path)


def _pdf(path: Path, _encoding: str | None) -> Source:
    return PdfLists(path)


def _picture(path: Path, _encoding: str | None) -> Source:
    return ScannedPages([path], name=path.name)


def _word(path: Path, _encoding: str | None) -> Source:
    return WordTables(path)


def _member(path: Path, encoding: str | None) -> Source | None:
    return READERS[path.suffix.lower()](path, encoding) if _is_list(path.suffix.lower()) else None


def _is_list(suffix: str) -> bool:
    """Inside a zip: no zip in a zip, and a picture is a page of something."""
    return suffix in READERS and suffix != ".zip" and suffix not in PICTURES


def _zip(path: Path, encoding: str | None) -> Source:
    return ZippedLists(path, encoding, _member, _is_list)


# One reader a suffix; tests/contract/test_readers.py holds each of them to the same promises.
READERS: dict[str, Callable[[Path, str | None], Source]] = {
    ".xlsx": _spreadsheet,
    ".xlsm": _spreadsheet,
    ".xls": _spreadsheet,
    ".et": _spreadsheet,
    ".ods": _spreadsheet,
    ".html": HtmlTables,
    ".htm": HtmlTables,
    ".csv": TextTable,
    ".tsv": TextTable,
    ".txt": TextTable,
    ".pdf": _pdf,
    ".dbf": DbaseTable,
    ".xml": XmlList,
    ".docx": _word,
    ".zip": _zip,
    **dict.fromkeys(PICTURES, _picture),
}


def open_catalogue(
    path: Path,
    *,
    sheet: str | None = None,
    encoding: str | None = None,
    mapping: Mapping[str, str] | None = None,
    profiles: Mapping[str, Mapping[str, str]] | None = None,
    stands_for_title: Sequence[str] = (),
) -> CatalogueFile:
    """Open a catalogue file, or a folder of scanned pages (打开目录文件); iterate the result for its rows.

    ``mapping`` says field → header (or ``#3`` for the third column) where the headers are not known ones;
    ``profiles`` are mappings by ``headers.shape_of`` the header line, used wherever such a header stands;
    ``encoding`` overrides the guess for text files; ``sheet`` picks one sheet of a workbook; ``stands_for_title`` are
    fields that together make a header of a line that names no title.

    Raises
    ------
    ImportFailure
        ``import.no_file``, ``import.unknown_kind``, ``import.unreadable`` and other ``import.*``, also while
        iterating; each names the file and what to do.
    """
    explained: dict[str, Any] = {"mapping": mapping, "profiles": profiles, "stands_for_title": stands_for_title}
    if path.is_dir() and (pictures := pictures_in(path)):
        source = ScannedPages(pictures, name=path.name)
        return CatalogueFile(path, source, sheet=sheet, **explained)
    if not path.is_file():
        raise ImportFailure("import.no_file", file=str(path))
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise ImportFailure(
            "import.unknown_kind", file=path.name, suffix=path.suffix or "-", known=" ".join(sorted(READERS))
        )
    return CatalogueFile(path, reader(path, encoding), sheet=sheet, **explained)
