"""The work ahead in one sentence (工作量): what is due, how often somebody has to look, how many days that is."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlmodel import Session

from batches import plans
from workbench.i18n import count, day, t
from workbench.queries import planning as reading
from workbench.services import planning, setting_up
from workbench.services.statistics import live_marks


@dataclass(frozen=True, slots=True)
class Outlook:
    """What waits (工作量).

    ``looks`` are groups of like titles in one fonds that are not read through yet, each looked at once; every group
    is read by ``opinions`` people, so all readings together take ``person_days`` working days of one person. ``days``
    is one look through everything, and ``finish`` the working day on which one person beginning tomorrow is through.
    """

    due: int
    looks: int
    a_day: float
    is_measured: bool
    days: int
    opinions: int
    person_days: int
    finish: date

    def to_dict(self) -> dict[str, Any]:
        """Plain values, with the sentence."""
        return {**asdict(self), "sentence": self.sentence()}

    def sentence(self) -> str:
        """The sentence of the home page and of the end of an import (一句话)."""
        if not self.due:
            return t("outlook.nothing")
        known = {
            "due": count(self.due), "looks": count(self.looks), "a_day": count(round(self.a_day)),
            "days": count(self.days),
        }  # fmt: skip
        said = t("outlook.measured" if self.is_measured else "outlook.assumed", **known)
        if self.opinions > 1 and self.looks:
            said += t("outlook.twice", people=self.opinions, days=count(self.person_days))
        return said

    def remark(self) -> str:
        """How the days were counted (说明)."""
        return t("outlook.remark", finish=day(self.finish))


def outlook(session: Session, *, on: date) -> Outlook:
    """Count what waits (工作量), over everything due in the home."""
    # The learner's libraries take a second to load: only who counts groups pays for them.
    from classifiers.groups import template_key

    due, groups = 0, set[int]()
    for fonds, title, is_unread in reading.titles_to_read(session, on=on, live_marks=live_marks(session)):
        due += 1
        if is_unread:
            # Numbers of 64 bits and not the texts: a million titles must not be held to be counted.
            groups.add(hash((fonds, template_key(title) or title)))
    a_day, is_measured = planning.reads_a_day(session, on=on)
    opinions: int = setting_up.get(session, "opinions_per_item")
    looks = len(groups)
    return Outlook(
        due=due, looks=looks, a_day=a_day, is_measured=is_measured, days=plans.workdays(looks, a_day),
        opinions=opinions, person_days=plans.workdays(looks * opinions, a_day),
        finish=plans.finish(looks, a_day, on=on, calendar=planning.calendar(session)),
    )  # fmt: skip
