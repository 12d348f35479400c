"""What every command on a user task checks first: it is there, it is open, this person may touch it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, bindparam, exists, func, select

from app.clock import ZONE
from app.db import Transaction
from app.identity import Actor
from app.identity.tables import user_account
from app.messages import Message, Refusal
from app.runtime.tables import process_instance, service_case, task_draft, undo, user_task
from app.runtime.world import World

_closer = user_account.alias("closer")
_holder = user_account.alias("holder")


def _undo_by(which: Any) -> Any:
    """The lowest or highest number of a person who may take back a step of the instance."""
    return select(which(undo.c.user_id)).where(undo.c.instance_id == process_instance.c.id).scalar_subquery()


_task = (
    select(
        user_task,
        process_instance.c.version_id.label("instance_version_id"),
        process_instance.c.process_key.label("instance_process_key"),
        process_instance.c.process_name.label("instance_process_name"),
        process_instance.c.state.label("instance_state"),
        process_instance.c.revision,
        process_instance.c.org_unit_id,
        process_instance.c.started_at,
        process_instance.c.handed_over_from,
        process_instance.c.engine_state,
        service_case.c.contact_phone,
        service_case.c.product_model,
        service_case.c.customer_name.label("case_customer_name"),
        service_case.c.serial_no.label("case_serial_no"),
        service_case.c.subject.label("case_subject"),
        _closer.c.name.label("closed_by_name"),
        _holder.c.name.label("assignee_name"),
        _holder.c.login.label("assignee_login"),
        # What completing it has to clear away, if there is anything.
        exists().where(task_draft.c.task_id == user_task.c.id).label("has_drafts"),
        _undo_by(func.min).label("undo_by_first"),
        _undo_by(func.max).label("undo_by_last"),
    )
    .join(process_instance, process_instance.c.id == user_task.c.instance_id)
    .join(service_case, service_case.c.case_no == user_task.c.case_no)
    .outerjoin(_closer, _closer.c.id == user_task.c.closed_by)
    .outerjoin(_holder, _holder.c.id == user_task.c.assignee_id)
    .where(user_task.c.id == bindparam("task_id"))
)


class TaskRow:
    """A user task with its instance and case; also looks like the instance row that `run_step` wants."""

    def __init__(self, row: Row[Any]) -> None:
        self.task = row
        self.id = row.instance_id
        self.case_no = row.case_no
        self.version_id = row.instance_version_id
        self.process_key = row.instance_process_key
        self.state = row.instance_state
        self.revision = row.revision
        self.org_unit_id = row.org_unit_id
        self.unit_path = row.unit_path
        self.started_at = row.started_at
        self.handed_over_from = row.handed_over_from
        self.engine_state = row.engine_state
        self.customer_name = row.case_customer_name
        self.contact_phone = row.contact_phone
        self.product_model = row.product_model
        self.serial_no = row.case_serial_no
        self.subject = row.case_subject


def load_task(tx: Transaction, task_id: int) -> TaskRow:
    """The task, or a refusal. One statement."""
    row = tx.row(_task, {"task_id": task_id})
    if row is None:
        raise unknown_task()
    return TaskRow(row)


def properties_of(tx: Transaction, world: World, task: Any) -> Mapping[str, str]:
    """What the diagram says at the element of a task (`version_id`, `element_id`): a closed task does not keep it."""
    element = world.definitions.version(tx, task.version_id).process.elements.get(task.element_id)
    return element.properties if element is not None else {}


def unknown_task() -> Refusal:
    """The same answer for a task that does not exist and one that this person may not know of."""
    return Refusal("unknown_task", Message("没有这项任务。", "There is no such task."), status=404)


def require_open(row: Row[Any]) -> None:
    """Refuse with who dealt with it and when."""
    if row.state == "open":
        return
    if row.state == "completed":
        who, at = row.closed_by_name or "系统", row.closed_at.isoformat(timespec="minutes")
        raise Refusal(
            "already_done",
            Message(f"已由{who}于{local(row.closed_at)}处理。", f"{who} dealt with it at {at}."),
        )
    raise Refusal(
        "withdrawn",
        Message("这项任务已被流程撤销。", "The process has withdrawn this task."),
    )


def local(at: Any) -> str:
    """A moment as the company's people read it."""
    return str(at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M"))


def may_see(actor: Actor, row: Row[Any]) -> bool:
    """Whoever may work on it, worked on it or delegated it, and every role at or above its unit."""
    own = actor.own_ids
    return may_work(actor, row) or row.closed_by in own or row.owner_id in own or actor.reaches(row.unit_path)


def may_work(actor: Actor, row: Row[Any]) -> bool:
    """It is his, or that of somebody he stands in for, or waits unclaimed in one of his queues."""
    if actor.is_system:
        return True
    if actor.guest_of is not None:
        return bool(row.id == actor.guest_of)
    if row.assignee_id is not None:
        return row.assignee_id in actor.own_ids
    return row.queue_id in actor.queue_ids


def require_work(actor: Actor, row: Row[Any]) -> None:
    """Refuse with who has it, or who has dealt with it."""
    if may_work(actor, row):
        return
    if not may_see(actor, row):
        raise unknown_task()
    require_open(row)
    if row.assignee_id is not None:
        raise Refusal(
            "held_by_other",
            Message(f"任务在{row.assignee_name}手中。", f"{row.assignee_name} has this task."),
            status=403,
        )
    raise Refusal("not_your_role", Message("这项任务属于其他角色。", "This task belongs to another role."), status=403)
