"""What the forms of a batch say in sentences (公文用语): from the records, never by heart."""

from collections.abc import Sequence

from sqlmodel import col, select

from batches.consultation import ConsultationStanding
from batches.publication import Approved
from models import Question
from models.consultation import AgencyAnswer
from models.vocabulary import Access, BatchAction, BatchState, ReviewStage
from workbench.clock import legal_day
from workbench.i18n import count, day, t, term
from workbench.services.paper_facts import PaperFacts

_BEFORE_CONSULTATION = (BatchState.DRAFT, BatchState.IN_REVIEW, BatchState.REVIEWED, BatchState.RETURNED)
_SAMPLED = (BatchState.CERTIFIED, BatchState.SUBMITTED, BatchState.APPROVED, BatchState.PUBLISHED)


def consultation_step(facts: PaperFacts) -> str:
    """Consultation in a word (征求意见环节): skipped, done, or not done yet."""
    if BatchAction.SKIP_CONSULTATION.value in facts.batch.skipped:
        return t("publication.skipped")
    waiting = facts.batch.state in (*_BEFORE_CONSULTATION, BatchState.IN_CONSULTATION)
    return t("papers.pending_step" if waiting else "publication.done")


def certification_step(facts: PaperFacts) -> str:
    """The sample in a word (抽检环节)."""
    if BatchAction.SKIP_CERTIFICATION.value in facts.batch.skipped:
        return t("publication.skipped")
    return t("publication.done" if facts.batch.state in _SAMPLED else "papers.pending_step")


def years(group: Sequence[Approved]) -> str | None:
    """The years in which items were made (形成年度)."""
    first = min((item.date_from.year for item in group if item.date_from), default=None)
    last = max((item.date_to.year for item in group if item.date_to), default=None)
    if first is None or last is None:
        return None
    return (
        t("papers.sentence.years", first=first, last=last) if first != last else t("papers.sentence.year", first=first)
    )


def period(facts: PaperFacts) -> str | None:
    """From the first opinion to the last (审核时间)."""
    days = {legal_day(opinion.at) for entry in facts.roster for opinion in entry.opinions}
    if not days:
        return None
    first, last = min(days), max(days)
    return day(first) if first == last else t("papers.sentence.period", first=day(first), last=day(last))


def readers(facts: PaperFacts) -> list[str]:
    """Who read at which stage (审核人员)."""
    found: dict[ReviewStage, dict[str, None]] = {stage: {} for stage in ReviewStage}
    for entry in facts.roster:
        for opinion in entry.opinions:
            found[opinion.stage][facts.name(opinion.reviewer_id)] = None
    joint = t("publication.quantity.joint")
    return [
        t("papers.sentence.readers", stage=term(stage), names=joint.join(names))
        for stage, names in found.items()
        if names
    ]


def disputes(facts: PaperFacts) -> str:
    """How readers differed, in a sentence (分歧)."""
    if facts.plan.opinions < 2:
        return t("papers.sentence.one_reader")
    if not facts.disputed:
        return t("papers.sentence.no_dispute")
    settled = [opinion.access for entry in facts.disputed if (opinion := entry.decisive(facts.plan))]
    return t(
        "papers.sentence.disputes", count=count(len(facts.disputed)), open=count(settled.count(Access.OPEN)),
        restricted=count(settled.count(Access.RESTRICTED)),
    )  # fmt: skip


def questions(facts: PaperFacts) -> str:
    """How many items were put aside with a question, and settled (存疑)."""
    asked = facts.session.exec(select(Question.settled_at).where(col(Question.batch_id) == facts.batch_id)).all()
    if not asked:
        return t("papers.sentence.no_question")
    return t("papers.sentence.questions", count=len(asked), settled=sum(1 for at in asked if at is not None))


def consistency(facts: PaperFacts) -> str:
    """How many items are decided otherwise than their likes, in a sentence (一致性)."""
    if facts.settings["consistency_check"] == "off":
        return t("papers.sentence.consistency_off")
    found = facts.contradictions
    if not found:
        return t("papers.sentence.consistency_none")
    explained = sum(1 for row in found if row["explained"])
    return t("papers.sentence.consistency", count=count(len(found)), explained=count(explained))


def consultation(facts: PaperFacts) -> str:
    """How the units were asked and what they said, in a sentence (征求意见情况)."""
    if BatchAction.SKIP_CONSULTATION.value in facts.batch.skipped:
        return t("papers.sentence.consultation_skipped")
    asked = list(facts.asked.values())
    if not asked:
        return t("papers.sentence.consultation_pending")
    units = len({each.consultation.id for each in asked if each.consultation.agency is not None})
    replies = [each.reply.answer for each in asked if each.reply]
    if facts.batch.state is BatchState.IN_CONSULTATION:
        waiting = sum(1 for each in asked if each.standing is ConsultationStanding.WAITING)
        return t("papers.sentence.consultation_going", units=units, replies=count(len(replies)), waiting=count(waiting))
    return t(
        "papers.sentence.consultation_done", units=units, replies=count(len(replies)),
        objections=count(replies.count(AgencyAnswer.OBJECT)),
        alone=count(sum(1 for each in asked if each.consultation.agency is None)),
    )  # fmt: skip


def held_back(facts: PaperFacts) -> str:
    """How many items went to a later batch, or nothing (待复件)."""
    if not facts.held_back:
        return ""
    joint = t("publication.quantity.joint")
    batches = joint.join(str(number) for number in sorted({entry.held_back_to or 0 for entry in facts.held_back}))
    return t("papers.sentence.held_back", count=count(len(facts.held_back)), batches=batches)


def certification(facts: PaperFacts) -> str:
    """Whether the sample was read, in a sentence (抽检情况)."""
    if BatchAction.SKIP_CERTIFICATION.value in facts.batch.skipped:
        return t("papers.sentence.certification_skipped")
    done = facts.batch.state in _SAMPLED
    return t("papers.sentence.certification_done" if done else "papers.sentence.certification_pending")
