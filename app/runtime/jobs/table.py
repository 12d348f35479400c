"""The embedded adapter of the job port: one small table, claimed with a lease."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, or_, select, update

from app import clock
from app.db import Database, Transaction
from app.runtime.jobs.port import MAX_ATTEMPTS, Bell, Claimed, Doorbell, JobLostError
from app.runtime.tables import job

LEASE = timedelta(minutes=5)

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
_soonest = (
    select(job.c.run_at)
    .where(job.c.state == "waiting", job.c.locked_until.is_(None))
    .order_by(job.c.run_at, job.c.id)
    .limit(1)
)


class TableJobs:
    """Jobs in a table of ours: written with the step, deleted when done, kept when they failed for good."""

    def __init__(self) -> None:
        self._bell = Bell()

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
        tx.after_commit(self._bell.ring)

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
        if tx.execute(_delete, {"its_id": job_id}).rowcount != 1:
            raise JobLostError(job_id)

    def failed(self, tx: Transaction, claimed: Claimed, reason: str, *, pause: timedelta | None = None) -> bool:
        """Put it back with a growing pause; True when that was the last attempt."""
        tx.execute(
            update(job)
            .where(job.c.id == claimed.id)
            .values(
                state="failed" if claimed.last_attempt else "waiting",
                run_at=clock.now() + (claimed.pause if pause is None else pause),
                locked_until=None,
                last_error=reason[:2000],
            )
        )
        return claimed.last_attempt

    def alive(self, tx: Transaction) -> None:
        """Nothing to do: a lease is long enough for any job of ours."""

    def release_stalled(self, tx: Transaction) -> int:
        """Nothing to do: a lease ends by itself."""
        return 0

    def next_run_at(self, tx: Transaction) -> datetime | None:
        """When the next job is due: for scenarios that move the clock, and for a worker that sleeps."""
        found = tx.row(_soonest)
        return found.run_at if found is not None else None

    def waiting(self, tx: Transaction) -> int:
        """How many jobs wait."""
        return int(tx.value(select(func.count()).select_from(job).where(job.c.state == "waiting")))

    def pending(self, tx: Transaction) -> Iterator[tuple[str, dict[str, Any], datetime]]:
        """Kind, payload and time of every job that is still to be done."""
        for row in tx.execute(select(job).where(job.c.state == "waiting").order_by(job.c.id)):
            yield row.kind, row.payload, row.run_at

    def doorbell(self, database: Database) -> Doorbell:
        """Rings for jobs of this process; those of others are found by looking every now and then."""
        return self._bell
