"""The event-based gateway: arms every event behind it, the first one that happens takes the token."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from SpiffWorkflow.util.task import TaskState

from app.engine.elements.catching import Catching
from app.engine.elements.flow_node import FlowNode, problem
from app.engine.model import Element, Flow, Process
from app.messages import Problem

if TYPE_CHECKING:
    from app.engine.tokens import Token


class EventBasedGateway(FlowNode):
    """Each armed event has a task id of its own, so two timers keep two due times."""

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
            if target.type not in ("intermediateCatchEvent", "receiveTask") or len(target.incoming) != 1:
                yield problem(
                    element,
                    "event_gateway_targets",
                    f"事件网关「{element.title}」之后只能是捕获事件或接收任务,且只有一条流入;「{target.title}」不是。",
                    f"Only catch events and receive tasks with one incoming flow may follow event-based gateway "
                    f"{element.title}; {target.title} is none.",
                )

    def prepare(self, token: Token) -> list[tuple[Flow, Catching, Any]]:
        planned = []
        for flow in self.flows:
            spec = token.workflow.spec.node(flow.target)
            assert isinstance(spec, Catching)
            planned.append((flow, spec, spec.prepare(token)))
        return planned

    def open(self, token: Token, plan: list[tuple[Flow, Catching, Any]]) -> None:
        armed = []
        for flow, spec, wait in plan:
            data = {**wait, "flow": flow.id, "gate": token.key}
            event = token.instance.spawn(token.workflow, spec, token, data, state=TaskState.WAITING)
            spec.tell_wait(event)
            armed.append(event.key)
        token.internal_data |= {"wait": "event", "armed": armed}

    def decided(self, token: Token, event: Token) -> None:
        """One of the events happened: the others are withdrawn, the gateway is left by its flow."""
        data = token.internal_data
        del data["wait"]
        data["armed"].remove(event.key)
        data["taken"] = [event.internal_data["flow"]]
        token.complete()

    def leave(self, token: Token, flows: Iterable[Flow]) -> None:
        for key in token.internal_data["armed"]:
            token.instance.withdraw(key)
        self.tell_completed(token, flows)
        token.instance.finish(token)
