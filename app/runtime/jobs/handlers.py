"""What each kind of job does; one explicit table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.db import Transaction
from app.runtime.commands.fire_timer import fire_timer
from app.runtime.world import World

Handler = Callable[[Transaction, World, dict[str, Any]], None]


def _timer(tx: Transaction, world: World, payload: dict[str, Any]) -> None:
    fire_timer(tx, world, instance_id=payload["instance_id"], engine_task_id=payload["engine_task_id"])


HANDLERS: dict[str, Handler] = {"timer": _timer}


def run_job(tx: Transaction, world: World, kind: str, payload: dict[str, Any]) -> None:
    """Do one job inside the given transaction."""
    HANDLERS[kind](tx, world, payload)
