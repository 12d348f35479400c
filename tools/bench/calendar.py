"""What a calendar function costs: microseconds per call, on a calendar with three official years."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from app import feel
from app.calendar import Pause, ServiceClock, Target, WorkCalendar, library, read_years, time_ranges
from tools.bench.figures import Figure
from tools.bench.served import ROOT

ROUNDS = 2000


def calendar_figures() -> list[Figure]:
    """One figure per function, then a clock, and a function called from a FEEL text."""
    years = read_years(ROOT / "processes" / "calendars" / "cn.yaml")
    found = WorkCalendar(
        work_hours=time_ranges("08:30-12:00, 13:30-17:30"), days={day.day: day for year in years for day in year.days}
    )
    functions: dict[str, Callable[..., Any]] = {name: call for name, (_, call) in library(found).items()}
    start, end = found.moment_of("2026-02-11T10:00:00"), found.moment_of("2026-03-11T16:00:00")
    calls: dict[str, tuple[Callable[..., Any], tuple[Any, ...], float]] = {
        "working days after, 7": (functions["working days after"], (start, 7), 60),
        "working duration, a month": (functions["working duration"], (start, end), 800),
        "next working time, over the festival": (functions["next working time"], (start,), 150),
        "is working time": (functions["is working time"], (start,), 100),
        "is quiet time": (functions["is quiet time"], (start,), 30),
        "due at, PT12H natural": (functions["due at"], (start, "PT12H", "natural"), 60),
        "due at, P7D working": (functions["due at"], (start, "P7D", "working"), 120),
        "due at, PT20H working": (functions["due at"], (start, "PT20H", "working"), 250),
    }
    figures = [_figure(what, limit, call, *args) for what, (call, args, limit) in calls.items()]

    def whole_clock() -> None:
        pause = Pause("weather", start + timedelta(hours=1), start + timedelta(days=2))
        promise = ServiceClock(start, Target(days=7), "working", found, (pause,))
        assert promise.warn_at < promise.due_at < promise.escalate_at

    figures.append(_figure("the three moments of a paused clock", 800, whole_clock))
    texts = feel.BUILTINS.extended(
        {name: feel.Function(name, names, call) for name, (names, call) in library(found).items()}
    )
    text, names = "working days after(received, 7)", {"received": "2026-02-11T10:00:00+08:00"}
    figures.append(_figure("working days after, from a FEEL text", 200, feel.evaluate, text, names, texts))
    return figures


def _figure(what: str, limit: float, call: Callable[..., Any], *args: Any) -> Figure:
    call(*args)
    best = float("inf")
    for _ in range(3):
        began = time.perf_counter()
        for _ in range(ROUNDS):
            call(*args)
        best = min(best, time.perf_counter() - began)
    return Figure(f"calendar: {what}", best / ROUNDS * 1e6, limit, unit="µs")


if __name__ == "__main__":
    for each in calendar_figures():
        print(f"{'ok ' if each.kept else 'MISS'}  {each.what}: {each.value:.1f} {each.unit} (at most {each.limit:g})")
