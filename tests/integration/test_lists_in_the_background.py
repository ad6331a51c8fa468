"""Lists of past decisions and inner lists go in behind everybody's back: counted, resting, given up, on record."""

from datetime import date
from pathlib import Path

import pytest
from catalogue_files import write_csv
from commands import must, workbench
from sqlmodel import Session, select

from builders import NOON, TODAY, a_record
from models import AuditEvent, Job, PastDecision, Record
from models.errors import ProcedureError
from models.intake import JobKind, JobPhase, JobState
from models.vocabulary import Access, Level
from workbench import db
from workbench.services import intake_files, job_steering, jobs, ledger_keeping, working
from workbench.services.work_kinds import WAYS
from workbench.services.working import Watch, Worker
from workbench.settings import environment

DECIDED = ["全宗名称", "档号", "题名", "形成日期", "开放标识"]
INNER = ["顺序号", "文号", "责任者", "题名", "日期", "页号", "备注"]
FONDS = "云溪县农业局"


@pytest.fixture(autouse=True)
def tell_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "_TOLD_EVERY", 0.0)
    monkeypatch.setattr(working, "POLL", 0.01)


def work() -> bool:
    return Worker(environment(), dict(WAYS), lambda: NOON, lambda: TODAY, "elsewhere:1:a").serve_one()


def decided(folder: Path, size: int, mark: str = "开放") -> Path:
    path = folder / "历年.csv"
    rows = [[FONDS, f"9-1-{n}", f"关于第{n}号渠道整修的通知", "19870503", mark] for n in range(1, size + 1)]
    write_csv(path, [DECIDED, *rows])
    return path


def volumes(url: str, *codes: str) -> None:
    known = {"level": Level.FILE, "date_from": date(1987, 1, 1), "date_to": date(1987, 12, 31)}
    with db.transaction(url) as session:
        for code in codes:
            a_record(session, code, f"{code}渠道整修材料", **known)


def inner(folder: Path, name: str, size: int) -> Path:
    path = folder / f"{name}.csv"
    rows = [[str(n), "", "云溪县水利局", f"关于第{n}号渠道整修的通知", "19870503", "", ""] for n in range(1, size + 1)]
    write_csv(path, [["卷内文件目录"], INNER, *rows])
    return path


def the_job(url: str, number: int = 1) -> Job:
    with db.reading(url) as session:
        return jobs.find(session, number)


def test_a_decided_list_is_queued_read_and_taken_with_what_its_marks_mean(url: str, tmp_path: Path) -> None:
    path = decided(tmp_path, 3, mark="K")
    assert must("import", "--decided", "--background", "--meaning", "K=restricted", "--json", path).json == {
        "jobs": [1]
    }
    with db.reading(url) as session:
        assert not session.exec(select(PastDecision)).all()
    assert work()
    job = the_job(url)
    assert (job.state, job.outcome and job.outcome["restricted"], job.subject) == (JobState.DONE, 3, "历年.csv")
    with db.reading(url) as session:
        assert {each.access for each in session.exec(select(Record))} == {Access.RESTRICTED}
    assert workbench("import", "--decided", "--background", "--meaning", "K=perhaps", path).code == 1


def test_a_mark_that_nobody_explained_is_told_with_the_job(url: str, tmp_path: Path) -> None:
    must("import", "--decided", "--background", decided(tmp_path, 2, mark="怪"))
    work()
    outcome = the_job(url).outcome or {}
    assert (outcome["unknown_marks"], outcome["accepted"], outcome["rejected"]) == ({"怪": 2}, 0, 2)


def test_lists_named_by_their_volumes_are_one_job_and_a_bad_one_does_not_stop_the_others(
    url: str, tmp_path: Path
) -> None:
    volumes(url, "X-1-12", "X-1-13")
    files = [inner(tmp_path, "X-1-12", 2), inner(tmp_path, "X-1-13", 3), inner(tmp_path, "X-9-99", 1)]
    assert must("import", "--volumes", "--background", "--json", *files).json == {"jobs": [1]}
    work()
    job = the_job(url)
    assert (job.state, job.subject) == (JobState.DONE, "X-1-12.csv +2")
    outcome = job.outcome or {}
    assert outcome["accepted"] == 5
    assert [each["volume"] for each in outcome["lists"]] == ["X-1-12", "X-1-13"]
    (failed,) = outcome["failed"]
    assert failed["file"] == "X-9-99.csv" and "X-9-99" in failed["error"]


