"""Office packages made plain (办公文件净化): same bytes for same content, and no trace of who or what wrote them."""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime

from models.errors import ProcedureError

_CORE = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:creator></dc:creator>'
    "<cp:lastModifiedBy></cp:lastModifiedBy>"
    '<dcterms:created xsi:type="dcterms:W3CDTF">{at}</dcterms:created>'
    '<dcterms:modified xsi:type="dcterms:W3CDTF">{at}</dcterms:modified></cp:coreProperties>'
)
_APP = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"></Properties>'
)
# Parts that carry people, machines or former texts and that no paper of ours needs.
_DROPPED = re.compile(r"docProps/(thumbnail.*|custom\.xml)$")
_FORBIDDEN = re.compile(r"word/(comments.*|people)\.xml$")
_TRACKED = re.compile(rb"<w:(ins|del|moveFrom|moveTo)[ >]|<w:vanish[ />]")
_REVISION_MARKS = re.compile(rb' w:rsid\w*="[0-9A-Fa-f]*"|<w:rsids>.*?</w:rsids>', re.DOTALL)
_EARLIEST, _LATEST = 1980, 2107  # years that a zip entry can hold


def plain_package(content: bytes, *, at: datetime) -> bytes:
    """Rewrite a docx or xlsx (净化): properties emptied, thumbnail dropped, every time set to ``at``."""
    instant = at.astimezone(UTC)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as written:
        for name, part in _parts(content):
            entry = zipfile.ZipInfo(name, date_time=_zip_time(instant))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            written.writestr(entry, _plain_part(name, part, instant))
    return target.getvalue()


def _parts(content: bytes) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        # The list of content types comes first, as readers expect; the rest by name, for equal bytes.
        for name in sorted(package.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            if not _DROPPED.search(name):
                yield name, package.read(name)


def _plain_part(name: str, part: bytes, instant: datetime) -> bytes:
    if name == "docProps/core.xml":
        return _CORE.format(at=instant.strftime("%Y-%m-%dT%H:%M:%SZ")).encode()
    if name == "docProps/app.xml":
        return _APP.encode()
    if name in ("[Content_Types].xml", "_rels/.rels"):
        # The dropped parts must not be announced either, or Word calls the file damaged.
        return re.sub(rb"<(Override|Relationship) [^>]*docProps/(thumbnail|custom)[^>]*/>", b"", part)
    if name.startswith("word/") and name.endswith(".xml"):
        return _REVISION_MARKS.sub(b"", part)
    return part


def _zip_time(instant: datetime) -> tuple[int, int, int, int, int, int]:
    year = min(max(instant.year, _EARLIEST), _LATEST)
    return year, instant.month, instant.day, instant.hour, instant.minute, instant.second - instant.second % 2


def refuse_hidden_text(content: bytes, *, template: str) -> None:
    """Refuse a template with comments, tracked changes or hidden text (模板暗藏文字检查).

    They would go out with every paper made from it, unseen by who signs.

    Raises
    ------
    ProcedureError
        ``publication.template_unreadable``, ``publication.template_hides_text`` with the part's name.
    """
    try:
        parts = list(_parts(content))
    except (zipfile.BadZipFile, OSError) as error:
        raise ProcedureError("publication.template_unreadable", template=template) from error
    for name, part in parts:
        if _FORBIDDEN.search(name) or (name.startswith("word/") and _TRACKED.search(part)):
            raise ProcedureError("publication.template_hides_text", template=template, part=name)
