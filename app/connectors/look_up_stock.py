"""`look_up_stock`, `compare_count`: what the books say stands at a place, and what was counted there (P15.5, P20.2)."""

from __future__ import annotations

from typing import Any

from app import clock
from app.aftersales import stock
from app.connectors.part_lines import given_lines, text
from app.definitions.knowledge import JobContract, JobInput
from app.engine import JobCall
from app.feel import to_json
from app.messages import Message
from app.runtime import Calling

CONTRACTS = {
    "look_up_stock": JobContract(
        Message("查库存", "look up the stock"),
        (
            JobInput("location", Message("地点编码，默认最近的仓库", "which place; the nearest warehouse")),
            JobInput(
                "kind",
                Message(
                    "不写地点时最近的哪一种：warehouse、station、old_parts、in_transit",
                    "which kind of place is meant when none is named: warehouse, station, old_parts, in_transit",
                ),
            ),
            JobInput("lines", Message("只查这些备件：part_no", "only these parts: part_no")),
        ),
        (
            ("stock_location", Message("查的地点", "the place")),
            (
                "stock_lines",
                Message(
                    "每种备件的结存：part_no、part_name、state、batch、serial_no、qty、reserved、value、expires_on",
                    "what stands there: part_no, part_name, spec, state, batch, serial_no, qty, reserved, value, "
                    "expires_on",
                ),
            ),
        ),
        mapped=True,
    ),
    "compare_count": JobContract(
        Message("盘点对账", "compare a count with the books"),
        (
            JobInput("location", Message("盘点地点编码，默认最近的仓库", "which place; the nearest warehouse")),
            JobInput(
                "lines",
                Message(
                    "已点的：part_no、batch、serial_no、state、book_qty、counted_qty、quality、reason",
                    "what was counted so far: part_no, batch, serial_no, state, book_qty, counted_qty, quality, reason",
                ),
            ),
        ),
        (
            ("count_location", Message("盘点的地点", "the place")),
            (
                "count_lines",
                Message(
                    "账上每一行和账上没有的，带此刻的账面数；已点的保留",
                    "every line of the books and those beside them, with the book of this moment; counts are kept",
                ),
            ),
            ("books_moved", Message("账有变动或有漏点", "the books moved, or a line of theirs was not counted")),
            ("count_differs", Message("有差异或有不合格的", "something differs, or is not good any more")),
        ),
        mapped=True,
    ),
}


def run(calling: Calling, call: JobCall) -> dict[str, Any]:
    """The balances of one place, by part, state, batch and serial number; what is empty is left out."""
    kind = text(call.variables, "kind") or "warehouse"
    code = text(call.variables, "location") or stock.nearest(calling.tx, kind, calling.unit_path)
    stock.location_of(calling.tx, code)
    wanted = {text(each, "part_no") for each in given_lines(call)} or None
    return {
        "stock_location": code,
        "stock_lines": [
            {
                "part_no": row.part_no,
                "part_name": row.name,
                "spec": row.spec,
                "state": row.state,
                "batch": row.batch,
                "serial_no": row.serial_no,
                "qty": to_json(row.quantity),
                "reserved": to_json(row.reserved),
                "value": to_json(row.value),
                "expires_on": row.expires_on.isoformat() if row.expires_on else None,
            }
            for row in stock.held_at(calling.tx, code)
            if wanted is None or row.part_no in wanted
        ],
    }


def compare(calling: Calling, call: JobCall) -> dict[str, Any]:
    """A count sheet: the books of this moment line by line, and beside each what was counted, if it was."""
    code = text(call.variables, "location") or stock.nearest(calling.tx, "warehouse", calling.unit_path)
    stock.location_of(calling.tx, code)
    today = clock.now().astimezone(clock.ZONE).date()
    counted = {_key(line): line for line in given_lines(call)}
    sheet = []
    for row in stock.held_at(calling.tx, code):
        key = (row.part_no, row.state, row.batch, row.serial_no)
        spoiled = "expired" if row.expires_on and row.expires_on < today else "ok"
        quality = "damaged" if row.state == "bad" else spoiled
        expiry = row.expires_on.isoformat() if row.expires_on else None
        sheet.append(_line(key, to_json(row.quantity), counted.pop(key, {}), quality, expiry))
    sheet += [_line(key, 0, line, "ok", line.get("expiry")) for key, line in counted.items()]
    shown = {_key(line): line.get("book_qty") or 0 for line in given_lines(call)}
    return {
        "count_location": code,
        "count_lines": sheet,
        "books_moved": any(shown.get(_key(line)) != line["book_qty"] for line in sheet),
        "count_differs": any(
            line["counted_qty"] != line["book_qty"] or (line["quality"] != "ok" and line["state"] != "bad")
            for line in sheet
        ),
    }


def _key(line: dict[str, Any]) -> tuple[str, str, str, str]:
    return text(line, "part_no"), text(line, "state") or "new", text(line, "batch"), text(line, "serial_no")


def _line(
    key: tuple[str, str, str, str], book: Any, counted: dict[str, Any], quality: str, expiry: str | None
) -> dict[str, Any]:
    part_no, state, batch, serial_no = key
    return {
        "part_no": part_no,
        "batch": batch,
        "serial_no": serial_no,
        "state": state,
        "book_qty": book,
        "counted_qty": counted.get("counted_qty"),
        "quality": counted.get("quality") or quality,
        "expiry": counted.get("expiry") or expiry,
        "reason": counted.get("reason"),
    }
