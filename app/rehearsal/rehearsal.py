"""A stage is a house in memory with everything deployed; each rehearsal plays on its own copy of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from app import calendar, clock, parameters
from app.clock import ManualClock
from app.db import Database, Transaction
from app.definitions import Deployed
from app.house import House
from app.identity import SYSTEM, Actor, add_deputy, load_actor_by_login
from app.messages import Message, Refusal
from app.rehearsal.company import found_company
from app.runtime import TableJobs, arrange_starts, run_job
from app.runtime.clock_watch import announce_due_clocks
from app.runtime.tables import process_instance, scheduled_start

_YEARS = (2025, 2026, 2027)


class Stage:
    """The deployed definitions of a folder under one profile, kept as the bytes of an in-memory database."""

    def __init__(
        self,
        processes: Path,
        forms: Path,
        *,
        profile: str = "bus_maker",
        people: Mapping[str, list[str]] | None = None,
        deputies: Mapping[str, str] | None = None,
        values: Mapping[str, Any] | None = None,
        founded_at: datetime | None = None,
    ) -> None:
        database = Database("sqlite://")
        database.create_all()
        self.house = House(database, processes, forms, profile=profile)
        with _at(founded_at):
            with database.transaction() as tx:
                found_company(tx, self.house.roles, without=people)
                for login, deputy in (deputies or {}).items():
                    begin, end = clock.now(), clock.now() + timedelta(days=366 * len(_YEARS))
                    add_deputy(tx, actor=SYSTEM, login=login, deputy_login=deputy, from_at=begin, until_at=end)
                for year in _YEARS:
                    calendar.import_year(tx, year, actor="system")
                for name, value in (values or {}).items():
                    parameters.set_value(tx, self.house.book, name, value, actor="system", reason="scenario")
            self.deployed: Deployed | None = self.house.deploy_folders(schedule=False)
        self._image = _serialize(database)

    def open(self, at: datetime, *, timers: Collection[str] = ()) -> Rehearsal:
        """A rehearsal on a fresh copy, beginning at a moment; of `timers`, what starts by itself is scheduled."""
        database = Database("sqlite://")
        _deserialize(database, self._image)
        rehearsal = Rehearsal(self.house.on(database), ManualClock(at))
        rehearsal.schedule(timers)
        return rehearsal


class Rehearsal:
    """One play: a house of its own and a clock that only moves when told to."""

    def __init__(self, house: House, manual: ManualClock) -> None:
        self.house = house
        self.clock = manual
        self._jobs = TableJobs()

    @contextmanager
    def step(self) -> Iterator[Transaction]:
        """One transaction at the rehearsal's time."""
        with clock.use(self.clock.now), self.house.db.transaction() as tx:
            yield tx

    def actor(self, tx: Transaction, login: str | None) -> Actor:
        """A person of the company; the system without a login."""
        if login is None:
            return SYSTEM
        found = load_actor_by_login(tx, login)
        if found is None:
            raise Refusal("unknown_user", Message(f"没有用户“{login}”。", f"There is no user “{login}”."), status=404)
        return found

    def schedule(self, processes: Collection[str]) -> None:
        """Let these processes, and no others, start by their timers from now on."""
        if processes:
            with self.step() as tx:
                arrange_starts(tx, self.house.world, only=processes)

    def wait_for_start(self, process_key: str, element_id: str) -> int:
        """Move the clock to the next start of a timer start event; the instance that it started."""
        with self.step() as tx:
            due = tx.value(
                select(scheduled_start.c.due_at)
                .where(scheduled_start.c.process_key == process_key, scheduled_start.c.element_id == element_id)
                .where(scheduled_start.c.due_at.is_not(None))
                .order_by(scheduled_start.c.due_at, scheduled_start.c.id)
                .limit(1)
            )
        if due is None:
            raise Refusal(
                "no_such_start",
                Message(
                    f"流程“{process_key}”没有等着的定时开始“{element_id}”。",
                    f"No timer start {element_id} of {process_key} is due.",
                ),
            )
        self._until(max(due, self.clock.now()))
        with self.step() as tx:
            newest = select(func.max(process_instance.c.id)).where(process_instance.c.process_key == process_key)
            return int(tx.value(newest) or 0)

    def run_due_jobs(self) -> int:
        """Do every job that is due now, one transaction each; returns how many."""
        done = 0
        while True:
            with self.step() as tx:
                claimed = self._jobs.claim(tx)
                if not claimed:
                    announce_due_clocks(tx, self.house.world)
                    return done
                if claimed[0].kind == "outgoing":
                    # A scenario answers outgoing jobs itself.
                    self._jobs.done(tx, claimed[0].id)
                    continue
                run_job(tx, self.house.world, claimed[0].kind, claimed[0].payload)
                self._jobs.done(tx, claimed[0].id)
                done += 1

    def advance(self, by: str) -> None:
        """Move the clock; whatever comes due on the way is done at its time."""
        self._until(self.clock.now() + clock.duration(by))

    def _until(self, target: datetime) -> None:
        while True:
            self.run_due_jobs()
            with self.step() as tx:
                due = self._jobs.next_run_at(tx)
            if due is None or due > target:
                break
            self.clock.move_to(max(due, self.clock.now()))
        self.clock.move_to(target)
        self.run_due_jobs()


@contextmanager
def _at(moment: datetime | None) -> Iterator[None]:
    manual = ManualClock(moment or datetime.fromisoformat("2025-01-01T00:00:00+08:00"))
    with clock.use(manual.now):
        yield


def _serialize(database: Database) -> bytes:
    with database.engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        return bytes(raw.serialize())


def _deserialize(database: Database, image: bytes) -> None:
    with database.engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        raw.deserialize(image)
