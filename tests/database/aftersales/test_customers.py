"""Customers and their units: written down once, known again by phone and name, found by either."""

from __future__ import annotations

import threading
from datetime import date
from typing import Any

import pytest
from sqlalchemy import insert, select

from app.aftersales import customer, customers, product_unit
from app.clock import ManualClock
from app.db import Database

PATH = "/C1/R1/O1/"
FACTS: dict[str, Any] = {
    "customer_name": "示例公交一队",
    "contact_phone": "000-0000-0001",
    "contact_person": "调度员甲",
    "customer_address": "示例市示范路1号停车场",
    "region_code": "R1",
    "serial_no": "DEMO-VIN-0001",
    "product_category": "vehicle",
    "product_model": "示例客车A型",
    "purchase_date": "2025-09-01",
}


class Book:
    """What is written down, and how to write."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def remember(self, **changes: Any) -> int | None:
        with self.database.transaction() as tx:
            return customers.remember(tx, {**FACTS, **changes}, unit_path=PATH)

    def find(self, text: str, **options: Any) -> list[str]:
        with self.database.reading() as tx:
            return [row.name for row in customers.find_customers(tx, text, **options)]

    def all(self, table: Any = customer) -> list[Any]:
        with self.database.reading() as tx:
            return list(tx.rows(select(table).order_by(table.c.id)))


@pytest.fixture
def book(database: Database, monday: ManualClock) -> Book:
    return Book(database)


class TestRemembered:
    def test_customer_and_unit_are_written_down(self, book: Book) -> None:
        customer_id = book.remember()
        (one,), (unit,) = book.all(), book.all(product_unit)
        assert (one.id, one.name, one.phone, one.contact_person) == (
            customer_id,
            "示例公交一队",
            "000-0000-0001",
            "调度员甲",
        )
        assert (unit.customer_id, unit.serial_no, unit.purchase_date) == (
            customer_id,
            "DEMO-VIN-0001",
            date(2025, 9, 1),
        )

    @pytest.mark.parametrize("typed", ["00000000001", "(000) 0000 0001", "０００－００００－０００１"])
    def test_a_customer_is_known_again_however_the_phone_is_typed(self, book: Book, typed: str) -> None:
        assert book.remember() == book.remember(contact_phone=typed)
        assert len(book.all()) == 1

    def test_two_customers_may_share_a_phone(self, book: Book) -> None:
        """A dispatcher who calls for two fleets, on one morning."""
        assert book.remember() != book.remember(customer_name="示例公交二队", serial_no="DEMO-VIN-0002")
        assert len({row.customer_no for row in book.all()}) == 2

    def test_a_customer_with_another_phone_is_another(self, book: Book) -> None:
        assert book.remember() != book.remember(contact_phone="000-0000-0002")

    @pytest.mark.parametrize("missing", ["customer_name", "contact_phone"])
    def test_without_name_or_phone_nobody_is_written_down(self, book: Book, missing: str) -> None:
        assert book.remember(**{missing: None}) is None
        assert book.all() == []

    def test_what_is_longer_than_a_column_is_cut(self, book: Book) -> None:
        """A message from another system keeps to no form."""
        book.remember(
            customer_name="名" * 200,
            contact_person="人" * 100,
            customer_address="址" * 500,
            region_code="R" * 90,
            purchase_proof_no="P" * 90,
            product_category="c" * 90,
            serial_no="S" * 90,
        )
        book.remember(customer_name="名" * 200, serial_no="S" * 90)
        assert (len(book.all()), len(book.all(product_unit))) == (1, 1)


class TestBroughtUpToDate:
    def test_a_new_contact_person_and_address_replace_the_old(self, book: Book) -> None:
        book.remember()
        book.remember(contact_person="调度员乙", customer_address="示例市示范路2号")
        (one,) = book.all()
        assert (one.contact_person, one.address) == ("调度员乙", "示例市示范路2号")

    def test_what_a_call_does_not_tell_is_kept(self, book: Book) -> None:
        book.remember()
        book.remember(contact_person=None, customer_address="", region_code=None)
        (one,) = book.all()
        assert (one.contact_person, one.address, one.region_code) == ("调度员甲", "示例市示范路1号停车场", "R1")

    def test_a_unit_learns_its_dates(self, book: Book) -> None:
        book.remember()
        book.remember(commissioned_date="2025-10-01", warranty_end="2027-10-01")
        (unit,) = book.all(product_unit)
        assert (unit.purchase_date, unit.commissioned_date, unit.warranty_end) == (
            date(2025, 9, 1),
            date(2025, 10, 1),
            date(2027, 10, 1),
        )

    def test_a_unit_keeps_its_category_when_a_call_does_not_tell_it(self, book: Book) -> None:
        book.remember()
        book.remember(product_category=None)
        assert [unit.category for unit in book.all(product_unit)] == ["vehicle"]

    def test_a_unit_of_no_category_is_another_product(self, book: Book) -> None:
        book.remember(product_category=None)
        assert [unit.category for unit in book.all(product_unit)] == ["other"]

    def test_a_unit_follows_its_new_owner(self, book: Book) -> None:
        book.remember()
        owner = book.remember(customer_name="示例旅游客运", contact_phone="000-0000-0002")
        assert [unit.customer_id for unit in book.all(product_unit)] == [owner]

    def test_a_date_that_is_none_is_left_alone(self, book: Book) -> None:
        book.remember(purchase_date="去年")
        assert [unit.purchase_date for unit in book.all(product_unit)] == [None]

    @pytest.mark.parametrize("missing", ["serial_no", "product_model"])
    def test_without_serial_number_or_model_there_is_no_unit(self, book: Book, missing: str) -> None:
        book.remember(**{missing: " "})
        assert (len(book.all()), book.all(product_unit)) == (1, [])


class TestAtTheSameTime:
    def test_a_customer_and_a_unit_are_written_down_once(self, book: Book) -> None:
        failed: list[BaseException] = []
        begin = threading.Barrier(4)

        def call() -> None:
            try:
                begin.wait(10)
                book.remember()
            except BaseException as error:
                failed.append(error)

        threads = [threading.Thread(target=call) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert failed == []
        assert (len(book.all()), len(book.all(product_unit))) == (1, 1)


class TestFound:
    @pytest.mark.parametrize("text", ["000-0000-0001", "0000000", "000", "公交", "示例公交一队"])
    def test_by_the_beginning_of_the_phone_or_a_part_of_the_name(self, book: Book, text: str) -> None:
        book.remember()
        assert book.find(text) == ["示例公交一队"]

    @pytest.mark.parametrize("text", ["", " ", "00", "9", "地铁", "%", "_"])
    def test_too_little_or_something_else_finds_nobody(self, book: Book, text: str) -> None:
        book.remember()
        assert book.find(text) == []

    @pytest.mark.parametrize("text", ["公交3队", "3队", "客车2026", "A级"])
    def test_a_name_may_hold_digits_and_letters(self, book: Book, text: str) -> None:
        book.remember(customer_name="示例公交3队 客车2026 A级")
        assert len(book.find(text)) == 1

    def test_at_most_as_many_as_asked_for(self, book: Book) -> None:
        for number in range(3):
            book.remember(customer_name=f"示例{number}队", serial_no=f"S-{number}")
        assert book.find("示例", limit=2) == ["示例0队", "示例1队"]

    def test_only_those_of_ones_units(self, book: Book) -> None:
        book.remember()
        assert book.find("公交", within=["/C1/R1/"]) == ["示例公交一队"]
        assert book.find("公交", within=["/C1/R2/"]) == []
        assert book.find("公交", within=[]) == []

    def test_units_of_a_customer_the_newest_first_and_those_without_a_date_last(self, book: Book) -> None:
        customer_id = book.remember()
        assert customer_id is not None
        with book.database.transaction() as tx:
            new = {"customer_id": customer_id, "category": "vehicle", "model": "示例客车A型"}
            tx.execute(insert(product_unit), [{**new, "serial_no": "UNDATED", "purchase_date": None}])
            tx.execute(insert(product_unit), [{**new, "serial_no": "NEWER", "purchase_date": date(2026, 1, 1)}])
        with book.database.reading() as tx:
            found = [unit.serial_no for unit in customers.units_of(tx, customer_id)]
        assert found == ["NEWER", "DEMO-VIN-0001", "UNDATED"]
