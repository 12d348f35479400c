"""The job loop: claim, do and forget, each job in one transaction of its own; a failure comes again later."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from app import clock
from app.house import House
from app.messages import Refusal
from app.runtime.jobs import HANDLERS, Claimed, Handler, JobLostError, JobPort, give_up
from app.worker.housekeeping import CHORES
from app.worker.outgoing import Outgoing, OutgoingConnector

log = logging.getLogger("aftercare.worker")

POLL = 1.0  # seconds: retried and put-off jobs ring no bell
CLAIMED_AT_ONCE = 10


class Runner:
    """Threads that do the jobs of a house until they are stopped.

    A worker may be killed at any moment: what it was doing is rolled back, and the job is due again.
    """

    def __init__(
        self,
        house: House,
        *,
        threads: int = 1,
        handlers: Mapping[str, Handler] = HANDLERS,
        outgoing: Mapping[str, OutgoingConnector] | None = None,
        poll: float = POLL,
    ) -> None:
        self.house = house
        assert isinstance(house.world.jobs, JobPort)
        self.jobs: JobPort = house.world.jobs
        self.done = 0
        self._handlers = handlers
        self._outgoing = Outgoing(house, outgoing or {})
        self._poll = poll
        self._stopping = threading.Event()
        self._bell = self.jobs.doorbell(house.db)
        names = [f"aftercare-worker-{number}" for number in range(1, threads + 1)]
        self._threads = [threading.Thread(target=self._loop, name=name, daemon=True) for name in names]
        self._threads.append(threading.Thread(target=self._keep_house, name="aftercare-keeper", daemon=True))

    def start(self) -> Runner:
        """Begin; returns at once."""
        for thread in self._threads:
            thread.start()
        return self

    def stop(self, timeout: float = 10.0) -> None:
        """Finish the job at hand, then end."""
        self._stopping.set()
        self._bell.close()
        for thread in self._threads:
            thread.join(timeout)

    def wait(self) -> None:
        """Sleep until it is stopped."""
        self._stopping.wait()

    def run_due(self) -> int:
        """Do the jobs that are due now, at most a handful; returns how many were taken."""
        with self.house.db.transaction() as tx:
            claimed = self.jobs.claim(tx, most=CLAIMED_AT_ONCE)
        for each in claimed:
            self._do(each)
        return len(claimed)

    def _loop(self) -> None:
        while not self._stopping.is_set():
            try:
                if not self.run_due():
                    self._bell.wait(self._until_next())
            except Exception:
                log.exception("the job loop stumbled; it goes on")
                self._stopping.wait(1.0 + random.random())  # noqa: S311 - jitter

    def _until_next(self) -> float:
        with self.house.db.reading() as tx:
            due = self.jobs.next_run_at(tx)
        if due is None:
            return self._poll
        return min(self._poll, max(0.005, (due - clock.now()).total_seconds()))

    def _do(self, claimed: Claimed) -> None:
        try:
            if claimed.kind == "outgoing":
                self._outgoing.run(claimed, self.jobs)
            else:
                with self.house.db.transaction() as tx:
                    self._handlers[claimed.kind](tx, self.house.world, claimed.payload)
                    self.jobs.done(tx, claimed.id)
            self.done += 1
        except JobLostError:
            log.warning("job %s was taken over by another worker", claimed.id)
        except Exception as failure:
            self._failed(claimed, failure)

    def _failed(self, claimed: Claimed, failure: Exception) -> None:
        reason = str(failure) or type(failure).__name__
        if isinstance(failure, Refusal) and failure.code == "moved_on":
            pause = timedelta(milliseconds=random.randint(50, 500))  # noqa: S311 - somebody else moved the case just now
        else:
            pause = claimed.pause * random.uniform(1.0, 1.5)  # noqa: S311 - jitter
            log.warning("job %s (%s) failed, attempt %s: %s", claimed.id, claimed.kind, claimed.attempts, reason)
        with self.house.db.transaction() as tx:
            if self.jobs.failed(tx, claimed, reason, pause=pause):
                give_up(tx, self.house.world, claimed, reason)

    def _keep_house(self) -> None:
        due: dict[Callable[[House], Any], float] = dict.fromkeys((chore for _, chore in CHORES), 0.0)
        waited = 0.0
        while not self._stopping.is_set():
            for seconds, chore in CHORES:
                if due[chore] <= waited:
                    due[chore] = waited + seconds
                    try:
                        chore(self.house)
                    except Exception:
                        log.exception("%s failed; it comes again", chore.__name__)
            self._stopping.wait(self._poll)
            waited += self._poll
