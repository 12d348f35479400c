"""`freeze_signature`: after the customer signed, content and signature are frozen with a hash (readings 13)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from sqlalchemy import bindparam, select

from app.aftersales import signatures
from app.connectors.headers import optional_header, wrong_diagram
from app.engine import JobCall
from app.messages import Message, Refusal
from app.runtime import Calling
from app.runtime.tables import attachment

FORM = "onsite_service.service_report"
_files = select(attachment.c.id, attachment.c.digest).where(attachment.c.case_no == bindparam("case_no"))


def run(calling: Calling, call: JobCall) -> dict[str, Any]:
    """Freezes exactly what stood on the signing page; refuses before the work is finished (GR01).

    Header `form` names the signed form, else it is the service report; `report_no` is the number of what was signed.
    Header `form` names the signed form, else it is the service report; `report_no` is the number of what was signed.
    Kept are the values, the digests of the files among them, the form as it was shown, and who signed.
    """
    variables = call.variables
    report_no = str(variables.get("report_no") or "")
    form_id = optional_header(call, "form") or FORM
    form_id = optional_header(call, "form") or FORM
    if not variables.get("customer_signature"):
        raise Refusal("not_signed", Message("没有签字，不能冻结报告。", "There is no signature to freeze."), status=422)
    if not report_no:
        raise Refusal(
            "no_report_no",
            Message("报告没有编号，不能封存。", "A report without a number cannot be frozen."),
            status=422,
        )
    if (form_id != FORM or variables.get("resolution_path") == "fix_now") and not variables.get("work_finished_at"):
        raise Refusal(
            "work_not_finished",
            Message("服务完成前不得取得用户签字。", "A signature may not be taken before the service is finished."),
            field="customer_signature",
            status=422,
        )
    form = calling.version_of(call.process_id).forms.get(form_id)
    if form is None:
        raise wrong_diagram(call, f"要封存的表单 {form_id} 不存在", f"freezes the form {form_id}, which does not exist")
    # What is private was not on the page that the customer signed (GR17), and may still be amended.
    seen = (key for key, found in form.fields.items() if not found.private)
    shown = {key: variables[key] for key in seen if variables.get(key) is not None}
    named = set(_texts(shown))
    content = {
        "form": form_id,
        "form_version": hashlib.sha256(form.dumps()).hexdigest(),
        "values": shown,
        "files": {
            row.id: row.digest for row in calling.tx.rows(_files, {"case_no": calling.case_no}) if row.id in named
        },
        "signer": variables.get("signer_name"),
    }
    digest, version = signatures.freeze(calling.tx, case_no=calling.case_no, document_no=report_no, content=content)
    return {"content_hash": digest, "signed_version": version}


def _texts(value: Any) -> Iterator[str]:
    """Every text in a value, however deep: the ids of files are among them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)
