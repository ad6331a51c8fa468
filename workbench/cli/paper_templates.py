"""``papers templates`` (公文模板): list them, write out the built-in ones for editing, check the archive's own."""

import sys
from pathlib import Path

import click

from workbench.cli.framework import Call, Group, pass_call
from workbench.cli.parameters import FOLDER
from workbench.i18n import t
from workbench.services import paper_templates
from workbench.services.paper_templates import Template


@click.group("templates", cls=Group, help=t("cli.help.papers_templates"))
def templates() -> None:
    """Templates."""


@templates.command("list", help=t("cli.help.papers_templates_list"))
@click.argument("name", required=False)
@pass_call
def list_templates(call: Call, name: str | None) -> None:
    """List templates, or the fields of one."""
    if name is not None:
        fields = paper_templates.fields(name)
        call.emit(fields, lambda: fields)
        return
    found = paper_templates.everything(call.home)
    call.emit([each.to_dict() for each in found], lambda: [_line(each) for each in found])


def _line(each: Template) -> str:
    state = t("papers.template_own" if each.is_own else "papers.template_built_in")
    return t("papers.template_line", name=each.name, title=each.title, state=state)


@templates.command("export", help=t("cli.help.papers_templates_export"))
@click.argument("out", type=FOLDER)
@click.argument("names", nargs=-1)
@pass_call
def export(call: Call, out: Path, names: tuple[str, ...]) -> None:
    """Write out built-in templates."""
    with call.reading() as session:
        written = paper_templates.export(session, out, names)
    call.emit(
        {"folder": str(out), "templates": [file.name for file in written]},
        t("papers.templates_exported", count=len(written), folder=out),
    )


@templates.command("check", help=t("cli.help.papers_templates_check"))
@pass_call
def check(call: Call) -> None:
    """Try the archive's own templates; exit 1 when one cannot be used."""
    own = [each for each in paper_templates.everything(call.home) if each.is_own]
    strays = paper_templates.strays(call.home)
    broken = [problem for each in own for problem in each.problems]

    def lines() -> list[str]:
        said = [t("papers.template_broken", problem=problem) for problem in broken]
        said += [f"{name}\t{t('papers.template_stray')}" for name in strays]
        return said if broken else [*said, t("papers.templates_well", count=len(own))]

    call.emit({"templates": [each.to_dict() for each in own], "not_used": strays}, lines)
    if broken:
        sys.exit(1)
