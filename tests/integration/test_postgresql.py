"""The same house on a real PostgreSQL (PostgreSQL 数据库): tables, ledger, a batch's way, two people at once."""

import threading
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from publication_case import an_approved_batch
from sqlmodel import Session, select

from builders import NOON, TODAY, Team, a_batch, a_record, move, name_the_archive, opens, restricts, switch_off
from models import AuditEvent, ChangedCell, Record, Review
from models.complaint import ComplaintChannel
from models.consultation import AgencyAnswer
from models.correction import CorrectedField, CorrectionState
from models.delay import AuthorityAnswer
from models.errors import LawError
from models.intake import JobKind, JobState
from models.tally import Outcome, Progress, Selection, YearKind
from models.vocabulary import Access, BatchAction, Level, UseState, VolumeStatus
from workbench import db
from workbench.services import (
    agencies,
    already_public,
    approving,
    batching,
    code_report,
    complaints,
    consistency,
    consulting_papers,
    correcting,
    correction_sheets,
    delaying,
    delaying_papers,
    inner_lists,
    jobs,
    ledger_keeping,
    local_rules,
    outlook,
    past_decisions,
    past_lists,
    planning,
    precedents,
    publishing,
    reading_queue,
    repairing,
    replying,
    rule_effects,
    statistics,
    suggesting,
    suspending,
    volumes,
    waiting_items,
)
from workbench.services.roster import load_batch
from workbench.services.work_kinds import WAYS
from workbench.services.working import Worker
from workbench.settings import environment

pytestmark = pytest.mark.postgresql
A = BatchAction


def test_the_tables_are_what_the_models_say(pg: str) -> None:
    from alembic import command

    db.require_current(pg)
    command.check(db.alembic_config(pg))


def test_scans_of_earlier_versions_are_taken_over(pg: str) -> None:
    from alembic import command

    from workbench.services import signed_sheets

    command.downgrade(db.alembic_config(pg), "0003")
    digest = "ab" * 32
    with db.engine_for(pg).begin() as old:
        old.execute(
            sa.text(
                "INSERT INTO batch (id, title, state, version, assembled_on, review_plan, roster_digest, created_by,"
                " created_at, skipped, minutes_number, signed_file, approved_by, approved_at) VALUES (1, '旧批次',"
                " 'approved', 1, '2026-01-01', '{}', 'x', '档案员', '2026-01-01', '[]', '〔2026〕1号',"
                " 'batch-1-abababababab.pdf', '馆长', '2026-01-02 03:04:05')"
            )
        )
        old.execute(
            sa.text(
                "INSERT INTO audit_event (seq, at, actor, action, subject, payload, previous_hash, hash) VALUES"
                " (1, '2026-01-02 03:04:05', '馆长', 'batch.approve', 'batch/1', :payload, 'g', 'h')"
            ),
            {"payload": f'{{"signed": "{digest}"}}'},
        )
    db.upgrade(pg)
    with db.reading(pg) as session:
        (kept,) = signed_sheets.of_batch(session, 1)
        assert (kept.digest, kept.attached_by) == (digest, "馆长")
    command.check(db.alembic_config(pg))


@pytest.mark.parametrize(
    "attack",
    ["UPDATE audit_event SET actor = 'x'", "DELETE FROM audit_event", "TRUNCATE audit_event"],
)
def test_the_ledger_is_append_only(pg: str, attack: str) -> None:
    with db.transaction(pg) as session:
        ledger_keeping.seal(session, actor="a", action="b", subject="c", payload={"n": 1}, at=NOON)
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), db.transaction(pg) as session:
        session.execute(sa.text(attack))


def test_a_batch_goes_all_the_way_to_approval(pg: str) -> None:
    with db.transaction(pg) as session:
        team = Team(session)
        one, two = a_record(session, "1-1-1"), a_record(session, "1-1-2", "关于林××同志处分问题的决定")
        switch_off(session, "consultation", "certification", "delay_report")
        batch = a_batch(session, team)
        for person in (team.first, team.second):
            found = reading_queue.next_item(session=session, batch_id=batch.id, by=person, at=NOON)
            assert found is not None
            opens(session, batch, one, person)
            restricts(session, batch, two, person)
        move(session, batch, team, A.FINISH, A.SKIP_CONSULTATION, A.SKIP_CERTIFICATION, A.SUBMIT)
        approving.approve(session=session, batch_id=batch.id, by=team.director, at=NOON, on=TODAY, minutes_number="1")
    with db.reading(pg) as session:
        outcome = {record.reference_code: record.access for record in session.exec(select(Record))}
        assert outcome == {"1-1-1": Access.OPEN, "1-1-2": Access.RESTRICTED}
        assert ledger_keeping.verify(session) > 10


