"""What a rehearsal shows besides variables and registers: who has a task until when, clocks, events, hand-overs."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app import calendar, clock
from app.aftersales import stock
from app.db import Transaction
from app.feel import to_json
from app.history import history_event
from app.runtime.tables import process_instance, user_task
from app.runtime.world import World


def open_tasks(tx: Transaction, *, case_no: str | None = None, instance_id: int | None = None) -> dict[str, Any]:
    """Element id → row of the open user tasks of a case or of one instance; of twins the newer counts."""
    query = select(user_task).where(user_task.c.state == "open").order_by(user_task.c.id)
    if case_no is not None:
        query = query.where(user_task.c.case_no == case_no)
    if instance_id is not None:
        query = query.where(user_task.c.instance_id == instance_id)
    return {row.element_id: row for row in tx.rows(query)}


def open_elements(tx: Transaction, case_no: str) -> list[str]:
    """The element ids of the open user tasks of a case, twins twice."""
    query = select(user_task.c.element_id).where(user_task.c.case_no == case_no, user_task.c.state == "open")
    return sorted(row.element_id for row in tx.rows(query))


def clocks(tx: Transaction, world: World, case_no: str) -> dict[str, dict[str, Any]]:
    """Kind → `state` and `due_at` of the newest service clock that was not cancelled."""
    found = calendar.clocks_of_case(tx, case_no, lambda unit_path: world.calendar(tx, unit_path))
    return {
        each.kind: {"state": each.clock.state(clock.now()), "due_at": each.clock.due_at.isoformat()}
        for each in found
        if each.cancelled_at is None
    }


def events(tx: Transaction, kind: str) -> list[dict[str, Any]]:
    """The data of every event of a kind, with its `case` and the `element` it is about."""
    query = select(history_event).where(history_event.c.kind == kind).order_by(history_event.c.id)
    return [{**(row.data or {}), "case": row.case_no, "element": row.element_id} for row in tx.rows(query)]


def newest_instance(tx: Transaction, case_no: str, process_key: str) -> int | None:
    """The instance of a process that began last in a case."""
    return tx.value(
        select(process_instance.c.id)
        .where(process_instance.c.case_no == case_no, process_instance.c.process_key == process_key)
        .order_by(process_instance.c.id.desc())
        .limit(1)
    )


def stock_at(tx: Transaction, place: str) -> dict[str, tuple[Any, Any]]:
    """Part number → how many new ones stand at a place (its code), and how many of them are reserved."""
    query = (
        select(stock.stock_balance.c.part_no, stock.stock_balance.c.quantity, stock.stock_balance.c.reserved)
        .join(stock.stock_location, stock.stock_location.c.id == stock.stock_balance.c.location_id)
        .where(stock.stock_location.c.code == place, stock.stock_balance.c.state == "new")
    )
    found: dict[str, tuple[Any, Any]] = {}
    for row in tx.rows(query):
        there, reserved = found.get(row.part_no, (0, 0))
        found[row.part_no] = (there + row.quantity, reserved + row.reserved)
    return {part: (to_json(there), to_json(reserved)) for part, (there, reserved) in found.items()}
