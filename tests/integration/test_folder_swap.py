"""Folders that change places (整目录换位): whole, in order, and back when the database goes back."""

from pathlib import Path

import pytest
from sqlmodel import Session

from models.errors import ProcedureError
from workbench.services import folder_swap
from workbench.services.folder_swap import digest_of, exchange, succeeding, undo_on_rollback


def a_folder(path: Path, text: str) -> Path:
    path.mkdir(parents=True)
    (path / "file.txt").write_text(text, encoding="utf-8")
    return path


def text_of(folder: Path) -> str:
    return (folder / "file.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("at_one_stroke", [True, False])
def test_two_folders_change_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_one_stroke: bool) -> None:
    if not at_one_stroke:
        monkeypatch.setattr(folder_swap, "_exchange_at_one_stroke", lambda *_: False)
    one, other = a_folder(tmp_path / "one", "1"), a_folder(tmp_path / "other", "2")
    exchange(one, other)
    assert (text_of(one), text_of(other)) == ("2", "1")
    assert sorted(each.name for each in tmp_path.iterdir()) == ["one", "other"]


def test_a_digest_tells_names_and_bytes(tmp_path: Path) -> None:
    first, second = a_folder(tmp_path / "a", "1"), a_folder(tmp_path / "b", "1")
    assert digest_of(first) == digest_of(second)
    (second / "file.txt").rename(second / "other.txt")
    assert digest_of(first) != digest_of(second)


def test_what_was_done_in_a_savepoint_is_undone_with_it_and_nothing_else(session: Session) -> None:
    undone: list[str] = []
    undo_on_rollback(session, lambda: undone.append("before"))
    with session.begin_nested() as kept:
        undo_on_rollback(session, lambda: undone.append("kept"))
    with pytest.raises(ZeroDivisionError), session.begin_nested():
        undo_on_rollback(session, lambda: undone.append("dropped"))
        raise ZeroDivisionError
    assert undone == ["dropped"]
    assert not kept.is_active
    session.rollback()
    assert undone == ["dropped", "kept", "before"]  # the last one first


def test_a_commit_forgets_what_might_have_been_undone(session: Session) -> None:
    undone: list[str] = []
    session.begin()
    undo_on_rollback(session, lambda: undone.append("done"))
    session.commit()
    session.begin()
    session.rollback()
    assert undone == []


def test_a_failure_after_the_first_part_puts_it_back(session: Session, tmp_path: Path) -> None:
    target, kept = tmp_path / "now", tmp_path / "earlier" / "1"
    for part in ("public", "internal"):
        a_folder(target / part, "old")
    before = digest_of(target)
    with pytest.raises(ProcedureError, match="cannot_write"), succeeding(session, target, kept, ("public", "internal")):
        a_folder(kept / "public", "new")  # and no successor of the internal part
    assert digest_of(target) == before
    assert not kept.exists()


def test_what_lies_in_the_way_is_named(session: Session, tmp_path: Path) -> None:
    a_folder(tmp_path / "earlier", "somebody's")
    with (
        pytest.raises(ProcedureError, match="folder_exists"),
        succeeding(session, tmp_path / "now", tmp_path / "earlier", ()),
    ):
        pass
    assert text_of(tmp_path / "earlier") == "somebody's"
