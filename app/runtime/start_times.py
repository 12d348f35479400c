"""When a timer start event starts next: dates, repeating intervals, and cycles of the company's calendar."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from app import clock
from app.calendar import Cycle, WorkCalendar
from app.engine import Timer, is_expression, timers
from app.messages import Message, Refusal

Evaluate = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class NextStart:
    """The next start; `due_at` null: there is none. `text` says what was read, `of_calendar` that days may move."""

    text: str
    due_at: datetime | None
    repeats: int | None = 0
    of_calendar: bool = False


def first_start(timer: Timer, evaluate: Evaluate, calendar: WorkCalendar, now: datetime) -> NextStart:
    """The first start after `now`. A date that is over starts nothing; a null expression neither.

    A cycle is `R/P1D`, a cron expression read with the unit's working days, or FEEL that gives either of them or the
    moment of the next start: then it is asked again after each start. Raises ValueError and Refusal.
    """
    value = evaluate(timer.text[1:]) if is_expression(timer.text) else timer.text
    if value is None:
        return NextStart(timer.text, None, of_calendar=True)
    text = str(value)
    if timer.kind != "cycle":
        due = timers.due(timer.kind, value, now, clock.ZONE)
        return NextStart(timer.text, _whole(due.at) if due.at > now else None)
    if text.startswith("R"):
        due = timers.due("cycle", text, now, clock.ZONE)
        return _upcoming(text, due, now)
    if timers.is_cron(text):
        return NextStart(text, _whole(Cycle.parse(text).next_after(now, calendar)), None, of_calendar=True)
    moment = timers.moment(value, clock.ZONE)
    if moment <= now:
        raise Refusal(
            "start_not_later",
            Message(
                f"周期表达式 {timer.text} 得到 {moment.astimezone(clock.ZONE):%Y-%m-%d %H:%M}，应为以后的时间。",
                f"The cycle {timer.text} gave {moment.isoformat()}, which is not in the future.",
            ),
            status=422,
        )
    return NextStart(timer.text, _whole(moment), None, of_calendar=True)


def following_start(
    timer: Timer,
    evaluate: Evaluate,
    calendar: WorkCalendar,
    now: datetime,
    *,
    due_at: datetime,
    repeats: int | None,
    text: str,
) -> NextStart:
    """The start after the one that was due at `due_at`; what was missed until `now` is counted and not done again."""
    if timer.kind != "cycle":
        return NextStart(text, None)
    if text.startswith("R"):
        interval = text.rpartition("/")[2]
        following = timers.following(interval, repeats, due_at)
        return NextStart(text, None) if following is None else _upcoming(text, following, now)
    return first_start(timer, evaluate, calendar, now)


def _upcoming(text: str, due: timers.Due, now: datetime) -> NextStart:
    """The first one of a cycle that lies after `now`."""
    following: timers.Due | None = due
    while following is not None and following.at <= now:
        assert following.interval is not None
        length = timers.duration(following.interval)
        missed = 0 if length.months else int((now - following.at) / length.rest)
        if following.repeats is not None and following.repeats < missed:
            return NextStart(text, None)
        rest = None if following.repeats is None else following.repeats - missed
        following = timers.following(following.interval, rest, following.at + missed * length.rest)
    return NextStart(text, None) if following is None else NextStart(text, _whole(following.at), following.repeats)


def _whole(moment: datetime) -> datetime:
    """In UTC and whole seconds, as every database keeps it."""
    return moment.astimezone(UTC).replace(microsecond=0)
