"""A person's data on request: handed out whole, and erased wherever it may be."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from sqlalchemy import select, update

from app import clock
from app.aftersales import customer, customers, merging
from app.history import history_event
from app.messages import Refusal
from app.registers import register_row
from app.registers.personal import collect, erase
from app.runtime.tables import case_term, service_case, user_task
from tests.factories.companies import QUESTION, Company

AGENT = "hotline_agent_1"
SECRETS = (
    QUESTION["customer_name"],
    QUESTION["contact_phone"],
    QUESTION["contact_person"],
    QUESTION["customer_address"],
)


@pytest.fixture
def asked(company: Company) -> tuple[Company, int, str]:
    """A customer who asked a question that waits for its answer."""
    task = company.start()
    company.submit(task.id, AGENT, QUESTION)
    with company.db.reading() as tx:
        found = tx.row(select(customer))
    assert found is not None
    return company, found.id, task.case_no


def close(company: Company, case_no: str) -> None:
    with company.step() as tx:
        tx.execute(update(service_case).where(service_case.c.case_no == case_no).values(closed_at=clock.now()))


def shown(company: Company) -> str:
    """Everything that lists, searches and registers read."""
    with company.db.reading() as tx:
        rows = [
            [tuple(row) for row in tx.rows(select(table))]
            for table in (customer, service_case, user_task, case_term, register_row)
        ]
    return orjson.dumps(rows, default=str).decode()


def test_everything_is_handed_out_and_that_is_on_record(asked: tuple[Company, int, str]) -> None:
    company, who, case_no = asked
    with company.step() as tx:
        told = collect(tx, customer_id=who, actor=company.person(AGENT))
    assert told["customer"]["phone"] == QUESTION["contact_phone"]
    assert [unit["serial_no"] for unit in told["units"]] == [QUESTION["serial_no"]]
    assert [case["case_no"] for case in told["cases"]] == [case_no]
    assert QUESTION["customer_name"] in orjson.dumps(told["registers"]).decode()
    with company.db.reading() as tx:
        assert tx.row(select(history_event).where(history_event.c.kind == "personal_data_exported")) is not None


def test_while_a_case_is_open_nothing_is_erased(asked: tuple[Company, int, str]) -> None:
    company, who, case_no = asked
    with pytest.raises(Refusal, match=case_no) as refused, company.step() as tx:
        erase(tx, customer_id=who, reason="本人来函", actor=company.person(AGENT))
    assert refused.value.code == "open_cases"


def test_afterwards_no_list_search_or_register_knows_the_person(asked: tuple[Company, int, str]) -> None:
    company, who, case_no = asked
    close(company, case_no)
    before = shown(company)
    assert all(secret in before for secret in SECRETS)
    with company.step() as tx:
        assert erase(tx, customer_id=who, reason="本人来函", actor=company.person(AGENT)) == 1
    after = shown(company)
    assert [secret for secret in SECRETS if secret in after] == []
    with company.db.reading() as tx:
        assert customers.find_customers(tx, QUESTION["customer_name"]) == []
        assert tx.row(select(service_case).where(service_case.c.case_no == case_no)) is not None
    with pytest.raises(Refusal) as refused, company.step() as tx:
        erase(tx, customer_id=who, reason="再次", actor=company.person(AGENT))
    assert refused.value.code == "erased_already"


def test_whoever_was_merged_into_him_is_erased_with_him(asked: tuple[Company, int, str]) -> None:
    company, who, case_no = asked
    close(company, case_no)
    facts: dict[str, Any] = {**QUESTION, "customer_name": "又名", "serial_no": None}
    with company.step() as tx:
        other = customers.remember(tx, facts, unit_path="/C1/R1/O1/")
        merging.merge(tx, kept_id=who, merged_id=int(other or 0), reason="", actor=company.person(AGENT))
        erase(tx, customer_id=who, reason="本人来函", actor=company.person(AGENT))
    assert "又名" not in shown(company)


def test_without_saying_who_asked_for_it_nothing_is_erased(asked: tuple[Company, int, str]) -> None:
    company, who, _ = asked
    with pytest.raises(Refusal) as refused, company.step() as tx:
        erase(tx, customer_id=who, reason=" ", actor=company.person(AGENT))
    assert refused.value.code == "reason_needed"
