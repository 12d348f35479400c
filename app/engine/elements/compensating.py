"""Compensation: what was completed in a scope is undone by its handlers, the latest first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from app.engine.elements.event_subprocess import EventSubprocess
from app.engine.elements.flow_node import problem
from app.engine.elements.throwing import Throwing
from app.engine.model import Element, Process
from app.engine.tokens import InnerScope
from app.messages import Problem

if TYPE_CHECKING:
    from app.engine.tokens import ProcessScope, Token


class Compensating(Throwing):
    """STARTED while handlers run, one after the other.

    A scope remembers `[activity, handler, inside]` of each completed activity that has a compensation boundary event,
    or is a subprocess with such activities inside. A handler inside a finished subprocess runs in a scope of its own
    that sees what the thrower sees. A throw inside an event subprocess undoes the scope around it.
    """

    @classmethod
    def check(cls, element: Element, process: Process) -> Iterable[Problem]:
        yield from super().check(element, process)
        if (
            element.event == "compensate"
            and element.compensates is not None
            and element.compensates not in process.elements
        ):
            yield problem(
                element,
                "dangling_reference",
                f"「{element.title}」要补偿的活动 {element.compensates} 不存在。",
                f"The activity {element.compensates} that {element.title} shall undo does not exist.",
            )

    def execute(self, token: Token) -> Mapping[str, Any] | None:
        if self.element.event == "compensate":
            return self.undo(token, self.element.compensates)
        return super().execute(token)

    def undo(self, token: Token, activity: str | None) -> Mapping[str, Any] | None:
        """Begin to undo one activity, or everything completed in the scope; None while handlers are at work."""
        data = token.internal_data
        if "undo" not in data:
            scope = _scope_to_undo(token)
            chosen = _take(scope.compensable, activity)
            data["undo"] = list(_handlers(chosen, []))
        return self._undo_next(token)

    def undone(self, token: Token) -> None:
        """A handler is through."""
        if self._undo_next(token) is not None:
            token.internal_data["result"] = {}
            token.instance.enqueue(token)

    def inner_ended(self, token: Token, scope: InnerScope) -> None:
        self.undone(token)

    def _undo_next(self, token: Token) -> Mapping[str, Any] | None:
        instance = token.instance
        data = token.internal_data
        if not data["undo"]:
            return {}
        path, handler = data["undo"].pop(0)
        scope = _scope_to_undo(token)
        if not path:
            instance.spawn(scope, scope.spec.node(handler), token, {"undoes": token.key})
            return None
        spec = scope.spec
        for name in path:
            spec = spec.inner[name]
        if token.key not in instance.scopes:
            instance.scopes.open(token.key, instance.scope_id(token))
        inner = InnerScope(spec, token, token.key)
        instance.spawn(inner, spec.node(handler), None, {})
        return None


def _scope_to_undo(token: Token) -> ProcessScope | InnerScope:
    scope = token.workflow
    while isinstance(scope, InnerScope) and isinstance(scope.host.task_spec, EventSubprocess):
        scope = scope.host.workflow
    return scope


def _take(records: list[list[Any]], activity: str | None) -> list[list[Any]]:
    """The records to undo, taken out of the book so that nothing is undone twice."""
    if activity is None:
        chosen = list(records)
        records.clear()
        return chosen
    chosen = [record for record in records if record[0] == activity]
    records[:] = [record for record in records if record[0] != activity]
    for record in records:
        inside = _take(record[2], activity)
        if inside:
            chosen.append([record[0], None, inside])
    return chosen


def _handlers(records: Iterable[list[Any]], path: list[str]) -> Iterable[list[Any]]:
    for activity, handler, inside in reversed(list(records)):
        if handler is not None:
            yield [path, handler]
        else:
            yield from _handlers(inside, [*path, activity])
