"""What a disk, a right or another program prevents (程序之外的障碍), told in one line like any refusal."""

import errno
import traceback
from pathlib import Path

from models.errors import HomeError
from workbench.i18n import has, t


def refusal_of(error: OSError) -> HomeError | None:
    """The refusal that tells a person of this error (障碍的说明); ``None`` for what is no obstacle of theirs.

    A reader that went away (``workbench records | head``) is none: the command ends quietly.
    """
    if error.errno is None or error.errno == errno.EPIPE:
        return None
    # Of two names (a rename), the second is where it was to go.
    place = error.filename2 or error.filename
    known = f"cli.obstacles.{errno.errorcode.get(error.errno, '')}"
    problem = t(known) if has(known) else str(error.strerror)
    return HomeError("home.obstacle", path="-" if place is None else str(place), problem=problem)


def place_of(fault: BaseException) -> str:
    """Where a fault of ours arose (出错位置), by file and line: no value of any variable, no text of any record."""
    frames = traceback.extract_tb(fault.__traceback__)
    top = Path(__file__).parents[2]
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(top)] or frames[-1:]
    last = ours[-1]
    file = Path(last.filename)
    return f"{file.relative_to(top) if file.is_relative_to(top) else file.name}:{last.lineno}"
