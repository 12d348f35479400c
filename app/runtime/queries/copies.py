"""Copies of cases that people were sent (抄送), newest first, by keyset."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select

from app.db import Transaction
from app.identity import Actor
from app.runtime.tables import case_copy, process_instance, service_case, user_task

PAGE = 25


def sent_copies(tx: Transaction, actor: Actor, *, before: int | None = None) -> tuple[list[Row[Any]], int | None]:
    """One page of this person's copies, and the id behind which the next begins."""
    query = (
        select(
            case_copy,
            service_case.c.customer_name,
            service_case.c.subject,
            service_case.c.closed_at,
            user_task.c.name.label("task_name"),
            process_instance.c.process_name,
        )
        .join(service_case, service_case.c.case_no == case_copy.c.case_no)
        .join(user_task, user_task.c.id == case_copy.c.task_id)
        .join(process_instance, process_instance.c.id == user_task.c.instance_id)
        .where(case_copy.c.user_id == actor.id)
        .order_by(case_copy.c.id.desc())
        .limit(PAGE + 1)
    )
    if before is not None:
        query = query.where(case_copy.c.id < before)
    rows = list(tx.rows(query))
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None
