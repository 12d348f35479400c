"""Closing an outlet, a region or a desk: refused with every reason while people or work hang on it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from app.db import Transaction
from app.identity import Actor, People, close_unit, unit_burden
from app.messages import Message, Refusal
from app.runtime.tables import process_instance, user_task


def retire_unit(tx: Transaction, *, actor: Actor, code: str) -> Any:
    """Close a unit and return its row; refuses with all reasons at once, each with its number."""
    unit = People.unit(tx, code)
    reasons = _reasons(tx, unit)
    if reasons:
        raise Refusal(
            "unit_in_use",
            Message(
                f"“{unit.name}”还不能停用：{'，'.join(each.zh for each in reasons)}。先调走人员、办完或改派任务。",
                f"“{unit.name}” cannot be closed yet: {', '.join(each.en for each in reasons)}. "
                "Move the people and finish or reassign the work first.",
            ),
        )
    close_unit(tx, actor=actor, code=code)
    return unit


def _reasons(tx: Transaction, unit: Any) -> list[Message]:
    burden = unit_burden(tx, unit)
    tasks = _number_of(tx, user_task, unit.path, user_task.c.state == "open")
    running = _number_of(tx, process_instance, unit.path, process_instance.c.state == "active")
    counted = (
        (burden.below, "下级单位 {} 个", "{} units below it"),
        (burden.members, "所属人员 {} 人", "{} people belong to it"),
        (burden.holders, "在此担任角色 {} 人", "{} people hold a role there"),
        (tasks, "未办任务 {} 个", "{} open tasks"),
        (running, "在办流程 {} 个", "{} running processes"),
    )
    return [Message(zh.format(number), en.format(number)) for number, zh, en in counted if number]


def _number_of(tx: Transaction, table: Any, path: str, condition: Any) -> int:
    below = table.c.unit_path.startswith(path, autoescape=True)
    return int(tx.value(select(func.count()).select_from(table).where(below, condition)) or 0)
