"""A process woven once into SpiffWorkflow specs, one per scope, and shared unchanged by all its instances."""

from __future__ import annotations

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.specs import WorkflowSpec

from app.engine.elements import SCOPES, spec_class
from app.engine.elements.event_subprocess import EventSubprocess
from app.engine.elements.flow_node import FlowNode
from app.engine.elements.multi_instance import MultiInstanceBody
from app.engine.elements.multiple_catch_event import alternative_name
from app.engine.elements.standard_loop import StandardLoopBody
from app.engine.elements.start_event import StartEvent
from app.engine.model import Element, Process


class _Root(BpmnTaskSpec):
    """The root of a scope's task tree; it is never run."""


class ScopeSpec(BpmnProcessSpec):
    """The spec of a process or of one of its subprocesses.

    `inner` holds the specs of the subprocesses in it, `within` those of all subprocesses of the process, by element id.
    """

    task_specs: dict[str, FlowNode]

    def __init__(self, process: Process, element: Element | None) -> None:
        # Not BpmnProcessSpec's own constructor: it adds an end join that waits for every token, and claims the ids
        # Start and End.
        WorkflowSpec.__init__(self, name=element.id if element else process.id, filename=process.file)
        self.process = process
        self.element = element
        self.inner: dict[str, ScopeSpec] = {}
        self.conditional = any(
            "conditional" in (found.event, *(alternative.event for alternative in found.alternatives))
            for found in process.elements.values()
        )
        self.within: dict[str, ScopeSpec] = {}
        self.event_subprocesses: list[EventSubprocess] = []
        self.io_specification = None
        self.data_objects: dict[str, object] = {}
        self.data_stores: dict[str, object] = {}
        self.correlation_keys: dict[str, object] = {}
        self.bpmn_start_events: list[object] = []
        # A name in parentheses is no XML id, so no element can be called like it.
        self.start = _Root(self, "(root)")

    def node(self, name: str) -> FlowNode:
        """The spec of an element of this scope."""
        return self.task_specs[name]

    @property
    def first(self) -> FlowNode | None:
        """The start event of a subprocess: the plain one, in an event subprocess the one with its trigger."""
        starts = [spec for spec in self.task_specs.values() if isinstance(spec, StartEvent)]
        return self.none_start or (starts[0] if starts else None)

    @property
    def none_start(self) -> FlowNode | None:
        """The start event without a trigger."""
        for spec in self.task_specs.values():
            if isinstance(spec, StartEvent) and spec.element.event == "":
                return spec
        return None


def woven(process: Process) -> ScopeSpec:
    """The spec of a process, built at the first call and kept with it."""
    if process.woven is None:
        process.woven = _weave(process, None)
    return process.woven


def _weave(process: Process, outer: Element | None, within: dict[str, ScopeSpec] | None = None) -> ScopeSpec:
    scope = ScopeSpec(process, outer)
    scope.within = within if within is not None else {}
    members = process.children(outer.id if outer else None)
    for element in members:
        spec_type = spec_class(element)
        if element.alternatives and element.type in ("boundaryEvent", "intermediateCatchEvent"):
            for position, alternative in enumerate(element.alternatives):
                spec_class(alternative)(scope, alternative_name(element, position), alternative)
        if element.type == "boundaryEvent" and element.alternatives:
            continue
        if element.multi_instance is None and element.standard_loop is None:
            spec_type(scope, element.id, element)
        else:
            # The wrapper has the element's id, the one that is copied per round a name no XML id can have.
            inner = spec_type(scope, f"{element.id} [instance]", element)
            body = MultiInstanceBody if element.multi_instance is not None else StandardLoopBody
            body(scope, element.id, element, inner)
        if element.type in SCOPES:
            scope.inner[element.id] = scope.within[element.id] = _weave(process, element, scope.within)
    for element in members:
        flows = tuple(process.flows[flow_id] for flow_id in element.outgoing)
        for spec in _specs_of(scope, element):
            spec.flows = flows
            for flow in flows:
                spec.connect(scope.task_specs[flow.target])
            if element.attached_to is not None:
                host = scope.task_specs[element.attached_to]
                host.boundaries = (*host.boundaries, spec)
                host.handler = element.handler or host.handler
    return scope


def _specs_of(scope: ScopeSpec, element: Element) -> list[FlowNode]:
    """The spec of an element; a boundary event with several definitions has one for each."""
    if element.type == "boundaryEvent" and element.alternatives:
        return [scope.task_specs[alternative_name(element, n)] for n in range(len(element.alternatives))]
    return [scope.task_specs[element.id]]
