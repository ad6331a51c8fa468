"""The command line, driven as a script would (命令行驱动)."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from models.errors import WorkbenchError
from workbench.cli.framework import root
from workbench.i18n import explain


@dataclass
class Answer:
    """What a command said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON document on stdout."""
        return json.loads(self.out)


def workbench(*words: object, person: str | None = None) -> Answer:
    """Run a command in this process, as ``workbench`` would."""
    arguments = [str(word) for word in words] + (["--as", person] if person else [])
    result = CliRunner().invoke(root, arguments)
    if isinstance(result.exception, WorkbenchError):
        return Answer(1, result.stdout, f"{result.stderr}{explain(result.exception)}\n")
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Answer(result.exit_code, result.stdout, result.stderr)


def must(*words: object, person: str | None = None) -> Answer:
    """Run a command that has to succeed."""
    answer = workbench(*words, person=person)
    assert answer.code == 0, f"{words}: {answer.err or answer.out}"
    return answer


def process(home: Path, *words: object, **environment: str) -> Answer:
    """Run a command in a process of its own."""
    root_folder = str(Path(__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-m", "workbench", *map(str, words)],
        capture_output=True, text=True, encoding="utf-8", check=False, stdin=subprocess.DEVNULL,
        env={"WORKBENCH_HOME": str(home), "PATH": "/usr/bin:/bin", "PYTHONPATH": root_folder, **environment},
    )  # fmt: skip
    return Answer(done.returncode, done.stdout, done.stderr)
