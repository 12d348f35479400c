"""The listener that remembers customers: what intake writes down is known at the next call."""

from __future__ import annotations

from typing import Any

from connector_bench import Bench
from sqlalchemy import select

from app.aftersales import customer, product_unit
from tests.factories.companies import QUESTION, UNCLEAR
from tests.factories.counting import counting


def told(bench: Bench, **changes: Any) -> str:
    """A call that is registered; its case."""
    task = bench.company.start()
    bench.company.submit(task.id, "hotline_agent_1", {**QUESTION, **changes})
    return str(task.case_no)


def customers(bench: Bench) -> list[Any]:
    return bench.rows(select(customer).order_by(customer.c.id))


def units(bench: Bench) -> list[Any]:
    return bench.rows(select(product_unit).order_by(product_unit.c.id))


class TestRemembered:
    def test_a_registered_call_leaves_customer_and_unit(self, bench: Bench) -> None:
        told(bench)
        (one,), (unit,) = customers(bench), units(bench)
        assert (one.name, one.phone, one.unit_path) == ("示例公交一队", "000-0000-0002", "/C1/R1/O1/")
        assert (unit.serial_no, unit.customer_id) == ("DEMO-VIN-0001", one.id)

    def test_the_second_call_is_the_same_customer_brought_up_to_date(self, bench: Bench) -> None:
        told(bench)
        bench.clock.advance("P1D")
        told(bench, contact_person="调度员乙", product_model="示例客车B型")
        (one,), (unit,) = customers(bench), units(bench)
        assert (one.contact_person, one.updated_at, unit.model) == ("调度员乙", bench.clock.now(), "示例客车B型")

    def test_another_name_on_the_same_phone_is_another_customer(self, bench: Bench) -> None:
        told(bench)
        told(bench, customer_name="示例公交二队", serial_no="DEMO-VIN-0002")
        assert [one.name for one in customers(bench)] == ["示例公交一队", "示例公交二队"]

    def test_a_call_without_a_name_leaves_nobody(self, bench: Bench) -> None:
        task = bench.company.start()
        bench.company.submit(task.id, "hotline_agent_1", UNCLEAR)
        assert customers(bench) == []


class TestCost:
    def test_a_step_that_learns_nothing_asks_nothing(self, bench: Bench) -> None:
        case_no = told(bench)
        task = bench.company.open_tasks(case_no)["answer_contact"]
        with counting(bench.company.db) as counted:
            bench.company.submit(task.id, "hotline_agent_1", {"reply_text": "一万公里。"})
        assert not [statement for statement in counted.statements if "product_unit" in statement]

    def test_facts_that_were_only_handed_over_are_not_written_again(self, bench: Bench) -> None:
        with counting(bench.company.db) as counted:
            bench.hand_over("repair_request", **QUESTION)
        assert not [statement for statement in counted.statements if "product_unit" in statement]
