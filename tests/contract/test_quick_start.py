"""Commands that neither learn nor score do not wait for the libraries that do (命令起动)."""

import subprocess
import sys

import pytest

HEAVY = ("sklearn", "scipy.stats", "torch", "skops")


@pytest.mark.parametrize("family", ["batches", "care", "holdings", "people", "reviewing"])
def test_a_command_loads_no_library_that_it_does_not_use(family: str) -> None:
    asked = f"import sys, workbench.cli.{family}; print([one for one in {HEAVY} if one in sys.modules])"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
