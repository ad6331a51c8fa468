"""Parameter types that commands share (命令参数类型)."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import click

from models.errors import HomeError
from models.vocabulary import Ground, ReviewStage, Role
from workbench.readers.encodings import guess_encoding
from workbench.readers.headers import recognise

FILE = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)
GROUND = click.Choice([ground.value for ground in Ground], case_sensitive=False)
ROLE = click.Choice([role.value for role in Role])
STAGE = click.Choice([stage.value for stage in ReviewStage])


class DateType(click.ParamType[date]):
    """A date as 2026-01-31 or 20260131 (日期)."""

    name = "DATE"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read the date or refuse with the forms accepted."""
        if isinstance(value, date):
            return value
        for form in ("%Y-%m-%d", "%Y%m%d"):
            try:
                return datetime.strptime(str(value), form).date()
            except ValueError:
                continue
        self.fail(f"{value!r}: YYYY-MM-DD / YYYYMMDD", param, ctx)


class YearsType(click.ParamType[tuple[int, int]]):
    """A span of years as 1990-1998 or 1998 (年度)."""

    name = "A-B"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        """Read the span or refuse with the forms accepted."""
        if isinstance(value, tuple):
            return value
        parts = str(value).split("-")
        if len(parts) in (1, 2) and all(part.isdigit() and len(part) == 4 for part in parts):
            first, last = int(parts[0]), int(parts[-1])
            if first <= last:
                return first, last
        self.fail(f"{value!r}: 1998 / 1990-1998", param, ctx)


DATE = DateType()
YEARS = YearsType()


def codes_from(file: Path) -> Sequence[str]:
    """档号 from a text file, one a line; of a csv the first column, without its header (档号清单).

    Raises
    ------
    HomeError
        ``home.no_file`` when the file does not exist.
    """
    if not file.is_file():
        raise HomeError("home.no_file", path=str(file))
    content = file.read_bytes()
    lines = content.decode(guess_encoding(content[: 1 << 20]), errors="replace").splitlines()
    codes = [line.split(",")[0].strip().strip('"') for line in lines if line.strip()]
    first = recognise(codes[0]) if codes else None
    return codes[1:] if first and first[0] == "reference_code" else codes
