"""Word lists as Excel: out, changed, in again; laid over the library's, versioned, and the local ones never leave."""

import json
from pathlib import Path

import pytest
from sqlmodel import Session, select

from builders import NOON, Team
from models import AuditEvent
from models.errors import LawError, PermissionDenied
from models.record import Description
from workbench.services import local_rules, own_lexicons, rule_book
from workbench.writers.tables import Sheet, write_xlsx

LIST = "commercial-matters"


def keep(session: Session, home: Path, by, terms: list[str], lexicon: str = LIST) -> dict[str, int]:
    return own_lexicons.save(session=session, home=home, lexicon=lexicon, terms=terms, by=by, at=NOON)


def a_sheet(folder: Path, *terms: str) -> Path:
    file = folder / "words.xlsx"
    write_xlsx(file, [Sheet("词表", ["词语"], [[term] for term in terms], (20,))], at=NOON)
    return file


def test_a_list_goes_out_and_comes_back_the_same(session: Session, home: Path, team: Team, tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    size = own_lexicons.export(session=session, lexicon=LIST, out=out, at=NOON)
    terms = own_lexicons.read_terms(out)
    assert len(terms) == size > 10
    assert keep(session, home, team.lead, terms) == {"terms": size, "added": 0, "removed": 0}
    assert not next(row for row in own_lexicons.rows(session, home) if row["id"] == LIST)["is_own"]


def test_a_new_word_speaks_at_once_and_falls_silent_when_the_list_is_given_back(
    session: Session, home: Path, team: Team, tmp_path: Path
) -> None:
    title = Description(title="磨坊秘法一则")
    before = rule_book.ruleset(session)
    terms = [*before.lexicons[LIST], *own_lexicons.read_terms(a_sheet(tmp_path, "磨坊秘法"))]
    assert not any("磨坊秘法" in reason.text for reason in before.evidence(title))
    assert keep(session, home, team.lead, terms)["added"] == 1
    after = rule_book.ruleset(session)
    assert [reason.rule_id for reason in after.evidence(title) if "磨坊秘法" in reason.text]
    assert after.digest != before.digest
    assert own_lexicons.give_back(session=session, home=home, lexicon=LIST, by=team.lead, at=NOON)
    assert rule_book.ruleset(session).digest == before.digest
    assert (home / "rules" / "versions" / f"lexicons.{LIST}" / "0001.yml").is_file()


def test_a_list_that_breaks_an_example_of_any_rule_is_not_kept(session: Session, home: Path, team: Team) -> None:
    with pytest.raises(LawError, match=r"rule\.example_failed"):
        keep(session, home, team.lead, ["毫不相干"])
    assert not (home / "rules" / "lexicons").exists()


def test_single_characters_empty_lists_and_strange_names_are_refused(
    session: Session, home: Path, team: Team, tmp_path: Path
) -> None:
    with pytest.raises(LawError, match=r"lexicon\.term_too_short") as refused:
        own_lexicons.read_terms(a_sheet(tmp_path, "磨坊", "磨"))
    assert refused.value.params["row"] == 3
    with pytest.raises(LawError, match=r"lexicon\.empty"):
        keep(session, home, team.lead, [])
    with pytest.raises(LawError, match=r"lexicon\.bad_id"):
        keep(session, home, team.lead, ["磨坊"], "../outside")
    with pytest.raises(PermissionDenied):
        keep(session, home, team.first, ["磨坊"])


def test_a_list_of_the_local_pack_serves_here_and_never_leaves(
    session: Session, home: Path, team: Team, tmp_path: Path
) -> None:
    keep(session, home, team.lead, ["磨坊秘法"], "local-words")
    with pytest.raises(LawError, match=r"lexicon\.stays"):
        own_lexicons.export(session=session, lexicon="local-words", out=tmp_path / "out.xlsx", at=NOON)
    assert not (tmp_path / "out.xlsx").exists()
    assert local_rules.unsealed(session, home) == []


def test_the_ledger_counts_words_and_holds_none(session: Session, home: Path, team: Team) -> None:
    keep(session, home, team.lead, ["磨坊秘法"], "local-words")
    (event,) = session.exec(select(AuditEvent).where(AuditEvent.action == own_lexicons.CHANGED))
    assert event.payload["added"] == 1
    assert "磨坊" not in json.dumps(event.payload, ensure_ascii=False)
