"""The start event: who starts an instance names it; in an event subprocess it says what is awaited."""

from __future__ import annotations

from collections.abc import Iterable

from app.engine.elements.catching import check_wait
from app.engine.elements.flow_node import FlowNode, problem
from app.engine.model import Element, Process, is_expression
from app.messages import Problem


class StartEvent(FlowNode):
    """What starts a process (a person, a message, a due timer) is the runtime's business; the token passes through."""

    kinds = frozenset({"", "timer", "message", "signal", "conditional", "error", "escalation", "multiple"})

    @classmethod
    def check(cls, element: Element, process: Process) -> Iterable[Problem]:
        outer = process.elements.get(element.parent or "")
        if outer is not None and outer.triggered_by_event:
            yield from _check_trigger(element)
        elif outer is not None and element.event:
            yield problem(
                element,
                "subprocess_start_with_event",
                f"子流程的开始事件「{element.title}」不能带事件。",
                f"The start event {element.title} of a subprocess cannot have a trigger.",
            )
        elif element.event in ("conditional", "error", "escalation"):
            yield problem(
                element,
                "unsupported_event",
                f"流程不能由「{element.title}」这种事件启动,它只能用在事件子流程里。",
                f"A process cannot be started by the event of {element.title}; it belongs into an event subprocess.",
            )
        elif element.event == "multiple":
            for alternative in element.alternatives:
                yield from cls.check(alternative, process)
        elif element.event:
            yield from check_wait(element, cycle=True, cron=True)
            if is_expression(element.message_name):
                yield problem(
                    element,
                    "start_message_expression",
                    f"消息开始事件「{element.title}」的消息名不能是表达式。",
                    f"The message name of start event {element.title} cannot be an expression.",
                )


def _check_trigger(element: Element) -> Iterable[Problem]:
    if not element.event:
        yield problem(
            element,
            "event_subprocess_without_trigger",
            f"事件子流程的开始事件「{element.title}」必须带事件。",
            f"The start event {element.title} of an event subprocess needs a trigger.",
        )
    elif element.event == "multiple":
        yield problem(
            element,
            "unsupported_event",
            f"事件子流程的开始事件「{element.title}」不支持多重事件。",
            f"Several definitions are not supported at {element.title}, the start of an event subprocess.",
        )
    elif element.event == "error":
        if not element.cancel_activity:
            yield problem(
                element,
                "error_boundary_not_interrupting",
                f"错误开始事件「{element.title}」必须是中断的。",
                f"The error start event {element.title} must be interrupting.",
            )
    elif element.event != "escalation":
        yield from check_wait(element, cycle=not element.cancel_activity)
