"""The engine with the product's own expression language instead of the tests' small one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine_world import HERE, Run, World, process_of

from app import feel
from app.engine import Process
from app.engine import facts as f


class FeelWorld(World):
    def __init__(self) -> None:
        super().__init__()
        self.decisions["urgency"] = lambda variables: "high"

    def evaluate(self, expression: str, variables: Mapping[str, Any]) -> Any:
        return feel.to_json(feel.evaluate(expression, variables))

    def process(self, process_id: str, caller: Process) -> Process:
        return process_of((HERE / "quote_and_consent.bpmn").read_bytes(), process_id)


def test_a_visit_from_the_call_to_the_signature() -> None:
    run = Run(
        (HERE / "repair_visit.bpmn").read_bytes(),
        FeelWorld(),
        reload=True,
        process_id="repair_visit",
        case_no="FW1",
        due="2026-03-04T09:00:00+08:00",
        limit="P2D",
    )
    run.complete("register", clear=False).fire("remind").complete("call_back")
    run.complete("register", clear=True)
    assert sorted(run.open) == ["inspect", "pick_parts", "visit_late"]
    run.complete("inspect", verdict="yes", faults=["door", "seal"])
    run.complete("pick_parts").message("parts_came")
    run.complete("repair", done=True).complete("repair", done=False)
    run.complete("price_parts", parts_price=120.5).complete("price_labour", labour_price=80)
    assert run.instance.variables(run.find("ask_customer"))["total_price"] == 200.5
    run.complete("ask_customer", agreed=True).answer("tell_owner").complete("sign")
    assert run.instance.completed
    assert run.instance.end_element_ids == ["closed"]
    assert run.instance.root_variables["total_price"] == 200.5
    assert run.incidents == []


def test_an_expression_that_the_language_refuses_is_an_incident_in_its_words() -> None:
    run = Run(
        (HERE / "quote_and_consent.bpmn").read_bytes(), FeelWorld(), process_id="quote_and_consent", clear="maybe"
    )
    (raised,) = run.told(f.IncidentRaised)
    assert raised.element_id == "what"
    assert raised.kind == "condition"
