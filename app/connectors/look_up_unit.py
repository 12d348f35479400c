"""`look_up_unit`: what is known of a serial number: sale or commissioning date, earlier repairs (D01, D05 inputs)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, select

from app import clock
from app.aftersales import customers
from app.engine import JobCall
from app.identity import SYSTEM
from app.runtime import Calling
from app.runtime.step import load_instance, restore
from app.runtime.tables import case_term, process_instance

# What a visit came to (P07.19): the work was done, whether or not the customer signed for it.
REPAIRED = frozenset({"signed", "signature_refused"})

_visits = (
    select(process_instance.c.id, process_instance.c.case_no, process_instance.c.ended_at)
    .join(case_term, case_term.c.case_no == process_instance.c.case_no)
    .where(
        case_term.c.kind == "serial_no",
        case_term.c.term == bindparam("serial"),
        process_instance.c.process_key == "onsite_service",
        process_instance.c.state == "completed",
        process_instance.c.case_no != bindparam("own"),
    )
    .order_by(process_instance.c.ended_at.desc())
    .limit(20)
)


def run(calling: Calling, call: JobCall) -> dict[str, Any]:
    """Sets serial_resolves, unit_start_date and last_repairs (case_no, at; newest first); null resolves nothing.

    Of the last twenty visits those count that repaired something: not what was declined, given up or only begun.
    """
    serial = str(call.variables.get("serial_no") or "").strip()
    unit = customers.find_unit(calling.tx, serial)
    start = (unit.commissioned_date or unit.purchase_date) if unit is not None else None
    visits = calling.tx.rows(_visits, {"serial": serial.lower(), "own": calling.case_no}) if serial else ()
    rows = [row for row in visits if _outcome(calling, row.id) in REPAIRED]
    return {
        "serial_resolves": start is not None,
        "unit_start_date": start.isoformat() if start is not None else None,
        "last_repairs": [
            {"case_no": row.case_no, "at": row.ended_at.astimezone(clock.ZONE).isoformat()} for row in rows
        ],
    }


def _outcome(calling: Calling, instance_id: int) -> str:
    """What a finished visit came to."""
    instance = restore(calling.tx, calling.world, SYSTEM, load_instance(calling.tx, instance_id))[0]
    return str(instance.root_variables.get("outcome") or "")
