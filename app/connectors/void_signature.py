"""`void_signature`: a correction after signing voids the signed version; the customer signs again (GR02)."""

from __future__ import annotations

from typing import Any

from app.aftersales import signatures
from app.engine import JobCall
from app.history import record
from app.runtime import Calling


def run(calling: Calling, call: JobCall) -> dict[str, Any]:
    """Voids what was signed, if anything; clears content_hash and the signature."""
    report_no = call.variables.get("report_no")
    if report_no and signatures.void(calling.tx, document_no=str(report_no), reason="补充处理后重新签字"):
        data = {"report_no": report_no, "content_hash": call.variables.get("content_hash")}
        record(calling.tx, actor=calling.actor, kind="signature_voided", case_no=calling.case_no, data=data)
    return {"content_hash": None, "customer_signature": None, "signer_name": None, "signed_at": None}
