"""A case by its number: its processes, tasks and history; and finding it by anything that is known of it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, or_, select

from app.db import Transaction
from app.history import history_event
from app.identity import Actor
from app.identity.tables import org_unit, user_account
from app.messages import Message, Refusal
from app.runtime.tables import case_copy, case_term, process_instance, service_case, user_task


def find_case(tx: Transaction, actor: Actor, case_no: str) -> Row[Any]:
    """The case for this person; unknown and forbidden get the same answer."""
    row = tx.row(
        select(service_case, org_unit.c.name.label("unit_name"), user_account.c.name.label("opened_by_name"))
        .join(org_unit, org_unit.c.id == service_case.c.org_unit_id)
        .outerjoin(user_account, user_account.c.id == service_case.c.opened_by)
        .where(service_case.c.case_no == case_no)
    )
    if row is None or not (actor.reaches(row.unit_path) or _took_part(tx, actor, case_no)):
        raise Refusal("unknown_case", Message(f"没有服务单“{case_no}”。", f"There is no case “{case_no}”."), status=404)
    return row


def _took_part(tx: Transaction, actor: Actor, case_no: str) -> bool:
    ids = actor.own_ids
    query = select(user_task.c.id).where(
        user_task.c.case_no == case_no, or_(user_task.c.assignee_id.in_(ids), user_task.c.closed_by.in_(ids))
    )
    if not ids:
        return False
    copied = select(case_copy.c.id).where(case_copy.c.case_no == case_no, case_copy.c.user_id.in_(ids))
    return tx.row(query.limit(1)) is not None or tx.row(copied.limit(1)) is not None


def case_instances(tx: Transaction, case_no: str) -> list[Row[Any]]:
    """The processes of a case in the order they started."""
    columns = [column for column in process_instance.c if column.key != "engine_state"]
    query = select(*columns).where(process_instance.c.case_no == case_no).order_by(process_instance.c.id)
    return list(tx.rows(query))


def case_tasks(tx: Transaction, case_no: str) -> list[Row[Any]]:
    """The user tasks of a case with who has or had them."""
    holder, closer = user_account.alias("holder"), user_account.alias("closer")
    query = (
        select(user_task, holder.c.name.label("assignee_name"), closer.c.name.label("closed_by_name"))
        .outerjoin(holder, holder.c.id == user_task.c.assignee_id)
        .outerjoin(closer, closer.c.id == user_task.c.closed_by)
        .where(user_task.c.case_no == case_no)
        .order_by(user_task.c.id)
    )
    return list(tx.rows(query))


def case_history(tx: Transaction, case_no: str) -> list[Row[Any]]:
    """Everything that happened in a case, oldest first."""
    query = select(history_event).where(history_event.c.case_no == case_no).order_by(history_event.c.id)
    return list(tx.rows(query))


def search_cases(tx: Transaction, actor: Actor, text: str, *, limit: int = 50) -> list[Row[Any]]:
    """Cases found by case number, any record number, customer, phone or serial number, newest first."""
    wanted = " ".join(text.split()).lower()
    reach = sorted({holding.unit_path for holding in actor.holdings if actor.reaches(holding.unit_path)})
    if not wanted or not reach:
        return []
    by_term = select(case_term.c.case_no).where(case_term.c.term.contains(wanted, autoescape=True))
    query = (
        select(service_case)
        .where(
            or_(service_case.c.case_no.contains(wanted.upper(), autoescape=True), service_case.c.case_no.in_(by_term)),
            or_(*(service_case.c.unit_path.startswith(path, autoescape=True) for path in reach)),
        )
        .order_by(service_case.c.opened_at.desc(), service_case.c.case_no.desc())
        .limit(limit)
    )
    return list(tx.rows(query))
