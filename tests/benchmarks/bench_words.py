"""What marked words save, and how fast a batch is ranked anew (标注词、重排).

``python tests/benchmarks/bench_words.py [marked] [ranked]``

``marked``: a reader is simulated who marks, in each title read, two or three passages that speak most for its outcome.
What speaks for it is taken from a classifier of the six *other* catalogues and of the part being read, never of the
part judged. Labels needed until AUC .85 is reached and kept, with the marks and without, same titles, same features.
The weights of the marks were chosen on the first four catalogues, seeds 0 and 1; the other three are reported.
All catalogues are synthetic.
"""

import os
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(ROOT / "tests"))

import numpy as np  # noqa: E402
import scipy.sparse as sp  # noqa: E402
from sqlmodel import Session  # noqa: E402

from batches.features import frame  # noqa: E402
from batches.lessons import Lesson  # noqa: E402
from batches.marked import Marked, examples  # noqa: E402
from classifiers.evaluate import area  # noqa: E402
from classifiers.explain import terms  # noqa: E402
from classifiers.grounds import GroundedRidge  # noqa: E402
from classifiers.linear import record_features  # noqa: E402
from models import Suggestion  # noqa: E402
from models.text import normalise  # noqa: E402
from models.vocabulary import Access  # noqa: E402
from rules.loader import load_ruleset  # noqa: E402
from workbench.services.labelled_rows import labelled_rows  # noqa: E402

CHOSEN_ON, SEEDS, WANTED = 4, range(5), 0.85
SIZES = (10, 15, 20, 25, 30, 35, 40, 45, 50, 60, 70, 80, 90, 100, 120, 140, 160, 180, 200, 220, 240, 260)
RULES = load_ruleset()


def _truth(lessons: list[Lesson]) -> np.ndarray:
    return np.array([lesson.access is Access.RESTRICTED for lesson in lessons], dtype=bool)


def _fitted(descriptions: list[Any], is_restricted: np.ndarray, weight: np.ndarray) -> Any:
    """Features and linear learner alone: few titles cannot be calibrated, and the order needs no calibration."""
    columns = frame(descriptions, RULES.evidence_many(descriptions))
    features = record_features().fit(columns)
    learner = GroundedRidge(alpha=0.7).fit(sp.csr_matrix(features.transform(columns)), is_restricted, weight, None)
    return SimpleNamespace(features_=features, learner_=learner, slope_=1.0)


def _marks(oracle: Any, lessons: list[Lesson], most: int) -> list[list[Marked]]:
    descriptions = [lesson.description for lesson in lessons]
    found = terms(oracle, frame(descriptions, RULES.evidence_many(descriptions)), limit=6)
    made = []
    for lesson, passages in zip(lessons, found, strict=True):
        folded = normalise(lesson.description.title)
        right = [one for one in passages if (one.weight > 0) == (lesson.access is Access.RESTRICTED)][:most]
        made.append(
            [
                Marked(lesson.description.title, *folded.original_span(one.start, one.end), lesson.access)
                for one in right
            ]
        )
    return made


def _curve(read: list[Lesson], judged: list[Lesson], marks: list[list[Marked]] | None) -> list[float]:
    columns = frame([one.description for one in judged], RULES.evidence_many([one.description for one in judged]))
    curve = []
    for size in SIZES:
        known = read[:size]
        if len({one.access for one in known}) < 2:
            curve.append(0.5)
            continue
        shown = list(examples([mark for mine in marks[:size] for mark in mine])) if marks else []
        model = _fitted(
            [one.description for one in known] + [given for given, _, _ in shown],
            np.append(_truth(known), np.array([access is Access.RESTRICTED for _, access, _ in shown], dtype=bool)),
            np.append(np.ones(len(known)), [weight for _, _, weight in shown]),
        )
        scores = model.learner_.decision_function(sp.csr_matrix(model.features_.transform(columns)))
        curve.append(area(_truth(judged), scores))
    return curve


def _needed(curve: list[float], unreached: int = 2 * SIZES[-1]) -> int:
    """Labels from which on the wanted AUC is kept; ``unreached`` when all titles read do not suffice."""
    below = [at for at, reached in enumerate(curve) if reached < WANTED]
    first = below[-1] + 1 if below else 0
    return SIZES[first] if first < len(SIZES) else unreached


