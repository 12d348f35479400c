"""Working calendars and clocks the slow, obvious way: one day after the other, one minute after the other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from app.calendar import CalendarDay, Pause, TimeRange, WorkCalendar, time_ranges

SHANGHAI = ZoneInfo("Asia/Shanghai")
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def at(text: str) -> datetime:
    """A moment in Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


# -- what is tried: year ends, leap days, the ends of long and short months, a spring festival -------------------------

days = st.one_of(
    st.dates(date(2023, 12, 20), date(2024, 3, 10)),
    st.dates(date(2025, 12, 20), date(2026, 1, 15)),
    st.dates(date(2026, 2, 5), date(2026, 3, 5)),
    st.dates(date(2026, 4, 25), date(2026, 5, 5)),
    st.dates(date(2028, 2, 20), date(2028, 3, 5)),
)


@st.composite
def moments(draw: st.DrawFn) -> datetime:
    """A minute of one of those days."""
    return datetime.combine(draw(days), datetime.min.time(), SHANGHAI) + draw(st.integers(0, 1439)) * MINUTE


special_days = st.builds(
    lambda day, kind, early: (day, kind, "04:00-11:00" if early and kind == "workday" else None),
    days,
    st.sampled_from(["holiday", "workday"]),
    st.booleans(),
)
HOURS = ("08:30-17:30", "08:30-12:00, 13:30-17:30", "22:00-06:00", "00:00-24:00", "06:00-14:00, 18:00-02:00")


def calendar_of(
    special: list[tuple[date, str, str | None]],
    hours: str = HOURS[0],
    weekdays: frozenset[int] = frozenset(range(5)),
    sunday: bool = False,
) -> WorkCalendar:
    """A calendar with special days: (day, holiday or workday, own hours or None); a later entry wins."""
    known = {
        day: CalendarDay(day, kind, hours=time_ranges(own) if own else None)  # type: ignore[arg-type]
        for day, kind, own in special
    }
    return WorkCalendar(
        work_hours=time_ranges(hours),
        working_weekdays=weekdays,
        weekday_hours={6: time_ranges("09:00-10:15")} if sunday else {},
        days=known,
    )


calendars = st.builds(
    calendar_of,
    st.lists(special_days, max_size=12),
    st.sampled_from(HOURS),
    st.frozensets(st.integers(0, 6), min_size=1),
    st.booleans(),
)


@st.composite
def starts_and_pauses(draw: st.DrawFn) -> tuple[datetime, tuple[Pause, ...]]:
    """When a clock starts, and up to three pauses after it."""
    start = draw(moments())
    pauses, moment = [], start
    for _ in range(draw(st.integers(0, 3))):
        begin = moment + draw(st.integers(0, 900)) * MINUTE
        moment = begin + draw(st.integers(0, 3000)) * MINUTE
        reason = draw(st.sampled_from(["customer_consent", "weather", "customer_absent"]))
        pauses.append(Pause(reason, begin, moment))
    return start, tuple(pauses)


# -- the obvious model -------------------------------------------------------------------------------------------------


def is_working_day(calendar: WorkCalendar, day: date) -> bool:
    """Asked of one day."""
    if day in calendar.days:
        return calendar.days[day].kind == "workday"
    return day.weekday() in calendar.working_weekdays


def hours_of(calendar: WorkCalendar, day: date) -> tuple[TimeRange, ...]:
    """The hours that begin on a day; on a day off none."""
    if not is_working_day(calendar, day):
        return ()
    special = calendar.days.get(day)
    if special and special.hours:
        return special.hours
    if day.weekday() in calendar.working_weekdays and day.weekday() in calendar.weekday_hours:
        return calendar.weekday_hours[day.weekday()]
    return calendar.work_hours


def is_working_minute(calendar: WorkCalendar, moment: datetime) -> bool:
    """Asked of one minute: it lies in hours of its own day, or in those of the day before that run into it."""
    local = moment.astimezone(SHANGHAI)
    minute = local.hour * 60 + local.minute
    for back in (0, 1):
        for span in hours_of(calendar, local.date() - back * DAY):
            end = span.end if span.end > span.start else span.end + 1440
            if span.start <= minute + 1440 * back < end:
                return True
    return False


def working_days_after(calendar: WorkCalendar, day: date, count: int) -> date:
    """One day after the other."""
    while count:
        day += DAY
        count -= is_working_day(calendar, day)
    return day


def stands(pauses: tuple[Pause, ...], moment: datetime) -> bool:
    """Whether a clock stands still in the minute that begins at `moment`."""
    return any(pause.end is not None and pause.start <= moment < pause.end for pause in pauses)


def minutes_after(start: datetime, count: int, counts: Callable[[datetime], bool]) -> datetime:
    """The end of the minute in which `count` minutes that count are over."""
    moment = start
    while count:
        count -= counts(moment)
        moment += MINUTE
    return moment


def natural_due(start: datetime, minutes: int, pauses: tuple[Pause, ...] = ()) -> datetime:
    """Natural hours: every minute in which the clock does not stand still."""
    return minutes_after(start, minutes, lambda moment: not stands(pauses, moment))


def working_due(calendar: WorkCalendar, start: datetime, minutes: int, pauses: tuple[Pause, ...] = ()) -> datetime:
    """Working hours: every working minute in which the clock does not stand still."""
    return minutes_after(
        start, minutes, lambda moment: not stands(pauses, moment) and is_working_minute(calendar, moment)
    )


def working_days_due(calendar: WorkCalendar, start: datetime, count: int, pauses: tuple[Pause, ...] = ()) -> datetime:
    """Working days: a day counts when it is one and the clock runs in its last minute; ends 24:00 of the last."""
    day = start.date()
    while count:
        day += DAY
        count -= is_working_day(calendar, day) and not stands(pauses, at(f"{day}T23:59"))
    return at(f"{day + DAY}T00:00")


def calendar_due(start: datetime, months: int, days: int) -> datetime:
    """Calendar days: the start is day 0, a month that is too short ends on its last day; ends 24:00 of the last."""
    day, wanted = start.date(), start.date().day
    for _ in range(months):
        day += DAY
        while day.day != 1:
            day += DAY
    for _ in range(wanted - 1 if months else 0):
        if (day + DAY).day == 1:
            break
        day += DAY
    for _ in range(days):
        day += DAY
    return at(f"{day + DAY}T00:00")
