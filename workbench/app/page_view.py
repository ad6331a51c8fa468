"""Page images behind the gate (原文图像): PDF and pictures as they are, TIFF turned into PNG for the browser."""

import io
from collections.abc import Awaitable, Callable
from pathlib import Path

from PIL import Image, ImageSequence
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response

from models.errors import PermissionDenied
from workbench import db
from workbench.services import page_files

_TYPES = {".pdf": "application/pdf", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png"}
_LONGEST_SIDE = 2400  # pixels; enough to read an A4 page at 200 dpi
# Never cached: when the session ends, the pages go too. A picture or PDF runs no script, whatever it holds.
_HEADERS = {"Cache-Control": "no-store", "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
            "img-src 'self'; object-src 'self'; plugin-types application/pdf; frame-ancestors 'self'"}  # fmt: skip


def page_file(url: str) -> Callable[[Request], Awaitable[Response]]:
    """Endpoint that shows a record's page file (原文端点): ``/page-file?record=17&page=2``."""

    async def show(request: Request) -> Response:
        record, page = request.query_params.get("record", ""), request.query_params.get("page", "1")
        if not record.isdigit() or not page.isdigit():
            return PlainTextResponse("bad address", status_code=400)
        try:
            file = await run_in_threadpool(_find, url, int(record))
        except PermissionDenied:
            return PlainTextResponse("refused", status_code=403)
        if file is None:
            return PlainTextResponse("no page file", status_code=404)
        kind = _TYPES.get(file.suffix.lower())
        if kind is None:
            picture = await run_in_threadpool(_as_png, file, int(page))
            return Response(picture, media_type="image/png", headers=_HEADERS)
        return FileResponse(file, media_type=kind, headers=_HEADERS, content_disposition_type="inline")

    return show


def _find(url: str, record_id: int) -> Path | None:
    with db.reading(url) as session:
        return page_files.find(session, record_id)


def _as_png(file: Path, page: int) -> bytes:
    with Image.open(file) as picture:
        frames = ImageSequence.Iterator(picture)
        frame = frames[min(max(page, 1), getattr(picture, "n_frames", 1)) - 1]
        shown = frame.convert("L" if frame.mode in ("1", "L", "I;16") else "RGB")
        shown.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
        out = io.BytesIO()
        shown.save(out, "PNG")
        return out.getvalue()
