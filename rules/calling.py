"""Which rules a block of texts calls up (触发): for all texts and all rules at once, by the literals they need.

A pair of a text and a rule is left only where every group of one of the rule's clauses stands in the text, where
none of its silencing words does, and where the text is no regulation, if the rule spares those.
"""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from models.word_search import Integers, expanded
from rules.compiled import GUARD, CompiledRule
from rules.detectors import TRIGGERS
from rules.finders import REMEMBERED
from rules.literal_search import Block, Literals

Called = tuple[int, int, Sequence[int]]
"""Row of the block, number of the rule, parts of its ``any_of`` to try."""
_is_regulation = REMEMBERED[GUARD]


class Calling:
    """The clauses of the rules that look at one field (触发表); never changed after it is made."""

    def __init__(self, rules: Iterable[tuple[int, CompiledRule]], literals: Literals) -> None:
        rules = list(rules)
        self._of_regulations = literals.group(TRIGGERS[GUARD])
        clauses = [(number, call) for number, rule in rules for call in rule.calls]
        clauses.sort(key=lambda clause: clause[1].needs[:1] or (-1,))
        self._always = sum(not call.needs for _, call in clauses)
        self._rule = np.array([number for number, _ in clauses], dtype=np.int64)
        self._part = np.array([call.part for _, call in clauses], dtype=np.int64)
        # What each group calls up: the clauses of which it is the rarest need.
        rarest = np.bincount([call.needs[0] for _, call in clauses if call.needs], minlength=literals.width)
        self._first = np.concatenate([[0], np.cumsum(rarest)]) + self._always
        self._others = _columns([call.needs[1:] for _, call in clauses])
        size = max((number for number, _ in rules), default=-1) + 1
        self._silencer = np.full(size, -1, dtype=np.int64)
        self._is_guarded = np.zeros(size, dtype=np.bool_)
        for number, rule in rules:
            self._silencer[number] = -1 if rule.silencer is None else rule.silencer
            self._is_guarded[number] = rule.is_guarded

    def called(self, block: Block) -> Iterator[Called]:
        """Rules that may match and where (待查规则), row by row, rules in their order."""
        row, clause = self._met(block)
        rule = self._rule[clause]
        silencer = self._silencer[rule]
        kept = (silencer < 0) | ~block.holds[row, silencer]
        row, rule, part = row[kept], rule[kept], self._part[clause[kept]]
        kept = ~(self._is_guarded[rule] & self._regulations(block, row[self._is_guarded[rule]])[row])
        row, rule, part = _in_order(row[kept], rule[kept], part[kept])
        begins = np.flatnonzero((np.diff(row, prepend=-1) != 0) | (np.diff(rule, prepend=-1) != 0))
        parts = part.tolist()
        bounds = [*begins.tolist(), len(parts)]
        for at, (mine, number) in enumerate(zip(row[begins].tolist(), rule[begins].tolist(), strict=True)):
            yield mine, number, parts[bounds[at] : bounds[at + 1]]

    def _met(self, block: Block) -> tuple[Integers, Integers]:
        """Pairs of a row and a clause whose needs stand in it."""
        row, group = block.present
        at, clause = expanded(group, self._first)
        row, holds = row[at], block.holds
        for others in self._others:
            other = others[clause]
            kept = (other < 0) | holds[row, other]
            row, clause = row[kept], clause[kept]
        if self._always:
            everywhere = np.arange(len(holds))
            row = np.concatenate([row, np.repeat(everywhere, self._always)])
            clause = np.concatenate([clause, np.tile(np.arange(self._always), len(everywhere))])
        return row, clause

    def _regulations(self, block: Block, asked: Integers) -> npt.NDArray[np.bool_]:
        """Which texts are regulations or public announcements; only those of ``asked`` rows are looked at."""
        found = np.zeros(len(block.holds), dtype=np.bool_)
        likely = np.unique(asked[block.holds[asked, self._of_regulations]])
        texts = block.folded.texts
        found[likely] = [bool(_is_regulation(texts[row])) for row in likely.tolist()]
        return found


def _in_order(row: Integers, rule: Integers, part: Integers) -> tuple[Integers, Integers, Integers]:
    """Row by row, rule by rule, each part of a rule once."""
    rules, parts = int(rule.max(initial=0)) + 1, int(part.max(initial=-1)) + 2
    key = np.unique((row * rules + rule) * parts + part + 1)
    return key // (rules * parts), key // parts % rules, key % parts - 1


def _columns(needs: Sequence[Sequence[int]]) -> list[Integers]:
    """The needs of all clauses, one column a place; −1 where a clause needs no more."""
    depth = max(map(len, needs), default=0)
    return [np.array([one[at] if at < len(one) else -1 for one in needs], dtype=np.int64) for at in range(depth)]
