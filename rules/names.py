"""Names of persons in folded text (人名检测).

Masked names (王某, 李××, 陈□华) and dotted ones (约翰·史密斯) have a shape of their own. Full names are found as the
best reading of the whole text (``name_lattice``).
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from rules.lexical import lexical
from rules.name_lattice import best_reading

Span = tuple[int, int]

GIVEN = 7.5
"""Cost up to which a character beside a masked one is taken for part of the name."""
# Words that 某 or ×× stand before when a place, a unit or a thing is meant, not a person.
_NOT_A_PERSON = (
    "部|厂|县|市|省|乡|镇|村|区|地|处|单位|师|团|军|营|连|队|站|所|局|院|校|公司|项|些|种|类|日|年|月|号|案|事|件|次|批|国"
    "|产品|工程|专业|型|届"
)
# What later parts of dotted names hold beside the usual characters, there but not at large: 卡梅隆, 罗森塔尔.
_ALSO_DOTTED = (
    "洪魏茱籁黛琴仲孔舰哲槟琪汤谷霾卿富玉秀缪溥麻伏纪尹雨鲍瑰韩嘉勃灵济檀玫丹欣柏吴贡顶孙坚馥俾宝杂黑隆邓尧豪碧尤铁智斐额蕾钟"
    "银华珍郎光棠秋侬英滕子敏休詹墨敦柯江陶优戴葛奈狄桥昆恭焦阳鼎丘朱彭翠梦素茹黄冯印甲丝堂侯珊翁野珠辰雪航茜晶紫坤岑恺义鲜莲"
    "儒薇联熊曲湖"
)


@lru_cache(maxsize=1)
def _masked() -> "re.Pattern[str]":
    data = lexical()
    single = "".join(name for name in data.surname_costs if len(name) == 1)
    common = "".join(name for name, count in data.surname_counts.items() if len(name) == 1 and count >= 20)
    compound = "|".join(name for name in data.surname_costs if len(name) == 2)
    given = "".join(name for name, cost in data.second_costs.items() if cost < GIVEN)
    one = f"(?:{compound}|[{single}])"
    return re.compile(
        rf"[{common}][×*□〇][{given}]"
        rf"|{one}(?:某某|某[一-龥](?=同志|等|、|的|一|因|在)|某(?!{_NOT_A_PERSON})"
        rf"|[×*□〇Xx]{{1,2}}(?![0-9×*□〇Xx]|{_NOT_A_PERSON}))"
        rf"|[{common}][一-龥][×*□〇](?![×*□〇])"
        rf"|(?<![×*□〇Xx某])(?:某某某?|×{{2,3}}|X{{2,3}}|〇〇〇|\*{{2,3}})"
        rf"(?=同志|先生|女士|等[0-9一二三四五六七八九十两]|一案|案|问题|的?(?:处分|申诉|复查|来信))"
        rf"|(?<=[对给予关于现行])×××(?!{_NOT_A_PERSON})"
        rf"|[甲乙丙丁戊]某"
        rf"|[{common}]{{1,2}}氏(?!族|家族|宗祠|后人|后裔|集团|公司|菌|杆菌|体|螺)"
    )


@lru_cache(maxsize=1)
def _dotted() -> "re.Pattern[str]":
    written = "".join(lexical().foreign_costs)
    later = f"(?:[{written}]|(?<=[{written}·])[{_ALSO_DOTTED}]){{1,7}}"
    return re.compile(rf"[{written}]{{1,6}}(?:·{later})+|[A-Z]\.[ -]?(?:[A-Z]\.[ -]?)*[A-Z][a-z]+")


_MASK = re.compile(r"[某×□〇*Xx氏]")


def masked_name(text: str) -> list[Span]:
    """Names with a part left out (化名、隐名): 王某, 李××, 陈□华, 汪氏; not 某部, ××县."""
    return [found.span() for found in _masked().finditer(text)] if _MASK.search(text) else []


@lru_cache(maxsize=512)
def person_name(text: str) -> tuple[Span, ...]:
    """Names of persons, full, masked or foreign (人名), in order and without overlap."""
    spans = masked_name(text)
    if "·" in text or "." in text:
        spans += [found.span() for found in _dotted().finditer(text)]
    spans += best_reading(text, lexical())
    return tuple(_without_overlap(sorted(spans, key=lambda span: (span[0], -span[1]))))


def _without_overlap(spans: list[Span]) -> Iterator[Span]:
    last = 0
    for start, end in spans:
        if start >= last:
            yield start, end
            last = end
