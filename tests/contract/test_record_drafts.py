"""The fast path of the import gives only what ``RecordCreate`` accepts, whatever a row says."""

import json
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from models.record import RecordCreate
from workbench.readers import HeaderMap, SourceRow
from workbench.readers.headers import fields
from workbench.services.row_drafts import QUARANTINED, Draft, Drafter, Rejected

WORDS = st.sampled_from(
    ["", "关于整修渠道的通知", "X043-1-12", "机密", "秘密★10年", "19870503", "1987—1988", "民国三十年", "案卷", "文件",
     "永久", "=1+1", "锟斤拷", "\ufffd", "云密发〔1999〕3号", "1.2E+10", "2001-02-03", "长" * 300, "长" * 2500]
)  # fmt: skip
TEXT = WORDS | st.text(max_size=40, alphabet=st.characters(exclude_categories=[]))
ROWS = st.dictionaries(st.sampled_from(fields()), TEXT.map(str.strip).filter(bool), max_size=12)


@given(cells=ROWS, numbers=st.booleans(), live_mark=st.sampled_from(["quarantine", "load"]), whole_year=st.booleans())
def test_every_draft_is_a_valid_record(cells: dict[str, str], numbers: bool, live_mark: str, whole_year: bool) -> None:
    header = HeaderMap(None, 1, {name: name for name in cells}, (), {})
    numeric = ("reference_code",) if numbers and "reference_code" in cells else ()
    row = SourceRow("甲", 7, None, cells, {}, numeric)
    outcome = Drafter(date(2026, 11, 24), live_mark=live_mark, whole_year=whole_year).draft(row, header)
    if outcome == QUARANTINED:
        assert live_mark == "quarantine"
        return
    if isinstance(outcome, Rejected):
        assert outcome.reason and outcome.row == 7
        return
    values = outcome._asdict()
    accepted = RecordCreate.model_validate({**values, "notes": json.loads(outcome.notes)}, strict=False)
    assert accepted.model_dump(mode="json", exclude={"notes", "code_generated"}) == {
        name: value for name, value in values.items() if name not in ("notes", "code_generated")
    }
    assert accepted.title and accepted.reference_code
    assert (accepted.date_from is None) == (accepted.date_to is None) == (accepted.precision is None)
    assert accepted.date_from is None or (accepted.date_to and accepted.date_from <= accepted.date_to)


def test_a_draft_has_exactly_the_columns_of_a_record_shape() -> None:
    assert set(Draft._fields) == set(RecordCreate.model_fields)
