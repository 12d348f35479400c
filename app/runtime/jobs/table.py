"""The embedded adapter of the job port: one small table, claimed with a lease."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, or_, select, update

from app import clock
from app.db import Transaction
from app.runtime.tables import job

LEASE = timedelta(minutes=5)
MAX_ATTEMPTS = 5
_PAUSES = (1, 5, 30, 120, 600)  # seconds before attempt 2, 3, …; a worker adds jitter

_insert = insert(job)
_next = (
    select(job)
    .where(
        job.c.state == "waiting",
        job.c.run_at <= bindparam("now"),
        or_(job.c.locked_until.is_(None), job.c.locked_until < bindparam("now")),
    )
    .order_by(job.c.run_at, job.c.id)
    .limit(bindparam("most"))
)
_lock = (
    update(job)
    .where(
        job.c.id == bindparam("its_id"),
        job.c.state == "waiting",
        or_(job.c.locked_until.is_(None), job.c.locked_until < bindparam("now", type_=job.c.run_at.type)),
    )
    .values(locked_until=bindparam("until", type_=job.c.run_at.type), attempts=job.c.attempts + 1)
)
_delete = delete(job).where(job.c.id == bindparam("its_id"))


@dataclass(frozen=True, slots=True)
class Claimed:
    """A job that this worker has for the length of the lease."""

    id: int
    kind: str
    payload: dict[str, Any]
    attempts: int
    max_attempts: int


class TableJobs:
    """Jobs in a table of ours: written with the step, deleted when done, kept when they failed for good."""

    def defer(self, tx: Transaction, kind: str, payload: dict[str, Any], *, run_at: datetime | None = None) -> None:
        """Write a job; it starts after the commit, not before `run_at`."""
        tx.execute(
            _insert,
            {
                "kind": kind,
                "payload": payload,
                "run_at": run_at or clock.now(),
                "attempts": 0,
                "max_attempts": MAX_ATTEMPTS,
                "state": "waiting",
            },
        )

    def claim(self, tx: Transaction, *, most: int = 1) -> list[Claimed]:
        """Take due jobs for the length of the lease; a job whose worker died is due again after it."""
        now = clock.now()
        claimed = []
        for row in tx.rows(_next, {"now": now, "most": most}):
            if tx.execute(_lock, {"its_id": row.id, "now": now, "until": now + LEASE}).rowcount == 1:
                claimed.append(Claimed(row.id, row.kind, row.payload, row.attempts + 1, row.max_attempts))
        return claimed

    def done(self, tx: Transaction, job_id: int) -> None:
        """Forget a finished job."""
        tx.execute(_delete, {"its_id": job_id})

    def failed(self, tx: Transaction, claimed: Claimed, reason: str) -> bool:
        """Put it back with a growing pause; True when that was the last attempt."""
        last = claimed.attempts >= claimed.max_attempts
        pause = timedelta(seconds=_PAUSES[min(claimed.attempts, len(_PAUSES)) - 1])
        tx.execute(
            update(job)
            .where(job.c.id == claimed.id)
            .values(
                state="failed" if last else "waiting",
                run_at=clock.now() + pause,
                locked_until=None,
                last_error=reason[:2000],
            )
        )
        return last

    def next_run_at(self, tx: Transaction) -> datetime | None:
        """When the next job is due: for scenarios that move the clock, and for a worker that sleeps."""
        found = tx.row(select(job.c.run_at).where(job.c.state == "waiting").order_by(job.c.run_at, job.c.id).limit(1))
        return found.run_at if found is not None else None

    def waiting(self, tx: Transaction) -> int:
        """How many jobs wait."""
        return int(tx.value(select(func.count()).select_from(job).where(job.c.state == "waiting")))
