"""Users: found, added, changed, given roles and skills and passwords, leaving with a hand-over, coming back."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.history import history_event
from app.house import House
from app.identity import load_actor_by_login, verify_password
from app.identity.tables import deputy, member, user_account, user_skill
from app.runtime import claim_task, start_case
from app.runtime.tables import user_task
from tests.web.admin.conftest import id_of
from tests.web.conftest import ClientOf


def page(client: FlaskClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return answer.get_data(as_text=True)


def row_of(house: House, login: str) -> Any:
    with house.db.reading() as tx:
        return tx.row(select(user_account).where(user_account.c.login == login))


def roles_of(house: House, login: str) -> set[tuple[str, str]]:
    with house.db.reading() as tx:
        someone = load_actor_by_login(tx, login)
    assert someone is not None
    return {(holding.role, holding.unit_code) for holding in someone.holdings}


def waiting_task(house: House, claimed_by: str | None = None) -> int:
    """A contact at outlet O1 whose first task waits with the hotline, or in somebody's hands."""
    with house.db.transaction() as tx:
        clerk = load_actor_by_login(tx, "hotline_agent_2")
        assert clerk is not None
        start_case(tx, house.world, actor=clerk, process_key="contact_intake", unit_code="O1")
        task_id = int(tx.value(select(user_task.c.id).order_by(user_task.c.id.desc())))
        tx.execute(update(user_task).where(user_task.c.id == task_id).values(assignee_id=None, claimed_at=None))
        if claimed_by is not None:
            someone = load_actor_by_login(tx, claimed_by)
            assert someone is not None
            claim_task(tx, house.world, actor=someone, task_id=task_id)
    return task_id


def task_row(house: House, task_id: int) -> Any:
    with house.db.reading() as tx:
        return tx.row(select(user_task).where(user_task.c.id == task_id))


class TestTheList:
    def test_it_shows_names_roles_in_chinese_and_units(self, admin: FlaskClient) -> None:
        text = page(admin, "/admin/users?text=维修员甲")
        for word in ("维修员甲", "service_engineer_1", "服务人员", "示例一站", "在职"):
            assert word in text, word

    def test_it_filters_by_unit_with_what_is_below_by_role_and_by_state(self, admin: FlaskClient) -> None:
        assert "维修员甲" in page(admin, "/admin/users?unit=R1&role=service_engineer")
        assert "维修员丙" not in page(admin, "/admin/users?unit=O1&role=service_engineer")
        assert "没有符合条件的用户" in page(admin, "/admin/users?state=left")
        assert "维修员甲" in page(admin, "/admin/users?state=no_password&text=维修员")

    def test_it_has_pages_and_keeps_the_filter_on_them(self, admin: FlaskClient) -> None:
        first = page(admin, "/admin/users?unit=C1")
        match = re.search(r'rel="next" href="([^"]+)"', first)
        assert match is not None
        assert "unit=C1" in match[1]
        second = page(admin, match[1].replace("&amp;", "&"))
        assert 'rel="prev"' in second

    def test_the_english_page_is_english(self, admin: FlaskClient) -> None:
        assert "Service engineer" in page(admin, "/admin/users?text=service_engineer_1&lang=en")


NEW = {
    "name": "新人丁",
    "login": "xinren",
    "unit": "O1",
    "role": "service_engineer",
    "phone": "000-0002-0001",
    "email": "x@example.org",
    "language": "zh",
    "password": "long enough 1",
}


