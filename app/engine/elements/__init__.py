"""One BPMN element type per file; this table lists them all, what is not in it is refused by name."""

from __future__ import annotations

from app.engine.elements.ad_hoc_subprocess import AdHocSubprocess
from app.engine.elements.boundary_event import BoundaryEvent
from app.engine.elements.business_rule_task import BusinessRuleTask
from app.engine.elements.call_activity import CallActivity
from app.engine.elements.complex_gateway import ComplexGateway
from app.engine.elements.end_event import EndEvent
from app.engine.elements.event_based_gateway import EventBasedGateway
from app.engine.elements.event_subprocess import EventSubprocess
from app.engine.elements.exclusive_gateway import ExclusiveGateway
from app.engine.elements.flow_node import FlowNode
from app.engine.elements.inclusive_gateway import InclusiveGateway
from app.engine.elements.intermediate_catch_event import IntermediateCatchEvent
from app.engine.elements.intermediate_throw_event import IntermediateThrowEvent
from app.engine.elements.manual_task import ManualTask
from app.engine.elements.multiple_catch_event import MultipleCatchEvent
from app.engine.elements.parallel_gateway import ParallelGateway
from app.engine.elements.receive_task import ReceiveTask
from app.engine.elements.script_task import ScriptTask
from app.engine.elements.send_task import SendTask
from app.engine.elements.service_task import ServiceTask
from app.engine.elements.start_event import StartEvent
from app.engine.elements.subprocess import Subprocess
from app.engine.elements.transaction import Transaction
from app.engine.elements.undefined_task import UndefinedTask
from app.engine.elements.user_task import UserTask
from app.engine.model import Element

ELEMENTS: dict[str, type[FlowNode]] = {
    "startEvent": StartEvent,
    "endEvent": EndEvent,
    "intermediateCatchEvent": IntermediateCatchEvent,
    "intermediateThrowEvent": IntermediateThrowEvent,
    "boundaryEvent": BoundaryEvent,
    "task": UndefinedTask,
    "manualTask": ManualTask,
    "userTask": UserTask,
    "serviceTask": ServiceTask,
    "scriptTask": ScriptTask,
    "businessRuleTask": BusinessRuleTask,
    "sendTask": SendTask,
    "receiveTask": ReceiveTask,
    "callActivity": CallActivity,
    "subProcess": Subprocess,
    "subProcess triggeredByEvent": EventSubprocess,
    "transaction": Transaction,
    "exclusiveGateway": ExclusiveGateway,
    "parallelGateway": ParallelGateway,
    "inclusiveGateway": InclusiveGateway,
    "complexGateway": ComplexGateway,
    "adHocSubProcess": AdHocSubprocess,
    "intermediateCatchEvent multiple": MultipleCatchEvent,
    "eventBasedGateway": EventBasedGateway,
}

SCOPES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
"""The types with elements inside."""


def spec_class(element: Element) -> type[FlowNode]:
    """The class that executes an element."""
    variant = "triggeredByEvent" if element.triggered_by_event else element.event
    return ELEMENTS.get(f"{element.type} {variant}") or ELEMENTS[element.type]
