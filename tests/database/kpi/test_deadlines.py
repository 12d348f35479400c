"""The deadlines that run now, by kind and state, and the list behind each number."""

from __future__ import annotations

import pytest

from app.kpi import count_deadlines, find_deadlines
from tests.database.kpi.conftest import O1, O2, Records


@pytest.fixture
def running(records: Records) -> Records:
    """One clock of every state; now is 20 March 10:00."""
    spans = {
        "R": ("03-20 09:00", "03-20 21:00"),
        "W": ("03-20 01:00", "03-20 11:00"),
        "B": ("03-20 01:00", "03-20 09:00"),
        "E": ("03-19 01:00", "03-19 09:00"),
    }
    for case_no, (started, due) in spans.items():
        records.case(case_no, unit=O2 if case_no == "E" else O1)
        records.clock(case_no, "reply", started, due)
    records.case("P")
    records.clock("P", "onsite", "03-19 01:00", "03-19 09:00", paused=True)
    records.case("M")
    records.clock("M", "reply", "03-19 01:00", "03-19 09:00", met="03-19 08:00")
    records.case("C")
    records.clock("C", "reply", "03-19 01:00", "03-19 09:00", cancelled="03-19 08:00")
    return records


def test_every_clock_is_in_one_state(running: Records) -> None:
    assert count_deadlines(running.tx, reach=["/C1/"], now=running.now) == {
        ("reply", "running"): 1,
        ("reply", "warned"): 1,
        ("reply", "breached"): 1,
        ("reply", "escalated"): 1,
        ("onsite", "paused"): 1,
    }


def test_only_of_ones_units(running: Records) -> None:
    assert ("reply", "escalated") not in count_deadlines(running.tx, reach=[O1], now=running.now)
    assert count_deadlines(running.tx, reach=[], now=running.now) == {}
    assert sum(count_deadlines(running.tx, reach=["/C1/"], now=running.now, unit=O2).values()) == 1


def test_the_list_has_the_most_overdue_first(running: Records) -> None:
    found = find_deadlines(running.tx, reach=["/C1/"], now=running.now)
    assert [one.row.case_no for one in found] == ["E", "P", "B", "W", "R"]
    assert [one.state for one in found] == ["escalated", "paused", "breached", "warned", "running"]


def test_the_list_narrows_to_a_kind_and_a_state(running: Records) -> None:
    found = find_deadlines(running.tx, reach=["/C1/"], now=running.now, kind="reply", state="breached")
    assert [one.row.case_no for one in found] == ["B"]
    assert found[0].row.customer_name == "示例公交一队"


def test_pages_go_on(running: Records) -> None:
    first = find_deadlines(running.tx, reach=["/C1/"], now=running.now, limit=2)
    assert len(first) == 3
    rest = find_deadlines(running.tx, reach=["/C1/"], now=running.now, offset=4, limit=2)
    assert [one.row.case_no for one in rest] == ["R"]