class TestAdding:
    def test_a_user_is_added_with_role_and_a_password_to_be_changed(self, admin: FlaskClient, house: House) -> None:
        answer = admin.post("/admin/users/new", data=NEW, follow_redirects=True)
        assert "已添加新人丁" in answer.get_data(as_text=True)
        row = row_of(house, "xinren")
        assert verify_password(row.password_hash, "long enough 1")
        assert row.must_change_password
        assert row.email == "x@example.org"
        assert roles_of(house, "xinren") == {("service_engineer", "O1")}

    @pytest.mark.parametrize(
        ("field", "value", "says"),
        [
            ("name", " ", "请填写姓名"),
            ("login", "", "请填写登录名"),
            ("login", "a b", "不含空格"),
            ("login", "hotline_agent_1", "已被使用"),
            ("unit", "", "请选择单位"),
            ("password", "short", "至少 10 个字符"),
            ("role", "customer", "请选择角色"),
            ("phone", "1" * 21, "最多 20 个字符"),
        ],
    )
    def test_a_mistake_stands_at_its_field_and_what_was_typed_stays(
        self, admin: FlaskClient, house: House, field: str, value: str, says: str
    ) -> None:
        answer = admin.post("/admin/users/new", data={**NEW, field: value})
        assert answer.status_code == 422
        text = answer.get_data(as_text=True)
        assert says in text
        assert f'id="f-{field}-error"' in text
        assert 'value="x@example.org"' in text
        assert row_of(house, "xinren") is None


class TestChanging:
    def test_data_and_unit_change_and_are_on_record(self, admin: FlaskClient, house: House) -> None:
        number = id_of(house, "service_engineer_1")
        answer = admin.post(
            f"/admin/users/{number}",
            data={"name": "维修员甲甲", "phone": "", "email": "", "language": "en", "unit": "O2"},
            follow_redirects=True,
        ).get_data(as_text=True)
        assert "维修员甲甲" in answer
        assert "调到 示例二站" in answer
        row = row_of(house, "service_engineer_1")
        assert (row.phone, row.language) == (None, "en")

    def test_an_empty_name_stands_at_its_field(self, admin: FlaskClient, house: House) -> None:
        answer = admin.post(f"/admin/users/{id_of(house, 'service_engineer_1')}", data={"name": " ", "unit": "O1"})
        assert answer.status_code == 422
        assert "姓名不能为空" in answer.get_data(as_text=True)

    def test_an_unknown_user_is_not_found(self, admin: FlaskClient) -> None:
        page(admin, "/admin/users/99999", 404)

    def test_a_role_is_given_and_can_be_taken_back_from_the_notice(self, admin: FlaskClient, house: House) -> None:
        number = id_of(house, "hotline_agent_1")
        answer = admin.post(
            f"/admin/users/{number}/roles", data={"role": "cs_supervisor", "unit": "O1"}, follow_redirects=True
        ).get_data(as_text=True)
        assert "客服甲现在是客服主管" in answer
        assert f'action="/admin/users/{number}/roles/remove"' in answer
        assert ("cs_supervisor", "O1") in roles_of(house, "hotline_agent_1")
        admin.post(f"/admin/users/{number}/roles/remove", data={"role": "cs_supervisor", "unit": "O1"})
        assert roles_of(house, "hotline_agent_1") == {("hotline_agent", "O1")}

    def test_roles_outside_the_company_and_unknown_ones_cannot_be_held(self, admin: FlaskClient, house: House) -> None:
        number = id_of(house, "hotline_agent_1")
        for role in ("customer", "first_responder", "nonsense", ""):
            assert admin.post(f"/admin/users/{number}/roles", data={"role": role, "unit": "O1"}).status_code == 422

    def test_taking_the_last_role_at_a_unit_moves_waiting_tasks_to_whoever_has_it(
        self, admin: FlaskClient, house: House
    ) -> None:
        task_id = waiting_task(house)
        before = task_row(house, task_id).queue_id
        for login in ("hotline_agent_1", "hotline_agent_2"):
            admin.post(f"/admin/users/{id_of(house, login)}/roles/remove", data={"role": "hotline_agent", "unit": "O1"})
        admin.post(
            f"/admin/users/{id_of(house, 'general_manager_1')}/roles", data={"role": "hotline_agent", "unit": "C1"}
        )
        after = task_row(house, task_id).queue_id
        assert after != before
        with house.db.reading() as tx:
            assert tx.value(select(member.c.user_id).where(member.c.queue_id == after)) == id_of(
                house, "general_manager_1"
            )

    def test_nobody_takes_the_administrators_role_from_himself(self, admin: FlaskClient, house: House) -> None:
        answer = admin.post(
            f"/admin/users/{id_of(house, 'system_admin_1')}/roles/remove", data={"role": "system_admin", "unit": "C1"}
        )
        assert answer.status_code == 422
        assert "不能取消自己" in answer.get_data(as_text=True)

    def test_skills_are_replaced_with_their_certificates(self, admin: FlaskClient, house: House) -> None:
        number = id_of(house, "service_engineer_1")
        admin.post(f"/admin/users/{number}/skills", data={"skill": ["body", "engine"], "until_engine": "2026-03-20"})
        with house.db.reading() as tx:
            rows = tx.rows(select(user_skill).where(user_skill.c.user_id == number).order_by(user_skill.c.skill))
        assert [(row.skill, str(row.certificate_valid_to)) for row in rows] == [
            ("body", "None"),
            ("engine", "2026-03-20"),
        ]
        assert "快到期" in page(admin, f"/admin/users/{number}")
        assert "证书到 2026-03-20" in page(admin, "/admin")

    def test_a_certificate_day_that_is_none_stands_at_its_field(self, admin: FlaskClient, house: House) -> None:
        number = id_of(house, "service_engineer_1")
        answer = admin.post(f"/admin/users/{number}/skills", data={"skill": ["body"], "until_body": "明年"})
        assert answer.status_code == 422
        assert "日期请写成" in answer.get_data(as_text=True)


