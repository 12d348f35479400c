"""The script task: one FEEL expression whose value becomes a variable; a script in another language is refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from app.engine.elements.flow_node import problem
from app.engine.elements.job_node import JobNode
from app.engine.model import Element, Process, is_expression
from app.messages import Message, Problem

if TYPE_CHECKING:
    from app.engine.tokens import Token


class ScriptTask(JobNode):
    """`zeebe:script` expression and result variable, or a job like a service task."""

    @classmethod
    def check(cls, element: Element, process: Process) -> Iterable[Problem]:
        if element.job_type is None and not is_expression(element.script):
            yield problem(
                element,
                "script_without_feel",
                f"脚本任务「{element.title}」没有 FEEL 表达式(以 = 开头);其他脚本语言不予执行。",
                f"Script task {element.title} has no FEEL expression (beginning with =); no other "
                "script language is run.",
                hint=Message("在「脚本」中填写表达式和结果变量。", "Fill in the expression and the result variable."),
            )

    def has_job(self) -> bool:
        return self.element.script is None

    def execute(self, token: Token) -> Mapping[str, Any] | None:
        if self.has_job():
            return super().execute(token)
        value = self.value(token, self.element.script)
        return {self.element.result_variable: value} if self.element.result_variable else {}
