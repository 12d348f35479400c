"""`start_in_closed_cases`: every case that was closed is called back once (P39.1)."""

from __future__ import annotations

from typing import Any

import pytest
from connector_bench import Bench
from sqlalchemy import select

from app.messages import Refusal
from app.rehearsal.company import OUTLET
from app.runtime.tables import process_instance, service_case

KNOWN = {"customer_name": "示例公交一队", "contact_phone": "000-0000-0001", "serial_no": "DEMO-VIN-0001"}
HEADERS = {"process": "callback", "served": "onsite_service suggestion", "facts": "customer_name engineer serial_no"}


def served(bench: Bench, process: str = "suggestion") -> str:
    """A case in which a procedure was done, closed now."""
    case_no = str(bench.hand_over(process, **KNOWN).case_no)
    task = bench.company.open_tasks(case_no)[f"handle_{process}"]
    login = {"suggestion": "sales_office_1", "rapid_support": "regional_director_1"}[process]
    bench.company.submit(task.id, login, {"note": "已办", "done": True})
    return case_no


def pick(bench: Bench, last: str | None = None, unit: str = OUTLET) -> dict[str, Any]:
    return bench.run("start_in_closed_cases", {"last_run_at": last}, HEADERS, unit=unit)


def called_back(bench: Bench) -> list[str]:
    return [
        row.case_no
        for row in bench.rows(
            select(process_instance.c.case_no)
            .where(process_instance.c.process_key == "callback")
            .order_by(process_instance.c.id)
        )
    ]


class TestPicked:
    def test_every_case_that_was_served_and_closed(self, bench: Bench) -> None:
        cases = [served(bench), served(bench)]
        assert pick(bench) == {"picked_at": "2026-03-02T09:00:00+08:00", "picked_cases": 2}
        assert called_back(bench) == cases

    def test_it_is_open_again_and_knows_the_facts_of_the_service(self, bench: Bench) -> None:
        case_no = served(bench)
        pick(bench)
        task = bench.company.open_tasks(case_no)["check_documents"]
        assert (task.role, task.case_no) == ("callback_agent", case_no)
        (case,) = bench.rows(select(service_case).where(service_case.c.case_no == case_no))
        assert (case.closed_at, case.running, case.customer_name) == (None, 1, "示例公交一队")

    def test_what_was_closed_while_the_last_run_looked(self, bench: Bench) -> None:
        case_no = served(bench)
        bench.clock.advance("PT30H")
        pick(bench, last="2026-03-02T09:01:00+08:00")
        assert called_back(bench) == [case_no]

    def test_what_was_closed_while_the_house_stood_still(self, bench: Bench) -> None:
        old = served(bench)
        bench.clock.advance("P3D")
        lately = served(bench)
        bench.clock.advance("P30D")
        pick(bench, last="2026-02-27T08:30:00+08:00")
        assert old not in called_back(bench)
        assert called_back(bench) == [lately]


class TestNotPicked:
    def test_a_case_that_was_called_back_already(self, bench: Bench) -> None:
        served(bench)
        first = pick(bench)
        bench.clock.advance("PT1H")
        assert pick(bench, last=first["picked_at"])["picked_cases"] == 0

    def test_an_open_case(self, bench: Bench) -> None:
        bench.hand_over("suggestion", **KNOWN)
        assert pick(bench)["picked_cases"] == 0

    def test_a_case_without_a_service(self, bench: Bench) -> None:
        served(bench, "rapid_support")
        assert pick(bench)["picked_cases"] == 0

    def test_a_case_that_was_closed_before_the_first_run(self, bench: Bench) -> None:
        served(bench)
        bench.clock.advance("P2D")
        assert pick(bench)["picked_cases"] == 0

    def test_a_case_of_another_unit(self, bench: Bench) -> None:
        served(bench)
        assert pick(bench, unit="O2")["picked_cases"] == 0


def test_a_diagram_without_a_timer_between_two_runs_is_refused(bench: Bench) -> None:
    with pytest.raises(Refusal) as refused:
        pick(bench, last="2026-03-02T08:59:30+08:00")
    assert refused.value.code == "wrong_diagram"
