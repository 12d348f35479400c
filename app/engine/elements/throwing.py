"""What both throw and end events do: publish a message or signal, raise an escalation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from app.engine.elements.flow_node import problem
from app.engine.elements.publisher import Publisher, without_message
from app.engine.errors import BpmnError, Stuck
from app.engine.model import Element, Flow, Process
from app.messages import Message, Problem

if TYPE_CHECKING:
    from app.engine.tokens import Token


class Throwing(Publisher):
    """An escalation nobody catches changes nothing; one that interrupts takes the thrower with it."""

    @classmethod
    def check(cls, element: Element, process: Process) -> Iterable[Problem]:
        if element.event in ("message", "signal"):
            yield from without_message(element, process)
        for alternative in element.alternatives:
            if alternative.event in ("message", "signal"):
                yield from without_message(alternative, process)
            else:
                yield problem(
                    element,
                    "unsupported_event",
                    f"「{element.title}」:多重事件里不支持 {alternative.event} 事件。",
                    f"{element.title}: a {alternative.event} event is not supported among several.",
                )
        if element.event in ("error", "escalation"):
            code = element.error_code if element.event == "error" else element.escalation_code
            if not code:
                yield problem(
                    element,
                    "throw_without_code",
                    f"「{element.title}」没有指定带代码的错误或升级。",
                    f"{element.title} names no error or escalation with a code.",
                )

    def execute(self, token: Token) -> Mapping[str, Any] | None:
        if self.element.event == "escalation":
            token.internal_data["code"] = self.code(token, self.element.escalation_code)
            return {}
        return super().execute(token)

    def publish(self, token: Token, element: Element) -> None:
        for thrown in element.alternatives or (element,):
            if thrown.event in ("message", "signal"):
                super().publish(token, thrown)

    def leave(self, token: Token, flows: Iterable[Flow]) -> None:
        if self.element.event == "escalation" and self._give_over(token, "escalation"):
            return
        super().leave(token, flows)

    def _give_over(self, token: Token, kind: str) -> bool:
        """Give what is thrown to its catcher; told whether the thrower is gone with it."""
        if "code" not in token.internal_data:
            return False  # somebody led the token past this element
        instance = token.instance
        thrown = BpmnError(token.internal_data["code"])
        catch = instance.catcher_of(token, kind, thrown.code)
        if catch is None:
            return False
        if not catch.spec.awaited.cancel_activity:
            instance.give(catch, thrown)
            return False
        self.tell_completed(token)
        instance.scopes.close(token.key)
        instance.forget(token)
        instance.give(catch, thrown)
        return True

    def code(self, token: Token, text: str | None) -> str:
        """The code that is thrown."""
        code = self.text(token, text, Message("代码", "The code"))
        if not code:
            raise Stuck("expression", Message("代码为空。", "The code is empty."))
        return code
