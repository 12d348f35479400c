"""The hours that a person has on a day in other orders (P09: never more than 24 per person and day)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.db import Transaction
from app.registers.tables import register_row

LEDGER = "R38"  # its key is order/person/day


def hours_elsewhere(tx: Transaction, login: Any, day: Any, order: Any) -> Decimal:
    """The sum over the work-hour ledger without the order `order`; `day` is an ISO date. 0 for nobody or no day."""
    if not isinstance(login, str) or not login or not day:
        return Decimal(0)
    of_the_day = f"/{login}/{str(day)[:10]}"
    rows = tx.rows(
        select(register_row.c.row_key, register_row.c.data).where(
            register_row.c.register == LEDGER,
            register_row.c.row_key.endswith(of_the_day, autoescape=True),
            register_row.c.voided_at.is_(None),
        )
    )
    return sum(
        (Decimal(str(row.data.get("hours") or 0)) for row in rows if row.row_key != f"{order}{of_the_day}"), Decimal(0)
    )
