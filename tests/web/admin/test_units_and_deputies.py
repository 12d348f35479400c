"""The tree of units, and deputies named by the administrator."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.clock import ManualClock
from app.house import House
from app.identity import load_actor_by_login
from app.identity.tables import deputy, org_unit


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
