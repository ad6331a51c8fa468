"""Write a batch's papers into a folder (写出整批公文): docx, pdf, contents list, bound file; whole or not at all."""

import hashlib
import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from models import PaperKind
from models.errors import ProcedureError
from workbench.i18n import day, explain, speaking, t, term
from workbench.services import bound_file
from workbench.services.consulting_papers import PAPERS_LANGUAGE
from workbench.services.papers import Printed, PrintedPaper, Printing, Sheet
from workbench.writers import binding, papers, pdf, wording
from workbench.writers.pdf_text import text_of
from workbench.writers.reading_back import Paragraph, ReadPaper, read_back
from workbench.writers.wording import Kind

_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')
_OURS = re.compile(r"\d{2,}-.+\.(docx|pdf)")
_CONTENTS = "contents"
_SHOWN = 20  # characters without a glyph that are named


@dataclass(frozen=True, slots=True)
class _Made:
    """A paper that is filled in."""

    sheet: Sheet
    stem: str
    docx: bytes


def write(printing: Printing, out: Path) -> Printed:
    """Write everything (写出): a folder of an earlier printing is replaced, any other content is refused.

    Raises
    ------
    ProcedureError
        ``papers.folder_in_use``, ``papers.cannot_write``; ``papers.template_*`` and ``publication.template_*`` for the
        archive's own template; ``publication.unexpected_font`` where a pdf is a must.
    """
    _refuse_strangers(out)
    with speaking(PAPERS_LANGUAGE):
        made = [_fill(printing, sheet) for sheet in printing.sheets]
        try:
            out.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}.") as scratch:
                printed = _write(printing, made, Path(scratch), out)
                _deliver(Path(scratch), out)
        except OSError as error:
            raise ProcedureError("papers.cannot_write", path=str(out), problem=error.strerror or str(error)) from error
    return printed


def _fill(printing: Printing, sheet: Sheet) -> _Made:
    stem = t("papers.file", number=f"{sheet.number:02d}", name=_UNSAFE.sub("_", sheet.name)[:80])
    if sheet.filled.content is not None:
        return _Made(sheet, stem, sheet.filled.content)
    return _Made(sheet, stem, _docx(printing, sheet.kind.value, sheet.filled.values or {}))


def _docx(printing: Printing, name: str, values: Mapping[str, Any]) -> bytes:
    template = papers.template(name, printing.fonts, printing.templates)
    return papers.fill(template, values, name=name, at=printing.at)


def _write(printing: Printing, made: Sequence[_Made], folder: Path, out: Path) -> Printed:
    for each in made:
        (folder / f"{each.stem}.docx").write_bytes(each.docx)
    warning: str | None = None
    places: list[bound_file.Place] | None = None
    if printing.pdf != "off" and made:
        try:
            places, warning = _bind(printing, made, folder)
        except ProcedureError as problem:
            if printing.pdf == "on":
                raise
            warning = explain(problem)
    listed = [_listed(each, place) for each, place in zip_longest(made, places or ())]
    _write_contents(printing, listed, folder, bound=places is not None)
    return Printed(
        batch_id=printing.batch_id, version=printing.version, folder=out, papers=listed,
        left_out=[_left_out(kind, absent) for kind, absent in printing.absent],
        pages=sum(place.pages for place in places) if places else None,
        bound=bound_name() if places else None, warning=warning,
    )  # fmt: skip


def _listed(made: _Made, place: bound_file.Place | None) -> PrintedPaper:
    sheet, digest = made.sheet, hashlib.sha256(made.docx).hexdigest()
    pages, begins = (place.pages, place.first) if place else (None, None)
    return PrintedPaper(sheet.number, sheet.kind, sheet.name, f"{made.stem}.docx", digest, pages, begins)


def _left_out(kind: PaperKind, absent: Any) -> dict[str, str]:
    status = t(f"papers.status.{absent.status}")
    return {
        "paper": kind.value, "name": term(kind), "status": status, "why": absent.sentence(), "code": absent.status,
        "reason": absent.why,
    }  # fmt: skip


