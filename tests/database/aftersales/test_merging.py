"""Duplicates are proposed, merged with everything they have, and taken apart again as they were."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from app.aftersales import customer, customers, merging, product_unit
from app.aftersales.tables import customer_merge
from app.clock import ManualClock
from app.db import Database
from app.identity import SYSTEM
from app.messages import Refusal

PATH = "/C1/R1/O1/"
FACTS = {"contact_phone": "000-0000-0001", "customer_address": "示范路1号", "product_model": "A"}


class Pair:
    """Two customers with one phone, each with a unit."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.transaction() as tx:
            first = {"customer_name": "示例一队", **FACTS, "serial_no": "S1", "customer_address": ""}
            second = {"customer_name": "示例1队", **FACTS, "serial_no": "S2", "contact_person": "调度甲"}
            self.kept, self.merged = (customers.remember(tx, each, unit_path=PATH) for each in (first, second))
        assert self.kept
        assert self.merged

    def row(self, which: Any) -> Any:
        with self.database.reading() as tx:
            return tx.row(select(customer).where(customer.c.id == which))

    def units(self, which: Any) -> list[str]:
        with self.database.reading() as tx:
            return sorted(row.serial_no for row in customers.units_of(tx, which))

    def merge(self, **changes: Any) -> int:
        given = {"kept_id": self.kept, "merged_id": self.merged, "reason": "同一客户", **changes}
        with self.database.transaction() as tx:
            return merging.merge(tx, actor=SYSTEM, **given)

    def undo(self, merge_id: int) -> None:
        with self.database.transaction() as tx:
            merging.undo(tx, merge_id=merge_id, actor=SYSTEM)

    def proposed(self, within: tuple[str, ...] = ("/C1/",)) -> list[list[int]]:
        with self.database.reading() as tx:
            return [[row.id for row in group] for group in merging.duplicates(tx, within=within)]


@pytest.fixture
def pair(database: Database, monday: ManualClock) -> Pair:
    return Pair(database)


class TestProposed:
    def test_customers_with_one_phone_number_are_proposed_together(self, pair: Pair) -> None:
        assert pair.proposed() == [[pair.kept, pair.merged]]

    def test_only_in_ones_own_units(self, pair: Pair) -> None:
        assert pair.proposed(("/C2/",)) == []
        assert pair.proposed(()) == []

    def test_not_when_they_are_merged(self, pair: Pair) -> None:
        pair.merge()
        assert pair.proposed() == []


class TestMerged:
    def test_units_and_what_was_missing_go_to_the_one_who_stays(self, pair: Pair) -> None:
        pair.merge()
        assert (pair.units(pair.kept), pair.units(pair.merged)) == (["S1", "S2"], [])
        kept = pair.row(pair.kept)
        assert (kept.name, kept.contact_person, kept.address) == ("示例一队", "调度甲", "示范路1号")

    def test_only_the_one_who_stays_is_found(self, pair: Pair) -> None:
        pair.merge()
        with pair.database.reading() as tx:
            assert [row.id for row in customers.find_customers(tx, "000-0000")] == [pair.kept]

    def test_whoever_calls_under_the_old_name_is_known_as_the_one_who_stays(self, pair: Pair) -> None:
        pair.merge()
        with pair.database.transaction() as tx:
            facts = {**FACTS, "customer_name": "示例1队", "contact_person": "调度乙"}
            assert customers.remember(tx, facts, unit_path=PATH) == pair.kept
        assert pair.row(pair.kept).contact_person == "调度乙"

    @pytest.mark.parametrize(("changes", "code"), [
        ({"merged_id": 999}, "unknown_customer"), ({"kept_id": 999}, "unknown_customer"),
    ])  # fmt: skip
    def test_nobody_unknown(self, pair: Pair, changes: dict[str, Any], code: str) -> None:
        with pytest.raises(Refusal) as refused:
            pair.merge(**changes)
        assert refused.value.code == code

    def test_nobody_into_himself_and_nobody_twice(self, pair: Pair) -> None:
        with pytest.raises(Refusal) as refused:
            pair.merge(merged_id=pair.kept)
        assert refused.value.code == "same_customer"
        pair.merge()
        with pytest.raises(Refusal) as refused:
            pair.merge()
        assert refused.value.code == "merged_already"


class TestUndone:
    def test_everything_is_as_it_was(self, pair: Pair) -> None:
        before = [(pair.row(each), pair.units(each)) for each in (pair.kept, pair.merged)]
        pair.undo(pair.merge())
        assert [(pair.row(each), pair.units(each)) for each in (pair.kept, pair.merged)] == before
        assert pair.proposed() == [[pair.kept, pair.merged]]

    def test_what_was_written_since_is_kept(self, pair: Pair) -> None:
        merge_id = pair.merge()
        with pair.database.transaction() as tx:
            tx.execute(update(customer).where(customer.c.id == pair.kept).values(address="新路2号"))
            tx.execute(
                update(product_unit).where(product_unit.c.serial_no == "S2").values(warranty_end=date(2027, 1, 1))
            )
            new = {"customer_id": pair.kept, "serial_no": "S3", "category": "vehicle", "model": "A"}
            tx.execute(insert(product_unit).values(**new))
        pair.undo(merge_id)
        assert pair.row(pair.kept).address == "新路2号"
        assert (pair.units(pair.kept), pair.units(pair.merged)) == (["S1", "S3"], ["S2"])

    def test_once_only(self, pair: Pair) -> None:
        merge_id = pair.merge()
        pair.undo(merge_id)
        with pytest.raises(Refusal) as refused:
            pair.undo(merge_id)
        assert refused.value.code == "undone_already"

    def test_not_below_a_later_merge(self, pair: Pair) -> None:
        first = pair.merge()
        with pair.database.transaction() as tx:
            third = customers.remember(tx, {**FACTS, "customer_name": "第三"}, unit_path=PATH)
            second = merging.merge(tx, kept_id=int(third or 0), merged_id=int(pair.kept or 0), reason="", actor=SYSTEM)
        with pytest.raises(Refusal) as refused:
            pair.undo(first)
        assert refused.value.code == "moved_on"
        pair.undo(second)
        pair.undo(first)
        assert pair.units(pair.merged) == ["S2"]

    def test_who_did_it_and_who_undid_it_is_on_record(self, pair: Pair) -> None:
        merge_id = pair.merge()
        pair.undo(merge_id)
        with pair.database.reading() as tx:
            row = tx.row(select(customer_merge))
            assert row is not None
            assert (row.made_by, row.undone_by, row.reason) == (SYSTEM.name, SYSTEM.name, "同一客户")
            assert [each.name for each in merging.merges_of(tx, int(pair.kept or 0))] == ["示例1队"]
