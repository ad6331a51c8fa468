"""The sampling record of a batch (抽查记录): the plan, the draw, each reading by name, and the finding."""

from collections.abc import Sequence

from models.vocabulary import BatchAction
from workbench.i18n import count, t, term
from workbench.services import sampling
from workbench.services.paper_facts import Absent, Filled, PaperFacts, said_day


def sampling_record(facts: PaperFacts) -> Sequence[Filled] | Absent:
    """抽查记录: there is none before a sample was drawn and read to the end."""
    if BatchAction.SKIP_CERTIFICATION.value in facts.batch.skipped:
        return Absent("none", "certification_skipped")
    now = sampling.state(facts.session, facts.batch_id)
    if not now["drawn"] or now["upper"] is None:
        return Absent("not_yet", "not_sampled")
    read = sampling.sampled_lines(facts.session, facts.batch_id)
    joint = t("publication.quantity.joint")
    values = {
        "batch": {"id": facts.batch_id, "title": facts.batch.title},
        "counts": {"open": count(now["open"])},
        "plan": {"n": now["n"], "allow": now["allow"], "limit": _share(now["limit"]),
                 "confidence": _share(now["confidence"])},
        "drawn_on": said_day(now["drawn_at"]), "seed": now["seed"], "found": len(now["restricted"]),
        "readers": joint.join(dict.fromkeys(name for line in read for name, _ in line.readings)),
        "conclusion": t("papers.sampling.passed" if now["passes"] else "papers.sampling.failed"),
        "lines": [
            {
                "number": number, "reference_code": line.record.reference_code, "title": line.record.title,
                "first": _said(line, 0), "second": _said(line, 1),
                "outcome": term(line.outcome) if line.outcome else "",
            }
            for number, line in enumerate(read, start=1)
        ],
    }  # fmt: skip
    return [Filled(values)]


def _share(value: float) -> str:
    return f"{100 * value:.6g}%"


def _said(line: sampling.SampledLine, at: int) -> str:
    return term(line.readings[at][1]) if at < len(line.readings) else ""
