"""How many moves a second the parts ledger takes from eight writers, and whether its books agree afterwards."""

from __future__ import annotations

import itertools
import threading
import time
from decimal import Decimal

from sqlalchemy import insert, select

from app.aftersales import stock
from app.aftersales.stock import Line
from app.house import House
from app.identity import SYSTEM
from tools.bench.figures import Figure

WRITERS, SECONDS, PARTS = 8, 5.0, 40
LEAST = {"SQLite": 100, "PostgreSQL": 150}  # moves a second, each its own durable transaction
_PATH = "/BENCH/"


def ledger_figure(name: str, house: House) -> Figure:
    """Eight threads carry single pieces between two warehouses, every move in a transaction of its own."""
    _furnish(house)
    moves = itertools.count()
    until = time.perf_counter() + SECONDS
    failed: list[BaseException] = []

    def carry(writer: int) -> None:
        try:
            for turn in itertools.count(writer):
                if time.perf_counter() > until:
                    return
                way = ("BENCH-1", "BENCH-2") if turn % 2 else ("BENCH-2", "BENCH-1")
                line = Line(f"BENCH-{turn % PARTS}", Decimal(1), *way)
                with house.db.transaction() as tx:
                    stock.post(tx, kind="transfer", lines=[line], document_no=f"BENCH-{writer}", actor=SYSTEM)
                next(moves)
        except BaseException as error:
            failed.append(error)

    began = time.perf_counter()
    threads = [threading.Thread(target=carry, args=(writer,)) for writer in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    if failed:
        raise failed[0]
    with house.db.one_moment() as tx:
        wrong = next(stock.findings(tx), None)
    assert wrong is None, wrong
    figure = Figure(f"{name}: ledger moves/s with {WRITERS} writers", next(moves) / took, LEAST[name], at_least=True)
    print(f"  {figure.what}: {figure.value:.0f}", flush=True)
    return figure


def _furnish(house: House) -> None:
    with house.db.transaction() as tx:
        if tx.row(select(stock.stock_location.c.id).where(stock.stock_location.c.code == "BENCH-1")) is not None:
            return
        for code in ("BENCH-1", "BENCH-2"):
            stock.add_location(tx, code=code, kind="warehouse", name=code, unit_path=_PATH, actor=SYSTEM)
        tx.execute(insert(stock.part), [{"part_no": f"BENCH-{n}", "name": f"BENCH-{n}"} for n in range(PARTS)])
        supplier = stock.the_world(tx, "supplier")
        for code in ("BENCH-1", "BENCH-2"):
            lines = [
                Line(f"BENCH-{n}", Decimal(100_000), supplier, code, unit_cost=Decimal("12.34")) for n in range(PARTS)
            ]
            stock.post(tx, kind="receive", lines=lines, document_no="BENCH", actor=SYSTEM)
