"""What the papers of a batch are written from (公文所据): the records, read once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from batches import publication
from batches import review as rules_of_review
from batches.publication import Approved, Snapshot
from batches.review import Plan
from models import Batch, Review, RosterEntry, User
from models.errors import ProcedureError
from models.vocabulary import Access, BatchState, ReviewStage
from workbench.clock import legal_day
from workbench.i18n import day, t, term
from workbench.services import consistency, consulting, ledger_keeping, publication_facts, setting_up
from workbench.services.roster import Item, items, load_batch, plan_of

_COUNTING_SECRET = b"papers"  # a snapshot is taken to count; nothing keyed by this is ever written


@dataclass(frozen=True, slots=True)
class Absent:
    """Why a paper is left out (未列入): ``status`` is ``none`` or ``not_yet``, ``why`` a key of the locale."""

    status: str
    why: str
    params: Mapping[str, object] | None = None

    def sentence(self) -> str:
        """The reason as people read it."""
        return t(f"papers.why.{self.why}", **(self.params or {}))


@dataclass(frozen=True, slots=True)
class Filled:
    """One paper to be written (一件公文): its values, or bytes that are taken as they are."""

    values: Mapping[str, Any] | None = None
    content: bytes | None = None
    suffix: str | None = None


@dataclass
class PaperFacts:
    """A batch as its papers see it (批次公文所据); what costs a query is asked when a paper needs it."""

    session: Session
    batch: Batch
    plan: Plan
    roster: list[Item]
    settings: Mapping[str, Any]
    people: Mapping[int, str]
    home: Path
    on: date
    head: str

    @property
    def batch_id(self) -> int:
        """The batch's number."""
        return int(self.batch.id or 0)

    @cached_property
    def decided(self) -> list[tuple[Item, Review]] | None:
        """Every item with its outcome; ``None`` while one has none."""
        found = [(entry, opinion) for entry in self.roster if (opinion := entry.decisive(self.plan)) is not None]
        complete = self.roster and len(found) == len(self.roster) and self.batch.state is not BatchState.IN_REVIEW
        return found if complete else None

    @cached_property
    def frozen(self) -> Snapshot:
        """The batch as it would be published, for its counts; only once all is decided."""
        approved = publication_facts.approved_items(self.session, self.batch, self.roster)
        return publication.snapshot(approved, secret=_COUNTING_SECRET)

    @cached_property
    def by_record(self) -> dict[int, Approved]:
        """Outcomes by record."""
        return {item.record_id: item for item in self.frozen.everything}

    @cached_property
    def disputed(self) -> list[Item]:
        """Items on which first and second reader differed."""
        return [entry for entry in self.roster if _differ(entry.opinions)]

    @cached_property
    def held_back(self) -> list[RosterEntry]:
        """Items that went to a successor batch."""
        query = select(RosterEntry).where(
            RosterEntry.batch_id == self.batch_id, col(RosterEntry.held_back_to).is_not(None)
        )
        return list(self.session.exec(query.order_by(col(RosterEntry.position))))

    @cached_property
    def asked(self) -> dict[int, consulting.Asked]:
        """How each item stands with the unit asked."""
        return consulting.states(self.session, self.batch_id)

    @cached_property
    def contradictions(self) -> list[dict[str, Any]]:
        """Items decided otherwise than their likes, as strictly as the archive's setting looks."""
        binding = consistency.BINDING[self.settings["consistency_check"]]
        if not binding or self.decided is None:
            return []
        found = consistency.rows(self.session, self.batch)
        narrowed = ({**row, "others": [each for each in row["others"] if each["likeness"] in binding]} for row in found)
        return [row for row in narrowed if row["others"]]

    def name(self, user_id: int) -> str:
        """Name of a person."""
        return self.people.get(user_id, str(user_id))

    def opinion_at(self, entry: Item, stage: ReviewStage) -> Review | None:
        """The opinion of a stage, if given."""
        return next((opinion for opinion in entry.opinions if opinion.stage is stage), None)

    def opinion_said(self, opinion: Review | None) -> str | None:
        """An opinion in a cell: who, and which outcome."""
        if opinion is None:
            return None
        return t("papers.sentence.opinion", name=self.name(opinion.reviewer_id), outcome=outcome(opinion.access))


Builder = Callable[[PaperFacts], Sequence[Filled] | Absent]


def gather(session: Session, batch_id: int, *, home: Path, on: date) -> PaperFacts:
    """Read what the papers are written from (取公文所据).

    Raises
    ------
    ProcedureError
        ``batch.unknown``; ``papers.no_archive_name`` for an archive without a name.
    """
    batch = load_batch(session, batch_id)
    settings = setting_up.all_values(session)
    if not settings["archive_name"]:
        raise ProcedureError("papers.no_archive_name")
    people = {int(user.id or 0): user.name for user in session.exec(select(User))}
    return PaperFacts(
        session=session, batch=batch, plan=plan_of(batch), roster=items(session, batch_id), settings=settings,
        people=people, home=home, on=on, head=ledger_keeping.head(session),
    )  # fmt: skip


def outcome(access: Access) -> str:
    """拟开放、拟延期: the bare word comes only after approval."""
    return t(f"papers.outcome.{access.value}")


def ground_of(opinion: Review) -> str | None:
    """The ground of an opinion, in words."""
    return term(opinion.ground) if opinion.ground else None


def said_day(at: datetime | None) -> str | None:
    """The day of an instant in words, or nothing."""
    return None if at is None else day(legal_day(at))


def _differ(opinions: Sequence[Review]) -> bool:
    stages = rules_of_review.by_stage(opinions)
    first, second = stages.get(ReviewStage.FIRST), stages.get(ReviewStage.SECOND)
    return first is not None and second is not None and not rules_of_review.agree(first, second)
