"""`look_up_stock`: what the books say stands at a place (P15.5, P18.7, P20.2)."""

from __future__ import annotations

from typing import Any

from app.aftersales import stock
from app.connectors.part_lines import given_lines, place, text
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
    )
}


def run(calling: Calling, call: JobCall) -> dict[str, Any]:
    """The balances of one place, by part, state, batch and serial number; what is empty is left out."""
    code = place(calling, call, "location", "warehouse")
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
