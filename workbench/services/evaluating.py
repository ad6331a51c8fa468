"""Evaluate on labelled rows (评测): rules and classifier together, with intervals; nothing is stored."""

from pathlib import Path
from typing import Any

import numpy as np
from sqlmodel import Session

from batches.suggest import suggest
from classifiers.evaluate import evaluate
from models.vocabulary import Access
from workbench.services import classifiers_kept, rule_book
from workbench.services.labelled_rows import labelled_rows


def evaluate_file(session: Session, home: Path, path: Path) -> dict[str, Any]:
    """How the home's rules and adopted classifier do on a labelled file (评测结果).

    A bench measures the certificate itself: what lies below the certified threshold counts as suggested
    open, whether or not this home may suggest "open" yet.

    Raises
    ------
    LearnerError
        ``classifier.no_label_column`` and what loading a classifier may raise.
    """
    rows = labelled_rows([path])
    scorer = classifiers_kept.scorer(session, home)
    bench = None if scorer is None else scorer.on_the_bench()
    advices = suggest(
        [row.description for row in rows], ruleset=rule_book.rules_and_list(session), scorer=bench, explained=False
    )
    return evaluate(
        np.array([row.access is Access.RESTRICTED for row in rows], dtype=bool),
        says_open=np.array([advice.access is Access.OPEN for advice in advices], dtype=bool),
        says_restricted=np.array([advice.access is Access.RESTRICTED for advice in advices], dtype=bool),
        probability=None if bench is None else np.array([advice.probability for advice in advices], dtype=float),
    )
