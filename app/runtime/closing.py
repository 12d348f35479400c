"""A record is checked as a whole at the task that closes it (readings 4): `closes_form` at the task names the form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from app import feel, forms
from app.clock import ZONE
from app.db import Transaction
from app.messages import FieldError, Message
from app.runtime.tables import user_task

PROPERTY = "closes_form"
_steps_before = (
    select(user_task.c.process_key, user_task.c.element_id, user_task.c.name)
    .where(
        user_task.c.case_no == bindparam("case_no"),
        user_task.c.form_id == bindparam("form_id"),
        user_task.c.state == "completed",
    )
    .order_by(user_task.c.closed_at, user_task.c.id)
)


def closing_errors(
    tx: Transaction,
    form: forms.Form,
    task: Any,
    record: Mapping[str, Any],
    *,
    library: feel.Library,
    now: datetime,
) -> tuple[FieldError, ...]:
    """What keeps `record` from being closed at this task; each error names the step that left the field open.

    The record is what the case knows with what is being submitted. Costs one statement.
    """
    steps = _way_here(tx, form, task)
    found = forms.record_errors(form, record, library=library, now=now, zone=ZONE, steps=[*steps, task.element_id])
    return tuple(_from(error, form, task.element_id, steps) for error in found)


def _way_here(tx: Transaction, form: forms.Form, task: Any) -> dict[str, str]:
    """The steps of this form that led here, with their names.

    A branch that was not taken asks for nothing, and neither does what was undone by going back: when a step comes
    round again, whatever followed it the last time is still to come.
    """
    way: dict[tuple[str, str], str] = {}
    completed = [
        ((row.process_key, row.element_id), row.name)
        for row in tx.rows(_steps_before, {"case_no": task.case_no, "form_id": form.id})
    ]
    for step, name in [*completed, ((task.process_key, task.element_id), task.name)]:
        if step in way:
            before = list(way)
            way = {earlier: way[earlier] for earlier in before[: before.index(step)]}
        way[step] = name
    return {element_id: name for (_, element_id), name in list(way.items())[:-1]}


def _from(error: FieldError, form: forms.Form, here: str, steps: Mapping[str, str]) -> FieldError:
    field = form.fields.get(error.field.partition("[")[0].partition(".")[0])
    if field is None or field.open_at(here):
        return error
    asked = [name for element_id, name in steps.items() if field.open_at(element_id)]
    if field.is_system or not asked:
        zh = "这一项由系统填写，缺了它不能结束；请联系流程负责人。"
        en = "The system fills this in; the record cannot be closed without it. Tell the process owner."
    else:
        zh = f"属于步骤“{asked[-1]}”，请撤回或退回到那一步更正。"
        en = f"It belongs to the step “{asked[-1]}”: take back or return to that step and correct it."
    return FieldError(error.field, error.code, Message(f"{error.message.zh}{zh}", f"{error.message.en} {en}"))
