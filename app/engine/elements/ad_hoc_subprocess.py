"""The ad-hoc subprocess: its steps have no drawn order; each is done once, together or one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from app.engine.elements.flow_node import problem
from app.engine.elements.subprocess import Subprocess
from app.engine.errors import Stuck
from app.engine.model import Element, Process, is_expression
from app.messages import Message, Problem

if TYPE_CHECKING:
    from app.engine.tokens import InnerScope, Token


class AdHocSubprocess(Subprocess):
    """It starts at every element without an incoming flow.

    After each element its completion condition is asked; without one it ends when everything is done.
    """

    @classmethod
    def check(cls, element: Element, process: Process) -> Iterable[Problem]:
        if not _first(element, process):
            yield problem(
                element,
                "ad_hoc_empty",
                f"即席子流程「{element.title}」里没有可以开始的步骤。",
                f"Ad-hoc subprocess {element.title} holds no step to begin with.",
            )
        if element.condition is not None and not is_expression(element.condition):
            yield problem(
                element,
                "condition_without_feel",
                f"即席子流程「{element.title}」的完成条件应以 = 开头。",
                f"The completion condition of {element.title} must begin with =.",
            )

    def execute(self, token: Token) -> Mapping[str, Any] | None:
        instance = token.instance
        if token.key not in instance.scopes:
            instance.scopes.open(token.key, instance.scope_id(token))
        scope = instance.enter(token.workflow.spec.inner[self.element.id], token, token.key)
        first = _first(self.element, self.process)
        together = first[:1] if self.element.sequential else first
        token.internal_data["rest"] = first[len(together) :]
        for name in together:
            instance.spawn(scope, scope.spec.node(name), None, {})
        return None

    def inner_ended(self, token: Token, scope: InnerScope) -> None:
        rest = token.internal_data["rest"]
        if rest and not token.internal_data.get("enough"):
            inner = token.instance.enter(scope.spec, token, token.key)
            inner.compensable = scope.compensable
            token.instance.spawn(inner, inner.spec.node(rest.pop(0)), None, {})
        else:
            super().inner_ended(token, scope)

    def conclude_inside(self, inside: Token) -> None:
        """Ask the completion condition while the element's token still stands."""
        if self.element.condition is None:
            return
        value = self.value(inside, self.element.condition)
        if value is not True and value is not False:
            raise Stuck(
                "condition",
                Message(
                    f"完成条件 {self.element.condition} 得到 {value!r},应为 true 或 false。",
                    f"The completion condition {self.element.condition} gave {value!r}, not true or false.",
                ),
            )
        inside.internal_data["enough"] = value

    def left_inside(self, inside: Token, host: Token) -> bool:
        """Told whether an element that has left was the last one needed."""
        if not inside.internal_data.get("enough"):
            return False
        host.internal_data["enough"] = True
        if self.element.cancel_remaining:
            for other in inside.workflow.live_tokens():
                inside.instance.withdraw(other.key)
        return True


def _first(element: Element, process: Process) -> list[str]:
    return [
        child.id
        for child in process.children(element.id)
        if not child.incoming
        and child.type not in ("startEvent", "boundaryEvent")
        and not (child.triggered_by_event or child.for_compensation)
    ]
