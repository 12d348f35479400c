"""The job port: the same promises from our own table on SQLite and from procrastinate on PostgreSQL."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from app import clock
from app.clock import ManualClock
from app.db import Database
from app.runtime.jobs import Claimed, JobLostError, JobPort
from app.runtime.jobs.port import MAX_ATTEMPTS
from tests.factories.companies import ROOT, job_port


@pytest.fixture
def jobs(database: Database) -> JobPort:
    return job_port(database)


def defer(database: Database, jobs: JobPort, number: int, **when: Any) -> None:
    with database.transaction() as tx:
        jobs.defer(tx, "test", {"number": number}, **when)


def claim(database: Database, jobs: JobPort, most: int = 1) -> list[Claimed]:
    with database.transaction() as tx:
        return jobs.claim(tx, most=most)


def finish(database: Database, jobs: JobPort, claimed: Claimed) -> None:
    with database.transaction() as tx:
        jobs.done(tx, claimed.id)


def test_a_job_of_a_step_that_was_rolled_back_never_existed(database: Database, jobs: JobPort) -> None:
    def step() -> None:
        with database.transaction() as tx:
            jobs.defer(tx, "test", {"number": 1})
            raise LookupError

    with pytest.raises(LookupError):
        step()
    assert claim(database, jobs) == []


def test_a_committed_job_is_claimed_once_with_what_it_was_given(database: Database, jobs: JobPort) -> None:
    with database.transaction() as tx:
        jobs.defer(tx, "test", {"instance_id": 7, "名": ["甲", None, 1.5]})
    (taken,) = claim(database, jobs)
    assert (taken.kind, taken.payload, taken.attempts) == ("test", {"instance_id": 7, "名": ["甲", None, 1.5]}, 1)
    assert claim(database, jobs) == []


def test_a_finished_job_is_gone(database: Database, jobs: JobPort) -> None:
    defer(database, jobs, 1)
    (taken,) = claim(database, jobs)
    finish(database, jobs, taken)
    with database.reading() as tx:
        assert jobs.waiting(tx) == 0
        assert list(jobs.pending(tx)) == []


def test_jobs_come_in_the_order_they_were_due(database: Database, jobs: JobPort, monday: ManualClock) -> None:
    for number in (1, 2, 3):
        defer(database, jobs, number)
        monday.advance("PT1S")
    assert [each.payload["number"] for each in claim(database, jobs, most=2)] == [1, 2]
    assert [each.payload["number"] for each in claim(database, jobs, most=2)] == [3]


def test_a_job_for_later_waits_for_its_time(database: Database, jobs: JobPort, monday: ManualClock) -> None:
    due = monday.now() + timedelta(hours=1)
    defer(database, jobs, 1, run_at=due)
    with database.reading() as tx:
        assert jobs.next_run_at(tx) == due
        assert jobs.waiting(tx) == 1
    assert claim(database, jobs) == []
    monday.advance("PT1H")
    assert [each.payload["number"] for each in claim(database, jobs)] == [1]


def test_a_failed_job_comes_again_after_growing_pauses_and_is_kept_at_the_end(
    database: Database, jobs: JobPort, monday: ManualClock
) -> None:
    defer(database, jobs, 1)
    pauses = []
    for attempt in range(1, MAX_ATTEMPTS + 1):
        (taken,) = claim(database, jobs)
        assert taken.attempts == attempt
        with database.transaction() as tx:
            last = jobs.failed(tx, taken, "the line was busy")
        assert last == (attempt == MAX_ATTEMPTS)
        assert claim(database, jobs) == []
        pauses.append(taken.pause)
        monday.advance(taken.pause)
    assert pauses == sorted(pauses)
    assert claim(database, jobs) == []
    table = "job" if database.is_sqlite else "procrastinate_jobs"
    state = "state" if database.is_sqlite else "status"
    with database.reading() as tx:
        assert tx.value(text(f"SELECT {state} FROM {table}")) == "failed"


def test_what_was_done_for_a_lost_job_is_rolled_back(database: Database, jobs: JobPort) -> None:
    """A worker that was thought dead comes back: somebody else has finished its job meanwhile."""
    defer(database, jobs, 1)
    (taken,) = claim(database, jobs)
    finish(database, jobs, taken)

    def again() -> None:
        with database.transaction() as tx:
            jobs.defer(tx, "test", {"number": 2})
            jobs.done(tx, taken.id)

    with pytest.raises(JobLostError):
        again()
    assert claim(database, jobs) == []


def test_two_workers_never_get_the_same_job(database: Database) -> None:
    with database.transaction() as tx:
        for number in range(60):
            job_port(database).defer(tx, "test", {"number": number})
    taken: list[int] = []

    def work() -> None:
        own = job_port(database)
        while claimed := claim(database, own, most=5):
            for each in claimed:
                taken.append(each.payload["number"])
                finish(database, own, each)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == list(range(60))


def test_the_doorbell_rings_when_a_job_is_committed(database: Database, jobs: JobPort) -> None:
    bell = jobs.doorbell(database)
    bell.wait(0.01)
    began = time.monotonic()
    timer = threading.Timer(0.1, defer, (database, jobs, 1))
    timer.start()
    bell.wait(5)
    assert time.monotonic() - began < 2
    timer.join()
    bell.close()


KILLED = """
import sys, time
from app.db import Database
from tests.factories.companies import job_port
database = Database(sys.argv[1])
jobs = job_port(database)
with database.transaction() as tx:
    claimed = jobs.claim(tx)
print("claimed", len(claimed), flush=True)
with database.transaction() as tx:
    jobs.defer(tx, "test", {"number": 99})
    print("working", flush=True)
    time.sleep(60)
"""


def test_a_job_of_a_killed_worker_is_due_again_and_half_its_work_is_undone(database: Database, jobs: JobPort) -> None:
    defer(database, jobs, 1)
    url = database.engine.url.render_as_string(hide_password=False)
    worker = subprocess.Popen([sys.executable, "-c", KILLED, url], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert worker.stdout is not None
    assert worker.stdout.readline() == "claimed 1\n"
    assert worker.stdout.readline() == "working\n"
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    assert claim(database, jobs) == []
    if not database.is_sqlite:
        # Its heart has not beaten for a while.
        with database.transaction() as tx:
            tx.execute(text("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '5 minutes'"))
            assert jobs.release_stalled(tx) == 1
        (taken,) = claim(database, jobs)
    else:
        later = ManualClock(clock.now() + timedelta(minutes=6))
        with clock.use(later.now):
            (taken,) = claim(database, jobs)
    assert (taken.payload, taken.attempts) == ({"number": 1}, 2)
    finish(database, jobs, taken)
    with database.reading() as tx:
        assert jobs.waiting(tx) == 0


def test_a_worker_whose_heart_beats_keeps_its_job(database: Database, jobs: JobPort) -> None:
    defer(database, jobs, 1)
    claim(database, jobs)
    with database.transaction() as tx:
        jobs.alive(tx)
        assert jobs.release_stalled(tx) == 0
    assert claim(database, jobs) == []


def test_a_backup_sees_what_is_waiting_and_what_is_being_done(
    database: Database, jobs: JobPort, monday: ManualClock
) -> None:
    later = monday.now() + timedelta(days=1)
    defer(database, jobs, 1)
    claim(database, jobs)
    defer(database, jobs, 2, run_at=later)
    with database.reading() as tx:
        found = {payload["number"]: run_at for _, payload, run_at in jobs.pending(tx)}
    assert found == {1: monday.now(), 2: later}
