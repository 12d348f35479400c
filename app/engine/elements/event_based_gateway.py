"""The event-based gateway: arms every event behind it, the first one that happens takes the token."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from app.engine.elements.catching import Catching
from app.engine.elements.event_gate import EventGate
from app.engine.elements.flow_node import problem
from app.engine.model import Element, Flow, Process
from app.messages import Problem

if TYPE_CHECKING:
    from app.engine.tokens import Token


class EventBasedGateway(EventGate):
    """The gateway is left when an event happens, and that event's own token goes on."""

    @classmethod
    def check(cls, element: Element, process: Process) -> Iterable[Problem]:
        targets = [process.elements[process.flows[flow_id].target] for flow_id in element.outgoing]
        if len(targets) < 2:
            yield problem(
                element,
                "event_gateway_targets",
                f"事件网关「{element.title}」至少要有两条流出的路径。",
                f"Event-based gateway {element.title} needs at least two outgoing flows.",
            )
        for target in targets:
            catching = target.type == "receiveTask" or (
                target.type == "intermediateCatchEvent" and target.event not in ("link", "multiple")
            )
            if not catching or len(target.incoming) != 1:
                yield problem(
                    element,
                    "event_gateway_targets",
                    f"事件网关「{element.title}」之后只能是捕获事件或接收任务,且只有一条流入;「{target.title}」不是。",
                    "Only catch events and receive tasks with one incoming flow may follow event-based gateway "
                    f"{element.title}; {target.title} is none.",
                )

    def awaits(self, token: Token) -> Iterable[tuple[Catching, dict[str, Any]]]:
        for flow in self.flows:
            spec = token.workflow.spec.node(flow.target)
            assert isinstance(spec, Catching)
            yield spec, {"flow": flow.id}

    def decided(self, token: Token, event: Token, result: dict[str, Any]) -> bool:
        data = token.internal_data
        del data["wait"]
        data["armed"].remove(event.key)
        data["taken"] = [event.internal_data["flow"]]
        token.complete()
        return True

    def leave(self, token: Token, flows: Iterable[Flow]) -> None:
        for key in token.internal_data["armed"]:
            token.instance.withdraw(key)
        self.tell_completed(token, flows)
        token.instance.finish(token)
