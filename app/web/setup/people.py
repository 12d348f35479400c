"""Step 2: outlets and staff from Excel, and which roles nobody holds yet."""

from __future__ import annotations

from typing import Any

from flask import render_template
from sqlalchemy import func, select

from app.aftersales.list_file import Line
from app.db import Transaction
from app.definitions.tables import process_definition
from app.identity import add_unit, change_unit
from app.identity.actor import Actor
from app.identity.tables import org_unit, role_assignment, user_account
from app.messages import Message
from app.web.access import house
from app.web.admin import only_admin
from app.web.admin.answers import role_name
from app.web.admin.units import CODE_LENGTH, KINDS
from app.web.setup import pages, step_page
from app.web.setup.sheet import Sheet, SheetPlan

COLUMNS = {
    "code": Message("单位编码", "Unit code"),
    "name": Message("名称", "Name"),
    "kind": Message("类型", "Kind"),
    "parent": Message("上级编码", "Code of the unit above"),
}
_BELOW = {"company": ("region", "outlet"), "region": ("outlet",), "outlet": ()}


@pages.get("/people")
@only_admin
def people() -> Any:
    """What there is already, the two lists, and the roles of the procedures in use that nobody holds."""
    with house().db.reading() as tx:
        units = int(tx.value(select(func.count()).select_from(org_unit).where(org_unit.c.active)) or 0)
        users = int(tx.value(select(func.count()).select_from(user_account).where(user_account.c.active)) or 0)
        return render_template(
            "setup/people.html", **step_page(tx, "people", units=units, users=users, unheld=_unheld(tx), sheet=OUTLETS)
        )


def _unheld(tx: Transaction) -> list[str]:
    """The names of the roles that have a lane in a procedure in use, and no holder."""
    held = {
        row.role
        for row in tx.rows(
            select(role_assignment.c.role)
            .join(user_account, user_account.c.id == role_assignment.c.user_id)
            .where(user_account.c.active)
            .distinct()
        )
    }
    live = select(process_definition.c.live_version_id).where(process_definition.c.switched_off_at.is_(None))
    store = house().world.definitions
    lanes = {
        element.lane
        for row in tx.rows(live)
        for element in store.version(tx, row.live_version_id).process.elements.values()
        if element.type == "userTask" and element.lane
    }
    roles = house().roles
    wanted = [
        role
        for role, entry in roles.items()
        if role in lanes and role not in held and entry.get("level") != "external" and not entry.get("dynamic")
    ]
    return [role_name(role) for role in wanted]


def _plan(tx: Transaction, lines: list[Line]) -> SheetPlan:
    made = SheetPlan()
    known = {row.code: row for row in tx.rows(select(org_unit))}
    folded = {code.casefold(): code for code in known}
    kinds = {code: row.kind for code, row in known.items()}
    seen: dict[str, int] = {}
    for line in lines:
        code, name, kind = line.values["code"], line.values["name"], _kind(line.values["kind"])
        parent = line.values["parent"]
        before = len(made.errors)
        if not code or len(code) > CODE_LENGTH or not code.isalnum() or not code.isascii():
            most = CODE_LENGTH
            made.wrong(line, "code", f"编码由字母和数字组成，最多 {most} 位", f"letters and digits, at most {most}")
        elif code.casefold() in seen:
            first = seen[code.casefold()]
            made.wrong(line, "code", f"与第 {first} 行重复", f"it stands in line {first} too")
        elif folded.get(code.casefold(), code) != code:
            other = folded[code.casefold()]
            made.wrong(line, "code", f"与“{other}”只有大小写不同", f"differs from “{other}” by case only")
        seen.setdefault(code.casefold(), line.number)
        if not name or len(name) > 120:
            made.wrong(line, "name", "请填写名称，最多 120 个字", "a name of at most 120 characters is needed")
        own = known.get(code)
        if kind is None:
            made.wrong(line, "kind", "类型只能是：区域、网点", "the kind is one of: region, outlet")
        elif own is not None:
            if own.kind != kind:
                made.wrong(line, "kind", "已有单位的类型不能更改", "the kind of a unit cannot change")
        elif parent not in kinds:
            made.wrong(line, "parent", f"没有单位“{parent}”", f"there is no unit “{parent}”")
        elif kind not in _BELOW[kinds[parent]]:
            above, own_kind = KINDS[kinds[parent]], KINDS[kind]
            made.wrong(line, "parent", f"{above.zh}下面不能设{own_kind.zh}", f"no {own_kind.en} below a {above.en}")
        if len(made.errors) == before:
            assert kind is not None
            # A line may name the unit of a line above it.
            kinds.setdefault(code, kind)
            made.add(line, "new" if own is None else "same" if own.name == name else "changed")
    return made


def _apply(tx: Transaction, made: SheetPlan, actor: Actor) -> None:
    for line, what in made.lines:
        values = line.values
        if what == "new":
            kind = _kind(values["kind"])
            assert kind is not None
            add_unit(tx, actor=actor, code=values["code"], kind=kind, name=values["name"], parent=values["parent"])
        elif what == "changed":
            change_unit(tx, actor=actor, code=values["code"], name=values["name"])
            tx.after_commit(house().refresh)


def _kind(text: str) -> str | None:
    return next((key for key, each in KINDS.items() if text.casefold() in {key, each.zh}), None)


OUTLETS = Sheet(
    key="outlets",
    step="people",
    title=Message("网点名单", "List of outlets"),
    about=Message(
        "每行一个区域或网点；上级写已有单位的编码，或前面某一行的编码。",
        "One region or outlet per line; above it stands a unit that exists, or one of a line before.",
    ),
    columns=COLUMNS,
    needed=("code", "name", "kind", "parent"),
    plan=_plan,
    apply=_apply,
)
