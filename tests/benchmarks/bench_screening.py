"""Reading orders and plain-text learning on public sets, each figure beside its plain baseline in the same run.

``python tests/benchmarks/bench_screening.py [screening] [left_one_out] [subjects] [prevalence]``

Reads ``KAIJIAN_BENCH_DATA`` (folders ``screening``, ``chinese_tasks``); says so when it is absent. Intervals: bootstrap
of runs, seed 0, 95 %.

``screening``: the constants of ``classifiers/reading.py`` and ``likeness.py`` were chosen with all six sets in sight,
so its figures flatter. ``left_one_out`` does not: for each set the constants are chosen on the other five, from the
settings in ``SETTINGS``, and the figures are of the set left out.
"""

import csv
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: E402
from sklearn.linear_model import LogisticRegression  # noqa: E402
from sklearn.svm import LinearSVC  # noqa: E402

from batches.features import frame  # noqa: E402
from classifiers import reading, registry  # noqa: E402
from classifiers.evaluate import calibration_error, coverage_at, reads_until  # noqa: E402
from classifiers.likeness import Likeness, likenesses  # noqa: E402
from classifiers.simulate import Replay, figures, replay  # noqa: E402
from models.record import Description  # noqa: E402

SEEDS = range(5)
MEASURES = ("loss", "n95", "n100", "retrains")
TAUGHT = 0.8
"""Share of the abstracts that is learned from; the rest is judged."""
SETTINGS = [{"PRESUMED": presumed, "FOUND_SHARE": share} for presumed in (0.0, 0.02, 0.1) for share in (0.25, 0.75)]


def _interval(values: Sequence[float]) -> str:
    draws = np.random.default_rng(0).choice(np.asarray(values), (2000, len(values))).mean(axis=1)
    low, high = np.quantile(draws, [0.025, 0.975])
    return f"{np.mean(values):.3f} [{low:.3f}, {high:.3f}]"


def _sets(data: Path) -> dict[str, tuple[list[tuple[str, str]], np.ndarray]]:
    found = {}
    for path in sorted((data / "screening").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        truth = np.array([row["included"] in ("1", "1.0") for row in rows], dtype=bool)
        found[path.stem.removeprefix("SYNERGY_")] = ([(row["title"], row["abstract"]) for row in rows], truth)
    return found


def _priors(truth: np.ndarray, seed: int) -> list[int]:
    draw = np.random.default_rng(seed)
    return [int(draw.choice(np.flatnonzero(truth))), int(draw.choice(np.flatnonzero(~truth)))]


def _plain_loops(texts: list[str], truth: np.ndarray) -> list[Replay]:
    """TF-IDF and LinearSVC, a re-train after every row: the way of the textbook."""
    rows = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, max_df=0.9).fit_transform(texts)
    made = []
    for seed in SEEDS:
        read = np.zeros(len(texts), dtype=bool)
        read[_priors(truth, seed)] = True
        order: list[int] = []
        while not read.all():
            scores = LinearSVC(C=0.11, class_weight="balanced").fit(rows[read], truth[read]).decision_function(rows)
            order.append(int(np.argmax(np.where(read, -np.inf, scores))))
            read[order[-1]] = True
        made.append(figures(order, truth[np.array(order)], len(order)))
    return made


def _print(name: str, label: str, runs: Sequence[Replay]) -> None:
    told = "  ".join(f"{key} {_interval([getattr(one, key) for one in runs])}" for key in MEASURES[:3])
    print(f"{name:16s} {label:6s} {told}  retrains {np.mean([one.retrains for one in runs]):.0f}", flush=True)


def _compared(ours: dict[str, list[Replay]], simple: dict[str, list[Replay]]) -> None:
    """Means over the sets, and what is saved against the plain loop, run by run of the same first rows."""
    for label, found in (("ours", ours), ("plain", simple)):
        _print("mean of sets", label, [run for runs in found.values() for run in runs])
    for key in MEASURES:
        means = [np.mean([getattr(one, key) for runs in found.values() for one in runs]) for found in (ours, simple)]
        ratios = [
            np.mean([getattr(one, key) for one in ours[name]]) / np.mean([getattr(one, key) for one in simple[name]])
            for name in ours
        ]
        print(f"{key:9s} of the plain mean {means[0] / means[1]:.3f}; set by set {_interval(ratios)}")


def screening(data: Path) -> None:
    """Replays with the shipped constants beside the plain loop."""
    ours, simple = {}, {}
    for name, (fields, truth) in _sets(data).items():
        simple[name] = _plain_loops([" ".join(row) for row in fields], truth)
        texts = [reading.joined(row) for row in fields]
        ours[name] = [replay(texts, truth, _priors(truth, seed), seed=seed) for seed in SEEDS]
        for label, found in (("ours", ours), ("plain", simple)):
            _print(name, label, found[name])
    _compared(ours, simple)


