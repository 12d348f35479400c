"""The business rule task: asks a decision, its value becomes a variable and its fired rules a fact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from app.engine.elements.flow_node import because, problem
from app.engine.elements.job_node import JobNode
from app.engine.errors import Stuck
from app.engine.facts import DecisionEvaluated
from app.engine.model import Element, Process
from app.engine.scopes import as_json
from app.messages import Message, Problem

if TYPE_CHECKING:
    from app.engine.tokens import Token


class BusinessRuleTask(JobNode):
    """`zeebe:calledDecision`, or a job like a service task."""

    @classmethod
    def check(cls, element: Element, process: Process) -> Iterable[Problem]:
        if element.job_type is None and element.called_decision is None:
            yield problem(
                element,
                "rule_task_without_decision",
                f"业务规则任务「{element.title}」没有指定决策。",
                f"Business rule task {element.title} names no decision.",
            )
        elif element.called_decision is not None and not element.result_variable:
            yield problem(
                element,
                "decision_without_result",
                f"业务规则任务「{element.title}」没有结果变量,决策结果会丢失。",
                f"Business rule task {element.title} has no result variable: the decision's value is lost.",
                severity="warning",
            )

    def has_job(self) -> bool:
        return self.element.called_decision is None

    def execute(self, token: Token) -> Mapping[str, Any] | None:
        if self.has_job():
            return super().execute(token)
        instance = token.instance
        decision_id = self.text(token, self.element.called_decision, Message("决策", "The decision")) or ""
        try:
            value, fired = instance.env.decide(decision_id, instance.visible(token), self.process)
        except Exception as error:
            raise Stuck(
                "decision",
                because(error, f"决策「{decision_id}」无法求值", f"Cannot evaluate decision {decision_id!r}"),
            ) from error
        value = as_json(value)
        instance.tell(DecisionEvaluated(token.key, self.element.id, self.process.id, decision_id, value, tuple(fired)))
        return {self.element.result_variable: value} if self.element.result_variable else {}
