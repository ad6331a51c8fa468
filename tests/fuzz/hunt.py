"""Hunt with atheris (找漏洞): ``python tests/fuzz/hunt.py TARGET [-max_total_time=SECONDS …]``.

Needs ``pip install atheris``. Every finding is kept as a document in ``tests/fuzz/test_findings.py``.
"""

import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
for folder in (HERE, HERE.parent, HERE.parents[1]):
    sys.path.insert(0, str(folder))

import atheris  # noqa: E402

with atheris.instrument_imports(
    include=["models", "rules", "workbench", "csv", "html", "zipfile", "pdfplumber", "pdfminer", "docx"]
):
    from fuzz_targets import TARGETS, seeds

from workbench.readers import scan_page  # noqa: E402


def main() -> None:
    name, *options = sys.argv[1:]
    scan_page.is_available = lambda: False  # a picture is not recognised a million times
    corpus = Path(tempfile.mkdtemp(prefix=f"fuzz-{name}-"))
    for number, blob in enumerate(seeds()[name]):
        (corpus / f"seed-{number}").write_bytes(blob)
    atheris.Setup([sys.argv[0], str(corpus), "-timeout=20", "-rss_limit_mb=3000", *options], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
