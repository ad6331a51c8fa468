"""Makers of scanned pages (造扫描页): painted tables, turned a little, with the noise of a scanner."""

import importlib.util
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

FONTS = (
    Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc"),
    Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),
)
HAS_RECOGNITION = all(importlib.util.find_spec(name) for name in ("rapidocr", "onnxruntime", "cv2"))
recognises = [
    pytest.mark.ocr,
    pytest.mark.skipif(not HAS_RECOGNITION, reason="needs the ocr extra"),
    pytest.mark.skipif(not any(font.exists() for font in FONTS), reason="needs fonts-noto-cjk"),
]
WIDTHS = (343, 660, 211, 343, 198, 158, 185)  # pixels, for HEAD
A4 = (2339, 1654)  # landscape, 200 dpi
_SIMPLIFIED = 2  # which face of the collection


def paint(
    table: Sequence[Sequence[object]], *, widths: Sequence[int] = WIDTHS, size: tuple[int, int] = A4,
    ruled: bool = True, lean: float = 0.0, noise: float = 0.0, height: int = 30,
) -> Image.Image:  # fmt: skip
    """A page as a scanner gives it: ``lean`` in degrees, ``noise`` in shades of 255, ``height`` of characters."""
    page = Image.new("L", size, 250)
    pen = ImageDraw.Draw(page)
    font = ImageFont.truetype(str(next(font for font in FONTS if font.exists())), height, index=_SIMPLIFIED)
    top = 80
    for row in table:
        lines = max(str(cell).count("\n") + 1 for cell in row)
        high, left = int(height * 1.45 * lines), 60
        for cell, wide in zip(row, widths, strict=False):
            if ruled:
                pen.rectangle((left, top, left + wide, top + high), outline=20, width=2)
            for index, text in enumerate(str(cell).split("\n")):
                pen.text((left + 8, top + 2 + index * height * 1.4), text, font=font, fill=30)
            left += wide
        top += high
    page = page.rotate(lean, fillcolor=250, resample=Image.Resampling.BICUBIC)
    if noise:
        shades = np.random.default_rng(7).normal(0, noise, (size[1], size[0]))
        page = Image.fromarray((np.asarray(page) + shades).clip(0, 255).astype(np.uint8))
    return page


def write_scan(path: Path, *pages: Image.Image) -> None:
    """As TIFF, PDF (pictures only) or any picture by suffix."""
    many = {"save_all": True, "append_images": list(pages[1:])} if len(pages) > 1 else {}
    pages[0].save(path, **many, **({"resolution": 200.0} if path.suffix == ".pdf" else {}))
