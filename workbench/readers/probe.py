"""Open a doubtful workbook in a process of its own first (试开): a library that aborts there takes nobody along.

calamine asks for room for every cell up to the farthest one. Of an xlsx we can see how far its cells reach
(``hidden_rows``); of an old xls, an ods or an xlsb we cannot, and a damaged one may claim four thousand million cells.
"""

import subprocess
import sys
from pathlib import Path

from models.errors import ImportFailure

MEMORY = 3 << 30  # bytes; where the system can set such a limit
PATIENCE = 300  # seconds; an xls holds at most 65,536 rows a sheet
_OPEN = f"""
import sys
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, ({MEMORY}, {MEMORY}))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
except ImportError:
    pass
from python_calamine import CalamineWorkbook
try:
    book = CalamineWorkbook.from_path(sys.argv[1])
    for name in book.sheet_names:
        book.get_sheet_by_name(name)
except MemoryError:
    sys.exit(1)
except BaseException:
    pass  # an ordinary refusal is met again, and explained, where the workbook is opened
"""


def refuse_if_it_breaks_the_library(path: Path) -> None:
    """Refuse a workbook that cannot be held in memory (试开表格文件).

    Raises
    ------
    ImportFailure
        ``import.breaks``.
    """
    command = [sys.executable, "-c", _OPEN, str(path.resolve())]
    try:
        done = subprocess.run(command, check=False, capture_output=True, timeout=PATIENCE, stdin=subprocess.DEVNULL)
    except subprocess.TimeoutExpired as error:
        raise ImportFailure("import.breaks", file=path.name) from error
    if done.returncode:
        raise ImportFailure("import.breaks", file=path.name)
