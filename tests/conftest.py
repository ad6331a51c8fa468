"""What all tests share: an empty home, a session on it, a team."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from sqlmodel import Session

from builders import Team
from workbench import db

# How long an example takes says nothing about whether it holds. The suite draws the same examples on every machine;
# KAIJIAN_EXAMPLES=3000 draws that many new ones, to look for what nobody has thought of.
settings.register_profile("kaijian", deadline=None, derandomize=True)
if wanted := os.environ.get("KAIJIAN_EXAMPLES"):
    settings.register_profile("kaijian", deadline=None, max_examples=int(wanted))
settings.load_profile("kaijian")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A browser on a busy machine loses a click now and then: such a test may begin anew, in a new home, twice."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=2))


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite home, made once and copied for each test."""
    folder = tmp_path_factory.mktemp("home")
    db.upgrade(f"sqlite:///{folder / 'kaijian.sqlite'}")
    db.engine_for(f"sqlite:///{folder / 'kaijian.sqlite'}").dispose()
    return folder


@pytest.fixture
def home(empty_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home of this test's own, named in the environment."""
    target = tmp_path / "home"
    shutil.copytree(empty_home, target)
    for name in [name for name in os.environ if name.startswith("WORKBENCH_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("WORKBENCH_HOME", str(target))
    return target


@pytest.fixture
def url(home: Path) -> Iterator[str]:
    address = f"sqlite:///{(home / 'kaijian.sqlite').resolve()}"
    yield address
    db.engine_for(address).dispose()


@pytest.fixture
def session(url: str) -> Iterator[Session]:
    """A writing session that is never committed."""
    with Session(db.engine_for(url), expire_on_commit=False) as opened:
        yield opened
        opened.rollback()


@pytest.fixture
def team(session: Session) -> Team:
    return Team(session)
