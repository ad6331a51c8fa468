"""PDF pages through pdfium (PDF 页面): one thread at a time, for the library bears no more."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]
from PIL import Image

_LOCK = threading.RLock()
MOST_PIXELS = 40_000_000  # A3 at 300 dpi is 17 million
_POINTS_A_INCH = 72


@contextmanager
def opened(path: Path) -> Iterator[pypdfium2.PdfDocument]:
    """The document, held by this thread alone (打开 PDF).

    Raises
    ------
    pypdfium2.PdfiumError
        For a damaged or locked file.
    """
    with _LOCK:
        document = pypdfium2.PdfDocument(path)
        try:
            yield document
        finally:
            document.close()


def drawn(page: pypdfium2.PdfPage, *, dpi: int) -> Image.Image:
    """A page as a grey picture (页面转图像) at ``dpi``, fewer where the sheet is huge. Call inside ``opened``."""
    width, height = page.get_size()
    scale = dpi / _POINTS_A_INCH
    pixels = width * height * scale * scale
    if pixels > MOST_PIXELS:
        scale *= float((MOST_PIXELS / pixels) ** 0.5)
    picture: Image.Image = page.render(scale=scale, grayscale=True).to_pil()
    return picture.convert("L")
