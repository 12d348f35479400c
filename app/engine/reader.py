"""The XML of a diagram read once into a Model, with every problem of the file collected before anything is refused."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from lxml import etree

from app.engine import checks
from app.engine.elements import ELEMENTS, SCOPES
from app.engine.errors import ModelRefused
from app.engine.model import (
    Element,
    Flow,
    Lane,
    Listener,
    Model,
    MultiInstance,
    Process,
    StandardLoop,
    Timer,
    TimerKind,
)
from app.engine.xml_source import parse_xml
from app.messages import Message, Problem

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"
MODELER = "{http://camunda.org/schema/modeler/1.0}"

MAX_NODES = 20_000
MAX_NESTING = 20

_DRAWN_ONLY = frozenset(
    {
        "documentation", "extensionElements", "laneSet", "dataObject", "dataObjectReference", "dataStoreReference",
        "ioSpecification", "property", "textAnnotation", "association", "group", "auditing", "monitoring",
        "dataInputAssociation", "dataOutputAssociation", "artifact", "category", "supportedInterfaceRef",
        "correlationSubscription", "resourceRole", "performer", "humanPerformer", "potentialOwner", "incoming", "outgoing",
        "multiInstanceLoopCharacteristics", "standardLoopCharacteristics", "rendering", "script", "extension",
    }
)  # fmt: skip
_EVENT_KINDS = {
    "timerEventDefinition": "timer", "messageEventDefinition": "message", "errorEventDefinition": "error",
    "terminateEventDefinition": "terminate", "signalEventDefinition": "signal", "escalationEventDefinition": "escalation",
    "conditionalEventDefinition": "conditional", "linkEventDefinition": "link", "cancelEventDefinition": "cancel",
    "compensateEventDefinition": "compensate",
}  # fmt: skip
_TIMER_KINDS: dict[str, TimerKind] = {"timeDuration": "duration", "timeDate": "date", "timeCycle": "cycle"}
_ID = re.compile(r"[^\W\d][\w.\-]*")


@dataclass(frozen=True, slots=True)
class _MessageRoot:
    name: str
    correlation_key: str | None


@dataclass(slots=True)
class _Roots:
    """What events point at: messages, errors and event definitions that stand beside the processes."""

    messages: dict[str, _MessageRoot] = field(default_factory=dict)
    errors: dict[str, str | None] = field(default_factory=dict)
    escalations: dict[str, str | None] = field(default_factory=dict)
    signals: dict[str, str] = field(default_factory=dict)
    definitions: dict[str, etree._Element] = field(default_factory=dict)


def parse_model(xml: bytes, file: str) -> Model:
    """Read a file of the `zeebe:` dialect; ModelRefused with all problems at once when it cannot run as drawn."""
    root = parse_xml(xml, file)
    reader = _Reader(file, hashlib.sha256(xml).hexdigest())
    model = reader.read(root)
    for process in model.processes.values():
        if process.executable:
            reader.problems.extend(checks.problems_of(process))
    problems = sorted(
        (replace(problem, file=problem.file or file) for problem in reader.problems),
        key=lambda problem: problem.line or 0,
    )
    if any(problem.severity == "error" for problem in problems):
        raise ModelRefused(problems)
    model.problems = problems
    return model


class _Reader:
    def __init__(self, file: str, digest: str) -> None:
        self.file = file
        self.digest = digest
        self.problems: list[Problem] = []
        self.roots = _Roots()

    def read(self, root: etree._Element) -> Model:
        if root.tag != BPMN + "definitions":
            self._error(
                "not_bpmn",
                root,
                "文件不是 BPMN 2.0:根元素应是 definitions(命名空间 http://www.omg.org/spec/BPMN/20100524/MODEL)。",
                "Not a BPMN 2.0 file: the root must be definitions in namespace "
                f"http://www.omg.org/spec/BPMN/20100524/MODEL, found {root.tag}.",
            )
            raise ModelRefused(self.problems)
        self._read_roots(root)
        self._check_ids(root)
        model = Model(file=self.file)
        nodes = root.findall(BPMN + "process")
        for node in nodes:
            process = self._process(node)
            if process.id in model.processes:
                continue
            model.processes[process.id] = process
        if not nodes:
            self._error("no_process", root, "文件里没有流程(process)。", "The file has no process.")
        elif not any(process.executable for process in model.processes.values()):
            self._error(
                "not_executable",
                nodes[0],
                "没有可执行的流程:请在流程属性中勾选「可执行」。",
                'No process is executable: set isExecutable="true" on the process.',
            )
        self._check_participants(root, model)
        return model

    # -- what stands beside the processes ---------------------------------------------------------------------------

    def _read_roots(self, root: etree._Element) -> None:
        for node in root:
            tag = _local(node)
            identifier = node.get("id") or ""
            if tag == "signal":
                self.roots.signals[identifier] = (node.get("name") or "").strip()
            elif tag == "escalation":
                self.roots.escalations[identifier] = node.get("escalationCode") or None
            elif tag == "message":
                subscription = _extension(node, "subscription")
                key = subscription.get("correlationKey") if subscription is not None else None
                self.roots.messages[identifier] = _MessageRoot((node.get("name") or "").strip(), key)
            elif tag == "error":
                self.roots.errors[identifier] = node.get("errorCode") or None
            elif tag in _EVENT_KINDS:
                self.roots.definitions[identifier] = node

    def _check_ids(self, root: etree._Element) -> None:
        seen: dict[str, etree._Element] = {}
        for node in root.iter(BPMN + "*"):
            identifier = node.get("id")
            if identifier is None:
                continue
            if identifier in seen:
                self._error(
                    "duplicate_id",
                    node,
                    f"标识 {identifier} 用了两次(第 {seen[identifier].sourceline} 行已有)。",
                    f"The id {identifier} is used twice (first on line {seen[identifier].sourceline}).",
                )
            else:
                seen[identifier] = node

    def _check_participants(self, root: etree._Element, model: Model) -> None:
        for participant in root.iter(BPMN + "participant"):
            reference = _local_ref(participant.get("processRef"))
            if reference and reference not in model.processes:
                self._error(
                    "dangling_reference",
                    participant,
                    f"泳池指向不存在的流程 {reference}。",
                    f"The pool points to process {reference}, which does not exist.",
                )

    # -- one process ------------------------------------------------------------------------------------------------

    def _process(self, node: etree._Element) -> Process:
        identifier = node.get("id") or ""
        if not identifier:
            self._error("missing_id", node, "流程没有标识(id)。", "The process has no id.")
        elif not _ID.fullmatch(identifier):
            self._bad_id(node, identifier)
        tag = _extension(node, "versionTag")
        process = Process(
            id=identifier,
            name=(node.get("name") or "").strip(),
            file=self.file,
            line=node.sourceline,
            executable=_flag(node, "isExecutable", False),
            version_tag=tag.get("value") if tag is not None else None,
            documentation=_documentation(node),
            digest=self.digest,
            properties=_properties(node),
        )
        process.lanes = list(self._lanes(node))
        of_lane = {element_id: lane for lane in process.lanes for element_id in lane.element_ids}
        self._scope(node, process, None, of_lane, None, 0)
        self._links(process)
        self._resolve_flows(process)
        for lane in process.lanes:
            for element_id in lane.element_ids:
                if element_id not in process.elements:
                    self._error(
                        "dangling_reference",
                        node,
                        f"泳道「{lane.name or lane.id}」列出了不存在的元素 {element_id}。",
                        f"Lane {lane.name or lane.id} lists element {element_id}, which does not exist.",
                    )
        self._starts(process)
        return process

    def _lanes(self, node: etree._Element) -> Iterator[Lane]:
        for lane_set in [*node.findall(BPMN + "laneSet"), *node.findall(BPMN + "childLaneSet")]:
            for lane in lane_set.findall(BPMN + "lane"):
                members = tuple((ref.text or "").strip() for ref in lane.findall(BPMN + "flowNodeRef"))
                yield Lane(lane.get("id") or "", (lane.get("name") or "").strip(), members)
                # An inner lane comes later and wins: a task belongs to the narrowest role that is drawn.
                yield from self._lanes(lane)

    def _scope(
        self,
        node: etree._Element,
        process: Process,
        parent: str | None,
        of_lane: dict[str, Lane],
        outer: Lane | None,
        depth: int,
    ) -> None:
        if depth > MAX_NESTING:
            self._error(
                "nested_too_deep",
                node,
                f"子流程嵌套超过 {MAX_NESTING} 层。",
                f"Subprocesses are nested more than {MAX_NESTING} levels deep.",
            )
            return
        for child in node:
            tag = _local(child)
            if not child.tag.startswith(BPMN):
                self._warning(
                    "foreign_element",
                    child,
                    f"元素 <{tag}> 不属于 BPMN,已忽略。",
                    f"The element <{tag}> does not belong to BPMN and is ignored.",
                )
            elif tag == "sequenceFlow":
                self._flow(child, process)
            elif tag in ELEMENTS and " " not in tag:
                element = self._element(child, tag, parent, of_lane, outer)
                if element is None:
                    continue
                if len(process.elements) >= MAX_NODES:
                    self._error(
                        "file_too_large",
                        child,
                        f"流程超过 {MAX_NODES:,} 个元素。",
                        f"The process has more than {MAX_NODES:,} elements.",
                    )
                    return
                process.elements.setdefault(element.id, element)
                if tag in SCOPES:
                    lane = of_lane.get(element.id, outer)
                    self._scope(child, process, element.id, of_lane, lane, depth + 1)
            elif tag not in _DRAWN_ONLY and (parent is None or tag not in ("loopCharacteristics",)):
                self._unsupported(child, tag)

    def _flow(self, node: etree._Element, process: Process) -> None:
        source, target = (_local_ref(node.get(name)) or "" for name in ("sourceRef", "targetRef"))
        identifier = node.get("id")
        if identifier is None:
            # Legal BPMN, and SpiffWorkflow drops such a flow without a word: it gets an id that is the same at each reading.
            identifier = f"flow_{source}_{target}"
            count = 1
            while identifier in process.flows:
                count += 1
                identifier = f"flow_{source}_{target}_{count}"
        elif identifier in process.flows:
            return  # the duplicate id is reported already
        condition: str | None = None
        expression = node.find(BPMN + "conditionExpression")
        if expression is not None:
            condition = "".join(expression.itertext()).strip()
        process.flows[identifier] = Flow(
            identifier, (node.get("name") or "").strip(), source, target, condition, node.sourceline
        )

    def _links(self, process: Process) -> None:
        """A throw link becomes a sequence flow to the catch of its name in the same scope."""
        targets: dict[tuple[str | None, str | None], str] = {}
        for element in process.elements.values():
            if element.type == "intermediateCatchEvent" and element.event == "link":
                if (element.parent, element.link_name) in targets:
                    self._problem(
                        "several_links", "error", element.line, element.id, element.name,
                        f"链接「{element.link_name}」有两个捕获事件。", f"The link {element.link_name} has two catch events.",
                    )  # fmt: skip
                targets.setdefault((element.parent, element.link_name), element.id)
        for element in process.elements.values():
            if element.type == "intermediateThrowEvent" and element.event == "link":
                target = targets.get((element.parent, element.link_name))
                if target is not None:
                    identifier = f"link_{element.id}_{target}"
                    process.flows[identifier] = Flow(identifier, "", element.id, target, None, element.line)

    def _resolve_flows(self, process: Process) -> None:
        incoming: dict[str, list[str]] = {}
        outgoing: dict[str, list[str]] = {}
        for flow in list(process.flows.values()):
            ends = [(flow.source, "起点", "source"), (flow.target, "终点", "target")]
            ghosts = [end for end in ends if end[0] not in process.elements]
            for ghost, zh, en in ghosts:
                self._problem(
                    "dangling_reference",
                    "error",
                    flow.line,
                    flow.id,
                    flow.name,
                    f"顺序流 {flow.id} 的{zh}「{ghost}」不存在。",
                    f"The {en} of sequence flow {flow.id}, {ghost or '(none)'}, does not exist.",
                )
            if ghosts:
                del process.flows[flow.id]
                continue
            outgoing.setdefault(flow.source, []).append(flow.id)
            incoming.setdefault(flow.target, []).append(flow.id)
        for identifier, element in process.elements.items():
            process.elements[identifier] = replace(
                element, incoming=tuple(incoming.get(identifier, ())), outgoing=tuple(outgoing.get(identifier, ()))
            )

    def _starts(self, process: Process) -> None:
        for element in process.children(None):
            if element.instantiate:
                # A receive task, or each event behind an event-based gateway, is where a message puts the first token.
                behind = [process.elements[process.flows[flow_id].target] for flow_id in element.outgoing]
                for awaiting in [element] if element.type == "receiveTask" else behind:
                    if awaiting.message_name:
                        process.message_starts.setdefault(awaiting.message_name, awaiting.id)
            if element.type != "startEvent":
                continue
            if element.event == "" and process.none_start is None:
                process.none_start = element.id
            elif element.event in ("message", "signal") and element.message_name:
                process.message_starts.setdefault(element.message_name, element.id)
            elif element.event == "timer" and element.timer is not None:
                process.timer_starts[element.id] = element.timer

    # -- one element ------------------------------------------------------------------------------------------------

    def _element(
        self, node: etree._Element, tag: str, parent: str | None, of_lane: dict[str, Lane], outer: Lane | None
    ) -> Element | None:
        identifier = node.get("id") or ""
        if not identifier:
            self._error("missing_id", node, f"元素 <{tag}> 没有标识(id)。", f"A <{tag}> has no id.")
            return None
        if not _ID.fullmatch(identifier):
            self._bad_id(node, identifier)
        self._check_inside(node)
        lane = of_lane.get(identifier, outer)
        values: dict[str, Any] = {
            "documentation": _documentation(node),
            "lane": lane.role if lane else None,
            "lane_name": lane.name if lane else None,
            "parent": parent,
            "default_flow": _local_ref(node.get("default")),
            "attached_to": _local_ref(node.get("attachedToRef")) if tag == "boundaryEvent" else None,
            "cancel_activity": _flag(node, "isInterrupting" if tag == "startEvent" else "cancelActivity", True),
            "triggered_by_event": _flag(node, "triggeredByEvent", False),
            "instantiate": _flag(node, "instantiate", False),
            "start_quantity": self._quantity(node, "startQuantity"),
            "completion_quantity": self._quantity(node, "completionQuantity"),
            "standard_loop": self._standard_loop(node),
            "multi_instance": self._multi_instance(node),
            "called_process": (node.get("calledElement") or "").strip() or None,
            "condition": self._condition(node, "activationCondition"),
        }
        values.update(self._zeebe(node))
        values.update(self._event(node))
        if tag in ("receiveTask", "sendTask") and node.get("messageRef"):
            values.update(self._message(node, node.get("messageRef")))
        return Element(id=identifier, type=tag, name=(node.get("name") or "").strip(), line=node.sourceline, **values)

    def _check_inside(self, node: etree._Element) -> None:
        if _flag(node, "isForCompensation", False):
            self._unsupported(node, "isForCompensation", "补偿", "Compensation")
        if _flag(node, "parallelMultiple", False):
            self._unsupported(node, "parallelMultiple", "并行多重事件", "A parallel multiple event")
        if _local(node) in SCOPES:
            return
        for child in node:
            tag = _local(child)
            if not child.tag.startswith(BPMN):
                continue
            if tag not in _DRAWN_ONLY and tag not in _EVENT_KINDS and tag not in _INSIDE:
                self._unsupported(child, tag)

    def _zeebe(self, node: etree._Element) -> dict[str, Any]:
        values: dict[str, Any] = {"properties": _properties(node)}
        extensions = node.find(BPMN + "extensionElements")
        if extensions is None:
            return values
        for child in extensions:
            if not isinstance(child.tag, str) or not child.tag.startswith(ZEEBE):
                continue
            tag = child.tag[len(ZEEBE) :]
            if tag == "assignmentDefinition":
                values["assignee"] = _text(child, "assignee")
                values["candidate_groups"] = _text(child, "candidateGroups")
                values["candidate_users"] = _text(child, "candidateUsers")
            elif tag == "formDefinition":
                values["form_id"] = _text(child, "formId") or _text(child, "externalReference")
            elif tag == "taskSchedule":
                values["due_date"] = _text(child, "dueDate")
                values["follow_up_date"] = _text(child, "followUpDate")
            elif tag == "priorityDefinition":
                values["priority"] = _text(child, "priority")
            elif tag == "taskDefinition":
                values["job_type"] = _text(child, "type")
                values["retries"] = _text(child, "retries")
            elif tag == "taskHeaders":
                values["headers"] = {
                    key: header.get("value") or ""
                    for header in child.findall(ZEEBE + "header")
                    if (key := (header.get("key") or "").strip())
                }
            elif tag == "ioMapping":
                values["inputs"] = tuple(self._mappings(node, child, "input"))
                values["outputs"] = tuple(self._mappings(node, child, "output"))
            elif tag == "executionListeners":
                values["listeners"] = tuple(self._listeners(node, child))
            elif tag == "calledElement":
                values["called_process"] = _text(child, "processId")
                values["propagate_all_parent"] = _flag(child, "propagateAllParentVariables", True)
                values["propagate_all_child"] = _flag(child, "propagateAllChildVariables", True)
            elif tag == "calledDecision":
                values["called_decision"] = _text(child, "decisionId")
                values["result_variable"] = _text(child, "resultVariable")
            elif tag == "script":
                values["script"] = _text(child, "expression")
                values["result_variable"] = _text(child, "resultVariable")
        return values

    def _mappings(self, node: etree._Element, mapping: etree._Element, side: str) -> Iterator[tuple[str, str]]:
        for child in mapping.findall(ZEEBE + side):
            source, target = _text(child, "source"), _text(child, "target")
            if not target or not all(_ID.fullmatch(part) for part in target.split(".")):
                self._error(
                    "mapping_without_target",
                    node,
                    f"变量映射的目标「{target or ''}」不是变量名。",
                    f"A mapping's target {target or '(none)'} is not a variable name.",
                )
            elif source is None:
                self._error(
                    "mapping_without_source",
                    node,
                    f"变量映射「{target}」没有来源。",
                    f"The mapping to {target} has no source.",
                )
            else:
                yield source, target

    def _listeners(self, node: etree._Element, listeners: etree._Element) -> Iterator[Listener]:
        for child in listeners.findall(ZEEBE + "executionListener"):
            event, job_type = child.get("eventType") or "", _text(child, "type")
            if event not in ("start", "end") or not job_type:
                self._error(
                    "listener_incomplete",
                    node,
                    "执行监听器需要 eventType(start 或 end)和 type。",
                    "An execution listener needs an eventType (start or end) and a type.",
                )
            else:
                yield Listener("start" if event == "start" else "end", job_type)

    def _multi_instance(self, node: etree._Element) -> MultiInstance | None:
        loop = node.find(BPMN + "multiInstanceLoopCharacteristics")
        if loop is None:
            return None
        if (loop.get("behavior") or "All") != "All":
            self._unsupported(node, "behavior", "多实例的事件行为", "An event behaviour of multi-instance")
        zeebe = _extension(loop, "loopCharacteristics")
        condition = loop.find(BPMN + "completionCondition")
        cardinality = loop.find(BPMN + "loopCardinality")
        values = dict(zeebe.attrib) if zeebe is not None else {}
        return MultiInstance(
            sequential=_flag(loop, "isSequential", False),
            input_collection=(values.get("inputCollection") or "").strip() or None,
            input_element=(values.get("inputElement") or "").strip() or None,
            output_collection=(values.get("outputCollection") or "").strip() or None,
            output_element=(values.get("outputElement") or "").strip() or None,
            completion_condition=("".join(condition.itertext()).strip() or None) if condition is not None else None,
            cardinality=("".join(cardinality.itertext()).strip() or None) if cardinality is not None else None,
        )

    def _event(self, node: etree._Element) -> dict[str, Any]:
        if not node.tag.endswith("Event"):
            return {}
        found: list[tuple[str, etree._Element]] = []
        for child in node:
            tag = _local(child)
            if tag in _EVENT_KINDS:
                found.append((_EVENT_KINDS[tag], child))
            elif tag == "eventDefinitionRef":
                reference = _local_ref(child.text)
                definition = self.roots.definitions.get(reference or "")
                if definition is None:
                    self._error(
                        "dangling_reference",
                        node,
                        f"引用的事件定义 {reference} 不存在。",
                        f"The event definition {reference} does not exist.",
                    )
                else:
                    found.append((_EVENT_KINDS[_local(definition)], definition))
        if len(found) > 1:
            self._unsupported(node, "several event definitions", "多重事件", "An event with several definitions")
        if not found:
            return {}
        kind, definition = found[0]
        values: dict[str, Any] = {"event": kind}
        if kind == "message":
            values.update(self._message(node, definition.get("messageRef")))
            job = _extension(definition, "taskDefinition")
            if job is not None:
                values["job_type"] = _text(job, "type")
        elif kind == "signal":
            values.update(self._signal(node, definition.get("signalRef")))
        elif kind == "error":
            code = self._code(node, definition.get("errorRef"), self.roots.errors, "错误", "error")
            values["error_code"] = code
        elif kind == "escalation":
            code = self._code(node, definition.get("escalationRef"), self.roots.escalations, "升级", "escalation")
            values["escalation_code"] = code
        elif kind == "link":
            values["link_name"] = (definition.get("name") or "").strip() or None
        elif kind == "conditional":
            values["condition"] = self._condition(definition, "condition")
        elif kind == "timer":
            timers = [(_TIMER_KINDS[_local(child)], child) for child in definition if _local(child) in _TIMER_KINDS]
            if len(timers) == 1:
                text = "".join(timers[0][1].itertext()).strip()
                if text:
                    values["timer"] = Timer(timers[0][0], text)
        return values

    def _message(self, node: etree._Element, reference: str | None) -> dict[str, Any]:
        reference = _local_ref(reference)
        if not reference:
            return {}
        message = self.roots.messages.get(reference)
        if message is None:
            self._error(
                "dangling_reference",
                node,
                f"引用的消息 {reference} 不存在。",
                f"The message {reference} does not exist.",
            )
            # A name keeps the checks from reporting the same fault again.
            return {"message_name": reference}
        return {"message_name": message.name or None, "correlation_key": message.correlation_key}

    def _condition(self, node: etree._Element, tag: str) -> str | None:
        found = node.find(BPMN + tag)
        return ("".join(found.itertext()).strip() or None) if found is not None else None

    def _signal(self, node: etree._Element, reference: str | None) -> dict[str, Any]:
        reference = _local_ref(reference)
        if not reference:
            return {}
        if reference not in self.roots.signals:
            self._error(
                "dangling_reference",
                node,
                f"引用的信号 {reference} 不存在。",
                f"The signal {reference} does not exist.",
            )
            return {"message_name": reference}
        name = self.roots.signals[reference]
        # A signal travels as a message without a key, under a name no message has.
        return {"message_name": f"signal:{name}" if name else None}

    def _code(
        self, node: etree._Element, reference: str | None, codes: dict[str, str | None], zh: str, en: str
    ) -> str | None:
        reference = _local_ref(reference)
        if not reference:
            return None
        if reference not in codes:
            self._error(
                "dangling_reference", node, f"引用的{zh} {reference} 不存在。", f"The {en} {reference} does not exist."
            )
            return reference
        return codes[reference]

    def _quantity(self, node: etree._Element, attribute: str) -> int:
        text = (node.get(attribute) or "1").strip()
        if text.isdecimal() and 1 <= int(text) <= 100:
            return int(text)
        self._error(
            "quantity_unreadable",
            node,
            f"{attribute} 应为 1 到 100 的整数,不能是「{text}」。",
            f"{attribute} must be a whole number from 1 to 100, not {text!r}.",
        )
        return 1

    def _standard_loop(self, node: etree._Element) -> StandardLoop | None:
        loop = node.find(BPMN + "standardLoopCharacteristics")
        if loop is None:
            return None
        condition = loop.find(BPMN + "loopCondition")
        text = "".join(condition.itertext()).strip() if condition is not None else ""
        maximum = (loop.get("loopMaximum") or "").strip()
        if maximum and not maximum.lstrip("-").isdecimal():
            maximum = "-1"
        return StandardLoop(text or None, int(maximum) if maximum else None, _flag(loop, "testBefore", False))

    # -- problems ---------------------------------------------------------------------------------------------------

    def _unsupported(self, node: etree._Element, what: str, zh: str | None = None, en: str | None = None) -> None:
        self._error(
            "unsupported_element",
            node,
            f"不支持{zh or f'元素 <{what}>'}。",
            f"{en or f'The element <{what}>'} is not supported.",
        )

    def _bad_id(self, node: etree._Element, identifier: str) -> None:
        self._error(
            "bad_id",
            node,
            f"标识「{identifier}」只能含文字、数字、下划线、点和连字符,并以文字开头。",
            f"The id {identifier!r} may only hold letters, digits, underscore, dot and hyphen, and begin with a letter.",
        )

    def _error(self, rule: str, node: etree._Element, zh: str, en: str) -> None:
        self._problem(rule, "error", node.sourceline, node.get("id"), node.get("name"), zh, en)

    def _warning(self, rule: str, node: etree._Element, zh: str, en: str) -> None:
        self._problem(rule, "warning", node.sourceline, node.get("id"), node.get("name"), zh, en)

    def _problem(
        self, rule: str, severity: Any, line: int | None, identifier: str | None, name: str | None, zh: str, en: str
    ) -> None:
        self.problems.append(
            Problem(
                rule=rule,
                severity=severity,
                message=Message(zh, en),
                file=self.file,
                line=line,
                element_id=identifier,
                element_name=name or None,
            )
        )


_INSIDE = frozenset({"eventDefinitionRef", "activationCondition", "dataInput", "dataOutput", "inputSet", "outputSet"})


def _local(node: etree._Element) -> str:
    tag = node.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _local_ref(value: str | None) -> str | None:
    """A QName reference without its prefix."""
    if value is None:
        return None
    return value.strip().rpartition(":")[2] or None


def _extension(node: etree._Element, tag: str) -> etree._Element | None:
    extensions = node.find(BPMN + "extensionElements")
    return None if extensions is None else extensions.find(ZEEBE + tag)


def _properties(node: etree._Element) -> dict[str, str]:
    found = _extension(node, "properties")
    if found is None:
        return {}
    return {
        name: child.get("value") or "" for child in found.findall(ZEEBE + "property") if (name := child.get("name"))
    }


def _documentation(node: etree._Element) -> str:
    return "\n".join("".join(child.itertext()).strip() for child in node.findall(BPMN + "documentation"))


def _text(node: etree._Element, attribute: str) -> str | None:
    return (node.get(attribute) or "").strip() or None


def _flag(node: etree._Element, attribute: str, default: bool) -> bool:
    value = (node.get(attribute) or "").strip().lower()
    return value in ("true", "1") if value else default
