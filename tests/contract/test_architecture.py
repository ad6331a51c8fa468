"""The house stands as drawn (架构)."""

import ast
import importlib
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("models", "rules", "classifiers", "batches", "workbench")


@pytest.mark.parametrize("name", PACKAGES)
def test_a_package_of_a_generic_name_is_ours(name: str) -> None:
    found = importlib.import_module(name)
    assert Path(found.__file__ or "").is_relative_to(ROOT)
    assert metadata.packages_distributions().get(name, ["kaijian"]) == ["kaijian"]


def imported(file: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return names


def test_the_entry_file_is_tiny_and_knows_only_its_doors() -> None:
    file = ROOT / "streamlit_app.py"
    assert len(file.read_text(encoding="utf-8").splitlines()) <= 25
    allowed = ("streamlit", "workbench.pages", "workbench.services.signing_in", "workbench.app")
    assert all(name.startswith(allowed) for name in imported(file)), imported(file)


@pytest.mark.parametrize("package", PACKAGES)
def test_no_file_grows_beyond_four_hundred_lines(package: str) -> None:
    long = {
        file.relative_to(ROOT).as_posix(): lines
        for file in (ROOT / package).rglob("*.py")
        if "migrations" not in file.parts and (lines := len(file.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert long == {}


def test_no_module_is_called_utils_or_helpers() -> None:
    bad = {"utils.py", "util.py", "helpers.py", "common.py", "misc.py"}
    assert [file for package in PACKAGES for file in (ROOT / package).rglob("*.py") if file.name in bad] == []


def test_the_core_never_asks_for_the_time() -> None:
    """Clock and date are passed in; only the two functions of ``workbench.clock`` look."""
    asking = []
    for package in PACKAGES:
        for file in (ROOT / package).rglob("*.py"):
            place = file.relative_to(ROOT).as_posix()
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                named = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
                asks = named and node.attr in ("now", "today", "utcnow") and node.value.id in ("datetime", "date")
                if asks and place != "workbench/clock.py":
                    asking.append(f"{place}:{node.lineno}")
    assert asking == []


def test_pages_neither_open_a_session_nor_ask_the_database() -> None:
    """A page may name ``Session`` in a signature; queries and transactions are for services and ``widgets.act``."""
    asking = []
    for file in (ROOT / "workbench" / "pages").rglob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module == "sqlmodel":
                asking += [f"{file.name}: {alias.name}" for alias in node.names if alias.name != "Session"]
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Session":
                asking.append(f"{file.name}: Session()")
        asking += [f"{file.name}: {name}" for name in imported(file) if name.startswith(("sqlalchemy", "workbench.db"))]
    assert asking == []
