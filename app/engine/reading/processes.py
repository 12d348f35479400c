"""One process read from its XML: lanes, elements scope by scope, sequence flows, links, starts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from app.engine.elements import ELEMENTS, SCOPES
from app.engine.model import Element, Flow, Lane, Process
from app.engine.reading.elements import DRAWN_ONLY, read_element
from app.engine.reading.nodes import (
    BPMN,
    Node,
    attribute,
    child_text,
    documentation,
    extension,
    flag,
    is_bpmn,
    line_of,
    local_name,
    properties,
    reference,
)
from app.engine.reading.problem_list import ProblemList
from app.engine.reading.roots import Roots

MAX_NODES = 20_000
MAX_NESTING = 20


def read_process(node: Node, digest: str, roots: Roots, problems: ProblemList) -> Process:
    """The description of a process with everything inside."""
    return _ProcessReader(node, digest, roots, problems).read()


class _ProcessReader:
    def __init__(self, node: Node, digest: str, roots: Roots, problems: ProblemList) -> None:
        self.node = node
        self.roots = roots
        self.problems = problems
        tag = extension(node, "versionTag")
        self.process = Process(
            id=problems.check_id(node, "流程", "The process") or "",
            name=attribute(node, "name") or "",
            file=problems.file,
            line=line_of(node),
            executable=flag(node, "isExecutable", False),
            version_tag=tag.get("value") if tag is not None else None,
            documentation=documentation(node),
            digest=digest,
            lanes=list(_lanes(node)),
            properties=properties(node),
        )
        if extension(node, "executionListeners") is not None:
            problems.unsupported(node, "流程本身的执行监听器", "An execution listener of the process itself")
        self.lane_of = {element_id: lane for lane in self.process.lanes for element_id in lane.element_ids}
        self.associations: dict[str, str] = {}
        self.drawn: list[tuple[Node, str]] = []

    def read(self) -> Process:
        self._scope(self.node, None, None, 0)
        self._links()
        self._resolve_flows()
        self._check_listed_flows()
        self._handlers()
        self._check_lanes()
        self._starts()
        return self.process

    def _scope(self, node: Node, parent: str | None, outer: Lane | None, depth: int) -> None:
        if depth > MAX_NESTING:
            self.problems.error(
                "nested_too_deep",
                node,
                f"子流程嵌套超过 {MAX_NESTING} 层。",
                f"Subprocesses are nested more than {MAX_NESTING} levels deep.",
            )
            return
        for child in node:
            tag = local_name(child)
            if not is_bpmn(child):
                self.problems.warning(
                    "foreign_element",
                    child,
                    f"元素 <{tag}> 不属于 BPMN,已忽略。",
                    f"The element <{tag}> does not belong to BPMN and is ignored.",
                )
            elif tag == "sequenceFlow":
                self._flow(child)
            elif tag in ELEMENTS and " " not in tag:
                lane = self.lane_of.get(child.get("id") or "", outer)
                element = read_element(child, parent, lane, self.roots, self.problems)
                if element is None:
                    continue
                if len(self.process.elements) >= MAX_NODES:
                    self.problems.error(
                        "file_too_large",
                        child,
                        f"流程超过 {MAX_NODES:,} 个元素。",
                        f"The process has more than {MAX_NODES:,} elements.",
                    )
                    return
                self.process.elements.setdefault(element.id, element)
                self.drawn.append((child, element.id))
                if tag in SCOPES:
                    self._scope(child, element.id, lane, depth + 1)
            elif tag == "association":
                ends = reference(child.get("sourceRef")), reference(child.get("targetRef"))
                self.associations[ends[0] or ""] = ends[1] or ""
            elif tag not in DRAWN_ONLY:
                self.problems.unsupported(child, f"元素 <{tag}>", f"The element <{tag}>")

    def _flow(self, node: Node) -> None:
        flows = self.process.flows
        source, target = (reference(node.get(name)) or "" for name in ("sourceRef", "targetRef"))
        identifier = node.get("id")
        if identifier is None:
            # Legal BPMN, which SpiffWorkflow drops without a word: such a flow gets an id, the same at each reading.
            identifier = plain = f"flow_{source}_{target}"
            count = 1
            while identifier in flows:
                count += 1
                identifier = f"{plain}_{count}"
        elif identifier in flows:
            return  # the duplicate id is reported already
        condition = node.find(BPMN + "conditionExpression")
        text = (child_text(node, "conditionExpression") or "") if condition is not None else None
        flows[identifier] = Flow(identifier, attribute(node, "name") or "", source, target, text, line_of(node))

    def _links(self) -> None:
        """A throw link becomes a sequence flow to the catch of its name in the same scope."""
        targets: dict[tuple[str | None, str | None], Element] = {}
        links = [element for element in self.process.elements.values() if element.event == "link"]
        for element in links:
            place = (element.parent, element.link_name)
            if element.type == "intermediateCatchEvent" and targets.setdefault(place, element) is not element:
                self._problem(
                    element,
                    "several_links",
                    f"链接「{element.link_name}」有两个捕获事件。",
                    f"The link {element.link_name} has two catch events.",
                )
        for element in links:
            target = targets.get((element.parent, element.link_name))
            if element.type == "intermediateThrowEvent" and target is not None:
                identifier = f"link_{element.id}_{target.id}"
                self.process.flows[identifier] = Flow(identifier, "", element.id, target.id, None, element.line)

    def _resolve_flows(self) -> None:
        process = self.process
        incoming: dict[str, list[str]] = {}
        outgoing: dict[str, list[str]] = {}
        for flow in list(process.flows.values()):
            ends = [(flow.source, "起点", "source"), (flow.target, "终点", "target")]
            ghosts = [end for end in ends if end[0] not in process.elements]
            for ghost, zh, en in ghosts:
                self.problems.add(
                    "dangling_reference",
                    "error",
                    flow.line,
                    flow.id,
                    flow.name or None,
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

    def _check_listed_flows(self) -> None:
        """An element may list its flows; what it lists must be what is drawn."""
        for node, identifier in self.drawn:
            element = self.process.elements[identifier]
            for tag, flows, zh, en in (
                ("incoming", element.incoming, "流入", "incoming"),
                ("outgoing", element.outgoing, "流出", "outgoing"),
            ):
                for listed in node.findall(BPMN + tag):
                    flow_id = reference(listed.text)
                    if flow_id is not None and flow_id not in flows:
                        self._problem(
                            element,
                            "dangling_reference",
                            f"「{element.title}」列出了{zh}的顺序流 {flow_id},但没有这样的顺序流。",
                            f"{element.title} lists {en} sequence flow {flow_id}, but there is no such flow.",
                        )

    def _handlers(self) -> None:
        """An association joins a compensation boundary event to the activity that undoes."""
        for element in list(self.process.elements.values()):
            if element.type == "boundaryEvent" and element.event == "compensate":
                handler = self.associations.get(element.id)
                self.process.elements[element.id] = replace(element, handler=handler)

    def _check_lanes(self) -> None:
        for lane in self.process.lanes:
            for element_id in lane.element_ids:
                if element_id not in self.process.elements:
                    self.problems.error(
                        "dangling_reference",
                        self.node,
                        f"泳道「{lane.name or lane.id}」列出了不存在的元素 {element_id}。",
                        f"Lane {lane.name or lane.id} lists element {element_id}, which does not exist.",
                    )

    def _starts(self) -> None:
        process = self.process
        for element in process.children(None):
            for event in element.alternatives or (element,):
                if element.type == "startEvent":
                    self._start(event)
            if element.instantiate:
                # A receive task, or each event behind an event-based gateway, is where a message puts the first token.
                behind = [process.elements[process.flows[flow_id].target] for flow_id in element.outgoing]
                for awaiting in [element] if element.type == "receiveTask" else behind:
                    if awaiting.message_name:
                        process.message_starts.setdefault(awaiting.message_name, awaiting.id)

    def _start(self, element: Element) -> None:
        process = self.process
        if element.event == "" and process.none_start is None:
            process.none_start = element.id
        elif element.event in ("message", "signal") and element.message_name:
            process.message_starts.setdefault(element.message_name, element.id)
        elif element.event == "timer" and element.timer is not None:
            process.timer_starts[element.id] = element.timer

    def _problem(self, element: Element, rule: str, zh: str, en: str) -> None:
        self.problems.add(rule, "error", element.line, element.id, element.name or None, zh, en)


def _lanes(node: Node) -> Iterator[Lane]:
    for lane_set in [*node.findall(BPMN + "laneSet"), *node.findall(BPMN + "childLaneSet")]:
        for lane in lane_set.findall(BPMN + "lane"):
            members = tuple((ref.text or "").strip() for ref in lane.findall(BPMN + "flowNodeRef"))
            yield Lane(lane.get("id") or "", attribute(lane, "name") or "", members)
            # An inner lane comes later and wins: a task belongs to the narrowest role that is drawn.
            yield from _lanes(lane)
