"""Guessing (猜题名): a million likely titles against every hash that was published, and none is found by it."""

import hashlib
import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from publication_case import approved, said_in
from sqlmodel import Session

from batches.publication import canonical
from builders import NOON, TODAY, Team, a_batch, a_record, name_the_archive, opens, restricts, switch_off
from models.vocabulary import UseState
from workbench.services import publishing, suspending, titles
from workbench.services.row_codes import generated_code

SURNAMES = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦"
    "昌马苗凤花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟黄穆萧尹姚邵"
)
FIRST, SECOND = "大小国建志明春秋海山", "伟芳娜敏静丽强磊军洋勇艳杰娟涛超秀霞平红"
VERBS = ("给予", "解除", "撤销", "同意", "不予")
KINDS = ("同志处分的决定", "党内警告处分的批复", "行政记过处分的通知", "离婚申请的批复", "开除公职的决定",
         "复查结论的意见", "信访问题的答复", "病退申请的批复", "入党问题的调查报告", "工伤认定的请示")  # fmt: skip
DELAYED = "关于给予周大伟开除公职的决定"
REPLACED = "关于解除吴海强同志处分的决定"
WITHDRAWN = "关于同意郑小芳病退申请的批复"
MASKED = "关于×××同志处分问题的决定"
LIKELY = 1_000_000


def guesses() -> Iterator[str]:
    """Titles as somebody who knows the trade would try them; the true ones are among them."""
    names = map("".join, itertools.product(SURNAMES, FIRST, SECOND))
    return (f"关于{verb}{name}{kind}" for name in names for verb in VERBS for kind in KINDS)


@pytest.fixture
def public(session: Session, team: Team, home: Path) -> Path:
    """One item delayed, one open under a replaced title, one withdrawn; none has a code of its own."""
    switch_off(session, "consultation", "certification", "delay_report")
    name_the_archive(session)
    records = {}
    for title in (DELAYED, REPLACED, WITHDRAWN):
        code = generated_code("云溪县农业局", title, "1997-05-03", None)
        records[title] = a_record(session, code, title, code_generated=True)
    batch = a_batch(session, team)
    for person in (team.first, team.second):
        restricts(session, batch, records[DELAYED], person)
        opens(session, batch, records[REPLACED], person)
        opens(session, batch, records[WITHDRAWN], person)
    approved(session, team, batch)
    for title, shown in ((REPLACED, MASKED), (WITHDRAWN, None)):
        titles.decide_title(
            session=session, batch_id=batch.id, record_id=records[title].id, public_title=shown, by=team.archivist,
            at=NOON,
        )  # fmt: skip
    publishing.publish(session=session, batch_id=batch.id, by=team.publisher, at=NOON, on=TODAY, home=home)
    suspending.change_use(
        session=session, codes=[records[WITHDRAWN].reference_code], state=UseState.WITHDRAWN, reason="误开",
        by=team.director, at=NOON + timedelta(hours=1), on=TODAY, home=home,
    )  # fmt: skip
    return home / "published" / "2026-1" / "public"


def published_hashes(folder: Path) -> set[str]:
    """Everything in any layer of any file that could be a hash."""
    return {
        found for _, text in said_in(folder) for found in re.findall(r"(?<![0-9a-f])[0-9a-f]{12,64}(?![0-9a-f])", text)
    }


def as_it_is(kind: Callable[[bytes], "hashlib._Hash"]) -> Callable[[str], str]:
    return lambda title: kind(title.encode()).hexdigest()


def as_a_code(title: str) -> str:
    return generated_code("云溪县农业局", title, "1997-05-03", None)[1:]


def as_a_line(number: int) -> Callable[[str], str]:
    """The digest of a catalogue line, for whoever knows everything but the title."""

    def digest(title: str) -> str:
        line = [number, f"~{as_a_code(title)}", title, None, "1997-05-03", "云溪县农业局", "ITEM"]
        return hashlib.sha256(canonical({"lines": [line]}).encode()).hexdigest()

    return digest


def found_by(attack: Callable[[str], str], hashes: set[str], tried: Iterable[str]) -> list[str]:
    beginnings = {each[:12] for each in hashes}
    return [title for title in tried if attack(title)[:12] in beginnings]


def test_a_million_guessed_titles_match_nothing_published(public: Path) -> None:
    hashes, tried = published_hashes(public), list(guesses())
    assert len(hashes) >= 2  # the catalogue's digest and the ledger head, at least
    assert len(set(tried)) == LIKELY
    secret = {DELAYED, REPLACED, WITHDRAWN}
    assert secret <= set(tried)
    for attack in (as_it_is(hashlib.sha256), as_it_is(hashlib.md5), as_a_code):
        assert found_by(attack, hashes, tried) == []
    few = [*secret, *tried[::50]]
    for attack in (as_it_is(hashlib.sha1), as_a_line(1), as_a_line(2)):
        assert found_by(attack, hashes, few) == []


def test_the_attack_does_find_a_title_whose_code_is_a_plain_hash_of_it(public: Path) -> None:
    """Else the test above would prove nothing: in the first edition the title was public, and so is its code."""
    hashes = published_hashes(public.parent / "earlier" / "1" / "public")
    assert found_by(as_a_code, hashes, [DELAYED, REPLACED, WITHDRAWN]) == [WITHDRAWN]
