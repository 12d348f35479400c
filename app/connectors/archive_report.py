"""`archive_report`: the approved report is archived when its signed content is unaltered (GR02)."""

from __future__ import annotations

from typing import Any

from app import clock
from app.aftersales import signatures
from app.engine import BpmnError, JobCall
from app.history import record
from app.runtime import Calling
from app.runtime.numbers import next_value


def run(calling: Calling, call: JobCall) -> dict[str, Any]:
    """Sets archive_no; throws SIGNED_CONTENT_CHANGED when the hash does not match any more."""
    report_no, digest = str(call.variables.get("report_no") or ""), call.variables.get("content_hash")
    signed = signatures.standing(calling.tx, report_no)
    if signed is None:
        unaltered = not digest
    else:
        # A report that was signed and has lost its hash was altered, too.
        unaltered = signed.digest == digest and signatures.is_unaltered(signed)
    if not unaltered:
        raise BpmnError("SIGNED_CONTENT_CHANGED", f"the signed content of {report_no} does not match its hash")
    year = f"{clock.now().astimezone(clock.ZONE):%Y}"
    archive_no = f"DA{year}{next_value(calling.tx, 'archive_no', year):06d}"
    data = {"report_no": report_no, "archive_no": archive_no, "content_hash": digest}
    record(calling.tx, actor=calling.actor, kind="report_archived", case_no=calling.case_no, data=data)
    return {"archive_no": archive_no}
