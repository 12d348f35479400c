"""The ledger that stock tests work on."""

from __future__ import annotations

import pytest
from stock_room import StockRoom

from app.clock import ManualClock
from app.db import Database


@pytest.fixture
def room(database: Database, monday: ManualClock) -> StockRoom:
    """A ledger with places and parts, and nothing on the shelves."""
    return StockRoom(database)
