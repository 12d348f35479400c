"""The register pages: who sees which register, rows in words, filters in the address, exports, 作废."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert, select

from app import clock
from app.history import history_event
from app.house import House
from app.identity import load_actor_by_login
from app.registers import register_row
from app.runtime import cancel_instance, start_case

ClientOf = Callable[[str], FlaskClient]
HOURS = [("service_engineer_1", "2026-03-02", 4, 35), ("service_engineer_2", "2026-03-03", 2.5, 0)]


@pytest.fixture
def hours(house: House) -> None:
    """Two rows of the work-hour ledger at outlet O1, one at O2."""
    with house.db.transaction() as tx:
        for number, (user, day, worked, spent) in enumerate([*HOURS, ("service_engineer_3", "2026-03-04", 1, 0)]):
            tx.execute(
                insert(register_row).values(
                    register="R38",
                    row_key=f"WX-{number}/{user}/{day}",
                    case_no=f"FW202600000{number + 1}",
                    instance_id=1,
                    unit_path="/C1/R1/O2/" if number == 2 else "/C1/R1/O1/",
                    data={
                        "user_id": user, "date": day, "work_order_no": f"WX-{number}", "hours": worked,
                        "expenses": spent, "month": day[:7], "state": "registered",
                    },
                    created_by="客服甲",
                    created_at=clock.now() + timedelta(minutes=number),
                    updated_at=clock.now(),
                )
            )  # fmt: skip


def text_of(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


class TestTheList:
    def test_shows_the_registers_of_ones_roles_by_name(self, client_of: ClientOf) -> None:
        page = text_of(client_of("hotline_agent_1").get("/registers"))
        assert "来人、来电、来函登记台账" in page
        assert "派工轮次表" not in page

    def test_says_how_many_rows_one_may_see(self, client_of: ClientOf, hours: None) -> None:
        page = text_of(client_of("hotline_agent_1").get("/registers?text=工时"))
        assert "工时台账" in page
        assert "2 条" in page

    def test_says_what_to_do_when_there_is_none(self, client_of: ClientOf) -> None:
        assert "您的岗位没有可查看的台账" in text_of(client_of("system_admin_1").get("/registers"))

    def test_says_when_no_name_fits(self, client_of: ClientOf) -> None:
        assert "没有叫“车票”的台账" in text_of(client_of("hotline_agent_1").get("/registers?text=车票"))


class TestOneRegister:
    def test_shows_words_not_ids(self, client_of: ClientOf, hours: None) -> None:
        page = text_of(client_of("hotline_agent_1").get("/registers/R38"))
        rows = page[page.index("<tbody>") :]
        assert "维修员甲" in rows
        assert "¥35.00" in rows
        assert "已登记" in rows
        assert "registered" not in rows
        assert "service_engineer_1" not in rows

    def test_links_to_the_case(self, client_of: ClientOf, hours: None) -> None:
        assert 'href="/cases/FW2026000001"' in text_of(client_of("hotline_agent_1").get("/registers/R38"))

    def test_adds_up_what_fits(self, client_of: ClientOf, hours: None) -> None:
        page = text_of(client_of("hotline_agent_1").get("/registers/R38"))
        assert "合计（不含作废）" in page
        assert ">6.5<" in page

    def test_shows_rows_of_ones_own_unit_only(self, client_of: ClientOf, hours: None) -> None:
        assert "FW2026000003" not in text_of(client_of("hotline_agent_1").get("/registers/R38"))
        assert "FW2026000003" in text_of(client_of("admin_office_1").get("/registers/R38"))

    def test_offers_units_to_whoever_sees_several(self, client_of: ClientOf, hours: None) -> None:
        assert 'name="unit"' not in text_of(client_of("hotline_agent_1").get("/registers/R38"))
        page = text_of(client_of("admin_office_1").get("/registers/R38?unit=/C1/R1/O2/"))
        assert "示例二站" in page
        assert "FW2026000001" not in page

    def test_is_unknown_to_other_roles(self, client_of: ClientOf) -> None:
        assert client_of("warehouse_keeper_1").get("/registers/R38").status_code == 404
        assert client_of("hotline_agent_1").get("/registers/R99").status_code == 404

    def test_says_what_would_be_here(self, client_of: ClientOf) -> None:
        assert "还没有登记" in text_of(client_of("hotline_agent_1").get("/registers/R38"))

    def test_is_english_when_asked(self, client_of: ClientOf, hours: None) -> None:
        page = text_of(client_of("hotline_agent_1").get("/registers/R38?lang=en"))
        assert "Work-hour ledger" in page
        assert "Registered" in page


class TestFilters:
    def test_stand_in_the_address_and_as_chips(self, client_of: ClientOf, hours: None) -> None:
        page = text_of(client_of("hotline_agent_1").get("/registers/R38?f.user_id=乙&sort=-hours"))
        assert "FW2026000002" in page
        assert "FW2026000001" not in page
        assert "人员：乙" in page
        assert 'href="/registers/R38?sort=-hours"' in page

    def test_dates_speak_of_the_chosen_column(self, client_of: ClientOf, hours: None) -> None:
        page = text_of(client_of("hotline_agent_1").get("/registers/R38?time=date&since=2026-03-03"))
        assert "FW2026000002" in page
        assert "FW2026000001" not in page

    def test_that_make_no_sense_are_explained_at_the_field(self, client_of: ClientOf, hours: None) -> None:
        answer = client_of("hotline_agent_1").get("/registers/R38?f.hours=很多")
        assert answer.status_code == 422
        page = text_of(answer)
        assert "“工时”的筛选“很多”不是数字" in page
        assert 'value="很多"' in page
        assert "FW2026000001" not in page

    def test_a_wrong_date_is_explained(self, client_of: ClientOf, hours: None) -> None:
        answer = client_of("hotline_agent_1").get("/registers/R38?since=3月2日")
        assert answer.status_code == 422
        assert "“3月2日”不是日期" in text_of(answer)

    def test_that_fit_nothing_can_be_cleared(self, client_of: ClientOf, hours: None) -> None:
        page = text_of(client_of("hotline_agent_1").get("/registers/R38?text=无此内容"))
        assert "没有符合条件的行" in page
        assert "清除筛选" in page

    def test_sort_heads_turn_round(self, client_of: ClientOf, hours: None) -> None:
        page = text_of(client_of("hotline_agent_1").get("/registers/R38?sort=-hours"))
        assert 'aria-sort="descending"' in page
        assert 'href="/registers/R38?sort=hours"' in page
        assert page.index("FW2026000001") < page.index("FW2026000002")


class TestPages:
    @pytest.fixture
    def many(self, house: House) -> None:
        with house.db.transaction() as tx:
            tx.execute(
                insert(register_row),
                [
                    {"register": "R38", "row_key": f"k{number}", "case_no": f"FW{number}", "unit_path": "/C1/R1/O1/",
                     "data": {"hours": 1}, "created_by": "客服甲", "created_at": clock.now(), "updated_at": clock.now()}
                    for number in range(120)
                ],
            )  # fmt: skip

    def test_of_fifty(self, client_of: ClientOf, many: None) -> None:
        client = client_of("hotline_agent_1")
        first, last = text_of(client.get("/registers/R38")), text_of(client.get("/registers/R38?page=3"))
        assert first.count("<tr data-row") == 50
        assert "第 1–50 条" in first
        assert "page=2" in first
        assert last.count("<tr data-row") == 20
        assert "共 120 条" in last

    def test_of_many_rows_the_sums_wait_for_a_click(
        self, client_of: ClientOf, many: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("app.registers.rows.MOST_ADDED", 119)
        client = client_of("hotline_agent_1")
        page = text_of(client.get("/registers/R38?f.hours=1"))
        assert "共 120 条" in page
        assert "合计（不含作废）" not in page
        assert 'href="/registers/R38?f.hours=1&amp;sums=1">算出总数与合计' in page
        assert ">120<" in text_of(client.get("/registers/R38?f.hours=1&sums=1"))

    def test_of_very_many_rows_so_does_their_number(
        self, client_of: ClientOf, many: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("app.registers.rows.MOST_COUNTED", 100)
        client = client_of("hotline_agent_1")
        page = text_of(client.get("/registers/R38"))
        assert "超过 100 条" in page
        assert "共 100 条" not in page
        assert "算出总数与合计" in page
        exact = text_of(client.get("/registers/R38?sums=1"))
        assert "共 120 条" in exact
        assert "算出总数与合计" not in exact

    def test_beyond_the_last_lead_back(self, client_of: ClientOf, many: None) -> None:
        assert "没有这一页" in text_of(client_of("hotline_agent_1").get("/registers/R38?page=9"))


def head_of(client: FlaskClient, url: str = "/registers/R38") -> str:
    return text_of(client.get(url)).split("<thead>")[1].split("</thead>")[0]


def choose(client: FlaskClient, *columns: str, **state: str) -> Any:
    return client.post("/registers/R38/columns", data={"col": list(columns), **state})


class TestColumns:
    def test_are_chosen_and_kept_for_the_person_on_every_device(self, client_of: ClientOf, hours: None) -> None:
        answer = choose(client_of("hotline_agent_1"), "user_id", "hours", text="维修员", page="2", bad="x")
        assert answer.status_code == 302
        assert answer.headers["Location"] == "/registers/R38?text=%E7%BB%B4%E4%BF%AE%E5%91%98"
        head = head_of(client_of("hotline_agent_1"))
        assert "工时" in head
        assert "费用" not in head
        assert "费用" in head_of(client_of("hotline_agent_2"))

    def test_come_back(self, client_of: ClientOf, hours: None) -> None:
        client = client_of("hotline_agent_1")
        choose(client, "user_id")
        assert client.post("/registers/R38/columns", data={"default": "1", "col": "user_id"}).status_code == 302
        assert "费用" in head_of(client)

    def test_that_the_register_lost_meanwhile_are_forgotten(self, client_of: ClientOf, hours: None) -> None:
        client = client_of("hotline_agent_1")
        choose(client, "gone")
        assert "费用" in head_of(client)


class TestViews:
    def save(self, client: FlaskClient, name: str = "甲的工时", **state: Any) -> str:
        data = {"name": name, "f.user_id": "甲", "sort": "-hours", "col": ["user_id", "hours"], **state}
        answer = client.post("/registers/R38/views", data=data)
        assert answer.status_code == 302, text_of(answer)
        return str(answer.headers["Location"])

    def test_keep_filters_sorting_and_columns_under_a_name(self, client_of: ClientOf, hours: None) -> None:
        client = client_of("hotline_agent_1")
        where = self.save(client)
        page = text_of(client.get(where))
        assert "FW2026000001" in page
        assert "FW2026000002" not in page
        head = head_of(client, where)
        assert "工时" in head
        assert "费用" not in head
        assert "费用" in head_of(client)  # without the view everything is as before
        assert "甲的工时" in text_of(client.get("/registers/R38"))

    def test_belong_to_one_person(self, client_of: ClientOf, hours: None) -> None:
        where = self.save(client_of("hotline_agent_1"))
        other = client_of("hotline_agent_2")
        assert "甲的工时" not in text_of(other.get("/registers/R38"))
        assert "费用" in head_of(other, where)
        view_id = where.split("view=")[1].split("&")[0]
        assert other.post(f"/registers/R38/views/{view_id}/delete").status_code == 404
        assert "甲的工时" in text_of(client_of("hotline_agent_1").get("/registers/R38"))

    def test_of_the_same_name_replace_each_other(self, client_of: ClientOf, hours: None) -> None:
        client = client_of("hotline_agent_1")
        first = self.save(client)
        second = self.save(client, " 甲的工时 ", **{"f.user_id": "乙"})
        assert first.split("view=")[1].split("&")[0] == second.split("view=")[1].split("&")[0]
        assert "FW2026000002" in text_of(client.get(second))

    def test_are_deleted(self, client_of: ClientOf, hours: None) -> None:
        client = client_of("hotline_agent_1")
        view_id = self.save(client).split("view=")[1].split("&")[0]
        answer = client.post(f"/registers/R38/views/{view_id}/delete", data={"text": "甲"})
        assert answer.headers["Location"].startswith("/registers/R38?text=")
        assert "甲的工时" not in text_of(client.get("/registers/R38"))

    def test_need_a_name(self, client_of: ClientOf, hours: None) -> None:
        for name in ("", "  ", "长" * 41):
            answer = client_of("hotline_agent_1").post("/registers/R38/views", data={"name": name})
            assert answer.status_code == 422
            assert "请给视图起一个名称，不超过 40 个字" in text_of(answer)

    def test_are_thirty_at_most(self, client_of: ClientOf, hours: None, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("app.registers.views.MOST_VIEWS", 1)
        client = client_of("hotline_agent_1")
        self.save(client)
        self.save(client)
        answer = client.post("/registers/R38/views", data={"name": "又一个"})
        assert answer.status_code == 409
        assert "请先删除一个" in text_of(answer)

    def test_of_another_register_are_not_taken_for_one_of_this(self, client_of: ClientOf, hours: None) -> None:
        client = client_of("hotline_agent_1")
        view_id = self.save(client).split("view=")[1].split("&")[0]
        assert "甲的工时" not in text_of(client.get(f"/registers/R01?view={view_id}"))

    def test_decide_the_columns_of_an_export(self, client_of: ClientOf, hours: None) -> None:
        client = client_of("hotline_agent_1")
        where = self.save(client)
        lines = list(
            csv.reader(io.StringIO(client.get(where.replace("R38", "R38.csv")).get_data().decode("utf-8-sig")))
        )
        assert [line[:3] for line in lines] == [["人员", "工时", "服务单号"], ["维修员甲", "4", "FW2026000001"]]


def test_the_page_says_how_long_rows_are_kept(client_of: ClientOf, hours: None) -> None:
    assert "最后一次更改后保存 10 年，到期销毁" in text_of(client_of("hotline_agent_1").get("/registers/R38"))
    assert "kept 10 years after" in text_of(client_of("hotline_agent_1").get("/registers/R38?lang=en"))


class TestExports:
    def test_csv_holds_the_filtered_rows_and_the_chosen_columns(self, client_of: ClientOf, hours: None) -> None:
        client = client_of("hotline_agent_1")
        choose(client, "user_id", "hours")
        answer = client.get("/registers/R38.csv?f.user_id=甲")
        assert answer.mimetype == "text/csv"
        assert "UTF-8''%E5%B7%A5%E6%97%B6" in answer.headers["Content-Disposition"]
        lines = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
        assert [line[:3] for line in lines] == [["人员", "工时", "服务单号"], ["维修员甲", "4", "FW2026000001"]]

    def test_workbook_opens(self, client_of: ClientOf, hours: None) -> None:
        answer = client_of("hotline_agent_1").get("/registers/R38.xlsx")
        sheet = openpyxl.load_workbook(io.BytesIO(answer.get_data())).active
        assert sheet is not None
        assert [cell.value for cell in sheet[1]][:4] == ["人员", "日期", "维修单号", "工时"]
        assert sheet.max_row == 3

    def test_are_on_record(self, client_of: ClientOf, house: House, hours: None) -> None:
        client_of("hotline_agent_1").get("/registers/R38.csv?f.user_id=甲")
        with house.db.reading() as tx:
            event = tx.row(select(history_event).where(history_event.c.kind == "register_exported"))
        assert event is not None
        assert (event.actor_name, event.data["register"]) == ("客服甲", "R38")

    def test_are_refused_to_others(self, client_of: ClientOf, hours: None) -> None:
        assert client_of("warehouse_keeper_1").get("/registers/R38.csv").status_code == 404
        assert client_of("warehouse_keeper_1").get("/registers/R38.xlsx").status_code == 404

    def test_refuse_a_filter_that_makes_no_sense(self, client_of: ClientOf, hours: None) -> None:
        assert client_of("hotline_agent_1").get("/registers/R38.csv?f.hours=很多").status_code == 422


class TestAnAbandonedContact:
    def test_keeps_its_number_marked_void_with_the_reason(self, client_of: ClientOf, house: House) -> None:
        with house.db.transaction() as tx:
            agent = load_actor_by_login(tx, "hotline_agent_1")
            assert agent is not None
            record = start_case(tx, house.world, actor=agent, process_key="contact_intake", unit_code="O1")
        with house.db.transaction() as tx:
            cancel_instance(tx, house.world, actor=agent, instance_id=record.instance_id, reason="打错电话")
        client = client_of("hotline_agent_1")
        page = text_of(client.get("/registers/R01"))
        assert "LDO12026000001" in page
        assert "作废" in page
        assert "打错电话" in page
        assert "其中作废 1 条" in page
        assert "LDO12026000001" not in text_of(client.get("/registers/R01?void=without"))

    def test_the_next_contact_gets_the_next_number(self, client_of: ClientOf, house: House) -> None:
        for reason in ("打错电话", None):
            with house.db.transaction() as tx:
                agent = load_actor_by_login(tx, "hotline_agent_1")
                assert agent is not None
                record = start_case(tx, house.world, actor=agent, process_key="contact_intake", unit_code="O1")
                if reason:
                    cancel_instance(tx, house.world, actor=agent, instance_id=record.instance_id, reason=reason)
        page = text_of(client_of("hotline_agent_1").get("/registers/R01"))
        assert "LDO12026000001" in page
        assert "LDO12026000002" in page
