"""From facts to rows: one writer per kind of thing that waits, one table that lists them in the order they run."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from app.runtime.elements import case, incidents, outgoing_jobs, path, subscriptions, timers, user_tasks
from app.runtime.elements.user_tasks import EVERY_ROLE, Opened

if TYPE_CHECKING:
    from app.db import Transaction
    from app.runtime.step import StepRecord
    from app.runtime.world import World

Writer = Callable[["Transaction", "World", "StepRecord"], Any]

WRITERS: tuple[Writer, ...] = (
    path.write,
    case.write,
    user_tasks.write,
    timers.write,
    subscriptions.write,
    outgoing_jobs.write,
    incidents.write,
)

__all__ = ["EVERY_ROLE", "WRITERS", "Opened"]
