"""A parts ledger to try things on: a warehouse, two vans, a station, and what the world is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from sqlalchemy import insert, select

from app.aftersales import stock
from app.aftersales.stock import Line
from app.aftersales.stock.checks import findings
from app.db import Database, Transaction
from app.identity import SYSTEM

PLACES = {
    "WH1": "warehouse",
    "WH2": "warehouse",
    "VAN1": "van",
    "VAN2": "van",
    "ST1": "station",
    "OLD": "old_parts",
    "SCRAP": "scrap",
    "ROAD": "in_transit",
    "CUSTOMERS": "customer",
    "SUPPLIERS": "supplier",
    "DIFF": "difference",
}
PARTS = {
    "SEAL": {"name": "车门密封胶条", "old_part_duty": True},
    "BOLT": {"name": "螺栓", "old_part_duty": False},
    "OIL": {"name": "机油", "old_part_duty": False, "tracking": "batch"},
    "PUMP": {"name": "水泵", "old_part_duty": True, "tracking": "serial"},
}


class StockRoom:
    """One ledger, and the moves of a day in short words."""

    def __init__(self, database: Database) -> None:
        self.database = database
        with database.transaction() as tx:
            for code, kind in PLACES.items():
                stock.add_location(
                    tx, code=code, kind=kind, name=code, unit_path="/C1/R1/O1/", holder=code, actor=SYSTEM
                )
            for number, values in PARTS.items():
                tx.execute(insert(stock.part).values(part_no=number, spec="", **values))

    @contextmanager
    def work(self) -> Iterator[Transaction]:
        with self.database.transaction() as tx:
            yield tx

    def post(self, kind: str, *lines: Line, document: str = "D1") -> stock.Posted:
        with self.work() as tx:
            return stock.post(tx, kind=kind, lines=lines, document_no=document, actor=SYSTEM)

    def receive(self, part_no: str, quantity: Any, cost: str = "10.00", *, at: str = "WH1", **more: Any) -> None:
        self.post("receive", line(part_no, quantity, "SUPPLIERS", at, unit_cost=Decimal(cost), **more))

    def issue(
        self, document: str, part_no: str, quantity: Any, *, to: str = "VAN1", at: str = "WH1", **more: Any
    ) -> None:
        with self.work() as tx:
            stock.issue(tx, document_no=document, lines=[line(part_no, quantity, at, to, **more)], actor=SYSTEM)

    def use(self, document: str, part_no: str, quantity: Any, *, at: str = "VAN1", **more: Any) -> None:
        with self.work() as tx:
            stock.use(tx, document_no=document, lines=[line(part_no, quantity, at, "", **more)], actor=SYSTEM)

    def unused(self, document: str, part_no: str, quantity: Any, *, at: str = "VAN1", **more: Any) -> None:
        with self.work() as tx:
            lines = [line(part_no, quantity, at, "WH1", **more)]
            stock.return_unused(tx, document_no=document, lines=lines, actor=SYSTEM)

    def old(self, document: str, part_no: str, pieces: int, tag: str) -> int:
        with self.work() as tx:
            lines = [stock.Handed(part_no, pieces, "damaged", tag)]
            return stock.take_back(tx, document_no=document, lines=lines, location="OLD", actor=SYSTEM)

    def write_off(self, document: str, number: str = "XZ1") -> list[stock.Explained]:
        with self.work() as tx:
            return stock.write_off(tx, document_no=document, writeoff_no=number, report_no="BG1")

    def reserve(self, document: str, part_no: str, quantity: Any, *, at: str = "WH1") -> None:
        with self.work() as tx:
            stock.reserve(tx, document_no=document, lines=[line(part_no, quantity, at, at)], actor=SYSTEM)

    def there(self, code: str, part_no: str, state: str = "new") -> Decimal:
        """How much stands at a place, over all batches and pieces."""
        return sum((row.quantity for row in self._rows(code, part_no, state)), Decimal(0))

    def worth(self, code: str, part_no: str, state: str = "new") -> Decimal:
        return sum((row.value for row in self._rows(code, part_no, state)), Decimal(0))

    def reserved(self, code: str, part_no: str) -> Decimal:
        return sum((row.reserved for row in self._rows(code, part_no, "new")), Decimal(0))

    def _rows(self, code: str, part_no: str, state: str) -> Any:
        with self.database.reading() as tx:
            return tx.rows(
                select(stock.stock_balance)
                .join(stock.stock_location, stock.stock_location.c.id == stock.stock_balance.c.location_id)
                .where(
                    stock.stock_location.c.code == code,
                    stock.stock_balance.c.part_no == part_no,
                    stock.stock_balance.c.state == state,
                )
            )

    def rows(self, table: Any) -> list[Any]:
        with self.database.reading() as tx:
            return list(tx.rows(select(table).order_by(*table.primary_key.columns)))

    def wrong(self) -> dict[str, list[str]]:
        """What the checks find: check → where."""
        found: dict[str, list[str]] = {}
        with self.database.reading() as tx:
            for each in findings(tx):
                found.setdefault(each.check, []).append(each.where)
        return found


def line(part_no: str, quantity: Any, source: str, target: str, **more: Any) -> Line:
    return Line(part_no, Decimal(str(quantity)), source, target, **more)
