"""The words that are shown are the words that decide (解释的忠实): without them the suggestion falls."""

import csv
from importlib import resources

import pytest

from batches.lessons import Lesson, learn
from batches.suggest import LABELLED_FILE, Scorer, suggest
from models.evidence import Advice
from models.record import Description
from models.vocabulary import Access, Effect
from rules.loader import load_ruleset
from workbench.services.labelled_rows import labelled_rows

PART = 5


@pytest.fixture(scope="module")
def split(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Lesson], list[Description]]:
    """The synthetic sample by fonds: four parts to learn from, one to explain."""
    with resources.as_file(resources.files("workbench.demo").joinpath("sample.csv")) as sample:
        with sample.open(encoding="utf-8-sig", newline="") as stream:
            fonds = [row["fonds"] for row in csv.DictReader(stream)]
        rows = labelled_rows([sample])
    number = {name: at for at, name in enumerate(sorted(set(fonds)))}
    apart = [number[name] % PART == 0 for name in fonds]
    assert len(rows) == len(fonds)
    taught = [
        Lesson(row.description, row.access, row.ground, row.group)
        for row, is_apart in zip(rows, apart, strict=True)
        if not is_apart
    ]
    return taught, [row.description for row, is_apart in zip(rows, apart, strict=True) if is_apart]


@pytest.fixture(scope="module")
def scorer(split: tuple[list[Lesson], list[Description]]) -> Scorer:
    pipeline, card = learn(
        split[0], ruleset=load_ruleset(), name="linear", leak=0.02, certified_on=LABELLED_FILE, params={}
    )
    return Scorer(pipeline, "test", card["certificate"]["threshold"], card["restrict_above"], may_open=True)


def without(description: Description, advice: Advice) -> Description:
    """The record without the cues that speak for restriction, in whatever field they stand."""
    changed = {"title": description.title, "remarks": description.remarks or ""}
    spans = sorted(
        (
            (cue.field, cue.start, cue.end)
            for cue in advice.evidence
            if cue.field in changed and (cue.effect in (Effect.RESTRICT, Effect.CAUTION) or (cue.weight or 0) > 0)
        ),
        key=lambda span: -span[1],
    )
    for field, start, end in spans:
        changed[field] = changed[field][:start] + changed[field][min(end, len(changed[field])) :]
    return Description(
        title=changed["title"], fonds=description.fonds, creator=description.creator,
        document_number=description.document_number, date_from=description.date_from, date_to=description.date_to,
        remarks=changed["remarks"] or None,
    )  # fmt: skip


def test_without_the_shown_cues_nine_in_ten_suggestions_to_restrict_fall(
    split: tuple[list[Lesson], list[Description]], scorer: Scorer
) -> None:
    ruleset = load_ruleset()
    advices = suggest(split[1], ruleset=ruleset, scorer=scorer)
    shown = [(each, said) for each, said in zip(split[1], advices, strict=True) if said.access is Access.RESTRICTED]
    assert len(shown) > 60
    after = suggest([without(each, said) for each, said in shown], ruleset=ruleset, scorer=scorer)
    fallen = [later.access is not Access.RESTRICTED for later in after]
    assert sum(fallen) >= 0.9 * len(fallen)


def test_without_other_words_of_the_same_length_most_stand(
    split: tuple[list[Lesson], list[Description]], scorer: Scorer
) -> None:
    """Removing what speaks the other way must not make them fall: else any removal would do."""
    ruleset = load_ruleset()
    advices = suggest(split[1], ruleset=ruleset, scorer=scorer)
    shown = [(each, said) for each, said in zip(split[1], advices, strict=True) if said.access is Access.RESTRICTED]
    kept = []
    for description, advice in shown:
        cues = {at for cue in advice.evidence if cue.field == "title" for at in range(cue.start, cue.end)}
        others = [at for at in range(len(description.title)) if at not in cues][: max(1, len(cues) // 2)]
        title = "".join(sign for at, sign in enumerate(description.title) if at not in others)
        kept.append(Description(title=title, fonds=description.fonds, creator=description.creator,
                                date_from=description.date_from, remarks=description.remarks))  # fmt: skip
    after = suggest(kept, ruleset=ruleset, scorer=scorer)
    stood = [later.access is Access.RESTRICTED for later in after]
    assert sum(stood) >= 0.7 * len(stood)
