"""An administrator's client on a house whose service promise is the company's own choice."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.house import House
from app.identity.tables import user_account
from tests.web.conftest import ClientOf


@pytest.fixture
def admin(house: House, client_of: ClientOf) -> FlaskClient:
    """Logged in as 管理员甲."""
    house.profile = None
    house.refresh()
    return client_of("system_admin_1")


def id_of(house: House, login: str) -> int:
    """The id of a user."""
    with house.db.reading() as tx:
        return int(tx.value(select(user_account.c.id).where(user_account.c.login == login)))
