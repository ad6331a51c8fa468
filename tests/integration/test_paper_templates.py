"""Templates of the archive's own (馆内模板): tried before use, refused with the place and the remedy."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document
from docx.document import Document as DocumentObject
from sqlmodel import Session

from builders import NOON, Team
from models import PaperKind
from models.errors import PermissionDenied, ProcedureError
from workbench.i18n import explain, has, speaking
from workbench.services import ledger_keeping, paper_templates, papers
from workbench.writers import papers as writers_papers
from workbench.writers import template_check, wording
from workbench.writers.templates import Fonts

FONTS = Fonts("方正小标宋简体", "仿宋_GB2312", ("Noto Serif CJK SC",))


def edited(name: str, change: Callable[[DocumentObject], object]) -> bytes:
    """A built-in template as somebody changed it in a word processor."""
    document = Document(io.BytesIO(writers_papers.template(name, FONTS)))
    change(document)
    held = io.BytesIO()
    document.save(held)
    return held.getvalue()


def put(home: Path, name: str, content: bytes) -> None:
    (home / "templates").mkdir(exist_ok=True)
    (home / "templates" / f"{name}.docx").write_bytes(content)


@pytest.mark.parametrize("name", wording.names())
def test_a_built_in_template_names_only_fields_its_paper_has_and_takes_the_sample(name: str) -> None:
    content = writers_papers.template(name, FONTS)
    assert wording.paper(name).sample
    assert template_check.problems(content, name=name) == []
    writers_papers.check(content, name=name)


@pytest.mark.parametrize("kind", papers.BUILDERS)
def test_every_paper_of_a_batch_has_a_template_and_a_name(kind: PaperKind) -> None:
    assert kind.value in wording.names()
    assert has(f"terms.paperkind.{kind.value}")


@pytest.mark.parametrize(
    ("written", "placeholder", "near"),
    [
        ("{{ batch.titel }}", "batch.titel", "batch.title"),
        ("{{ archiv }}", "archiv", "archive"),
        ("{% if head %}{{ counts.opne }}{% endif %}", "counts.opne", "counts.open"),
        ("{% if not head %}{{ counts.opne }}{% endif %}", "counts.opne", "counts.open"),
        ("{% for line in grounds %}{{ line.gruond }}{% endfor %}", "line.gruond", "grounds[].ground"),
    ],
)
def test_an_unknown_field_is_named_with_its_template_and_the_likeliest_right_one(
    home: Path, written: str, placeholder: str, near: str
) -> None:
    put(home, "approval_sheet", edited("approval_sheet", lambda made: made.add_paragraph(written)))
    with pytest.raises(ProcedureError) as refusal:
        writers_papers.template("approval_sheet", FONTS, home / "templates")
    said = explain(refusal.value)
    assert "approval_sheet.docx" in said and f" {placeholder} " in said and near in said


def test_a_field_in_a_header_is_looked_at_too(home: Path) -> None:
    def change(made: DocumentObject) -> None:
        made.sections[0].header.paragraphs[0].text = "{{ nothing_of_ours }}"

    put(home, "minutes", edited("minutes", change))
    with pytest.raises(ProcedureError, match=r"papers\.template_placeholder"):
        writers_papers.template("minutes", FONTS, home / "templates")


def test_a_broken_tag_is_named_with_its_place(home: Path) -> None:
    put(home, "minutes", edited("minutes", lambda made: made.add_paragraph("议定{% if opens %}同意开放")))
    with pytest.raises(ProcedureError) as refusal:
        writers_papers.template("minutes", FONTS, home / "templates")
    assert refusal.value.code == "papers.template_syntax"
    assert "minutes.docx" in explain(refusal.value)


def test_the_archive_s_own_template_is_used_and_a_broken_one_never_silently_replaced(home: Path) -> None:
    own = edited("release_check", lambda made: made.add_paragraph("本馆另加：{{ batch.title }}"))
    put(home, "release_check", own)
    assert writers_papers.template("release_check", FONTS, home / "templates") == own
    put(home, "release_check", b"not a docx")
    with pytest.raises(ProcedureError, match=r"publication\.template_unreadable"):
        writers_papers.template("release_check", FONTS, home / "templates")


def test_a_template_cannot_reach_the_program(home: Path) -> None:
    put(home, "minutes", edited("minutes", lambda made: made.add_paragraph("{{ archive.__class__.__mro__ }}")))
    with pytest.raises(ProcedureError, match=r"template_"):
        writers_papers.template("minutes", FONTS, home / "templates")


def test_the_list_says_which_are_own_and_what_is_wrong_and_which_files_are_not_used(home: Path) -> None:
    put(home, "minutes", edited("minutes", lambda made: made.add_paragraph("{{ one_ }}{{ two_ }}")))
    put(home, "metting", b"")
    (found,) = [each for each in paper_templates.everything(home) if each.is_own]
    assert found.name == "minutes" and len(found.problems) == 2
    assert paper_templates.strays(home) == ["metting.docx"]


def test_built_in_templates_are_written_out_once_and_can_be_put_back_unchanged(
    session: Session, home: Path, tmp_path: Path
) -> None:
    written = paper_templates.export(session, tmp_path / "out")
    assert {file.stem for file in written} == set(wording.names())
    with pytest.raises(ProcedureError, match=r"papers\.template_exists"):
        paper_templates.export(session, tmp_path / "out", ["minutes"])
    for file in written:
        put(home, file.stem, file.read_bytes())
    assert all(each.is_own and not each.problems for each in paper_templates.everything(home))


def test_an_edited_template_is_tried_taken_sealed_and_given_up_again(session: Session, team: Team, home: Path) -> None:
    own = edited("minutes", lambda made: made.add_paragraph("本馆另加"))
    known = {"session": session, "home": home, "name": "minutes", "at": NOON}
    with pytest.raises(PermissionDenied):
        paper_templates.take(**known, content=own, by=team.first)
    with pytest.raises(ProcedureError, match=r"papers\.template_placeholder"):
        paper_templates.take(
            **known, content=edited("minutes", lambda made: made.add_paragraph("{{ no }}")), by=team.archivist
        )
    assert not (home / "templates" / "minutes.docx").exists()
    paper_templates.take(**known, content=own, by=team.archivist)
    assert (home / "templates" / "minutes.docx").read_bytes() == own
    paper_templates.drop(**known, by=team.archivist)
    assert not (home / "templates" / "minutes.docx").exists()
    sealed = [event for event in ledger_keeping.events(session) if event.action == "papers.template"]
    assert [event.payload["digest"] is None for event in sealed] == [False, True]
    session.rollback()
    assert not (home / "templates" / "minutes.docx").exists()


def test_templates_are_chinese_whatever_language_the_screen_speaks(session: Session) -> None:
    with speaking("en"):
        content = paper_templates.built_in(session, "minutes")
    document = Document(io.BytesIO(content))
    footer = "".join(paragraph.text for paragraph in document.sections[0].footer.paragraphs)
    assert "共" in footer
