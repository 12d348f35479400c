"""What each kind of job does; one explicit table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import bindparam, select

from app import clock
from app.db import Transaction
from app.runtime.commands.fire_timer import fire_timer
from app.runtime.commands.scheduled_starts import KIND, fire_timer_start
from app.runtime.tables import timer
from app.runtime.world import World

Handler = Callable[[Transaction, World, dict[str, Any]], None]


_still_armed = select(timer.c.due_at).where(
    timer.c.instance_id == bindparam("instance_id"), timer.c.engine_task_id == bindparam("engine_task_id")
)


def _timer(tx: Transaction, world: World, payload: dict[str, Any]) -> None:
    fired = fire_timer(tx, world, instance_id=payload["instance_id"], engine_task_id=payload["engine_task_id"])
    if fired is None:
        later = tx.value(_still_armed, payload)
        if later is not None and later > clock.now():
            # The clocks of two machines differ a little: a timer that came too early comes again.
            world.jobs.defer(tx, "timer", payload, run_at=later)


def _timer_start(tx: Transaction, world: World, payload: dict[str, Any]) -> None:
    fire_timer_start(tx, world, start_id=payload["start_id"], due_at=payload["due_at"])


HANDLERS: dict[str, Handler] = {"timer": _timer, KIND: _timer_start}


def run_job(tx: Transaction, world: World, kind: str, payload: dict[str, Any]) -> None:
    """Do one job inside the given transaction."""
    HANDLERS[kind](tx, world, payload)
