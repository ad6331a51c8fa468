"""What the learner reaches and costs, each figure beside its plain baseline in the same run.

``python tests/benchmarks/bench_learner.py [left_out] [few] [two_judges] [sealed_open] [speed]``

Reads ``KAIJIAN_BENCH_DATA`` (folders ``catalogues``, ``official_titles``); says so when it is absent.
All catalogues are synthetic. The rules were developed on ``yunxiu-*`` and ``langang``: the mean over the other four
is the honest one and stands beside the mean over all.
"""

import csv
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: E402
from sklearn.linear_model import LogisticRegression  # noqa: E402

from batches.features import frame  # noqa: E402
from batches.lessons import Lesson, learn  # noqa: E402
from batches.suggest import LABELLED_FILE, Scorer, suggest  # noqa: E402
from classifiers.evaluate import area, coverage_at, evaluate, rate  # noqa: E402
from models.record import Description  # noqa: E402
from models.vocabulary import Access  # noqa: E402
from rules.loader import load_ruleset  # noqa: E402
from workbench.services.labelled_rows import labelled_rows  # noqa: E402

SEEN_BY_RULES = ("yunxiu-1949-1978", "yunxiu-1979-2001", "langang")


def _scorer(lessons: list[Lesson], ruleset: Any) -> Scorer:
    pipeline, card = learn(lessons, ruleset=ruleset, name="linear", leak=0.02, certified_on=LABELLED_FILE, params={})
    return Scorer(pipeline, "bench", card["certificate"]["threshold"], card["restrict_above"], may_open=True)


def _catalogues(data: Path) -> dict[str, list[Lesson]]:
    return {
        path.stem: [Lesson(row.description, row.access, row.ground, path.stem) for row in labelled_rows([path])]
        for path in sorted((data / "catalogues").glob("*.csv"))
    }


def _truth(lessons: list[Lesson]) -> np.ndarray:
    return np.array([lesson.access is Access.RESTRICTED for lesson in lessons], dtype=bool)


def _plain(taught: list[Lesson], judged: list[Lesson]) -> np.ndarray:
    """Character 1–3-grams of the title and logistic regression: the way of the textbook."""
    words = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True)
    rows = words.fit_transform([lesson.description.title for lesson in taught])
    model = LogisticRegression(C=5, max_iter=2000).fit(rows, _truth(taught))
    return np.asarray(model.decision_function(words.transform([lesson.description.title for lesson in judged])))


def left_out(data: Path) -> None:
    """Each catalogue left out in turn: order, leak and coverage of the whole system, certified on the other six."""
    catalogues, ruleset = _catalogues(data), load_ruleset()
    found: dict[str, dict[str, float]] = {}
    missed = opened = 0
    for name, judged in catalogues.items():
        taught = [lesson for other, lessons in catalogues.items() if other != name for lesson in lessons]
        advices = suggest([one.description for one in judged], ruleset=ruleset, scorer=_scorer(taught, ruleset))
        truth, plain = _truth(judged), _plain(taught, judged)
        figures = evaluate(
            truth,
            says_open=np.array([advice.access is Access.OPEN for advice in advices]),
            says_restricted=np.array([advice.access is Access.RESTRICTED for advice in advices]),
            probability=np.array([advice.probability for advice in advices]),
        )
        missed, opened = missed + figures["leak"]["k"], opened + figures["leak"]["n"]
        found[name] = {
            "auc": figures["auc"]["value"], "plain": area(truth, plain), "leak": figures["leak"]["value"] or 0.0,
            "coverage": figures["coverage"]["value"], "at 2%": figures["coverage_at_leak"]["0.02"]["value"],
            "plain at 2%": coverage_at(truth, plain, 0.02).value or 0.0, "over": figures["over_restriction"]["value"],
            "ece15": figures["ece15"]["value"],
        }  # fmt: skip
        print(f"{name:18s} " + "  ".join(f"{key} {value:.3f}" for key, value in found[name].items()), flush=True)
    honest = [name for name in found if name not in SEEN_BY_RULES]
    for label, names in (("mean of all", list(found)), ("mean of untouched", honest)):
        print(
            f"{label:18s} "
            + "  ".join(f"{key} {np.mean([found[n][key] for n in names]):.3f}" for key in found[names[0]])
        )
    pooled = rate(missed, opened)
    print(f"pooled leak {pooled.value:.4f} [{pooled.low:.4f}, {pooled.high:.4f}] of {opened} suggested open")


