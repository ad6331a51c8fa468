"""Papers of a batch that go out (对外公文): letters to units, the delay package, the notice as it was published."""

from collections.abc import Sequence

from sqlmodel import col, select

from models import DelayRequest, OpeningNotice
from models.vocabulary import Access, BatchAction, BatchState
from workbench.services import consulting_papers, delaying, delaying_papers
from workbench.services.paper_facts import Absent, Filled, PaperFacts
from workbench.services.paper_forms import NOT_DECIDED


def consultation_letters(facts: PaperFacts) -> Sequence[Filled] | Absent:
    """征求意见函: one for each unit that was written to, as it went out."""
    if BatchAction.SKIP_CONSULTATION.value in facts.batch.skipped:
        return Absent("none", "consultation_skipped")
    if not facts.asked:
        return Absent("not_yet", "not_consulted")
    units = consulting_papers.by_unit(facts.session, facts.batch_id)
    if not units:
        return Absent("none", "nobody_asked")
    written = [(unit, group) for unit, group in units if unit.asked_on is not None]
    if not written:
        return Absent("not_yet", "letter_not_sent")
    return [
        Filled(consulting_papers.letter(facts.session, facts.batch, unit, group), suffix=unit.agency)
        for unit, group in written
    ]


def delay_papers(facts: PaperFacts) -> Sequence[Filled] | Absent:
    """延期开放申请书、鉴定意见: one pair for each request, with the items that it reported."""
    if facts.decided is not None and not any(opinion.access is Access.RESTRICTED for _, opinion in facts.decided):
        requested = select(DelayRequest.id).where(DelayRequest.batch_id == facts.batch_id)
        if facts.session.exec(requested).first() is None:
            return Absent("none", "no_delayed")
    if not facts.settings["delay_report"]:
        return Absent("none", "delay_off")
    requests = facts.session.exec(
        select(DelayRequest).where(DelayRequest.batch_id == facts.batch_id).order_by(col(DelayRequest.id))
    ).all()
    if not requests:
        return NOT_DECIDED if facts.decided is None else Absent("not_yet", "not_reported")
    reported = delaying.reported(facts.session, facts.batch_id).values()
    found = []
    for request in requests:
        mine = [each for each in reported if each.request is not None and each.request.id == request.id]
        values = delaying_papers.package_values(facts.session, facts.batch, mine, on=request.requested_on)
        found.append(Filled(values, suffix=request.number if len(requests) > 1 else None))
    return found


def notice(facts: PaperFacts) -> Sequence[Filled] | Absent:
    """开放公告: the very file that was published."""
    found = facts.session.exec(select(OpeningNotice).where(OpeningNotice.batch_id == facts.batch_id)).first()
    if found is None or facts.batch.state is not BatchState.PUBLISHED:
        return Absent("not_yet", "not_published")
    file = facts.home / "published" / found.folder / "public" / "notice.docx"
    if not file.is_file():
        return Absent("not_yet", "notice_missing", {"path": str(file)})
    return [Filled(content=file.read_bytes())]
