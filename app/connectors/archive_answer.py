"""`archive_answer`: the answer to a contact gets its archive number (P01.10, GR06)."""

from __future__ import annotations

from typing import Any

from app import clock
from app.engine import JobCall
from app.history import record
from app.messages import Message, Refusal
from app.runtime import Calling
from app.runtime.numbers import next_value


def run(calling: Calling, call: JobCall) -> dict[str, Any]:
    """Refuses an answer without text; sets archive_no."""
    text = str(call.variables.get("reply_text") or "").strip()
    if not text:
        raise Refusal(
            "no_answer",
            Message("没有回复内容，不能存档。", "There is no answer to archive."),
            field="reply_text",
            status=422,
        )
    year = f"{clock.now().astimezone(clock.ZONE):%Y}"
    archive_no = f"DA{year}{next_value(calling.tx, 'archive_no', year):06d}"
    data = {"archive_no": archive_no, "reply_text": text, "reply_file": call.variables.get("reply_file")}
    record(calling.tx, actor=calling.actor, kind="answer_archived", case_no=calling.case_no, data=data)
    return {"archive_no": archive_no}
