"""Record numbers: none twice, no gap, not even when a step fails."""

from __future__ import annotations

import itertools
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from app import clock
from app.db import Database
from app.registers import register_row
from app.runtime import start_case
from app.runtime.numbers import next_value
from tests.factories.companies import MONDAY, Company


def test_numbers_follow_each_other_within_their_scope(database: Database) -> None:
    with database.transaction() as tx:
        taken = [
            next_value(tx, "contact_no", scope) for scope in ("O1/2026", "O1/2026", "O2/2026", "O1/2027", "O1/2026")
        ]
    assert taken == [1, 2, 1, 1, 3]


def test_a_step_that_fails_gives_its_number_back(database: Database) -> None:
    with database.transaction() as tx:
        next_value(tx, "contact_no", "O1/2026")
    with pytest.raises(ZeroDivisionError):
        _take_and_fail(database)
    with database.transaction() as tx:
        assert next_value(tx, "contact_no", "O1/2026") == 2


def _take_and_fail(database: Database) -> None:
    with database.transaction() as tx:
        next_value(tx, "contact_no", "O1/2026")
        raise ZeroDivisionError


class Ticking:
    """A clock that every look moves on by a millisecond, so that no two things happen at the same moment."""

    def __init__(self) -> None:
        self._moments = itertools.count()
        self._lock = threading.Lock()

    def now(self) -> datetime:
        with self._lock:
            return MONDAY + timedelta(milliseconds=next(self._moments))


def test_contacts_of_eight_desks_at_once_are_numbered_as_they_arrived(company: Company) -> None:
    """R01 strictly by arrival (GR04): per outlet no gap, no double, and a later number was received later."""
    ticking = Ticking()
    desks = {"O1": company.person("hotline_agent_1"), "O2": company.person("hotline_agent_3")}

    def call(number: int) -> None:
        outlet = "O2" if number % 3 == 0 else "O1"
        try:
            with clock.use(ticking.now), company.step() as tx:
                start_case(tx, company.world, actor=desks[outlet], process_key="contact_intake", unit_code=outlet)
                if number % 5 == 0:
                    raise ZeroDivisionError  # the line breaks after the number was given
        except ZeroDivisionError:
            pass

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(call, range(60)))
    with company.db.reading() as tx:
        rows = tx.rows(select(register_row).where(register_row.c.register == "R01"))
        cases = sorted(row.case_no for row in rows)
    assert cases == [f"FW2026{number:06d}" for number in range(1, 49)]
    for outlet, many in (("O1", 32), ("O2", 16)):
        its = [row.data for row in rows if row.data["contact_no"].startswith(f"LD{outlet}")]
        its.sort(key=lambda data: data["contact_no"])
        assert [row["contact_no"] for row in its] == [f"LD{outlet}2026{number:06d}" for number in range(1, many + 1)]
        received = [row["received_at"] for row in its]
        assert received == sorted(set(received))