def test_consultation_holds_back_compares_and_reports_as_on_sqlite(pg: str, tmp_path: Path) -> None:
    with db.transaction(pg) as session:
        team = Team(session)
        records = [a_record(session, f"1-1-{number}", "关于林××同志处分问题的决定") for number in (1, 2, 3)]
        switch_off(session, "certification")
        name_the_archive(session)
        agencies.register(
            session=session, line={"fonds": records[0].fonds, "agency": "云溪县农业农村局"}, by=team.archivist, at=NOON
        )
        batch = a_batch(session, team)
        for person in (team.first, team.second):
            opens(session, batch, records[0], person)
            restricts(session, batch, records[1], person)
            restricts(session, batch, records[2], person)
        move(session, batch, team, A.FINISH, A.CONSULT)
        known = {"by": team.archivist, "at": NOON, "on": TODAY}
        consulting_papers.export(session=session, batch_id=batch.id, out=tmp_path / "out", home=tmp_path, **known)
        replying.reply(
            session=session, batch_id=batch.id, record_ids=[records[0].id, records[1].id], answer=AgencyAnswer.AGREE,
            reason=None, document_number=None, replied_on=TODAY, **known,
        )  # fmt: skip
        waiting_items.hold_back(
            session=session, batch_id=batch.id, codes=[], unanswered=True, by=team.lead, at=NOON, on=TODAY
        )
        move(session, batch, team, A.CONCLUDE, A.SKIP_CERTIFICATION)
        consistency.explain(
            session=session, batch_id=batch.id, record_ids=[records[0].id], text="已作公开处理", by=team.lead, at=NOON
        )
        assert consistency.keep_keys(session) == 0
        move(session, batch, team, A.SUBMIT)
        approving.approve(session=session, batch_id=batch.id, by=team.director, at=NOON, on=TODAY, minutes_number="1")
        delaying_papers.export(
            session=session, batch_id=batch.id, out=tmp_path / "delay", home=tmp_path, authority="云溪县档案局", **known
        )
        delaying.answer(
            session=session, batch_id=batch.id, record_ids=None, answer=AuthorityAnswer.REFUSE, document_number="1",
            answered_on=TODAY, reason="应当开放", **known,
        )  # fmt: skip
    with db.reading(pg) as session:
        outcome = {record.reference_code: record.access for record in session.exec(select(Record))}
        assert outcome == {"1-1-1": Access.OPEN, "1-1-2": None, "1-1-3": None}
        assert batching.facts(session, load_batch(session, 1), on=TODAY).delays_unanswered == ()
        assert ledger_keeping.verify(session) > 10


OWN_RULE = """
id: house.0001
name: 磨坊旧账
version: 1
effect: caution
ground: OTHER_LAW
kind: other-law.audit
legal_basis: [{instrument: opening-measures, article: 8(4)}]
any_of: [{terms: [磨坊旧账]}]
explanation: 磨坊旧账涉及未了结的往来
must_match: [云溪磨坊旧账清理一事]
must_not_match: [云溪磨坊新账制度]
"""


def test_own_rules_and_public_lists_speak_as_on_sqlite(pg: str, home: Path, tmp_path: Path) -> None:
    gazette = tmp_path / "公报目录.csv"
    gazette.write_text("题名,文号\n磨坊旧账处理办法的通告,云政发〔1996〕12号\n", encoding="utf-8")
    with db.transaction(pg) as session:
        team = Team(session)
        record = a_record(session, "1-1-1", "磨坊旧账处理办法的通告")
        already_public.import_list(session=session, path=gazette, source="云溪县公报", by=team.lead, at=NOON)
        for expected in (1, 0):
            made = suggesting.suggest_due(session=session, home=home, by="test", at=NOON, on=TODAY)
            assert made["suggested"] == expected
        batch = a_batch(session, team)
        opens(session, batch, record, team.first, reason="已公开")
        assert rule_effects.preview_rule(session, OWN_RULE, on=TODAY)["newly_cautioned"]["count"] == 1
        local_rules.save(session=session, home=home, text=OWN_RULE, by=team.lead, at=NOON)
        assert rule_effects.agreement(session)["house.0001"]["judged"] == 1
        (listed,) = already_public.lists(session)
        assert already_public.remove_list(session=session, list_digest=listed["list"], by=team.lead, at=NOON) == 1


