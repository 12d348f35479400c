"""A record that came to its last step with gaps, as a migrated instance may, is not closed (readings 4)."""

from __future__ import annotations

from typing import Any

import pytest

from app.identity import SYSTEM
from app.messages import Refusal
from app.runtime.step import load_instance, run_step
from tests.factories.companies import Company
from tools.whole_case import WHOLE_CASE, act, values_for


def walk_to(company: Company, wanted: str) -> Any:
    """Walk the whole case until a task waits: its row."""
    case_no = company.start().case_no
    while wanted not in (waiting := company.open_tasks(case_no)):
        element = next(name for name in WHOLE_CASE if name in waiting)
        company.clock.advance("PT2M")
        with company.step() as tx:
            act(tx, company.world, waiting[element], company.clock.now())
    return waiting[wanted]


def put(company: Company, task: Any, **variables: Any) -> None:
    """Change what an instance knows, as a migration or an operator does."""
    with company.step() as tx:
        row = load_instance(tx, task.instance_id)
        run_step(tx, company.world, SYSTEM, row, lambda instance: instance.set_variables(None, variables))


@pytest.mark.parametrize(
    ("element", "gap", "mended", "step"),
    [
        ("complete_report", {"usage_condition": None}, {"usage_condition": "城区公交"}, "听：用户介绍"),
        ("take_leave", {"root_cause": None}, {"root_cause": "胶条老化"}, "查：确定真正原因"),
        (
            "register_return",
            {"repair_lines": None},
            {"repair_lines": [{"item": "前门", "qty": 1}]},
            "交维修单、费用单据",
        ),
    ],
)
def test_a_gap_is_named_with_its_step_and_once_it_is_filled_the_record_closes(
    company: Company, element: str, gap: dict[str, Any], mended: dict[str, Any], step: str
) -> None:
    task = walk_to(company, element)
    login = WHOLE_CASE[element][0]
    put(company, task, **gap)
    with pytest.raises(Refusal) as refused:
        company.submit(task.id, login, values_for(element, company.clock.now()))
    (error,) = refused.value.errors
    assert error.field == next(iter(gap))
    assert f"属于步骤“{step}”" in error.message.zh
    put(company, task, **mended)
    company.submit(task.id, login, values_for(element, company.clock.now()))
    assert company.task(task.id).state == "completed"
