"""Attempts to log in: counted by address and by login name, together over all processes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from sqlalchemy import func, select

from app.clock import ManualClock
from app.db import Database
from app.identity import as_login, count_attempt, forget_attempts, forgive_attempt, from_address
from app.identity.tables import login_attempt
from app.settings import Limit

LIMIT = Limit(3, timedelta(minutes=1))
HERE, ELSEWHERE = from_address("192.0.2.1"), from_address("192.0.2.2")
ANN, BOB = as_login("ann"), as_login("bob")


def attempt(database: Database, *keys: str) -> datetime | None:
    with database.transaction() as tx:
        return count_attempt(tx, keys, LIMIT)


def test_so_many_are_allowed_and_the_next_is_told_when(database: Database, monday: ManualClock) -> None:
    assert [attempt(database, HERE, ANN) for _ in range(3)] == [None] * 3
    began = monday.now()
    monday.advance("PT20S")
    assert attempt(database, HERE, ANN) == began + LIMIT.within


def test_another_login_from_the_same_address_waits_too(database: Database, monday: ManualClock) -> None:
    for _ in range(3):
        attempt(database, HERE, ANN)
    assert attempt(database, HERE, BOB) is not None
    assert attempt(database, ELSEWHERE, BOB) is None


def test_the_same_login_from_another_address_waits_too(database: Database, monday: ManualClock) -> None:
    for number in range(3):
        attempt(database, from_address(f"198.51.100.{number}"), ANN)
    assert attempt(database, ELSEWHERE, ANN) is not None


def test_when_the_time_is_over_it_counts_anew(database: Database, monday: ManualClock) -> None:
    for _ in range(9):
        attempt(database, HERE, ANN)
    monday.advance("PT59S")
    assert attempt(database, HERE, ANN) is not None
    monday.advance("PT1S")
    assert [attempt(database, HERE, ANN) is None for _ in range(4)] == [True, True, True, False]


def test_whoever_gets_in_has_not_tried_in_vain(database: Database, monday: ManualClock) -> None:
    for _ in range(12):
        assert attempt(database, HERE, ANN) is None
        with database.transaction() as tx:
            forgive_attempt(tx, HERE, ANN)
    assert [attempt(database, HERE, BOB) is None for _ in range(4)] == [True, True, True, False]


def test_getting_in_does_not_forgive_the_attempts_at_others(database: Database, monday: ManualClock) -> None:
    for _ in range(2):
        attempt(database, HERE, BOB)
    attempt(database, HERE, ANN)
    with database.transaction() as tx:
        forgive_attempt(tx, HERE, ANN)
    assert attempt(database, HERE, BOB) is None
    assert attempt(database, HERE, as_login("cid")) is not None


def test_processes_count_together(database: Database, monday: ManualClock) -> None:
    others = [Database(database.url) for _ in range(2)]

    def guess(number: int) -> bool:
        return attempt(others[number % 2], HERE, as_login(f"login {number}")) is None

    with ThreadPoolExecutor(4) as pool:
        allowed = list(pool.map(guess, range(12)))
    for other in others:
        other.close()
    assert sum(allowed) == LIMIT.most


def test_old_counts_are_forgotten(database: Database, monday: ManualClock) -> None:
    attempt(database, HERE, ANN)
    monday.advance("P1DT1S")
    attempt(database, ELSEWHERE)
    with database.transaction() as tx:
        forget_attempts(tx)
        assert tx.value(select(func.count()).select_from(login_attempt)) == 1


def test_a_name_of_any_length_is_counted(database: Database, monday: ManualClock) -> None:
    assert [attempt(database, as_login("长" * 4000)) is None for _ in range(4)] == [True, True, True, False]
