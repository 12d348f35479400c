"""Pools and message flows: drawings to the engine, but what they say must be possible."""

from __future__ import annotations

from collections.abc import Iterator

from app.engine.model import Element, Model
from app.engine.reading.nodes import BPMN, Node, reference
from app.engine.reading.problem_list import ProblemList

_SENDERS = frozenset({"endEvent", "intermediateThrowEvent"})
_RECEIVERS = frozenset({"startEvent", "intermediateCatchEvent", "boundaryEvent"})


def check_collaboration(root: Node, model: Model, problems: ProblemList) -> None:
    """Pools point at processes of the file; a message flow joins two pools, from a sender to a receiver."""
    pools: dict[str, str] = {}
    for participant in root.iter(BPMN + "participant"):
        process_id = reference(participant.get("processRef"))
        pools[participant.get("id") or ""] = process_id or participant.get("id") or ""
        if process_id and process_id not in model.processes:
            problems.error(
                "dangling_reference",
                participant,
                f"泳池指向不存在的流程 {process_id}。",
                f"The pool points to process {process_id}, which does not exist.",
            )
    elements = {
        element.id: (process.id, element)
        for process in model.processes.values()
        for element in process.elements.values()
    }
    known = {node.get("id") for node in root.iter(BPMN + "*")}
    for node in root.iter(BPMN + "messageFlow"):
        ends = [reference(node.get(name)) or "" for name in ("sourceRef", "targetRef")]
        for zh, en in _faults(ends, pools, elements, known):
            problems.error(
                "message_flow_impossible",
                node,
                f"消息流 {node.get('id')} {zh}。",
                f"Message flow {node.get('id')} {en}.",
            )


def _faults(
    ends: list[str], pools: dict[str, str], elements: dict[str, tuple[str, Element]], known: set[str | None]
) -> Iterator[tuple[str, str]]:
    for end in ends:
        if end not in known:
            yield f"指向不存在的「{end}」", f"points to {end or 'nothing'}, which does not exist"
    owners = [pools.get(end) or (elements[end][0] if end in elements else None) for end in ends]
    if owners[0] is not None and owners[0] == owners[1]:
        yield "两端在同一个泳池里", "begins and ends in the same pool"
    source, target = (elements[end][1].type if end in elements else "" for end in ends)
    if source in _RECEIVERS or source.endswith("Gateway"):
        yield "不能从这个元素发出", "cannot begin at this element"
    if target in _SENDERS or target.endswith("Gateway"):
        yield "不能指向这个元素", "cannot end at this element"
