"""Customers and products corrected by hand: who may, what is refused, two at once, undo, nothing personal on record."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

from app.aftersales import customer, customers, product_unit
from app.aftersales.tables import archive_change
from app.history import history_event
from app.house import House
from tests.web.conftest import ClientOf

KEEPER, AGENT, FAR = "cs_supervisor_1", "hotline_agent_1", "cs_supervisor_3"
FACTS = {
    "customer_name": "近处客户",
    "contact_phone": "000-0000-0077",
    "contact_person": "调度员近",
    "serial_no": "VIN/77",
    "product_model": "示例客车A型",
    "product_category": "vehicle",
}


class Archive:
    """One customer with one product, and what the pages say."""

    def __init__(self, house: House, client_of: ClientOf) -> None:
        self.house, self._client_of = house, client_of
        other = {**FACTS, "customer_name": "另一客户", "serial_no": "VIN-78"}
        with house.db.transaction() as tx:
            self.id = customers.remember(tx, FACTS, unit_path="/C1/R1/O1/")
            customers.remember(tx, other, unit_path="/C1/R1/O1/")
        self.url = f"/customers/{self.id}/edit"
        self.unit_url = f"/product-files/{self.unit().id}/edit"

    def page(self, url: str, login: str = KEEPER) -> str:
        return str(self._client_of(login).get(url).get_data(as_text=True))

    def seen(self, url: str, login: str = KEEPER) -> dict[str, str]:
        """The form as it stands on the page."""
        page = self.page(url, login)
        found = dict(re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', page))
        for name, options in re.findall(r'<select[^>]*name="(\w+)"[^>]*>(.*?)</select>', page, re.DOTALL):
            chosen = re.search(r'value="([^"]*)" selected', options)
            found[name] = chosen[1] if chosen else ""
        return found

    def save(self, url: str, form: dict[str, str], login: str = KEEPER, **changed: str) -> Any:
        return self._client_of(login).post(url, data={**form, **changed})

    def customer(self) -> Any:
        with self.house.db.reading() as tx:
            return tx.row(select(customer).where(customer.c.id == self.id))

    def unit(self) -> Any:
        with self.house.db.reading() as tx:
            return tx.row(select(product_unit).where(product_unit.c.serial_no.in_(("VIN/77", "VIN/77-A"))))

    def rows(self, query: Any) -> list[Any]:
        with self.house.db.reading() as tx:
            return list(tx.rows(query))


@pytest.fixture
def archive(house: House, client_of: ClientOf) -> Archive:
    return Archive(house, client_of)


class TestWhoMay:
    @pytest.mark.parametrize(("login", "status"), [(KEEPER, 200), (AGENT, 403), (FAR, 404), ("system_admin_1", 403)])
    def test_keepers_of_the_unit(self, archive: Archive, client_of: ClientOf, login: str, status: int) -> None:
        for url in (archive.url, archive.unit_url):
            assert client_of(login).get(url).status_code == status
            assert client_of(login).post(url, data={}).status_code == (422 if status == 200 else status)

    def test_others_see_no_button(self, archive: Archive) -> None:
        assert archive.url in archive.page(f"/customers/{archive.id}")
        assert archive.url not in archive.page(f"/customers/{archive.id}", AGENT)
        assert archive.unit_url in archive.page("/products/VIN/77")
        assert archive.unit_url not in archive.page("/products/VIN/77", AGENT)


class TestCustomer:
    def test_corrected_with_who_and_what_but_nothing_personal_on_record(self, archive: Archive) -> None:
        form = archive.seen(archive.url)
        new = {"phone": "000-0000-0099", "email": "one@example.cn", "objected": "yes", "language": "en"}
        answer = archive.save(archive.url, form, **new)
        assert answer.status_code == 302
        row = archive.customer()
        assert (row.phone, row.phone_digits) == ("000-0000-0099", "00000000099")
        assert (row.email, row.language, row.objected_at is not None) == ("one@example.cn", "en", True)
        (told,) = archive.rows(select(history_event).where(history_event.c.kind == "customer_changed"))
        assert told.data["zh"] == "电话、邮箱、通知语言、不接收邮件通知"
        assert "0099" not in str(told.data)
        page = archive.page(f"/customers/{archive.id}")
        assert "电话：000-0000-0077 → 000-0000-0099" in page
        assert "修改客户" in archive.page("/admin/audit?group=people", "system_admin_1")

    def test_nothing_changed_nothing_on_record(self, archive: Archive) -> None:
        archive.save(archive.url, archive.seen(archive.url))
        assert archive.rows(select(archive_change)) == []

    @pytest.mark.parametrize(
        ("field", "value", "zh", "en"),
        [
            ("name", " ", "请填写客户名称", "Name is needed"),
            ("phone", "12", "至少要有 5 位数字", "at least 5 digits"),
            ("email", "one at example", "邮箱格式不对", "no mail address"),
            ("language", "fr", "请从列表中选择", "Choose one"),
            ("customer_type", "king", "请从列表中选择", "Choose one"),
            ("address", "长" * 201, "最多 200 个字", "at most 200"),
            ("name", "另一客户", "请改用合并", "merge the two"),
        ],
    )
    def test_what_is_wrong_is_said_at_its_field(
        self, archive: Archive, field: str, value: str, zh: str, en: str
    ) -> None:
        form = archive.seen(archive.url)
        answer = archive.save(archive.url, form, **{field: value})
        page = answer.get_data(as_text=True)
        assert (answer.status_code, zh in page, f'id="f-{field}-error"' in page) == (422, True, True)
        english = archive.save(archive.url + "?lang=en", form, **{field: value}).get_data(as_text=True)
        assert en in english
        assert archive.customer().name == "近处客户"

    def test_the_second_of_two_is_told_and_may_then_decide(self, archive: Archive) -> None:
        form = archive.seen(archive.url)
        archive.save(archive.url, form, address="甲路1号")
        late = archive.save(archive.url, form, "department_leader_1", address="乙路2号")
        page = late.get_data(as_text=True)
        assert (late.status_code, archive.customer().address) == (409, "甲路1号")
        for text in ("别人修改了", "甲路1号", "乙路2号"):
            assert text in page, text
        seen = re.search(r'name="seen" value="([^"]*)"', page)
        assert seen is not None
        again = {**form, "seen": seen[1], "address": "乙路2号"}
        assert archive.save(archive.url, again).status_code == 302
        assert archive.customer().address == "乙路2号"


class TestUndo:
    def change(self, archive: Archive, **values: str) -> str:
        archive.save(archive.url, archive.seen(archive.url), **values)
        return f"/archive-changes/{archive.rows(select(archive_change).order_by(archive_change.c.id))[-1].id}/undo"

    def test_the_values_of_before_come_back_and_the_record_keeps_both(self, archive: Archive) -> None:
        undo = self.change(archive, phone="000-0000-0099", objected="yes")
        assert archive.save(undo, {}).status_code == 302
        row = archive.customer()
        assert (row.phone, row.phone_digits, row.objected_at) == ("000-0000-0077", "00000000077", None)
        kinds = [event.kind for event in archive.rows(select(history_event).order_by(history_event.c.id))]
        assert kinds[-2:] == ["customer_changed", "archive_change_undone"]
        assert "已撤销" in archive.page(f"/customers/{archive.id}")
        assert archive.save(undo, {}).status_code == 409

    def test_not_when_it_was_changed_again(self, archive: Archive) -> None:
        undo = self.change(archive, address="甲路1号")
        self.change(archive, address="乙路2号")
        answer = archive.save(undo, {})
        assert (answer.status_code, archive.customer().address) == (409, "乙路2号")

    @pytest.mark.parametrize(("login", "status"), [(AGENT, 403), (FAR, 404)])
    def test_only_by_who_may_correct(self, archive: Archive, login: str, status: int) -> None:
        undo = self.change(archive, address="甲路1号")
        assert archive.save(undo, {}, login).status_code == status
        assert archive.save("/archive-changes/999/undo", {}).status_code == 404


class TestProduct:
    def test_corrected_and_undone(self, archive: Archive) -> None:
        form = archive.seen(archive.unit_url)
        saved = archive.save(archive.unit_url, form, serial_no="VIN/77-A", purchase_date="2026-01-05")
        assert saved.headers["Location"].endswith("/products/VIN/77-A")
        assert str(archive.unit().purchase_date) == "2026-01-05"
        assert "产品编号：VIN/77 → VIN/77-A" in archive.page("/products/VIN/77-A")
        (change,) = archive.rows(select(archive_change))
        assert archive.save(f"/archive-changes/{change.id}/undo", {}).status_code == 302
        assert (archive.unit().serial_no, archive.unit().purchase_date) == ("VIN/77", None)

    @pytest.mark.parametrize(
        ("field", "value", "zh"),
        [
            ("serial_no", "", "请填写产品编号"),
            ("serial_no", "VIN-78", "已属于另一台产品"),
            ("category", "ship", "请从列表中选择"),
            ("purchase_date", "5.1.2026", "日期应为"),
            ("commissioned_date", "2027-01-01", "不能晚于今天"),
            ("warranty_end", "2025-01-01", "不能早于购买"),
        ],
    )
    def test_what_is_wrong_is_said(self, archive: Archive, field: str, value: str, zh: str) -> None:
        form = {**archive.seen(archive.unit_url), "purchase_date": "2026-01-05"}
        answer = archive.save(archive.unit_url, form, **{field: value})
        assert (answer.status_code, zh in answer.get_data(as_text=True)) == (422, True)
        assert archive.unit().serial_no == "VIN/77"
