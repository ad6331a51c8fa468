"""What others said of an item before (往来意见): agencies, talks, the 档案主管部门; for whoever reads it again."""

from typing import Any

from sqlmodel import Session, col, select

from models import (
    AgencyReply,
    AuthorityReply,
    Consultation,
    ConsultationItem,
    ConsultationTalk,
    DelayItem,
    DelayRequest,
)
from models.consultation import AgencyAnswer
from workbench.i18n import term


def said_before(session: Session, record_id: int) -> list[dict[str, Any]]:
    """Objections with their talks, and answers on delay (往来意见), oldest first; consent of an agency is no news.

    A blind second reader may see them: they are not the first reader's opinion.
    """
    found = [*_objections(session, record_id), *_answers(session, record_id)]
    return sorted(found, key=lambda line: str(line["on"]))


def _objections(session: Session, record_id: int) -> list[dict[str, Any]]:
    query = (
        select(Consultation, AgencyReply)
        .join(ConsultationItem, col(ConsultationItem.consultation_id) == col(Consultation.id))
        .join(AgencyReply, col(AgencyReply.item_id) == col(ConsultationItem.id))
        .where(ConsultationItem.record_id == record_id, AgencyReply.answer == AgencyAnswer.OBJECT)
        .order_by(col(AgencyReply.id))
    )
    lines: list[dict[str, Any]] = []
    for unit, reply in session.exec(query):
        said = {"by": unit.agency, "says": term(reply.answer), "reason": reply.reason, "on": reply.replied_on}
        lines.append({**said, "document_number": reply.document_number, "batch": unit.batch_id})
        talks = select(ConsultationTalk).where(ConsultationTalk.reply_id == reply.id).order_by(col(ConsultationTalk.id))
        lines += [
            {
                "by": f"{talk.archive_side}、{talk.agency_side}", "says": term(talk.outcome), "reason": talk.note,
                "on": talk.held_on, "document_number": None, "batch": unit.batch_id,
            }
            for talk in session.exec(talks)
        ]  # fmt: skip
    return lines


def _answers(session: Session, record_id: int) -> list[dict[str, Any]]:
    query = (
        select(DelayRequest, AuthorityReply)
        .join(DelayItem, col(DelayItem.request_id) == col(DelayRequest.id))
        .join(AuthorityReply, col(AuthorityReply.item_id) == col(DelayItem.id))
        .where(DelayItem.record_id == record_id)
        .order_by(col(AuthorityReply.id))
    )
    return [
        {
            "by": request.authority, "says": term(reply.answer), "reason": reply.reason, "on": reply.answered_on,
            "document_number": reply.document_number, "batch": request.batch_id,
        }
        for request, reply in session.exec(query)
    ]  # fmt: skip
