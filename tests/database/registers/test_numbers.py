"""Record numbers: none twice, no gap, not even when a step fails."""

from __future__ import annotations

import pytest

from app.db import Database
from app.runtime.numbers import next_value


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
