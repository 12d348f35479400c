"""What starts by itself: the timer start events of the live versions in use, and at which units each one starts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select

from app.db import Transaction
from app.definitions.tables import process_definition, timer_start
from app.engine import Element

START_IN = "start_in"  # the property of the start event
PLACES = ("company", "region", "outlet")


def timer_starts(tx: Transaction) -> Sequence[Row[Any]]:
    """process_key, element_id and the live version of every timer start; none of a procedure that is switched off."""
    return tx.rows(
        select(timer_start.c.process_key, timer_start.c.element_id, process_definition.c.live_version_id)
        .join(process_definition, process_definition.c.key == timer_start.c.process_key)
        .where(process_definition.c.switched_off_at.is_(None))
        .order_by(timer_start.c.process_key, timer_start.c.element_id)
    )


def place_of(element: Element) -> str:
    """Which kind of unit a start event starts at, one case each: the company when nothing is said."""
    return element.properties.get(START_IN, PLACES[0])