def test_the_list_of_one_named_volume_and_a_folder_of_lists_go_too(url: str, tmp_path: Path) -> None:
    volumes(url, "X-1-12", "X-1-13")
    must("import", "--volume", "X-1-12", "--background", inner(tmp_path, "卷内", 2))
    folder = tmp_path / "lists"
    folder.mkdir()
    inner(folder, "X-1-13", 2)
    must("import", "--volumes", "--background", folder)
    assert work() and work()
    assert [the_job(url, number).state for number in (1, 2)] == [JobState.DONE, JobState.DONE]
    with db.reading(url) as session:
        codes = {each.volume_code for each in session.exec(select(Record).where(Record.level == Level.ITEM))}
    assert codes == {"X-1-12", "X-1-13"}


def test_an_unknown_volume_fails_the_job_and_says_why(url: str, tmp_path: Path) -> None:
    must("import", "--volume", "X-1-12", "--background", inner(tmp_path, "卷内", 2))
    work()
    job = the_job(url)
    refusal = jobs.refusal(job)
    assert job.state is JobState.FAILED and refusal is not None and refusal.code == "volume.unknown"


@pytest.mark.parametrize("kind", ["decided", "inner"])
def test_a_long_list_tells_how_far_it_is_and_given_up_leaves_nothing(
    url: str, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    volumes(url, "X-1-12")
    if kind == "decided":
        path, words = decided(tmp_path, 4500), ("--decided",)
    else:
        path, words = inner(tmp_path, "X-1-12", 4500), ("--volumes",)
    must("import", *words, "--background", path)
    tell, seen = Watch.tell, []

    def note(self: Watch, phase: JobPhase, rows: int = 0, share: float | None = None) -> None:
        seen.append((phase, rows))
        if rows == 4000:
            with db.transaction(url) as session:
                job_steering.cancel(session=session, job_id=1, by="档案员", at=NOON)
        tell(self, phase, rows, share)

    monkeypatch.setattr(Watch, "tell", note)
    work()
    assert the_job(url).state is JobState.CANCELLED
    assert JobPhase.STORING not in {phase for phase, _ in seen}
    assert [rows for _, rows in seen if rows] == [2000, 4000]
    with db.reading(url) as session:
        assert len(session.exec(select(Record)).all()) == 1
        assert not session.exec(select(PastDecision)).all()


def test_uploads_that_came_together_go_together_when_the_job_is_over(url: str, home: Path, tmp_path: Path) -> None:
    volumes(url, "X-1-12", "X-1-13")
    sent = [(f"{name}.csv", inner(tmp_path, name, 1).read_bytes()) for name in ("X-1-12", "X-1-13")]
    kept = intake_files.keep_uploads(home, sent)
    options = {"list": "inner", "volume": None, "fonds": None, **jobs.places_of(kept)}
    with db.transaction(url) as session:
        jobs.enqueue(
            session=session, kind=JobKind.IMPORT, subject=jobs.named_after(kept), options=options, by="档案员",
            at=NOON,
        )  # fmt: skip
    work()
    assert (the_job(url).outcome or {})["accepted"] == 2
    assert not list((home / "uploads").iterdir())


def test_what_a_person_asks_of_a_job_is_in_the_ledger_without_the_files_name(url: str, tmp_path: Path) -> None:
    must("import", "--decided", "--background", decided(tmp_path, 1))
    for verb in ("pause", "resume", "cancel"):
        must("job", verb, 1)
    with db.reading(url) as session:
        acts = [event for event in ledger_keeping.events(session) if event.action.startswith("job.")]
        ledger_keeping.verify(session)
    assert [(each.action, each.subject, each.actor) for each in acts] == [
        ("job.pause", "job/1", "cli"), ("job.resume", "job/1", "cli"), ("job.cancel", "job/1", "cli"),
    ]  # fmt: skip
    assert [each.payload["state"] for each in acts] == ["paused", "waiting", "cancelled"]
    assert "历年" not in str([each.payload for each in acts])


def test_an_act_that_is_refused_is_not_in_the_ledger(session: Session, url: str) -> None:
    job = jobs.enqueue(session=session, kind=JobKind.TRAIN, subject="x", options={}, by="test", at=NOON)
    job_steering.cancel(session=session, job_id=int(job.id or 0), by="test", at=NOON)
    with pytest.raises(ProcedureError, match=r"job\.not_now"):
        job_steering.resume(session=session, job_id=int(job.id or 0), by="test", at=NOON)
    assert [each.action for each in session.exec(select(AuditEvent))] == ["job.cancel"]