def test_two_people_who_save_one_rule_at_once_do_not_write_over_each_other(pg: str, home: Path) -> None:
    both = threading.Barrier(2)
    outcomes: list[str] = []

    def save(name: str) -> None:
        try:
            with db.transaction(pg) as session:
                session.execute(sa.text("SELECT 1"))
                both.wait()
                text = OWN_RULE.replace("name: 磨坊旧账", f"name: {name}")
                local_rules.save(session=session, home=home, text=text, by=name, at=NOON, seen=0)
                outcomes.append("saved")
        except LawError as refusal:
            outcomes.append(refusal.code)

    threads = [threading.Thread(target=save, args=(name,)) for name in ("甲改", "乙改")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["rule.changed_meanwhile", "saved"]
    with db.reading(pg) as session:
        assert local_rules.unsealed(session, home) == []
        assert [change["version"] for change in local_rules.history(session, "house.0001")] == [1]


def test_two_writers_never_fork_the_ledger(pg: str) -> None:
    def write(name: str) -> None:
        for number in range(20):
            with db.transaction(pg) as session:
                ledger_keeping.seal(session, actor=name, action="x", subject="y", payload={"n": number}, at=NOON)

    threads = [threading.Thread(target=write, args=(name,)) for name in ("甲", "乙", "丙")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with db.reading(pg) as session:
        assert ledger_keeping.verify(session) == 60
        assert session.exec(select(sa.func.count()).select_from(AuditEvent)).one() == 60


def test_one_person_cannot_have_two_opinions_in_force(pg: str) -> None:
    with Session(db.engine_for(pg)) as session:
        team = Team(session)
        record = a_record(session, "1-1-1")
        opens(session, a_batch(session, team), record, team.first)
        twin = session.exec(select(Review)).one().model_dump(exclude={"id"}) | {"stage": "second"}
        with pytest.raises(sa.exc.IntegrityError), session.begin_nested():
            session.add(Review.model_validate(twin))
            session.flush()
        session.rollback()


def test_statistics_plan_and_corrections_count_as_on_sqlite(pg: str) -> None:
    with db.transaction(pg) as session:
        team = Team(session)
        one, two = a_record(session, "1-1-1"), a_record(session, "1-1-2", "关于植树造林的意见")
        a_record(session, "1-1-3", security_class="机密")
        switch_off(session, "consultation", "certification", "delay_report")
        known = {"by": team.archivist, "at": NOON, "on": TODAY}
        line = planning.add(session=session, year=2026, people=["审核员甲"], deadline=date(2026, 12, 31), **known)
        batch = a_batch(session, team)
        opens(session, batch, one, team.first)
        restricts(session, batch, one, team.second)
        restricts(session, batch, one, team.third)
        for person in (team.first, team.second):
            opens(session, batch, two, person)
        move(session, batch, team, A.FINISH, A.SKIP_CONSULTATION, A.SKIP_CERTIFICATION, A.SUBMIT)
        approving.approve(session=session, batch_id=batch.id, by=team.director, at=NOON, on=TODAY, minutes_number="1")
        made = correcting.propose(
            session=session, record_id=one.id, field=CorrectedField.DATE, proposed="1998-05-03", source="原件", **known
        )
        correcting.settle(session=session, correction_id=made.id, state=CorrectionState.ACCEPTED, note="核对", **known)
        number = line.id
    with db.reading(pg) as session:
        found = statistics.count(session, on=TODAY)
        assert +found.total.counts == {Progress.TO_PUBLISH: 1, Progress.DELAYED: 1, Progress.MARKED: 1}
        assert found.decided_years()[2026].overturned == 1
        assert sorted(year for year in found.years() if year) == [2022, 2023]
        for wanted, code in (
            (Selection(year=2023), "1-1-1"),
            (Selection(outcome=Outcome.NOW_RESTRICTED, decided_in=2026), "1-1-1"),
            (Selection(progress=(Progress.TO_PUBLISH,)), "1-1-2"),
        ):
            assert [row["reference_code"] for row in statistics.behind(session, wanted, on=TODAY)] == [code]
        assert statistics.years(session, by=YearKind.FORMED) == [1998, 1997]
        (progress,) = planning.overview(session, on=TODAY, year=2026)
        assert (progress.line.id, progress.items, progress.read, progress.decided) == (number, 2, 2, 2)
        assert outlook.outlook(session, on=TODAY).due == 0
        assert correction_sheets.counts(session)["accepted"] == 1


def test_the_worker_takes_imports_and_repairs_as_on_sqlite(
    pg: str, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKBENCH_DATABASE_URL", pg)
    path = tmp_path / "a.csv"
    wrong = "云溪县水利局".encode("gbk").decode("latin-1")
    path.write_text(f"档号,题名,责任者\n1-1,关于渠道的通知,{wrong}\n1-2,,\n", encoding="utf-8")
    with db.transaction(pg) as session:
        job = jobs.enqueue(
            session=session, kind=JobKind.IMPORT, subject="a.csv", options={"path": str(path)}, by="x", at=NOON
        )
        number = int(job.id or 0)
    worker = Worker(environment(), WAYS, lambda: NOON, lambda: TODAY, "elsewhere:1:a")
    assert worker.serve_one() is True and worker.serve_one() is False
    with db.transaction(pg) as session:
        done = jobs.find(session, number)
        assert (done.state, done.outcome and done.outcome["accepted"]) == (JobState.DONE, 1)
        assert session.exec(select(Record.creator)).one() == "云溪县水利局"
        assert session.exec(select(ChangedCell.original)).one() == wrong
        made = repairing.repair(
            session=session, row_id=1, cells={"档号": "1-2", "题名": "关于堤坝的通知"}, by="x", at=NOON, on=TODAY
        )
        assert made.outcome == "accepted"
        (fonds,) = code_report.report(session)
        assert (fonds.records, fonds.patterns[0].count) == (2, 2)


def test_two_workers_never_take_one_job(pg: str) -> None:
    with db.transaction(pg) as session:
        for number in range(2):
            jobs.enqueue(session=session, kind=JobKind.SUGGEST, subject=str(number), options={}, by="x", at=NOON)
    taken: list[int | None] = []
    start = threading.Barrier(4)

    def take(name: str) -> None:
        start.wait()
        with db.transaction(pg) as session:
            job = jobs.take(session=session, worker=f"elsewhere:{name}:a", at=NOON)
            taken.append(None if job is None else job.id)

    threads = [threading.Thread(target=take, args=(str(number),)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken, key=str) == [1, None, None, None]


def test_past_decisions_and_inner_lists_come_in(pg: str, tmp_path: Path) -> None:
    decided = tmp_path / "历次鉴定.csv"
    decided.write_text(
        "全宗名称,档号,题名,文号,形成日期,开放标识,审核日期\n"
        "云溪县农业局,P-1,关于召开春耕生产会议的通知,云农字〔1987〕3号,19870503,开放,2012-05-01\n"
        "云溪县农业局,P-2,关于召开春耕生产会议的通知,云农字〔1987〕3号,19870503,控制,2015-05-01\n",
        encoding="utf-8",
    )
    inner = tmp_path / "X-1-12.csv"
    inner.write_text("顺序号,题名,日期,页号\n1,关于渠道整修的通知,19970503,1\n", encoding="utf-8")
    with db.transaction(pg) as session:
        prepared = past_decisions.prepare(session=session, path=decided, on=TODAY)
        tried = past_decisions.import_decided(session=session, prepared=prepared, by="档案员", at=NOON, dry_run=True)
        made = past_decisions.import_decided(session=session, prepared=prepared, by="档案员", at=NOON)
        assert tried.counts() == made.counts() and (made["open"], made["restricted"]) == (1, 1)
    with db.transaction(pg) as session:
        team = Team(session)
        volume = a_record(session, "X-1-12", "渠道整修材料", level=Level.FILE)
        batch = a_batch(session, team)
        assert len(past_lists.contradictions(session)) == 1 and past_lists.lists(session)[0]["decisions"] == 2
        assert precedents.precedents(session, a_record(session, "N-1")).alike == {
            Access.OPEN: 1, Access.RESTRICTED: 1,
        }  # fmt: skip
        listed = inner_lists.import_inner_list(
            session=session, path=inner, volume="X-1-12", by="档案员", at=NOON, on=TODAY
        )
        assert (listed.report.accepted, listed.batch) == (1, batch.id)
        assert volumes.give_way(session=session, batch_id=batch.id, by=team.archivist, at=NOON) == ["X-1-12"]
        assert [(each.volumes, each.listed) for each in volumes.coverage(session)] == [(1, 1)]
        assert volumes.statuses(session) == {volume.id: VolumeStatus.UNDECIDED}


def test_a_publication_goes_on_as_on_sqlite(pg: str, tmp_path: Path) -> None:
    with db.transaction(pg) as session:
        team = Team(session)
        batch = an_approved_batch(session, team)
        publishing.publish(session=session, batch_id=batch.id, by=team.publisher, at=NOON, on=TODAY, home=tmp_path)
    with db.transaction(pg) as session:
        complaint = complaints.record(
            session=session, text="目录中有我的家事", channel=ComplaintChannel.LETTER, received_on=TODAY, code="1-1-1",
            by=team.archivist, at=NOON, on=TODAY,
        )  # fmt: skip
        made = suspending.change_use(
            session=session, codes=["1-1-1"], state=UseState.SUSPENDED, reason="待核", by=team.archivist,
            at=NOON + timedelta(hours=1), on=TODAY, home=tmp_path, complaint_id=complaint.id,
        )  # fmt: skip
        assert [edition.number for _, edition in made.editions] == [2]
    with db.reading(pg) as session:
        assert [each.record.reference_code for each in suspending.standing(session, on=TODAY)] == ["1-1-1"]
        assert len(suspending.history(session, limit=9)) == 1
        assert suspending.usable(session, [made.changes[0].record_id]) == set()
        assert [each.standing for each in complaints.register(session, on=TODAY)] == ["waiting"]
        ledger_keeping.verify(session)
    assert (tmp_path / "published" / "2026-1" / "public" / "correction-1.docx").is_file()
