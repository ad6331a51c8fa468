"""Files that wait for an import (待导入的文件): uploads of the page and staging files, and what was left behind."""

import shutil
import tempfile
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from sqlmodel import Session, col, select

from models import Job
from models.intake import JobKind
from workbench.services.jobs import ENDED

# What no job needs is swept: rows under a live mark may stand in an upload.
UPLOAD_KEPT = timedelta(hours=1)
STAGING_KEPT = timedelta(days=7)


def keep_upload(home: Path, name: str, content: bytes) -> Path:
    """Write an uploaded file into a folder of its own under the home (存放上传文件)."""
    return keep_uploads(home, [(name, content)])[0]


def keep_uploads(home: Path, files: Sequence[tuple[str, bytes]]) -> list[Path]:
    """Write files that were uploaded together into one folder (存放一次上传的文件), so that they go together too."""
    uploads = home / "uploads"
    uploads.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="upload-", dir=uploads))
    paths = []
    for name, content in files:
        paths.append(folder / Path(name).name)
        paths[-1].write_bytes(content)
    return paths


def discard_upload(home: Path, path: Path) -> None:
    """Remove an upload with its folder (清除上传文件); a file that lies elsewhere is a person's own and stays."""
    if path.parent.parent == home / "uploads":
        shutil.rmtree(path.parent, ignore_errors=True)


def discard_files_of(home: Path, job: Job) -> None:
    """Remove upload and staging of a job that was given up (清除任务文件)."""
    if job.kind is JobKind.IMPORT and job.state in ENDED:
        discard_upload(home, Path(job.options["path"]))
        if job.outcome and "staging" in job.outcome:
            (home / "staging" / job.outcome["staging"]).unlink(missing_ok=True)


def stale(session: Session, home: Path, at: datetime) -> list[Path]:
    """Uploads and staging files that no job needs any more (无主的暂存)."""
    unfinished = select(Job).where(Job.kind == JobKind.IMPORT, col(Job.state).not_in(ENDED))
    jobs = session.exec(unfinished).all()
    needed = {Path(job.options["path"]).parent.name for job in jobs}
    staged = {job.outcome["staging"] for job in jobs if job.outcome}
    found = [
        path
        for path in _inside(home / "uploads")
        if path.name not in needed and _age(path, at) > UPLOAD_KEPT
    ]  # fmt: skip
    return found + [
        path for path in _inside(home / "staging") if path.name not in staged and _age(path, at) > STAGING_KEPT
    ]


def sweep(session: Session, home: Path, at: datetime) -> int:
    """Remove what is stale (清扫暂存), giving how many."""
    found = stale(session, home, at)
    for path in found:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return len(found)


def _inside(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _age(path: Path, at: datetime) -> timedelta:
    try:
        return timedelta(seconds=at.timestamp() - path.stat().st_mtime)
    except OSError:  # swept by somebody else meanwhile
        return timedelta(0)
