"""A model on the archive's own network is asked, heard, logged, and opens nothing (语言模型旁证)."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from commands import must, workbench
from sqlmodel import Session, select

from builders import NOON, a_record
from models import AuditEvent, Record, SecondOpinion, Suggestion
from models.second_opinion import Heard
from models.vocabulary import Access
from workbench import db
from workbench.services import second_opinions

TITLE = "关于给予赵甲记过处分的决定"


class StubModel:
    """An OpenAI-compatible server on the loopback address."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.says = json.dumps({"access": "restricted", "ground": "PERSONAL_INFORMATION", "quote": "记过处分"})
        self.status = 200
        stub = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                stub.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                body = json.dumps({"choices": [{"message": {"content": stub.says}}]}).encode()
                self.send_response(stub.status)
                if stub.status == 302:
                    self.send_header("Location", f"{stub.url}/elsewhere")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/v1"
        Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> Iterator[StubModel]:
    made = StubModel()
    monkeypatch.setenv("WORKBENCH_LLM_URL", made.url)
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def unsure(url: str) -> str:
    """One item that a person must look at, one that rules restrict, one with a live mark."""
    with db.transaction(url) as session:
        for code, access, mark in (("1-1-1", None, None), ("1-1-2", Access.RESTRICTED, None), ("1-1-3", None, "机密")):
            record = a_record(session, code, title=TITLE, security_class=mark)
            session.add(
                Suggestion(record_id=record.id, access=access, probability=0.5, ruleset_digest="r", made_at=NOON)
            )
    return url


def test_only_the_uncertain_are_asked_and_the_answer_is_kept_with_its_passage(unsure: str, stub: StubModel) -> None:
    made = must("second-opinion", "ask", "--json").json
    assert (made["asked"], made["restricted"]) == (1, 1)
    assert len(stub.asked) == 1 and TITLE in stub.asked[0]["messages"][1]["content"]
    (row,) = must("second-opinion", "list", "--json").json
    assert (row["reference_code"], row["ground"], row["quote"]) == ("1-1-1", "PERSONAL_INFORMATION", "记过处分")
    with db.reading(unsure) as session:
        event = session.exec(select(AuditEvent).where(AuditEvent.action == "second_opinion.asked")).one()
        assert TITLE not in json.dumps(event.payload, ensure_ascii=False)
        record = session.exec(select(Record).where(Record.reference_code == "1-1-1")).one()
        (evidence,) = second_opinions.evidence_of(session, record)
        assert evidence.text == "记过处分"
        stored = session.exec(select(Suggestion).where(Suggestion.record_id == record.id)).all()
        assert [each.access for each in stored] == [None], "the suggestion stands as it was"


def test_the_same_question_is_not_asked_twice(unsure: str, stub: StubModel) -> None:
    must("second-opinion", "ask")
    assert must("second-opinion", "ask", "--json").json["asked"] == 0
    assert len(stub.asked) == 1


@pytest.mark.parametrize(
    ("says", "heard"),
    [('{"access": "open"}', Heard.NO_GROUND), ("好的，可以开放", Heard.UNREADABLE),
     ('{"access": "restricted", "ground": "PERSONAL_INFORMATION", "quote": "开除"}', Heard.NOT_QUOTED)],
)  # fmt: skip
def test_any_other_answer_shows_nothing_on_the_card(unsure: str, stub: StubModel, says: str, heard: Heard) -> None:
    stub.says = says
    must("second-opinion", "ask")
    with db.reading(unsure) as session:
        assert session.exec(select(SecondOpinion.heard)).one() is heard
        record = session.exec(select(Record).where(Record.reference_code == "1-1-1")).one()
        assert second_opinions.evidence_of(session, record) == ()


def test_what_was_said_of_other_words_is_not_shown(unsure: str, stub: StubModel) -> None:
    must("second-opinion", "ask")
    with Session(db.engine_for(unsure)) as session:
        record = session.exec(select(Record).where(Record.reference_code == "1-1-1")).one()
        record.title = "关于表彰赵甲的决定"
        assert second_opinions.evidence_of(session, record) == ()


@pytest.mark.parametrize("status", [302, 500])
def test_a_failing_or_redirecting_server_is_one_line_without_the_items_words(
    unsure: str, stub: StubModel, status: int
) -> None:
    stub.status = status
    told = workbench("second-opinion", "ask")
    assert told.code == 1 and str(status) in told.err and "处分" not in told.err
    assert len(stub.asked) == 1, "a redirect is not followed"


def test_it_is_off_by_default(unsure: str) -> None:
    told = workbench("second-opinion", "ask")
    assert told.code == 1 and "WORKBENCH_LLM_URL" in told.err


@pytest.mark.parametrize("address", ["http://8.8.8.8/v1", "https://1.1.1.1:8443/v1"])
def test_a_public_address_is_refused_unless_it_was_allowed(
    unsure: str, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("WORKBENCH_LLM_URL", address)
    told = workbench("second-opinion", "ask")
    assert told.code == 1 and "WORKBENCH_LLM_ALLOW_PUBLIC" in told.err


@pytest.mark.parametrize("address", ["file:///etc/passwd", "http://", "http://u:p@127.0.0.1/v1"])
def test_an_address_that_is_none_is_named(unsure: str, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("WORKBENCH_LLM_URL", address)
    told = workbench("second-opinion", "ask")
    assert told.code == 1 and "http://" in told.err
