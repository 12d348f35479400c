"""The complex gateway: splits like an inclusive one, joins when its activation condition holds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from SpiffWorkflow.util.task import TaskState

from app.engine.elements.flow_node import problem
from app.engine.elements.inclusive_gateway import InclusiveGateway
from app.engine.errors import Stuck
from app.engine.model import Element, Process, is_expression
from app.messages import Message, Problem

if TYPE_CHECKING:
    from app.engine.tokens import InnerScope, ProcessScope, Token


class ComplexGateway(InclusiveGateway):
    """The condition sees `activationCount`, the number of incoming flows with a token.

    After it has fired, tokens on the remaining flows are taken without effect until each flow had one or none can come
    any more; then it starts afresh.
    """

    @classmethod
    def check(cls, element: Element, process: Process) -> Iterable[Problem]:
        if len(element.incoming) > 1 and not is_expression(element.condition):
            yield problem(
                element,
                "condition_without_feel",
                f"复杂网关「{element.title}」汇聚时需要激活条件(FEEL,以 = 开头)。",
                f"Complex gateway {element.title} joins and needs an activation condition (FEEL, beginning with =).",
            )

    def arrived(self, token: Token) -> None:
        scope = token.workflow
        taken = scope.marks.get(self.name)
        if taken is not None and token.internal_data["flow"] not in taken:
            self.waiting(scope).remove(token)
            token._set_state(TaskState.COMPLETED)
            token.instance.finish(token)
            self._took(scope, [*taken, token.internal_data["flow"]])
            return
        if taken is None:
            self._ask(token)

    def settle(self, scope: ProcessScope | InnerScope) -> bool:
        taken = scope.marks.get(self.name)
        if taken is None or self.awaited_flows(scope, frozenset(taken)):
            return False
        del scope.marks[self.name]
        waiting = list(self.waiting(scope))
        if waiting:
            self._ask(waiting[-1])
        return True

    def _ask(self, token: Token) -> None:
        scope = token.workflow
        arrived = self.first_by_flow(scope)
        condition = self.element.condition
        value = self.value(token, condition, {**token.instance.visible(token), "activationCount": len(arrived)})
        if value is not True and value is not False:
            raise Stuck(
                "condition",
                Message(
                    f"激活条件 {condition} 得到 {value!r},应为 true 或 false。",
                    f"The activation condition {condition} gave {value!r}, not true or false.",
                ),
            )
        if value:
            self._took(scope, list(arrived))
            self.join(scope)

    def _took(self, scope: ProcessScope | InnerScope, flows: list[str]) -> None:
        if len(flows) < len(self.element.incoming):
            scope.marks[self.name] = flows
        else:
            scope.marks.pop(self.name, None)
