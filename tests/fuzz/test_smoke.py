"""A short, always equal walk through the fuzz targets: sound files, wounded ones, and any bytes."""

import random

import fuzz_targets as targets
import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from workbench.readers import scan_page

BRIEF = settings(
    max_examples=settings.default.max_examples // 4,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
SEEDS = targets.seeds()


@pytest.fixture(autouse=True)
def without_recognition(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan_page, "is_available", lambda: False)


def test_every_target_has_a_sound_file() -> None:
    assert set(SEEDS) == set(targets.TARGETS)


@pytest.mark.parametrize("name", sorted(targets.TARGETS))
def test_sound_and_wounded_files_are_read_or_refused_by_name(name: str) -> None:
    chance = random.Random(name)
    for blob in SEEDS[name]:
        targets.TARGETS[name](blob)
        for _ in range(25):
            wounded = bytearray(blob)
            for _ in range(chance.randint(1, 6)):
                at = chance.randrange(len(wounded))
                wounded[at : at + chance.randint(0, 4)] = chance.randbytes(chance.randint(0, 4))
                if not wounded:
                    break
            targets.TARGETS[name](bytes(wounded))


@pytest.mark.parametrize("name", sorted(targets.TARGETS))
@seed(20261124)
@BRIEF
@given(blob=st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_by_name(name: str, blob: bytes) -> None:
    targets.TARGETS[name](blob)
