"""Official holidays and make-up days of a year, taken from the packages that know them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from app.calendar.values import time_ranges
from app.calendar.work_calendar import CalendarDay
from app.messages import Message, Refusal
from app.yaml_file import read_yaml


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """The official days of one year; before the State Council announces it, only a forecast without make-up days."""

    year: int
    announced: bool
    source: str
    days: tuple[CalendarDay, ...]


def official_year(year: int) -> CalendarYear:
    """The days of `year` from `chinesecalendar`, or a forecast from `holidays` flagged as not yet announced."""
    import chinese_calendar
    from chinese_calendar import constants

    known = {day.year for day in constants.holidays}
    if year not in known:
        return _forecast(year)
    labels = {item.value: item.chinese for item in constants.Holiday}
    source = f"chinesecalendar {_version(chinese_calendar, 'chinesecalendar')}"
    days = [
        CalendarDay(day, "holiday", labels[name], name, None, True, source)
        for day, name in constants.holidays.items()
        if day.year == year
    ]
    days += [
        CalendarDay(day, "workday", f"{labels[name]}调休上班", f"Make-up workday for {name}", None, True, source)
        for day, name in constants.workdays.items()
        if day.year == year
    ]
    return CalendarYear(year, True, source, tuple(sorted(days, key=lambda item: item.day)))


def _forecast(year: int) -> CalendarYear:
    import holidays

    source = f"holidays {_version(holidays, 'holidays')}"
    zh = holidays.country_holidays("CN", years=year, language="zh_CN")
    en = holidays.country_holidays("CN", years=year, language="en_US")
    days = tuple(
        CalendarDay(day, "holiday", zh[day], en[day], None, False, source) for day in sorted(zh) if day.year == year
    )
    if not days:
        raise Refusal(
            "year_unknown",
            Message(f"没有 {year} 年的节假日数据。", f"There are no holiday data for {year}."),
            status=404,
        )
    return CalendarYear(year, False, source, days)


def _version(module: Any, distribution: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(distribution)
    except PackageNotFoundError:
        return str(getattr(module, "__version__", ""))


def read_years(file: Path) -> list[CalendarYear]:
    """The years of a calendar file such as `processes/calendars/cn.yaml`."""
    document = read_yaml(file)
    return [_year(int(number), entry) for number, entry in document["years"].items()]


def _year(number: int, entry: Mapping[str, Any]) -> CalendarYear:
    announced, source = entry["state"] == "announced", str(entry.get("source", ""))
    days = []
    for item in entry["days"]:
        day = item["day"] if isinstance(item["day"], date) else date.fromisoformat(str(item["day"]))
        if day.year != number or item["kind"] not in ("holiday", "workday"):
            raise ValueError(f"{item} does not belong to a calendar of {number}")
        hours = time_ranges(item["hours"]) if item.get("hours") else None
        days.append(CalendarDay(day, item["kind"], item.get("zh", ""), item.get("en", ""), hours, announced, source))
    return CalendarYear(number, announced, source, tuple(days))


def as_yaml(years: Iterable[CalendarYear]) -> str:
    """The text of a calendar file."""
    lines = [
        "# Official holidays and make-up workdays 调休 of mainland China, one block per year.",
        "# Written by `python -m app.calendar.seed <first year> <last year>`; state: announced | not_yet_announced.",
        "country: CN",
        "years:",
    ]
    for year in years:
        state = "announced" if year.announced else "not_yet_announced"
        lines += [f"  {year.year}:", f"    state: {state}", f"    source: {year.source}", "    days:"]
        for item in year.days:
            spans = ", ".join(f'"{span}"' for span in item.hours or ())
            hours = f", hours: [{spans}]" if spans else ""
            lines.append(f'      - {{day: {item.day}, kind: {item.kind}, zh: {item.zh}, en: "{item.en}"{hours}}}')
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    first, last = int(sys.argv[1]), int(sys.argv[-1])
    sys.stdout.write(as_yaml(official_year(number) for number in range(first, last + 1)))