def left_one_out(data: Path) -> None:
    """The constants chosen on five sets by mean log loss, the sixth reported."""
    simple: dict[str, list[Replay]] = {}
    tried: list[dict[str, list[Replay]]] = [{} for _ in SETTINGS]
    for name, (fields, truth) in _sets(data).items():
        simple[name] = _plain_loops([" ".join(row) for row in fields], truth)
        ways = likenesses([reading.joined(row) for row in fields])
        for setting, found in zip(SETTINGS, tried, strict=True):
            found[name] = [_replayed(ways, truth, seed, setting) for seed in SEEDS]
    ours = {}
    for name in simple:
        others = [other for other in simple if other != name]
        worth = [np.mean([np.log(np.mean([run.loss for run in found[o]])) for o in others]) for found in tried]
        best = int(np.argmin(worth))
        ours[name] = tried[best][name]
        print(f"{name:16s} chosen on the others: {SETTINGS[best]}")
        _print(name, "ours", ours[name])
    _compared(ours, simple)


def _replayed(ways: list[Likeness], truth: np.ndarray, seed: int, setting: dict[str, float]) -> Replay:
    shipped = {key: getattr(reading, key) for key in ("PRESUMED", "FOUND_SHARE")}
    try:
        for key in shipped:
            setattr(reading, key, setting[key])
        return replay([""] * len(truth), truth, _priors(truth, seed), seed=seed, ways=ways)
    finally:
        for key, value in shipped.items():
            setattr(reading, key, value)


def _abstracts(data: Path) -> tuple[list[str], np.ndarray]:
    rows = []
    for part in ("train_few_all", "dev_few_all", "test_public"):
        lines = (data / "chinese_tasks" / f"csldcp.{part}.json").read_text(encoding="utf-8").splitlines()
        rows.extend(json.loads(line) for line in lines if line.strip())
    order = np.random.default_rng(0).permutation(len(rows))  # the files are sorted by label
    return [rows[at]["content"] for at in order], np.array([rows[at]["label"] for at in order])


def _wss95(truth: np.ndarray, scores: np.ndarray) -> float:
    return 0.95 - float(reads_until(truth, scores, 0.95)["value"] or 0.0)


def subjects(data: Path) -> None:
    """Each of the 67 subjects against the rest: work saved in finding it among the abstracts not learned from."""
    texts, label = _abstracts(data)
    taught = int(TAUGHT * len(texts))
    truths = np.array([label == name for name in sorted(set(label.tolist()))])
    words = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), sublinear_tf=True)
    rows = words.fit_transform(texts[:taught])
    later = words.transform(texts[taught:])
    simple = [
        _wss95(t[taught:], LogisticRegression(C=5, max_iter=300).fit(rows, t[:taught]).decision_function(later))
        for t in truths
    ]
    print(f"WSS@95 plain {_interval(simple)}", flush=True)
    reader = reading.Reader.of(texts)
    read = np.arange(len(texts)) < taught
    ours = [_wss95(t[taught:], reader.scores(t & read, read)[taught:]) for t in truths]
    print(f"WSS@95 ours  {_interval(ours)}", flush=True)


def prevalence(data: Path) -> None:
    """Some subjects together, 14 % of the abstracts, stand for "restricted": the shipped learner beside the plain."""
    texts, label = _abstracts(data)
    taught = int(TAUGHT * len(texts))
    descriptions = [Description(title=text) for text in texts]
    columns = frame(descriptions, [[] for _ in texts])
    found: dict[str, list[Any]] = {"ours": [], "plain": []}
    for seed in SEEDS:
        names = np.random.default_rng(seed).permutation(sorted(set(label.tolist())))
        counts = np.cumsum([(label == name).sum() for name in names])
        truth = np.isin(label, names[: int(np.searchsorted(counts, 0.14 * len(label))) + 1])
        words = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), sublinear_tf=True)
        model = LogisticRegression(C=5, max_iter=1000).fit(words.fit_transform(texts[:taught]), truth[:taught])
        found["plain"].append((truth[taught:], model.predict_proba(words.transform(texts[taught:]))[:, 1]))
        learner = registry.make("linear").fit(columns[:taught], np.where(truth[:taught], "restricted", "open"))
        found["ours"].append((truth[taught:], learner.predict_proba(columns[taught:])[:, 1]))
    for name, runs in found.items():
        told = "  ".join(
            f"{leak:g}: {_interval([coverage_at(t, p, leak).value or 0.0 for t, p in runs])}"
            for leak in (0.02, 0.01, 0.005)
        )
        print(f"{name:6s} coverage at leak {told}", flush=True)
        print(f"{name:6s} ECE-15 {_interval([float(calibration_error(t, p)['value'] or 0.0) for t, p in runs])}")


def main() -> None:
    where = os.environ.get("KAIJIAN_BENCH_DATA")
    if not where:
        print("KAIJIAN_BENCH_DATA is not set: nothing measured")
        return
    parts = {part.__name__: part for part in (screening, left_one_out, subjects, prevalence)}
    for name in [one for one in sys.argv[1:] if one in parts] or list(parts):
        print(f"== {name}")
        parts[name](Path(where))


if __name__ == "__main__":
    main()
