"""What a step costs: few statements, one transaction."""

from __future__ import annotations

from app.runtime import start_case
from tests.factories.companies import QUESTION, UNCLEAR, Company
from tests.factories.counting import counting

MOST = 14


def test_submitting_a_task_takes_14_statements_and_one_transaction(company: Company) -> None:
    company.submit(company.start().id, "hotline_agent_1", UNCLEAR, key="warm")
    task = company.start()
    actor = company.person("hotline_agent_1")
    assert actor.id is not None
    from app.runtime import complete_task

    with counting(company.db) as counted, company.step() as tx:
        complete_task(tx, company.world, actor=actor, task_id=task.id, values=UNCLEAR, key="counted")
    assert len(counted.statements) <= MOST, f"{len(counted.statements)}:\n{counted}"
    assert counted.commits == 1


def test_starting_a_case_takes_14_statements_and_one_transaction(company: Company) -> None:
    company.start()
    actor = company.person("hotline_agent_1")
    with counting(company.db) as counted, company.step() as tx:
        start_case(tx, company.world, actor=actor, process_key="contact_intake", unit_code="O1")
    assert len(counted.statements) <= MOST, f"{len(counted.statements)}:\n{counted}"
    assert counted.commits == 1


def test_a_submission_that_is_refused_writes_nothing(company: Company) -> None:
    import pytest

    from app.messages import Refusal

    task = company.start()
    with counting(company.db) as counted, pytest.raises(Refusal):
        company.submit(task.id, "hotline_agent_1", {**QUESTION, "content": ""})
    written = [text for text in counted.statements if text.split()[0] in {"INSERT", "UPDATE", "DELETE"}]
    assert written == []
