"""A running instance keeps the parameters it started with; what acts at once reaches it too (GR15, P57.5)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from app import parameters
from app.runtime.step import load_instance, surroundings_of
from tests.factories.companies import UNCLEAR, Company


def change(company: Company, name: str, value: Any, **more: Any) -> None:
    company.clock.advance("PT1M")
    with company.step() as tx:
        parameters.set_value(tx, company.house.book, name, value, actor="somebody", reason="试行", **more)
    company.house.refresh()


def param(company: Company, instance_id: int, name: str) -> Any:
    with company.db.reading() as tx:
        row = load_instance(tx, instance_id)
        around = surroundings_of(tx, company.world, company.person(None), row)
        return around.evaluate(f'param("{name}")', {})


def test_a_changed_rule_holds_for_new_instances_only(company: Company) -> None:
    before = company.start()
    change(company, "intake.max_clarify_attempts", 1)
    after = company.start()
    assert param(company, before.instance_id, "intake.max_clarify_attempts") == 3
    assert param(company, after.instance_id, "intake.max_clarify_attempts") == 1


def test_the_diagram_goes_by_the_values_the_instance_started_with(company: Company) -> None:
    before = company.start()
    change(company, "intake.max_clarify_attempts", 1)
    after = company.start()
    for task in (before, after):
        company.submit(task.id, "hotline_agent_1", UNCLEAR)
        (clarify,) = company.open_tasks(task.case_no).values()
        assert clarify.element_id == "clarify_contact"
        company.clock.advance("PT1H")
        tried = {"facts_clear": False, "clarify_log": [{"result": "无人接听"}]}
        company.submit(clarify.id, "hotline_agent_1", tried)
    assert list(company.open_tasks(before.case_no)) == ["clarify_contact"]
    assert "clarify_contact" not in company.open_tasks(after.case_no)


def test_a_profile_chosen_later_changes_nothing_for_what_runs(company: Company) -> None:
    before = company.start()
    change(company, "company.profile", "machinery")
    assert param(company, before.instance_id, "returns.refund_within_days") == 0
    assert param(company, company.start().instance_id, "returns.refund_within_days") == 15


def test_organisation_and_calendar_reach_running_instances(company: Company) -> None:
    before = company.start()
    change(company, "dispatch.role", "store_dispatcher")
    change(company, "calendar.work_hours", ["09:00-18:00"])
    assert param(company, before.instance_id, "dispatch.role") == "store_dispatcher"
    assert param(company, before.instance_id, "calendar.work_hours") == ["09:00-18:00"]


def test_a_change_may_begin_later_and_then_holds_without_anybody_doing_anything(company: Company) -> None:
    tomorrow = company.clock.now() + timedelta(days=1)
    change(company, "intake.max_clarify_attempts", 2, valid_from=tomorrow)
    today = company.start()
    company.clock.advance("P1D")
    assert param(company, today.instance_id, "intake.max_clarify_attempts") == 3
    assert param(company, company.start().instance_id, "intake.max_clarify_attempts") == 2
