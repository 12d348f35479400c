"""The way the tokens went, and the decisions on it: one line of history a step, and how to read it again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.engine import facts as f

if TYPE_CHECKING:
    from app.db import Transaction
    from app.engine import Process
    from app.runtime.step import StepRecord
    from app.runtime.world import World


def write(tx: Transaction, world: World, record: StepRecord) -> None:
    """Note elements completed, flows taken where there was a choice, and rules fired.

    What the diagram says anyway is not written again: the flows of an element that was left by all of them, the names
    of the others (their places stand for them: `flows` is place in `elements` → places among the outgoing flows), and
    the processes when no called one took part. `flows_taken` reads it back.
    """
    elements: list[str] = []
    left_by: dict[tuple[str, str], dict[str, None]] = {}  # (process, element) → flows, in order
    decisions: list[dict[str, Any]] = []
    for fact in record.facts:
        if isinstance(fact, f.ElementCompleted):
            elements.append(fact.element_id)
            left_by.setdefault((fact.process_id, fact.element_id), {}).update(dict.fromkeys(fact.flows))
        elif isinstance(fact, f.DecisionEvaluated):
            decisions.append(_decided(fact))
    if elements:
        data: dict[str, Any] = {"elements": elements}
        chosen: dict[str, list[int]] = {}
        for (process_id, element_id), flows in left_by.items():
            outgoing = _outgoing(record, process_id, element_id)
            if flows and len(flows) < len(outgoing):
                chosen[str(elements.index(element_id))] = [outgoing.index(flow) for flow in flows]
        if chosen:
            data["flows"] = chosen
        processes = list(dict.fromkeys(process_id for process_id, _ in left_by))
        if processes != [record.version.process.id]:
            data["processes"] = processes
        if decisions:
            data["decisions"] = decisions
        record.event("moved", **data)
    for fact in record.facts:
        if isinstance(fact, f.InstanceCompleted):
            record.event("instance_completed", fact, end=fact.end_name, terminated=fact.terminated)


def flows_taken(process: Process, moved: dict[str, Any]) -> list[str]:
    """The sequence flows of a process that the step of a `moved` event took, in the order its elements completed."""
    elements = moved["elements"]
    chosen = {elements[int(place)]: flows for place, flows in moved.get("flows", {}).items()}
    taken: dict[str, None] = {}
    for element_id in elements:
        element = process.elements.get(element_id)
        if element is not None:
            places = chosen.get(element_id, range(len(element.outgoing)))
            taken.update((element.outgoing[place], None) for place in places)
    return list(taken)


def _outgoing(record: StepRecord, process_id: str, element_id: str) -> tuple[str, ...]:
    element = record.surroundings.version_of(process_id).process.elements.get(element_id)
    return element.outgoing if element is not None else ()


def _decided(fact: f.DecisionEvaluated) -> dict[str, Any]:
    """A decision with the rules that gave its value: by number, with what they saw in the order of the columns.

    The table itself, with the texts of its columns, is pinned to the version. What a rule gave is written only where
    it is not the value of the decision itself, and an output that is nothing is left out.
    """
    fired = []
    for rule in fact.fired:
        seen: dict[str, Any] = {"rule": rule["rule_index"], "inputs": list(rule["inputs"].values())}
        if rule["decision_id"] != fact.decision_id:
            seen["decision"] = rule["decision_id"]
        outputs = rule["outputs"]
        if fact.value != outputs and list(outputs.values()) != [fact.value]:
            seen["outputs"] = outputs
        fired.append(seen)
    value = fact.value
    if isinstance(value, dict):
        value = {name: each for name, each in value.items() if each is not None}
    return {"decision": fact.decision_id, "value": value, "fired": fired}
