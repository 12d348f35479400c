"""`start_clock`, `stop_clock`, `pause_clock`, `resume_clock`: the service clocks of a case (CA17–CA20)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from app import calendar, clock
from app.connectors.headers import header, optional_header, wrong_diagram
from app.engine import JobCall
from app.history import record
from app.runtime import Calling


def start(calling: Calling, call: JobCall) -> None:
    """Header `clock` is the kind, `due` the variable with the due time; null starts nothing and history says so.

    A clock that runs already is set to another due time from where it began. The same promise told again leaves it
    alone: the time that pauses gave stays given (CA17).
    """
    kind, due = header(call, "clock"), call.variables.get(header(call, "due"))
    if due is None:
        record(calling.tx, actor=calling.actor, kind="clock_not_started", case_no=calling.case_no, data={"clock": kind})
        return
    running = _running(calling, kind)
    began = running.clock.started_at if running is not None else _began(calling, call, kind)
    work_calendar = calling.world.calendar(calling.tx, calling.unit_path)
    due_at = max(datetime.fromisoformat(due), began + timedelta(minutes=1))
    if running is not None:
        if abs(replace(running.clock, pauses=()).due_at - due_at) < timedelta(minutes=1):
            return
        calendar.cancel_clock(calling.tx, running, "new due time")
    target, mode = work_calendar.limit_until(began, due_at, _mode(calling, call))
    begun = calendar.start_clock(
        calling.tx,
        case_no=calling.case_no,
        kind=kind,
        target=target,
        mode=mode,
        calendar=work_calendar,
        org_unit=calling.unit_path,
        started_at=began,
        owner=str(call.variables.get("first_responder") or calling.actor.login),
        none_runs=True,
    )
    if begun is not None and running is not None and running.clock.is_paused:
        # What it waits for has not ended because somebody gave another date.
        calendar.pause_clock(calling.tx, begun, running.clock.pauses[-1].reason)


def _mode(calling: Calling, call: JobCall) -> calendar.Mode:
    """Property `mode`, else how the response deadlines are counted (CA03, AM04)."""
    mode = optional_header(call, "mode") or str(calling.param("sla.clock"))
    if mode not in calendar.MODES:
        raise wrong_diagram(call, f"的计时方式“{mode}”不存在", f"counts in “{mode}”, which no clock does")
    return mode


def _began(calling: Calling, call: JobCall, kind: str) -> datetime:
    """Reply, on-site and liaison promises run from the receipt, resolution from the arrival (CA19)."""
    source = "arrived_at" if kind == "resolve" else "received_at"
    given = call.variables.get(source)
    return min(datetime.fromisoformat(given), clock.now()) if given else clock.now()


def stop(calling: Calling, call: JobCall) -> None:
    """The promise is kept now; no clock, nothing to do."""
    running = _running(calling, header(call, "clock"))
    if running is not None:
        calendar.stop_clock(calling.tx, running)


def pause(calling: Calling, call: JobCall) -> None:
    """Header `reason`: waiting for consent, weather, customer absent (CA17)."""
    running = _running(calling, header(call, "clock"))
    if running is not None and not running.clock.is_paused:
        calendar.pause_clock(calling.tx, running, header(call, "reason"))


def resume(calling: Calling, call: JobCall) -> None:
    """Let it run again. With header `reason` only a pause for that reason ends: a person may have stopped it since."""
    running = _running(calling, header(call, "clock"))
    if running is None or not running.clock.is_paused:
        return
    reason = optional_header(call, "reason")
    if not reason or reason == running.clock.pauses[-1].reason:
        calendar.resume_clock(calling.tx, running)


def _running(calling: Calling, kind: str) -> calendar.RunningClock | None:
    work_calendar = calling.world.calendar(calling.tx, calling.unit_path)
    return calendar.find_running(calling.tx, calling.case_no, kind, work_calendar)
