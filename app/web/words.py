"""Moments, durations and deadlines in words."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from app import clock
from app.clock import ZONE

_WEEKDAYS = "一二三四五六日"


_OUTSIDE = {"supplier": ("厂家", "supplier"), "manufacturer": ("厂方", "manufacturer")}


def outsider(role: str, lang: str = "zh") -> str:
    """Who outside the house does a task (`behalf_of`), in a word: the customer, when nothing else is said."""
    zh, en = _OUTSIDE.get(role, ("客户", "customer"))
    return zh if lang.startswith("zh") else en


def moment(at: datetime | None, lang: str = "zh") -> str:
    """2026-03-02 09:00 in the company's zone; today and this year are shortened."""
    if at is None:
        return ""
    local, now = at.astimezone(ZONE), clock.now().astimezone(ZONE)
    if local.date() == now.date():
        return f"今天 {local:%H:%M}" if lang.startswith("zh") else f"today {local:%H:%M}"
    if local.year == now.year:
        if lang.startswith("zh"):
            return f"{local.month}月{local.day}日 周{_WEEKDAYS[local.weekday()]} {local:%H:%M}"
        return f"{local:%a %d %b %H:%M}"
    return f"{local:%Y-%m-%d %H:%M}"


def stretch(start: datetime, end: datetime | None, lang: str = "zh") -> str:
    """2月28日 周六 09:00–09:12: the day once when it is the same; without an end only the start."""
    if end is None:
        return moment(start, lang)
    if start.astimezone(ZONE).date() == end.astimezone(ZONE).date():
        return f"{moment(start, lang)}–{end.astimezone(ZONE):%H:%M}"
    return f"{moment(start, lang)} – {moment(end, lang)}"


def span(length: timedelta, lang: str = "zh") -> str:
    """The largest two units: 2 天 3 小时, 35 分钟."""
    minutes = max(int(abs(length).total_seconds() // 60), 0)
    zh = lang.startswith("zh")
    days, hours, rest = minutes // 1440, minutes % 1440 // 60, minutes % 60
    units = [(days, "天", "d"), (hours, "小时", "h"), (rest, "分钟", "min")]
    shown = [(number, z if zh else e) for number, z, e in units if number]
    if days:
        shown = shown[:2]
    if not shown:
        return "不到 1 分钟" if zh else "under 1 min"
    return " ".join(f"{number} {unit}" for number, unit in shown[:2])


def waiting(since: datetime | None, lang: str = "zh") -> str:
    """等待 2 小时."""
    if since is None:
        return ""
    length = span(clock.now() - since, lang)
    return f"等待 {length}" if lang.startswith("zh") else f"waiting {length}"


def due(start: datetime | None, due_at: datetime | None, lang: str = "zh") -> dict[str, Any] | None:
    """What the due bar shows: words, percent, level (ok, warn from 80 %, over from 100 %), ISO start and due."""
    if due_at is None:
        return None
    now = clock.now()
    began = start or now
    total = max((due_at - began).total_seconds(), 1)
    used = (now - began).total_seconds() / total
    zh = lang.startswith("zh")
    left = due_at - now
    if left < timedelta(0):
        text, level = (f"已超期 {span(left, lang)}" if zh else f"{span(left, lang)} overdue"), "over"
    else:
        text, level = (
            (f"剩余 {span(left, lang)}" if zh else f"{span(left, lang)} left"),
            "warn" if used >= 0.8 else "ok",
        )
    return {
        "words": text,
        "percent": max(0, min(100, round(used * 100))),
        "level": level,
        "start": began.astimezone(ZONE).isoformat(timespec="seconds"),
        "due": due_at.astimezone(ZONE).isoformat(timespec="seconds"),
        "title": moment(due_at, lang),
    }
