"""Records and their evidence → the frame that classifiers learn from (特征表): the only place that joins the two."""

from collections.abc import Sequence

import pandas as pd

from models.evidence import Evidence
from models.folding import fold_many
from models.record import Description
from rules import clearance

COLUMNS = ("text", "agency", "fonds", "year", "is_marked", "is_numbered", "rule_hits")


def frame(descriptions: Sequence[Description], evidence: Sequence[tuple[Evidence, ...]]) -> pd.DataFrame:
    """Describe records for a classifier (特征表), one row a record, in order.

    ``text`` is the folded title; ``agency`` creator and fonds; ``year`` the first possible year or NaN;
    ``rule_hits`` blank-separated ids of fired rules with their effects and grounds.
    """
    agencies = [f"{item.creator or ''} {item.fonds or ''}" for item in descriptions]
    return pd.DataFrame(
        {
            "text": fold_many([item.title for item in descriptions]).texts,
            "agency": _folded_once(agencies),
            "fonds": [item.fonds or "" for item in descriptions],
            "year": [float(item.date_from.year) if item.date_from else float("nan") for item in descriptions],
            "is_marked": [
                bool(item.security_class) and clearance.is_live(item.security_class, item.declassification)
                for item in descriptions
            ],
            "is_numbered": [bool(item.document_number) for item in descriptions],
            "rule_hits": _codes(evidence),
        },
        columns=list(COLUMNS),
        dtype=object,  # plain strings: pandas would copy them into an array of its own and back
    )


def _folded_once(texts: Sequence[str]) -> list[str]:
    """Folded texts, each different one folded once: few agencies made many records."""
    distinct = list(dict.fromkeys(texts))
    folded = dict(zip(distinct, fold_many(distinct).texts, strict=True))
    return [folded[text] for text in texts]


def _codes(evidence: Sequence[tuple[Evidence, ...]]) -> list[str]:
    known: dict[tuple[tuple[str, str, str], ...], str] = {(): ""}
    found = []
    for reasons in evidence:
        said = tuple([(one.rule_id, one.effect._value_, one.ground._value_ if one.ground else "") for one in reasons])
        if (codes := known.get(said)) is None:
            codes = known[said] = _written(said)
        found.append(codes)
    return found


def _written(said: tuple[tuple[str, str, str], ...]) -> str:
    codes = [rule_id for rule_id, _, _ in said]
    codes.extend(f"effect:{effect}" for _, effect, _ in said)
    codes.extend(f"ground:{ground}" for _, _, ground in said if ground)
    return " ".join(dict.fromkeys(codes))
