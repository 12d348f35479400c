"""Places where parts stand: ours, which never go below zero, and the world's, against which ours are balanced."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from app.aftersales.stock.tables import stock_location
from app.db import Transaction
from app.history import record
from app.history.record import Doer
from app.messages import Message, Refusal

OURS = ("warehouse", "station", "van", "old_parts", "scrap", "in_transit")
# `difference` is where a count that disagrees, or a part that was lost, is balanced.
THE_WORLD = ("customer", "supplier", "difference")
KINDS: dict[str, Message] = {
    "warehouse": Message("仓库", "Warehouse"),
    "station": Message("服务站", "Service station"),
    "van": Message("随车备件", "Technician's van"),
    "old_parts": Message("旧件库", "Old parts"),
    "scrap": Message("报废", "Scrap"),
    "in_transit": Message("在途", "In transit"),
    "customer": Message("客户", "Customer"),
    "supplier": Message("供应商", "Supplier"),
    "difference": Message("盘盈盘亏", "Differences"),
}
STATES: dict[str, Message] = {
    "new": Message("新件", "New"),
    "used": Message("可用旧件", "Used"),
    "old": Message("旧件", "Old"),
    "bad": Message("不合格件", "Defective"),
}
_FROM = {"warehouse", "station", "van"}
_MOVABLE = {*_FROM, "in_transit"}
# Which move may lead from where to where. What is not here is refused: nothing is received into a customer.
WAYS: dict[str, frozenset[tuple[str, str]]] = {
    "receive": frozenset({("supplier", "warehouse"), ("supplier", "station")}),
    "send_back": frozenset({("warehouse", "supplier"), ("station", "supplier")}),
    "transfer": frozenset(
        {(a, b) for a in _MOVABLE for b in _MOVABLE} | {("old_parts", "old_parts")},
    ),
    "issue": frozenset({(a, b) for a in ("warehouse", "station") for b in ("van", "in_transit")}),
    "use": frozenset({("van", "customer"), ("station", "customer"), ("in_transit", "customer")}),
    "return": frozenset({(a, b) for a in ("van", "in_transit") for b in ("warehouse", "station")}),
    "lose": frozenset({("van", "difference"), ("in_transit", "difference"), ("station", "difference")}),
    "take_back": frozenset({("customer", "old_parts")}),
    "give_back": frozenset({("old_parts", "customer")}),
    "claim": frozenset({("old_parts", "supplier")}),
    "reuse": frozenset({("old_parts", "warehouse"), ("old_parts", "station")}),
    "scrap": frozenset({(a, "scrap") for a in (*_FROM, "old_parts")}),
    "set_apart": frozenset({("warehouse", "warehouse"), ("station", "station")}),
    "count": frozenset({(a, "difference") for a in OURS} | {("difference", a) for a in OURS}),
}
# Moves in which a part changes its state: an old part was repaired; a defective one is kept apart where it stands.
CHANGES_STATE = {"reuse": "used", "set_apart": "bad"}
_insert = insert(stock_location).returning(stock_location.c.id)
_world = {
    "sqlite": sqlite.insert(stock_location).on_conflict_do_nothing(index_elements=["code"]),
    "postgresql": postgresql.insert(stock_location).on_conflict_do_nothing(index_elements=["code"]),
}


def add_location(
    tx: Transaction, *, code: str, kind: str, name: str, unit_path: str, holder: str | None = None, actor: Doer
) -> int:
    """Write a place down and return its id. A van names the login of its technician."""
    if kind not in KINDS:
        raise Refusal(
            "unknown_kind", Message(f"没有“{kind}”这种地点。", f"There is no place of kind “{kind}”."), status=422
        )
    if not code or not name:
        sentence = Message("请填写编码和名称。", "Give a code and a name.")
        raise Refusal("name_needed", sentence, field="name" if code else "code", status=422)
    if tx.row(select(stock_location.c.id).where(stock_location.c.code == code)) is not None:
        sentence = Message(f"编码“{code}”已经用过。", f"The code “{code}” is taken.")
        raise Refusal("code_taken", sentence, field="code", status=422)
    if kind == "van" and not holder:
        sentence = Message("随车备件账要写明领用人的登录名。", "A van names the login of its technician.")
        raise Refusal("holder_needed", sentence, field="holder", status=422)
    values = {"code": code, "kind": kind, "name": name, "unit_path": unit_path, "holder": holder}
    added = int(tx.execute(_insert, values).scalar_one())
    record(tx, actor=actor, kind="stock_place_added", data=values)
    return added


def location_of(tx: Transaction, code: str) -> Row[Any]:
    """The place with this code, or a refusal."""
    found = tx.row(select(stock_location).where(stock_location.c.code == code, stock_location.c.active))
    if found is None:
        raise unknown_location(code)
    return found


def van_of(tx: Transaction, login: str) -> Row[Any]:
    """The van of a technician, or a refusal that says what is missing."""
    found = tx.row(
        select(stock_location)
        .where(stock_location.c.holder == login, stock_location.c.kind == "van", stock_location.c.active)
        .order_by(stock_location.c.id)
        .limit(1)
    )
    if found is None:
        raise Refusal(
            "unknown_location",
            Message(f"{login} 没有随车备件账，请先建立。", f"{login} has no van in the parts ledger; add it first."),
            status=422,
        )
    return found


def nearest(tx: Transaction, kind: str, unit_path: str) -> str:
    """The code of the place of this kind that serves a unit: its own, else the nearest one of a unit above."""
    query = select(stock_location.c.code, stock_location.c.unit_path).where(
        stock_location.c.kind == kind, stock_location.c.active
    )
    serving = [row for row in tx.rows(query.order_by(stock_location.c.id)) if unit_path.startswith(row.unit_path)]
    if not serving:
        raise unknown_location(KINDS[kind].zh if kind in KINDS else kind)
    return str(max(serving, key=lambda row: len(row.unit_path)).code)


def the_world(tx: Transaction, kind: str) -> str:
    """The code of the one place that stands for all customers, all suppliers or all differences; made when needed."""
    query = select(stock_location.c.code).where(stock_location.c.kind == kind).order_by(stock_location.c.id).limit(1)
    found = tx.value(query)
    if found is None:
        values = {"code": f"*{kind}", "kind": kind, "name": KINDS[kind].zh, "unit_path": "/", "active": True}
        tx.execute(_world[tx.connection.dialect.name].values(**values))
        found = tx.value(query)
    return str(found)


def unknown_location(code: str) -> Refusal:
    """There is no such place."""
    return Refusal(
        "unknown_location",
        Message(f"备件账里没有地点“{code}”。", f"The parts ledger has no place “{code}”."),
        field="location",
        status=422,
    )
