"""Pages a second of a ruled PDF through the reader, beside plain pdfplumber, and the share of cells that are right.

Run it by hand: ``python tests/benchmarks/pdf_speed.py [PAGES]``. The document is generated.
"""

import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
sys.path.insert(0, str(Path(__file__).parents[1]))

import pdfplumber
from catalogue_files import HEAD, item, write_pdf

from workbench.readers import open_catalogue

ROWS_A_PAGE = 30
WIDTHS = (150, 220, 80, 140, 80, 60, 70)


def main() -> None:
    pages = int(sys.argv[1]) if len(sys.argv) > 1 else 50
    tables = [[HEAD, *(item(page * ROWS_A_PAGE + row) for row in range(ROWS_A_PAGE))] for page in range(pages)]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "catalogue.pdf"
        write_pdf(path, *tables, widths=WIDTHS)
        start = time.process_time()
        with pdfplumber.open(path) as document:
            lines = sum(len(table) for page in document.pages for table in page.extract_tables())
        plain = time.process_time() - start
        start = time.process_time()
        found = [list(row.cells.values()) for row in open_catalogue(path)]
        ours = time.process_time() - start
    expected = [[cell for cell in row if cell] for table in tables for row in table[1:]]
    right = sum(1 for row, wanted in zip(found, expected, strict=False) if row == wanted)
    print(f"plain pdfplumber: {pages / plain:.1f} pages/cpu-s, {lines} lines")
    print(f"reader: {pages / ours:.1f} pages/cpu-s, {right} of {len(expected)} rows right in every cell")


if __name__ == "__main__":
    main()
