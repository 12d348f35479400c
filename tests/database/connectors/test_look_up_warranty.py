"""`look_up_warranty`: what the unit's file says of a day, and nothing that it does not say."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from connector_bench import Bench
from sqlalchemy import insert

from app.aftersales import product_unit
from app.engine import BpmnError


@pytest.fixture
def unit(bench: Bench) -> Any:
    """Writes a unit's file."""

    def write(**values: Any) -> None:
        with bench.company.step() as tx:
            given = {"serial_no": "S1", "category": "vehicle", "model": "A", "warranty_terms": "整车两年", **values}
            tx.execute(insert(product_unit).values(**given))

    return write


@pytest.mark.parametrize(
    ("day", "status"),
    [(None, "in_warranty"), ("2026-03-02", "in_warranty"), ("2026-03-03", "out_of_warranty")],
)
def test_the_last_day_still_counts(bench: Bench, unit: Any, day: str | None, status: str) -> None:
    unit(warranty_end=date(2026, 3, 2), purchase_date=date(2024, 3, 1), commissioned_date=date(2024, 3, 2))
    assert bench.run("look_up_warranty", {"serial_no": " S1 ", "on_day": day}) == {
        "warranty_status": status,
        "warranty_end": "2026-03-02",
        "warranty_terms": "整车两年",
        "unit_start_date": "2024-03-02",
    }


def test_without_a_last_day_nothing_is_guessed(bench: Bench, unit: Any) -> None:
    unit(purchase_date=date(2024, 3, 1), warranty_terms="")
    told = bench.run("look_up_warranty", {"serial_no": "S1"})
    assert told == {
        "warranty_status": "unknown", "warranty_end": None, "warranty_terms": None, "unit_start_date": "2024-03-01",
    }  # fmt: skip


@pytest.mark.parametrize("serial_no", ["S2", "", None])
def test_an_unknown_unit_is_an_error_that_a_diagram_may_catch(bench: Bench, serial_no: str | None) -> None:
    with pytest.raises(BpmnError) as thrown:
        bench.run("look_up_warranty", {"serial_no": serial_no})
    assert thrown.value.code == "UNKNOWN_UNIT"
    assert thrown.value.otherwise is not None
