"""`find_open_case`: an open case of the same customer and unit that the acting person may know of (D17 row 2)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, select

from app.aftersales.customers import digits
from app.engine import JobCall
from app.identity.tables import user_account
from app.runtime import Calling
from app.runtime.tables import case_term, service_case

_by_serial = (
    select(service_case.c.case_no, service_case.c.contact_phone, service_case.c.unit_path, user_account.c.login)
    .join(case_term, case_term.c.case_no == service_case.c.case_no)
    .outerjoin(user_account, user_account.c.id == service_case.c.opened_by)
    .where(
        case_term.c.kind == "serial_no",
        case_term.c.term == bindparam("serial"),
        service_case.c.closed_at.is_(None),
        service_case.c.case_no != bindparam("own"),
    )
    .order_by(service_case.c.opened_at, service_case.c.case_no)
)


def run(calling: Calling, call: JobCall) -> dict[str, Any]:
    """Sets open_case_no and open_case_owner, null when there is none; a unit is known by its serial number."""
    serial, phone = str(call.variables.get("serial_no") or "").strip(), digits(call.variables.get("contact_phone"))
    found = None
    if serial and phone:
        # One unit has few open cases; their phone numbers are compared as people dial them, not as they were typed.
        rows = calling.tx.rows(_by_serial, {"serial": serial[:80].lower(), "own": calling.case_no})
        known = (row for row in rows if calling.actor.reaches(row.unit_path))
        found = next((row for row in known if digits(row.contact_phone) == phone), None)
    return {
        "open_case_no": found.case_no if found else None,
        "open_case_owner": found.login if found else None,
    }
