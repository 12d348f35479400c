"""`notify_roles`: a notice in the case log for the holders of roles (P03.11, GR07)."""

from __future__ import annotations

from typing import Any

from app import clock
from app.connectors.headers import header
from app.engine import JobCall
from app.history import record
from app.identity import nearest_queue
from app.runtime import Calling


def run(calling: Calling, call: JobCall) -> dict[str, Any]:
    """Header `roles` names them; the element's name says what about."""
    roles = header(call, "roles").split()
    queues = {role: nearest_queue(calling.tx, role, calling.unit_path).id for role in roles}
    data = {"roles": roles, "queues": queues, "topic": call.element_name}
    record(calling.tx, actor=calling.actor, kind="notice", case_no=calling.case_no, data=data)
    return {"notified_at": clock.now().astimezone(clock.ZONE).isoformat()}
