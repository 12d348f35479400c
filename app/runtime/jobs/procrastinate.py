"""The PostgreSQL adapter of the job port: procrastinate distributes what is due, our own table keeps what is not yet.

Procrastinate's functions are called in the step's own connection, so a job exists exactly when its step does. What is
due later waits in the table `job`, which has an index by time: procrastinate looks through all waiting jobs on every
fetch, and a house has a hundred thousand timers that are due next month.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib import metadata, resources
from typing import Any

import orjson
import psycopg
from sqlalchemy import bindparam, delete, func, insert, select, text
from sqlalchemy.exc import DBAPIError

from app import clock
from app.db import Database, Transaction
from app.runtime.jobs.port import MAX_ATTEMPTS, Claimed, Doorbell, JobLostError
from app.runtime.tables import job

QUEUE = "aftercare"
CHANNEL = f"procrastinate_queue_v1#{QUEUE}"
HEARTBEAT = timedelta(seconds=10)
STALLED_AFTER = timedelta(seconds=40)
_PROMOTED_AT_ONCE = 500

_installed = text(
    "SELECT obj_description(to_regclass('procrastinate_jobs'), 'pg_class') AS version,"
    " to_regclass('procrastinate_jobs')::text AS name"
)
_later = insert(job)
_defer = text(
    "SELECT procrastinate_defer_jobs_v1(ARRAY[ROW(:queue, :task, 0, NULL, NULL, CAST(:args AS jsonb), NULL)]"
    "::procrastinate_job_to_defer_v1[])"
)
# Procrastinate gives one job at a time; the server asks itself for the next until there are enough or there is none.
_fetch = text(
    "WITH RECURSIVE taken AS ("
    " SELECT 1 AS number, procrastinate_fetch_job_v2(ARRAY[:queue]::varchar[], :worker) AS job"
    " UNION ALL"
    " SELECT number + 1, procrastinate_fetch_job_v2(ARRAY[:queue]::varchar[], :worker) FROM taken"
    " WHERE number < :most AND (job).id IS NOT NULL)"
    " SELECT (job).id, (job).args FROM taken WHERE (job).id IS NOT NULL ORDER BY number"
)
_finish = text("SELECT procrastinate_finish_job_v1(:id, 'succeeded', true)")
_give_up = text("SELECT procrastinate_finish_job_v1(:id, 'failed', false)")
_unfinished = text("SELECT args FROM procrastinate_jobs WHERE status IN ('todo', 'doing') ORDER BY id")
_register = text("SELECT worker_id FROM procrastinate_register_worker_v1()")
_known = text("SELECT id FROM procrastinate_workers WHERE id = :worker")
_beat = text("SELECT procrastinate_update_heartbeat_v1(:worker)")
_prune = text("SELECT worker_id FROM procrastinate_prune_stalled_workers_v1(:seconds)")
_orphans = text(
    "SELECT id, args FROM procrastinate_jobs WHERE status = 'doing' AND worker_id IS NULL AND queue_name = :queue"
    " FOR UPDATE SKIP LOCKED"
)
_retry = text("SELECT procrastinate_retry_job_v2(:id, NULL, NULL, NULL, NULL)")
_note = text("UPDATE procrastinate_jobs SET args = CAST(:args AS jsonb) WHERE id = :id")
_due = (
    select(job.c.id)
    .where(job.c.state == "waiting", job.c.run_at <= bindparam("now"))
    .order_by(job.c.run_at, job.c.id)
    .limit(_PROMOTED_AT_ONCE)
    .with_for_update(skip_locked=True)
)
_promote = (
    delete(job)
    .where(job.c.id.in_(_due.scalar_subquery()))
    .returning(job.c.id, job.c.kind, job.c.payload, job.c.attempts, job.c.run_at)
)


class ProcrastinateJobs:
    """Jobs in procrastinate's tables; one object is one worker as far as procrastinate is concerned."""

    def __init__(self) -> None:
        self._worker: int | None = None
        self._beat_at: datetime | None = None
        self._lock = threading.Lock()

    def defer(self, tx: Transaction, kind: str, payload: dict[str, Any], *, run_at: datetime | None = None) -> None:
        """Write a job; it starts after the commit, not before `run_at`."""
        if run_at is not None and run_at > clock.now():
            self._put_off(tx, kind, payload, run_at, attempts=0)
        else:
            self._offer(tx, kind, payload, attempts=0)

    def claim(self, tx: Transaction, *, most: int = 1) -> list[Claimed]:
        """Take due jobs; they stay with this worker as long as its heart beats."""
        self._promote(tx)
        self.alive(tx)
        taken = tx.rows(_fetch, {"queue": QUEUE, "worker": self._worker, "most": most})
        found = [(row.id, _json(row.args)) for row in taken]
        return [
            Claimed(job_id, args["kind"], args["payload"], args["attempts"] + 1, MAX_ATTEMPTS) for job_id, args in found
        ]

    def done(self, tx: Transaction, job_id: int) -> None:
        """Delete a finished job."""
        try:
            tx.execute(_finish, {"id": job_id})
        except DBAPIError as gone:
            raise JobLostError(job_id) from gone

    def failed(self, tx: Transaction, claimed: Claimed, reason: str, *, pause: timedelta | None = None) -> bool:
        """Put it off with a growing pause; True when that was the last attempt and it is kept as failed."""
        if claimed.last_attempt:
            tx.execute(
                _note, {"id": claimed.id, "args": _args(claimed.kind, claimed.payload, claimed.attempts, reason)}
            )
            tx.execute(_give_up, {"id": claimed.id})
            return True
        tx.execute(_finish, {"id": claimed.id})
        run_at = clock.now() + (claimed.pause if pause is None else pause)
        self._put_off(tx, claimed.kind, claimed.payload, run_at, attempts=claimed.attempts, reason=reason)
        return False

    def alive(self, tx: Transaction) -> None:
        """Register this worker with procrastinate, and let its heart beat every few seconds."""
        with self._lock:
            if self._beat_at is not None and _system_now() - self._beat_at < HEARTBEAT:
                return
            known = self._worker is not None and tx.value(_known, {"worker": self._worker}) is not None
            if known:
                tx.execute(_beat, {"worker": self._worker})
            else:
                self._worker = int(tx.value(_register))
            tx.after_commit(self._beaten)

    def release_stalled(self, tx: Transaction) -> int:
        """Give jobs of workers whose heart has stopped to the others."""
        gone = tx.rows(_prune, {"seconds": STALLED_AFTER.total_seconds()})
        if any(row.worker_id == self._worker for row in gone):
            self._beat_at = None
        orphans = tx.rows(_orphans, {"queue": QUEUE})
        for row in orphans:
            args = _json(row.args)
            tx.execute(_note, {"id": row.id, "args": _args(args["kind"], args["payload"], args["attempts"] + 1)})
            tx.execute(_retry, {"id": row.id})
        return len(orphans)

    def next_run_at(self, tx: Transaction) -> datetime | None:
        """When the next job is due: now, when one waits in procrastinate."""
        if tx.value(text("SELECT 1 FROM procrastinate_jobs WHERE status = 'todo' LIMIT 1")) is not None:
            return clock.now()
        found = tx.row(select(job.c.run_at).where(job.c.state == "waiting").order_by(job.c.run_at, job.c.id).limit(1))
        return found.run_at if found is not None else None

    def waiting(self, tx: Transaction) -> int:
        """How many jobs wait."""
        later = tx.value(select(func.count()).select_from(job).where(job.c.state == "waiting"))
        return int(later) + int(tx.value(text("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'")))

    def pending(self, tx: Transaction) -> Iterator[tuple[str, dict[str, Any], datetime]]:
        """Kind, payload and time of every job that is still to be done."""
        for row in tx.execute(_unfinished):
            args = _json(row.args)
            yield args["kind"], args["payload"], clock.now()
        for row in tx.execute(select(job).where(job.c.state == "waiting").order_by(job.c.id)):
            yield row.kind, row.payload, row.run_at

    def doorbell(self, database: Database) -> Doorbell:
        """Rings when any process of the house commits a job."""
        return Ears(database)

    def _put_off(
        self, tx: Transaction, kind: str, payload: Any, run_at: datetime, *, attempts: int, reason: str | None = None
    ) -> None:
        tx.execute(
            _later,
            {
                "kind": kind,
                "payload": payload,
                "run_at": run_at,
                "attempts": attempts,
                "max_attempts": MAX_ATTEMPTS,
                "state": "waiting",
                "last_error": reason[:2000] if reason else None,
            },
        )

    def _offer(self, tx: Transaction, kind: str, payload: Any, *, attempts: int) -> None:
        tx.execute(_defer, {"queue": QUEUE, "task": f"aftercare.{kind}", "args": _args(kind, payload, attempts)})

    def _promote(self, tx: Transaction) -> None:
        due = tx.rows(_promote, {"now": clock.now()})
        for row in sorted(due, key=lambda each: (each.run_at, each.id)):
            self._offer(tx, row.kind, row.payload, attempts=row.attempts)

    def _beaten(self) -> None:
        self._beat_at = _system_now()


