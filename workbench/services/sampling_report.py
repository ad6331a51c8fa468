"""The sampling report as files that anybody may recompute (抽样复核报告): figures, manifest, a stand-alone script."""

import csv
import json
from importlib import resources
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from sqlmodel import Session

from models.errors import ProcedureError
from workbench.services import sampling

SCRIPT = "certificate_check.py"


def write(session: Session, batch_id: int, folder: Path) -> list[Path]:
    """Write report, manifest and script into a folder (写出抽样复核报告); titles and the secret stay here.

    Raises
    ------
    ProcedureError
        ``certificate.not_drawn``.
    """
    now = sampling.state(session, batch_id)
    if not now["drawn"]:
        raise ProcedureError("certificate.not_drawn", batch=batch_id)
    folder.mkdir(parents=True, exist_ok=True)
    report, manifest, script = folder / "report.json", folder / "manifest.csv", folder / SCRIPT
    report.write_text(json.dumps(figures(now), ensure_ascii=False, indent=2, sort_keys=True), encoding="utf-8")
    with manifest.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(("mark", "place"))
        writer.writerows(sampling.manifest(session, batch_id))
    script.write_text(resources.files("workbench.writers").joinpath(SCRIPT).read_text(encoding="utf-8"), "utf-8")
    return [report, manifest, script]


def figures(now: dict[str, Any]) -> dict[str, Any]:
    """The figures of a report (报告数字): counts and digests only."""
    names = ("batch", "attempt", "open", "n", "limit", "confidence", "read", "upper", "bound", "passes", "manifest",
             "words", "seed", "drawn_by")  # fmt: skip
    return {name: now[name] for name in names} | {"k": len(now["restricted"]), "drawn_at": now["drawn_at"].isoformat()}


def packed(session: Session, batch_id: int) -> bytes:
    """The same files as one zip (抽样复核报告压缩包)."""
    with TemporaryDirectory() as folder:
        files = write(session, batch_id, Path(folder))
        held = BytesIO()
        with ZipFile(held, "w", ZIP_DEFLATED) as package:
            for file in files:
                package.write(file, file.name)
    return held.getvalue()
