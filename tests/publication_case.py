"""A batch with planted secrets (公布样例), and a search that reads every byte of what was published."""

import io
import re
import zipfile
from pathlib import Path

import pdfplumber
from sqlmodel import Session

from builders import NOON, TODAY, Team, a_batch, a_record, move, name_the_archive, opens, restricts, switch_off
from models import Batch
from models.vocabulary import BatchAction
from workbench.services import approving, titles

A = BatchAction
OPEN_TITLE = "=关于召开春耕生产会议的通知"
SECRET_TITLE = "关于给予某甲标记壹处分的决定"
SECRET_REASON = "理由标记贰不得外泄"
ORIGINAL = "关于周大海标记叁同志开除党籍处分的决定"
PUBLIC = "关于×××处分问题的决定"
MARKERS = ("标记壹", "标记贰", "标记叁", "周大海", "审核员甲", "审核员乙", "馆长标记", "1-1-2")
TO_SUBMIT = (A.FINISH, A.SKIP_CONSULTATION, A.SKIP_CERTIFICATION, A.SUBMIT)


def an_approved_batch(session: Session, team: Team) -> Batch:
    """Three items: one open, one delayed, one open under a replaced title; all markers planted."""
    switch_off(session, "consultation", "certification", "delay_report")
    name_the_archive(session)
    one = a_record(session, "1-1-1", OPEN_TITLE)
    two = a_record(session, "1-1-2", SECRET_TITLE, remarks="标记壹备注")
    three = a_record(session, "1-1-3", ORIGINAL)
    batch = a_batch(session, team)
    for person in (team.first, team.second):
        opens(session, batch, one, person, reason=SECRET_REASON)
        restricts(session, batch, two, person, reason=SECRET_REASON)
        opens(session, batch, three, person)
    approved(session, team, batch)
    titles.decide_title(
        session=session, batch_id=batch.id, record_id=three.id, public_title=PUBLIC, by=team.archivist, at=NOON
    )
    return batch


def approved(session: Session, team: Team, batch: Batch) -> Batch:
    """The batch taken from the last opinion to the director's approval."""
    move(session, batch, team, *TO_SUBMIT)
    return approving.approve(
        session=session, batch_id=batch.id, by=team.director, at=NOON, on=TODAY, minutes_number="〔2026〕3号"
    )


def layers(name: str, content: bytes) -> list[tuple[str, str]]:
    """Every text that somebody could find in a file: its bytes, each part of a container, a PDF's text and data."""
    found = [(name, content.decode("utf-8", "replace")), (name, content.decode("utf-16-le", "replace"))]
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as container:
            for part in container.infolist():
                found += layers(f"{name}/{part.filename}", container.read(part))
                found.append((f"{name}/{part.filename} comment", part.comment.decode("utf-8", "replace")))
    if content.startswith(b"%PDF"):
        with pdfplumber.open(io.BytesIO(content)) as document:
            found.append((name, "".join(page.extract_text() for page in document.pages) + str(document.metadata)))
    # Word splits a phrase over runs: what is read without the tags counts too.
    return found + [(f"{where} (text)", re.sub(r"<[^>]*>", "", text)) for where, text in found]


def said_in(folder: Path) -> list[tuple[str, str]]:
    """Every layer of every file under a folder, hidden files too, with the files' own names."""
    files = [file for file in sorted(folder.rglob("*")) if file.is_file()]
    return [layer for file in files for layer in ((file.name, file.name), *layers(file.name, file.read_bytes()))]


def leaks(folder: Path, markers: tuple[str, ...]) -> list[tuple[str, str]]:
    """Each marker found, and where."""
    return [(marker, where) for where, text in said_in(folder) for marker in markers if marker in text]
