"""`link_to_case`: a second contact is noted on the open case, and its owner is told (D17 row 2)."""

from __future__ import annotations

from typing import Any

from app import clock
from app.engine import JobCall
from app.history import record
from app.messages import Message, Refusal
from app.runtime import Calling


def run(calling: Calling, call: JobCall) -> dict[str, Any]:
    """Writes the contact into the history of the open case."""
    variables = call.variables
    open_case_no = variables.get("open_case_no")
    if not open_case_no:
        raise Refusal(
            "no_open_case",
            Message("没有可以关联的未结服务单。", "There is no open case to link the contact to."),
            field="open_case_no",
            status=422,
        )
    data = {
        "contact_no": variables.get("contact_no"),
        "content": variables.get("content"),
        "told": variables.get("open_case_owner"),
        "from_case": calling.case_no,
    }
    record(calling.tx, actor=calling.actor, kind="contact_linked", case_no=str(open_case_no), data=data)
    return {"linked_at": clock.now().astimezone(clock.ZONE).isoformat()}
