"""Attempts to log in, counted in the database by address and by login name: all processes count together."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, delete, update
from sqlalchemy.dialects import postgresql, sqlite

from app import clock
from app.db import Transaction
from app.identity.tables import login_attempt
from app.settings import Limit

_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
KEPT = timedelta(days=1)  # no limit looks further back


def from_address(address: str | None) -> str:
    """The key under which an address is counted."""
    return f"address {address}"[:100]


def as_login(login: str) -> str:
    """The key under which a login name is counted, whether somebody has it or not."""
    return f"login {login}"[:100]


def count_attempt(tx: Transaction, keys: Iterable[str], limit: Limit) -> datetime | None:
    """Count one attempt under each key. None when all are within the limit, else when one may try again.

    The time of a key begins with its first attempt; when it is over the key counts anew.
    """
    now = clock.now()
    rows = [{"key": key, "since": now, "attempts": 1} for key in sorted(set(keys))]
    insert = _INSERT[tx.connection.dialect.name](login_attempt).values(rows)
    over = login_attempt.c.since <= now - limit.within
    counted = insert.on_conflict_do_update(
        index_elements=["key"],
        set_={
            "since": case((over, insert.excluded.since), else_=login_attempt.c.since),
            "attempts": case((over, 1), else_=login_attempt.c.attempts + 1),
        },
    ).returning(login_attempt.c.since, login_attempt.c.attempts)
    full = [row.since + limit.within for row in tx.rows(counted) if row.attempts > limit.most]
    return max(full, default=None)


def forgive_attempt(tx: Transaction, address: str, login: str) -> None:
    """Whoever knows his password has not tried in vain: his name counts anew, his address one attempt less."""
    tx.execute(delete(login_attempt).where(login_attempt.c.key == login))
    tx.execute(
        update(login_attempt).where(login_attempt.c.key == address).values(attempts=login_attempt.c.attempts - 1)
    )


def forget_attempts(tx: Transaction) -> None:
    """Delete what no limit asks for any more."""
    tx.execute(delete(login_attempt).where(login_attempt.c.since < clock.now() - KEPT))
