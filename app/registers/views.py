"""How a person looks at a register: views saved under a name, and the columns chosen last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update

from app.db import Transaction
from app.identity import Actor
from app.messages import Message, Refusal
from app.registers.declaration import Register
from app.registers.tables import register_view

MOST_VIEWS = 30  # of one person and register
LONGEST_NAME = 40
_UNNAMED = ""


@dataclass(frozen=True, slots=True)
class View:
    """Filters, sorting and columns under a name; the arguments of an address say what they are. No columns: all."""

    id: int
    name: str
    query: Mapping[str, str]
    columns: tuple[str, ...]


def views_of(tx: Transaction, register: Register, actor: Actor) -> tuple[list[View], tuple[str, ...]]:
    """The person's own views by name, and the columns chosen last. One statement."""
    own = (register_view.c.user_id == actor.id, register_view.c.register == register.code)
    rows = tx.rows(select(register_view).where(*own).order_by(register_view.c.name))
    views = [View(row.id, row.name, row.query, tuple(row.columns)) for row in rows]
    last = next((view.columns for view in views if view.name == _UNNAMED), ())
    return [view for view in views if view.name != _UNNAMED], last


def save_view(
    tx: Transaction, register: Register, actor: Actor, *, name: str, query: Mapping[str, str], columns: Sequence[str]
) -> int:
    """Keep a view under a name, instead of the one that has it already; its id. Raises Refusal: `view_name`."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise Refusal(
            "view_name",
            Message(
                f"请给视图起一个名称，不超过 {LONGEST_NAME} 个字。",
                f"Give the view a name of at most {LONGEST_NAME} characters.",
            ),
            field="name",
            status=422,
        )
    views, _ = views_of(tx, register, actor)
    if len(views) >= MOST_VIEWS and name not in {view.name for view in views}:
        raise Refusal(
            "too_many_views",
            Message(
                f"这个台账已有 {MOST_VIEWS} 个视图，请先删除一个。",
                f"You have {MOST_VIEWS} views of this register; delete one first.",
            ),
            field="name",
        )
    return _keep(tx, register, actor, name, query, columns)


def choose_columns(tx: Transaction, register: Register, actor: Actor, columns: Sequence[str]) -> None:
    """Keep which columns the person sees; none or all of them means all."""
    _keep(tx, register, actor, _UNNAMED, {}, columns)


def drop_view(tx: Transaction, register: Register, actor: Actor, view_id: int) -> None:
    """Delete an own view; refuses one that is not there or somebody else's, with the same answer."""
    own = (register_view.c.user_id == actor.id, register_view.c.register == register.code)
    gone = tx.execute(
        delete(register_view).where(*own, register_view.c.id == view_id, register_view.c.name != _UNNAMED)
    )
    if gone.rowcount != 1:
        raise Refusal("unknown_view", Message("没有这个视图。", "There is no such view."), status=404)


def _keep(
    tx: Transaction, register: Register, actor: Actor, name: str, query: Mapping[str, str], columns: Sequence[str]
) -> int:
    tx.begin_writing()
    known = [column.id for column in register.columns if column.id in columns]
    kept = {"query": dict(query), "columns": [] if len(known) == len(register.columns) else known}
    mine = {"user_id": actor.id, "register": register.code, "name": name}
    same = [register_view.c[column] == value for column, value in mine.items()]
    there = tx.value(select(register_view.c.id).where(*same))
    if there is not None:
        tx.execute(update(register_view).where(register_view.c.id == there).values(**kept))
        return int(there)
    return int(tx.execute(insert(register_view).values(**mine, **kept).returning(register_view.c.id)).scalar_one())
