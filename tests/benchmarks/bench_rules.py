"""What the rule library reaches and costs.

``python tests/benchmarks/bench_rules.py [catalogues] [titles] [numbers] [names] [speed] [--untouched]``

Reads ``KAIJIAN_BENCH_DATA`` (folders ``catalogues``, ``official_titles``, ``chinese_tasks``); says so when it is
absent. Rules are developed on ``yunxiu-*`` and ``langang``; the other four catalogues are only reported.
All catalogues are synthetic.
"""

import csv
import json
import os
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from models.record import Description  # noqa: E402
from models.text import normalise  # noqa: E402
from models.vocabulary import Effect  # noqa: E402
from rules import name_lattice  # noqa: E402
from rules.detectors import DETECTORS  # noqa: E402
from rules.lexical import lexical  # noqa: E402
from rules.loader import load_ruleset, parse_rule  # noqa: E402
from rules.names import person_name  # noqa: E402
from rules.schema import RuleSet  # noqa: E402

DEVELOPED_ON = ("yunxiu-1949-1978", "yunxiu-1979-2001", "langang")
REPORTED_ON = ("qingliang", "chengwan", "lannan", "yuankou")
_MASKS = frozenset("某×*□〇")
NUMBERS = ("identity_number", "phone_number", "bank_card", "vehicle_plate", "mail_address")


def rows(path: Path) -> list[dict[str, str]]:
    csv.field_size_limit(10**8)
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def description(row: dict[str, str]) -> Description:
    return Description(
        title=row["title"],
        fonds=row.get("fonds") or None,
        creator=row.get("creator") or None,
        document_number=row.get("document_number") or None,
        security_class=row.get("security") or None,
    )


def catalogues(data: Path) -> None:
    """How much of the restricted and of the open rows the library touches."""
    ruleset = load_ruleset()
    for names, what in ((DEVELOPED_ON, "developed on"), (REPORTED_ON, "held out")):
        total: Counter[str] = Counter()
        for name in names:
            counts = _touch(ruleset, rows(data / "catalogues" / f"{name}.csv"))
            total += counts
            print(f"{what:13s} {name:18s} {_shares(counts)}")
        print(f"{what:13s} {'together':18s} {_shares(total)}")


