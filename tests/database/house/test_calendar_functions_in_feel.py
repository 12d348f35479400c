"""The calendar's functions as diagrams, forms and decisions call them: in FEEL, on the calendar of the unit."""

from __future__ import annotations

from typing import Any

import pytest

from app import calendar, feel
from tests.factories.companies import Company

HERE, THERE = "/C1/R1/O1/", "/C1/R1/O2/"


def say(company: Company, text: str, unit: str = HERE, **names: Any) -> Any:
    with company.db.reading() as tx:
        return feel.to_json(feel.evaluate(text, names, company.world.library(tx, unit)))


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ('working days after(date("2026-02-11"), 7)', "2026-02-27"),
        ("working days after(received, 1)", "2026-03-03"),
        ('working days between(date("2026-02-11"), date("2026-02-28"))', 8),
        ('working duration(received, date and time("2026-03-03T10:00:00+08:00"))', "PT9H30M"),
        ("next working time(received)", "2026-03-02T09:30:00+08:00"),
        ('next working time(date and time("2026-02-14T18:00:00+08:00"))', "2026-02-24T08:30:00+08:00"),
        ("is working time(received)", True),
        ('is working time(date and time("2026-02-16T10:00:00+08:00"))', False),
        ('due at(received, "P7D", "working")', "2026-03-12T00:00:00+08:00"),
        ("working days after(null, 7)", None),
    ],
)
def test_they_answer_on_the_official_calendar(company: Company, text: str, answer: Any) -> None:
    received = feel.evaluate('date and time("2026-03-02T09:30:00+08:00")', {}, feel.BUILTINS)
    assert say(company, text, received=received) == answer


def test_each_unit_has_its_own(company: Company) -> None:
    text = 'is working time(date and time("2026-03-07T10:00:00+08:00"))'
    with company.step() as tx:
        settings = {"working_weekdays": [0, 1, 2, 3, 4, 5], "weekday_hours": {"5": ["09:00-12:00"]}}
        calendar.set_calendar(tx, "O1", settings, actor="somebody", reason="周六营业")
    company.house.refresh()
    assert (say(company, text, HERE), say(company, text, THERE)) == (True, False)


def test_a_mistake_gives_null_as_everywhere_in_feel(company: Company) -> None:
    assert say(company, 'working days after(date("2026-03-02"), 1.5)') is None
    assert say(company, 'due at(date("2026-03-02"), "P1DT4H", "working")') is None
