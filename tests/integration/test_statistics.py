"""Statistics (统计): every number is what a patient clerk would count, and leads to exactly its rows."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import create_engine
from sqlmodel import Session, select

from builders import (
    NOON,
    TODAY,
    Team,
    a_batch,
    a_catalogue,
    a_person,
    a_record,
    move,
    name_the_archive,
    opens,
    restricts,
    switch_off,
)
from models import Base, Batch, OpeningNotice, PastDecision, Record, RosterEntry
from models.agency import AgencyStanding
from models.tally import Era, Outcome, Progress, Selection, UnitKind, YearKind
from models.vocabulary import Access, BatchAction, BatchState, Ground, Level, Role
from workbench.services import (
    agencies,
    approving,
    consulting_papers,
    publishing,
    received,
    statistics,
    statistics_book,
    waiting_items,
)
from workbench.services.statistics import behind, count, selection_of

A, P = BatchAction, Progress


# --- a random home, counted naively ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def memory() -> Iterator[Session]:
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        a_catalogue(session)
        a_person(session, "甲", Role.REVIEWER)
        for number, state in enumerate((BatchState.IN_REVIEW, BatchState.APPROVED, BatchState.PUBLISHED), start=1):
            session.add(
                Batch(id=number, title=state.value, state=state, assembled_on=TODAY, roster_digest="x",
                      created_by="甲", created_at=NOON)
            )  # fmt: skip
        session.flush()
        session.add(
            OpeningNotice(batch_id=3, year=2025, number=1, folder="2025-1", snapshot_digest="x", ledger_head="x",
                          opened=1, published_by="甲", published_on=TODAY, published_at=NOON)
        )  # fmt: skip
        session.commit()
        yield session
    engine.dispose()


DAYS = st.none() | st.dates(date(1930, 1, 1), date(2010, 12, 31))
records = st.lists(
    st.fixed_dictionaries(
        {
            "fonds_key": st.sampled_from(["0001", "0002", "云溪县农业局"]),
            "date_to": DAYS,
            "level": st.sampled_from(list(Level)),
            "access": st.sampled_from([None, None, Access.OPEN, Access.RESTRICTED]),
            "ground": st.sampled_from([None, *Ground]),
            "review_again_on": st.none() | st.dates(TODAY - timedelta(days=900), TODAY + timedelta(days=900)),
            "decided_in": st.sampled_from([None, 2, 3]),
            "in_review": st.booleans(),
            "security_class": st.sampled_from([None, None, None, "机密", "秘密★10年", "内部"]),
            "volume_code": st.sampled_from([None, None, "V0", "V1", "V2"]),
        }
    ),
    max_size=30,
)


def due_on(date_to: date | None) -> date | None:
    return None if date_to is None else date_to + timedelta(days=9132)


def filled(session: Session, home: list[dict[str, object]]) -> list[Record]:
    kept = []
    for number, line in enumerate(home):
        known = {name: value for name, value in line.items() if name != "in_review"}
        restricted = known["access"] is Access.RESTRICTED
        day = known["date_to"]
        made = a_record(
            session, f"V{number}", row=number, fonds=None, date_from=day, date_text=None if day is None else str(day),
            due_on=due_on(day), **{name: known[name] for name in ("fonds_key", "date_to", "level", "security_class")},
            volume_code=known["volume_code"] if known["level"] is Level.ITEM else None,
        )  # fmt: skip
        made.access, made.ground = known["access"], known["ground"] if restricted else None
        made.review_again_on = known["review_again_on"] if restricted else None
        made.decided_in = known["decided_in"] if known["access"] else None
        session.add(made)
        if line["in_review"] and made.access is None:
            session.add(RosterEntry(batch_id=1, record_id=made.id, position=number))
        kept.append(made)
    session.flush()
    return kept


def naive(record: Record, home: list[Record], on_roster: set[int]) -> Progress | None:
    """What a clerk would say of one record; ``None``: a volume that its items speak for."""
    if record.level is Level.FILE and any(
        other.volume_code == record.reference_code and other.fonds_key == record.fonds_key for other in home
    ):
        return None
    if record.access is not None:
        if record.due_on is None or record.due_on > TODAY:
            return P.EARLY
        if record.access is Access.OPEN:
            return P.TO_PUBLISH if record.decided_in == 2 else P.OPENED
        return P.AGAIN if record.review_again_on and record.review_again_on <= TODAY else P.DELAYED
    if record.due_on is None:
        return P.UNDATED
    if record.due_on > TODAY:
        return P.NOT_DUE
    if record.security_class in ("机密", "秘密★10年"):
        return P.MARKED
    return P.IN_REVIEW if record.id in on_roster else P.WAITING


@settings(max_examples=settings.default.max_examples // 2, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(home=records)
def test_a_random_home_is_counted_as_a_clerk_would(memory: Session, home: list[dict[str, object]]) -> None:
    with memory.begin_nested() as point:
        kept = filled(memory, home)
        on_roster = set(memory.exec(select(RosterEntry.record_id)))
        said = {int(record.id or 0): naive(record, kept, on_roster) for record in kept}
        for by in YearKind:
            found = count(memory, on=TODAY, by=by)
            assert +found.total.counts == Counter(state for state in said.values() if state)
            reconcile(memory, found, by)
        for state in P:
            listed = behind(memory, Selection(progress=(state,)), on=TODAY, limit=None)
            assert [row["id"] for row in listed] == [number for number, each in said.items() if each is state]
        point.rollback()


def reconcile(session: Session, found: statistics.Statistics, by: YearKind) -> None:
    """Every table adds up to the whole, every line to its parts, every number to its rows."""
    whole = found.total
    assert whole.total == sum(whole.sum(name) for name in ("undated", "not_due", "early", "due"))
    assert whole.sum("due") == sum(whole.sum(name) for name in ("reviewed", "again", "unreviewed", "marked"))
    assert whole.sum("reviewed") == whole.sum("open") + whole.sum("delayed")
    assert sum(whole.grounds.values()) == whole.sum("restricted")
    for table in (found.kinds(), found.eras(), found.years(), found.fonds(), found.fonds_years()):
        assert sum((line.counts for line in table.values()), Counter()) == +whole.counts
    for (kind, era), line in found.eras().items():
        for name in ("due", "open", "unreviewed", "total"):
            assert rows_of(session, selection_of(name, kind=kind, era=era)) == line.sum(name)
    for year, line in found.years().items():
        if year is not None:
            assert rows_of(session, selection_of("due", year=year, by=by)) == line.sum("due")
    for ground, size in whole.grounds.items():
        wanted = selection_of("restricted", ground=ground, no_ground=ground is None)
        assert rows_of(session, wanted) == size


def rows_of(session: Session, wanted: Selection) -> int:
    return len(behind(session, wanted, on=TODAY, limit=None))


# --- a worked batch ----------------------------------------------------------------------------------------------


@pytest.fixture
def worked(session: Session, team: Team) -> tuple[Session, Team, Batch]:
    """Four items: one kept open, one overturned each way by arbitration, one with another ground."""
    switch_off(session, "consultation", "certification", "delay_report")
    name_the_archive(session)
    four = [a_record(session, f"1-1-{number}", f"关于召开第{number}次春耕会议的通知") for number in range(1, 5)]
    batch = a_batch(session, team)
    opens(session, batch, four[0], team.first)
    opens(session, batch, four[0], team.second)
    opens(session, batch, four[1], team.first)
    restricts(session, batch, four[1], team.second)
    restricts(session, batch, four[1], team.third)
    restricts(session, batch, four[2], team.first)
    opens(session, batch, four[2], team.second)
    opens(session, batch, four[2], team.third)
    restricts(session, batch, four[3], team.first)
    restricts(session, batch, four[3], team.second, ground=Ground.OTHER_LAW)
    restricts(session, batch, four[3], team.third, ground=Ground.OTHER_LAW)
    move(session, batch, team, A.FINISH, A.SKIP_CONSULTATION, A.SKIP_CERTIFICATION, A.SUBMIT)
    return session, team, batch


def approve(session: Session, team: Team, batch: Batch) -> None:
    approving.approve(
        session=session, batch_id=int(batch.id or 0), by=team.director, at=NOON, on=TODAY, minutes_number="〔2026〕3号"
    )


def test_what_became_of_the_first_opinion_is_counted_after_approval(worked: tuple[Session, Team, Batch]) -> None:
    session, team, batch = worked
    assert count(session, on=TODAY).decided == []
    approve(session, team, batch)
    line = count(session, on=TODAY).decided_years()[2026]
    assert line.outcomes == dict.fromkeys(Outcome, 1)
    assert (line.total, line.overturned, line.overturned_rate) == (4, 2, 0.5)
    assert line.grounds == {Ground.PERSONAL_INFORMATION: 1, Ground.OTHER_LAW: 1}
    for outcome, code in zip(Outcome, ("1-1-1", "1-1-3", "1-1-2", "1-1-4"), strict=True):
        listed = behind(session, Selection(outcome=outcome, decided_in=2026), on=TODAY)
        assert [row["reference_code"] for row in listed] == [code]
    overturned = behind(session, Selection(overturned=True, decided_in=2026), on=TODAY)
    assert {row["reference_code"] for row in overturned} == {"1-1-2", "1-1-3"}
    for access in Access:
        wanted = Selection(access=access, decided_in=2026)
        assert len(behind(session, wanted, on=TODAY)) == line.access[access] == 2
    assert behind(session, Selection(decided_in=2025), on=TODAY) == []


def test_an_opinion_of_a_returned_round_stays_the_first(worked: tuple[Session, Team, Batch]) -> None:
    session, team, batch = worked
    number = int(batch.id or 0)
    approving.return_(
        session=session, batch_id=number, by=team.director, at=NOON, on=TODAY, note="再看", codes=["1-1-1"]
    )
    move(session, batch, team, A.REOPEN)
    again = session.exec(select(Record).where(Record.reference_code == "1-1-1")).one()
    restricts(session, batch, again, team.first)
    restricts(session, batch, again, team.second)
    move(session, batch, team, A.FINISH, A.SKIP_CONSULTATION, A.SKIP_CERTIFICATION, A.SUBMIT)
    approve(session, team, batch)
    assert count(session, on=TODAY).decided_years()[2026].outcomes[Outcome.NOW_RESTRICTED] == 2


def test_open_is_not_yet_opened_until_it_is_published(
    worked: tuple[Session, Team, Batch], tmp_path: Path
) -> None:  # fmt: skip
    session, team, batch = worked
    approve(session, team, batch)
    before = count(session, on=TODAY).total
    assert (before.sum("to_publish"), before.sum("opened"), before.opened_rate) == (2, 0, 0.0)
    publishing.publish(
        session=session, batch_id=int(batch.id or 0), by=team.publisher, at=NOON, on=TODAY, home=tmp_path
    )
    found = count(session, on=TODAY)
    assert (found.total.sum("opened"), found.total.opened_rate, found.total.reviewed_rate) == (2, 1.0, 1.0)
    assert found.published == {2026: 2}


def test_an_item_put_to_a_silent_agency_is_unanswered(session: Session, team: Team) -> None:
    switch_off(session, "certification", "delay_report")
    agencies.register(
        session=session, line={"fonds": "云溪县农业局", "agency": "云溪县农业农村局"}, by=team.archivist, at=NOON
    )
    record = a_record(session, "1-1-1")
    batch = a_batch(session, team)
    opens(session, batch, record, team.first)
    assert count(session, on=TODAY).total.sum("in_review") == 1
    opens(session, batch, record, team.second)
    move(session, batch, team, A.FINISH, A.CONSULT)
    assert +count(session, on=TODAY).total.counts == {P.UNANSWERED: 1}


def test_an_item_held_back_for_silence_stays_unanswered(session: Session, team: Team) -> None:
    switch_off(session, "certification", "delay_report")
    agencies.register(
        session=session, line={"fonds": "云溪县农业局", "agency": "云溪县农业农村局"}, by=team.archivist, at=NOON
    )
    records = [a_record(session, code) for code in ("1-1-1", "1-1-2")]
    batch = a_batch(session, team)
    for record in records:
        opens(session, batch, record, team.first)
        opens(session, batch, record, team.second)
    move(session, batch, team, A.FINISH, A.CONSULT)
    waiting_items.hold_back(
        session=session, batch_id=int(batch.id or 0), codes=["1-1-2"], unanswered=False, by=team.lead, at=NOON, on=TODAY
    )
    assert +count(session, on=TODAY).total.counts == {P.UNANSWERED: 2}


def test_eras_part_on_the_first_of_october(session: Session) -> None:
    for code, day in (("a", date(1949, 9, 30)), ("b", date(1949, 10, 1))):
        a_record(session, code, date_to=day, due_on=date(1975, 1, 1))
    found = count(session, on=TODAY).eras()
    assert {key: line.total for key, line in found.items()} == {
        (UnitKind.ITEM, Era.BEFORE): 1, (UnitKind.ITEM, Era.SINCE): 1,
    }  # fmt: skip


def test_one_year_is_counted_alone_by_either_way_of_telling(session: Session) -> None:
    a_record(session, "a", date_to=date(1996, 12, 31), due_on=date(2022, 1, 1))
    a_record(session, "b", date_to=date(1996, 5, 1), due_on=date(2021, 5, 2))
    assert count(session, on=TODAY, year=2022).total.total == 1
    assert count(session, on=TODAY, year=1996, by=YearKind.FORMED).total.total == 2


def test_a_page_of_rows_goes_on_where_the_last_ended(session: Session) -> None:
    for number in range(5):
        a_record(session, f"1-1-{number}")
    wanted = Selection(progress=(P.WAITING,))
    first = behind(session, wanted, on=TODAY, limit=3)
    rest = behind(session, wanted, on=TODAY, after=first[-1]["id"], limit=3)
    assert [row["reference_code"] for row in [*first, *rest]] == [f"1-1-{number}" for number in range(5)]


def test_a_selection_survives_its_address() -> None:
    wanted = Selection(
        kind=UnitKind.ITEM, era=Era.SINCE, fonds="云溪县农业局", year=1998, by=YearKind.FORMED,
        progress=(P.OPENED, P.TO_PUBLISH), ground=Ground.OTHER_LAW, outcome=Outcome.KEPT, decided_in=2026,
    )  # fmt: skip
    assert Selection.from_query(wanted.to_query()) == wanted
    for also in (
        Selection(access=Access.OPEN, decided_in=2026), Selection(overturned=True), Selection(published_in=2026),
        Selection(past_in=2019), Selection(past_undated=True),
    ):  # fmt: skip
        assert Selection.from_query(also.to_query()) == also
    assert Selection.from_query(Selection(no_ground=True, fonds="").to_query()) == Selection(no_ground=True, fonds="")
    assert Selection.from_query({"year": "1998' OR 1=1", "progress": "no,such"}) == Selection()


def test_the_workbook_holds_the_numbers_and_neutralises_names(
    worked: tuple[Session, Team, Batch], tmp_path: Path
) -> None:  # fmt: skip
    session, team, batch = worked
    a_record(session, "9-1-1", fonds="=cmd()", fonds_key="9")
    approve(session, team, batch)
    found = count(session, on=TODAY)
    statistics_book.export(found, tmp_path / "out.xlsx", at=NOON)
    book = load_workbook(tmp_path / "out.xlsx")
    assert book.sheetnames == ["概况", "分年度", "分全宗", "全宗分年度开放率", "延期理由", "审结与改判"]
    fonds = list(book["分全宗"].iter_rows(min_row=3, values_only=True))
    due = fonds[0].index("到期")
    assert fonds[-1][due] == sum(line[due] for line in fonds[1:-1]) == found.total.sum("due") == 5
    named = next(cell for row in book["分全宗"].iter_rows() for cell in row if cell.value == "=cmd()")
    assert (named.data_type, named.quotePrefix) == ("s", True)
    assert len(book["分年度"]._charts) == 1


def test_the_rows_of_a_number_are_written_out(session: Session, tmp_path: Path) -> None:
    a_record(session, "1-1-1", "=1+1的通知")
    wanted = Selection(progress=(P.WAITING,))
    for name in ("rows.xlsx", "rows.csv"):
        assert statistics.export_rows(session, wanted, tmp_path / name, on=TODAY, at=NOON) == 1
    assert "'=1+1的通知" in (tmp_path / "rows.csv").read_text(encoding="utf-8-sig")
    sheet = load_workbook(tmp_path / "rows.xlsx").active
    assert [cell.value for cell in sheet[2]][:2] == ["1-1-1", "=1+1的通知"]
    assert sheet["B2"].data_type == "s"


def test_documents_from_above_are_counted_over_the_whole_home(session: Session, team: Team) -> None:
    agencies.register(
        session=session, by=team.archivist, at=NOON,
        line={"fonds": "云溪县农业局", "agency": "云溪县农业局", "standing": AgencyStanding.EXISTING},
    )  # fmt: skip
    for code, creator in (("a", "岚南省农业厅"), ("b", "云溪县农业局"), ("c", "县农业局"), ("d", "云溪县水利局")):
        a_record(session, code, creator=creator)
    assert received.counts_of_home(session) == {"own": 2, "from_above": 1, "elsewhere": 1}


def test_how_a_unit_is_reached_stands_in_the_summary_of_letters(
    session: Session, team: Team, tmp_path: Path
) -> None:  # fmt: skip
    switch_off(session, "certification", "delay_report")
    name_the_archive(session)
    line = {
        "fonds": "云溪县农业局", "agency": "云溪县农业局", "standing": AgencyStanding.SUCCEEDED,
        "successor": "云溪县农业农村局", "basis": "云编〔2019〕1号", "contact": "办公室", "telephone": "0000-1111111",
    }  # fmt: skip
    agencies.register(session=session, by=team.archivist, at=NOON, line=line)
    record = a_record(session, "1-1-1")
    batch = a_batch(session, team)
    for person in (team.first, team.second):
        opens(session, batch, record, person)
    move(session, batch, team, A.FINISH, A.CONSULT)
    consulting_papers.export(
        session=session, batch_id=int(batch.id or 0), out=tmp_path / "out", home=tmp_path, by=team.archivist, at=NOON,
        on=TODAY,
    )  # fmt: skip
    page = load_workbook(tmp_path / "out" / "征求意见汇总表.xlsx").active
    (head, row) = page.iter_rows(values_only=True)
    written = dict(zip(head, row, strict=True))
    assert (written["征求对象"], written["联系人"], written["电话"], written["地址"]) == (
        "云溪县农业农村局", "办公室", "0000-1111111", None,
    )  # fmt: skip


def test_history_that_was_loaded_is_counted_by_its_year(session: Session) -> None:
    record = a_record(session, "1-1-1")
    record.access = Access.OPEN
    for day, applied in ((date(2019, 3, 1), True), (date(2018, 3, 1), False)):
        session.add(
            PastDecision(record_id=record.id, access=Access.OPEN, decided_on=day, mark="开放", is_applied=applied,
                         decision_key=str(day), file="x", file_digest="x", row=2, imported_by="x", imported_at=NOON)
        )  # fmt: skip
    session.flush()
    found = count(session, on=TODAY)
    assert (found.past, found.total.sum("opened")) == ({2019: 1}, 1)
    assert [(line["year"], line["past"], line["total"]) for line in found.to_dict()["decisions"]["years"]] == [
        (2019, 1, 0)
    ]
    assert count(session, on=TODAY, year=2020).decided_years() == {}