def _touch(ruleset: RuleSet, catalogue: list[dict[str, str]]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for row in catalogue:
        effects = {reason.effect for reason in ruleset.evidence(description(row))}
        label = row["label"]
        counts[label] += 1
        counts[f"{label} restrict"] += Effect.RESTRICT in effects
        touched = not effects.isdisjoint({Effect.RESTRICT, Effect.CAUTION})
        counts[f"{label} touched"] += touched
        if label == "restricted" and not touched and "--untouched" in sys.argv:
            print("   untouched:", row["ground"], row["title"])
    return counts


def _shares(counts: Counter[str]) -> str:
    restricted, opened = counts["restricted"], counts["open"]
    return (
        f"restricted touched {counts['restricted touched'] / restricted:.3f} "
        f"(by restrict {counts['restricted restrict'] / restricted:.3f}) of {restricted}; "
        f"open: restrict {counts['open restrict'] / opened:.3f}, both {counts['open touched'] / opened:.3f} of {opened}"
    )


def titles(data: Path) -> None:
    """Rules on real official titles, nearly all of them open by nature."""
    ruleset = load_ruleset()
    for path in sorted((data / "official_titles").glob("*.csv")):
        records = rows(path)
        if "title" not in records[0]:
            continue
        counts: Counter[str] = Counter()
        for record in records:
            effects = {reason.effect for reason in ruleset.evidence(Description(title=record["title"]))}
            counts.update(effects)
            counts["both"] += not effects.isdisjoint({Effect.RESTRICT, Effect.CAUTION})
        size = len(records)
        print(
            f"{path.stem:14s} {size:5d} titles: restrict {counts[Effect.RESTRICT] / size:.4f}, "
            f"restrict or caution {counts['both'] / size:.4f}, open {counts[Effect.OPEN] / size:.3f}"
        )


def numbers(data: Path) -> None:
    """No false hit on shared titles; none of a million generated valid numbers missed."""
    for path in sorted((data / "official_titles").glob("*.csv")):
        for record in rows(path):
            for value in record.values():
                for detector in NUMBERS if value and len(value) < 200 else ():
                    for start, end in DETECTORS[detector](normalise(value).text):
                        print("   hit:", path.stem, detector, normalise(value).text[start:end], "in", value[:60])
    # A card number that is a valid identity number too is reported as that.
    either = {"bank_card": ("bank_card", "identity_number")}
    dice = random.Random(20)
    for detector, make in (("identity_number", _identity), ("bank_card", _card), ("phone_number", _mobile)):
        missed = 0
        for _ in range(1_000_000 // 3):
            text = f"({make(dice)})"
            missed += not any(DETECTORS[one](text) for one in either.get(detector, (detector,)))
        print(f"{detector}: {missed} of {1_000_000 // 3} generated numbers missed")


def _identity(dice: random.Random) -> str:
    body = f"110199{dice.randint(1930, 2005)}{dice.randint(1, 12):02}{dice.randint(1, 28):02}{dice.randint(0, 999):03}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(w * int(d) for w, d in zip(weights, body, strict=True)) % 11]


def _card(dice: random.Random) -> str:
    body = "62" + "".join(dice.choice("0123456789") for _ in range(13 + dice.randint(0, 3)))
    total = sum(int(d) if at % 2 else sum(divmod(int(d) * 2, 10)) for at, d in enumerate(reversed(body)))
    return body + str(-total % 10)


def _mobile(dice: random.Random) -> str:
    return f"1{dice.choice('3456789')}{dice.randint(0, 999_999_999):09}"


def names(data: Path) -> None:
    """Names in CLUENER sentences, beside jieba.posseg on the same sentences, and the trade-off of the one threshold."""
    import jieba.posseg

    sentences = [json.loads(line) for line in (data / "chinese_tasks" / "cluener_train.json").open(encoding="utf-8")]
    sentences = sentences[1::2]  # the other half was looked at for kinds of errors, and to choose the threshold
    list(jieba.posseg.cut("张三"))
    person_name("王")

    def ours(text: str) -> list[tuple[int, int]]:
        folded = normalise(text)
        return [folded.original_span(*span) for span in person_name(folded.text)]

    def theirs(text: str) -> list[tuple[int, int]]:
        spans, at = [], 0
        for word in jieba.posseg.cut(text):
            if word.flag.startswith("nr"):
                spans.append((at, at + len(word.word)))
            at += len(word.word)
        return spans

    for name, find in (("rules.names", ours), ("jieba.posseg", theirs)):
        _score(name, find, sentences)
    shipped = name_lattice.PRIOR
    for prior in (shipped + step for step in (-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0)):
        name_lattice.PRIOR = prior
        person_name.cache_clear()
        _score(f"prior {prior:+.1f}", ours, sentences)
    name_lattice.PRIOR = shipped


def _score(name: str, find: Callable[[str], list[tuple[int, int]]], sentences: list[dict[str, object]]) -> None:
    """Exact spans. CLUENER labels no masked forms (王某, 李××): without them the full names are counted alone."""
    counts: Counter[str] = Counter()
    began = time.process_time()
    found = [set(find(sentence["text"])) for sentence in sentences]
    seconds = time.process_time() - began
    kinds = {
        "surname": _has_surname_form,
        "surname, not masked": lambda name: _has_surname_form(name) and _MASKS.isdisjoint(name),
        "all": lambda _: True,
    }
    for sentence, spans in zip(sentences, found, strict=True):
        text = sentence["text"]
        gold = {(start, end + 1) for places in sentence["label"].get("name", {}).values() for start, end in places}
        for kind, keep in kinds.items():
            true = {span for span in gold if keep(text[slice(*span)])}
            said = {span for span in spans if keep(text[slice(*span)])}
            counts[f"{kind} gold"] += len(true)
            counts[f"{kind} said"] += len(said)
            counts[f"{kind} right"] += len(true & said)
    figures = "; ".join(
        f"{kind}: recall {counts[f'{kind} right'] / counts[f'{kind} gold']:.3f} "
        f"precision {counts[f'{kind} right'] / counts[f'{kind} said']:.3f}"
        for kind in kinds
    )
    print(f"{name:12s} {figures}; {len(sentences) / seconds:,.0f} sentences/s")


def _has_surname_form(name: str) -> bool:
    known = lexical().surname_costs
    return (len(name) in (2, 3) and name[0] in known) or (len(name) in (3, 4) and name[:2] in known)


def speed(data: Path) -> None:
    """Titles a second on one core: the library with a local list of 20,000 terms, and the plain ``re`` way."""
    official = {name: rows(data / "official_titles" / f"{name}.csv") for name in ("laws", "hebei", "governance")}
    kinds = {name: [row["title"] for row in found] for name, found in official.items()}
    kinds["synthetic rows"] = [
        row["title"] for name in DEVELOPED_ON for row in rows(data / "catalogues" / f"{name}.csv")
    ]
    kinds["all of these, mixed"] = [title for titles in list(kinds.values()) for title in titles]
    dice = random.Random(3)
    characters = sorted({one for title in kinds["laws"] for one in title if "一" <= one <= "龥"})
    terms = sorted({"".join(dice.choices(characters, k=4)) for _ in range(20_500)})[:20_000]
    ruleset = _with_terms(terms)
    quiet = ["".join(dice.choices("鼎鬲簋爵觚尊罍卣盉匜盘彝", k=25)) for _ in range(100_000)]
    together = lambda texts: ruleset.evidence_many([Description(title=text) for text in texts])  # noqa: E731
    _rate("library and 20,000 terms, titles without hits", together, quiet)
    for name, titles in kinds.items():
        overall = _rate(f"library and 20,000 terms, {name}", together, _many(titles, 60_000))
    patterns = [re.compile(part.regex) for rule in ruleset.active for part in rule.any_of if part.regex]
    words = [
        re.compile("|".join(map(re.escape, part.terms)))
        for rule in ruleset.active
        for part in rule.any_of
        if part.terms
    ]
    everything = (*patterns, *words, re.compile("|".join(terms)))
    slow = lambda texts: [[one.search(text) for one in everything] for text in texts]  # noqa: E731
    plain = _rate(
        f"plain re, {len(patterns)} patterns, {len(words)} lists, 20,000 terms, mixed",
        slow, random.Random(4).sample(_many(kinds["all of these, mixed"], 6_000), 1_000),
    )  # fmt: skip
    print(f"the mixed titles: {overall / plain:.0f} times the plain way, which finds no names and explains nothing")


def _with_terms(terms: list[str]) -> RuleSet:
    library = load_ruleset()
    rule = parse_rule(
        "{id: local.terms, name: 词表, version: 1, effect: mark, any_of: [{lexicon: terms}], explanation: 本馆词,"
        f" must_match: [{terms[0]}], must_not_match: [无]}}",
        name="terms.yaml",
    )
    lexicons = {**library.lexicons, "terms": tuple(terms)}
    return RuleSet([*library.rules, rule], lexicons=lexicons, instruments=library.instruments, kinds=library.kinds)


def _many(texts: list[str], count: int) -> list[str]:
    # Fresh strings each time: nothing may be remembered from one to the next.
    return [f"{chr(0x9F00 + at % 89)}{text}" for at, text in zip(range(count), _again(texts), strict=False)]


def _again(texts: list[str]) -> Iterator[str]:
    while True:
        yield from texts


def _rate(what: str, work: Callable[[list[str]], object], texts: list[str]) -> float:
    """Titles a second of processor time, in portions as a run hands them over; the best of three rounds."""
    person_name("王")  # its word lists are read once a process
    work(texts[:500])
    best = 0.0
    for _ in range(3):
        began = time.process_time()
        for first in range(0, len(texts), 5_000):
            work(texts[first : first + 5_000])
        best = max(best, len(texts) / (time.process_time() - began))
    print(f"{what:62s} {best:>10,.0f} titles/s")
    return best


def main() -> None:
    where = os.environ.get("KAIJIAN_BENCH_DATA")
    if not where:
        print("KAIJIAN_BENCH_DATA is not set: nothing measured")
        return
    parts = {part.__name__: part for part in (catalogues, titles, numbers, names, speed)}
    for name in [one for one in sys.argv[1:] if one in parts] or list(parts):
        print(f"== {name}")
        parts[name](Path(where))


if __name__ == "__main__":
    main()
