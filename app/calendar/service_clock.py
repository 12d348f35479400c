"""A service clock: when a promise warns, is due and escalates, with its pauses, as a value without a database."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, Literal

from app.calendar.values import Target, clock_time_words
from app.calendar.work_calendar import WorkCalendar, check_target
from app.messages import Message, Refusal

State = Literal["running", "warned", "paused", "breached", "escalated", "met", "met_late"]

WARN_SHARE, BREACH_SHARE, ESCALATE_SHARE = 0.8, 1, 2  # CA18

PAUSE_REASONS: dict[str, Message] = {
    "customer_consent": Message("等待客户同意", "waiting for consent"),
    "weather": Message("天气原因（已告知客户）", "for the weather (customer informed)"),
    "customer_absent": Message("客户不在", "because the customer was absent"),
}
"""The only reasons that stop a clock (CA17)."""


@dataclass(frozen=True, slots=True)
class Pause:
    """One interruption of a clock; without an end it still lasts."""

    reason: str
    start: datetime
    end: datetime | None = None

    def __post_init__(self) -> None:
        if self.reason not in PAUSE_REASONS:
            names_zh = "、".join(text.zh for text in PAUSE_REASONS.values())
            names_en = ", ".join(PAUSE_REASONS)
            raise Refusal(
                "pause_reason_unknown",
                Message(f"只能因以下原因暂停计时：{names_zh}。", f"A clock pauses only for: {names_en}."),
                field="reason",
                status=422,
            )
        if self.end is not None and self.end < self.start:
            raise Refusal(
                "pause_ends_before_start",
                Message("暂停的结束时间不能早于开始时间。", "A pause cannot end before it starts."),
                status=422,
            )


@dataclass(frozen=True)
class ServiceClock:
    """A promise that began at `started_at` and runs for `target` on one of the three modes of `WorkCalendar.due_at`.

    Time inside a pause does not count. On working days a day counts when the clock runs at its 24:00, so a pause
    within one day costs nothing and one from Monday to Wednesday moves the due date by two working days.
    Calendar days never pause (CA17, CA05).
    """

    started_at: datetime
    target: Target
    mode: str = "natural"
    calendar: WorkCalendar = field(default_factory=WorkCalendar, compare=False, repr=False)
    pauses: tuple[Pause, ...] = ()
    met_at: datetime | None = None

    def __post_init__(self) -> None:
        if self.started_at.tzinfo is None:
            raise ValueError("a service clock starts at an aware moment")
        object.__setattr__(self, "target", check_target(self.target, self.mode))
        if self.pauses and self.mode == "calendar_days":
            raise Refusal(
                "calendar_days_never_pause",
                Message("按自然日计算的期限不能暂停。", "A limit in calendar days never pauses."),
            )
        before = self.started_at
        for number, pause in enumerate(self.pauses, 1):
            open_inside = pause.end is None and number < len(self.pauses)
            if pause.start < before or open_inside:
                raise Refusal(
                    "pauses_overlap",
                    Message(
                        "暂停必须在计时开始之后，且不能互相重叠。", "Pauses lie after the start and do not overlap."
                    ),
                )
            before = pause.end or pause.start

    # -- changes ------------------------------------------------------------------------------------------------

    @property
    def is_paused(self) -> bool:
        """Whether a pause still lasts."""
        return bool(self.pauses) and self.pauses[-1].end is None

    def paused(self, reason: str, at: datetime) -> ServiceClock:
        """The clock with a pause that begins at `at`; refused while paused or after the promise was met."""
        if self.met_at is not None:
            raise Refusal(
                "clock_stopped", Message("计时已经结束，不能暂停。", "The clock has stopped and cannot pause.")
            )
        if self.is_paused:
            raise Refusal("clock_paused", Message("计时已处于暂停状态。", "The clock is paused already."))
        return replace(self, pauses=(*self.pauses, Pause(reason, at)))

    def resumed(self, at: datetime) -> ServiceClock:
        """The clock running again since `at`; refused when it was not paused."""
        if not self.is_paused:
            raise Refusal("clock_not_paused", Message("计时没有暂停。", "The clock is not paused."))
        return replace(self, pauses=(*self.pauses[:-1], replace(self.pauses[-1], end=at)))

    def met(self, at: datetime) -> ServiceClock:
        """The clock stopped at `at`, when the promise was kept; a lasting pause ends there."""
        if at < self.started_at:
            raise Refusal(
                "met_before_start",
                Message("完成时间不能早于计时开始时间。", "A promise cannot be met before its clock started."),
            )
        running = self.resumed(max(at, self.pauses[-1].start)) if self.is_paused else self
        return replace(running, met_at=at)

    # -- moments ------------------------------------------------------------------------------------------------

    @cached_property
    def warn_at(self) -> datetime:
        """When 80 % of the promise is used up."""
        return self.at_share(WARN_SHARE)

    @cached_property
    def due_at(self) -> datetime:
        """When the promise is broken. A pause that still lasts counts as over when it began; it moves this later."""
        return self.at_share(BREACH_SHARE)

    @cached_property
    def escalate_at(self) -> datetime:
        """When twice the promise is used up."""
        return self.at_share(ESCALATE_SHARE)

    def at_share(self, share: float) -> datetime:
        """When that share of the promise is used up."""
        if self.mode == "calendar_days":
            return self._calendar_day_share(share)
        if self.mode == "working" and self.target.days:
            return self._working_day_share(share * self.target.days)
        if self.mode == "working":
            return self._running(self.target.time * share, self.calendar.add_working, self.calendar.working_duration)
        length = (timedelta(days=self.target.days) + self.target.time) * share
        return self._running(length, _add_natural, _natural_duration)

    def _running(self, length: timedelta, add: Any, duration: Any) -> datetime:
        """Walk from pause to pause until `length` is used up."""
        start = self.started_at
        for pause in self.pauses:
            available = duration(start, pause.start)
            if available >= length:
                break
            length -= available
            start = pause.end or pause.start
        return self.calendar.moment_of(add(start, length))

    def _working_day_share(self, days: float) -> datetime:
        """24:00 of the last counted day; of a part of a day, when that part of its working time has passed.

        A warning for the last day comes in working time, not at night.
        """
        whole, part = divmod(round(days, 6), 1)
        day = self.calendar.date_of(self.started_at)
        for _ in range(int(whole)):
            day = self._next_counted_day(day)
        if days >= 1 and not part and days % self.target.days == 0:
            return self.calendar.end_of(day)
        if not part:
            part = 1
        else:
            day = self._next_counted_day(day)
        begins, ends = self.calendar.at(day, 0), self.calendar.end_of(day)
        # What a night shift works after 24:00 belongs to a day that may not count any more.
        worked = self.calendar.working_duration(begins, ends)
        return self.calendar.add_working(begins, worked * part) if worked else ends

    def _next_counted_day(self, day: Any) -> Any:
        while True:
            day = self.calendar.working_days_after(day, 1)
            night = self.calendar.end_of(day)
            # A pause that still lasts has no length yet (see `due_at`).
            if not any(pause.end is not None and pause.start < night <= pause.end for pause in self.pauses):
                return day

    def _calendar_day_share(self, share: float) -> datetime:
        if share == int(share):
            return self.calendar.due_at(self.started_at, self.target.times(int(share)), self.mode)
        begins = self.calendar.end_of(self.calendar.date_of(self.started_at))
        due = self.calendar.due_at(self.started_at, self.target, self.mode)
        return self.calendar.moment_of(_add_natural(begins, _natural_duration(begins, due) * share))

    # -- judgement ----------------------------------------------------------------------------------------------

    def is_late(self, now: datetime) -> bool:
        """Whether the promise is broken: met after it was due, or still open then (CA20)."""
        if self.met_at is not None:
            return self.met_at > self.due_at
        return self._stood_still_at(now) >= self.due_at

    def state(self, now: datetime) -> State:
        """How the promise stands at `now`."""
        if self.met_at is not None:
            return "met_late" if self.met_at > self.due_at else "met"
        at = self._stood_still_at(now)
        if at >= self.escalate_at:
            return "escalated"
        if at >= self.due_at:
            return "breached"
        if self.is_paused:
            return "paused"
        return "warned" if at >= self.warn_at else "running"

    def _stood_still_at(self, now: datetime) -> datetime:
        return self.pauses[-1].start if self.is_paused else now

    def paused_for(self) -> dict[str, timedelta]:
        """Ended pauses summed by reason, in natural time."""
        total: dict[str, timedelta] = {}
        for pause in self.pauses:
            if pause.end is not None:
                total[pause.reason] = total.get(pause.reason, timedelta()) + (pause.end - pause.start)
        return total

    def sentence(self, lang: str, now: datetime | None = None) -> str:
        """The promise in one sentence: "12 小时，从 09:10 起，等待客户同意暂停 2 小时，应于 23:10 前完成".

        Dates are left out on the day of `now` (without it: the day of the start).
        """
        zh = lang.lower().startswith("zh")
        today = self.calendar.date_of(now or self.started_at)

        def say(moment: datetime, *, limit: bool = False) -> str:
            return self._say(moment, zh, today, limit=limit)

        words = self.target.words(lang, working=self.mode == "working")
        if self.mode != "natural" and not self.target.time:
            start = say_day(self.calendar.date_of(self.started_at), zh, today)
        else:
            start = say(self.started_at)
        parts = [words, f"从 {start} 起"] if zh else [f"{words} from {start}"]
        for reason, length in self.paused_for().items():
            text, time = PAUSE_REASONS[reason].text(lang), clock_time_words(length, lang)
            parts.append(f"{text}暂停 {time}" if zh else f"paused {time} {text}")
        if self.is_paused:
            pause = self.pauses[-1]
            text, since = PAUSE_REASONS[pause.reason].text(lang), say(pause.start)
            parts.append(f"自 {since} 起暂停（{text}）" if zh else f"paused since {since} {text}")
        due = say(self.due_at, limit=True)
        if self.met_at is not None:
            parts.append(f"应于 {due} 前完成" if zh else f"due {due}")
            met = say(self.met_at)
            parts.append(f"已于 {met} 完成" if zh else f"met {met}")
            if self.met_at > self.due_at:
                late = clock_time_words(self.met_at - self.due_at, lang)
                parts.append(f"迟 {late}" if zh else f"{late} late")
        elif self.is_paused and self.pauses[-1].start >= self.due_at:
            late = clock_time_words(self.pauses[-1].start - self.due_at, lang)
            parts.append(
                f"应于 {due} 前完成，暂停时已超时 {late}" if zh else f"due {due}, overdue by {late} when it paused"
            )
        elif self.is_paused:
            left = self._left(lang)
            parts.append(f"恢复后还剩 {left}" if zh else f"{left} left once it runs again")
        else:
            parts.append(f"应于 {due} 前完成" if zh else f"due {due}")
            if now is not None and now >= self.due_at:
                late = clock_time_words(now - self.due_at, lang)
                parts.append(f"已超时 {late}" if zh else f"overdue by {late}")
            elif year := self._forecast_year:
                parts.append(
                    f"{year} 年节假日尚未公布，可能调整" if zh else f"holidays of {year} not announced, may change"
                )
        return ("，" if zh else ", ").join(parts)

    @property
    def _forecast_year(self) -> int | None:
        """The year of the last day when it was counted in working days that are not announced; None when they are."""
        year, known = self.calendar.date_of(self.due_at - timedelta(seconds=1)).year, self.calendar.announced_years
        return year if self.mode == "working" and known and year > max(known) else None

    def _left(self, lang: str) -> str:
        begun = self.pauses[-1].start
        if self.mode == "working" and self.target.days:
            # The day on which the pause began has not been counted yet, unless the clock started on it.
            counted_to = max(self.calendar.date_of(begun) - timedelta(days=1), self.calendar.date_of(self.started_at))
            last = self.calendar.date_of(self.due_at) - timedelta(days=1)
            days = max(self.calendar.working_days_between(counted_to, last), 0)
            return Target(days=days).words(lang, working=True) if days else clock_time_words(timedelta(), lang)
        if self.mode == "working":
            return clock_time_words(
                max(self.calendar.working_duration(begun, self.due_at), timedelta()), lang, working=True
            )
        return clock_time_words(max(self.due_at - begun, timedelta()), lang)

    def _say(self, moment: datetime, zh: bool, today: Any, *, limit: bool) -> str:
        local = self.calendar.moment_of(moment)
        time = f"{local:%H:%M}"
        if limit and time == "00:00" and not local.second:
            # The end of a day is read as 24:00 of that day, as contracts write it.
            local -= timedelta(days=1)
            time = "24:00"
        return time if local.date() == today else f"{say_day(local.date(), zh, today)} {time}"


def say_day(day: Any, zh: bool, today: Any) -> str:
    """A date as people say it; the year only when it is another one."""
    if zh:
        return f"{day.month}月{day.day}日" if day.year == today.year else f"{day.year}年{day.month}月{day.day}日"
    text = f"{day.day} {_MONTHS[day.month - 1]}"
    return text if day.year == today.year else f"{text} {day.year}"


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _add_natural(start: datetime, length: timedelta) -> datetime:
    return start.astimezone(UTC) + length


def _natural_duration(start: datetime, end: datetime) -> timedelta:
    return end.astimezone(UTC) - start.astimezone(UTC)
