"""Templates tried before they are used (模板检查): every field a template names must be one that its paper has.

A trial rendering alone sees only the branches that the sample takes; so the template is also read as a program,
and each name in it, also in a branch not taken, is looked up in the sample.
"""

import io
import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateSyntaxError, meta, nodes
from jinja2.sandbox import SandboxedEnvironment

from models.errors import ProcedureError
from workbench.i18n import t
from workbench.writers import wording

_TAG = re.compile(r"<[^>]+>")
_SHOWN = 12  # known fields in a message
_NEAR = 40  # characters of the place shown


def problems(content: bytes, *, name: str) -> list[ProcedureError]:
    """What is wrong in a template (模板问题), each with the remedy; empty when it can be used.

    The list holds ``publication.template_unreadable``, ``papers.template_syntax`` and ``papers.template_placeholder``.
    """
    template, sample = f"{name}.docx", wording.paper(name).sample
    try:
        document = DocxTemplate(io.BytesIO(content))
        document.init_docx()
        sources = list(_sources(document))
    except Exception as error:  # a damaged package fails in as many ways as there are parts
        return [_caused(ProcedureError("publication.template_unreadable", template=template), error)]
    found: dict[str, None] = {}
    for source in sources:
        try:
            tree = _environment().parse(source)
            found |= dict.fromkeys(_unknown(tree, sample))
        except TemplateSyntaxError as error:
            place = _place(source, error.lineno)
            return [
                _caused(ProcedureError("papers.template_syntax", template=template, problem=error.message, place=place),
                        error)
            ]  # fmt: skip
    return [
        ProcedureError("papers.template_placeholder", template=template, placeholder=each, hint=_hint(each, name))
        for each in found
    ]


def fields(name: str) -> list[str]:
    """Every field that a template of this paper may use (填写项): ``batch.title``, ``lines[].title``."""
    return list(_paths("", wording.paper(name).sample))


def _caused(problem: ProcedureError, error: Exception) -> ProcedureError:
    problem.__cause__ = error
    return problem


def _environment() -> SandboxedEnvironment:
    return SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)


def _sources(document: DocxTemplate) -> Iterator[str]:
    """Body, headers and footers as the template engine reads them, a line for each paragraph."""
    parts = [document.get_xml()]
    for kind in (document.HEADER_URI, document.FOOTER_URI):
        parts += [document.get_part_xml(part) for _, part in document.get_headers_footers(kind)]
    for part in parts:
        yield re.sub(r"<w:p([ >])", r"\n<w:p\1", document.patch_xml(part))


def _place(source: str, line: int) -> str:
    lines = source.splitlines()
    text = _TAG.sub("", lines[min(line, len(lines)) - 1]).strip() if lines else ""
    return t("errors.papers.template_near", text=text[:_NEAR]) if text else ""


def _unknown(tree: nodes.Template, sample: Mapping[str, Any]) -> Iterator[str]:
    """Names that the sample does not have, also below a loop's own name."""
    for name in sorted(meta.find_undeclared_variables(tree)):
        if name not in sample:
            yield name
    yield from _unknown_below(tree, sample)


def _unknown_below(node: nodes.Node, known: Mapping[str, Any]) -> Iterator[str]:
    """Fields of a thing, or of a row of a loop, that the sample does not have; a loop's own name counts inside it."""
    if isinstance(node, nodes.For) and isinstance(node.target, nodes.Name):
        rows = _value(node.iter, known)
        known = {**known, node.target.name: rows[0] if isinstance(rows, list) and rows else None}
    if isinstance(node, nodes.Getattr):
        holder = _value(node.node, known)
        if isinstance(holder, Mapping) and node.attr not in holder:
            yield f"{_written(node.node)}.{node.attr}"
    for inner in node.iter_child_nodes():
        yield from _unknown_below(inner, known)


def _value(node: nodes.Node, known: Mapping[str, Any]) -> Any:
    if isinstance(node, nodes.Name):
        return known.get(node.name)
    if isinstance(node, nodes.Getattr):
        holder = _value(node.node, known)
        return holder.get(node.attr) if isinstance(holder, Mapping) else None
    return None


def _written(node: nodes.Node) -> str:
    if isinstance(node, nodes.Getattr):
        return f"{_written(node.node)}.{node.attr}"
    return node.name if isinstance(node, nodes.Name) else "…"


def _paths(before: str, value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _paths(f"{before}.{key}" if before else str(key), inner)
    elif isinstance(value, list) and value and isinstance(value[0], Mapping):
        yield from _paths(f"{before}[]", value[0])
    else:
        yield before


def _hint(placeholder: str, name: str) -> str:
    known = {each.rpartition(".")[2]: each for each in fields(name)} | {each: each for each in fields(name)}
    near = get_close_matches(placeholder, known, 1) or get_close_matches(placeholder.rpartition(".")[2], known, 1)
    if near:
        return t("errors.papers.template_did_you_mean", near=known[near[0]], name=name)
    shown = fields(name)
    return t("errors.papers.template_known", known=", ".join(shown[:_SHOWN]) + ("…" if len(shown) > _SHOWN else ""))
