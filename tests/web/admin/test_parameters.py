"""Parameters: shown with origin, changed with a reason, versions, back to the default, undo, the promise."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from app import calendar, clock, parameters
from app.clock import ManualClock
from app.house import House
from app.web.admin.parameter_fields import SECTIONS, section_of
from app.web.application import create_app  # noqa: F401 - imports every page once
from tests.web.conftest import ClientOf

REPLY = "/admin/parameters/sla.default_reply_hours"


def value(house: House, name: str) -> Any:
    with house.db.reading() as tx:
        return parameters.current(tx, house.book).value(name)


def text_of(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


class TestTheList:
    def test_parameters_stand_under_headings_with_value_and_origin(self, admin: FlaskClient) -> None:
        text = text_of(admin.get("/admin/parameters"))
        for word in ("来电与响应时限", "默认答复时限", "24 小时", "默认", "D04 row 13"):
            assert word in text, word

    def test_every_parameter_has_a_heading(self, house: House) -> None:
        assert {section_of(name) for name in house.book.definitions} <= set(SECTIONS)

    def test_the_list_can_be_searched_and_filtered_by_origin(self, admin: FlaskClient) -> None:
        assert "没有符合条件的参数" in text_of(admin.get("/admin/parameters?origin=company&section=parts"))
        admin.post(REPLY, data={"value": "12", "reason": "试行"})
        text = text_of(admin.get("/admin/parameters?origin=company"))
        assert "默认答复时限" in text
        assert "12 小时" in text
        assert "默认到场时限" not in text

    def test_every_parameter_page_opens(self, admin: FlaskClient, house: House) -> None:
        for name in house.book.definitions:
            assert admin.get(f"/admin/parameters/{name}").status_code == 200, name
        assert admin.get("/admin/parameters/no.such").status_code == 404

    def test_roles_are_read_and_typed_by_their_names(self, admin: FlaskClient, house: House) -> None:
        url = "/admin/parameters/privacy.contact_roles"
        shown = text_of(admin.get(url))
        assert "客服主管" in shown
        assert "cs_supervisor" not in shown
        admin.post(url, data={"value": "客服主管\nhotline_agent", "reason": "GR13"})
        assert value(house, "privacy.contact_roles") == ["cs_supervisor", "hotline_agent"]
        refused = admin.post(url, data={"value": "没有的岗位", "reason": "GR13"})
        assert refused.status_code == 422
        assert "没有“没有的岗位”这个岗位" in text_of(refused)


class TestChanging:
    def test_a_change_is_in_force_at_once_with_version_and_record(self, admin: FlaskClient, house: House) -> None:
        with house.db.reading() as tx:
            assert house.parameters(tx).value("sla.default_reply_hours") == 24
        text = text_of(admin.post(REPLY, data={"value": "12", "reason": "客户要求"}, follow_redirects=True))
        for word in ("现在是：12 小时", "客户要求", "管理员甲", "撤销", "本公司"):
            assert word in text, word
        with house.db.reading() as tx:
            assert house.parameters(tx).value("sla.default_reply_hours") == 12
        assert "24 小时 → 12 小时" in text_of(admin.get("/admin/audit?group=parameters"))

    @pytest.mark.parametrize(
        ("data", "field", "says"),
        [
            ({"value": "12", "reason": " "}, "reason", "须填写原因"),
            ({"value": "", "reason": "x"}, "value", "请填写数字"),
            ({"value": "很快", "reason": "x"}, "value", "不是数字"),
            ({"value": "1.5", "reason": "x"}, "value", "应为整数"),
            ({"value": "-1", "reason": "x"}, "value", "不能小于"),
            ({"value": "NaN", "reason": "x"}, "value", "不是数字"),
        ],
    )
    def test_a_mistake_stands_at_its_field_and_nothing_changes(
        self, admin: FlaskClient, house: House, data: dict[str, str], field: str, says: str
    ) -> None:
        answer = admin.post(REPLY, data=data)
        assert answer.status_code == 422
        assert says in text_of(answer)
        assert f'id="f-{field}-error"' in text_of(answer)
        assert value(house, "sla.default_reply_hours") == 24

    def test_a_page_that_is_out_of_date_overwrites_nothing(self, admin: FlaskClient, house: House) -> None:
        admin.post(REPLY, data={"value": "12", "reason": "甲", "version": "0"})
        answer = admin.post(REPLY, data={"value": "8", "reason": "乙", "version": "0"})
        assert answer.status_code == 422
        assert "刚被他人修改" in text_of(answer)
        assert value(house, "sla.default_reply_hours") == 12

    def test_a_change_may_begin_on_a_later_day(
        self, admin: FlaskClient, house: House, manual_clock: ManualClock
    ) -> None:
        data = {"value": "12", "reason": "新规", "valid_from": "2026-03-05"}
        text = text_of(admin.post(REPLY, data=data, follow_redirects=True))
        assert "现在是：24 小时。从 2026-03-05 起是：12 小时" in text
        assert "24 小时 → 12 小时（2026-03-0" in text_of(admin.get("/admin/audit?group=parameters"))
        assert value(house, "sla.default_reply_hours") == 24
        manual_clock.advance("P3D")
        assert value(house, "sla.default_reply_hours") == 12

    def test_a_change_that_was_to_begin_later_is_taken_back_for_that_day(
        self, admin: FlaskClient, house: House, manual_clock: ManualClock
    ) -> None:
        admin.post(REPLY, data={"value": "12", "reason": "新规", "valid_from": "2026-03-05"})
        admin.post(f"{REPLY}/undo", data={"version": "1"})
        manual_clock.advance("P9D")
        assert value(house, "sla.default_reply_hours") == 24

    def test_what_moves_deadlines_holds_at_once(self, admin: FlaskClient, house: House) -> None:
        url = "/admin/parameters/calendar.work_hours"
        data = {"value": "09:00-18:00", "reason": "夏令", "valid_from": "2026-03-05"}
        assert "只能立即生效" in text_of(admin.post(url, data=data))
        assert value(house, "calendar.work_hours") == ["08:30-17:30"]

    def test_a_page_says_whether_running_instances_keep_their_value(self, admin: FlaskClient) -> None:
        assert "保持开始时的值" in text_of(admin.get(REPLY))
        assert "也立即有效" in text_of(admin.get("/admin/parameters/kpi.k06"))

    def test_optional_ones_can_be_left_unset(self, admin: FlaskClient, house: House) -> None:
        admin.post(REPLY, data={"not_set": "1", "value": "", "reason": "不承诺"})
        assert value(house, "sla.default_reply_hours") is None
        assert "未约定" in text_of(admin.get(REPLY))

    @pytest.mark.parametrize(
        ("name", "data", "expected"),
        [
            ("returns.quality_required", {"value": "no"}, False),
            ("sla.clock", {"value": "working"}, "working"),
            ("major.amount", {"value": "6,000.50"}, 6000.5),
            ("kpi.k06", {"value": "80"}, 80),
            ("sla.home_regions", {"value": "江苏\n山东、河南"}, ["江苏", "山东", "河南"]),
            ("calendar.quiet_windows", {"value": "12：00 - 13:00\n21:00~08:00"}, ["12:00-13:00", "21:00-08:00"]),
            (
                "exchange.route",
                {"value_end_customer": "P24", "value_dealer": "P23"},
                {"end_customer": "P24", "dealer": "P23"},
            ),
            ("approval.deputy", {"value": "单位领导 → 总经理"}, {"department_leader": "general_manager"}),
            (
                "lane.map",
                {"value": "回访员 → 内勤、zhang\ncallback_agent_x"},
                None,
            ),
            ("lane.map", {"value": "回访员：内勤、zhang"}, {"callback_agent": ["back_office_clerk", "zhang"]}),
            ("dispatch.role", {"value": "cs_supervisor"}, "cs_supervisor"),
            ("oldparts.cycle", {"value": "0 0 9 L * *"}, "0 0 9 L * *"),
            ("calendar.tz", {"value": "Asia/Nowhere"}, None),
        ],
    )
    def test_every_type_is_read_as_people_type_it(
        self, admin: FlaskClient, house: House, name: str, data: dict[str, str], expected: Any
    ) -> None:
        before = value(house, name)
        answer = admin.post(f"/admin/parameters/{name}", data={**data, "reason": "试"})
        assert answer.status_code == (302 if expected is not None else 422), text_of(answer)
        assert value(house, name) == (expected if expected is not None else before)

    def test_what_the_page_shows_can_be_saved_again_for_every_parameter(self, admin: FlaskClient, house: House) -> None:
        from app.web.admin.parameter_fields import as_text, from_form

        for name, definition in house.book.definitions.items():
            now = value(house, name)
            form = {"value": as_text(definition, now, "zh")}
            form |= {f"value_{key}": choice for key, choice in now.items()} if definition.type == "choices" else {}
            if now is None:
                form["not_set"] = "1"
            assert definition.check(from_form(definition, form)) == now, name


class TestGoingBack:
    def test_undo_brings_the_value_before_back_as_a_further_version(self, admin: FlaskClient, house: House) -> None:
        admin.post(REPLY, data={"value": "12", "reason": "一"})
        admin.post(REPLY, data={"value": "8", "reason": "二"})
        admin.post(f"{REPLY}/undo", data={"version": "2"})
        assert value(house, "sla.default_reply_hours") == 12
        assert "撤销：二" in text_of(admin.get(REPLY))

    def test_undo_of_the_first_change_lets_the_default_hold_again(self, admin: FlaskClient, house: House) -> None:
        admin.post(REPLY, data={"value": "12", "reason": "一"})
        admin.post(f"{REPLY}/undo", data={"version": "1"})
        assert value(house, "sla.default_reply_hours") == 24

    def test_undo_of_something_changed_again_is_refused(self, admin: FlaskClient, house: House) -> None:
        admin.post(REPLY, data={"value": "12", "reason": "一"})
        admin.post(REPLY, data={"value": "8", "reason": "二"})
        assert admin.post(f"{REPLY}/undo", data={"version": "1"}).status_code == 409
        assert value(house, "sla.default_reply_hours") == 8

    def test_back_to_the_default_needs_a_reason(self, admin: FlaskClient, house: House) -> None:
        admin.post(REPLY, data={"value": "12", "reason": "一"})
        assert admin.post(f"{REPLY}/reset", data={"reason": ""}).status_code == 422
        admin.post(f"{REPLY}/reset", data={"reason": "试行结束"})
        assert value(house, "sla.default_reply_hours") == 24
        assert "恢复默认" in text_of(admin.get(REPLY))


class TestThePromise:
    def test_the_effect_is_shown_before_and_comes_into_force_after(self, admin: FlaskClient, house: House) -> None:
        path = "/admin/parameters/company.profile"
        preview = text_of(admin.get(f"{path}?preview=bus_maker"))
        assert "换成“客车制造企业”后" in preview
        assert "有偿服务须先经领导批准" in preview
        admin.post(path, data={"value": "bus_maker", "reason": "按公司承诺"})
        assert value(house, "paid.leader_approval") is True
        assert "客车制造企业" in text_of(admin.get("/admin/parameters"))
        assert "服务承诺" in text_of(admin.get("/admin/parameters?origin=profile"))

    def test_an_unknown_promise_is_refused(self, admin: FlaskClient) -> None:
        answer = admin.post("/admin/parameters/company.profile", data={"value": "magic", "reason": "x"})
        assert answer.status_code == 422

    def test_a_promise_fixed_by_the_installation_is_not_changed_here(self, house: House, client_of: ClientOf) -> None:
        client = client_of("system_admin_1")
        assert house.profile == "bus_maker"
        path = "/admin/parameters/company.profile"
        assert "由安装设置固定" in text_of(client.get(path))
        assert client.post(path, data={"value": "other", "reason": "x"}).status_code == 422


def test_other_working_hours_move_the_deadlines_that_run(admin: FlaskClient, house: House) -> None:
    with house.db.transaction() as tx:
        begun = calendar.start_clock(
            tx,
            case_no="SC1",
            kind="reply",
            target="PT8H",
            mode="working",
            calendar=house.calendar(tx, "/C1/R1/O1/"),
            org_unit="/C1/R1/O1/",
        )
    assert begun is not None
    answer = admin.post(
        "/admin/parameters/calendar.work_hours", data={"value": "09:00-12:00", "reason": "夏季"}, follow_redirects=True
    )
    assert "1 个进行中的时限已重新计算" in text_of(answer)
    with house.db.reading() as tx:
        moved = calendar.load_clock(tx, begun.id, lambda path: house.calendar(tx, path))
    assert moved.clock.due_at > begun.clock.due_at
    assert clock.now() < moved.clock.due_at


class TestWhoMayChange:
    def test_a_process_owner_changes_rules_but_not_who_takes_over_a_role(
        self, client_of: ClientOf, house: House
    ) -> None:
        owner = client_of("process_owner_1")
        assert "参数与日历" in text_of(owner.get("/procedures"))
        owner.post(REPLY, data={"value": "12", "reason": "评审通过"})
        assert value(house, "sla.default_reply_hours") == 12
        url = "/admin/parameters/approval.deputy"
        assert "只能由系统管理员设置" in text_of(owner.get(url))
        assert owner.post(url, data={"value": "", "reason": "x"}).status_code == 403
        assert owner.post(f"{url}/reset", data={"reason": "x"}).status_code == 403
        assert owner.post(f"{url}/undo", data={"version": "1"}).status_code == 403


class TestOfAPromise:
    """A service promise has values of its own, below those of the company."""

    URL, SCOPE = f"{REPLY}?scope=machinery", "machinery"

    def of(self, house: House, profile: str) -> Any:
        with house.db.reading() as tx:
            return parameters.in_force(house.book, parameters.load_values(tx), profile).value("sla.default_reply_hours")

    def change(self, admin: FlaskClient, **values: Any) -> Any:
        return admin.post(REPLY, data={"scope": self.SCOPE, "value": "9", "reason": "合同约定", **values})

    def test_it_is_changed_for_this_promise_alone(self, admin: FlaskClient, house: House) -> None:
        before, other = value(house, "sla.default_reply_hours"), self.of(house, "car_shop")
        assert self.change(admin, version="0").status_code == 302
        assert (self.of(house, "machinery"), self.of(house, "car_shop")) == (9, other)
        assert value(house, "sla.default_reply_hours") == before
        page = text_of(admin.get(self.URL))
        for words in ("您在看服务承诺", "现在：9 小时", "合同约定"):
            assert words in page, words
        assert "服务承诺“" in text_of(admin.get("/admin/audit?group=parameters"))

    def test_the_value_of_the_company_goes_first(self, admin: FlaskClient, house: House) -> None:
        admin.post(REPLY, data={"value": "12", "reason": "试行", "version": "0"})
        self.change(admin, version="0")
        assert self.of(house, "machinery") == 12
        assert "以它为准" in text_of(admin.get(self.URL))

    def test_versions_of_company_and_promise_are_counted_apart(self, admin: FlaskClient, house: House) -> None:
        admin.post(REPLY, data={"value": "12", "reason": "试行", "version": "0"})
        assert self.change(admin, version="1").status_code == 422
        assert self.change(admin, version="0").status_code == 302

    def test_undo_and_back_to_what_the_promise_says(self, admin: FlaskClient, house: House) -> None:
        shipped = self.of(house, "machinery")
        self.change(admin)
        self.change(admin, value="8")
        assert admin.post(f"{REPLY}/undo", data={"scope": self.SCOPE, "version": "2"}).status_code == 302
        assert self.of(house, "machinery") == 9
        assert admin.post(f"{REPLY}/undo", data={"scope": self.SCOPE, "version": "2"}).status_code == 409
        data = {"scope": self.SCOPE, "version": "3", "reason": "恢复"}
        assert admin.post(f"{REPLY}/reset", data=data).status_code == 302
        assert self.of(house, "machinery") == shipped

    def test_a_mistake_stands_at_its_field(self, admin: FlaskClient, house: House) -> None:
        refused = self.change(admin, value="soon")
        assert (refused.status_code, "您在看服务承诺" in text_of(refused)) == (422, True)
        assert self.change(admin, reason=" ").status_code == 422

    def test_every_promise_is_offered_and_an_unknown_one_is_not_found(self, admin: FlaskClient, house: House) -> None:
        page = text_of(admin.get(REPLY))
        assert all(f"scope={profile}" in page for profile in house.book.profiles)
        assert admin.get(f"{REPLY}?scope=nothing").status_code == 404
        assert admin.get("/admin/parameters/company.profile?scope=machinery").status_code == 404