class Ears:
    """Listens to procrastinate's notifications on a connection of its own."""

    def __init__(self, database: Database) -> None:
        self._url = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._connection: psycopg.Connection[Any] | None = None
        self._closed = threading.Event()

    def wait(self, seconds: float) -> None:
        """Sleep until a job was committed; a lost connection is made again, at the next call."""
        try:
            if self._connection is None:
                self._connection = psycopg.connect(self._url, autocommit=True)
                self._connection.execute(f'LISTEN "{CHANNEL}"')
                return
            for _ in self._connection.notifies(timeout=seconds, stop_after=1):
                return
        except psycopg.Error:
            self._drop()
            self._closed.wait(min(seconds, 1.0))

    def close(self) -> None:
        """Stop listening."""
        self._closed.set()
        self._drop()

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def prepare(tx: Transaction) -> None:
    """Make procrastinate's tables, or bring them up to the installed version."""
    installed = metadata.version("procrastinate")
    found = tx.row(_installed)
    assert found is not None
    if found.name is None:
        script = (resources.files("procrastinate") / "sql" / "schema.sql").read_text("utf-8")
    elif found.version == installed:
        return
    else:
        script = _migrations_after(found.version)
    raw = tx.connection.connection.driver_connection
    assert raw is not None
    raw.execute(script + f"\nCOMMENT ON TABLE procrastinate_jobs IS '{installed}';")


def _migrations_after(version: str) -> str:
    """The library's own migrations newer than a version, in order; their names begin with the version."""
    scripts = []
    for entry in (resources.files("procrastinate") / "sql" / "migrations").iterdir():
        number = re.match(r"(\d+)\.(\d+)\.(\d+)_(\d+)_", entry.name)
        if number and tuple(map(int, number.groups()[:3])) > tuple(map(int, version.split(".")[:3])):
            scripts.append((tuple(map(int, number.groups())), entry.name, entry.read_text("utf-8")))
    return "\n".join(script for *_, script in sorted(scripts))


def _args(kind: str, payload: Any, attempts: int, error: str | None = None) -> str:
    content = {"kind": kind, "payload": payload, "attempts": attempts}
    if error:
        content["error"] = error[:2000]
    return orjson.dumps(content).decode()


def _json(value: Any) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(value) if isinstance(value, str | bytes) else value
    return found


def _system_now() -> datetime:
    """Hearts beat by the machine's clock: what a test or a rehearsal does to `clock` stops no heart."""
    return datetime.now().astimezone()
