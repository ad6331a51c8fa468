"""From labelled rows to suggestions, by commands (训练、采用、评测、评分)."""

import csv
import shutil
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest
from commands import must, workbench
from sqlmodel import Session, select

from batches.suggest import suggest
from builders import NOON, TODAY, Team, a_record
from models import AuditEvent, Classifier, Suggestion
from models.errors import LearnerError
from models.evidence import Advice
from models.vocabulary import Access, BatchAction, Effect, Ground, ReviewStage
from workbench import db
from workbench.services import (
    approving,
    batching,
    classifiers_kept,
    labelled_rows,
    reviewing,
    roster,
    rule_book,
    setting_up,
    suggesting,
    training,
)

EVALUATED = {"leak", "missed_share", "over_restriction", "coverage", "coverage_at_leak", "auc", "ece15", "n95", "n100"}
SCORED = ["reference_code", "title", "suggestion", "lean", "probability", "grounds", "rules", "marks"]


def sample_rows() -> list[dict[str, str]]:
    with resources.files("workbench.demo").joinpath("sample.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def write(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


@pytest.fixture(scope="module")
def labelled(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The synthetic sample cut by fonds: three quarters in two files to learn from, enough to certify, one to judge."""
    folder = tmp_path_factory.mktemp("labelled")
    rows = sample_rows()
    fonds = sorted({row["fonds"] for row in rows})
    part = {name: ("first", "second", "judged", "first")[at % 4] for at, name in enumerate(fonds)}
    return {
        name: write(folder / f"{name}.csv", [row for row in rows if part[row["fonds"]] == name])
        for name in ("first", "second", "judged")
    }


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory, empty_home: Path, labelled: dict[str, Path]) -> Path:
    """A home with one adopted classifier, made once and copied for each test."""
    home = tmp_path_factory.mktemp("taught") / "home"
    shutil.copytree(empty_home, home)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKBENCH_HOME", str(home))
        must("train", "--from", labelled["first"], "--from", labelled["second"])
    db.engine_for(f"sqlite:///{(home / 'kaijian.sqlite').resolve()}").dispose()
    return home


@pytest.fixture
def home(taught: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    target = tmp_path / "home"
    shutil.copytree(taught, target)
    monkeypatch.setenv("WORKBENCH_HOME", str(target))
    return target


@pytest.fixture
def bare_home(empty_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    target = tmp_path / "bare"
    shutil.copytree(empty_home, target)
    monkeypatch.setenv("WORKBENCH_HOME", str(target))
    yield target
    db.engine_for(f"sqlite:///{(target / 'kaijian.sqlite').resolve()}").dispose()


def test_the_card_says_what_was_learned_and_what_the_threshold_rests_on(home: Path) -> None:
    card = must("classifier", "show", "--json").json
    assert card["certified_on"] == "labelled file"
    assert card["adopted"] is True
    assert card["rows"]["open"] + card["rows"]["restricted"] == card["rows"]["taught"] > 1000
    assert card["held_out"]["groups"] == 2
    assert card["certificate"]["limit"] == 0.02
    assert card["files"] == ["first.csv", "second.csv"]


def test_an_unseen_part_is_ordered_well_and_its_leak_is_within_the_limits_interval(
    home: Path, labelled: dict[str, Path]
) -> None:
    figures = must("evaluate", labelled["judged"], "--json").json
    assert set(figures) == EVALUATED
    assert figures["auc"]["value"] > 0.93
    assert figures["leak"]["low"] is None or figures["leak"]["low"] <= 0.02
    assert figures["auc"]["low"] < figures["auc"]["value"] < figures["auc"]["high"]


def test_a_real_home_leans_and_a_demo_home_opens(home: Path, labelled: dict[str, Path], tmp_path: Path) -> None:
    out = tmp_path / "scores.csv"
    must("score", labelled["judged"], out)
    real = read(out)
    with db.transaction(f"sqlite:///{(home / 'kaijian.sqlite').resolve()}") as session:
        setting_up.store(session, setting_up.DEMO_FLAG, True)
    must("score", labelled["judged"], out)
    demo = read(out)
    assert {row["suggestion"] for row in real} == {"", "restricted"}
    assert {row["suggestion"] for row in demo} == {"", "restricted", "open"}
    leaning = [number for number, row in enumerate(real) if row["lean"] == "open"]
    assert leaning == [number for number, row in enumerate(demo) if row["suggestion"] == "open"]


def test_without_the_words_it_shows_a_restricted_suggestion_falls(home: Path, labelled: dict[str, Path]) -> None:
    with db.reading(f"sqlite:///{(home / 'kaijian.sqlite').resolve()}") as session:
        ruleset, scorer = rule_book.ruleset(session), classifiers_kept.scorer(session, home)
    descriptions = [
        row.description._replace(security_class=None) for row in labelled_rows.labelled_rows([labelled["judged"]])
    ]
    advices = suggest(descriptions, ruleset=ruleset, scorer=scorer)
    restricted = [at for at, advice in enumerate(advices) if advice.access is Access.RESTRICTED]
    without = [
        descriptions[at]._replace(title=_without_shown(descriptions[at].title, advices[at])) for at in restricted
    ]
    fallen = [
        advice.access is not Access.RESTRICTED
        for advice in suggest(without, ruleset=ruleset, scorer=scorer, explained=False)
    ]
    assert len(restricted) > 50
    assert sum(fallen) / len(fallen) >= 0.9


def _without_shown(title: str, advice: Advice) -> str:
    """A title without the passages that were shown as speaking for restriction."""
    shown = [
        range(reason.start, reason.end)
        for reason in advice.evidence
        if reason.field == "title" and reason.effect is not Effect.OPEN and (reason.weight is None or reason.weight > 0)
    ]
    return "".join(sign for at, sign in enumerate(title) if not any(at in span for span in shown))


def test_scores_keep_the_rows_order_codes_and_number(home: Path, labelled: dict[str, Path], tmp_path: Path) -> None:
    out = tmp_path / "scores.csv"
    with db.reading(f"sqlite:///{(home / 'kaijian.sqlite').resolve()}") as session:
        events = len(session.exec(select(AuditEvent)).all())
    must("score", labelled["judged"], out, "--on", "2026-11-24")
    with out.open(encoding="utf-8", newline="") as stream:
        lines = list(csv.reader(stream))
    rows = read(labelled["judged"])
    assert lines[0] == SCORED
    assert [line[0] for line in lines[1:]] == [row["reference_code"] for row in rows]
    assert [line[1] for line in lines[1:]] == [row["title"] for row in rows]
    assert all(0 < float(line[4]) < 1 for line in lines[1:])
    with db.reading(f"sqlite:///{(home / 'kaijian.sqlite').resolve()}") as session:
        assert len(session.exec(select(AuditEvent)).all()) == events
        assert session.exec(select(Suggestion)).all() == []


def test_without_a_classifier_rules_speak_alone_and_it_is_said(
    bare_home: Path, labelled: dict[str, Path], tmp_path: Path
) -> None:
    answer = must("score", labelled["judged"], tmp_path / "scores.csv")
    rows = read(tmp_path / "scores.csv")
    assert {row["probability"] for row in rows} == {""}
    assert {row["suggestion"] for row in rows} == {"", "restricted"}
    assert "workbench train" in answer.err
    assert must("evaluate", labelled["judged"], "--json").json["auc"] is None


def test_the_same_files_in_another_order_teach_the_same_data_digest(home: Path, labelled: dict[str, Path]) -> None:
    before = must("classifier", "show", "--json").json["data_digest"]
    again = must("train", "--from", labelled["second"], "--from", labelled["first"], "--no-adopt", "--json").json
    assert again["data_digest"] == before
    assert again["adopted"] is False


def test_rollback_returns_to_the_classifier_before_and_both_acts_are_sealed(
    home: Path, labelled: dict[str, Path]
) -> None:
    first = must("classifier", "show", "--json").json["digest"]
    second = must("train", "--from", labelled["first"], "--json").json["digest"]
    assert second != first
    must("classifier", "rollback")
    assert must("classifier", "show", "--json").json["digest"] == first
    with db.reading(f"sqlite:///{(home / 'kaijian.sqlite').resolve()}") as session:
        acts = session.exec(select(AuditEvent).where(AuditEvent.action == "classifier.adopted")).all()
    assert [act.payload["digest"] for act in acts] == [first, second, first]
    must("ledger", "verify")


def test_a_classifier_put_in_use_behind_the_ledgers_back_does_not_load(
    home: Path, labelled: dict[str, Path], tmp_path: Path
) -> None:
    smuggled = must("train", "--from", labelled["first"], "--no-adopt", "--json").json["digest"]
    with db.transaction(f"sqlite:///{(home / 'kaijian.sqlite').resolve()}") as session:
        for kept in session.exec(select(Classifier)):
            kept.is_adopted = kept.digest == smuggled
            session.add(kept)
    answer = workbench("score", labelled["judged"], tmp_path / "scores.csv")
    assert answer.code == 1
    assert "workbench classifier adopt" in answer.err
    assert not (tmp_path / "scores.csv").exists()


def test_a_labelled_file_without_labels_is_refused_by_name(home: Path, tmp_path: Path) -> None:
    rows = [{"reference_code": "1", "title": "关于会议的通知", "date": "1990"}]
    answer = workbench("train", "--from", write(tmp_path / "bare.csv", rows))
    assert answer.code == 1
    assert "bare.csv" in answer.err


def test_chinese_labels_and_headers_are_read(home: Path, labelled: dict[str, Path], tmp_path: Path) -> None:
    words = {"open": "开放", "restricted": "延期开放"}
    rows = [
        {"档号": r["reference_code"], "全宗名称": r["fonds"], "责任者": r["creator"], "题名": r["title"],
         "日期": r["date"], "审核结论": words[r["label"]]}
        for r in read(labelled["first"])
    ]  # fmt: skip
    card = must("train", "--from", write(tmp_path / "中文.csv", rows), "--no-adopt", "--json").json
    assert card["rows"]["open"] == sum(1 for row in rows if row["审核结论"] == "开放")


class TestOnTheHome:
    """Suggestions for records, and learning from what was decided."""

    @pytest.fixture
    def session(self, home: Path) -> Iterator[Session]:
        url = f"sqlite:///{(home / 'kaijian.sqlite').resolve()}"
        with Session(db.engine_for(url), expire_on_commit=False) as opened:
            yield opened
            opened.rollback()
        db.engine_for(url).dispose()

    def test_every_due_record_gets_one_suggestion_with_its_digests(self, session: Session, home: Path) -> None:
        a_record(session, "1-1-1", "关于给予霍连生开除公职处分的决定")
        a_record(session, "1-1-2", "关于召开春耕生产会议的通知")
        a_record(session, "1-1-3", due_on=None)
        made = suggesting.suggest_due(session=session, home=home, by="test", at=NOON, on=TODAY)
        again = suggesting.suggest_due(session=session, home=home, by="test", at=NOON, on=TODAY)
        stored = session.exec(select(Suggestion).order_by(Suggestion.record_id)).all()  # type: ignore[arg-type]
        assert (made["suggested"], again["suggested"]) == (2, 0)
        assert [one.access for one in stored] == [Access.RESTRICTED, None]
        assert stored[1].lean is Access.OPEN
        assert {one.classifier_digest for one in stored} == {classifiers_kept.in_use(session).digest}  # type: ignore[union-attr]

    def test_evidence_of_the_learner_lies_where_it_says_in_the_title(self, session: Session, home: Path) -> None:
        record = a_record(session, "1-1-1", "關於給予霍連生開除公職處分的決定")
        suggesting.suggest_due(session=session, home=home, by="test", at=NOON, on=TODAY)
        (stored,) = session.exec(select(Suggestion)).all()
        words = [reason for reason in stored.reasons() if reason.source == "classifier"]
        assert words
        assert all(record.title[word.start : word.end] == word.text for word in words)
        assert all(word.weight and word.effect is Effect.MARK for word in words)

    def test_nothing_approved_is_nothing_to_learn_from(self, session: Session) -> None:
        with pytest.raises(LearnerError, match=r"classifier\.no_decisions"):
            training.learn_from_decisions(session)

    def test_of_double_read_decisions_some_certify_and_are_never_learned_from(self, session: Session) -> None:
        team = Team(session)
        for key in ("consultation", "certification", "delay_report"):
            setting_up.store(session, key, False)
        rows = [row for row in sample_rows() if row["label"]][:160]
        for number, row in enumerate(rows):
            a_record(session, f"9-{number}", row["title"])
        _approve_all(session, team, {f"9-{number}": row["label"] for number, row in enumerate(rows)})
        _, card = training.learn_from_decisions(session)
        assert card["certified_on"] == "own decisions"
        assert card["rows"]["apart"] > 20
        assert card["rows"]["taught"] + card["rows"]["apart"] == len(rows)
        assert card["certificate"]["judged"] <= card["rows"]["apart"]
        assert card["certificate"]["threshold"] is None
        assert card["needed"] > 0
        tried = card["help"]["auc_by_weights"]
        assert set(tried) == {"0+0", "1+0", "1+0.1", "1+0.3", "1+1"}
        assert card["held_out"]["auc"]["value"] == pytest.approx(max(tried.values()), abs=1e-3)


def _approve_all(session: Session, team: Team, labels: dict[str, str]) -> None:
    batch = batching.assemble(session=session, title="第一批", by=team.archivist, at=NOON, on=TODAY, codes=list(labels))
    batch_id = int(batch.id or 0)
    _step(session, batch_id, BatchAction.START, team.archivist)
    for entry in roster.items(session, batch_id):
        restricted = labels[entry.record.reference_code] == "restricted"
        for reader, stage in ((team.first, ReviewStage.FIRST), (team.second, ReviewStage.SECOND)):
            reviewing.decide(
                session=session, batch_id=batch_id, record_id=entry.entry.record_id, by=reader, at=NOON, on=TODAY,
                access=Access.RESTRICTED if restricted else Access.OPEN,
                ground=Ground.PERSONAL_INFORMATION if restricted else None, reason="涉个人" if restricted else "已核",
                review_again_on=TODAY.replace(year=2036) if restricted else None, stage=stage,
            )  # fmt: skip
    for action, who in (
        (BatchAction.FINISH, team.lead), (BatchAction.SKIP_CONSULTATION, team.lead),
        (BatchAction.SKIP_CERTIFICATION, team.lead), (BatchAction.SUBMIT, team.archivist),
    ):  # fmt: skip
        _step(session, batch_id, action, who)
    approving.approve(
        session=session, batch_id=batch_id, by=team.director, at=NOON, on=TODAY, minutes_number="〔2026〕1号"
    )


def _step(session: Session, batch_id: int, action: BatchAction, by: object) -> None:
    batch = roster.load_batch(session, batch_id)
    batching.advance(session=session, batch=batch, action=action, by=by, at=NOON, on=TODAY)  # type: ignore[arg-type]
