"""Service clocks in the database: each level is announced once, and late stays late."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app import clock
from app.calendar import (
    KINDS,
    CalendarDay,
    RunningClock,
    WorkCalendar,
    cancel_clock,
    clocks_of_case,
    correct_clock,
    due_clocks,
    find_running,
    load_clock,
    pause_clock,
    recalculate_clocks,
    resume_clock,
    start_clock,
    stop_clock,
)
from app.calendar.tables import service_clock
from app.db import Transaction
from app.messages import Refusal

CALENDAR = WorkCalendar()
START = datetime(2026, 3, 2, 1, 10, tzinfo=UTC)


def calendar_of(_: str) -> WorkCalendar:
    return CALENDAR


def start(tx: Transaction, **changes: Any) -> RunningClock:
    values: dict[str, Any] = {
        "case_no": "F1",
        "kind": "reply",
        "target": "PT10H",
        "calendar": CALENDAR,
        "org_unit": "O1",
        "owner": "hotline_agent@O1",
    }
    started = start_clock(tx, **{**values, **changes})
    assert started is not None
    return started


def announced(tx: Transaction) -> list[tuple[str, str]]:
    return [(item.running.case_no, item.announcement) for item in due_clocks(tx, calendar_of)]


class TestStarting:
    def test_it_stores_what_is_due_when(self, tx: Transaction) -> None:
        started = start(tx)
        row = tx.execute(select(service_clock)).one()
        assert (row.started_at, row.warn_at, row.due_at, row.escalate_at) == (
            START,
            START + timedelta(hours=8),
            START + timedelta(hours=10),
            START + timedelta(hours=20),
        )
        assert row.next_at == row.warn_at
        assert load_clock(tx, started.id, calendar_of) == started

    def test_a_repeated_step_does_not_begin_the_promise_anew(self, tx: Transaction, hands: clock.ManualClock) -> None:
        first = start(tx)
        hands.advance("PT1H")
        assert start(tx) == first

    def test_after_it_was_met_a_new_round_may_begin(self, tx: Transaction) -> None:
        first = start(tx)
        stop_clock(tx, first)
        assert start(tx).id != first.id

    def test_kinds_and_tasks_of_one_case_run_side_by_side(self, tx: Transaction) -> None:
        for kind in KINDS:
            start(tx, kind=kind, task_id="t1" if kind == "task" else None)
        start(tx, kind="task", task_id="t2")
        assert len(clocks_of_case(tx, "F1", calendar_of)) == 6
        found = find_running(tx, "F1", "task", CALENDAR, task_id="t2")
        assert found is not None
        assert found.task_id == "t2"

    def test_without_a_target_nothing_is_armed(self, tx: Transaction) -> None:
        nothing = start_clock(tx, case_no="F1", kind="reply", target=None, calendar=CALENDAR, org_unit="O1")
        assert nothing is None
        assert clocks_of_case(tx, "F1", calendar_of) == []

    def test_it_may_begin_earlier_but_not_in_the_future(self, tx: Transaction) -> None:
        assert start(tx, started_at=START - timedelta(hours=1)).clock.due_at == START + timedelta(hours=9)
        with pytest.raises(Refusal, match="future"):
            start(tx, kind="onsite", started_at=START + timedelta(minutes=1))

    def test_an_unknown_kind_is_refused(self, tx: Transaction) -> None:
        with pytest.raises(Refusal, match="no clock of kind"):
            start(tx, kind="lunch")


class TestAnnouncing:
    def test_each_level_once(self, tx: Transaction, hands: clock.ManualClock) -> None:
        start(tx)
        found = []
        for _ in range(25):
            hands.advance("PT1H")
            found += announced(tx)
        assert found == [("F1", "warn"), ("F1", "breach"), ("F1", "escalate")]

    def test_a_missed_warning_is_left_out_but_never_a_breach(self, tx: Transaction, hands: clock.ManualClock) -> None:
        start(tx)
        hands.advance("P2D")
        assert announced(tx) == [("F1", "breach"), ("F1", "escalate")]
        assert announced(tx) == []

    def test_the_oldest_comes_first_and_no_more_than_asked_for(self, tx: Transaction, hands: clock.ManualClock) -> None:
        start(tx, case_no="F2", target="PT5H")
        start(tx, case_no="F1", target="PT4H")
        hands.advance("PT4H")
        found = due_clocks(tx, calendar_of, limit=1)
        assert [item.running.case_no for item in found] == ["F1"]
        assert announced(tx) == [("F2", "warn")]

    def test_a_breach_is_recorded_when_it_is_announced(self, tx: Transaction, hands: clock.ManualClock) -> None:
        started = start(tx)
        hands.advance("PT10H")
        announced(tx)
        assert load_clock(tx, started.id, calendar_of).breached

    def test_stopped_cancelled_and_paused_clocks_are_silent(self, tx: Transaction, hands: clock.ManualClock) -> None:
        stop_clock(tx, start(tx, case_no="F1"))
        cancel_clock(tx, start(tx, case_no="F2"), "案件取消")
        pause_clock(tx, start(tx, case_no="F3"), "weather")
        hands.advance("P9D")
        assert announced(tx) == []


class TestPausing:
    def test_the_time_of_the_pause_is_given_back(self, tx: Transaction, hands: clock.ManualClock) -> None:
        paused = pause_clock(tx, start(tx), "customer_consent")
        hands.advance("PT2H")
        running = resume_clock(tx, paused)
        assert running.clock.due_at == START + timedelta(hours=12)
        assert load_clock(tx, running.id, calendar_of) == running
        assert running.sentence("zh") == "答复时限：10 小时，从 09:10 起，等待客户同意暂停 2 小时，应于 21:10 前完成"
        assert running.sentence("en") == "reply: 10 h from 09:10, paused 2 h waiting for consent, due 21:10"

    def test_a_warning_that_was_given_is_not_repeated_after_a_pause(
        self, tx: Transaction, hands: clock.ManualClock
    ) -> None:
        started = start(tx)
        hands.advance("PT8H")
        assert announced(tx) == [("F1", "warn")]
        paused = pause_clock(tx, load_clock(tx, started.id, calendar_of), "weather")
        hands.advance("PT10H")
        resume_clock(tx, paused)
        assert announced(tx) == []
        hands.advance("PT2H")
        assert announced(tx) == [("F1", "breach")]

    def test_a_pause_entered_after_the_due_time_does_not_undo_the_breach(
        self, tx: Transaction, hands: clock.ManualClock
    ) -> None:
        started = start(tx)
        hands.advance("PT11H")
        paused = pause_clock(tx, started, "customer_absent", at=START + timedelta(hours=9))
        assert paused.breached
        hands.advance("PT1H")
        assert stop_clock(tx, resume_clock(tx, paused)).breached

    def test_calendar_days_never_pause(self, tx: Transaction) -> None:
        with pytest.raises(Refusal):
            pause_clock(tx, start(tx, target="P15D", mode="calendar_days"), "weather")


class TestStopping:
    def test_in_time(self, tx: Transaction, hands: clock.ManualClock) -> None:
        started = start(tx)
        hands.advance("PT9H")
        stopped = stop_clock(tx, started, START + timedelta(hours=8))
        assert not stopped.breached
        assert stopped.clock.met_at == START + timedelta(hours=8)

    def test_late(self, tx: Transaction, hands: clock.ManualClock) -> None:
        started = start(tx)
        hands.advance("PT10H1M")
        assert stop_clock(tx, started).breached

    def test_an_earlier_time_entered_later_does_not_clear_a_breach(
        self, tx: Transaction, hands: clock.ManualClock
    ) -> None:
        started = start(tx)
        hands.advance("PT11H")
        announced(tx)
        late = load_clock(tx, started.id, calendar_of)
        assert stop_clock(tx, late, START + timedelta(hours=9)).breached

    def test_not_twice_and_not_in_the_future(self, tx: Transaction) -> None:
        started = start(tx)
        with pytest.raises(Refusal, match="future"):
            stop_clock(tx, started, START + timedelta(hours=1))
        with pytest.raises(Refusal, match="has stopped"):
            stop_clock(tx, stop_clock(tx, started))

    def test_whoever_comes_second_is_refused(self, tx: Transaction) -> None:
        started = start(tx)
        stop_clock(tx, started)
        with pytest.raises(Refusal, match="changed meanwhile"):
            pause_clock(tx, started, "weather")

    def test_a_cancelled_clock_keeps_its_breach_and_its_reason(self, tx: Transaction, hands: clock.ManualClock) -> None:
        started = start(tx)
        hands.advance("PT11H")
        cancelled = cancel_clock(tx, started, "案件取消")
        assert (cancelled.breached, cancelled.reason) == (True, "案件取消")
        assert find_running(tx, "F1", "reply", CALENDAR) is None


class TestCorrecting:
    def test_an_approved_correction_of_a_time_stamp_is_the_only_way_out_of_a_breach(
        self, tx: Transaction, hands: clock.ManualClock
    ) -> None:
        started = start(tx)
        hands.advance("PT11H")
        late = stop_clock(tx, started)
        corrected = correct_clock(
            tx, late, actor="kefu", approved_by="leader", reason="录入时间有误", met_at=START + timedelta(hours=9)
        )
        assert not corrected.breached
        kept = load_clock(tx, started.id, calendar_of).corrections[0]
        assert (kept["met_at"], kept["approved_by"]) == ("2026-03-02T12:10:00+00:00", "leader")

    @pytest.mark.parametrize(("approved_by", "reason"), [("kefu", "误"), ("", "误"), ("leader", " ")])
    def test_nobody_corrects_alone_or_without_a_reason(self, tx: Transaction, approved_by: str, reason: str) -> None:
        with pytest.raises(Refusal, match="approval"):
            correct_clock(tx, start(tx), actor="kefu", approved_by=approved_by, reason=reason)

    def test_a_corrected_start_moves_what_is_due(self, tx: Transaction) -> None:
        corrected = correct_clock(
            tx, start(tx), actor="kefu", approved_by="leader", reason="误", started_at=START - timedelta(hours=2)
        )
        assert corrected.clock.due_at == START + timedelta(hours=8)


class TestWhenTheCalendarChanges:
    def test_running_clocks_in_working_time_move_and_natural_ones_stay(self, tx: Transaction) -> None:
        start(tx, case_no="F1", target="P3D", mode="working")
        start(tx, case_no="F2", target="P3D")
        day = date(2026, 3, 4)
        changed = WorkCalendar(days={day: CalendarDay(day, "holiday")})
        assert recalculate_clocks(tx, lambda _: changed) == 1
        assert recalculate_clocks(tx, lambda _: changed) == 0
        row = tx.execute(select(service_clock).where(service_clock.c.case_no == "F1")).one()
        assert row.due_at == datetime(2026, 3, 6, 16, 0, tzinfo=UTC)
