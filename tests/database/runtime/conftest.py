"""The example company with small diagrams in memory."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from desks import ROOT, Desk, found

from app import clock
from app.db import Database, Transaction
from app.house import House


@pytest.fixture(scope="session")
def image() -> bytes:
    """The founded house as bytes."""
    database = Database("sqlite://")
    found(database)
    with database.engine.connect() as connection:
        return bytes(connection.connection.driver_connection.serialize())  # type: ignore[union-attr]


@pytest.fixture
def desk(image: bytes) -> Iterator[Desk]:
    """A desk in memory."""
    database = Database("sqlite://")
    with database.engine.connect() as connection:
        connection.connection.driver_connection.deserialize(image)  # type: ignore[union-attr]
    yield Desk(House(database, ROOT / "processes", ROOT / "forms", profile="bus_maker"))
    database.close()


@pytest.fixture
def tx(desk: Desk) -> Iterator[Transaction]:
    """A transaction of the desk."""
    with clock.use(desk.clock.now), desk.transaction() as work:
        yield work
