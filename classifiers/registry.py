"""All classifiers by name (分类器登记): one more is one more line here, and the contract tests run over it."""

from collections.abc import Callable
from typing import Any

from sklearn.base import clone

from classifiers.linear import linear
from classifiers.transformer import transformer
from models.errors import LearnerError

CLASSIFIERS: dict[str, Callable[..., Any]] = {"linear": linear, "transformer": transformer}
DEFAULT = "linear"
TAKES_CHECKPOINT = ("transformer",)


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


def quick(pipeline: Any) -> Any:
    """A fresh copy of what is cheap to fit of a classifier (快速部分): the whole, or the linear part of a stack."""
    return clone(getattr(pipeline, "first", pipeline))
