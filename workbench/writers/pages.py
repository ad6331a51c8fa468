"""The notice as a web page (公告网页): one file, no outside font, script or picture; and a bare fragment of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from importlib import resources

from workbench.writers.reading_back import Paragraph, ReadPaper, TableBlock
from workbench.writers.tables import Row, clean
from workbench.writers.wording import Kind

# Not even the page itself may fetch anything: a browser enforces what we promise.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


@dataclass(frozen=True, slots=True)
class Link:
    """A link to another page beside this one (链接)."""

    text: str
    address: str


def fragment(paper: ReadPaper) -> str:
    """The notice's words as bare html (公告片段): headings, paragraphs and tables without class or style.

    It is for the editor of a government site, which strips everything else.
    """
    return "\n".join(_plain_block(block) for block in paper.blocks if isinstance(block, Paragraph | TableBlock)) + "\n"


def _plain_block(block: Paragraph | TableBlock) -> str:
    if isinstance(block, TableBlock):
        return _table(block.rows[:1] if block.has_head else (), block.rows[1:] if block.has_head else block.rows)
    tag = {Kind.TITLE: "h1", Kind.HEADING: "h2"}.get(block.kind, "p")
    return f"<{tag}>{_lines(block.text)}</{tag}>"


def page(
    paper: ReadPaper, *, title: str, catalogue: "Catalogue | None", footer: Sequence[str], links: Sequence[Link] = ()
) -> str:
    """The notice as a page of its own (公告网页), with links and the catalogue below when there are any."""
    style = resources.files(__package__).joinpath("notice.css").read_text(encoding="utf-8")
    words = "\n".join(_block(block) for block in paper.blocks if isinstance(block, Paragraph | TableBlock))
    section = "" if catalogue is None else f"<section>\n{catalogue.html()}</section>\n"
    if links:
        anchors = "".join(f'<a href="{escape(link.address)}">{escape(clean(link.text))}</a>' for link in links)
        section = f"<nav>{anchors}</nav>\n{section}"
    foot = "".join(f"<div>{escape(line)}</div>" for line in footer)
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(clean(title))}</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
        f"<article>\n{words}\n</article>\n{section}<footer>{foot}</footer>\n</body>\n</html>\n"
    )


class Catalogue:
    """The open catalogue as an html table (网页目录); ``remark`` stands in its place when it is too long."""

    def __init__(self, caption: str, headers: Sequence[str], rows: Iterable[Row], remark: str | None = None) -> None:
        self.caption, self.headers, self.rows, self.remark = caption, headers, rows, remark

    def html(self) -> str:
        """Write the table, or the remark."""
        if self.remark is not None:
            return f"<p>{escape(self.remark)}</p>\n"
        return _table([self.headers], self.rows, caption=self.caption)


def _block(block: Paragraph | TableBlock) -> str:
    if isinstance(block, TableBlock):
        return _plain_block(block)
    match block.kind:
        case Kind.TITLE:
            return f"<h1>{_lines(block.text)}</h1>"
        case Kind.HEADING:
            return f"<h2>{_lines(block.text)}</h2>"
        case Kind.BODY:
            return f"<p>{_lines(block.text)}</p>"
        case _:
            return f'<p class="{block.kind.value}">{_lines(block.text)}</p>'


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _table(head: Iterable[Sequence[str]], rows: Iterable[Row], caption: str | None = None) -> str:
    pieces = ["<table>\n"]
    if caption is not None:
        pieces.append(f"<caption>{escape(caption)}</caption>\n")
    for row in head:
        cells = "".join(f'<th scope="col">{escape(name)}</th>' for name in row)
        pieces.append(f"<thead><tr>{cells}</tr></thead>\n")
    pieces.append("<tbody>\n")
    for line in rows:
        cells = "".join(f"<td>{escape(clean(value))}</td>" for value in line)
        pieces.append(f"<tr>{cells}</tr>\n")
    pieces.append("</tbody>\n</table>\n")
    return "".join(pieces)
