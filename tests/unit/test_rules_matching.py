"""How a rule finds its passage."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from models.errors import LawError
from models.record import Description
from models.vocabulary import Effect, Ground, Level
from rules import finders
from rules.loader import load_instruments, load_kinds, load_ruleset, parse_rule
from rules.rule import Rule
from rules.schema import RuleSet

RULE: dict[str, Any] = {
    "id": "local.trial",
    "name": "试用规则",
    "version": 1,
    "effect": "caution",
    "ground": "PERSONAL_INFORMATION",
    "kind": "personal.discipline",
    "legal_basis": [{"instrument": "opening-measures", "article": "8(3)"}],
    "any_of": [{"terms": ["旷工"]}],
    "explanation": "试用",
    "must_match": ["三名职工旷工的处理"],
    "must_not_match": ["考勤制度"],
}


def rule(**changes: Any) -> Rule:
    return parse_rule(yaml.safe_dump({**RULE, **changes}, allow_unicode=True), name="trial.yaml")


def ruleset(*rules: Rule, **lexicons: tuple[str, ...]) -> RuleSet:
    return RuleSet(rules, lexicons=lexicons, instruments=load_instruments(), kinds=load_kinds())


def found(title: str, **changes: Any) -> list[str]:
    return [reason.text for reason in ruleset(rule(**changes)).evidence(Description(title=title))]


def write(folder: Path, name: str, **changes: Any) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(yaml.safe_dump({**RULE, **changes}, allow_unicode=True), encoding="utf-8")
    return folder


def test_a_traditional_title_gives_the_passage_as_written() -> None:
    assert found("關於三名職工 曠 工 的處理") == ["曠 工"]


def test_evidence_says_which_law_and_whether_it_was_read() -> None:
    (reason,) = ruleset(rule()).evidence(Description(title="三名职工旷工的处理"))
    assert reason.legal_basis == ("档案开放办法第八条（三）",)
    assert reason.verified
    assert (reason.effect, reason.ground, reason.source) == (Effect.CAUTION, Ground.PERSONAL_INFORMATION, "rule")
    assert (reason.start, reason.end) == (4, 6)


def test_all_of_needs_every_part() -> None:
    both = {"any_of": [], "all_of": [{"terms": ["旷工"]}, {"terms": ["除名"]}]}
    assert found("旷工职工除名", **both) == ["旷工职工除名"]
    assert found("旷工职工", **both) == []


def test_parts_that_stand_too_far_apart_do_not_match() -> None:
    near = {"any_of": [], "all_of": [{"terms": ["旷工"]}, {"terms": ["除名"]}], "within": 3}
    assert found("旷工者除名", **near)
    assert found("旷工一事另行研究后再议除名", **near) == []


def test_a_word_inside_a_cited_title_does_not_count_but_the_same_word_outside_does() -> None:
    outside = {"not_inside": [{"regex": "《[^》]*》"}]}
    assert found("转发《职工旷工处理办法》", **outside) == []
    assert found("依《职工旷工处理办法》处理旷工职工", **outside) == ["旷工"]


def test_an_exception_silences_the_rule() -> None:
    assert found("职工旷工情况统计", none_of=[{"terms": ["统计"]}]) == []


def test_a_condition_on_another_field_must_hold() -> None:
    where = {"where": [{"fields": ["creator"], "any_of": [{"terms": ["监察"]}]}]}
    watched = ruleset(rule(**where))
    assert watched.evidence(Description(title="旷工", creator="岚溪县監察局"))
    assert not watched.evidence(Description(title="旷工", creator="岚溪县水利局"))


def test_a_condition_that_excuses_silences_the_rule() -> None:
    excused = ruleset(rule(except_where=[{"fields": ["creator"], "any_of": [{"terms": ["统计"]}]}]))
    assert not excused.evidence(Description(title="旷工", creator="统计局"))
    assert excused.evidence(Description(title="旷工", creator=None))


def test_a_rule_for_files_leaves_items_alone() -> None:
    files = ruleset(rule(applies={"levels": ["FILE"]}))
    assert files.evidence(Description(title="旷工", level=Level.FILE))
    assert not files.evidence(Description(title="旷工", level=Level.ITEM))


def test_a_retired_rule_is_kept_but_silent() -> None:
    retired = ruleset(rule(status="retired"))
    assert retired.by_id["local.trial"].status == "retired"
    assert retired.evidence(Description(title="旷工")) == ()


def test_a_pattern_that_hangs_makes_a_person_look_and_the_run_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finders, "SECONDS_FOR_A_PATTERN", 0.01)
    hanging = ruleset(rule(effect="restrict", any_of=[{"regex": "旷工(?:[甲丁]|甲.|甲..)+(?:乙|丙)$"}]))
    endless = Description(title="乙旷工" + "甲" * 60 + "戊")
    (stopped,), (found,) = hanging.evidence_many([endless, Description(title="旷工甲乙")])
    assert stopped.effect is Effect.CAUTION
    assert (found.effect, found.text) == (Effect.RESTRICT, "旷工甲乙")


def test_a_pattern_of_many_repeated_signs_ends_although_re_would_try_for_ages() -> None:
    many = ruleset(rule(any_of=[{"regex": "旷工甲*甲*甲*甲*甲*甲*[乙丙]$"}]))
    endless = Description(title="乙旷工" + "甲" * 600 + "戊丙")
    unknown, (found,) = many.evidence_many([endless, Description(title="旷工甲乙")])
    assert [reason.effect for reason in unknown] in ([], [Effect.CAUTION])
    assert found.text == "旷工甲乙"


def test_many_records_give_the_same_as_one_by_one() -> None:
    rules = load_ruleset()
    rows = [Description(title=title) for title in ("关于给予秦某开除处分的决定", "春耕生产计划", "", "离婚登记存根")]
    assert rules.evidence_many(rows) == [rules.evidence(row) for row in rows]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"ground": "WEATHER"}, "rule.bad_shape"),
        ({"surprise": 1}, "rule.bad_shape"),
        ({"must_not_match": []}, "rule.bad_shape"),
        ({"legal_basis": []}, "rule.bad_shape"),
        ({"any_of": []}, "rule.bad_shape"),
        ({"within": 3}, "rule.bad_shape"),
        ({"legal_basis": [{"instrument": "unheard-of"}]}, "rule.unknown_instrument"),
        ({"legal_basis": [{"instrument": "opening-measures", "article": "99"}]}, "rule.unknown_article"),
        ({"kind": "personal.weather"}, "rule.unknown_kind"),
        ({"ground": "OTHER_LAW"}, "rule.unknown_kind"),
        ({"any_of": [{"regex": "旷(工"}]}, "rule.bad_pattern"),
        ({"any_of": [{"regex": "(?:旷工)?"}]}, "rule.matches_nothing"),
        ({"any_of": [{"regex": "曠工"}]}, "rule.unfolded_pattern"),
        ({"any_of": [{"terms": ["旷"]}]}, "rule.term_too_short"),
        ({"any_of": [{"detector": "weather"}]}, "rule.unknown_detector"),
        ({"any_of": [{"lexicon": "weather"}]}, "rule.unknown_lexicon"),
        ({"any_of": [{"regex": "旷工", "check": "weather"}]}, "rule.unknown_check"),
        ({"id": "local.other"}, "rule.wrong_file_name"),
    ],
)
def test_a_fault_in_a_rule_file_is_named_when_it_is_loaded(changes: dict[str, Any], code: str, tmp_path: Path) -> None:
    with pytest.raises(LawError) as refused:
        load_ruleset(write(tmp_path / "rules", "trial.yaml", **changes))
    assert refused.value.code == code


def test_a_local_rule_joins_the_library(tmp_path: Path) -> None:
    with_local = load_ruleset(write(tmp_path / "rules", "trial.yaml"))
    assert "local.trial" in with_local.by_id
    assert with_local.digest != load_ruleset().digest


def test_a_local_rule_replaces_a_shipped_one_only_when_it_says_so(tmp_path: Path) -> None:
    same = {"id": "personal-information.marriage", "kind": "personal.family"}
    folder = write(tmp_path / "rules", "marriage.yaml", **same)
    with pytest.raises(LawError) as refused:
        load_ruleset(folder)
    assert refused.value.code == "rule.duplicate_id"
    write(folder, "marriage.yaml", **same, overrides=True)
    assert load_ruleset(folder).by_id["personal-information.marriage"].name == "试用规则"


def test_a_local_word_list_is_at_hand_for_local_rules(tmp_path: Path) -> None:
    folder = write(tmp_path / "rules", "trial.yaml", any_of=[{"lexicon": "ours"}])
    (folder / "lexicons").mkdir()
    (folder / "lexicons" / "ours.yaml").write_text("id: ours\nterms: [旷職, 早退]\n", encoding="utf-8")
    (reason, *_) = [
        reason
        for reason in load_ruleset(folder).evidence(Description(title="职工旷职"))
        if reason.rule_id == "local.trial"
    ]
    assert reason.text == "旷职"
