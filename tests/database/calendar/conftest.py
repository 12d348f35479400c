"""A database in memory and hands that can be moved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from app import clock
from app.db import Database, Transaction

START = datetime(2026, 3, 2, 1, 10, tzinfo=UTC)  # a Monday, 09:10 in Shanghai


@pytest.fixture
def hands() -> Iterator[clock.ManualClock]:
    manual = clock.ManualClock(START)
    with clock.use(manual.now):
        yield manual


@pytest.fixture
def tx(hands: clock.ManualClock) -> Iterator[Transaction]:
    database = Database("sqlite://")
    database.create_all()
    with database.transaction() as work:
        yield work
    database.close()
