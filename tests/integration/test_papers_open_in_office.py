"""Each docx of a batch opens in LibreOffice (公文能用办公软件打开): pages as listed, Chinese fonts inside.

Needs ``soffice`` (Debian: libreoffice-writer-nogui, fonts-noto-cjk); skipped with that reason where it is absent.
"""

import shutil
import subprocess
from pathlib import Path

import pypdfium2
import pytest
from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import resolve1
from sqlmodel import Session

from builders import NOON, TODAY, Team, a_batch, a_record, move, name_the_archive, opens, restricts, switch_off
from models import PaperKind
from models.vocabulary import BatchAction
from workbench.services import approving, paper_printing, papers, publishing, setting_up
from workbench.writers import binding, pdf, wording
from workbench.writers import papers as writers_papers
from workbench.writers.reading_back import read_back
from workbench.writers.templates import Fonts

pytestmark = [
    pytest.mark.office,
    pytest.mark.skipif(shutil.which("soffice") is None, reason="needs: apt-get install libreoffice-writer-nogui"),
    pytest.mark.skipif(not pdf.is_available(), reason='needs the typesetter: pip install "kaijian[pdf]"'),
]

A = BatchAction
FONT = "Noto Serif CJK SC"
ITEMS = 60
# Two programs break lines alike but not always at the same sign; over a long register that may add up to a page.
MAY_DIFFER = {PaperKind.REVIEW_REGISTER: 1, PaperKind.DELAY_REGISTER: 1, PaperKind.ISSUE_LIST: 1}


@pytest.fixture
def printed(session: Session, team: Team, home: Path, tmp_path: Path) -> papers.Printed:
    """A published batch of some pages, in one font that the machine has."""
    switch_off(session, "consultation", "certification", "delay_report")
    name_the_archive(session)
    for key in ("notice_title_font", "notice_body_font", "notice_fallback_font"):
        setting_up.store(session, key, FONT)
    records = [
        a_record(session, f"X043-WS-1997-{number:04d}", f"关于召开第{number}次春耕生产和水利工程建设会议的通知")
        for number in range(ITEMS)
    ]
    batch = a_batch(session, team)
    for number, record in enumerate(records):
        for person in (team.first, team.second):
            (restricts if number % 3 == 0 else opens)(session, batch, record, person)
    move(session, batch, team, A.FINISH, A.SKIP_CONSULTATION, A.SKIP_CERTIFICATION, A.SUBMIT)
    approving.approve(
        session=session, batch_id=batch.id, by=team.director, at=NOON, on=TODAY, minutes_number="〔2026〕3号"
    )
    publishing.publish(session=session, batch_id=batch.id, by=team.publisher, at=NOON, on=TODAY, home=home)
    printing = papers.gather(session, int(batch.id or 0), home=home, at=NOON, on=TODAY)
    return paper_printing.write(printing, tmp_path / "out")


def converted(source: Path, folder: Path) -> dict[str, Path]:
    files = sorted(source.glob("*.docx"))
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    return {file.name: folder / f"{file.stem}.pdf" for file in files}


def fonts(file: Path) -> dict[str, bool]:
    """Fonts of a pdf by name, each with whether it is embedded."""
    found = {}
    with file.open("rb") as stream:
        for page in PDFPage.create_pages(PDFDocument(PDFParser(stream))):
            for font in (resolve1(page.resources.get("Font")) or {}).values():
                shape = resolve1(font)
                for inner in resolve1(shape.get("DescendantFonts")) or [shape]:
                    described = resolve1(resolve1(inner).get("FontDescriptor")) or {}
                    name = str(resolve1(inner)["BaseFont"]).strip("/'")
                    found[name] = any(key in described for key in ("FontFile", "FontFile2", "FontFile3"))
    return found


def pages(file: Path) -> int:
    document = pypdfium2.PdfDocument(file)
    try:
        return len(document)
    finally:
        document.close()


def test_each_docx_opens_with_the_pages_of_the_contents_list_and_embedded_chinese_fonts(
    printed: papers.Printed, tmp_path: Path
) -> None:
    made = converted(printed.folder, tmp_path / "office")
    assert len(made) == len(printed.papers) + 1
    assert pages(made["00-目录.docx"]) == 1
    counted = {paper.file: (paper.pages, pages(made[paper.file]), paper.kind) for paper in printed.papers}
    assert max(listed for listed, _, _ in counted.values()) > 3
    differ = {file: found for file, found in counted.items() if abs(found[0] - found[1]) > MAY_DIFFER.get(found[2], 0)}
    assert differ == {}
    for file in made.values():
        inside = fonts(file)
        assert inside and all(inside.values()), (file.name, inside)
        assert any("CJK" in name for name in inside), (file.name, inside)
        assert all("Noto" in name for name in inside), (file.name, inside)


def test_every_built_in_template_opens_with_as_many_pages_as_its_pdf(tmp_path: Path) -> None:
    fonts_ = Fonts(FONT, FONT, (FONT,))
    (tmp_path / "docx").mkdir()
    counted = {}
    for name in wording.names():
        paper = wording.paper(name)
        docx = writers_papers.fill(writers_papers.template(name, fonts_), paper.sample, name=name, at=NOON)
        (tmp_path / "docx" / f"{name}.docx").write_bytes(docx)
        bound = binding.Bound(name, read_back(docx), paper.counted)
        (tmp_path / f"{name}.pdf").write_bytes(binding.bind([bound], title=name, fonts=fonts_, at=NOON))
        counted[name] = pages(tmp_path / f"{name}.pdf")
    made = converted(tmp_path / "docx", tmp_path / "office")
    assert {name: pages(made[f"{name}.docx"]) for name in counted} == counted
