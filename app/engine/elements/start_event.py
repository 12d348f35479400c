"""The start event: none, message or timer; who starts an instance names it, the token passes through."""

from __future__ import annotations

from collections.abc import Iterable

from app.engine.elements.catching import check_timer
from app.engine.elements.flow_node import FlowNode, problem
from app.engine.model import Element, Process, is_expression
from app.messages import Problem


class StartEvent(FlowNode):
    """What starts it (a person, a message, a due timer) is the runtime's business."""

    kinds = frozenset({"", "timer", "message"})

    @classmethod
    def check(cls, element: Element, process: Process) -> Iterable[Problem]:
        if element.parent is not None and element.event:
            yield problem(
                element,
                "subprocess_start_with_event",
                f"子流程的开始事件「{element.title}」不能带事件。",
                f"The start event {element.title} of a subprocess cannot have a trigger.",
            )
        elif element.event == "timer":
            yield from check_timer(element, cycle=True)
        elif element.event == "message":
            if element.message_name is None:
                yield problem(
                    element,
                    "event_without_message",
                    f"消息开始事件「{element.title}」没有指定消息。",
                    f"Message start event {element.title} names no message.",
                )
            elif is_expression(element.message_name):
                yield problem(
                    element,
                    "start_message_expression",
                    f"消息开始事件「{element.title}」的消息名不能是表达式。",
                    f"The message name of start event {element.title} cannot be an expression.",
                )