def marked(data: Path) -> None:
    catalogues = {
        path.stem: [Lesson(row.description, row.access, row.ground, path.stem) for row in labelled_rows([path])]
        for path in sorted((data / "catalogues").glob("*.csv"))
    }
    curves: dict[int, list[list[float]]] = {0: [], 2: [], 3: []}
    for name in list(catalogues)[CHOSEN_ON:]:
        for seed in SEEDS:
            order = np.random.default_rng(seed).permutation(len(catalogues[name]))
            part = len(order) * 2 // 3  # of half a catalogue the plain way seldom reaches what is wanted
            read = [catalogues[name][at] for at in order[:part]]
            judged = [catalogues[name][at] for at in order[part:]]
            known = [one for other, mine in catalogues.items() if other != name for one in mine] + read
            oracle = _fitted([one.description for one in known], _truth(known), np.ones(len(known)))
            for most, mine in curves.items():
                mine.append(_curve(read, judged, _marks(oracle, read, most) if most else None))
            said = "  ".join(f"{most} marks {_needed(mine[-1]):4d}" for most, mine in curves.items())
            print(f"{name:18s} seed {seed}  labels needed: {said}", flush=True)
    for most, mine in curves.items():
        mean = np.mean(mine, axis=0)
        print(f"{most} marks  " + "  ".join(f"{size}: {auc:.3f}" for size, auc in zip(SIZES, mean, strict=True)))
        for unreached in (SIZES[-1], 2 * SIZES[-1]):
            print(f"         labels saved, what {SIZES[-1]} do not reach counted as {unreached}: ", end="")
            print(_saved(mine, curves[0], unreached))


def _saved(marked: list[list[float]], plain: list[list[float]], unreached: int) -> str:
    """Mean share of labels saved, run by run, with a bootstrap interval of runs, and on the mean curve.

    Counted as the largest number tried, what is not reached makes the saving a lower bound wherever the marks do
    reach; twice that number is a guess.
    """
    needed = [np.array([_needed(curve, unreached) for curve in curves]) for curves in (marked, plain)]
    saved = 1 - needed[0] / needed[1]
    draws = np.random.default_rng(0).choice(saved, (2000, len(saved))).mean(axis=1)
    low, high = np.quantile(draws, [0.025, 0.975])
    means = [_needed([float(one) for one in np.mean(curves, axis=0)], unreached) for curves in (marked, plain)]
    return f"{saved.mean():.3f} [{low:.3f}, {high:.3f}] of {len(saved)} runs; mean curve {1 - means[0] / means[1]:.3f}"


def ranked(_data: Path) -> None:
    """A batch of 5,000 items ranked anew from its newest suggestions, stored, on SQLite."""
    from builders import NOON, Team, a_batch, a_record
    from workbench import db
    from workbench.services import reading_order

    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/kaijian.sqlite"
        db.upgrade(url)
        with Session(db.engine_for(url), expire_on_commit=False) as session:
            team = Team(session)
            drawn = np.random.default_rng(0).uniform(size=5000)
            for number in range(5000):
                record = a_record(
                    session, f"1-{number}", f"关于第{number}号小学修缮的批复", volume_code=f"1-{number // 8}"
                )
                session.add(
                    Suggestion(
                        record_id=record.id, probability=float(drawn[number]), evidence=[], ruleset_digest="r",
                        lean=Access.RESTRICTED if drawn[number] > 0.5 else None, made_at=NOON,
                    )
                )  # fmt: skip
            session.flush()
            batch = a_batch(session, team)
            for strategy in (reading_order.Strategy.RISK, reading_order.Strategy.INFORMATIVE):
                times = []
                for _ in range(5):
                    began = time.perf_counter()
                    reading_order.choose(
                        session=session, batch_id=int(batch.id or 0), strategy=strategy, by=team.lead,
                        at=datetime(2026, 11, 24, tzinfo=UTC),
                    )  # fmt: skip
                    times.append(time.perf_counter() - began)
                print(f"{strategy.value:12s} 5,000 items ranked anew and stored: median {np.median(times):.3f} s")
        db.engine_for(url).dispose()


def main() -> None:
    where = os.environ.get("KAIJIAN_BENCH_DATA")
    if not where:
        print("KAIJIAN_BENCH_DATA is not set: nothing measured")
        return
    parts = {part.__name__: part for part in (marked, ranked)}
    for name in [one for one in sys.argv[1:] if one in parts] or list(parts):
        print(f"== {name}")
        parts[name](Path(where))


if __name__ == "__main__":
    main()
