"""The way the tokens went, and the decisions on it: one line of history a step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.engine import facts as f

if TYPE_CHECKING:
    from app.db import Transaction
    from app.runtime.step import StepRecord
    from app.runtime.world import World


def write(tx: Transaction, world: World, record: StepRecord) -> None:
    """Note elements completed, flows taken and rules fired."""
    elements: list[str] = []
    flows: list[str] = []
    processes: list[str] = []
    decisions: list[dict[str, Any]] = []
    for fact in record.facts:
        if isinstance(fact, f.ElementCompleted):
            elements.append(fact.element_id)
            flows.extend(fact.flows or _outgoing(record, fact))
            if fact.process_id not in processes:
                processes.append(fact.process_id)
        elif isinstance(fact, f.DecisionEvaluated):
            decisions.append({"decision": fact.decision_id, "value": fact.value, "fired": list(fact.fired)})
    if elements or flows:
        data: dict[str, Any] = {"elements": elements, "flows": flows, "processes": processes}
        if decisions:
            data["decisions"] = decisions
        record.event("moved", **data)
    for fact in record.facts:
        if isinstance(fact, f.InstanceCompleted):
            record.event("instance_completed", fact, end=fact.end_name, terminated=fact.terminated)


def _outgoing(record: StepRecord, fact: f.ElementCompleted) -> tuple[str, ...]:
    """Whatever is no gateway leaves by all its flows."""
    element = record.element(fact)
    return element.outgoing if element is not None else ()
