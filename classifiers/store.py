"""Classifier files (分类器文件): ``<folder>/<digest>/{model.skops, card.json}``, no pickle, refused when touched."""

import hashlib
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import skops.io

from models.errors import LearnerError

MODEL, CARD = "model.skops", "card.json"

# What a stored classifier may hold besides plain scikit-learn, NumPy and SciPy; nothing else is ever run on loading.
# The module paths stand in every stored file: these classes stay where they are for ever.
TRUSTED = (
    "classifiers.concepts.ConceptFlags",
    "classifiers.exported.ExportedEncoder",
    "classifiers.facts.TitleFacts",
    "classifiers.facts.TokenFlags",
    "classifiers.grounds.GroundedRidge",
    "classifiers.linear.CalibratedLinear",
    "classifiers.ngrams.HashedNgrams",
    "classifiers.transformer.TransformerClassifier",
    "classifiers.words.DictionaryWords",
)


def canonical(card: dict[str, Any]) -> bytes:
    """A card's bytes: sorted keys, no blanks, UTF-8, no NaN."""
    return json.dumps(card, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode()


def digest_of(model: bytes, card: dict[str, Any]) -> str:
    """SHA-256 over the model's own SHA-256 and the canonical card (分类器摘要)."""
    return hashlib.sha256(hashlib.sha256(model).hexdigest().encode() + b"\n" + canonical(card)).hexdigest()


def save(folder: Path, pipeline: Any, card: dict[str, Any]) -> str:
    """Write a classifier and give its digest (存分类器); whole or not at all."""
    model = skops.io.dumps(pipeline)
    digest = digest_of(model, card)
    target = folder / digest
    if target.exists():
        return digest
    folder.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=".new-", dir=folder))
    (beside / MODEL).write_bytes(model)
    (beside / CARD).write_bytes(canonical(card))
    try:
        beside.rename(target)
    except OSError:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    return digest


def load(folder: Path, digest: str) -> tuple[Any, dict[str, Any]]:
    """Read a classifier back (取分类器) with its card.

    Raises
    ------
    LearnerError
        ``classifier.missing``; ``classifier.tampered`` when a byte of model or card differs, or the file
        holds a type that no classifier of ours has.
    """
    place = folder / digest
    try:
        model, card_bytes = (place / MODEL).read_bytes(), (place / CARD).read_bytes()
    except OSError as error:
        raise LearnerError("classifier.missing", digest=digest[:12], path=str(place)) from error
    try:
        card = json.loads(card_bytes)
    except ValueError as error:
        raise LearnerError("classifier.tampered", digest=digest[:12]) from error
    if digest_of(model, card) != digest:
        raise LearnerError("classifier.tampered", digest=digest[:12])
    strange = set(skops.io.get_untrusted_types(data=model)) - set(TRUSTED)
    if strange:
        raise LearnerError("classifier.strange_type", digest=digest[:12], types=", ".join(sorted(strange))[:200])
    return skops.io.loads(model, trusted=list(TRUSTED)), card