def bound_name() -> str:
    """File name of the bound papers (合订本文件名): Chinese, as all of them, whatever the screen speaks."""
    with speaking(PAPERS_LANGUAGE):
        return f"{t('papers.bound')}.pdf"


def _bind(printing: Printing, made: Sequence[_Made], folder: Path) -> tuple[list[bound_file.Place], str | None]:
    """All papers in one pdf, and each by itself out of it: set once, so that the two cannot differ.

    With the places comes a warning where a rare character has no glyph: a box in a register of thousands is no
    reason to have none, but whoever signs must know.
    """
    papers_ = [
        binding.Bound(each.sheet.name, read_back(each.docx), wording.paper(each.sheet.kind.value).counted)
        for each in made
    ]
    target = folder / bound_name()
    title = f"{printing.archive} {printing.batch_title}"
    target.write_bytes(binding.bind(papers_, title=title, fonts=printing.fonts, at=printing.at))
    try:
        pdf.check_fonts(target, printing.fonts)
    except ProcedureError:
        target.unlink()
        raise
    places = bound_file.places(target)
    bound_file.split(target, {folder / f"{each.stem}.pdf": place for each, place in zip(made, places, strict=True)})
    return places, _missing(printing, papers_, folder)


def _missing(printing: Printing, bound: Sequence[binding.Bound], folder: Path) -> str | None:
    """Which characters have no glyph (缺字), in a sentence: each is set once on a sheet that is thrown away.

    Reading back hundreds of pages takes longer than setting them; what a font lacks, it lacks everywhere.
    """
    signs = "".join(sorted({sign for each in bound for sign in text_of(each.paper)}))
    probe = binding.Bound(t("papers.contents"), ReadPaper((Paragraph(Kind.BODY, signs),), wide=False), counted=True)
    file = folder / "signs.pdf"
    file.write_bytes(binding.bind([probe], title="", fonts=printing.fonts, at=printing.at, numbered=False))
    missing = bound_file.lacking(file, signs)
    file.unlink()
    if not missing:
        return None
    said = ", ".join(f"{sign} (U+{ord(sign):04X})" for sign in missing[:_SHOWN])
    return t("papers.missing_characters", characters=said)


def _write_contents(printing: Printing, listed: Sequence[PrintedPaper], folder: Path, *, bound: bool) -> None:
    signed = {scan["kind"] for scan in printing.scans}
    values = {
        "archive": printing.archive, "on": day(printing.on), "counted": bound,
        "batch": {"id": printing.batch_id, "title": printing.batch_title},
        "lines": [
            {"number": each.number, "name": each.name, "pages": each.pages, "begins": each.begins,
             "signed": t("papers.has_scan") if each.kind in signed else None}
            for each in listed
        ],
        "absent": [_left_out(kind, absent) for kind, absent in printing.absent],
        "scans": list(printing.scans),
    }  # fmt: skip
    docx = _docx(printing, _CONTENTS, values)
    stem = t("papers.file", number="00", name=t("papers.contents"))
    (folder / f"{stem}.docx").write_bytes(docx)
    if bound:
        paper = binding.Bound(t("papers.contents"), read_back(docx), wording.paper(_CONTENTS).counted)
        content = binding.bind(
            [paper], title=t("papers.contents"), fonts=printing.fonts, at=printing.at, numbered=False
        )  # fmt: skip
        (folder / f"{stem}.pdf").write_bytes(content)
        bound_file.put_before(folder / bound_name(), folder / f"{stem}.pdf")


def _refuse_strangers(out: Path) -> None:
    if out.exists() and (not out.is_dir() or any(not _is_ours(file) for file in out.iterdir())):
        raise ProcedureError("papers.folder_in_use", path=str(out))


def _is_ours(file: Path) -> bool:
    return file.is_file() and (_OURS.fullmatch(file.name) is not None or file.name == bound_name())


def _deliver(folder: Path, out: Path) -> None:
    """Move what was written into its place; only now does an earlier printing go."""
    out.mkdir(exist_ok=True)
    for file in list(out.iterdir()):
        file.unlink()
    for file in sorted(folder.iterdir()):
        shutil.move(file, out / file.name)
