"""`start_clock`, `pause_clock`, `resume_clock`, `stop_clock`: the service clocks of a case (CA17–CA20)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from connector_bench import CASE, Bench
from sqlalchemy import update

from app import calendar, parameters
from app.calendar import RunningClock
from app.calendar.tables import service_clock
from app.messages import Refusal

RECEIVED = "2026-03-02T08:30:00+08:00"  # half an hour before the test begins
DUE = "2026-03-02T20:30:00+08:00"


def start(bench: Bench, due: str | None = DUE, kind: str = "reply", **variables: Any) -> None:
    given = {"received_at": RECEIVED, "due": due, **variables}
    bench.run("start_clock", given, {"clock": kind, "due": "due"}, by="hotline_agent_1")


def clocks(bench: Bench, case_no: str = CASE) -> list[RunningClock]:
    with bench.company.db.reading() as tx:
        return list(calendar.clocks_of_case(tx, case_no, lambda path: bench.company.world.calendar(tx, path)))


def clock_of(bench: Bench) -> RunningClock:
    running = [each for each in clocks(bench) if each.cancelled_at is None and each.clock.met_at is None]
    assert len(running) == 1, running
    return running[0]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


class TestStart:
    def test_a_promise_runs_from_the_receipt_to_the_due_time(self, bench: Bench) -> None:
        start(bench)
        running = clock_of(bench)
        assert running.clock.started_at == at(RECEIVED)
        assert running.clock.due_at == at(DUE)

    def test_resolution_runs_from_the_arrival(self, bench: Bench) -> None:
        start(bench, kind="resolve", arrived_at="2026-03-02T08:50:00+08:00")
        assert clock_of(bench).clock.started_at == at("2026-03-02T08:50:00+08:00")

    def test_without_a_receipt_it_runs_from_now(self, bench: Bench) -> None:
        start(bench, received_at=None)
        assert clock_of(bench).clock.started_at == bench.clock.now()

    def test_a_receipt_in_the_future_does_not_delay_it(self, bench: Bench) -> None:
        start(bench, received_at="2026-03-02T09:04:00+08:00")
        assert clock_of(bench).clock.started_at == bench.clock.now()

    def test_the_first_responder_owns_it(self, bench: Bench) -> None:
        start(bench, first_responder="hotline_agent_2")
        assert clock_of(bench).owner == "hotline_agent_2"

    def test_without_a_first_responder_whoever_acts_owns_it(self, bench: Bench) -> None:
        start(bench)
        assert clock_of(bench).owner == "hotline_agent_1"

    def test_a_due_time_that_has_passed_is_a_broken_promise_at_once(self, bench: Bench) -> None:
        start(bench, due="2026-03-02T08:00:00+08:00")
        assert clock_of(bench).clock.is_late(bench.clock.now())

    def test_null_starts_nothing_and_history_says_so(self, bench: Bench) -> None:
        start(bench, due=None, kind="onsite")
        assert clocks(bench) == []
        assert [row.data for row in bench.history("clock_not_started")] == [{"clock": "onsite"}]

    def test_clocks_of_different_kinds_run_beside_each_other(self, bench: Bench) -> None:
        start(bench, kind="reply")
        start(bench, kind="onsite")
        assert sorted(each.kind for each in clocks(bench)) == ["onsite", "reply"]

    def test_a_diagram_that_names_no_due_variable_is_refused_with_a_sentence(self, bench: Bench) -> None:
        with pytest.raises(Refusal, match="due"):
            bench.run("start_clock", {}, {"clock": "reply"})


class TestStartAgain:
    def test_the_same_due_time_leaves_the_clock_alone(self, bench: Bench) -> None:
        start(bench)
        bench.clock.advance("PT1H")
        start(bench)
        assert len(clocks(bench)) == 1

    def test_a_new_due_time_counts_from_where_the_promise_began(self, bench: Bench) -> None:
        start(bench)
        bench.clock.advance("PT1H")
        start(bench, due="2026-03-03T08:30:00+08:00")
        running = clock_of(bench)
        assert running.clock.started_at == at(RECEIVED)
        assert running.clock.due_at == at("2026-03-03T08:30:00+08:00")

    def test_the_replaced_promise_stays_on_record(self, bench: Bench) -> None:
        start(bench)
        start(bench, due="2026-03-03T08:30:00+08:00")
        assert [each.reason for each in clocks(bench) if each.cancelled_at is not None] == ["new due time"]

    def test_a_breach_is_not_undone_by_a_later_due_time(self, bench: Bench) -> None:
        """Late is late (CA20)."""
        start(bench)
        bench.clock.advance("PT13H")
        start(bench, due="2026-03-04T08:30:00+08:00")
        assert [each.breached for each in clocks(bench) if each.cancelled_at is not None] == [True]

    def test_time_that_a_pause_has_given_is_kept_when_the_same_promise_is_told_again(self, bench: Bench) -> None:
        start(bench)
        bench.run("pause_clock", headers={"clock": "reply", "reason": "customer_consent"})
        bench.clock.advance("PT2H")
        bench.run("resume_clock", headers={"clock": "reply"})
        start(bench)
        assert clock_of(bench).clock.due_at == at(DUE) + timedelta(hours=2)

    def test_a_paused_clock_stays_paused_with_its_new_due_time(self, bench: Bench) -> None:
        start(bench)
        bench.run("pause_clock", headers={"clock": "reply", "reason": "weather"})
        bench.clock.advance("PT1H")
        start(bench, due="2026-03-03T08:30:00+08:00")
        assert clock_of(bench).clock.is_paused
        bench.clock.advance("PT3H")
        bench.run("resume_clock", headers={"clock": "reply"})
        assert clock_of(bench).clock.due_at == at("2026-03-03T11:30:00+08:00")


class TestHowItCounts:
    """In natural hours unless the company counts its response deadlines in working time (CA03, AM04)."""

    def working(self, bench: Bench) -> None:
        with bench.company.step() as tx:
            book = bench.company.house.book
            parameters.set_value(tx, book, "sla.clock", "working", actor="somebody", reason="工作小时")
        bench.company.house.refresh()

    def test_natural_hours(self, bench: Bench) -> None:
        start(bench)
        assert (str(clock_of(bench).clock.target), clock_of(bench).clock.mode) == ("PT12H", "natural")

    def test_working_hours_stand_still_at_night_and_a_pause_gives_working_time_back(self, bench: Bench) -> None:
        self.working(bench)
        start(bench, due="2026-03-03T11:30:00+08:00")  # Tuesday
        assert clock_of(bench).sentence("zh") == "答复时限：12 工作小时，从 08:30 起，应于 3月3日 11:30 前完成"
        bench.run("pause_clock", headers={"clock": "reply", "reason": "customer_absent"})
        bench.clock.advance("PT24H")
        bench.run("resume_clock", headers={"clock": "reply"})
        assert clock_of(bench).clock.due_at == at("2026-03-04T11:30:00+08:00")

    def test_working_days_end_at_twenty_four_hours(self, bench: Bench) -> None:
        start_with = {"received_at": RECEIVED, "due": "2026-03-05T00:00:00+08:00"}
        bench.run("start_clock", start_with, {"clock": "resolve", "due": "due", "mode": "working"})
        assert clock_of(bench).sentence("en") == "resolution: 2 working days from 2 Mar, due 4 Mar 24:00"

    def test_a_visit_promised_for_a_sunday_stays_promised_for_sunday(self, bench: Bench) -> None:
        self.working(bench)
        start(bench, due="2026-03-08T10:00:00+08:00", kind="onsite")
        assert clock_of(bench).clock.due_at == at("2026-03-08T10:00:00+08:00")
        assert clock_of(bench).clock.mode == "natural"

    def test_the_same_promise_told_again_leaves_working_time_alone(self, bench: Bench) -> None:
        self.working(bench)
        start(bench, due="2026-03-03T11:30:00+08:00")
        start(bench, due="2026-03-03T11:30:00+08:00")
        assert len(clocks(bench)) == 1

    def test_a_way_of_counting_that_does_not_exist_is_refused_with_the_element(self, bench: Bench) -> None:
        with pytest.raises(Refusal, match="lunar"):
            bench.run("start_clock", {"due": DUE}, {"clock": "reply", "due": "due", "mode": "lunar"})


class TestPause:
    @pytest.mark.parametrize("reason", ["customer_consent", "weather", "customer_absent"])
    def test_time_stands_still_between_pause_and_resume(self, bench: Bench, reason: str) -> None:
        start(bench)
        bench.run("pause_clock", headers={"clock": "reply", "reason": reason})
        assert clock_of(bench).clock.is_paused
        bench.clock.advance("PT90M")
        bench.run("resume_clock", headers={"clock": "reply"})
        running = clock_of(bench)
        assert not running.clock.is_paused
        assert running.clock.due_at == at(DUE) + timedelta(minutes=90)
        assert running.clock.paused_for() == {reason: timedelta(minutes=90)}

    def test_a_second_pause_changes_nothing(self, bench: Bench) -> None:
        start(bench)
        bench.run("pause_clock", headers={"clock": "reply", "reason": "weather"})
        bench.run("pause_clock", headers={"clock": "reply", "reason": "weather"})
        assert len(clock_of(bench).clock.pauses) == 1

    def test_any_other_reason_is_refused(self, bench: Bench) -> None:
        """Only consent, weather and absence stop a clock (CA17)."""
        start(bench)
        with pytest.raises(Refusal) as refused:
            bench.run("pause_clock", headers={"clock": "reply", "reason": "lunch"})
        assert refused.value.code == "pause_reason_unknown"

    @pytest.mark.parametrize("job_type", ["pause_clock", "resume_clock", "stop_clock"])
    def test_without_a_clock_there_is_nothing_to_do(self, bench: Bench, job_type: str) -> None:
        bench.run(job_type, headers={"clock": "onsite", "reason": "weather"})
        assert clocks(bench) == []

    def test_a_diagram_ends_only_the_pause_of_its_own_reason(self, bench: Bench) -> None:
        """A person may have stopped the clock for the weather while the consent was awaited."""
        start(bench)
        bench.run("pause_clock", headers={"clock": "reply", "reason": "weather"})
        bench.run("resume_clock", headers={"clock": "reply", "reason": "customer_consent"})
        assert clock_of(bench).clock.is_paused
        bench.run("resume_clock", headers={"clock": "reply", "reason": "weather"})
        assert not clock_of(bench).clock.is_paused

    def test_resuming_a_clock_that_runs_changes_nothing(self, bench: Bench) -> None:
        start(bench)
        bench.run("resume_clock", headers={"clock": "reply"})
        assert clock_of(bench).clock.due_at == at(DUE)


class TestStop:
    def test_the_promise_is_kept_now(self, bench: Bench) -> None:
        start(bench)
        bench.clock.advance("PT2H")
        bench.run("stop_clock", headers={"clock": "reply"})
        (stopped,) = clocks(bench)
        assert stopped.clock.met_at == bench.clock.now()
        assert not stopped.breached

    def test_too_late_is_a_breach_for_good(self, bench: Bench) -> None:
        start(bench)
        bench.clock.advance("PT12H")
        bench.run("stop_clock", headers={"clock": "reply"})
        assert [each.breached for each in clocks(bench)] == [True]

    def test_another_kind_runs_on(self, bench: Bench) -> None:
        start(bench, kind="reply")
        start(bench, kind="onsite")
        bench.run("stop_clock", headers={"clock": "reply"})
        assert clock_of(bench).kind == "onsite"

    def test_a_clock_that_somebody_else_moved_meanwhile_is_refused(self, bench: Bench) -> None:
        start(bench)
        stale = clock_of(bench)
        with bench.company.step() as tx:
            tx.execute(update(service_clock).values(revision=service_clock.c.revision + 1))
        with pytest.raises(Refusal, match="changed meanwhile"), bench.company.step() as tx:
            calendar.stop_clock(tx, stale)
