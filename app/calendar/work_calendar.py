"""The working calendar of one unit: which days and hours count, when nobody may be disturbed, when a promise is due."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.calendar.values import LONGEST, MINUTES_OF_A_DAY, Target, TimeRange, as_date, as_moment, time_ranges
from app.clock import ZONE
from app.messages import Message, Refusal

Mode = Literal["natural", "working", "calendar_days"]
MODES: tuple[Mode, ...] = ("natural", "working", "calendar_days")

DEFAULT_ZONE = ZONE.key
DEFAULT_WORK_HOURS = (TimeRange.parse("08:30-17:30"),)
DEFAULT_QUIET_WINDOWS = time_ranges("12:00-14:00, 18:00-19:30, 21:00-08:00")
SATURDAY = 5

# No country rests for a year on end: a calendar that does is a mistake, and searching it would never finish.
_LONGEST_REST = 400
_MOST_KEPT = 2000  # days whose hours are kept in memory


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One day that differs from its weekday: a holiday, or a workday (make-up day 调休 or special hours)."""

    day: date
    kind: Literal["holiday", "workday"]
    zh: str = ""
    en: str = ""
    hours: tuple[TimeRange, ...] | None = None
    announced: bool = True
    source: str = ""
    org_unit: str = field(default="", compare=False)
    """The unit that says so; "" outside a database."""


@dataclass(frozen=True, slots=True)
class Shift:
    """A named turn of duty; one that crosses midnight belongs to the day on which it begins."""

    key: str
    zh: str
    en: str
    hours: TimeRange
    weekdays: frozenset[int] = frozenset(range(7))


