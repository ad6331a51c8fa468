"""A public title for an item that opens while its own title names someone (公开题名): a proposal, a person decides."""

from dataclasses import dataclass

from models.text import normalise
from rules.detectors import DETECTORS

MASK = "×××"

_WHAT = {
    "person_name": "name",
    "identity_number": "number",
    "phone_number": "number",
    "bank_card": "number",
    "vehicle_plate": "number",
    "mail_address": "number",
    "street_address": "address",
    "birth_date": "date",
}


@dataclass(frozen=True, slots=True)
class TitleFinding:
    """A passage of a title that may point to a person (题名中指向个人之处); offsets in the title as written."""

    what: str  # "name" | "number" | "address" | "date"
    start: int
    end: int
    text: str


def title_findings(title: str) -> tuple[TitleFinding, ...]:
    """What in a title may point to a person, in order and without overlap (检查题名)."""
    folded = normalise(title)
    found: list[tuple[int, int, str]] = []
    for detector, what in _WHAT.items():
        found += [(start, end, what) for start, end in DETECTORS[detector](folded.text)]
    findings: list[TitleFinding] = []
    last = 0
    for start, end, what in sorted(found, key=lambda one: (one[0], -one[1])):
        if start >= last:
            first, after = folded.original_span(start, end)
            findings.append(TitleFinding(what, first, after, title[first:after]))
            last = end
    return tuple(findings)


def propose_title(title: str) -> str | None:
    """A title with names and numbers masked, like 关于对×××处分的决定 (拟公开题名); ``None``: nothing to mask."""
    findings = title_findings(title)
    if not findings:
        return None
    proposed, last = "", 0
    for finding in findings:
        proposed += title[last : finding.start] + MASK
        last = finding.end
    return proposed + title[last:]
