"""`look_up_unit`: what is known of a serial number, and when it was repaired before (inputs of D01 and D05)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from connector_bench import Bench
from sqlalchemy import insert, update

from app.aftersales import product_unit
from app.runtime.tables import process_instance

SERIAL = "DEMO-VIN-0007"


def known(bench: Bench, **values: Any) -> None:
    with bench.company.step() as tx:
        tx.execute(insert(product_unit).values(serial_no=SERIAL, category="vehicle", model="示例客车A型", **values))


def repaired(
    bench: Bench,
    ended_at: str | None,
    process: str = "onsite_service",
    serial_no: str = SERIAL,
    outcome: str | None = "signed",
) -> str:
    """A case with a visit that ended then and came to this, or still goes on."""
    facts = {"engineer": "service_engineer_1", "work_order_no": "WX-1", "trip_no": "WC-1", "outcome": outcome}
    started = bench.hand_over(process, serial_no=serial_no, **facts)
    if ended_at is not None:
        with bench.company.step() as tx:
            tx.execute(
                update(process_instance)
                .where(process_instance.c.id == started.instance_id)
                .values(state="completed", ended_at=datetime.fromisoformat(ended_at))
            )
    return str(started.case_no)


class TestStartDate:
    def test_use_begins_with_commissioning(self, bench: Bench) -> None:
        known(bench, purchase_date=date(2025, 9, 1), commissioned_date=date(2025, 10, 1))
        found = bench.run("look_up_unit", {"serial_no": SERIAL})
        assert (found["serial_resolves"], found["unit_start_date"]) == (True, "2025-10-01")

    def test_without_commissioning_with_the_purchase(self, bench: Bench) -> None:
        known(bench, purchase_date=date(2025, 9, 1))
        assert bench.run("look_up_unit", {"serial_no": SERIAL})["unit_start_date"] == "2025-09-01"

    def test_a_unit_without_any_date_resolves_nothing(self, bench: Bench) -> None:
        known(bench)
        found = bench.run("look_up_unit", {"serial_no": SERIAL})
        assert found == {"serial_resolves": False, "unit_start_date": None, "last_repairs": []}

    @pytest.mark.parametrize("serial", [None, "", "  ", "NEVER-SEEN"])
    def test_an_unknown_or_missing_serial_number_resolves_nothing(self, bench: Bench, serial: str | None) -> None:
        known(bench, purchase_date=date(2025, 9, 1))
        found = bench.run("look_up_unit", {"serial_no": serial})
        assert found == {"serial_resolves": False, "unit_start_date": None, "last_repairs": []}

    def test_a_serial_number_is_known_however_it_is_typed(self, bench: Bench) -> None:
        known(bench, purchase_date=date(2025, 9, 1))
        assert bench.run("look_up_unit", {"serial_no": SERIAL.lower()})["unit_start_date"] == "2025-09-01"

    def test_spaces_around_the_number_do_not_matter(self, bench: Bench) -> None:
        known(bench, purchase_date=date(2025, 9, 1))
        assert bench.run("look_up_unit", {"serial_no": f" {SERIAL} "})["serial_resolves"] is True


class TestLastRepairs:
    def test_finished_visits_of_other_cases_the_newest_first(self, bench: Bench) -> None:
        older = repaired(bench, "2026-01-10T16:00:00+08:00")
        newer = repaired(bench, "2026-02-20T10:00:00+08:00")
        assert bench.run("look_up_unit", {"serial_no": SERIAL})["last_repairs"] == [
            {"case_no": newer, "at": "2026-02-20T10:00:00+08:00"},
            {"case_no": older, "at": "2026-01-10T16:00:00+08:00"},
        ]

    def test_a_repair_counts_however_its_serial_number_was_typed(self, bench: Bench) -> None:
        case_no = repaired(bench, "2026-01-10T16:00:00+08:00", serial_no=SERIAL.lower())
        repairs = bench.run("look_up_unit", {"serial_no": SERIAL})["last_repairs"]
        assert [each["case_no"] for each in repairs] == [case_no]

    def test_work_that_was_done_counts_also_without_a_signature(self, bench: Bench) -> None:
        case_no = repaired(bench, "2026-01-10T16:00:00+08:00", outcome="signature_refused")
        repairs = bench.run("look_up_unit", {"serial_no": SERIAL})["last_repairs"]
        assert [each["case_no"] for each in repairs] == [case_no]

    @pytest.mark.parametrize("outcome", ["declined", "unfinished", "waiting_part", "handed_over", None])
    def test_a_visit_at_which_nothing_was_repaired_does_not_count(self, bench: Bench, outcome: str | None) -> None:
        repaired(bench, "2026-02-10T16:00:00+08:00", outcome=outcome)
        case_no = repaired(bench, "2026-01-10T16:00:00+08:00")
        repairs = bench.run("look_up_unit", {"serial_no": SERIAL})["last_repairs"]
        assert [each["case_no"] for each in repairs] == [case_no]

    def test_the_own_visit_is_not_an_earlier_one(self, bench: Bench) -> None:
        own = repaired(bench, "2026-02-20T10:00:00+08:00")
        assert bench.run("look_up_unit", {"serial_no": SERIAL}, case_no=own)["last_repairs"] == []

    def test_a_visit_that_goes_on_is_not_an_earlier_one(self, bench: Bench) -> None:
        assert "arrive_on_site" in bench.company.open_tasks(repaired(bench, None))
        assert bench.run("look_up_unit", {"serial_no": SERIAL})["last_repairs"] == []

    def test_other_procedures_are_no_repairs(self, bench: Bench) -> None:
        repaired(bench, "2026-02-20T10:00:00+08:00", process="task_acceptance")
        assert bench.run("look_up_unit", {"serial_no": SERIAL})["last_repairs"] == []

    def test_another_unit_has_its_own_repairs(self, bench: Bench) -> None:
        repaired(bench, "2026-02-20T10:00:00+08:00", serial_no="DEMO-VIN-0008")
        assert bench.run("look_up_unit", {"serial_no": SERIAL})["last_repairs"] == []

    def test_a_unit_that_nobody_registered_may_have_been_repaired(self, bench: Bench) -> None:
        repaired(bench, "2026-02-20T10:00:00+08:00")
        found = bench.run("look_up_unit", {"serial_no": SERIAL})
        assert (found["serial_resolves"], len(found["last_repairs"])) == (False, 1)
