"""A register that has grown to 100,000 rows: its first page, a filtered one, and the whole of it as a file."""

from __future__ import annotations

import http.client
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import psutil
from sqlalchemy import delete, func, insert, select

from app.identity.tables import org_unit
from app.registers import register_row
from tools.bench import data
from tools.bench.client import Browser
from tools.bench.figures import Bench, percentile
from tools.bench.served import Server, serving

ROWS = 100_000
READER = "department_leader_1"
TIMES = 60
# R38 adds up two columns; R01 has the most columns and the longest texts.
CODES = ("R01", "R38")
_BEGIN = datetime(2026, 1, 1, 1, tzinfo=UTC)


def register_figures(bench: Bench) -> None:
    """Fill two registers, then ask for them over HTTP."""
    for code in CODES:
        fill(bench, code)
    data.settle(bench.house.db)
    with serving(bench.env, threads=bench.threads) as server:
        reader = Browser(server.port, READER)
        for code in CODES:
            name = f"register page {code}, {ROWS:,} rows"
            bench.note(f"{name}, p95", _p95(reader, f"/registers/{code}") * 1000, 50, unit="ms")
        for ending, enough in (("csv", 30), ("xlsx", 120)):
            seconds, grown, lines = export(server, reader, f"/registers/R38.{ending}")
            if lines is not None and lines < ROWS:
                raise RuntimeError(f"the export has {lines} lines")
            bench.note(f"register export {ending}, {ROWS:,} rows", seconds, enough, unit="s")
            bench.note(f"register export {ending}, memory it takes", grown, 30, unit="MB")


def fill(bench: Bench, code: str) -> None:
    """The register with so many rows at the first outlet, and nothing else in it."""
    columns = bench.house.registers.registers[code].columns
    with bench.house.db.transaction() as tx:
        path = tx.value(select(org_unit.c.path).where(org_unit.c.code == "O1"))
        tx.execute(delete(register_row).where(register_row.c.register == code))
        for first in range(0, ROWS, 5_000):
            tx.execute(
                insert(register_row),
                [_row(code, columns, path, number) for number in range(first, min(first + 5_000, ROWS))],
            )
        held = tx.value(select(func.count()).select_from(register_row).where(register_row.c.register == code))
        assert held == ROWS


def _row(code: str, columns: Any, path: str, number: int) -> dict[str, Any]:
    at = _BEGIN + timedelta(minutes=number)
    return {
        "register": code,
        "row_key": f"{code}-{number:06d}",
        "case_no": f"FW2026{number:06d}",
        "instance_id": number,
        "unit_path": path,
        "data": {column.id: _value(column, number, at) for column in columns},
        "created_by": "客服甲",
        "created_at": at,
        "updated_at": at,
    }


def _value(column: Any, number: int, at: datetime) -> Any:
    if column.type in {"number", "money"}:
        return number % 97 / 4
    if column.type == "datetime":
        return at.isoformat()
    if column.type == "date":
        return at.date().isoformat()
    if column.type == "bool":
        return number % 2 == 0
    if column.type == "enum":
        return list(column.options)[number % len(column.options)]
    if column.type == "person":
        return "service_engineer_1"
    if column.type == "persons":
        return ["service_engineer_1", "service_engineer_2"]
    return f"示例公交第{number % 800}车队，前门关不严，行车时漏风，编号{number}"


def _p95(reader: Browser, path: str) -> float:
    for _ in range(5):
        reader.get(path)
    return percentile([reader.timed(path) for _ in range(TIMES)], 0.95)


def export(server: Server, reader: Browser, path: str) -> tuple[float, float, int | None]:
    """Seconds, MB by which the server grows meanwhile, and the lines (None for a workbook).

    The first export of a server loads what exports need; the second one is measured.
    """
    _take(server, reader, path + "?f.user_id=nobody")
    before = server.memory()
    most = [before]
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.02):
            try:
                most[0] = max(most[0], server.memory())
            except psutil.NoSuchProcess:
                return

    watcher = threading.Thread(target=watch)
    watcher.start()
    began = time.perf_counter()
    try:
        lines = _take(server, reader, path)
    finally:
        over.set()
        watcher.join()
    return time.perf_counter() - began, most[0] - before, lines if path.endswith(".csv") else None


def _take(server: Server, reader: Browser, path: str) -> int:
    """Read a file as it comes and keep nothing of it; how many lines."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=300)
    connection.request("GET", path, headers={"Cookie": reader.cookies})
    answer = connection.getresponse()
    if answer.status != 200:
        raise RuntimeError(f"GET {path}: {answer.status}")
    lines = 0
    while piece := answer.read(65_536):
        lines += piece.count(b"\n")
    connection.close()
    return lines
