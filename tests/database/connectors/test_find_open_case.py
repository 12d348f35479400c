"""`find_open_case`: a second contact about the same unit of the same customer (D17 row 2)."""

from __future__ import annotations

from typing import Any

import pytest
from connector_bench import Bench
from sqlalchemy import update

from app.runtime.tables import service_case

UNIT = {"serial_no": "DEMO-VIN-0007", "contact_phone": "000-0000-0007"}
NONE = {"open_case_no": None, "open_case_owner": None}


def opened(bench: Bench, **variables: Any) -> str:
    given = {"channel": "phone", "content": "前门关不严", **UNIT, **variables}
    return str(bench.start("contact_intake", by="hotline_agent_1", **given).case_no)


class TestFound:
    def test_the_open_case_and_who_opened_it(self, bench: Bench) -> None:
        case_no = opened(bench)
        assert bench.run("find_open_case", UNIT) == {"open_case_no": case_no, "open_case_owner": "hotline_agent_1"}

    def test_the_oldest_of_several(self, bench: Bench) -> None:
        first = opened(bench)
        bench.clock.advance("PT1H")
        opened(bench)
        assert bench.run("find_open_case", UNIT)["open_case_no"] == first

    @pytest.mark.parametrize("typed", ["demo-vin-0007", " DEMO-VIN-0007 "])
    def test_a_serial_number_is_known_however_it_is_typed(self, bench: Bench, typed: str) -> None:
        case_no = opened(bench)
        assert bench.run("find_open_case", {**UNIT, "serial_no": typed})["open_case_no"] == case_no

    @pytest.mark.parametrize("dialled", ["00000000007", "000 0000 0007", "(000) 0000-0007"])
    def test_a_phone_number_is_compared_by_its_digits(self, bench: Bench, dialled: str) -> None:
        case_no = opened(bench)
        assert bench.run("find_open_case", {**UNIT, "contact_phone": dialled})["open_case_no"] == case_no


class TestNotFound:
    def test_the_contacts_own_case_is_none(self, bench: Bench) -> None:
        case_no = opened(bench)
        assert bench.run("find_open_case", UNIT, case_no=case_no) == NONE

    def test_a_closed_case_is_none(self, bench: Bench) -> None:
        case_no = opened(bench)
        with bench.company.step() as tx:
            tx.execute(
                update(service_case).where(service_case.c.case_no == case_no).values(closed_at=bench.clock.now())
            )
        assert bench.run("find_open_case", UNIT) == NONE

    @pytest.mark.parametrize("other", [{"serial_no": "DEMO-VIN-0008"}, {"contact_phone": "000-0000-0008"}])
    def test_another_unit_or_another_customer_is_none(self, bench: Bench, other: dict[str, str]) -> None:
        opened(bench)
        assert bench.run("find_open_case", {**UNIT, **other}) == NONE

    def test_a_case_of_an_outlet_that_the_person_may_not_look_into_is_none(self, bench: Bench) -> None:
        case_no = opened(bench)
        assert bench.run("find_open_case", UNIT, unit="O2", by="hotline_agent_3") == NONE
        # A company-wide role, and the system, see both outlets.
        assert bench.run("find_open_case", UNIT, unit="O2", by="quality_dept_1")["open_case_no"] == case_no
        assert bench.run("find_open_case", UNIT, unit="O2")["open_case_no"] == case_no

    @pytest.mark.parametrize("missing", ["serial_no", "contact_phone"])
    def test_without_serial_number_or_phone_nothing_is_guessed(self, bench: Bench, missing: str) -> None:
        opened(bench)
        assert bench.run("find_open_case", {**UNIT, missing: None}) == NONE
