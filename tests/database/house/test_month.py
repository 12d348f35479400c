"""A few cases of a busy month, each on a way of its own through every procedure that it comes to."""

from __future__ import annotations

from typing import Any

import pytest

from tools.bench.month import measure


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    return measure("sqlite", 20)


def test_cases_find_their_way_through_many_procedures(report: dict[str, Any]) -> None:
    assert report["cases"] == 20
    assert report["tasks"] > 100
    assert len(report["instances"]) >= 10


def test_nothing_breaks_on_the_way(report: dict[str, Any]) -> None:
    assert report["incidents"] == 0


def test_the_ledger_and_every_register_hold_at_its_end(report: dict[str, Any]) -> None:
    assert report["broken"] == []
