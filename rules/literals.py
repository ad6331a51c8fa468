"""Which literals every match of a pattern must contain (必含字串): the reason why the library is fast.

``(?:撤销|罢免)[^,]{2,20}(?:职务|主任)`` can match only where one of 撤销, 罢免 *and* one of 职务, 主任 stand.
The analysis is cautious: what it does not understand asks for nothing, so no match is ever lost.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

import regex

Needs = tuple[frozenset[str], ...]
"""All of these, each meaning: at least one of its literals."""

_MOST_LITERALS = 200
_SMALL_CLASS = 12
_QUANTIFIER = regex.compile(r"[*+?]|\{(\d*)(?:,\d*)?\}")
_SPECIAL = frozenset(".^$")


@dataclass
class _Sequence:
    """What one branch has asked for so far, and the literal it is in the middle of."""

    needs: list[frozenset[str]] = field(default_factory=list)
    run: str = ""

    def flush(self) -> None:
        if self.run:
            self.needs.append(frozenset({self.run}))
            self.run = ""


def branches(pattern: str) -> list[Needs]:
    """What each top-level branch of a pattern needs (各分支的必含字串); an empty tuple asks for nothing."""
    return [_branch(text) for text in _split(pattern)]


def _branch(text: str) -> Needs:
    found = _Sequence()
    for atom, least in _atoms(text):
        literal = _literal(atom)
        if least == 0 or literal is None:
            found.flush()
            if least and (choice := _choice(atom)):
                found.needs.append(choice)
        else:
            found.run += literal
            if least > 1 or atom.endswith("+"):
                found.flush()
    found.flush()
    return tuple(dict.fromkeys(found.needs))


def _literal(atom: str) -> str | None:
    if len(atom) == 1 and atom not in _SPECIAL:
        return atom
    if len(atom) == 2 and atom[0] == "\\" and not atom[1].isalnum():
        return atom[1]
    return None


def _choice(atom: str) -> frozenset[str] | None:
    """The literals one of which a group or a small class needs."""
    if atom.startswith("[") and not atom.startswith("[^"):
        inside = atom[1:-1]
        if "-" not in inside and "\\" not in inside and len(inside) <= _SMALL_CLASS:
            return frozenset(inside)
        return None
    if not atom.startswith("(") or regex.match(r"\(\?(?:[=!]|<[=!])", atom):
        return None
    literals: set[str] = set()
    for needs in branches(_inside(atom)):
        if not needs:
            return None
        literals |= min(needs, key=weight)
    return frozenset(literals) if len(literals) <= _MOST_LITERALS else None


def weight(literals: AbstractSet[str]) -> float:
    """A guess how often one of these literals stands in a title (估计频度): short ones are frequent."""
    return sum(0.25 ** min(len(literal), 4) for literal in literals)


def _atoms(text: str) -> Iterator[tuple[str, int]]:
    """Atoms of a branch, each with the least number of times it must stand."""
    at = 0
    while at < len(text):
        end = _atom_end(text, at)
        atom, at = text[at:end], end
        least = 1
        if quantifier := _QUANTIFIER.match(text, at):
            at = quantifier.end()
            least = 1 if quantifier[0] == "+" else int(quantifier[1] or 0)
            while at < len(text) and text[at] in "?+":
                at += 1
            if least >= 1 and _literal(atom) is not None:
                yield f"(?:{atom})", 1  # repeated: no longer one literal with its neighbours
                continue
        yield atom, least


def _atom_end(text: str, at: int) -> int:
    if text[at] == "\\":
        return at + 2
    if text[at] == "[":
        return _class_end(text, at)
    if text[at] == "(":
        return _group_end(text, at)
    return at + 1


def _class_end(text: str, at: int) -> int:
    at += 2 if text[at + 1] == "^" else 1
    if text[at] == "]":
        at += 1
    while text[at] != "]":
        at += 2 if text[at] == "\\" else 1
    return at + 1


def _group_end(text: str, at: int) -> int:
    depth = 0
    while True:
        if text[at] == "\\":
            at += 2
            continue
        if text[at] == "[":
            at = _class_end(text, at)
            continue
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        at += 1
        if depth == 0:
            return at


def _split(pattern: str) -> list[str]:
    """Cut a pattern at its top-level bars."""
    parts, start, at = [], 0, 0
    while at < len(pattern):
        if pattern[at] == "|":
            parts.append(pattern[start:at])
            start = at = at + 1
        else:
            at = _atom_end(pattern, at)
    parts.append(pattern[start:])
    return parts


_UNBOUNDED = 200  # how far ``*`` and ``+`` may run in a title
_MOST_WAYS = 100_000


def is_tame(pattern: str) -> bool:
    """Whether a pattern can be tried in few ways from each place of a text (是否不会失控); else it may hang.

    A repeated group may hang, and so may many repeated characters: ``甲*甲*甲*甲*乙`` tries the length of the text
    to the fourth power.
    """
    return _ways(pattern) <= _MOST_WAYS


def _ways(pattern: str) -> float:
    """In how many ways a pattern may be tried from one place; infinite where a group is repeated."""
    return max(_ways_of_branch(text) for text in _split(pattern))


def _ways_of_branch(text: str) -> float:
    found, at = 1.0, 0
    while at < len(text):
        end = _atom_end(text, at)
        repeated = _QUANTIFIER.match(text, end)
        if text[at] == "(":
            found *= _ways(_inside(text[at:end])) + bool(repeated)
            if repeated and repeated[0] != "?":
                return float("inf")
        elif repeated:
            found *= _lengths(repeated[0])
        at = repeated.end() if repeated else end
    return found


def _lengths(quantifier: str) -> int:
    """How many lengths a quantifier allows."""
    if quantifier in ("*", "+"):
        return _UNBOUNDED
    if quantifier == "?":
        return 2
    least, comma, most = quantifier[1:-1].partition(",")
    if not comma:
        return 1
    return int(most) - int(least or 0) + 1 if most else _UNBOUNDED


def _inside(group: str) -> str:
    opening = regex.match(r"\((?:\?(?::|P<\w+>|[=!]|<[=!]))?", group)
    return group[opening.end() if opening else 1 : -1]
