"""Where papers lie in the home (公文存放): one folder a batch and kind, given to a browser as one zip."""

import io
import zipfile
from pathlib import Path


def folder(home: Path, kind: str, batch_id: int) -> Path:
    """The folder of a batch's papers of one kind (公文文件夹), under the home."""
    return home / "papers" / kind / f"batch-{batch_id}"


def zipped(papers: Path) -> bytes | None:
    """Everything in a folder as one zip (打包), or ``None`` while there is nothing."""
    files = sorted(file for file in papers.rglob("*") if file.is_file()) if papers.is_dir() else []
    if not files:
        return None
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as package:
        for file in files:
            package.write(file, file.relative_to(papers).as_posix())
    return held.getvalue()
