"""What a person sees at single steps of a whole case, played through the real commands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from app.clock import ManualClock
from app.house import House
from app.identity import load_actor_by_login
from app.runtime import start_case
from app.runtime.tables import user_task
from tests.web.conftest import ClientOf
from tools.whole_case import AGENT, WHOLE_CASE, act

Shown = dict[str, Any]


@pytest.fixture
def shown(house: House, client_of: ClientOf, manual_clock: ManualClock) -> Any:
    """`shown(element)` plays until an element waits, and gives its page as whoever does it sees it."""

    def play(until: str) -> Shown:
        with house.db.transaction() as tx:
            agent = load_actor_by_login(tx, AGENT)
            assert agent is not None
            case = start_case(tx, house.world, actor=agent, process_key="contact_intake", unit_code="O1")
        while True:
            manual_clock.advance("PT2M")
            with house.db.transaction() as tx:
                waiting = select(user_task).where(user_task.c.case_no == case.case_no, user_task.c.state == "open")
                open_ones = {row.element_id: row for row in tx.rows(waiting.order_by(user_task.c.id))}
                if until in open_ones:
                    break
                act(
                    tx,
                    house.world,
                    next(open_ones[each] for each in WHOLE_CASE if each in open_ones),
                    manual_clock.now(),
                )
        answer = client_of(WHOLE_CASE[until][0]).get(f"/api/tasks/{open_ones[until].id}")
        assert answer.status_code == 200
        page: Shown = answer.json
        return page

    return play


def groups(page: Shown) -> Iterator[tuple[str, list[str]]]:
    """The groups of a form as they are read: whether one is folded, and the keys in it."""
    for each in page["schema"]["components"]:
        folded = "folded" if each.get("properties", {}).get("folded") == "true" else "open"
        yield folded, [child.get("key", child.get("path", "")) for child in each.get("components", ())]


@pytest.mark.parametrize("step", ["confirm_repair", "agree_service_mode"])
def test_the_warranty_stands_before_the_eyes_of_whoever_confirms_a_repair(shown: Any, step: str) -> None:
    page = shown(step)
    assert page["data"]["warranty_status"] == "in_warranty"
    (where,) = [folded for folded, keys in groups(page) if "warranty_status" in keys]
    assert where == "open"


def test_the_warranty_is_not_asked_for_before_it_is_known(shown: Any) -> None:
    assert not any("warranty_status" in keys for _, keys in groups(shown("register_repair")))


def test_hours_and_costs_begin_with_a_line_for_each_member_of_the_team(shown: Any) -> None:
    page = shown("register_return")
    lines = page["data"]["hour_lines"]
    assert [line["user"] for line in lines] == [page["data"].get("engineer", "service_engineer_1")]
    assert lines[0]["date"] == "2026-03-02"
    assert "hours" not in lines[0]
