"""A clock on the page of a case and of a task: said in a sentence, stopped by whoever may, for three reasons."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from app import calendar
from app.calendar import RunningClock
from app.clock import ManualClock
from app.house import House
from app.identity import load_actor_by_login
from app.runtime import start_case
from tests.web.conftest import ClientOf


def text_of(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


@pytest.fixture
def case(house: House) -> tuple[str, int]:
    """A contact that has come in: its number and its first task."""
    with house.db.transaction() as tx:
        agent = load_actor_by_login(tx, "hotline_agent_1")
        assert agent is not None
        record = start_case(
            tx, house.world, actor=agent, process_key="contact_intake", unit_code="O1", variables={}, claim=True
        )
    return record.case_no, record.opened[0].id


@pytest.fixture
def supervisor(client_of: ClientOf) -> FlaskClient:
    return client_of("cs_supervisor_1")


def clock_of(house: House, case_no: str) -> RunningClock:
    with house.db.reading() as tx:
        (found,) = calendar.clocks_of_case(tx, case_no, lambda path: house.calendar(tx, path))
    return found


def pause(client: FlaskClient, running: RunningClock, **data: str) -> Any:
    form = {"reason": "weather", "note": "电话告知客户", **data}
    return client.post(f"/cases/{running.case_no}/clocks/{running.id}/pause", data=form, follow_redirects=True)


def resume(client: FlaskClient, running: RunningClock) -> Any:
    return client.post(f"/cases/{running.case_no}/clocks/{running.id}/resume", follow_redirects=True)


def test_case_and_task_say_the_promise_in_a_sentence(client_of: ClientOf, house: House, case: tuple[str, int]) -> None:
    agent = client_of("hotline_agent_1")
    sentence = "答复时限：24 小时，从 09:00 起，应于 3月3日 09:00 前完成"
    assert sentence in text_of(agent.get(f"/cases/{case[0]}"))
    assert f'hx-get="/cases/{case[0]}/known"' in text_of(agent.get(f"/tasks/{case[1]}"))
    assert sentence in text_of(agent.get(f"/cases/{case[0]}/known"))
    english = text_of(agent.get(f"/cases/{case[0]}?lang=en"))
    assert "reply: 24 h from 09:00, due 3 Mar 09:00" in english


def test_a_supervisor_stops_a_clock_and_lets_it_run_again(
    supervisor: FlaskClient, house: House, case: tuple[str, int], manual_clock: ManualClock
) -> None:
    running = clock_of(house, case[0])
    text = text_of(pause(supervisor, running))
    assert "已暂停" in text
    assert "自 09:00 起暂停（天气原因（已告知客户））" in text
    manual_clock.advance("PT2H")
    text = text_of(resume(supervisor, running))
    assert "天气原因（已告知客户）暂停 2 小时，应于 3月3日 11:00 前完成" in text
    history = text_of(supervisor.get(f"/cases/{case[0]}/history"))
    for word in ("暂停答复时限：天气原因", "电话告知客户", "恢复答复时限"):
        assert word in history, word


def test_every_pause_stands_there_with_reason_start_and_end(
    supervisor: FlaskClient, house: House, case: tuple[str, int], manual_clock: ManualClock
) -> None:
    running = clock_of(house, case[0])
    for reason in ("weather", "customer_absent"):
        pause(supervisor, running, reason=reason)
        manual_clock.advance("PT30M")
        resume(supervisor, running)
    assert [
        (each.reason, str(each.end - each.start)) for each in clock_of(house, case[0]).clock.pauses if each.end
    ] == [
        ("weather", "0:30:00"),
        ("customer_absent", "0:30:00"),
    ]
    text = text_of(supervisor.get(f"/cases/{case[0]}"))
    assert "09:00" in text
    assert "09:30" in text
    assert "客户不在" in text


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"reason": "lunch"}, "只能因以下原因暂停计时"),
        ({"reason": ""}, "只能因以下原因暂停计时"),
        ({"note": "  "}, "请写明向谁了解"),
    ],
)
def test_other_reasons_and_silence_are_refused(
    supervisor: FlaskClient, house: House, case: tuple[str, int], data: dict[str, str], says: str
) -> None:
    running = clock_of(house, case[0])
    assert says in text_of(pause(supervisor, running, **data))
    assert not clock_of(house, case[0]).clock.is_paused


def test_a_clock_that_stands_still_is_not_stopped_again_and_one_that_runs_is_not_resumed(
    supervisor: FlaskClient, house: House, case: tuple[str, int]
) -> None:
    running = clock_of(house, case[0])
    assert "计时没有暂停" in text_of(resume(supervisor, running))
    pause(supervisor, running)
    assert "已处于暂停状态" in text_of(pause(supervisor, running))


def test_a_limit_in_calendar_days_offers_no_pause_and_refuses_one(
    supervisor: FlaskClient, house: House, case: tuple[str, int]
) -> None:
    """Regulatory counters never pause (CA05, CA17)."""
    first = clock_of(house, case[0])
    with house.db.transaction() as tx:
        made = calendar.start_clock(
            tx, case_no=case[0], kind="resolve", target="P15D", mode="calendar_days",
            calendar=house.calendar(tx, first.org_unit), org_unit=first.org_unit,
        )  # fmt: skip
    assert made is not None
    text = text_of(supervisor.get(f"/cases/{case[0]}"))
    assert f"/clocks/{first.id}/pause" in text
    assert f"/clocks/{made.id}/pause" not in text
    assert "不能暂停" in text_of(pause(supervisor, made))


def test_whoever_may_not_sees_the_sentence_without_the_button(
    client_of: ClientOf, house: House, case: tuple[str, int]
) -> None:
    running = clock_of(house, case[0])
    for login in ("hotline_agent_1", "service_engineer_1"):
        client = client_of(login)
        assert "/pause" not in text_of(client.get(f"/cases/{case[0]}"))
        assert pause(client, running).status_code == 403
    assert not clock_of(house, case[0]).clock.is_paused
