"""Words found in many texts at once, and texts folded together."""

from hypothesis import example, given
from hypothesis import strategies as st

from models.folding import fold_many
from models.text import plain
from models.word_search import WordSearch, codes_of, joined, starts_of

SIGNS = "甲乙丙丁𠀀a0 "
WORDS = st.lists(st.text(SIGNS.replace(" ", ""), min_size=1, max_size=6), max_size=12, unique=True)
TEXTS = st.lists(st.text(SIGNS, max_size=12), max_size=6)


@given(WORDS, TEXTS)
def test_every_word_is_found_wherever_it_stands_and_nowhere_else(words: list[str], texts: list[str]) -> None:
    found = WordSearch(words).find(codes_of(joined(texts)))
    starts = starts_of(texts)
    wanted = {
        (number, int(starts[row]) + at, int(starts[row]) + at + len(word))
        for row, text in enumerate(texts)
        for number, word in enumerate(words)
        for at in range(len(text))
        if text.startswith(word, at)
    }
    places = list(zip(found.word.tolist(), found.start.tolist(), found.end.tolist(), strict=True))
    assert set(places) == wanted
    assert len(places) == len(wanted)


def test_a_long_list_of_words_loses_none() -> None:
    words = [chr(0x4E00 + a) + chr(0x4E00 + b) for a in range(150) for b in range(150)]
    text = "".join(words[::7])
    found = WordSearch(words).find(codes_of(joined([text])))
    assert {words[number] for number in found.word.tolist()} == {text[at : at + 2] for at in range(len(text) - 1)}


ODD = st.sampled_from(
    [
        "关于",
        "關於",
        "㈠",
        "ﬁ",
        "\u200b",
        "\u3000",
        " ",
        "\x00",
        "\n",
        "成分",
        "成 分",
        "戌份",
        "台帐",
        "1 2",
        "Ａ b",
        "𠀀",
        "…",
        "⑩",
    ]
)


@given(st.lists(st.lists(ODD | st.text(max_size=3), max_size=6).map("".join), max_size=5))
@example(["", "成", "分"])
@example(["\x00", "a\x00b"])
def test_texts_folded_together_are_what_each_is_by_itself(texts: list[str]) -> None:
    folded = fold_many(texts)
    assert folded.texts == [plain(text) for text in texts]
    assert len(folded.codes) == folded.starts[-1] == sum(len(text) + 1 for text in folded.texts)
    for row, text in enumerate(folded.texts):
        assert folded.codes[folded.starts[row] : folded.starts[row] + len(text)].tolist() == list(map(ord, text))
        if folded.is_plain[row]:
            assert [plain(sign) or sign for sign in texts[row]] == list(text)
