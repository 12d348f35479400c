"""The job port: what a worker asks of the jobs, whatever keeps them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol, runtime_checkable

from app.db import Database, Transaction

MAX_ATTEMPTS = 5
PAUSES = (1, 5, 30, 120, 600)  # seconds before attempt 2, 3, …; the worker lengthens each by a random part


@dataclass(frozen=True, slots=True)
class Claimed:
    """A job that this worker has taken."""

    id: int
    kind: str
    payload: dict[str, Any]
    attempts: int
    max_attempts: int

    @property
    def last_attempt(self) -> bool:
        """Whether it is given up when it fails now."""
        return self.attempts >= self.max_attempts

    @property
    def pause(self) -> timedelta:
        """How long to wait before the next attempt."""
        return timedelta(seconds=PAUSES[min(self.attempts, len(PAUSES)) - 1])


class JobLostError(Exception):
    """Another worker has taken this job meanwhile: whatever was done for it must be rolled back."""


class Doorbell(Protocol):
    """Rings when there may be work."""

    def wait(self, seconds: float) -> None:
        """Sleep until it rings, at most so long."""
        ...

    def close(self) -> None:
        """Stop listening."""
        ...


@runtime_checkable
class JobPort(Protocol):
    """Work written in a step's transaction and done after it, at least once, its effects once.

    A worker claims in one transaction and does the job and calls `done` in the next: a worker that is killed
    between them has changed nothing, and the job is due again.
    """

    def defer(self, tx: Transaction, kind: str, payload: dict[str, Any], *, run_at: datetime | None = None) -> None:
        """Write a job; it starts after the commit, not before `run_at`."""
        ...

    def claim(self, tx: Transaction, *, most: int = 1) -> list[Claimed]:
        """Take due jobs, oldest first."""
        ...

    def done(self, tx: Transaction, job_id: int) -> None:
        """Forget a finished job; raises JobLostError when it is not this worker's any more."""
        ...

    def failed(self, tx: Transaction, claimed: Claimed, reason: str, *, pause: timedelta | None = None) -> bool:
        """Put it back for later; True when that was the last attempt and it is kept as failed."""
        ...

    def alive(self, tx: Transaction) -> None:
        """Tell that this worker lives; said every few seconds, also while a job takes long."""
        ...

    def release_stalled(self, tx: Transaction) -> int:
        """Make jobs of workers that have died due again; returns how many."""
        ...

    def next_run_at(self, tx: Transaction) -> datetime | None:
        """When the next job is due."""
        ...

    def waiting(self, tx: Transaction) -> int:
        """How many jobs wait, due or not."""
        ...

    def pending(self, tx: Transaction) -> Iterator[tuple[str, dict[str, Any], datetime]]:
        """Kind, payload and time of every job that is still to be done: for a backup."""
        ...

    def doorbell(self, database: Database) -> Doorbell:
        """Something that rings as soon as a job is committed, as far as this adapter can tell."""
        ...


class Bell:
    """A doorbell inside one process."""

    def __init__(self) -> None:
        self._rung = threading.Event()

    def ring(self) -> None:
        """Wake whoever waits."""
        self._rung.set()

    def wait(self, seconds: float) -> None:
        """Sleep until it rings."""
        self._rung.wait(seconds)
        self._rung.clear()

    def close(self) -> None:
        """Let whoever waits go."""
        self._rung.set()
