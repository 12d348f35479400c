"""Who is told of a promise at risk: at 80 % whoever has the task, at 100 % his superior, at 200 % the next level."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update

from app.clock import ManualClock
from app.house import House
from app.identity import load_actor_by_login
from app.identity.tables import user_account
from app.runtime import start_case
from app.runtime.clock_watch import announce_due_clocks
from app.runtime.tables import user_task
from tests.web.conftest import ClientOf

# cs_supervisor leads the hotline agents, department_leader leads the supervisor.
AGENT, SUPERVISOR, LEADER, FAR_SUPERVISOR = (
    "hotline_agent_1",
    "cs_supervisor_1",
    "department_leader_1",
    "cs_supervisor_3",
)
Shown = Callable[[str, str], str]


@pytest.fixture
def case_no(house: House) -> str:
    with house.db.transaction() as tx:
        agent = load_actor_by_login(tx, AGENT)
        assert agent is not None
        record = start_case(
            tx, house.world, actor=agent, process_key="contact_intake", unit_code="O1", variables={}, claim=True
        )
    return record.case_no


@pytest.fixture
def after(house: House, case_no: str, manual_clock: ManualClock) -> Callable[[str], None]:
    """Let time pass; the worker looks at the clocks."""

    def pass_time(length: str) -> None:
        manual_clock.advance(length)
        with house.db.transaction() as tx:
            announce_due_clocks(tx, house.world)

    return pass_time


@pytest.fixture
def shown(client_of: ClientOf) -> Shown:
    return lambda login, whose: str(client_of(login).get(f"/clocks/{whose}").get_data(as_text=True)).strip()


def test_nobody_is_told_before_eighty_percent(after: Callable[[str], None], shown: Shown) -> None:
    after("PT19H")
    assert [shown(login, whose) for login in (AGENT, SUPERVISOR, LEADER) for whose in ("mine", "team")] == [""] * 6


def test_at_eighty_percent_only_whoever_has_the_task_is_told(
    after: Callable[[str], None], shown: Shown, case_no: str
) -> None:
    after("PT20H")
    text = shown(AGENT, "mine")
    for word in ("已用 80 %", case_no, "答复时限：24 小时"):
        assert word in text, word
    assert (shown(SUPERVISOR, "team"), shown(LEADER, "team"), shown(SUPERVISOR, "mine")) == ("", "", "")


def test_at_the_due_time_the_superior_is_told_and_nobody_above(
    after: Callable[[str], None], shown: Shown, case_no: str
) -> None:
    after("PT24H")
    assert "已超期" in shown(SUPERVISOR, "team")
    assert case_no in shown(SUPERVISOR, "team")
    assert shown(LEADER, "team") == ""
    assert "已超期" in shown(AGENT, "mine")


def test_at_twice_the_time_the_next_level_is_told_too(after: Callable[[str], None], shown: Shown) -> None:
    after("PT48H")
    assert "超期一倍" in shown(LEADER, "team")
    assert "超期一倍" in shown(SUPERVISOR, "team")


def test_another_outlet_is_told_nothing(after: Callable[[str], None], shown: Shown) -> None:
    after("PT48H")
    assert shown(FAR_SUPERVISOR, "team") == ""


def test_whoever_takes_the_task_over_is_told(
    after: Callable[[str], None], shown: Shown, house: House, case_no: str
) -> None:
    after("PT20H")
    with house.db.transaction() as tx:
        other = tx.value(select(user_account.c.id).where(user_account.c.login == "hotline_agent_2"))
        tx.execute(update(user_task).where(user_task.c.case_no == case_no).values(assignee_id=other))
    assert shown(AGENT, "mine") == ""
    assert case_no in shown("hotline_agent_2", "mine")


def test_a_clock_that_stands_still_or_was_kept_tells_nobody(
    after: Callable[[str], None], shown: Shown, client_of: ClientOf, case_no: str, house: House
) -> None:
    after("PT20H")
    number = _clock(house, case_no)
    client_of(SUPERVISOR).post(
        f"/cases/{case_no}/clocks/{number}/pause", data={"reason": "customer_absent", "note": "门锁着"}
    )
    assert shown(AGENT, "mine") == ""
    client_of(SUPERVISOR).post(f"/cases/{case_no}/clocks/{number}/resume")
    assert case_no in shown(AGENT, "mine")


def test_inbox_and_team_page_fetch_what_is_at_risk(client_of: ClientOf) -> None:
    assert 'hx-get="/clocks/mine"' in client_of(AGENT).get("/").get_data(as_text=True)
    assert 'hx-get="/clocks/team"' in client_of(SUPERVISOR).get("/team").get_data(as_text=True)


def _clock(house: House, case_no: str) -> Any:
    from app.calendar.tables import service_clock

    with house.db.reading() as tx:
        return tx.value(select(service_clock.c.id).where(service_clock.c.case_no == case_no))
