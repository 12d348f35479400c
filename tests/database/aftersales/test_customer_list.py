"""Lists of customers: every mistake by line and cell, and nothing is imported while there is one."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from app.aftersales import customer, customer_list, product_unit
from app.aftersales.customer_list import COLUMNS, Plan
from app.clock import ManualClock
from app.db import Database
from app.identity import SYSTEM
from app.messages import Refusal

UNITS = {"O1": "/C1/R1/O1/"}
HEAD = "客户名称,电话,单位编码,联系人,地址,产品编号,型号,产品类别,购买日期,调试日期,保修到期,客户类型,客户编号"
GOOD = "示例公交一队,000-0000-0001,O1,调度甲,示范路1号,VIN1,A型,整车,2025-03-01,2025/3/5,2027.3.5,单位,"


class Office:
    """Imports lists, as many as come."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def plan(self, *lines: str, encoding: str = "utf-8") -> Plan:
        rows = customer_list.read_list("\n".join([HEAD, *lines]).encode(encoding))
        with self.database.reading() as tx:
            return customer_list.plan(tx, rows, units=UNITS)

    def bring(self, *lines: str) -> Plan:
        made = self.plan(*lines)
        with self.database.transaction() as tx:
            customer_list.apply(tx, made, units=UNITS, actor=SYSTEM)
        return made

    def all(self, table: Any) -> list[Any]:
        with self.database.reading() as tx:
            return list(tx.rows(select(table).order_by(table.c.id)))


@pytest.fixture
def office(database: Database, monday: ManualClock) -> Office:
    return Office(database)


class TestImported:
    def test_a_customer_with_his_product(self, office: Office) -> None:
        made = office.bring(GOOD)
        assert (made.customers("new"), made.units("new")) == (1, 1)
        (who,), (unit,) = office.all(customer), office.all(product_unit)
        assert (who.name, who.phone_digits, who.customer_type, who.unit_path) == (
            "示例公交一队", "00000000001", "company", "/C1/R1/O1/",
        )  # fmt: skip
        assert (unit.customer_id, unit.category, unit.purchase_date, unit.commissioned_date, unit.warranty_end) == (
            who.id, "vehicle", date(2025, 3, 1), date(2025, 3, 5), date(2027, 3, 5),
        )  # fmt: skip

    def test_several_products_of_one_customer_stand_in_several_lines(self, office: Office) -> None:
        office.bring(GOOD, GOOD.replace("VIN1", "VIN2"))
        assert (len(office.all(customer)), len(office.all(product_unit))) == (1, 2)

    def test_the_same_list_again_changes_nothing(self, office: Office) -> None:
        office.bring(GOOD)
        made = office.bring(GOOD)
        assert (made.customers("same"), made.units("same")) == (1, 1)

    def test_what_differs_is_changed_and_an_empty_cell_says_nothing(self, office: Office) -> None:
        office.bring(GOOD)
        made = office.bring("示例公交一队,00000000001,O1,,新路2号,VIN1,B型,,,,,,")
        assert (made.customers("changed"), made.units("changed")) == (1, 1)
        (who,), (unit,) = office.all(customer), office.all(product_unit)
        assert (who.contact_person, who.address, unit.model, unit.category) == ("调度甲", "新路2号", "B型", "vehicle")

    def test_a_number_names_a_customer_whose_name_changed(self, office: Office) -> None:
        office.bring(GOOD)
        number = office.all(customer)[0].customer_no
        office.bring(GOOD.replace("一队", "第一车队") + number)
        assert [row.name for row in office.all(customer)] == ["示例公交第一车队"]

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
    def test_csv_as_excel_saves_it(self, office: Office, encoding: str) -> None:
        assert office.plan(GOOD, encoding=encoding).errors == []

    def test_a_workbook_and_its_template(self, office: Office) -> None:
        content = customer_list.template([["" if key != "name" else "示例" for key in COLUMNS]])
        (row,) = customer_list.read_list(content)
        assert (row.number, row.values["name"]) == (2, "示例")


WRONG: list[tuple[str, str, str]] = [
    (GOOD.replace("示例公交一队", ""), "name", "没有填写"),
    (GOOD.replace("示例公交一队", "名" * 81), "name", "80"),
    (GOOD.replace("000-0000-0001", "12"), "phone", "5 到 20"),
    (GOOD.replace("O1", "O9"), "unit", "O9"),
    (GOOD.replace("整车", "飞船"), "category", "飞船"),
    (GOOD.replace("单位,", "国王,"), "customer_type", "国王"),
    (GOOD.replace("2025-03-01", "去年"), "purchase_date", "去年"),
    (GOOD.replace("2025-03-01", "2025-02-30"), "purchase_date", "2025-02-30"),
    (GOOD.replace("2025-03-01", "2026-03-03"), "purchase_date", "今天以后"),
    (GOOD.replace("2025/3/5", "2025-02-28"), "commissioned_date", "早于"),
    (GOOD.replace("VIN1", ""), "serial_no", "没有产品编号"),
    (GOOD.replace("A型", ""), "model", "没有填写"),
    (GOOD + "KH-NOBODY", "customer_no", "没有这个客户编号"),
]


class TestMistakes:
    @pytest.mark.parametrize(("wrong", "column", "words"), WRONG)
    def test_each_is_named_by_line_and_cell(self, office: Office, wrong: str, column: str, words: str) -> None:
        made = office.plan(GOOD.replace("VIN1", "VIN0"), wrong)
        assert (3, column) in {(error.row, error.column) for error in made.errors}
        assert any(words in error.message.zh for error in made.errors)
        assert {error.row for error in made.errors} == {3}

    def test_all_of_them_at_once(self, office: Office) -> None:
        made = office.plan(",12,O9,,,,,,,,,,", GOOD, GOOD)
        assert {(error.row, error.column) for error in made.errors} == {
            (2, "name"), (2, "phone"), (2, "unit"), (4, "serial_no"),
        }  # fmt: skip

    def test_with_one_of_them_nothing_is_imported(self, office: Office) -> None:
        with pytest.raises(AssertionError, match="never carried out"):
            office.bring(GOOD, GOOD)
        assert office.all(customer) == []

    @pytest.mark.parametrize(("content", "code"), [
        (b"", "file_missing"), ("姓名\n甲".encode(), "columns_missing"), (HEAD.encode(), "no_rows"),
        (b"PK\x03\x04 no workbook", "not_a_list"), (b"\xff\x00\x81", "not_a_list"),
    ])  # fmt: skip
    def test_a_file_that_is_no_list_is_refused(self, content: bytes, code: str) -> None:
        with pytest.raises(Refusal) as refused:
            customer_list.read_list(content)
        assert refused.value.code == code
