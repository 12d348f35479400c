"""What the calendar pages share: weekdays, hours and shifts as people write them, and the sentence about clocks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from app.calendar import Shift, TimeRange, WorkCalendar, time_ranges
from app.messages import Message, Refusal
from app.web.access import language, t

WEEKDAYS = (
    Message("周一", "Mon"),
    Message("周二", "Tue"),
    Message("周三", "Wed"),
    Message("周四", "Thu"),
    Message("周五", "Fri"),
    Message("周六", "Sat"),
    Message("周日", "Sun"),
)
_SHIFT = re.compile(r"(?P<name>.+?)\s+(?P<hours>\d{1,2}:\d{2}\s*[-–—~至]\s*\d{1,2}:\d{2})\s*(?P<days>.*)$")
_BREAK = re.compile(r"[,，、;；\s]+")


def weekday_names(days: Any) -> str:
    """Weekdays in words, Monday first."""
    return t("、", ", ").join(WEEKDAYS[day].text(language()) for day in sorted(days))


def read_ranges(text: str, field: str, *, needed: bool = False) -> list[str]:
    """Time ranges as typed, one per line or with commas; a mistake stands at its field."""
    try:
        found = [str(item) for item in time_ranges(text.replace("\n", ",").replace("：", ":"))]
    except Refusal as refusal:
        raise Refusal(refusal.code, refusal.message, field=field, status=422) from None
    if needed and not found:
        raise Refusal(
            "hours_missing",
            Message("请填写时间段，例如 08:30-17:30。", "Give time ranges such as 08:30-17:30."),
            field=field,
            status=422,
        )
    return found


def read_shifts(text: str, before: Sequence[Mapping[str, Any]], field: str) -> list[dict[str, Any]]:
    """Shifts as typed, one per line: "夜班 / Night 22:00-06:00 周五 周六"; without weekdays it is every day.

    A shift that keeps its name keeps its key (`before`: the stored ones).
    """
    keys = {item["zh"]: item["key"] for item in before}
    free = (f"shift_{number}" for number in range(1, 1000) if f"shift_{number}" not in set(keys.values()))
    found: list[dict[str, Any]] = []
    for line in filter(None, (line.strip() for line in text.replace("：", ":").splitlines())):
        match = _SHIFT.match(line)
        if match is None:
            raise _wrong(line, field)
        (hours,) = read_ranges(match["hours"], field)
        zh, _, en = (part.strip() for part in match["name"].partition("/"))
        if any(item["zh"] == zh for item in found):
            raise Refusal(
                "shift_twice",
                Message(f"班次“{zh}”出现了两次。", f"The shift “{zh}” stands there twice."),
                field=field,
                status=422,
            )
        item = {"key": keys.get(zh) or next(free), "zh": zh, "en": en or zh, "hours": hours}
        if match["days"].strip():
            item["weekdays"] = sorted({_weekday(word, line, field) for word in _BREAK.split(match["days"].strip())})
        found.append(item)
    return found


def shift_lines(shifts: Sequence[Shift]) -> list[str]:
    """Shifts as one types them."""
    lines = []
    for item in shifts:
        name = item.zh if item.en in ("", item.zh) else f"{item.zh} / {item.en}"
        days = "" if len(item.weekdays) == 7 else " " + " ".join(WEEKDAYS[day].zh for day in sorted(item.weekdays))
        lines.append(f"{name} {item.hours}{days}")
    return lines


def shift_words(item: Shift) -> str:
    """A shift in words."""
    days = t("每天", "every day") if len(item.weekdays) == 7 else weekday_names(item.weekdays)
    return f"{item.zh if language() == 'zh' else item.en} {item.hours}（{days}）"


def _weekday(word: str, line: str, field: str) -> int:
    for number, label in enumerate(WEEKDAYS):
        if word in (label.zh, label.zh.replace("周", "星期")) or word.lower()[:3] == label.en.lower():
            return number
    raise _wrong(line, field)


def _wrong(line: str, field: str) -> Refusal:
    return Refusal(
        "bad_shift",
        Message(
            f"班次“{line}”请写成“夜班 22:00-06:00 周五 周六”。",
            f"Write the shift “{line}” like “Night 22:00-06:00 Fri Sat”.",
        ),
        field=field,
        status=422,
    )


def shown_hours(found: WorkCalendar) -> dict[str, str]:
    """The hours of a calendar in words."""
    none = t("无", "none")
    joint = t("、", ", ")

    def spans(ranges: Sequence[TimeRange]) -> str:
        return joint.join(map(str, ranges))

    special = joint.join(
        f"{WEEKDAYS[day].text(language())} {spans(hours)}" for day, hours in sorted(found.weekday_hours.items())
    )
    work = f"{spans(found.work_hours)}（{weekday_names(found.working_weekdays)}）"
    every_day = len(found.dispatch_weekdays) == 7
    return {
        "work": work + (f"；{special}" if special else ""),
        "quiet": spans(found.quiet_windows) or none,
        "duty": spans(found.duty_hours) or none,
        "dispatch": t("每天", "every day") if every_day else weekday_names(found.dispatch_weekdays),
        "shifts": t("；", "; ").join(map(shift_words, found.shifts)) or none,
    }


def reason_of(form: Any) -> str:
    """Why; a change of a calendar needs it."""
    reason = str(form.get("reason", "")).strip()
    if not reason:
        raise Refusal("reason_missing", Message("请填写原因。", "Please give the reason."), field="reason", status=422)
    return reason


def moved_words(number: int) -> str:
    """How many clocks a change moved; nothing when none."""
    if not number:
        return ""
    return t(f"{number} 个进行中的时限已重新计算。", f" {number} running deadlines were computed again.")
