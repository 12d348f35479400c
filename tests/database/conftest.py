"""Everything in this folder runs on SQLite and on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app import clock
from app.clock import ManualClock
from app.db import Database
from tests.factories.companies import MONDAY, Company, fill_company
from tests.factories.databases import PostgreSQL, Sqlite

KINDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]
Maker = Sqlite | PostgreSQL


@pytest.fixture(scope="session")
def makers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Maker]]:
    """What makes databases of each kind; PostgreSQL is started by the first test that asks for it."""
    made: dict[str, Maker] = {"sqlite": Sqlite(tmp_path_factory.mktemp("sqlite"))}
    yield made
    for maker in made.values():
        maker.end()


@pytest.fixture(params=KINDS)
def maker(request: pytest.FixtureRequest, makers: dict[str, Maker]) -> Maker:
    """The maker of one kind."""
    if request.param == "postgresql" and "postgresql" not in makers:
        makers["postgresql"] = PostgreSQL()
    return makers[request.param]


@pytest.fixture
def empty_database(maker: Maker) -> Iterator[Database]:
    """A database without any table."""
    database = maker.empty()
    yield database
    maker.drop(database)


@pytest.fixture
def database(maker: Maker) -> Iterator[Database]:
    """A database with the tables, and nothing in them."""
    made = maker.filled("bare", _prepare)
    yield made
    maker.drop(made)


def _prepare(database: Database) -> None:
    if not database.is_sqlite:
        from app.runtime.jobs.procrastinate import prepare

        with database.transaction() as tx:
            prepare(tx)


@pytest.fixture
def monday() -> Iterator[ManualClock]:
    """Monday morning in Shanghai, until a test moves on."""
    manual = ManualClock(MONDAY)
    with clock.use(manual.now):
        yield manual


@pytest.fixture
def company(maker: Maker, monday: ManualClock) -> Iterator[Company]:
    """The example company with everything deployed; what one test changes no other sees."""
    database = maker.filled("company", fill_company)
    yield Company(database, monday)
    maker.drop(database)
