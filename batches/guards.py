"""Guards of the state table (前置条件): named predicates over plain facts, each giving all its problems."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Facts:
    """What is so about a batch now (批次事实), gathered by a service; codes are 档号."""

    items: int = 0
    not_due: tuple[str, ...] = ()
    live_marks: tuple[str, ...] = ()
    under_use_limit: tuple[str, ...] = ()
    volumes_with_items: tuple[str, ...] = ()
    lacking_opinions: tuple[str, ...] = ()
    disagreements: tuple[str, ...] = ()
    opinion_givers: frozenset[int] = frozenset()
    consultation_is_on: bool = True
    certification_is_on: bool = True
    delay_report_is_on: bool = True
    fonds_without_agency: tuple[str, ...] = ()
    unanswered: tuple[str, ...] = ()
    on_hold: tuple[str, ...] = ()
    objections: tuple[str, ...] = ()
    to_read_again: tuple[str, ...] = ()
    sample_is_drawn: bool = False
    sample_waiting: tuple[str, ...] = ()
    sample_restricted: tuple[str, ...] = ()
    contradictions: tuple[str, ...] = ()
    delays_unanswered: tuple[str, ...] = ()
    unchecked_titles: tuple[str, ...] = ()
    missing_notice_fields: tuple[str, ...] = ()
    note: str | None = None
    minutes_number: str | None = None
    named_items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that stands in the way (障碍): a text key and its parameters."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)


Guard = Callable[[Facts, int | None], list[Problem]]

_SHOWN = 5


def _codes(code: str, found: tuple[str, ...]) -> list[Problem]:
    if not found:
        return []
    shown = ", ".join(found[:_SHOWN]) + (" …" if len(found) > _SHOWN else "")
    return [Problem(code, {"count": len(found), "codes": shown})]


def _when(wrong: bool, code: str, **params: object) -> list[Problem]:
    return [Problem(code, params)] if wrong else []


def not_empty(facts: Facts, _by: int | None) -> list[Problem]:
    """A batch needs items."""
    return _when(facts.items == 0, "batch.empty")


def every_record_is_due(facts: Facts, _by: int | None) -> list[Problem]:
    """Each item has reached its opening date, or has a basis for early opening."""
    return _codes("batch.not_due", facts.not_due)


def no_live_mark(facts: Facts, _by: int | None) -> list[Problem]:
    """No item bears a 密级 without evidence of declassification."""
    return _codes("batch.live_marks", facts.live_marks)


def no_limit_on_use(facts: Facts, _by: int | None) -> list[Problem]:
    """No item that may open is under a limit of those who transferred, donated or deposited it (档案法 art. 31)."""
    return _codes("batch.under_use_limit", facts.under_use_limit)


def no_limit_since_approval(facts: Facts, _by: int | None) -> list[Problem]:
    """Nothing that opens came under a limit after it was approved: who publishes can only have it taken out."""
    return _codes("batch.limited_since_approval", facts.under_use_limit)


def no_volume_has_items(facts: Facts, _by: int | None) -> list[Problem]:
    """A volume whose items came in is no unit of review any more: it gives way to them first."""
    return _codes("batch.volumes_with_items", facts.volumes_with_items)


def every_record_has_the_opinions_its_plan_needs(facts: Facts, _by: int | None) -> list[Problem]:
    """Nothing is left to read."""
    return _codes("batch.lacking_opinions", facts.lacking_opinions)


def no_open_disagreement(facts: Facts, _by: int | None) -> list[Problem]:
    """Each quarrel was settled by a third person."""
    return _codes("batch.disagreements", facts.disagreements)


def consultation_is_on(facts: Facts, _by: int | None) -> list[Problem]:
    """Consultation is a duty here."""
    return _when(not facts.consultation_is_on, "batch.consultation_is_off")


def consultation_is_off(facts: Facts, _by: int | None) -> list[Problem]:
    """Skipping is allowed only where an audited setting says so."""
    return _when(facts.consultation_is_on, "batch.consultation_is_on")


def items_named(facts: Facts, _by: int | None) -> list[Problem]:
    """Holding back names what is held."""
    return _when(not facts.named_items, "batch.items_not_named")


def every_fonds_has_an_agency(facts: Facts, _by: int | None) -> list[Problem]:
    """The fonds register says who answers for each fonds, or that nobody does."""
    return _codes("batch.agency_unknown", facts.fonds_without_agency)


def every_agency_replied_or_has_no_successor(facts: Facts, _by: int | None) -> list[Problem]:
    """Silence is never consent: what is unanswered, or not to be decided here for now, is held back first."""
    return _codes("batch.replies_missing", facts.unanswered) + _codes("batch.on_hold", facts.on_hold)


def no_open_objection(facts: Facts, _by: int | None) -> list[Problem]:
    """An objection is settled by talks on record; what they send back to be read is held back first."""
    return _codes("batch.objections", facts.objections) + _codes("batch.to_read_again", facts.to_read_again)


def certification_is_on(facts: Facts, _by: int | None) -> list[Problem]:
    """Certification is asked for here."""
    return _when(not facts.certification_is_on, "batch.certification_is_off")


def certification_is_off(facts: Facts, _by: int | None) -> list[Problem]:
    """Skipping is allowed only where an audited setting says so."""
    return _when(facts.certification_is_on, "batch.certification_is_on")


def sample_read_twice(facts: Facts, _by: int | None) -> list[Problem]:
    """The sample was drawn, and each of its items was read by two people who had not read it before."""
    if not facts.sample_is_drawn:
        return [Problem("batch.sample_not_drawn")]
    return _codes("batch.sample_not_read", facts.sample_waiting)


def bound_within_limit(facts: Facts, _by: int | None) -> list[Problem]:
    """A sample of the planned size proves the limit when nothing restricted is found in it, and only then."""
    return _codes("batch.sample_restricted", facts.sample_restricted)


def restricted_found_in_sample(facts: Facts, _by: int | None) -> list[Problem]:
    """Only what the sample showed fails a batch, and what it showed is among what is read again."""
    if not facts.sample_restricted:
        return [Problem("batch.sample_is_clean")]
    missing = tuple(sorted(set(facts.sample_restricted) - set(facts.named_items))) if facts.named_items else ()
    return _codes("batch.sample_items_not_named", missing)


def approver_gave_no_opinion(facts: Facts, by: int | None) -> list[Problem]:
    """Who approves has read no item as reviewer."""
    return _when(by in facts.opinion_givers, "batch.approver_gave_opinion")


def minutes_numbered(facts: Facts, _by: int | None) -> list[Problem]:
    """The leading group decides in a meeting: its minutes have a number."""
    return _when(not facts.minutes_number, "batch.minutes_missing")


def note_given(facts: Facts, _by: int | None) -> list[Problem]:
    """A return says why."""
    return _when(not facts.note, "batch.note_missing")


def notice_complete(facts: Facts, _by: int | None) -> list[Problem]:
    """The notice can name the archive, its place and how to reach it."""
    missing = ", ".join(facts.missing_notice_fields)
    return _when(bool(missing), "batch.notice_incomplete", fields=missing)


def public_titles_checked(facts: Facts, _by: int | None) -> list[Problem]:
    """Each open title that names a private person was kept or replaced by a person."""
    return _codes("batch.titles_unchecked", facts.unchecked_titles)


def no_unexplained_contradiction(facts: Facts, _by: int | None) -> list[Problem]:
    """Like items are decided alike, or somebody wrote why not."""
    return _codes("batch.contradictions", facts.contradictions)


def delayed_items_reported(facts: Facts, _by: int | None) -> list[Problem]:
    """Delay needs the 档案局's consent (条例 art. 31): each delayed item has its answer."""
    return _codes("batch.delay_not_reported", facts.delays_unanswered if facts.delay_report_is_on else ())


GUARDS: dict[str, Guard] = {
    guard.__name__: guard
    for guard in (
        not_empty, every_record_is_due, no_live_mark, no_limit_on_use, no_limit_since_approval,
        no_volume_has_items,
        every_record_has_the_opinions_its_plan_needs, no_open_disagreement, consultation_is_on, consultation_is_off,
        items_named,
        every_fonds_has_an_agency, every_agency_replied_or_has_no_successor, no_open_objection,
        certification_is_on, certification_is_off, sample_read_twice, bound_within_limit, restricted_found_in_sample,
        no_unexplained_contradiction, approver_gave_no_opinion, minutes_numbered, note_given, notice_complete,
        public_titles_checked, delayed_items_reported,
    )
}  # fmt: skip
