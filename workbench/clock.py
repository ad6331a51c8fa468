"""The two clocks (时钟): the UTC instant of an act, and the legal date in China."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LEGAL_ZONE = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """This instant, UTC (时刻); only screens and commands ask, the core is told."""
    return datetime.now(UTC)


def today() -> date:
    """Today's date in China (法定日期): a due date turns at midnight there."""
    return datetime.now(LEGAL_ZONE).date()


def legal_day(at: datetime) -> date:
    """The day of an instant in China (法定日期): late in the evening of London it is tomorrow already."""
    return at.astimezone(LEGAL_ZONE).date()
