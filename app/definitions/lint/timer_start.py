"""A timer start says which units it starts at, and its cycle is one that comes."""

from __future__ import annotations

from collections.abc import Iterator

from app.calendar import Cycle
from app.definitions.bundle import Bundle
from app.definitions.knowledge import Knowledge
from app.definitions.timer_starts import PLACES, place_of
from app.engine import Element, is_expression, timers
from app.messages import Message, Problem, Refusal


def check(bundle: Bundle, knowledge: Knowledge) -> Iterator[Problem]:
    """Unknown places, and cron texts that cannot be read."""
    for file, process in bundle.processes.values():
        for element_id, timer in process.timer_starts.items():
            element = process.elements[element_id]
            if place_of(element) not in PLACES:
                yield _problem(
                    file.name,
                    element,
                    Message(
                        f"定时开始“{element.title}”的 start_in“{place_of(element)}”不是一级单位。",
                        f"The start_in “{place_of(element)}” of “{element.title}” is no kind of unit.",
                    ),
                    Message("可用：" + "、".join(PLACES) + "。", "There are: " + ", ".join(PLACES) + "."),
                )
            if timer.kind == "cycle" and not is_expression(timer.text) and timers.is_cron(timer.text):
                try:
                    Cycle.parse(timer.text)
                except Refusal as wrong:
                    yield _problem(file.name, element, wrong.message, None)


def _problem(file: str, element: Element, message: Message, hint: Message | None) -> Problem:
    return Problem(
        rule="timer_start",
        severity="error",
        message=message,
        hint=hint,
        file=file,
        line=element.line,
        element_id=element.id,
        element_name=element.name or None,
    )
