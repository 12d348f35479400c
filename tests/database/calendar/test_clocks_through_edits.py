"""A stored clock through pauses, edits of its calendar and late workers, against a model that recounts everything."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import clock
from app.calendar import (
    Pause,
    WorkCalendar,
    clocks_of_case,
    due_clocks,
    load_calendar,
    load_clock,
    pause_clock,
    recalculate_clocks,
    resume_clock,
    set_calendar,
    set_day,
    start_clock,
)
from app.db import Database, Transaction
from tests.factories import plain_calendar as plain
from tests.factories.budget import budget
from tests.factories.plain_calendar import MINUTE, SHANGHAI

UNIT = "O1"
STEPS = st.one_of(
    st.tuples(st.just("wait"), st.integers(1, 2 * 1440)),
    st.tuples(st.just("pause"), st.sampled_from(["customer_consent", "weather", "customer_absent"])),
    st.tuples(st.just("resume"), st.none()),
    st.tuples(st.just("day"), st.tuples(st.integers(0, 12), st.sampled_from(["holiday", "workday", "regular"]))),
    st.tuples(st.just("hours"), st.sampled_from(["08:30-17:30", "09:00-12:00, 13:00-18:00", "00:00-24:00"])),
)


class Walk:
    """One clock on one calendar, and what the model says of it."""

    def __init__(self, tx: Transaction, hands: clock.ManualClock, target: str, mode: str) -> None:
        self.tx, self.hands, self.target, self.mode = tx, hands, target, mode
        self.start = hands.now()
        self.pauses: list[Pause] = []
        self.told: list[str] = []
        self.late = False
        started = start_clock(
            tx, case_no="F1", kind="reply", target=target, mode=mode, calendar=self.calendar(), org_unit=UNIT
        )
        assert started is not None
        self.id = started.id

    def calendar(self, _: str = UNIT) -> WorkCalendar:
        return load_calendar(self.tx, [UNIT])

    def step(self, what: str, given: Any) -> None:
        running = load_clock(self.tx, self.id, self.calendar)
        paused = bool(self.pauses) and self.pauses[-1].end is None
        if what == "wait":
            self.hands.advance(given * MINUTE)
        elif what == "pause" and not paused:
            self.late |= self.broken()
            pause_clock(self.tx, running, given)
            self.pauses.append(Pause(given, clock.now()))
        elif what == "resume" and paused:
            resume_clock(self.tx, running)
            self.pauses[-1] = Pause(self.pauses[-1].reason, self.pauses[-1].start, clock.now())
        elif what == "day":
            day = self.start.astimezone(SHANGHAI).date() + timedelta(days=given[0])
            set_day(self.tx, UNIT, day, given[1], actor="somebody", reason="改")
            recalculate_clocks(self.tx, self.calendar)
        elif what == "hours":
            set_calendar(self.tx, UNIT, {"work_hours": given.split(", ")}, actor="somebody", reason="改")
            recalculate_clocks(self.tx, self.calendar)
        self.told += [each.announcement for each in due_clocks(self.tx, self.calendar)]
        # A breach is noticed when it is announced: a calendar edited later does not undo it.
        self.late |= self.broken()

    def due(self, times: int = 1) -> datetime:
        """Counted from the start on, with the calendar as it is now; a lasting pause has no length yet."""
        ended = tuple(pause for pause in self.pauses if pause.end is not None)
        calendar, number = self.calendar(), int("".join(filter(str.isdigit, self.target))) * times
        start = self.start.astimezone(SHANGHAI)
        if self.mode == "natural":
            return plain.natural_due(start, number * 60, ended)
        if self.target.startswith("PT"):
            return plain.working_due(calendar, start, number * 60, ended)
        return plain.working_days_due(calendar, start, number, ended)

    def broken(self) -> bool:
        stood_since = self.pauses[-1].start if self.pauses and self.pauses[-1].end is None else clock.now()
        return stood_since >= self.due()

    def check(self) -> None:
        (running,) = clocks_of_case(self.tx, "F1", self.calendar)
        assert running.clock.due_at == self.due()
        assert running.clock.escalate_at == self.due(2)
        assert running.clock.is_late(clock.now()) == self.broken()
        # Each level once, in order; late stays late (CA18, CA20).
        assert self.told == sorted(set(self.told), key=["warn", "breach", "escalate"].index)
        assert running.breached or "breach" not in self.told
        assert self.late or not running.breached
        assert running.breached or running.clock.is_paused or not self.broken()


@pytest.fixture(scope="module")
def shared() -> Iterator[Database]:
    made = Database("sqlite://")
    made.create_all()
    yield made
    made.close()


class _ForgetAll(Exception):
    pass


@contextmanager
def forgotten(database: Database) -> Iterator[Transaction]:
    """A transaction that leaves nothing behind."""
    with suppress(_ForgetAll), database.transaction() as tx:
        yield tx
        raise _ForgetAll


@budget(40)
@given(
    st.sampled_from([("PT12H", "natural"), ("PT8H", "working"), ("P2D", "working"), ("P5D", "working")]),
    st.sampled_from([date(2025, 12, 29), date(2026, 2, 26), date(2024, 2, 28), date(2026, 4, 29)]),
    st.integers(0, 1439),
    st.lists(STEPS, max_size=12),
)
def test_a_clock_says_what_counting_again_says_after_every_step(
    shared: Database, promise: tuple[str, str], day: date, minute: int, steps: list[tuple[str, Any]]
) -> None:
    begins = datetime.combine(day, datetime.min.time(), SHANGHAI) + minute * MINUTE
    hands = clock.ManualClock(begins.astimezone(UTC))
    with clock.use(hands.now), forgotten(shared) as tx:
        walk = Walk(tx, hands, *promise)
        for what, given_with in steps:
            walk.step(what, given_with)
            walk.check()


WALKS: dict[str, tuple[tuple[str, str], list[tuple[str, Any]]]] = {
    "a holiday is entered while five working days run over the new year": (
        ("P5D", "working"),
        [("wait", 600), ("day", (2, "holiday")), ("day", (3, "holiday")), ("wait", 2880), ("day", (6, "workday"))],
    ),
    "the hours change while eight working hours stand still": (
        ("PT8H", "working"),
        [("pause", "weather"), ("wait", 300), ("hours", "00:00-24:00"), ("resume", None), ("wait", 500)],
    ),
    "a workday taken back after the breach leaves the breach": (
        ("P2D", "working"),
        [("wait", 2880), ("wait", 2880), ("day", (1, "holiday")), ("day", (2, "holiday")), ("wait", 60)],
    ),
    "natural hours do not care": (("PT12H", "natural"), [("day", (1, "holiday")), ("pause", "customer_absent"),
                                                         ("wait", 700), ("resume", None), ("wait", 1440)]),
}  # fmt: skip


@pytest.mark.parametrize("name", WALKS)
def test_walks_on_both_databases(database: Database, name: str) -> None:
    promise, steps = WALKS[name]
    hands = clock.ManualClock(datetime(2025, 12, 29, 1, 0, tzinfo=UTC))
    with clock.use(hands.now), database.transaction() as tx:
        walk = Walk(tx, hands, *promise)
        for what, given_with in steps:
            walk.step(what, given_with)
            walk.check()
