"""Working calendars, promises with a due time, and the service clocks that watch them."""

from __future__ import annotations

from app.calendar.calendars import (
    EVERYWHERE,
    CalendarCache,
    clear_day,
    import_missing_years,
    import_year,
    imported_years,
    load_calendar,
    origins,
    set_calendar,
    set_day,
)
from app.calendar.cycles import Cycle, next_occurrence
from app.calendar.functions import library
from app.calendar.running_clocks import (
    KINDS,
    DueClock,
    RunningClock,
    cancel_clock,
    clocks_of_case,
    correct_clock,
    due_clocks,
    find_running,
    load_clock,
    load_clocks,
    no_such_clock,
    pause_clock,
    recalculate_clocks,
    resume_clock,
    start_clock,
    stop_clock,
)
from app.calendar.seed import CalendarYear, official_year, read_years
from app.calendar.service_clock import PAUSE_REASONS, Pause, ServiceClock
from app.calendar.values import Target, TimeRange, time_ranges
from app.calendar.work_calendar import MODES, CalendarDay, Mode, Shift, WorkCalendar, add_months

__all__ = [
    "EVERYWHERE",
    "KINDS",
    "MODES",
    "PAUSE_REASONS",
    "CalendarCache",
    "CalendarDay",
    "CalendarYear",
    "Cycle",
    "DueClock",
    "Mode",
    "Pause",
    "RunningClock",
    "ServiceClock",
    "Shift",
    "Target",
    "TimeRange",
    "WorkCalendar",
    "add_months",
    "cancel_clock",
    "clear_day",
    "clocks_of_case",
    "correct_clock",
    "due_clocks",
    "find_running",
    "import_missing_years",
    "import_year",
    "imported_years",
    "library",
    "load_calendar",
    "load_clock",
    "load_clocks",
    "next_occurrence",
    "no_such_clock",
    "official_year",
    "origins",
    "pause_clock",
    "read_years",
    "recalculate_clocks",
    "resume_clock",
    "set_calendar",
    "set_day",
    "start_clock",
    "stop_clock",
    "time_ranges",
]
