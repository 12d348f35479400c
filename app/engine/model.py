"""Descriptions of what a diagram says: model, process, lane, element, flow; raw texts, an expression keeps its `=`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from app.messages import Problem

if TYPE_CHECKING:
    from app.engine.specs import ScopeSpec

TimerKind = Literal["duration", "date", "cycle"]


def is_expression(text: str | None) -> bool:
    """A value that begins with `=` is FEEL, anything else a literal."""
    return text is not None and text.startswith("=")


@dataclass(frozen=True, slots=True)
class Lane:
    """A role's share of the diagram: id `lane_<role key>`, name the title, the elements drawn in it."""

    id: str
    name: str
    element_ids: tuple[str, ...] = ()

    @property
    def role(self) -> str:
        """The role key: the lane id without `lane_`."""
        return self.id.removeprefix("lane_")


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow; `condition` keeps its `=`."""

    id: str
    name: str
    source: str
    target: str
    condition: str | None = None
    line: int | None = None


def is_link(flow: Flow) -> bool:
    """Whether a flow stands for a pair of link events instead of a drawn line."""
    return flow.id.startswith("link_") and flow.id == f"link_{flow.source}_{flow.target}"


@dataclass(frozen=True, slots=True)
class Timer:
    """When a timer event is due; `text` is ISO 8601 or an expression."""

    kind: TimerKind
    text: str


@dataclass(frozen=True, slots=True)
class Listener:
    """A job run inline when the element starts or ends."""

    event: Literal["start", "end"]
    type: str


@dataclass(frozen=True, slots=True)
class MultiInstance:
    """Once per item of a collection; `cardinality` counts instead when there is no collection."""

    sequential: bool = False
    input_collection: str | None = None
    input_element: str | None = None
    output_collection: str | None = None
    output_element: str | None = None
    completion_condition: str | None = None
    cardinality: str | None = None


@dataclass(frozen=True, slots=True)
class StandardLoop:
    """Again while the condition holds, at most `maximum` times; asked before the first round or after it."""

    condition: str | None = None
    maximum: int | None = None
    test_before: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """One flow node with everything its symbol and its `zeebe:` extensions say."""

    id: str
    type: str
    name: str = ""
    line: int | None = None
    documentation: str = ""
    lane: str | None = None
    lane_name: str | None = None
    parent: str | None = None
    incoming: tuple[str, ...] = ()
    outgoing: tuple[str, ...] = ()
    default_flow: str | None = None
    attached_to: str | None = None
    cancel_activity: bool = True
    event: str = ""
    assignee: str | None = None
    candidate_groups: str | None = None
    candidate_users: str | None = None
    form_id: str | None = None
    due_date: str | None = None
    follow_up_date: str | None = None
    priority: str | None = None
    job_type: str | None = None
    retries: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    inputs: tuple[tuple[str, str], ...] = ()
    outputs: tuple[tuple[str, str], ...] = ()
    properties: dict[str, str] = field(default_factory=dict)
    listeners: tuple[Listener, ...] = ()
    called_process: str | None = None
    propagate_all_parent: bool = True
    propagate_all_child: bool = True
    called_decision: str | None = None
    result_variable: str | None = None
    script: str | None = None
    message_name: str | None = None
    correlation_key: str | None = None
    timer: Timer | None = None
    error_code: str | None = None
    escalation_code: str | None = None
    link_name: str | None = None
    condition: str | None = None
    multi_instance: MultiInstance | None = None
    standard_loop: StandardLoop | None = None
    triggered_by_event: bool = False
    instantiate: bool = False
    start_quantity: int = 1
    completion_quantity: int = 1
    for_compensation: bool = False
    compensates: str | None = None
    handler: str | None = None
    sequential: bool = False
    cancel_remaining: bool = True
    parallel_multiple: bool = False
    alternatives: tuple[Element, ...] = ()

    @property
    def title(self) -> str:
        """The name, or the id when it has none: for sentences."""
        return self.name or self.id

    def expressions(self) -> Iterator[tuple[str, str]]:
        """(attribute, text without `=`) of every expression of this element."""
        for attribute in _EXPRESSION_ATTRIBUTES:
            text = getattr(self, attribute)
            if is_expression(text):
                yield attribute, text[1:].strip()
        if self.timer is not None and is_expression(self.timer.text):
            yield "timer", self.timer.text[1:].strip()
        for side, mappings in (("input", self.inputs), ("output", self.outputs)):
            for source, target in mappings:
                if is_expression(source):
                    yield f"{side}:{target}", source[1:].strip()
        if self.multi_instance is not None:
            for attribute in ("input_collection", "output_element", "completion_condition", "cardinality"):
                text = getattr(self.multi_instance, attribute)
                if is_expression(text):
                    yield attribute, text[1:].strip()
        for position, alternative in enumerate(self.alternatives):
            for attribute in ("message_name", "correlation_key", "condition"):
                text = getattr(alternative, attribute)
                if is_expression(text):
                    yield f"{attribute}[{position}]", text[1:].strip()
            if alternative.timer is not None and is_expression(alternative.timer.text):
                yield f"timer[{position}]", alternative.timer.text[1:].strip()
        if self.standard_loop is not None and is_expression(self.standard_loop.condition):
            yield "loop_condition", (self.standard_loop.condition or "")[1:].strip()


_EXPRESSION_ATTRIBUTES = (
    "assignee",
    "candidate_groups",
    "candidate_users",
    "form_id",
    "due_date",
    "follow_up_date",
    "priority",
    "job_type",
    "retries",
    "called_process",
    "called_decision",
    "script",
    "message_name",
    "correlation_key",
    "error_code",
    "escalation_code",
    "condition",
)


@dataclass(eq=False, slots=True, kw_only=True)
class Process:
    """One pool's procedure. Read once per version and shared by all its instances: nobody changes it."""

    id: str
    name: str = ""
    file: str = ""
    line: int | None = None
    executable: bool = True
    version_tag: str | None = None
    documentation: str = ""
    digest: str = ""
    lanes: list[Lane] = field(default_factory=list)
    elements: dict[str, Element] = field(default_factory=dict)
    flows: dict[str, Flow] = field(default_factory=dict)
    message_starts: dict[str, str] = field(default_factory=dict)
    timer_starts: dict[str, Timer] = field(default_factory=dict)
    none_start: str | None = None
    properties: dict[str, str] = field(default_factory=dict)
    woven: ScopeSpec | None = field(default=None, repr=False)
    by_parent: dict[str | None, list[Element]] | None = field(default=None, repr=False)

    def expressions(self) -> Iterator[tuple[str, str, str]]:
        """(element or flow id, attribute, text without `=`) of every expression, in document order."""
        for element in self.elements.values():
            for attribute, text in element.expressions():
                yield element.id, attribute, text
        for flow in self.flows.values():
            if flow.condition is not None and is_expression(flow.condition):
                yield flow.id, "condition", flow.condition[1:].strip()

    def starts_in(self, scope: str | None) -> list[Element]:
        """The start events directly inside the process (None) or a subprocess."""
        return [element for element in self.children(scope) if element.type == "startEvent"]

    def children(self, parent: str | None) -> list[Element]:
        """The elements directly inside the process (None) or inside one of its subprocesses."""
        if self.by_parent is None:
            # Found at the first question after reading; the description does not change any more.
            self.by_parent = {}
            for element in self.elements.values():
                self.by_parent.setdefault(element.parent, []).append(element)
        return self.by_parent.get(parent, [])

    def boundaries(self, host_id: str) -> list[Element]:
        """The boundary events attached to an activity, in document order."""
        return [element for element in self.elements.values() if element.attached_to == host_id]


@dataclass(eq=False, slots=True)
class Model:
    """What one file holds; `problems` are warnings, errors refuse the file."""

    file: str
    processes: dict[str, Process] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
