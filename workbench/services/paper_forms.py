"""What the forms of a batch say (表单公文填写项): approval sheet, report, minutes, release check."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlmodel import select

from batches import publication
from batches.publication import Approved
from models import OpeningNotice
from models.vocabulary import Access, BatchState
from workbench.i18n import day, t, term
from workbench.services import paper_sentences as said
from workbench.services import publication_facts, titles
from workbench.services.paper_facts import Absent, Filled, PaperFacts, said_day

_RELEASED = (BatchState.APPROVED, BatchState.PUBLISHED)
NOT_DECIDED = Absent("not_yet", "not_decided")


def approval_sheet(facts: PaperFacts) -> Sequence[Filled] | Absent:
    """审批表: to be signed on the way to the director, and again true once signed."""
    if facts.decided is None:
        return NOT_DECIDED
    values = publication_facts.sheet_values(facts.session, facts.batch, facts.frozen, head=facts.head)
    steps = {"consultation": said.consultation_step(facts), "certification": said.certification_step(facts)}
    return [Filled({**values, **steps})]


def appraisal_report(facts: PaperFacts) -> Sequence[Filled] | Absent:
    """鉴定汇报表: what the working group tells the leading group."""
    if facts.decided is None:
        return NOT_DECIDED
    frozen, sheet = facts.frozen, _sheet(facts)
    opened = [item for item in frozen.everything if item.access is Access.OPEN]
    before = [
        item for item in frozen.everything if item.date_to is not None and item.date_to < publication.FOUNDING_DAY
    ]
    share = f"{100 * len(opened) / len(frozen.everything):.1f}"
    values = {
        "archive": sheet["archive"], "on": day(facts.on), "batch": sheet["batch"], "plan": sheet["plan"],
        "counts": {**sheet["counts"], "before": publication_facts.quantity(*publication.count_levels(before))},
        "years": said.years(frozen.everything), "period": said.period(facts), "readers": said.readers(facts),
        "fonds": _by_fonds(frozen.everything), "share": t("papers.sentence.share", share=share),
        "grounds": _by_ground(frozen.delayed), "disputes": said.disputes(facts), "questions": said.questions(facts),
        "consistency": said.consistency(facts), "consultation": said.consultation(facts),
        "held_back": said.held_back(facts), "certification": said.certification(facts),
    }  # fmt: skip
    return [Filled(values)]


def minutes(facts: PaperFacts) -> Sequence[Filled] | Absent:
    """会议纪要: a draft with all that the records know; people, place and time are for the meeting to fill in."""
    if facts.decided is None:
        return NOT_DECIDED
    sheet, settings = _sheet(facts), facts.settings
    delayed = facts.frozen.delayed
    values = {
        "archive": settings["archive_name"], "approving_body": settings["approving_body"],
        "number": facts.batch.minutes_number, "batch": sheet["batch"], "counts": sheet["counts"],
        "years": said.years(facts.frozen.everything), "disputes": said.disputes(facts),
        "consultation": said.consultation(facts), "held_back": said.held_back(facts),
        "certification": said.certification(facts),
        "opens": len(delayed) < len(facts.frozen.everything), "delays": bool(delayed),
        "authority": settings["archives_authority"] if settings["delay_report"] else None,
        "approved_on": said_day(facts.batch.approved_at),
    }  # fmt: skip
    return [Filled(values)]


def release_check(facts: PaperFacts) -> Sequence[Filled] | Absent:
    """信息发布审查表: what is looked at before anything goes out."""
    if facts.decided is None or facts.batch.state not in _RELEASED:
        return Absent("not_yet", "not_approved")
    sheet = _sheet(facts)
    notice = facts.session.exec(select(OpeningNotice).where(OpeningNotice.batch_id == facts.batch_id)).first()
    number = (
        t("papers.release.number", year=notice.year, number=notice.number)
        if notice
        else t("papers.release.number_later")
    )
    delayed = len(facts.frozen.delayed)
    values = {
        "archive": sheet["archive"], "batch": sheet["batch"], "number": number, "counts": sheet["counts"],
        "approval": sheet["approval"], "titles": _titles(facts),
        "delayed": t("papers.release.delayed", count=sheet["counts"]["delayed"]) if delayed
        else t("papers.why.no_delayed"),
    }  # fmt: skip
    return [Filled(values)]


def _titles(facts: PaperFacts) -> str:
    """How many titles a person had to look at, and what came of it."""
    checked = [entry for entry in facts.roster if entry.entry.title_checked_by is not None]
    waiting = (
        [] if facts.batch.state is BatchState.PUBLISHED
        else titles.titles_to_check(facts.session, facts.batch_id, facts.roster)
    )  # fmt: skip
    if not checked and not waiting:
        return t("papers.release.titles_none")
    if waiting:
        return t("papers.release.titles_waiting", count=len(checked) + len(waiting), waiting=len(waiting))
    replaced = sum(1 for entry in checked if entry.entry.public_title is not None)
    return t("papers.release.titles", count=len(checked), checked=len(checked), replaced=replaced)


def _sheet(facts: PaperFacts) -> dict[str, Any]:
    return publication_facts.sheet_values(facts.session, facts.batch, facts.frozen, head=facts.head)


def _by_fonds(group: Sequence[Approved]) -> list[dict[str, str]]:
    names = dict.fromkeys(item.fonds for item in group)
    parts: dict[str | None, list[Approved]] = {name: [] for name in names}
    for item in group:
        parts[item.fonds].append(item)
    return [
        {
            "name": name or t("publication.no_fonds"), "total": counted(part),
            "open": counted([item for item in part if item.access is Access.OPEN]),
            "delayed": counted([item for item in part if item.access is Access.RESTRICTED]),
        }
        for name, part in parts.items()
    ]  # fmt: skip


def _by_ground(delayed: Sequence[Approved]) -> list[dict[str, str]]:
    by_size = Counter(item.ground for item in delayed if item.ground)
    return [
        {"ground": term(ground), "quantity": counted([item for item in delayed if item.ground is ground])}
        for ground, _ in by_size.most_common()
    ]


def counted(group: Sequence[Approved]) -> str:
    """卷 and 件 apart, in words; never added."""
    return publication_facts.quantity(*publication.count_levels(group)) or t("publication.quantity.none")
