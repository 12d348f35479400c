"""The boundary event: armed while its activity works, or (error, escalation) asked when something is thrown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.util.task import TaskState

from app.engine import way_back
from app.engine.elements.catching import Catching, check_wait
from app.engine.elements.flow_node import problem
from app.engine.model import Element, Process
from app.messages import Problem

if TYPE_CHECKING:
    from app.engine.specs import ScopeSpec
    from app.engine.tokens import Token


class BoundaryEvent(Catching):
    """Its token hangs beside the host's; firing is one token on, and the host withdrawn when it interrupts.

    A non-interrupting message and a cycle open the next wait, under another task id, before the fired token goes on.
    """

    kinds = frozenset(
        {"timer", "message", "signal", "conditional", "error", "escalation", "cancel", "compensate", "multiple"}
    )

    def __init__(self, scope: ScopeSpec, name: str, element: Element) -> None:
        super().__init__(scope, name, element)
        self.armed_by_host = element.event not in ("error", "escalation", "cancel", "compensate")  # type: ignore[misc]

    @classmethod
    def check(cls, element: Element, process: Process) -> Iterable[Problem]:
        if element.event == "error":
            if not element.cancel_activity:
                yield problem(
                    element,
                    "error_boundary_not_interrupting",
                    f"错误边界事件「{element.title}」必须是中断的。",
                    f"Error boundary event {element.title} must be interrupting.",
                )
            return
        host = process.elements.get(element.attached_to or "")
        if element.event == "cancel" and host is not None and host.type != "transaction":
            yield problem(
                element,
                "cancel_not_here",
                f"取消边界事件「{element.title}」只能附着在事务上。",
                f"Cancel boundary event {element.title} belongs onto a transaction.",
            )
        elif element.event == "compensate":
            yield from _check_handler(element, process)
        elif element.event == "multiple":
            for alternative in element.alternatives:
                yield from cls.check(alternative, process)
        elif element.event not in ("escalation", "cancel"):
            yield from check_wait(element, cycle=not element.cancel_activity)

    def attach(self, host: Token, plan: Mapping[str, Any]) -> Token:
        """Arm it beside its host."""
        token = host.instance.spawn(host.workflow, self, host, {**plan, "host": host.key}, state=TaskState.WAITING)
        self.tell_wait(token)
        return token

    def fire(self, token: Token, result: Mapping[str, Any]) -> None:
        instance = token.instance
        host = instance.tokens[token.internal_data.pop("host")]
        armed: list[str] = host.internal_data["armed"]
        armed.remove(token.key)
        self.close(token)
        plan = self._forget_wait(token)
        if self.element.cancel_activity:
            token.internal_data |= way_back.along(host)
            instance.withdraw(host.key)
        else:
            again = self._next_plan(plan)
            if again is not None:
                armed.append(self.attach(host, again).key)
            way_back.forget(host)
        self._go_on(token, result)

    def mend(self, token: Token) -> None:
        host = token.instance.tokens[token.internal_data["host"]]
        plan = self.prepare(host)
        self.close(token)
        self.open(token, plan)

    def _evaluated_at(self, token: Token) -> Token:
        return token.instance.tokens[token.internal_data["host"]]

    def _next_plan(self, plan: dict[str, Any]) -> dict[str, Any] | None:
        return super()._next_plan(plan) if plan["wait"] == "timer" else plan


def _check_handler(element: Element, process: Process) -> Iterable[Problem]:
    handler = process.elements.get(element.handler or "")
    if handler is None or not handler.for_compensation or handler.parent != element.parent:
        yield problem(
            element,
            "compensation_without_handler",
            f"补偿边界事件「{element.title}」没有用关联线连到同一层的补偿活动。",
            f"Compensation boundary event {element.title} is not associated with a compensation activity of its scope.",
        )
    if not element.cancel_activity:
        yield problem(
            element,
            "compensation_not_interrupting",
            f"补偿边界事件「{element.title}」不能设为非中断。",
            f"Compensation boundary event {element.title} cannot be non-interrupting.",
        )
    if element.outgoing:
        yield problem(
            element,
            "flow_not_here",
            f"补偿边界事件「{element.title}」不能有顺序流,只能用关联线。",
            f"Compensation boundary event {element.title} cannot have sequence flows, only an association.",
        )
