"""Papers (公文): fill a template, check an archive's own one, make the file plain."""

import io
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from models.errors import ProcedureError
from workbench.i18n import LANGUAGES, speaking
from workbench.writers import template_check, templates, wording
from workbench.writers.packages import plain_package, refuse_hidden_text
from workbench.writers.tables import clean
from workbench.writers.templates import Fonts

EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)  # an instant for files that are thrown away


def template(name: str, fonts: Fonts, folder: Path | None = None) -> bytes:
    """The template of a paper (取模板): the archive's own copy in ``folder`` if there is one, else ours.

    An own copy is tried before it is used; a broken one is an error, never silently replaced by ours.

    Raises
    ------
    ProcedureError
        What ``check`` raises for an own copy.
    """
    own = templates.own_copy(folder, name) if folder else None
    if own is None or not own.is_file():
        return _built_in(name, fonts)
    content = own.read_bytes()
    check(content, name=name)
    return content


@lru_cache(maxsize=64)
def _built_in(name: str, fonts: Fonts) -> bytes:
    with speaking(LANGUAGES[0]):  # papers of a Chinese archive are Chinese, whatever language the screen speaks
        return templates.build(wording.paper(name), fonts)


@lru_cache(maxsize=64)
def check(content: bytes, *, name: str) -> None:
    """Try a template of the archive's own (试填模板): no hidden text, no unknown field, and the sample fits in.

    Raises
    ------
    ProcedureError
        ``publication.template_unreadable``, ``publication.template_hides_text``, ``papers.template_syntax``,
        ``papers.template_placeholder`` or ``publication.template_failed``, each naming the template.
    """
    refuse_hidden_text(content, template=f"{name}.docx")
    for problem in template_check.problems(content, name=name):
        raise problem
    fill(content, wording.paper(name).sample, name=name, at=EARLIEST)


def fill(content: bytes, values: Mapping[str, Any], *, name: str, at: datetime) -> bytes:
    """Fill a template (填写公文): absent values are empty cells, unknown names are refused.

    A template may be edited by the archive, so it runs in a sandbox and cannot reach the program.

    Raises
    ------
    ProcedureError
        ``publication.template_failed`` with the template and what is wrong in it.
    """
    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    try:
        document = DocxTemplate(io.BytesIO(content))
        document.render(_writable(values), jinja_env=environment, autoescape=True)
        held = io.BytesIO()
        document.save(held)
    except (TemplateError, ValueError, KeyError, TypeError) as error:
        raise ProcedureError("publication.template_failed", template=f"{name}.docx", problem=str(error)) from error
    return plain_package(held.getvalue(), at=at)


def _writable(value: Any) -> Any:
    """Texts made writable all the way down; ``None`` becomes the empty text of a blank cell."""
    if isinstance(value, Mapping):
        return {key: _writable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_writable(inner) for inner in value]
    if isinstance(value, bool | int):
        return value
    return clean(value)
