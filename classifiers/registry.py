"""All classifiers by name (分类器登记): one more is one more line here, and the contract tests run over it."""

from collections.abc import Callable
from typing import Any

from classifiers.linear import linear
from models.errors import LearnerError

CLASSIFIERS: dict[str, Callable[..., Any]] = {"linear": linear}
DEFAULT = "linear"


def make(name: str = DEFAULT, **params: Any) -> Any:
    """A fresh, unfitted classifier (新建分类器).

    Raises
    ------
    LearnerError
        ``classifier.unknown_kind`` for a name that is not registered.
    """
    if name not in CLASSIFIERS:
        raise LearnerError("classifier.unknown_kind", name=name, known=", ".join(CLASSIFIERS))
    return CLASSIFIERS[name](**params)