@dataclass(frozen=True)
class WorkCalendar:
    """Working time of one unit (CA01, CA02, CA06–CA09). Monday is weekday 0; moments come back in its time zone."""

    tz: str = DEFAULT_ZONE
    work_hours: tuple[TimeRange, ...] = DEFAULT_WORK_HOURS
    working_weekdays: frozenset[int] = frozenset(range(5))
    weekday_hours: Mapping[int, tuple[TimeRange, ...]] = field(default_factory=dict)
    days: Mapping[date, CalendarDay] = field(default_factory=dict)
    announced_years: frozenset[int] = frozenset()
    quiet_windows: tuple[TimeRange, ...] = DEFAULT_QUIET_WINDOWS
    dispatch_weekdays: frozenset[int] = frozenset(range(7))
    duty_hours: tuple[TimeRange, ...] = (TimeRange(0, MINUTES_OF_A_DAY),)
    shifts: tuple[Shift, ...] = ()

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.tz)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise _refused(
                "unknown_time_zone", f"时区“{self.tz}”不存在。", f'There is no time zone "{self.tz}".'
            ) from error
        if not any(self._weekday_hours(weekday) for weekday in self.working_weekdays):
            raise _refused("no_working_time", "每周至少要有一段工作时间。", "A week needs at least one working hour.")
        if sum(window.minutes for window in self.quiet_windows) >= MINUTES_OF_A_DAY:
            raise _refused(
                "always_quiet", "免打扰时段不能占满全天。", "The quiet windows must leave some time of the day."
            )
        if not self.duty_hours or not self.dispatch_weekdays:
            raise _refused(
                "never_on_duty",
                "值班时段和派工日都不能为空。",
                "There must be some duty hours and some dispatch days.",
            )

    @classmethod
    def from_values(cls, values: Mapping[str, Any], **other: Any) -> WorkCalendar:
        """Build from the parameters `calendar.*` and `dispatch.weekend_only`; `other` arguments win over them."""
        made: dict[str, Any] = {}
        if values.get("calendar.tz"):
            made["tz"] = values["calendar.tz"]
        for name, key in (
            ("work_hours", "work_hours"),
            ("quiet_windows", "quiet_windows"),
            ("duty_hours", "duty_hours"),
        ):
            if values.get(f"calendar.{key}") is not None:
                made[name] = time_ranges(values[f"calendar.{key}"])
        if values.get("dispatch.weekend_only"):
            made["dispatch_weekdays"] = frozenset({5, 6})
        return cls(**{**made, **other})

    # -- days ---------------------------------------------------------------------------------------------------

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone (CA01)."""
        return ZoneInfo(self.tz)

    def date_of(self, moment: Any) -> date:
        """The local date of a moment or date."""
        return as_date(moment, self.zone)

    def moment_of(self, moment: Any) -> datetime:
        """The moment in this calendar's zone."""
        return as_moment(moment, self.zone)

    def is_weekend(self, day: Any) -> bool:
        """Saturday or Sunday, whether worked or not (P04.7 asks for the day of the week)."""
        return self.date_of(day).weekday() >= SATURDAY

    def is_working_day(self, day: Any) -> bool:
        """A working weekday that is no holiday, or a make-up day (CA02)."""
        day = self.date_of(day)
        special = self.days.get(day)
        return special.kind == "workday" if special else day.weekday() in self.working_weekdays

    def is_announced(self, day: Any) -> bool:
        """Whether the official holidays of that year are known; before that its working days are a forecast."""
        return self.date_of(day).year in self.announced_years

    def name_of(self, day: Any) -> Message | None:
        """What a special day is called ("春节"), or None."""
        special = self.days.get(self.date_of(day))
        return Message(special.zh, special.en) if special and special.zh else None

    def hours_of(self, day: Any) -> tuple[TimeRange, ...]:
        """The working hours that begin on that day; none on a day off."""
        day = self.date_of(day)
        special = self.days.get(day)
        if special:
            if special.kind == "holiday":
                return ()
            if special.hours is not None:
                return special.hours
            # A make-up Saturday is worked like a weekday, not like a Saturday.
            return self._weekday_hours(day.weekday()) if day.weekday() in self.working_weekdays else self.work_hours
        return self._weekday_hours(day.weekday()) if day.weekday() in self.working_weekdays else ()

    def working_days_after(self, day: Any, count: int) -> date:
        """The `count`-th working day after `day`; day 1 is the next working day (CA04). Negative counts go back."""
        if abs(count) > LONGEST.days:
            raise _too_long()
        found = self.date_of(day)
        step = timedelta(days=1 if count > 0 else -1)
        rest = 0
        for _ in range(abs(count)):
            found += step
            while not self.is_working_day(found):
                found += step
                rest = self._still_searching(rest)
            rest = 0
        return found

    def working_days_between(self, start: Any, end: Any) -> int:
        """How many working days lie after `start` up to and including `end`; negative when `end` is earlier."""
        first, last = self.date_of(start), self.date_of(end)
        if last < first:
            return -self.working_days_between(last, first)
        if last - first > LONGEST:
            raise _too_long()
        return sum(self.is_working_day(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))

    def first_working_day(self, day: Any) -> date:
        """The first working day of that month (CA11)."""
        return self.working_days_after(self.date_of(day).replace(day=1) - timedelta(days=1), 1)

    def last_working_day(self, day: Any) -> date:
        """The last working day of that month (CA11)."""
        return self.working_days_after(add_months(self.date_of(day).replace(day=1), 1), -1)

    # -- working time -------------------------------------------------------------------------------------------

    def is_working_time(self, moment: Any) -> bool:
        """Whether people work at that moment (CA09)."""
        moment = self.moment_of(moment)
        start, _ = next(self._spans_after(moment))
        return start <= moment

    def next_working_time(self, moment: Any) -> datetime:
        """That moment when it is working time, else the next beginning of working time."""
        moment = self.moment_of(moment)
        start, _ = next(self._spans_after(moment))
        return max(moment, start.astimezone(self.zone))

    def working_duration(self, start: Any, end: Any) -> timedelta:
        """Working time between two moments; negative when `end` is earlier."""
        start, end = self.moment_of(start), self.moment_of(end)
        if end < start:
            return -self.working_duration(end, start)
        if end - start > LONGEST:
            raise _too_long()
        total, first, last = timedelta(), start.astimezone(UTC), end.astimezone(UTC)
        for begins, ends in self._spans_after(start):
            if begins >= last:
                break
            total += min(ends, last) - max(begins, first)
        return total

    def add_working(self, start: Any, length: timedelta) -> datetime:
        """The moment at which `length` of working time has passed since `start`; nothing passed is `start` itself."""
        start = self.moment_of(start)
        left = length
        if left < timedelta():
            raise _refused("negative_duration", "时长不能为负。", "The duration must not be negative.")
        if left > LONGEST:
            raise _too_long()
        if not left:
            return start
        for begins, ends in self._spans_after(start):
            begins = max(begins, start.astimezone(UTC))
            if ends - begins >= left:
                return (begins + left).astimezone(self.zone)
            left -= ends - begins
        raise AssertionError("working time never ends")

    # -- quiet windows, dispatch, duty, shifts --------------------------------------------------------------------

    def is_quiet(self, moment: Any) -> bool:
        """Whether customers rest: no visit and no call (CA08, GR10). An emergency lifts it; the caller decides that."""
        time_of_day = self.moment_of(moment).time()
        return any(window.covers(time_of_day) for window in self.quiet_windows)

    def next_contact_time(self, moment: Any) -> datetime:
        """That moment when nobody rests, else the end of the quiet window."""
        moment = self.moment_of(moment)
        while window := next((item for item in self.quiet_windows if item.covers(moment.time())), None):
            tomorrow = window.crosses_midnight and moment.hour * 60 + moment.minute >= window.start
            moment = self.at(moment.date() + timedelta(days=tomorrow), window.end)
        return moment

    def touches_quiet(self, start: Any, end: Any) -> bool:
        """Whether a visit from `start` to `end` would run into a quiet window."""
        moment, end = self.moment_of(start), self.moment_of(end)
        if self.is_quiet(moment):
            return True
        for days in range((end.date() - moment.date()).days + 1):
            day = moment.date() + timedelta(days=days)
            if any(moment < self.at(day, window.start) < end for window in self.quiet_windows):
                return True
        return False

    def is_dispatch_day(self, day: Any) -> bool:
        """Whether planned visits go out on that day (CA06); P04.7 knows the exceptions."""
        return self.date_of(day).weekday() in self.dispatch_weekdays

    def next_dispatch_day(self, day: Any) -> date:
        """That day when visits go out on it, else the next such day."""
        found = self.date_of(day)
        while not self.is_dispatch_day(found):
            found += timedelta(days=1)
        return found

    def is_duty_time(self, moment: Any) -> bool:
        """Whether the hotline is staffed (CA07)."""
        return any(window.covers(self.moment_of(moment).time()) for window in self.duty_hours)

    def next_duty_time(self, moment: Any) -> datetime:
        """That moment when the hotline is staffed, else its next beginning (D04 row 8)."""
        moment = self.moment_of(moment)
        if self.is_duty_time(moment):
            return moment
        begins = (self.at(moment.date() + timedelta(days=n), item.start) for n in (0, 1) for item in self.duty_hours)
        return min(start for start in begins if start > moment)

    def shifts_at(self, moment: Any) -> tuple[Shift, ...]:
        """The shifts on duty at that moment."""
        moment = self.moment_of(moment)
        minute = moment.hour * 60 + moment.minute
        found = []
        for shift in self.shifts:
            after_midnight = shift.hours.crosses_midnight and minute < shift.hours.end
            begun_on = moment.date() - timedelta(days=after_midnight)
            if shift.hours.covers(moment.time()) and begun_on.weekday() in shift.weekdays:
                found.append(shift)
        return tuple(found)

    # -- promises -----------------------------------------------------------------------------------------------

    def due_at(self, start: Any, target: Any, mode: str = "natural") -> datetime:
        """When a promise that began at `start` is due.

        natural: the time simply runs (CA03), a day is 24 hours. working: hours are working hours, days are working
        days and end at 24:00 of the last (CA04). calendar_days: days and months, the start is day 0, the last day is
        included (CA05). A mixture that the mode cannot count is refused.
        """
        start, length = self.moment_of(start), check_target(target, mode)
        if mode == "natural":
            return (start.astimezone(UTC) + timedelta(days=length.days) + length.time).astimezone(self.zone)
        if mode == "calendar_days":
            return self.end_of(add_months(start.date(), length.months) + timedelta(days=length.days))
        if length.days:
            return self.end_of(self.working_days_after(start, length.days))
        return self.add_working(start, length.time)

    def limit_until(self, start: Any, due: Any, mode: Mode) -> tuple[Target, Mode]:
        """The limit that leads from `start` to `due`, counted the way `mode` says: the inverse of `due_at`.

        A date that somebody promised need not lie where working time ends (a Saturday visit) nor at 24:00; such a due
        time is counted in natural hours, because it is what was promised.
        """
        start, due = self.moment_of(start), self.moment_of(due)
        length = Target(time=due.astimezone(UTC) - start.astimezone(UTC))
        if due <= start:
            return length, "natural"
        last = due.date() - timedelta(days=1)
        at_night = due == self.end_of(last)
        if mode == "calendar_days" and at_night and last >= start.date():
            return Target(days=(last - start.date()).days), mode
        if mode == "working":
            days = self.working_days_between(start, last) if at_night else 0
            if days > 0 and self.working_days_after(start, days) == last:
                return Target(days=days), mode
            time = self.working_duration(start, due)
            if time and self.add_working(start, time) == due:
                return Target(time=time), mode
        return length, "natural"

    def end_of(self, day: date) -> datetime:
        """24:00 of that day."""
        return self.at(day, MINUTES_OF_A_DAY)

    def at(self, day: date, minute: int) -> datetime:
        """The moment `minute` minutes into that day's wall clock (1440 is 24:00)."""
        days, minute = divmod(minute, MINUTES_OF_A_DAY)
        day += timedelta(days=days)
        local = datetime(day.year, day.month, day.day, minute // 60, minute % 60, tzinfo=self.zone)
        # Through UTC and back, so that a wall-clock time skipped by summer time becomes a real one.
        return local.astimezone(UTC).astimezone(self.zone)

    # -- inside -------------------------------------------------------------------------------------------------

    def _weekday_hours(self, weekday: int) -> tuple[TimeRange, ...]:
        return self.weekday_hours.get(weekday, self.work_hours)

    def _spans_after(self, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
        """All spans of working time in UTC that end after `moment`, in order and without overlap."""
        moment = moment.astimezone(UTC)
        # Night work of the day before may still run.
        day = moment.astimezone(self.zone).date() - timedelta(days=1)
        covered = datetime.min.replace(tzinfo=UTC)
        rest = 0
        while True:
            for begins, ends in self._spans_of(day):
                begins = max(begins, covered)
                if begins < ends:
                    covered = ends
                    rest = 0
                    if ends > moment:
                        yield begins, ends
            day += timedelta(days=1)
            rest = self._still_searching(rest)

    @cached_property
    def _known_spans(self) -> dict[date, list[tuple[datetime, datetime]]]:
        return {}

    def _spans_of(self, day: date) -> list[tuple[datetime, datetime]]:
        """The working hours that begin on a day as moments in UTC; asked for again and again, so kept."""
        found = self._known_spans.get(day)
        if found is None:
            if len(self._known_spans) >= _MOST_KEPT:
                self._known_spans.clear()
            found = self._known_spans[day] = [
                (self.at(day, item.start).astimezone(UTC), self.at(day, item.start + item.minutes).astimezone(UTC))
                for item in self.hours_of(day)
            ]
        return found

    def _still_searching(self, rest: int) -> int:
        if rest > _LONGEST_REST:
            raise _refused(
                "no_working_time",
                "工作日历一年以上没有工作日，请检查节假日设置。",
                "The calendar has no working day for more than a year; check its holidays.",
            )
        return rest + 1


def check_target(target: Any, mode: str) -> Target:
    """The target as this mode counts it; refuses an unknown mode and mixtures the mode cannot count."""
    if mode not in MODES:
        raise _refused(
            "unknown_clock",
            f"没有“{mode}”这种计时方式，可用：natural、working、calendar_days。",
            f'There is no clock "{mode}"; use natural, working or calendar_days.',
        )
    length = Target.parse(target)
    if mode == "natural" and length.months:
        raise _refused("uncountable_target", "自然小时计时不能用月。", "Natural hours cannot count months.")
    if mode == "calendar_days" and length.time:
        raise _refused("uncountable_target", "自然日计时只能用天和月。", "Calendar days count days and months only.")
    if mode == "working" and not (length.is_time or length.is_days):
        raise _refused(
            "uncountable_target",
            "工作时间计时请只用小时(PT8H)或只用工作日(P3D)。",
            "Working time counts either hours (PT8H) or working days (P3D), not both and no months.",
        )
    if mode == "working" and isinstance(target, timedelta) and target and not target % timedelta(days=1):
        # FEEL turns PT24H and P1D into the same duration; here they are 24 working hours and one working day.
        raise _refused(
            "uncountable_target",
            '分不清是工作日还是工作小时，请写成文字，例如 "P1D" 或 "PT24H"。',
            'Working days or working hours? Write the limit as text, such as "P1D" or "PT24H".',
        )
    return length


def add_months(day: date, months: int) -> date:
    """The same day number `months` later, or the end of the month when it has none (D01)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first_of_next = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (first_of_next - timedelta(days=1)).day))


def _too_long() -> Refusal:
    return _refused("too_long", "时间跨度超过一百年。", "This spans more than a hundred years.")


def _refused(code: str, zh: str, en: str) -> Refusal:
    return Refusal(code, Message(zh, en), status=422)
