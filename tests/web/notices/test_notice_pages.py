"""My messages on the page, my choices, and what the administrator sees of messages that did not arrive."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from app.clock import ManualClock
from app.house import House
from app.identity import load_actor_by_login
from app.identity.tables import user_account
from app.notices import choice_of, find_new
from app.notices.outbox import send_due
from app.runtime import reassign_task, start_case
from tests.web.conftest import ClientOf

ME = "hotline_agent_2"


class _Broken:
    def send(self, _letter: object) -> None:
        from app.notices import RefusedForGood

        raise RefusedForGood("no such mailbox")


def person(house: House, login: str) -> Any:
    with house.db.reading() as tx:
        found = load_actor_by_login(tx, login)
    assert found is not None
    return found


@pytest.fixture
def given(house: House, manual_clock: ManualClock) -> int:
    """A task that the leader gave to me; its number."""
    agent, leader = person(house, "hotline_agent_1"), person(house, "department_leader_1")
    with house.db.transaction() as tx:
        tx.execute(update(user_account).where(user_account.c.login == ME).values(email="me@example.com"))
        find_new(tx, {"mail"}, house.calendar)
        case = start_case(tx, house.world, actor=agent, process_key="contact_intake", unit_code="O1")
    manual_clock.advance("PT1M")
    with house.db.transaction() as tx:
        reassign_task(
            tx, house.world, actor=leader, task_id=case.opened[0].id, to_login=ME,
            reason="请今天办", leads={"/": frozenset({"hotline_agent"})},
        )  # fmt: skip
        find_new(tx, {"mail"}, house.calendar)
    return int(case.opened[0].id)


def text_of(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


class TestMyMessages:
    def test_are_listed_counted_and_lead_to_the_task(self, given: int, client_of: ClientOf) -> None:
        me = client_of(ME)
        assert me.get("/api/inbox/counts").json["counts"]["unread"] == 1
        shown = text_of(me.get("/notices"))
        assert "新任务：" in shown
        assert "请今天办" in shown
        opened = me.get("/notices/1")
        assert opened.headers["Location"] == f"/tasks/{given}"
        assert me.get("/api/inbox/counts").json["counts"]["unread"] == 0

    def test_are_nobody_elses(self, given: int, client_of: ClientOf) -> None:
        other = client_of("hotline_agent_1")
        assert "请今天办" not in text_of(other.get("/notices"))
        assert other.get("/notices/1").status_code == 404
        assert client_of(ME).get("/api/inbox/counts").json["counts"]["unread"] == 1

    def test_can_all_be_marked_as_read_by_me_alone(self, given: int, client_of: ClientOf) -> None:
        client_of("hotline_agent_1").post("/notices/read")
        assert client_of(ME).get("/api/inbox/counts").json["counts"]["unread"] == 1
        client_of(ME).post("/notices/read")
        assert client_of(ME).get("/api/inbox/counts").json["counts"]["unread"] == 0


class TestMyChoices:
    def test_are_kept(self, house: House, client_of: ClientOf) -> None:
        me = client_of(ME)
        chosen = {
            "kinds": ["assigned", "queue"], "channels": ["wecom"], "address_wecom": " wang2 ",
            "quiet_from": "21:00", "quiet_until": "06:30", "working_hours": "1", "bundle_minutes": "60",
        }  # fmt: skip
        assert me.post("/me/notices", data=chosen).status_code == 302
        with house.db.reading() as tx:
            kept = choice_of(tx, person(house, ME).id)
        assert (kept.wants("queue"), kept.wants("late")) == (True, False)
        assert (kept.uses("wecom"), kept.uses("mail")) == (True, False)
        assert kept.addresses["wecom"] == "wang2"
        assert (kept.quiet, kept.working_hours, kept.bundle_minutes) == ("21:00-06:30", True, 60)
        assert 'value="21:00"' in text_of(me.get("/me/notices"))

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"quiet_from": "21:00"}, "免打扰时间"),
            ({"quiet_from": "25:00", "quiet_until": "06:00"}, "免打扰时间"),
            ({"bundle_minutes": "7"}, "合并发送"),
            ({"address_wecom": "x" * 65}, "64"),
        ],
    )
    def test_that_make_no_sense_are_refused_with_the_reason(
        self, client_of: ClientOf, wrong: dict[str, str], said: str
    ) -> None:
        answer = client_of(ME).post("/me/notices", data={"bundle_minutes": "0", **wrong})
        assert answer.status_code == 422
        assert said in text_of(answer)


def test_the_administrator_sees_what_did_not_arrive_and_sends_it_once_more(
    given: int, house: House, client_of: ClientOf
) -> None:
    assert send_due(house.db, {"mail": _Broken()}, "") == 0
    admin = client_of("system_admin_1")
    assert "1 条提醒没有送达" in text_of(admin.get("/admin"))
    assert "no such mailbox" in text_of(admin.get("/admin/messages"))
    assert client_of(ME).get("/admin/messages").status_code == 403
    admin.post("/admin/messages/retry")
    assert "都已送达" in text_of(admin.get("/admin/messages"))
    with house.db.reading() as tx:
        assert tx.value(select(user_account.c.email).where(user_account.c.login == ME)) == "me@example.com"
