"""Hands that can be moved, and a transaction."""

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
def tx(hands: clock.ManualClock, database: Database) -> Iterator[Transaction]:
    """One transaction, on either database."""
    with database.transaction() as work:
        yield work