def few(data: Path) -> None:
    """Trained on two catalogues only, judged on a third: what a start with little can do."""
    catalogues, ruleset = _catalogues(data), load_ruleset()
    names = list(catalogues)
    reached = []
    for at, name in enumerate(names):
        pair = (names[(at + 1) % len(names)], names[(at + 3) % len(names)])
        taught, judged = [one for other in pair for one in catalogues[other]], catalogues[name]
        advices = suggest([one.description for one in judged], ruleset=ruleset, scorer=_scorer(taught, ruleset))
        truth, opened = _truth(judged), np.array([advice.access is Access.OPEN for advice in advices])
        missed = rate(int((opened & truth).sum()), int(opened.sum()))
        found = area(truth, np.array([advice.probability for advice in advices])), area(truth, _plain(taught, judged))
        reached.append(found)
        print(
            f"{name:18s} from {' and '.join(pair):38s} auc {found[0]:.3f}  plain {found[1]:.3f}  "
            f"open {opened.mean():.3f}  leak {missed.k}/{missed.n}",
            flush=True,
        )
    print("mean auc {:.3f}  plain {:.3f}".format(*np.mean(reached, axis=0)))


def two_judges(data: Path) -> None:
    """How well a second, blind judge of the same rows does by the measures of a classifier: no learner does better."""
    for path in sorted((data / "catalogues").glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
        if rows and rows[0].get("label2"):
            first, second = (np.array([row[label] == "restricted" for row in rows]) for label in ("label", "label2"))
            missed = rate(int((first & ~second).sum()), int((~second).sum()))
            print(
                f"{path.stem:18s} auc {area(first, second.astype(float)):.3f}  open {np.mean(~second):.3f}  "
                f"leak {missed.value:.3f} [{missed.low:.3f}, {missed.high:.3f}]"
            )


def sealed_open(data: Path) -> None:
    """Titles of published laws and documents, nearly all open by nature: how many are suggested open, restricted."""
    ruleset = load_ruleset()
    scorer = _scorer([one for lessons in _catalogues(data).values() for one in lessons], ruleset)
    for path in sorted((data / "official_titles").glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            titles = [row["title"] for row in csv.DictReader(stream) if row.get("title")]
        if titles:
            advices = suggest([Description(title=title) for title in titles], ruleset=ruleset, scorer=scorer)
            share = [np.mean([advice.access is access for advice in advices]) for access in Access]
            print(f"{path.stem:18s} {len(titles):5d} titles  open {share[0]:.3f}  restricted {share[1]:.3f}")


def speed(data: Path) -> None:
    """Rows a second of one core, part by part."""
    catalogues, ruleset = _catalogues(data), load_ruleset()
    lessons = [one for mine in catalogues.values() for one in mine]
    began = time.process_time()
    scorer = _scorer(lessons, ruleset)
    print(f"{'train, calibrate, certify':34s} {time.process_time() - began:10.2f} s of {len(lessons)} rows")
    # Each title different, in portions as a run hands them over; the best of two rounds.
    many = [
        lesson.description._replace(title=f"{chr(0x9F00 + again)}{lesson.description.title}")
        for again in range(10)
        for lesson in lessons
    ]
    portions = [many[first : first + 5_000] for first in range(0, len(many), 5_000)]

    def clock(what: str, work: Callable[[int], Any]) -> list[Any]:
        best = float("inf")
        for _ in range(2):
            began = time.process_time()
            made = [work(at) for at in range(len(portions))]
            best = min(best, time.process_time() - began)
        print(f"{what:34s} {len(many) / best:10,.0f} rows/s", flush=True)
        return made

    evidence = clock("rules", lambda at: ruleset.evidence_many(portions[at]))
    columns = clock("frame", lambda at: frame(portions[at], evidence[at]))
    ngrams = scorer.pipeline.features_.named_transformers_["ngrams"]
    weights = np.ones(1 << ngrams.bits)
    clock("n-gram hashing and linear score", lambda at: ngrams.transform(columns[at]["text"]) @ weights)
    clock("predict", lambda at: scorer.pipeline.predict_proba(columns[at]))
    clock("suggest", lambda at: suggest(portions[at], ruleset=ruleset, scorer=scorer, explained=False))
    clock("suggest with the learner's reasons", lambda at: suggest(portions[at], ruleset=ruleset, scorer=scorer))


def main() -> None:
    where = os.environ.get("KAIJIAN_BENCH_DATA")
    if not where:
        print("KAIJIAN_BENCH_DATA is not set: nothing measured")
        return
    parts = {part.__name__: part for part in (left_out, few, two_judges, sealed_open, speed)}
    for name in [one for one in sys.argv[1:] if one in parts] or list(parts):
        print(f"== {name}")
        parts[name](Path(where))


if __name__ == "__main__":
    main()
