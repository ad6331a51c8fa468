"""What has to leave a roster (退出名册): volumes whose items came in, approved items that came under a limit."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from models import Batch, User
from models.vocabulary import BatchState
from workbench import clock, permissions, widgets
from workbench.i18n import count, t
from workbench.services import limited_items, volumes


def show(batch: Batch, user: User) -> None:
    """Buttons for what must leave this batch before it goes on; nothing where nothing must."""
    batch_id = int(batch.id or 0)
    if batch.state in volumes.MAY_GIVE_WAY:
        found = widgets.read(volumes.with_items, batch_id)
        if found:
            _leave(batch, user, len(found), service=volumes.give_way, permission="batch.new", name="give_way")
    elif batch.state is BatchState.APPROVED:
        held = widgets.read(limited_items.approved, batch_id, on=clock.today())
        if held:
            _leave(
                batch, user, len(held), service=limited_items.take_out, permission="use.take_out", name="take_out",
                on=clock.today(),
            )  # fmt: skip


def _leave(
    batch: Batch, user: User, size: int, *, service: Callable[..., Any], permission: str, name: str, **known: Any
) -> None:
    left, right = st.columns([1, 3], vertical_alignment="center")
    pressed = left.button(
        t(f"pages.leaving.{name}", count=count(size)), key=f"{name}-{batch.id}-{batch.version}", width="stretch",
        icon=":material/logout:", disabled=not permissions.may(user, permission),
    )  # fmt: skip
    right.caption(t(f"pages.leaving.{name}_hint"))
    if not pressed:
        return
    gone = widgets.act(
        service, batch_id=int(batch.id or 0), version=batch.version, by=user, at=clock.now(), **known
    )  # fmt: skip
    if gone is not None:
        codes = t("pages.words.join").join(gone[:10]) + ("…" if len(gone) > 10 else "")
        widgets.done(t("pages.leaving.done", count=count(len(gone)), codes=codes))
