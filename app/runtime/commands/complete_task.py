"""Complete a user task: open? mine? form valid? then move on, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.exc import IntegrityError

from app import clock, forms
from app.clock import ZONE
from app.db import Transaction
from app.forms import Checked
from app.history import Event
from app.identity import Actor
from app.messages import FieldError, Message, Refusal
from app.runtime import closing
from app.runtime.attempts import Attempt, RefusedAttempt, attempts_at
from app.runtime.commands import signing
from app.runtime.commands.note_attempt import note_attempt
from app.runtime.commands.tasks import TaskRow, load_task, properties_of, require_open, require_work
from app.runtime.elements import Opened
from app.runtime.lookups import RuntimeLookups
from app.runtime.step import StepRecord, restore, run_step
from app.runtime.tables import submission, task_draft, undo, user_task
from app.runtime.world import World

_open_in_case = (
    select(user_task.c.id, user_task.c.assignee_id, user_task.c.queue_id)
    .where(user_task.c.case_no == bindparam("case_no"), user_task.c.state == "open")
    .order_by(user_task.c.id)
)
_seen_key = select(submission.c.answer, submission.c.user_id, submission.c.task_id).where(
    submission.c.key == bindparam("key")
)
_keep_key = insert(submission)
_forget_draft = delete(task_draft).where(task_draft.c.task_id == bindparam("its_task"))
_forget_own_draft = _forget_draft.where(task_draft.c.user_id == bindparam("its_user"))
_forget_undo = delete(undo).where(
    undo.c.instance_id == bindparam("its_instance"), undo.c.user_id != bindparam("its_user")
)
_forget_every_undo = delete(undo).where(undo.c.instance_id == bindparam("its_instance"))
_keep_undo = insert(undo)
_filled_in_before = select(user_task.c.version_id, user_task.c.element_id).where(
    user_task.c.case_no == bindparam("case_no"),
    user_task.c.form_id == bindparam("form_id"),
    user_task.c.state == "completed",
    user_task.c.closed_by == bindparam("user"),
    user_task.c.element_id != bindparam("element_id"),
)


@dataclass(frozen=True, slots=True)
class Submitted:
    """The answer to a submission: where this person goes on. `repeated` when the same request came twice."""

    case_no: str
    next_task_id: int | None
    next_is_step: bool = False  # the next of consecutive steps on one page (readings 5)
    repeated: bool = False

    def as_json(self) -> dict[str, Any]:
        """What is kept for a request that comes again."""
        return {"case_no": self.case_no, "next_task_id": self.next_task_id, "next_is_step": self.next_is_step}


def complete_task(
    tx: Transaction,
    world: World,
    *,
    actor: Actor,
    task_id: int,
    values: dict[str, Any],
    key: str | None = None,
    check_form: bool = True,
) -> Submitted:
    """Check the form and complete the task; a `key` seen before answers as it did then.

    `check_form=False` is for models that are tried on the command line without their people.

    Raises Refusal: `already_done` (who and when), `held_by_other`, `own_form` (nobody approves what they filled in,
    §0.4), `form` with an error per field, `moved_on`.
    """
    found = load_task(tx, task_id)
    task = found.task
    if task.state != "open" and key is not None:
        kept = tx.row(_seen_key, {"key": key})
        if kept is not None and kept.user_id == actor.id and kept.task_id == task_id:
            return Submitted(**kept.answer, repeated=True)
    require_work(actor, task)
    require_open(task)
    signing.require_decidable(tx, task)
    _require_other_eyes(tx, world, actor, task)
    moving = signing.task_that_moves(tx, found)
    instance, around = restore(tx, world, actor, moving)
    known = instance.variables(task.engine_task_id)
    checked = _checked(tx, world, actor, found, values, known, around.library, around.now()) if check_form else None
    if check_form and task.form_id is None:
        # Without a form nothing is asked, so nothing is taken.
        values = {}
    data: dict[str, Any] = {"values": checked.values if checked else values}
    if checked is not None and checked.tampered:
        # Nobody is accused (readings 21): the attempt has no effect and is on record.
        data["refused_changes"] = list(checked.tampered)
    if checked is not None and checked.corrections:
        data["corrections"] = [
            {"field": each.field, "before": each.before, "after": each.after, "reason": each.reason}
            for each in checked.corrections
        ]
    if actor.guest_of is not None:
        tx.must_last()
        data["guest"] = actor.name
    elif task.assignee_id is not None and task.assignee_id != actor.id and not actor.is_system:
        data["for"] = task.assignee_name
    if task.properties.get("behalf_of") and actor.guest_of is None:
        data["behalf_of"] = task.properties["behalf_of"]
    result = signing.counts(tx, actor, task, data, data["values"])
    if result is None:
        tx.execute(_forget_own_draft, {"its_task": task.id, "its_user": actor.id})
        answer = Submitted(task.case_no, _waiting_in_case(tx, actor, task.case_no))
        _remember_key(tx, actor, task.id, key, answer)
        return answer
    if moving is not found:
        data = {"values": result}
    completed = Event(
        "task_completed",
        case_no=task.case_no,
        instance_id=task.instance_id,
        task_id=moving.task.id,
        element_id=task.element_id,
        element_name=task.name,
        data=data,
    )
    record = run_step(
        tx,
        world,
        actor,
        moving,
        lambda engine_instance: engine_instance.complete_user_task(task.engine_task_id, result),
        events=[completed],
        restored=(instance, around),
        claim=task.role,
    )
    if moving is not found or actor.guest_of is not None:
        record.reversible = False  # others have signed too, or somebody who cannot come back
    if task.has_drafts:
        tx.execute(_forget_draft, {"its_task": task.id})
    _remember_for_undo(tx, actor, found, record, values)
    following = next_task(actor, record)
    answer = Submitted(
        task.case_no,
        following.id if following is not None else _waiting_in_case(tx, actor, task.case_no),
        following is not None and following.is_step and following.assignee_id in actor.own_ids,
    )
    _remember_key(tx, actor, task.id, key, answer)
    return answer


def _remember_key(tx: Transaction, actor: Actor, task_id: int, key: str | None, answer: Submitted) -> None:
    if key is None:
        return
    row = {"key": key, "user_id": actor.id, "task_id": task_id, "answer": answer.as_json(), "at": clock.now()}
    try:
        tx.execute(_keep_key, row)
    except IntegrityError as twice:
        raise Refusal(
            "key_used", Message("这次提交已收到，请刷新。", "This submission was received; reload the page.")
        ) from twice


def next_task(actor: Actor, record: StepRecord) -> Opened | None:
    """The task this person goes on with: his own first, else one that waits in his queues."""
    for mine in (True, False):
        for opened in record.opened:
            if mine and opened.assignee_id is not None and opened.assignee_id in actor.own_ids:
                return opened
            if not mine and opened.assignee_id is None and opened.queue_id in actor.queue_ids:
                return opened
    return None


def _waiting_in_case(tx: Transaction, actor: Actor, case_no: str) -> int | None:
    """Another task of the case that this person may go on with: his own before those of his queues, oldest first."""
    if actor.is_system:
        return None
    waiting = tx.rows(_open_in_case, {"case_no": case_no})
    own = [row.id for row in waiting if row.assignee_id in actor.own_ids]
    queued = [row.id for row in waiting if row.assignee_id is None and row.queue_id in actor.queue_ids]
    return next(iter(own + queued), None)


def _require_other_eyes(tx: Transaction, world: World, actor: Actor, task: Any) -> None:
    if task.properties.get("approval") != "true" or actor.is_system:
        return
    asked = {"case_no": task.case_no, "form_id": task.form_id, "user": actor.id, "element_id": task.element_id}
    # A task that only answers on somebody else's form says so with the property `own_form=false`.
    before = tx.rows(_filled_in_before, asked)
    if any(properties_of(tx, world, row).get("own_form") != "false" for row in before):
        raise Refusal(
            "own_form",
            Message(
                "不能审批本人填写的单据，请由他人或代理人审批。",
                "Nobody approves a form they filled in; another approver or the deputy must act.",
            ),
            status=403,
        )


def _checked(
    tx: Transaction,
    world: World,
    actor: Actor,
    found: TaskRow,
    values: dict[str, Any],
    known: dict[str, Any],
    library: Any,
    now: Any,
) -> Checked | None:
    task = found.task
    if task.form_id is None:
        return None
    deployed = world.definitions.version(tx, task.version_id).forms
    form = _form(deployed, task.form_id)
    checked = forms.check(
        form,
        task.element_id,
        values,
        known,
        library=library,
        now=now,
        lookups=RuntimeLookups(tx, world, task, actor),
        actor="" if actor.is_system else actor.login,  # the system is nobody: what names a person stays empty
        zone=ZONE,
    )
    if not checked.ok:
        raise _refused(checked.errors, attempts_at(task, form, deployed.values(), known, checked, checked.errors))
    if (closed := task.properties.get(closing.PROPERTY)) is not None:
        whole, record = _form(deployed, closed), {**known, **checked.values}
        errors = closing.closing_errors(tx, whole, task, record, library=library, now=now)
        if errors:
            raise _refused(errors, attempts_at(task, form, deployed.values(), known, checked, errors))
    for attempt in attempts_at(task, form, deployed.values(), known, checked):
        note_attempt(tx, actor=actor, attempt=attempt)
    return checked


def _refused(errors: tuple[FieldError, ...], attempts: tuple[Attempt, ...]) -> Refusal:
    refusal = form_refusal(errors)
    return RefusedAttempt(refusal, attempts) if attempts else refusal


def _form(deployed: Mapping[str, forms.Form], form_id: str) -> forms.Form:
    form = deployed.get(form_id)
    if form is None:
        raise Refusal(
            "form_missing",
            Message(f"表单“{form_id}”未随流程部署。", f"The form “{form_id}” is not deployed with the process."),
        )
    return form


def form_refusal(errors: tuple[FieldError, ...]) -> Refusal:
    """The one shape of a form that is not accepted."""
    return Refusal(
        "form",
        Message(f"有 {len(errors)} 处需要更正。", f"{len(errors)} entries need correction."),
        field=errors[0].field if errors else None,
        status=422,
        errors=errors,
    )


def _remember_for_undo(
    tx: Transaction, actor: Actor, found: TaskRow, record: StepRecord, values: dict[str, Any]
) -> None:
    """Keep what the step changed, so that 撤回 can turn it back until the next person has opened the task."""
    user = actor.id if actor.id is not None else -1
    if not record.may_be_taken_back:
        if found.task.undo_by_first is not None:
            tx.execute(_forget_every_undo, {"its_instance": found.id})
        return
    if {found.task.undo_by_first, found.task.undo_by_last} - {None, user}:
        tx.execute(_forget_undo, {"its_instance": found.id, "its_user": user})
    tx.execute(
        _keep_undo,
        {
            "task_id": found.task.id,
            "instance_id": found.id,
            "user_id": user,
            "revision": record.revision,
            "engine_state": record.engine_state_before,
            "rows": record.undo_rows,
            "form_values": values,
        },
    )
