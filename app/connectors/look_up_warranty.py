"""`look_up_warranty`: whether a unit is in warranty on a day, as its file says (D01 inputs)."""

from __future__ import annotations

from datetime import date
from typing import Any

from app import clock
from app.aftersales import customers
from app.definitions.knowledge import JobContract, JobInput
from app.engine import BpmnError, JobCall
from app.messages import Message, Refusal
from app.runtime import Calling

CONTRACT = JobContract(
    Message("查询保修", "look up the warranty"),
    (
        JobInput("serial_no", Message("产品编号/车架号", "the serial number"), required=True),
        JobInput("on_day", Message("哪一天，默认今天", "on which day; today")),
    ),
    (
        (
            "warranty_status",
            Message("保修状态：in_warranty、out_of_warranty、unknown", "in_warranty, out_of_warranty, unknown"),
        ),
        ("warranty_end", Message("保修到期日", "the last day of the warranty")),
        ("warranty_terms", Message("保修条款", "the terms")),
        ("unit_start_date", Message("调试或购买日期", "the day of commissioning, else of purchase")),
    ),
    (("UNKNOWN_UNIT", Message("没有这台产品的档案", "there is no file of this unit")),),
)


def run(calling: Calling, call: JobCall) -> dict[str, Any]:
    """Sets warranty_status and what it is told from; a unit without a last day is `unknown`, never guessed."""
    serial_no = str(call.variables.get("serial_no") or "").strip()
    unit = customers.find_unit(calling.tx, serial_no)
    if unit is None:
        sentence = Message(f"没有编号“{serial_no}”的产品档案。", f"There is no file of the unit “{serial_no}”.")
        refusal = Refusal("unknown_unit", sentence, field="serial_no", status=422)
        raise BpmnError("UNKNOWN_UNIT", sentence.zh, otherwise=refusal)
    given = str(call.variables.get("on_day") or "")
    day = date.fromisoformat(given[:10]) if given else clock.now().astimezone(clock.ZONE).date()
    start = unit.commissioned_date or unit.purchase_date
    status = "unknown"
    if unit.warranty_end is not None:
        status = "in_warranty" if day <= unit.warranty_end else "out_of_warranty"
    return {
        "warranty_status": status,
        "warranty_end": unit.warranty_end.isoformat() if unit.warranty_end else None,
        "warranty_terms": unit.warranty_terms or None,
        "unit_start_date": start.isoformat() if start else None,
    }
