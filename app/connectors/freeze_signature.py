"""`freeze_signature`: after the customer signed, content and signature are frozen with a hash (readings 13)."""

from __future__ import annotations

from typing import Any

from app.aftersales import signatures
from app.engine import JobCall
from app.messages import Message, Refusal
from app.runtime import Calling

FORM = "onsite_service.service_report"


def run(calling: Calling, call: JobCall) -> dict[str, Any]:
    """Freezes exactly what stood on the signing page; refuses before the work is finished (GR01)."""
    variables = call.variables
    if not variables.get("customer_signature"):
        raise Refusal("not_signed", Message("没有签字，不能冻结报告。", "There is no signature to freeze."), status=422)
    if variables.get("resolution_path") == "fix_now" and not variables.get("work_finished_at"):
        raise Refusal(
            "work_not_finished",
            Message("服务完成前不得取得用户签字。", "A signature may not be taken before the service is finished."),
            field="customer_signature",
            status=422,
        )
    form = calling.world.definitions.live(calling.tx, "onsite_service").forms[FORM]
    shown = {key: variables[key] for key in form.fields if variables.get(key) is not None}
    content = {"form": FORM, "values": shown, "signer": variables.get("signer_name")}
    digest, version = signatures.freeze(
        calling.tx, case_no=calling.case_no, document_no=str(variables["report_no"]), content=content
    )
    return {"content_hash": digest, "signed_version": version}
