"""The pages of customers and products: found, read field by field, brought in, merged, handed out, forgotten."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from sqlalchemy import select, update

from app.aftersales import customer, customers, product_unit
from app.house import House
from app.parameters import set_value
from app.runtime.tables import service_case
from tests.web.conftest import ClientOf

FACTS = {
    "contact_phone": "000-0000-0077",
    "contact_person": "调度员近",
    "customer_address": "示例市示范路77号",
    "product_model": "示例客车A型",
}
KEEPER, AGENT, WAREHOUSE = "cs_supervisor_1", "hotline_agent_1", "warehouse_keeper_1"
HEAD = "客户名称,电话,单位编码,产品编号,型号,购买日期"


class Archive:
    """Two customers who are one, and the people who look."""

    def __init__(self, house: House, client_of: ClientOf) -> None:
        self.house = house
        self._client_of = client_of
        with house.db.transaction() as tx:
            self.one, self.other = (
                customers.remember(tx, {**FACTS, "customer_name": name, "serial_no": serial}, unit_path="/C1/R1/O1/")
                for name, serial in (("近处客户", "VIN/77"), ("近处客户二", "VIN-78"))
            )

    def get(self, url: str, login: str = AGENT) -> str:
        answer = self._client_of(login).get(url)
        assert answer.status_code == 200, (url, answer.status_code)
        return str(answer.get_data(as_text=True))

    def post(self, url: str, login: str = KEEPER, **data: Any) -> Any:
        return self._client_of(login).post(url, data=data)

    def upload(self, *lines: str) -> Any:
        file = (io.BytesIO("\n".join([HEAD, *lines]).encode()), "list.csv")
        return self.post("/customers/import", file=file)

    def rows(self, table: Any = customer) -> list[Any]:
        with self.house.db.reading() as tx:
            return list(tx.rows(select(table).order_by(table.c.id)))


@pytest.fixture
def archive(house: House, client_of: ClientOf) -> Archive:
    return Archive(house, client_of)


class TestList:
    @pytest.mark.parametrize("text", ["近处客户", "0077", "VIN/77", "KH00000000077-1"])
    def test_customers_are_found_by_name_phone_number_and_product(self, archive: Archive, text: str) -> None:
        assert "近处客户" in archive.get(f"/customers?text={text}")

    def test_another_word_finds_nobody_and_says_what_to_do(self, archive: Archive) -> None:
        assert "没有找到“远方”" in archive.get("/customers?text=远方")

    def test_a_page_holds_fifty(self, archive: Archive) -> None:
        with archive.house.db.transaction() as tx:
            for number in range(60):
                facts = {"customer_name": f"客户{number:02}", "contact_phone": f"000-1000-{number:04}"}
                customers.remember(tx, facts, unit_path="/C1/R1/O1/")
        first, second = archive.get("/customers?text=客户"), archive.get("/customers?text=客户&page=2")
        assert (first.count("data-row"), second.count("data-row")) == (50, 12)
        assert "page=2" in first
        assert 'rel="next"' not in second


class TestFields:
    """GR13: who has no business with it does not read how to reach a customer."""

    def pages(self, archive: Archive) -> list[str]:
        return ["/customers", f"/customers/{archive.one}", "/products/VIN/77", "/api/lookup/customer?q=近处"]

    @pytest.mark.parametrize("secret", ["000-0000-0077", "调度员近", "示范路77号"])
    def test_a_keeper_of_the_warehouse_sees_the_name_only(self, archive: Archive, secret: str) -> None:
        for url in self.pages(archive):
            page = archive.get(url, WAREHOUSE)
            assert "近处客户" in page or "\\u8fd1\\u5904" in page, url
            assert secret not in page, url

    def test_the_hotline_sees_all_of_it(self, archive: Archive) -> None:
        page = archive.get(f"/customers/{archive.one}")
        assert all(secret in page for secret in ("000-0000-0077", "调度员近", "示范路77号"))

    def test_whose_right_it_is_is_a_parameter(self, archive: Archive) -> None:
        with archive.house.db.transaction() as tx:
            roles = ["warehouse_keeper"]
            set_value(tx, archive.house.book, "privacy.contact_roles", roles, actor="test", reason="GR13")
        archive.house.refresh()
        assert "000-0000-0077" in archive.get(f"/customers/{archive.one}", WAREHOUSE)
        assert "000-0000-0077" not in archive.get(f"/customers/{archive.one}", AGENT)


class TestProduct:
    def test_the_code_on_its_label_leads_to_its_page_and_names_nobody(self, archive: Archive) -> None:
        page = archive.get("/labels/VIN/77")
        address = re.search(r'data-address="([^"]+)"', page)
        assert address is not None
        assert address[1].endswith("/products/VIN/77")
        assert "<svg" in page
        assert "近处客户" not in page
        assert "近处客户" in archive.get("/products/VIN/77")

    def test_its_services_are_listed(self, archive: Archive) -> None:
        assert "还没有服务记录" in archive.get("/products/VIN/77")


class TestImport:
    def test_a_dry_run_shows_what_would_happen_and_writes_nothing(self, archive: Archive) -> None:
        page = archive.upload("新客户,000-0000-0099,O1,VIN-99,B型,2025-01-01").get_data(as_text=True)
        assert "客户：新增 1 行" in page
        assert "VIN-99" in page
        assert len(archive.rows()) == 2

    def test_then_all_of_it_is_imported(self, archive: Archive) -> None:
        page = archive.upload("新客户,000-0000-0099,O1,VIN-99,B型,2025-01-01").get_data(as_text=True)
        packed = re.search(r'name="rows" value="([^"]+)"', page)
        assert packed is not None
        done = archive.post("/customers/import/apply", rows=packed[1])
        assert done.status_code == 200
        assert "VIN-99" in [row.serial_no for row in archive.rows(product_unit)]

    def test_a_mistake_is_named_by_line_and_nothing_can_be_imported(self, archive: Archive) -> None:
        answer = archive.upload("新客户,000-0000-0099,O1,,,", "坏行,12,O9,,,去年")
        page = answer.get_data(as_text=True)
        assert answer.status_code == 422
        for words in ("第 3 行，电话", "第 3 行，单位编码", "第 3 行，购买日期"):
            assert words in page
        assert 'name="rows"' not in page
        assert len(archive.rows()) == 2

    def test_customers_of_units_that_are_not_ones_own_are_not_brought_in(self, archive: Archive) -> None:
        answer = archive.upload("新客户,000-0000-0099,O2,,,")
        assert answer.status_code == 422
        assert "不归您管" in answer.get_data(as_text=True)

    def test_a_dry_run_of_somebody_else_is_worth_nothing(self, archive: Archive) -> None:
        page = archive.upload("新客户,000-0000-0099,O1,,,").get_data(as_text=True)
        packed = re.search(r'name="rows" value="([^"]+)"', page)
        assert packed is not None
        answer = archive.post("/customers/import/apply", "department_leader_1", rows=packed[1])
        assert answer.status_code == 422
        assert len(archive.rows()) == 2


class TestDuplicates:
    def test_they_are_proposed_merged_and_taken_apart(self, archive: Archive) -> None:
        page = archive.get("/customers/duplicates", KEEPER)
        assert "近处客户二" in page
        done = archive.post("/customers/merge", kept=archive.one, merged=archive.other, reason="同一客户")
        assert done.headers["Location"] == f"/customers/{archive.one}"
        assert "没有重复客户" in archive.get("/customers/duplicates", KEEPER)
        page = archive.get(f"/customers/{archive.one}", KEEPER)
        assert "VIN-78" in page
        undo = re.search(r'action="(/customers/merges/\d+/undo)"', page)
        assert undo is not None
        archive.post(undo[1])
        assert "VIN-78" not in archive.get(f"/customers/{archive.one}", KEEPER)

    def test_the_page_of_who_was_merged_leads_to_who_stayed(self, archive: Archive, client_of: ClientOf) -> None:
        archive.post("/customers/merge", kept=archive.one, merged=archive.other)
        answer = client_of(AGENT).get(f"/customers/{archive.other}")
        assert answer.headers["Location"] == f"/customers/{archive.one}"


class TestAtThePersonsRequest:
    def test_everything_is_handed_out_as_a_file(self, archive: Archive) -> None:
        answer = archive.post(f"/customers/{archive.one}/export")
        assert "attachment" in answer.headers["Content-Disposition"]
        assert answer.get_json()["customer"]["phone"] == "000-0000-0077"
        assert [unit["serial_no"] for unit in answer.get_json()["units"]] == ["VIN/77"]

    def test_afterwards_the_page_knows_nothing_personal(self, archive: Archive) -> None:
        with archive.house.db.transaction() as tx:
            tx.execute(update(service_case).values(closed_at=archive.rows()[0].updated_at))
        answer = archive.post(f"/customers/{archive.one}/erase", reason="本人 3 月 2 日来函")
        assert answer.status_code == 302
        page = archive.get(f"/customers/{archive.one}", KEEPER)
        assert "个人信息已于" in page
        assert all(secret not in page for secret in ("000-0000-0077", "调度员近", "示范路77号"))


class TestInACase:
    """The same rights where the forms of a case are read."""

    @pytest.fixture
    def case_no(self, archive: Archive, client_of: ClientOf) -> str:
        started = client_of(AGENT).post("/start/contact_intake").headers["Location"]
        task = started.rsplit("/", 1)[-1]
        values = {
            "channel": "phone", "content": "前门关不严", "facts_clear": False, "customer_name": "近处客户",
            "contact_phone": "000-0000-0077", "contact_person": "调度员近", "customer_address": "示例市示范路77号",
        }  # fmt: skip
        done = client_of(AGENT).post(f"/api/tasks/{task}/submit", json={"values": values, "key": "once"})
        assert done.status_code == 200, done.get_data(as_text=True)
        with archive.house.db.reading() as tx:
            return str(tx.value(select(service_case.c.case_no).order_by(service_case.c.case_no.desc())))

    @pytest.mark.parametrize("part", ["", "/known", "/history"])
    def test_who_may_not_reach_a_customer_reads_the_case_without_the_way_to_him(
        self, archive: Archive, case_no: str, part: str
    ) -> None:
        page = archive.get(f"/cases/{case_no}{part}", WAREHOUSE)
        assert [secret for secret in ("000-0000-0077", "调度员近", "示范路77号") if secret in page] == []

    def test_nor_is_it_found_with_its_number_in_the_search(self, archive: Archive, case_no: str) -> None:
        assert "000-0000-0077" in archive.get("/search?q=近处")
        page = archive.get("/search?q=近处", WAREHOUSE)
        assert case_no in page
        assert "000-0000-0077" not in page

    def test_the_hotline_reads_it_whole(self, archive: Archive, case_no: str) -> None:
        page = archive.get(f"/cases/{case_no}")
        assert all(secret in page for secret in ("000-0000-0077", "调度员近", "示范路77号"))
