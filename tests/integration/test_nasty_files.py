"""Every nasty catalogue of the corpus comes in with the account it must give, or is refused by name."""

from pathlib import Path

import nasty_containers
import nasty_sheets
import nasty_texts
import pytest
from nasty_case import Case
from sqlmodel import Session, select

from builders import NOON, TODAY
from models import Catalogue, Record
from models.errors import ImportFailure
from models.vocabulary import Level
from workbench.i18n import LANGUAGES, explain, speaking
from workbench.services.importing import import_catalogue

FAMILIES = (
    nasty_texts.encodings, nasty_texts.text_tables, nasty_texts.rows, nasty_sheets.headers, nasty_sheets.spreadsheets,
    nasty_sheets.dates, nasty_containers.papers, nasty_containers.containers,
)  # fmt: skip
CASES = [case for family in FAMILIES for case in family()]


def options_of(case: Case) -> dict[str, object]:
    return {**case.options, **({"level": Level(case.options["level"])} if "level" in case.options else {})}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.replace(" ", "-"))
def test_a_nasty_file_gives_its_account(case: Case, session: Session, tmp_path: Path) -> None:
    path = tmp_path / case.file
    case.make(path)
    if case.error:
        with pytest.raises(ImportFailure) as refusal:
            import_catalogue(session=session, path=path, by="test", at=NOON, on=TODAY, **options_of(case))
        assert refusal.value.code == case.error
        for language in LANGUAGES:
            with speaking(language):
                assert case.file in explain(refusal.value)
        assert session.exec(select(Catalogue)).all() == []
        return
    report = import_catalogue(session=session, path=path, by="test", at=NOON, on=TODAY, **options_of(case))
    assert {name: getattr(report, name) for name in case.expected} == case.expected
    outcomes = (report.accepted, report.rejected, report.duplicates, report.conflicts, report.quarantined)
    assert sum(outcomes) == report.rows
    assert report.report is not None
    assert "intake." not in report.report.read_text(encoding="utf-8-sig"), "a text is missing in the locale"
    records = {record.reference_code: record for record in session.exec(select(Record))}
    assert len(session.exec(select(Record)).all()) == report.accepted
    assert case.sees(records)


def test_the_corpus_is_large_and_its_names_are_unique() -> None:
    assert len(CASES) >= 60
    assert len({case.name for case in CASES}) == len(CASES)
