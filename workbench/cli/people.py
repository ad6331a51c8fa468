"""``user`` and ``setting`` (人员、设置)."""

import click

from models.vocabulary import Role
from workbench.cli.framework import Call, pass_call, root
from workbench.cli.parameters import ROLE
from workbench.i18n import t
from workbench.services import people, setting_up


@root.group(help=t("cli.help.user"))
def user() -> None:
    """People."""


@user.command("add", help=t("cli.help.user_add"))
@click.argument("name")
@click.option("--role", "roles", multiple=True, required=True, type=ROLE, help=t("cli.help.role"))
@pass_call
def add_user(call: Call, name: str, roles: tuple[str, ...]) -> None:
    """Register a person."""
    with call.transaction() as session:
        actor = call.actor(session, "user.manage")
        password = None if setting_up.is_demo(session) else call.password(name, line=1, confirm=True)
        added = people.add(
            session=session, name=name, roles=[Role(role) for role in roles], password=password, by=actor, at=call.at
        )
    call.emit({"name": added.name, "roles": added.roles}, t("people.added", user=added.name))


@user.command("password", help=t("cli.help.user_password"))
@click.argument("name")
@pass_call
def set_password(call: Call, name: str) -> None:
    """Give a person a new password."""
    with call.transaction() as session:
        actor = call.actor(session, "user.manage")
        password = call.password(name, line=1, confirm=True)
        people.set_password(session=session, user=people.find(session, name), password=password, by=actor, at=call.at)
    call.emit({"name": name}, t("people.password_set", user=name))


@user.command("retire", help=t("cli.help.user_retire"))
@click.argument("name")
@pass_call
def retire(call: Call, name: str) -> None:
    """Close a person's account; what they did stays."""
    with call.transaction() as session:
        actor = call.actor(session, "user.manage")
        people.retire(session=session, user=people.find(session, name), by=actor, at=call.at)
    call.emit({"name": name}, t("people.retired", user=name))


@user.command("list", help=t("cli.help.user_list"))
@pass_call
def list_users(call: Call) -> None:
    """List people."""
    with call.reading() as session:
        rows = [{"name": person.name, "roles": person.roles} for person in people.everyone(session)]
    call.emit(rows, lambda: [f"{row['name']}\t{', '.join(row['roles'])}" for row in rows])


@root.group(help=t("cli.help.setting"))
def setting() -> None:
    """Settings."""


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return "" if value is None else str(value)


@setting.command("list", help=t("cli.help.setting_list"))
@pass_call
def list_settings(call: Call) -> None:
    """List settings."""
    with call.reading() as session:
        values = setting_up.all_values(session)
    rows = [{"key": key, "value": value} for key, value in values.items()]
    call.emit(rows, lambda: [f"{key} = {_shown(value)}\t{t(f'settings.{key}')}" for key, value in values.items()])


@setting.command("get", help=t("cli.help.setting_get"))
@click.argument("key")
@pass_call
def get_setting(call: Call, key: str) -> None:
    """Show one setting."""
    with call.reading() as session:
        value = setting_up.get(session, key)
    call.emit({"key": key, "value": value}, _shown(value))


@setting.command("set", help=t("cli.help.setting_set"))
@click.argument("key")
@click.argument("value")
@pass_call
def set_setting(call: Call, key: str, value: str) -> None:
    """Change one setting."""
    with call.transaction() as session:
        stored = setting_up.set_(session=session, key=key, text=value, by=call.person(session), at=call.at)
    call.emit({"key": key, "value": stored}, f"{key} = {_shown(stored)}")
