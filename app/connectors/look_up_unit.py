"""`look_up_unit`: what is known of a serial number: sale or commissioning date, earlier repairs (D01 inputs)."""

from __future__ import annotations

from typing import Any

from app.aftersales import customers
from app.engine import JobCall
from app.runtime import Calling


def run(calling: Calling, call: JobCall) -> dict[str, Any]:
    """Sets serial_resolves, unit_start_date and last_repairs; a null serial number resolves nothing."""
    unit = customers.find_unit(calling.tx, call.variables.get("serial_no"))
    start = (unit.commissioned_date or unit.purchase_date) if unit is not None else None
    return {
        "serial_resolves": start is not None,
        "unit_start_date": start.isoformat() if start is not None else None,
        "last_repairs": [],
    }
