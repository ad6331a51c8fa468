"""Dated legal values (法律参数): which value was in force on a day, and by what text."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import yaml

from models.errors import LawError


@dataclass(frozen=True, slots=True)
class ParameterValue:
    """A value, since when it is in force, and its source (参数值)."""

    since: date
    value: int
    reference: str
    verified: bool


@lru_cache(maxsize=32)
def _values(parameter: str) -> tuple[ParameterValue, ...]:
    written = yaml.safe_load((Path(__file__).parent / "parameters" / f"{parameter}.yaml").read_text(encoding="utf-8"))
    values = (ParameterValue(since=since, **value) for since, value in written["values"].items())
    return tuple(sorted(values, key=lambda value: value.since))


@lru_cache(maxsize=1024)
def parameter_on(parameter: str, on: date) -> ParameterValue:
    """Find the value in force on a day (取当日有效的参数值).

    Raises ``LawError`` ``parameter.not_in_force`` before the first value.
    """
    in_force = [value for value in _values(parameter) if value.since <= on]
    if not in_force:
        raise LawError("parameter.not_in_force", parameter=parameter, on=on.isoformat())
    return in_force[-1]
