"""`find_open_case`: an open case of the same customer and unit (D17 row 2)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, select

from app.engine import JobCall
from app.identity.tables import user_account
from app.runtime import Calling
from app.runtime.tables import case_term, service_case

_by_serial = (
    select(service_case.c.case_no, user_account.c.login)
    .join(case_term, case_term.c.case_no == service_case.c.case_no)
    .outerjoin(user_account, user_account.c.id == service_case.c.opened_by)
    .where(
        case_term.c.kind == "serial_no",
        case_term.c.term == bindparam("serial"),
        service_case.c.contact_phone == bindparam("phone"),
        service_case.c.closed_at.is_(None),
        service_case.c.case_no != bindparam("own"),
    )
    .order_by(service_case.c.opened_at)
    .limit(1)
)


def run(calling: Calling, call: JobCall) -> dict[str, Any]:
    """Sets open_case_no and open_case_owner, null when there is none; a unit is known by its serial number."""
    serial, phone = call.variables.get("serial_no"), call.variables.get("contact_phone")
    found = None
    if serial and phone:
        asked = {"serial": str(serial).lower(), "phone": phone, "own": calling.case_no}
        found = calling.tx.row(_by_serial, asked)
    return {
        "open_case_no": found.case_no if found else None,
        "open_case_owner": found.login if found else None,
    }
