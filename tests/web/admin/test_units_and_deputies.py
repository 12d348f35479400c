"""The tree of units, and deputies named by the administrator."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.clock import ManualClock
from app.house import House
from app.identity import load_actor_by_login
from app.identity.tables import deputy, org_unit, user_account
from app.runtime import start_case


class TestUnits:
    def test_the_tree_shows_every_unit_with_its_people(self, admin: FlaskClient) -> None:
        text = admin.get("/admin/units").get_data(as_text=True)
        for word in ("示例客车", "示例华东区", "示例一站", "O2", "网点"):
            assert word in text, word

    def test_an_outlet_is_added_below_a_region(self, admin: FlaskClient, house: House) -> None:
        answer = admin.post(
            "/admin/units",
            data={"parent": "R1", "kind": "outlet", "code": "O3", "name": "示例三站"},
            follow_redirects=True,
        ).get_data(as_text=True)
        assert "示例三站" in answer
        with house.db.reading() as tx:
            assert tx.value(select(org_unit.c.path).where(org_unit.c.code == "O3")) == "/C1/R1/O3/"

    @pytest.mark.parametrize(
        ("change", "field", "says"),
        [
            ({"code": "O1"}, "code", "已被使用"),
            ({"code": "a/b"}, "code", "字母和数字"),
            ({"code": "三站"}, "code", "字母和数字"),
            ({"name": " "}, "name", "请填写名称"),
            ({"parent": ""}, "parent", "请选择上级单位"),
            ({"parent": "O1"}, "kind", "下面不能设"),
            ({"kind": "company"}, "kind", "下面不能设"),
        ],
    )
    def test_a_mistake_stands_at_its_field(
        self, admin: FlaskClient, change: dict[str, str], field: str, says: str
    ) -> None:
        data = {"parent": "R1", "kind": "outlet", "code": "O3", "name": "示例三站"}
        answer = admin.post("/admin/units", data={**data, **change})
        assert answer.status_code == 422
        text = answer.get_data(as_text=True)
        assert says in text
        assert f'id="f-{field}-error"' in text

    def test_a_unit_is_renamed_and_the_notice_takes_it_back(self, admin: FlaskClient, house: House) -> None:
        answer = admin.post("/admin/units/O1", data={"name": "示例总站"}, follow_redirects=True).get_data(as_text=True)
        assert "现在叫“示例总站”" in answer
        assert 'name="name" value="示例一站"' in answer
        admin.post("/admin/units/O1", data={"name": "示例一站"})
        with house.db.reading() as tx:
            assert tx.value(select(org_unit.c.name).where(org_unit.c.code == "O1")) == "示例一站"

    def test_an_empty_name_is_refused_beside_the_unit(self, admin: FlaskClient) -> None:
        answer = admin.post("/admin/units/O1", data={"name": "  "})
        assert answer.status_code == 422
        assert "名称不能为空" in answer.get_data(as_text=True)
        assert admin.post("/admin/units/XX", data={"name": "x"}).status_code == 404


TIMES = {"from_at": "2026-03-02T10:00", "until_at": "2026-03-09T10:00"}


class TestClosing:
    @pytest.fixture
    def empty(self, admin: FlaskClient) -> str:
        """A new outlet that nobody works at."""
        admin.post("/admin/units", data={"parent": "R1", "kind": "outlet", "code": "O3", "name": "示例三站"})
        return "O3"

    def test_an_empty_unit_is_closed_offered_nowhere_and_opened_again(
        self, admin: FlaskClient, house: House, empty: str
    ) -> None:
        answer = admin.post(f"/admin/units/{empty}/close", follow_redirects=True).get_data(as_text=True)
        assert "“示例三站”已停用" in answer
        assert f"/admin/units/{empty}/reopen" in answer
        assert "示例三站" not in admin.get("/admin/users/new").get_data(as_text=True)
        admin.post(f"/admin/units/{empty}/reopen")
        assert "示例三站" in admin.get("/admin/users/new").get_data(as_text=True)
        told = admin.get("/admin/audit").get_data(as_text=True)
        assert "停用单位：示例三站" in told
        assert "恢复单位：示例三站" in told

    def test_a_unit_with_people_and_work_is_refused_with_every_reason(self, admin: FlaskClient, house: House) -> None:
        with house.db.transaction() as tx:
            agent = load_actor_by_login(tx, "hotline_agent_1")
            assert agent is not None
            start_case(tx, house.world, actor=agent, process_key="contact_intake", unit_code="O1")
        answer = admin.post("/admin/units/O1/close")
        text = answer.get_data(as_text=True)
        assert answer.status_code == 422
        for reason in ("还不能停用", "所属人员", "在此担任角色", "未办任务 1 个", "在办流程 1 个"):
            assert reason in text, reason
        with house.db.reading() as tx:
            assert tx.value(select(org_unit.c.active).where(org_unit.c.code == "O1"))

    def test_a_region_with_open_outlets_is_refused(self, admin: FlaskClient) -> None:
        assert "下级单位 2 个" in admin.post("/admin/units/R1/close").get_data(as_text=True)

    def test_nobody_joins_a_closed_unit(self, admin: FlaskClient, empty: str) -> None:
        admin.post(f"/admin/units/{empty}/close")
        person = {"name": "新人", "login": "xinren", "unit": empty}
        assert "已停用" in admin.post("/admin/users/new", data=person).get_data(as_text=True)
        below = {"parent": empty, "kind": "outlet", "code": "O4", "name": "示例四站"}
        assert admin.post("/admin/units", data=below).status_code == 422

    def test_who_left_comes_back_only_when_his_unit_is_open(self, admin: FlaskClient, house: House, empty: str) -> None:
        admin.post("/admin/users/new", data={"name": "新人", "login": "xinren", "unit": empty})
        with house.db.reading() as tx:
            user_id = tx.value(select(user_account.c.id).where(user_account.c.login == "xinren"))
        admin.post(f"/admin/users/{user_id}/leave")
        assert admin.post(f"/admin/units/{empty}/close").status_code == 302
        assert "请先恢复单位" in admin.post(f"/admin/users/{user_id}/return").get_data(as_text=True)
        admin.post(f"/admin/units/{empty}/reopen")
        assert admin.post(f"/admin/users/{user_id}/return").status_code == 302

    def test_closing_twice_and_opening_an_open_unit_are_refused(self, admin: FlaskClient, empty: str) -> None:
        assert admin.post(f"/admin/units/{empty}/reopen").status_code == 422
        admin.post(f"/admin/units/{empty}/close")
        assert admin.post(f"/admin/units/{empty}/close").status_code == 422
        assert admin.post("/admin/units/nothing/close").status_code == 404


class TestDeputies:
    def test_a_deputy_holds_the_roles_while_it_lasts(
        self, admin: FlaskClient, house: House, manual_clock: ManualClock
    ) -> None:
        text = admin.post(
            "/admin/deputies",
            data={"who": "领导甲", "deputy": "客服主管甲", **TIMES},
            follow_redirects=True,
        )
        assert text.status_code == 422  # nobody is called so: 主管甲 is
        admin.post("/admin/deputies", data={"who": "领导甲", "deputy": "主管甲（cs_supervisor_1）", **TIMES})
        assert "将开始" in admin.get("/admin/deputies").get_data(as_text=True)

        def holds() -> bool:
            with house.db.reading() as tx:
                someone = load_actor_by_login(tx, "cs_supervisor_1")
            return someone is not None and someone.holds("department_leader")

        assert not holds()
        manual_clock.advance("PT2H")
        assert holds()
        assert "代理中" in admin.get("/admin/deputies").get_data(as_text=True)
        with house.db.reading() as tx:
            number = tx.value(select(deputy.c.id))
        admin.post(f"/admin/deputies/{number}/end")
        assert not holds()
        assert "已结束" in admin.get("/admin/deputies?when=over").get_data(as_text=True)

    @pytest.mark.parametrize(
        ("change", "field", "says"),
        [
            ({"who": ""}, "who", "请选择人员"),
            ({"deputy": "没有人"}, "deputy", "没有在职人员"),
            ({"deputy": "department_leader_1"}, "deputy", "不能是本人"),
            ({"until_at": "2026-03-01T10:00"}, "until_at", "必须晚于"),
            ({"from_at": "明天"}, "from_at", "请填写日期和时间"),
            ({"from_at": "0001-01-01T00:00"}, "from_at", "请填写日期和时间"),
            ({"until_at": "9999-12-31T23:59"}, "until_at", "请填写日期和时间"),
            ({"reason": "长" * 201}, "reason", "最多 200 个字符"),
        ],
    )
    def test_a_mistake_stands_at_its_field(
        self, admin: FlaskClient, change: dict[str, str], field: str, says: str
    ) -> None:
        data = {"who": "department_leader_1", "deputy": "cs_supervisor_1", **TIMES}
        answer = admin.post("/admin/deputies", data={**data, **change})
        assert answer.status_code == 422
        text = answer.get_data(as_text=True)
        assert says in text
        assert f'id="f-{field}-error"' in text

    def test_a_name_that_two_people_have_asks_for_the_login(self, admin: FlaskClient) -> None:
        admin.post("/admin/users/new", data={"name": "客服甲", "login": "other", "unit": "O1"})
        data = {"who": "客服甲", "deputy": "cs_supervisor_1", **TIMES}
        answer = admin.post("/admin/deputies", data=data)
        assert answer.status_code == 422
        assert "有 2 位在职人员叫" in answer.get_data(as_text=True)

    def test_the_empty_page_says_how_to_begin(self, admin: FlaskClient) -> None:
        assert "没有代理" in admin.get("/admin/deputies").get_data(as_text=True)
