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

    What the diagram says anyway is not written again: the flows of an element that was left by all of them, and the
    processes when no called one took part. `flows_taken` reads it back.
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
        chosen = [
            flow
            for (process_id, element_id), flows in left_by.items()
            if len(flows) < len(_outgoing(record, process_id, element_id))
            for flow in flows
        ]
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
    chosen = set(moved.get("flows", ()))
    taken: dict[str, None] = {}
    for element_id in moved["elements"]:
        element = process.elements.get(element_id)
        if element is not None:
            left_by = [flow for flow in element.outgoing if flow in chosen]
            taken.update(dict.fromkeys(left_by or element.outgoing))
    return list(taken)


def _outgoing(record: StepRecord, process_id: str, element_id: str) -> tuple[str, ...]:
    element = record.surroundings.version_of(process_id).process.elements.get(element_id)
    return element.outgoing if element is not None else ()


def _decided(fact: f.DecisionEvaluated) -> dict[str, Any]:
    """A decision with the rules that gave its value: by number, with what they saw in the order of the columns.

    The table itself, with the texts of its columns, is pinned to the version. What a rule gave is written only where
    it is not the value of the decision itself.
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
    return {"decision": fact.decision_id, "value": fact.value, "fired": fired}
