"""Records and their evidence → the frame that classifiers learn from (特征表): the only place that joins the two."""

from collections.abc import Sequence

import pandas as pd

from models.evidence import Evidence
from models.record import Description
from models.text import plain
from rules import clearance

COLUMNS = ("text", "agency", "fonds", "year", "is_marked", "is_numbered", "rule_hits")


def frame(descriptions: Sequence[Description], evidence: Sequence[tuple[Evidence, ...]]) -> pd.DataFrame:
    """Describe records for a classifier (特征表), one row a record, in order.

    ``text`` is the folded title; ``agency`` creator and fonds; ``year`` the first possible year or NaN;
    ``rule_hits`` blank-separated ids of fired rules with their effects and grounds.
    """
    return pd.DataFrame(
        {
            "text": [plain(item.title) for item in descriptions],
            "agency": [plain(f"{item.creator or ''} {item.fonds or ''}") for item in descriptions],
            "fonds": [item.fonds or "" for item in descriptions],
            "year": [float(item.date_from.year) if item.date_from else float("nan") for item in descriptions],
            "is_marked": [clearance.is_live(item.security_class, item.declassification) for item in descriptions],
            "is_numbered": [bool(item.document_number) for item in descriptions],
            "rule_hits": [_codes(reasons) for reasons in evidence],
        },
        columns=list(COLUMNS),
        dtype=object,  # plain strings: pandas would copy them into an array of its own and back
    )


def _codes(reasons: tuple[Evidence, ...]) -> str:
    codes = [reason.rule_id for reason in reasons]
    codes.extend(f"effect:{reason.effect.value}" for reason in reasons)
    codes.extend(f"ground:{reason.ground.value}" for reason in reasons if reason.ground)
    return " ".join(dict.fromkeys(codes))
