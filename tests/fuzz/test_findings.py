"""What the fuzzer found (模糊测试的发现): each stays here as a document that must be read or refused by name.

The files of ``findings`` are named ``target--what it is``.
"""

from pathlib import Path

import fuzz_targets
import openpyxl
import pytest

from models.errors import ImportFailure
from workbench.readers import open_catalogue, scan_page

FINDINGS = sorted((Path(__file__).parent / "findings").iterdir())


@pytest.mark.parametrize("finding", FINDINGS, ids=lambda path: path.name)
def test_a_finding_stays_mended(finding: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan_page, "is_available", lambda: False)
    fuzz_targets.TARGETS[finding.name.partition("--")[0]](finding.read_bytes())


def test_a_stray_cell_at_the_far_corner_is_refused_and_takes_nobody_along(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = "题名", "误留"
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(ImportFailure) as refusal:
        open_catalogue(tmp_path / "a.xlsx")
    assert refusal.value.code == "import.too_far"
    assert (refusal.value.params["row"], refusal.value.params["column"]) == (1_048_576, 16_384)


def test_a_wide_sheet_that_fits_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["档号", "题名"])
    book.active.append(["1-1", "关于修渠的通知"])
    book.active["ABC2"] = "远处的备注"
    book.save(tmp_path / "a.xlsx")
    (row,) = open_catalogue(tmp_path / "a.xlsx")
    assert row.cells["title"] == "关于修渠的通知"
