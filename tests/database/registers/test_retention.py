"""Rows are kept as long as their register says, then they go, and the audit says so."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from app import clock, feel, registers
from app.clock import ManualClock
from app.db import Database
from app.history import history_event
from app.registers import register_row, retention
from app.runtime.tables import service_case
from app.worker.housekeeping import retire_register_rows
from tests.database.registers.conftest import CONTACTS
from tests.factories.companies import Company

KEPT = CONTACTS.replace("    key: contact_no\n", "    key: contact_no\n    retention_years: 10\n")


def row(database: Database, key: str, changed: str, **values: Any) -> None:
    at = datetime.fromisoformat(changed).astimezone(UTC)
    made = {"register": "R01", "case_no": None, "instance_id": None, "unit_path": "/", "data": {}, "created_by": "甲"}
    with database.transaction() as tx:
        tx.execute(insert(register_row).values(**{**made, **values}, row_key=key, created_at=at, updated_at=at))


def keys(database: Database) -> list[str]:
    with database.reading() as tx:
        return [each.row_key for each in tx.rows(select(register_row).order_by(register_row.c.row_key))]


def retire(database: Database, register: registers.Register, years: int = 10) -> int:
    with database.transaction() as tx:
        return registers.retire(tx, register, years)


class TestTheRule:
    def test_is_feel_over_the_parameters(self, company: Company) -> None:
        with company.db.reading() as tx:
            library = company.house.library(tx, "/")
        assert registers.years_kept(company.house.registers.registers["R06"], library) == 10

    @pytest.mark.parametrize("declared_years", ["", "=null", "0"])
    def test_without_years_is_for_ever(self, declared: Any, declared_years: str) -> None:
        text = KEPT.replace("retention_years: 10", f'retention_years: "{declared_years}"')
        assert registers.years_kept(declared(text).registers["R01"], feel.BUILTINS) is None

    def test_counts_calendar_years_also_from_the_29th_of_february(self) -> None:
        with clock.use(ManualClock(datetime.fromisoformat("2028-02-29T12:00:00+08:00")).now):
            assert retention.kept_since(10).isoformat() == "2018-02-28T12:00:00+08:00"

    def test_that_is_no_feel_is_named(self, declared: Any) -> None:
        with pytest.raises(registers.BrokenDeclaration, match="register R01, retention_years"):
            declared(KEPT.replace("retention_years: 10", 'retention_years: "=("'))


class TestWhatIsPastItsTime:
    def test_goes_and_what_is_not_stays(self, database: Database, declared: Any, monday: ManualClock) -> None:
        row(database, "LD-1", "2016-03-02T08:59:59+08:00")
        row(database, "LD-2", "2016-03-02T09:00:00+08:00")
        row(database, "LD-3", "2026-03-01T09:00:00+08:00")
        assert retire(database, declared(KEPT).registers["R01"]) == 1
        assert keys(database) == ["LD-2", "LD-3"]

    def test_is_counted_from_the_last_change(self, database: Database, declared: Any, monday: ManualClock) -> None:
        row(database, "LD-1", "2010-01-01T09:00:00+08:00")
        with database.transaction() as tx:
            tx.execute(update(register_row).values(updated_at=clock.now()))
        assert retire(database, declared(KEPT).registers["R01"]) == 0

    def test_of_another_register_stays(self, database: Database, declared: Any, monday: ManualClock) -> None:
        row(database, "BG-1", "2010-01-01T09:00:00+08:00", register="R06")
        assert retire(database, declared(KEPT).registers["R01"]) == 0

    def test_goes_a_few_hundred_at_a_time_the_oldest_first(
        self, database: Database, declared: Any, monday: ManualClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(retention, "AT_ONCE", 2)
        for number in (3, 1, 2):
            row(database, f"LD-{number}", f"2010-01-0{number}T09:00:00+08:00")
        register = declared(KEPT).registers["R01"]
        assert [retire(database, register), keys(database)] == [2, ["LD-3"]]
        assert [retire(database, register), retire(database, register)] == [1, 0]

    def test_is_named_in_the_audit_with_its_rule(self, database: Database, declared: Any, monday: ManualClock) -> None:
        row(database, "LD-2", "2010-01-01T09:00:00+08:00", data={"customer_name": "示例公交一队"})
        row(database, "LD-1", "2011-01-01T09:00:00+08:00")
        retire(database, declared(KEPT).registers["R01"])
        with database.reading() as tx:
            (event,) = tx.rows(select(history_event))
        assert (event.kind, event.case_no, event.actor_name) == ("register_retired", None, "系统")
        assert event.data == {
            "register": "R01", "name": "来电登记", "years": 10, "before": "2016-03-02", "rows": 2,
            "keys": ["LD-1", "LD-2"],
        }  # fmt: skip

    def test_stays_while_its_case_is_running(self, company: Company) -> None:
        case_no = company.start().case_no
        company.clock.advance("P4000D")
        retire_register_rows(company.house)
        assert keys(company.db) != []
        with company.step() as tx:
            tx.execute(update(service_case).where(service_case.c.case_no == case_no).values(running=0))
        retire_register_rows(company.house)
        assert keys(company.db) == []

    def test_does_not_come_back_when_the_register_is_rebuilt(self, company: Company) -> None:
        company.start()
        with company.step() as tx:
            tx.execute(update(service_case).values(running=0))
        company.clock.advance("P4000D")
        retire_register_rows(company.house)
        with company.step() as tx:
            found = registers.rebuild(tx, "R01")
        assert (found.rows, found.same) == (0, True)
