"""What somebody can be told of, with the words for it and whether he hears of it unless he says otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.messages import Message


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of message: its name among the choices, its sentence, and whether it waits for others (bundling)."""

    name: Message
    sentence: Message
    default: bool = True
    urgent: bool = False


KINDS: Mapping[str, Kind] = {
    "assigned": Kind(Message("新任务", "new task"), Message("新任务：{task}", "New task: {task}")),
    "returned": Kind(
        Message("退回的任务", "task that came back"), Message("又回到您这里：{task}", "Back with you: {task}")
    ),
    "asked": Kind(
        Message("请我会签、加签或答复", "somebody asks me to sign or to answer"),
        Message("请您处理：{task}", "You are asked: {task}"),
    ),
    "urged": Kind(Message("催办", "reminders"), Message("催办：{task}", "Reminder: {task}"), urgent=True),
    "warned": Kind(
        Message("任务时限已用 80 %", "80 % of a task's time is used"),
        Message("时限已用 80 %：{task}", "80 % of the time is used: {task}"),
        urgent=True,
    ),
    "late": Kind(Message("任务超期", "task is late"), Message("已超期：{task}", "Late: {task}"), urgent=True),
    "queue": Kind(
        Message("我的岗位有新任务待领取", "a new task waits for my role"),
        Message("待领取：{task}", "To be claimed: {task}"),
        default=False,
    ),
}


def sentence_of(row: Any, lang: str) -> str:
    """A notice in one line: what, in which case, by whom, with his remark."""
    said = KINDS[row.kind].sentence.text(lang).format(task=row.task_name)
    chinese = lang.startswith("zh")
    about = f"（{row.case_no}）" if chinese else f" ({row.case_no})"
    by = "" if not row.person else f"，{row.person}" if chinese else f", {row.person}"
    note = "" if not row.note else f"：{row.note}" if chinese else f": {row.note}"
    return f"{said}{about}{by}{note}"
