"""The first set-up: six pages that can be left and used again, lists with a dry run, switches, and the test case."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from sqlalchemy import func, select

from app.aftersales import stock
from app.definitions.tables import process_definition
from app.history import history_event
from app.house import House
from app.identity import hash_password
from app.identity.founding import STEPS
from app.identity.tables import org_unit, user_account
from app.runtime.tables import number_sequence, service_case
from app.web.setup.numbers import LABELS

ADMIN = "system_admin_1"
STOCK = "备件编号,名称,管理方式,批次,序列号,数量,单价,库房编码,库房名称,单位编码\n"
OUTLETS = "单位编码,名称,类型,上级编码\n"


def upload(text: str) -> dict[str, Any]:
    return {"file": (io.BytesIO(text.encode()), "list.csv")}


def packed(page: str) -> str:
    found = re.search(r'name="rows" value="([^"]+)"', page)
    assert found is not None, page
    return found[1]


def rows_of(house: House, table: Any) -> list[Any]:
    with house.db.reading() as tx:
        return [tuple(row) for row in tx.rows(select(table).order_by(*table.primary_key.columns))]


def bring(client: Any, key: str, text: str) -> Any:
    """Dry run and import; the answer to the import."""
    shown = client.post(f"/admin/setup/lists/{key}", data=upload(text))
    assert shown.status_code == 200, shown.get_data(as_text=True)
    return client.post(f"/admin/setup/lists/{key}/apply", data={"rows": packed(shown.get_data(as_text=True))})


class TestBeingLedThere:
    @pytest.fixture
    def with_password(self, house: House) -> str:
        with house.db.transaction() as tx:
            tx.execute(user_account.update().values(password_hash=hash_password("a long enough password")))
        return "a long enough password"

    def log_in(self, app: Any, login: str, password: str, wanted: str = "") -> Any:
        return app.test_client().post(f"/login{wanted}", data={"login": login, "password": password})

    def test_the_administrator_of_a_company_without_set_up_comes_to_it(self, app: Any, with_password: str) -> None:
        assert self.log_in(app, ADMIN, with_password).location == "/admin/setup"

    def test_whoever_asked_for_a_page_gets_it(self, app: Any, with_password: str) -> None:
        assert self.log_in(app, ADMIN, with_password, "?next=/cases").location == "/cases"

    def test_others_go_to_their_tasks(self, app: Any, with_password: str) -> None:
        assert self.log_in(app, "hotline_agent_1", with_password).location == "/"

    def test_after_the_end_he_goes_to_his_tasks(self, app: Any, client_of: Any, with_password: str) -> None:
        assert client_of(ADMIN).post("/admin/setup/finish").location == "/"
        assert self.log_in(app, ADMIN, with_password).location == "/"
        assert client_of(ADMIN).get("/admin/setup").status_code == 200


class TestSteps:
    def test_the_list_says_who_ended_a_step_and_goes_on_with_the_next(self, client_of: Any) -> None:
        client = client_of(ADMIN)
        assert client.post("/admin/setup/steps/company/done").location == "/admin/setup/people"
        page = client.get("/admin/setup").get_data(as_text=True)
        assert page.count("已完成") == 1
        assert "管理员甲" in page
        assert 'href="/admin/setup/people">继续' in page

    def test_the_last_step_leads_to_the_test_case(self, client_of: Any) -> None:
        assert client_of(ADMIN).post("/admin/setup/steps/procedures/done").location == "/admin/setup#trial"

    @pytest.mark.parametrize("step", STEPS)
    def test_a_step_that_is_done_can_be_used_again(self, client_of: Any, step: str) -> None:
        client = client_of(ADMIN)
        client.post(f"/admin/setup/steps/{step}/done")
        page = client.get(f"/admin/setup/{step}")
        assert page.status_code == 200
        assert "完成这一步" in page.get_data(as_text=True)

    def test_an_unknown_step_cannot_be_ended(self, client_of: Any) -> None:
        assert client_of(ADMIN).post("/admin/setup/steps/finished/done").status_code == 404


class TestCompany:
    @pytest.fixture(autouse=True)
    def as_the_company_chose(self, house: House) -> None:
        house.profile = None  # the example company's is fixed by the scenario
        house.refresh()

    def test_name_and_promise_are_saved(self, client_of: Any, house: House) -> None:
        data = {"name": "真实客车", "profile": "machinery"}
        assert client_of(ADMIN).post("/admin/setup/company", data=data).status_code == 302
        with house.db.reading() as tx:
            assert tx.value(select(org_unit.c.name).where(org_unit.c.depth == 0)) == "真实客车"
            assert house.parameters(tx).profile == "machinery"

    def test_its_name_stands_on_every_page_from_then_on(self, client_of: Any) -> None:
        client = client_of(ADMIN)
        assert "示例客车 · 打印人" in client.get("/admin").get_data(as_text=True)
        client.post("/admin/setup/company", data={"name": "真实客车", "profile": "other"})
        assert "真实客车 · 打印人" in client.get("/admin").get_data(as_text=True)
        client.post("/admin/units/C1", data={"name": "真实客车集团"})
        assert "真实客车集团 · 打印人" in client.get("/admin").get_data(as_text=True)

    def test_saving_what_stands_there_changes_nothing(self, client_of: Any, house: House) -> None:
        before = rows_of(house, history_event)
        client_of(ADMIN).post("/admin/setup/company", data={"name": "示例客车", "profile": "other"})
        assert rows_of(house, history_event) == before

    @pytest.mark.parametrize(
        ("data", "sentence"),
        [
            ({"name": " ", "profile": "bus_maker"}, "请填写名称"),
            ({"name": "甲", "profile": "nothing"}, "请选择服务承诺"),
            ({"name": "甲" * 121, "profile": "bus_maker"}, "最多 120 个字符"),
        ],
    )
    def test_what_is_wrong_stands_at_its_field(self, client_of: Any, data: dict[str, str], sentence: str) -> None:
        answer = client_of(ADMIN).post("/admin/setup/company", data=data)
        assert answer.status_code == 422
        assert sentence in answer.get_data(as_text=True)


class TestOutlets:
    def test_a_list_may_build_on_its_own_lines(self, client_of: Any, house: House) -> None:
        text = OUTLETS + "R2,华北区,区域,C1\nO9,天津站,网点,R2\nO1,示例一站,网点,R1\nO2,二站新名,网点,R1\n"
        answer = bring(client_of(ADMIN), "outlets", text)
        assert answer.location == "/admin/setup/people"
        with house.db.reading() as tx:
            assert tx.value(select(org_unit.c.path).where(org_unit.c.code == "O9")) == "/C1/R2/O9/"
            assert tx.value(select(org_unit.c.name).where(org_unit.c.code == "O2")) == "二站新名"

    def test_a_dry_run_writes_nothing(self, client_of: Any, house: House) -> None:
        before = rows_of(house, org_unit), rows_of(house, history_event)
        answer = client_of(ADMIN).post("/admin/setup/lists/outlets", data=upload(OUTLETS + "O9,天津站,网点,R1\n"))
        assert answer.status_code == 200
        assert "新增 1 行" in answer.get_data(as_text=True)
        assert (rows_of(house, org_unit), rows_of(house, history_event)) == before

    @pytest.mark.parametrize(
        ("line", "sentence"),
        [
            ("O 9,站,网点,R1", "编码由字母和数字组成"),
            ("O9,,网点,R1", "请填写名称"),
            ("O9,站,公寓,R1", "类型只能是"),
            ("O9,站,网点,O1", "网点下面不能设网点"),
            ("O9,站,网点,X9", "没有单位“X9”"),
            ("o1,站,网点,R1", "与“O1”只有大小写不同"),
            ("O1,站,区域,C1", "已有单位的类型不能更改"),
            ("O9,站,网点,R1\nO9,站,网点,R1", "与第 2 行重复"),
        ],
    )
    def test_every_mistake_is_named_by_line(self, client_of: Any, house: House, line: str, sentence: str) -> None:
        before = rows_of(house, org_unit)
        answer = client_of(ADMIN).post("/admin/setup/lists/outlets", data=upload(OUTLETS + line + "\n"))
        page = answer.get_data(as_text=True)
        assert answer.status_code == 422
        assert sentence in page
        assert 'name="rows"' not in page
        assert rows_of(house, org_unit) == before

    def test_what_somebody_else_uploaded_is_not_imported(self, client_of: Any) -> None:
        shown = client_of(ADMIN).post("/admin/setup/lists/outlets", data=upload(OUTLETS + "O9,站,网点,R1\n"))
        rows = packed(shown.get_data(as_text=True))
        answer = client_of("system_admin_2").post("/admin/setup/lists/outlets/apply", data={"rows": rows})
        assert answer.status_code == 422

    def test_the_template_is_a_workbook(self, client_of: Any) -> None:
        for key in ("outlets", "stock", "customers"):
            answer = client_of(ADMIN).get(f"/admin/setup/lists/{key}/template.xlsx")
            assert answer.data[:2] == b"PK"
        assert client_of(ADMIN).get("/admin/setup/lists/nothing/template.xlsx").status_code == 404


class TestOpening:
    LINES = (
        STOCK + "Q-1,密封圈,,,,12.5,3.20,W9,新库,O1\n"
        "Q-2,电机,按序列号,,SN1,1,166,W9,新库,O1\n"
        "Q-2,电机,按序列号,,SN2,1,166,W9,新库,O1\n"
        "P-0001,,,,,4,35,O1-warehouse,,\n"
    )

    def held(self, house: House, place: str, part: str) -> str:
        balance = stock.stock_balance
        query = (
            select(func.sum(balance.c.quantity))
            .join(stock.stock_location, stock.stock_location.c.id == balance.c.location_id)
            .where(stock.stock_location.c.code == place, balance.c.part_no == part)
        )
        with house.db.reading() as tx:
            return stock.plain(tx.value(query))

    def test_parts_and_warehouses_are_made_and_the_ledger_stays_whole(self, client_of: Any, house: House) -> None:
        assert bring(client_of(ADMIN), "stock", self.LINES).location == "/admin/setup/opening"
        assert self.held(house, "W9", "Q-1") == "12.5"
        assert self.held(house, "W9", "Q-2") == "2"
        assert self.held(house, "O1-warehouse", "P-0001") == "14", "ten were there"
        with house.db.reading() as tx:
            assert list(stock.findings(tx)) == []

    def test_the_same_file_a_second_time_is_refused_line_by_line(self, client_of: Any, house: House) -> None:
        client = client_of(ADMIN)
        bring(client, "stock", self.LINES)
        answer = client.post("/admin/setup/lists/stock", data=upload(self.LINES))
        assert answer.status_code == 422
        assert answer.get_data(as_text=True).count("期初库存已经登记过") >= 4
        assert self.held(house, "W9", "Q-1") == "12.5"

    @pytest.mark.parametrize(
        ("line", "sentence"),
        [
            ("Q-1,,,,,1,1,W9,新库,O1", "新备件要写名称"),
            ("Q-1,圈,,,,0,1,W9,新库,O1", "数量要大于零"),
            ("Q-1,圈,,,,一,1,W9,新库,O1", "数量要大于零"),
            ("Q-1,圈,,,,1,0.005,W9,新库,O1", "精确到分"),
            ("Q-1,圈,,,,1,1,W9,新库,O99", "没有单位“O99”"),
            ("Q-1,圈,,,,1,1,W9,,O1", "新库房要写名称"),
            ("Q-1,圈,,,,1,1,van-service_engineer_1,,", "这不是库房"),
            ("P-0001,,按批次,B1,,1,1,O1-warehouse,,", "这个备件只管数量"),
            ("Q-2,电机,按序列号,,,1,1,W9,新库,O1", "请写明序列号"),
        ],
    )
    def test_mistakes_are_found_in_the_dry_run(self, client_of: Any, house: House, line: str, sentence: str) -> None:
        tables = (stock.stock_entry, stock.part, stock.stock_location)
        before = [rows_of(house, table) for table in tables]
        answer = client_of(ADMIN).post("/admin/setup/lists/stock", data=upload(STOCK + line + "\n"))
        assert answer.status_code == 422
        assert sentence in answer.get_data(as_text=True)
        assert [rows_of(house, table) for table in tables] == before

    def test_customers_come_in_too(self, client_of: Any) -> None:
        client = client_of(ADMIN)
        text = "客户名称,电话,单位编码\n新客户公司,000-5555-0001,O1\n"
        assert bring(client, "customers", text).location == "/admin/setup/opening"
        wrong = client.post("/admin/setup/lists/customers", data=upload("客户名称,电话,单位编码\n甲,1,O1\n"))
        assert wrong.status_code == 422
        assert "5 到 20 位数字" in wrong.get_data(as_text=True)


class TestNumbers:
    def test_each_has_a_name_in_words(self, client_of: Any, house: House) -> None:
        page = client_of(ADMIN).get("/admin/setup/numbers").get_data(as_text=True)
        named = set(house.world.numbers) - set(LABELS)
        registered = {each.number.variable for each in house.registers.registers.values() if each.number is not None}
        assert named <= registered
        assert all(label.zh in page for label in LABELS.values())

    def start(self, house: House, unit: str = "O1") -> str:
        """The contact number of a new case."""
        from app.identity import load_actor_by_login
        from app.registers.tables import register_row
        from app.runtime import start_case

        with house.db.transaction() as tx:
            someone = load_actor_by_login(tx, "hotline_agent_1")
            assert someone is not None
            began = start_case(tx, house.world, actor=someone, process_key="contact_intake", unit_code=unit)
            return str(tx.value(select(register_row.c.row_key).where(register_row.c.case_no == began.case_no)))

    def test_the_next_number_follows_the_new_format(self, client_of: Any, house: House) -> None:
        assert self.start(house) == "LDO12026000001"
        client, data = client_of(ADMIN), {"format": "{year}-{outlet}-{seq:04}", "scope": "outlet_year"}
        assert client.post("/admin/setup/numbers/contact_no", data=data).status_code == 302
        assert "2026-O1-0002" in client.get("/admin/setup/numbers").get_data(as_text=True)
        assert self.start(house) == "2026-O1-0002", "counting goes on"

    @pytest.mark.parametrize(
        ("format", "scope", "sentence"),
        [
            ("LD{seq:06}", "outlet_year", "{outlet} {year}"),
            ("LD{year}", "year", "{seq}"),
            ("LD{year}{seq.__class__}", "year", "花括号里只能写"),
            ("LD{year}{seq:>99999}", "year", "花括号里只能写"),
            ("LD{year{seq}", "year", "花括号里只能写"),
            ("{year}{seq:06}", "century", "请选择何时重新计数"),
            ("", "year", "1 到 60 个字符"),
            ("TY{year}{seq:06}", "year", "另一种编号已用这个格式"),
        ],
    )
    def test_what_could_repeat_or_break_is_refused(
        self, client_of: Any, house: House, format: str, scope: str, sentence: str
    ) -> None:
        answer = client_of(ADMIN).post("/admin/setup/numbers/report_no", data={"format": format, "scope": scope})
        assert answer.status_code == 422
        assert sentence in answer.get_data(as_text=True)
        with house.db.reading() as tx:
            assert house.own_formats(tx) == {}

    def test_an_unknown_number_has_no_format(self, client_of: Any) -> None:
        assert client_of(ADMIN).post("/admin/setup/numbers/nothing", data={"format": "x"}).status_code == 404


class TestProcedures:
    def state(self, house: House, key: str) -> bool:
        with house.db.reading() as tx:
            where = process_definition.c.key == key
            return tx.value(select(process_definition.c.switched_off_at).where(where)) is None

    def switch(self, client: Any, key: str, to: str = "off", **more: str) -> Any:
        return client.post(f"/admin/setup/procedures/{key}", data={"to": to, "reason": "本公司不做", **more})

    def test_one_that_another_waits_for_stays_on(self, client_of: Any, house: House) -> None:
        answer = self.switch(client_of(ADMIN), "part_requisition", knowing="1")
        assert answer.status_code == 422
        assert "接受任务与出发准备" in answer.get_data(as_text=True)
        assert self.state(house, "part_requisition")

    def test_one_that_others_hand_over_to_goes_off_when_that_is_known(self, client_of: Any, house: House) -> None:
        client = client_of(ADMIN)
        asked = self.switch(client, "crisis")
        assert asked.status_code == 422
        assert re.search(r"“来电来函（来人）处理”[^。]*会移交给", asked.get_data(as_text=True))
        assert self.state(house, "crisis")
        assert self.switch(client, "crisis", knowing="1").status_code == 302
        assert not self.state(house, "crisis")
        assert "停用流程" in client.get("/admin/audit").get_data(as_text=True)

    def test_what_is_off_stands_in_no_start_list_and_starts_nothing(self, client_of: Any, house: House) -> None:
        agent = client_of("hotline_agent_1")
        assert "/start/contact_intake" in agent.get("/start").get_data(as_text=True)
        assert self.switch(client_of(ADMIN), "contact_intake", knowing="1").status_code == 302
        assert "/start/contact_intake" not in agent.get("/start").get_data(as_text=True)
        assert agent.post("/start/contact_intake").status_code == 403
        assert self.switch(client_of(ADMIN), "contact_intake", "on").status_code == 302
        assert agent.post("/start/contact_intake").status_code == 302

    def test_a_reason_is_needed(self, client_of: Any, house: House) -> None:
        answer = self.switch(client_of(ADMIN), "contact_intake", reason=" ")
        assert answer.status_code == 422
        assert self.state(house, "contact_intake")

    def test_an_unknown_one_is_not_there(self, client_of: Any) -> None:
        assert self.switch(client_of(ADMIN), "nothing").status_code == 404


class TestTrial:
    def test_everything_is_seen_and_nothing_remains(self, client_of: Any, house: House) -> None:
        tables = (service_case, number_sequence)
        before = [rows_of(house, table) for table in tables]
        answer = client_of(ADMIN).post("/admin/setup/trial")
        page = answer.get_data(as_text=True)
        assert answer.status_code == 200
        for sentence in ("测试通过", "FW2026000001", "LDO22026000001", "已全部撤回"):
            assert sentence in page
        assert [rows_of(house, table) for table in tables] == before
        kinds = [row[history_event.c.keys().index("kind")] for row in rows_of(house, history_event)]
        assert kinds[-1] == "trial_walked"
        assert "instance_started" not in kinds

    def test_the_numbers_it_used_go_to_the_next_case(self, client_of: Any, house: House) -> None:
        client_of(ADMIN).post("/admin/setup/trial")
        assert TestNumbers().start(house, "O2") == "LDO22026000001"
        assert [row[0] for row in rows_of(house, service_case)] == ["FW2026000001"]

    def test_without_anybody_for_the_first_step_it_says_who_is_missing(self, client_of: Any, house: House) -> None:
        with house.db.transaction() as tx:
            tx.execute(
                user_account.update().where(user_account.c.login.startswith("hotline_agent")).values(active=False)
            )
        answer = client_of(ADMIN).post("/admin/setup/trial")
        assert answer.status_code == 422
        assert "没有人担任“客服”" in answer.get_data(as_text=True)

    def test_a_procedure_that_is_off_is_named(self, client_of: Any, house: House) -> None:
        TestProcedures().switch(client_of(ADMIN), "contact_intake", knowing="1")
        answer = client_of(ADMIN).post("/admin/setup/trial")
        assert answer.status_code == 422
        assert "没有启用流程" in answer.get_data(as_text=True)
