"""The call activity: another process, run inside the same instance with a root document of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from app.engine.elements.activity import Activity
from app.engine.elements.flow_node import because, problem
from app.engine.errors import Stuck
from app.engine.model import Element, Process
from app.messages import Message, Problem

if TYPE_CHECKING:
    from app.engine.tokens import InnerScope, Token

MAX_DEPTH = 20


class CallActivity(Activity):
    """The called process starts with a copy of what is visible (or the mapped inputs) and gives back what it set."""

    @classmethod
    def check(cls, element: Element, process: Process) -> Iterable[Problem]:
        if element.called_process is None:
            yield problem(
                element,
                "call_without_process",
                f"调用活动「{element.title}」没有指定流程。",
                f"Call activity {element.title} names no process.",
            )

    def holds(self, plan: Any) -> bool:
        return True

    def execute(self, token: Token) -> Mapping[str, Any] | None:
        from app.engine.specs import woven

        instance = token.instance
        called = self.text(token, self.element.called_process, Message("被调用流程", "The called process")) or ""
        if token.workflow.depth >= MAX_DEPTH:
            raise Stuck(
                "call",
                Message(
                    f"流程互相调用超过 {MAX_DEPTH} 层。",
                    f"Processes call each other more than {MAX_DEPTH} levels deep.",
                ),
            )
        try:
            process = instance.env.process(called, self.process)
        except LookupError as error:
            raise Stuck(
                "call",
                because(error, f"找不到被调用的流程「{called}」", f"The called process {called!r} is not deployed"),
            ) from error
        spec = woven(process)
        start = spec.none_start
        if start is None:
            raise Stuck(
                "call",
                Message(
                    f"流程「{called}」没有普通开始事件,不能被调用。",
                    f"Process {called} has no plain start event to be called by.",
                ),
            )
        if self.element.propagate_all_parent:
            values = dict(instance.visible(token))
        else:
            values = dict(instance.scopes.local(token.key)) if token.key in instance.scopes else {}
        scope_id = f"{token.key}/root"
        instance.scopes.open_called(scope_id, values)
        scope = instance.enter(spec, token, scope_id)
        instance.spawn(scope, start, None, {})
        return None

    def inner_ended(self, token: Token, scope: InnerScope) -> None:
        """The called process has ended: all its variables for output mappings, else what it set."""
        scopes = token.instance.scopes
        scope_id = f"{token.key}/root"
        if self.element.outputs:
            result = dict(scopes.local(scope_id))
        else:
            result = scopes.written(scope_id) if self.element.propagate_all_child else {}
        scopes.close(scope_id)
        token.internal_data["result"] = result
        token.instance.enqueue(token)
