"""Page images behind the gate (原文图像): pictures as they are, PDF and TIFF page by page."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response

from models import Record
from models.errors import PermissionDenied
from workbench import db
from workbench.services import page_files
from workbench.services.pages_at_hand import at_hand

_AS_THEY_ARE = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png"}
# Never cached: when the session ends, the pages go too.
_HEADERS = {"Cache-Control": "no-store", "Content-Security-Policy": "default-src 'none'"}


def page_file(url: str) -> Callable[[Request], Awaitable[Response]]:
    """Endpoint that shows a page of a record's file (原文端点): ``/page-file?record=17&page=2``."""

    async def show(request: Request) -> Response:
        record, page = request.query_params.get("record", ""), request.query_params.get("page", "1")
        if not (record.isascii() and record.isdigit() and page.isascii() and page.isdigit()):
            return PlainTextResponse("bad address", status_code=400)
        try:
            file = await run_in_threadpool(_find, url, int(record))
        except PermissionDenied:
            return PlainTextResponse("refused", status_code=403)
        if file is None:
            return PlainTextResponse("no page file", status_code=404)
        kind = _AS_THEY_ARE.get(file.suffix.lower())
        if kind is not None:
            return FileResponse(file, media_type=kind, headers=_HEADERS)
        drawn = await run_in_threadpool(page_files.picture, file, int(page))
        return Response(drawn, media_type="image/png", headers=_HEADERS)

    return show


def _find(url: str, record_id: int) -> Path | None:
    with db.reading(url) as session:
        record = session.get(Record, record_id)
        found = None if record is None else at_hand(session, record)
        return None if found is None else found.file
