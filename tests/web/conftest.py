"""A whole house in memory, one copy per test, and test clients that are logged in."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import clock, settings
from app.clock import ManualClock
from app.definitions import DefinitionStore
from app.house import House
from app.identity import load_actor_by_login
from app.rehearsal import Stage
from app.web import create_app

ROOT = Path(__file__).parents[2]
MONDAY = datetime.fromisoformat("2026-03-02T09:00:00+08:00")
ClientOf = Callable[[str], FlaskClient]


@pytest.fixture(scope="session")
def stage() -> Stage:
    """The example company with everything deployed, made once."""
    return Stage(ROOT / "processes", ROOT / "forms")


@pytest.fixture
def manual_clock() -> Iterator[ManualClock]:
    """Monday morning, until a test moves on."""
    manual = ManualClock(MONDAY)
    with clock.use(manual.now):
        yield manual


@pytest.fixture
def house(stage: Stage, manual_clock: ManualClock) -> Iterator[House]:
    """A copy of the example company; what one test changes no other sees."""
    made = copy.copy(stage.open(MONDAY).house)
    # Versions are cached by id, and ids of new versions repeat from copy to copy.
    made.world = replace(
        made.world,
        definitions=DefinitionStore(),
        library=made.library,
        calendar=made.calendar,
        own_formats=made.own_formats,
    )
    made.refresh()
    yield made
    made.db.close()


@pytest.fixture(scope="session")
def application(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application, assembled once so that its templates are compiled once; without CSRF tokens."""
    folder = tmp_path_factory.mktemp("data")
    conf = settings.load({"AFTERCARE_DATA": str(folder), "AFTERCARE_SECRET_KEY": "x" * 40})
    made = create_app(conf, stage.house)
    made.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    return made


@pytest.fixture
def app(application: Flask, house: House) -> Flask:
    """The application around this test's house."""
    application.extensions["aftercare"] = house
    return application


@pytest.fixture
def client_of(app: Flask, house: House) -> ClientOf:
    """A client logged in as somebody: `client_of("hotline_agent_1")`."""

    def log_in(login: str) -> FlaskClient:
        with house.db.reading() as tx:
            someone = load_actor_by_login(tx, login)
        assert someone is not None, login
        client = app.test_client()
        with client.session_transaction() as session:
            session["_user_id"] = f"{someone.id}.{someone.session_version}"
            session["_fresh"] = True
        return client

    return log_in
