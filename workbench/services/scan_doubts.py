"""What is noted of a row that was recognised on a scanned page (扫描识别的存疑)."""

from workbench.readers import SourceRow

_NAMED = ("reference_code", "title", "date", "document_number", "creator")
READ = "scan.read"
"""Says only that the text was recognised, not typed."""
SUSPICIONS = tuple(f"scan.unsure_{name}" for name in (*_NAMED, "other"))
"""Ask a person to compare the cell with the page."""


def notes_of(row: SourceRow) -> list[str]:
    """Notes of one row (存疑): that it was recognised, and which of its cells with little confidence."""
    doubtful = dict.fromkeys(name if name in _NAMED else "other" for name in row.unsure)
    return [READ, *(f"scan.unsure_{name}" for name in doubtful)]