class TestPasswords:
    def test_a_temporary_password_is_shown_once_and_must_be_changed(
        self, admin: FlaskClient, house: House, client_of: ClientOf
    ) -> None:
        agent = client_of("hotline_agent_1")
        assert agent.get("/me").status_code == 200
        text = admin.post(f"/admin/users/{id_of(house, 'hotline_agent_1')}/password").get_data(as_text=True)
        match = re.search(r"<dd>([a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4})</dd>", text)
        assert match is not None
        row = row_of(house, "hotline_agent_1")
        assert verify_password(row.password_hash, match[1])
        assert row.must_change_password
        # Open sessions of the user end.
        assert agent.get("/me").status_code == 302

    def test_the_history_never_holds_the_password(self, admin: FlaskClient, house: House) -> None:
        text = admin.post(f"/admin/users/{id_of(house, 'hotline_agent_1')}/password").get_data(as_text=True)
        password = re.findall(r"[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}", text)[0]
        with house.db.reading() as tx:
            assert not any(password in str(row.data) for row in tx.rows(select(history_event)))

    def test_ones_own_password_is_not_reset_here(self, admin: FlaskClient, house: House) -> None:
        assert admin.post(f"/admin/users/{id_of(house, 'system_admin_1')}/password").status_code == 422


class TestLeaving:
    def test_open_tasks_go_to_the_successor_in_the_same_step(self, admin: FlaskClient, house: House) -> None:
        task_id = waiting_task(house, "hotline_agent_1")
        number = id_of(house, "hotline_agent_1")
        assert "手中有 1 个任务" in page(admin, f"/admin/users/{number}/leave")
        answer = admin.post(
            f"/admin/users/{number}/leave", data={"to": "客服乙（hotline_agent_2）"}, follow_redirects=True
        ).get_data(as_text=True)
        assert "交接了 1 个任务" in answer
        assert task_row(house, task_id).assignee_id == id_of(house, "hotline_agent_2")
        assert not row_of(house, "hotline_agent_1").active

    def test_without_a_successor_they_go_back_to_the_queue(self, admin: FlaskClient, house: House) -> None:
        task_id = waiting_task(house, "hotline_agent_1")
        admin.post(f"/admin/users/{id_of(house, 'hotline_agent_1')}/leave", data={"to": ""})
        row = task_row(house, task_id)
        assert (row.assignee_id, row.state) == (None, "open")

    def test_a_task_given_to_the_person_alone_needs_a_successor_and_nothing_happens_without(
        self, admin: FlaskClient, house: House
    ) -> None:
        task_id = waiting_task(house, "hotline_agent_1")
        with house.db.transaction() as tx:
            tx.execute(update(user_task).where(user_task.c.id == task_id).values(queue_id=None))
        answer = admin.post(f"/admin/users/{id_of(house, 'hotline_agent_1')}/leave", data={"to": ""})
        assert answer.status_code == 422
        assert "请选择接手人" in answer.get_data(as_text=True)
        assert row_of(house, "hotline_agent_1").active
        assert task_row(house, task_id).assignee_id == id_of(house, "hotline_agent_1")

    @pytest.mark.parametrize(
        ("successor", "says"), [("没有这个人", "没有在职人员"), ("客服甲", "接手人必须是另一名在职人员")]
    )
    def test_a_successor_that_does_not_work_stands_at_the_field(
        self, admin: FlaskClient, house: House, successor: str, says: str
    ) -> None:
        answer = admin.post(f"/admin/users/{id_of(house, 'hotline_agent_1')}/leave", data={"to": successor})
        assert answer.status_code == 422
        assert says in answer.get_data(as_text=True)
        assert row_of(house, "hotline_agent_1").active

    def test_deputyships_on_either_side_end(self, admin: FlaskClient, house: House) -> None:
        times = {"from_at": "2026-03-02T08:00", "until_at": "2026-04-02T08:00"}
        admin.post("/admin/deputies", data={"who": "hotline_agent_1", "deputy": "hotline_agent_2", **times})
        admin.post("/admin/deputies", data={"who": "cs_supervisor_1", "deputy": "hotline_agent_1", **times})
        admin.post(f"/admin/users/{id_of(house, 'hotline_agent_1')}/leave", data={"to": ""})
        with house.db.reading() as tx:
            ends = [str(row.until_at)[:10] for row in tx.rows(select(deputy))]
        assert ends == ["2026-03-02", "2026-03-02"]
        assert roles_of(house, "hotline_agent_2") == {("hotline_agent", "O1")}

    def test_whoever_left_is_logged_out_and_comes_back_with_the_old_roles(
        self, admin: FlaskClient, house: House, client_of: ClientOf
    ) -> None:
        agent = client_of("hotline_agent_1")
        number = id_of(house, "hotline_agent_1")
        admin.post(f"/admin/users/{number}/leave", data={"to": ""})
        assert agent.get("/me").status_code == 302
        assert "客服甲" in page(admin, "/admin/users?state=left")
        answer = admin.post(f"/admin/users/{number}/return", follow_redirects=True).get_data(as_text=True)
        assert "客服甲已恢复" in answer
        assert roles_of(house, "hotline_agent_1") == {("hotline_agent", "O1")}
        assert row_of(house, "hotline_agent_1").must_change_password
        with house.db.reading() as tx:
            assert tx.row(select(member).where(member.c.user_id == number)) is not None

    def test_one_cannot_deactivate_oneself(self, admin: FlaskClient, house: House) -> None:
        answer = admin.post(f"/admin/users/{id_of(house, 'system_admin_1')}/leave", data={"to": ""})
        assert answer.status_code == 422
        assert row_of(house, "system_admin_1").active

    def test_the_last_administrator_stays(self, admin: FlaskClient, house: House) -> None:
        admin.post(f"/admin/users/{id_of(house, 'system_admin_2')}/leave", data={"to": ""})
        assert not row_of(house, "system_admin_2").active
        answer = admin.post(
            f"/admin/users/{id_of(house, 'system_admin_1')}/roles/remove", data={"role": "system_admin", "unit": "C1"}
        )
        assert answer.status_code == 422

    def test_leaving_twice_is_refused(self, admin: FlaskClient, house: House) -> None:
        path = f"/admin/users/{id_of(house, 'hotline_agent_1')}/leave"
        admin.post(path, data={"to": ""})
        assert admin.post(path, data={"to": ""}).status_code == 422
