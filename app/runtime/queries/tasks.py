"""One task as its page shows it: the form for this step, what is known, the steps of its run, the draft."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import bindparam, select

from app import feel, forms
from app.db import Transaction
from app.identity import Actor
from app.runtime.commands.tasks import TaskRow, load_task, may_see, may_work, properties_of, unknown_task
from app.runtime.step import restore
from app.runtime.tables import task_draft, user_task
from app.runtime.world import World

_draft = select(task_draft.c.form_values, task_draft.c.saved_at).where(
    task_draft.c.task_id == bindparam("task_id"), task_draft.c.user_id == bindparam("user_id")
)


@dataclass(slots=True)
class TaskView:
    """A task with everything its page needs."""

    found: TaskRow
    form: forms.Form | None
    schema: dict[str, Any] | None
    variables: dict[str, Any]
    library: feel.Library
    may_work: bool
    draft: dict[str, Any] | None = None
    draft_saved_at: Any = None
    steps: list[dict[str, Any]] = field(default_factory=list)

    @property
    def task(self) -> Any:
        """The row."""
        return self.found.task

    @property
    def shows_private(self) -> bool:
        """Whether the office reads it: while a customer fills it in, what is not for customers stays away (GR17)."""
        return _shows_private(self.found.task)


def open_task(tx: Transaction, world: World, actor: Actor, task_id: int) -> TaskView:
    """The task for this person; refuses as unknown what he may not know of."""
    found = load_task(tx, task_id)
    task = found.task
    if not may_see(actor, task):
        raise unknown_task()
    instance, around = restore(tx, world, actor, found)
    variables = instance.root_variables
    if task.state == "open":
        variables = instance.variables(task.engine_task_id)
    form = world.definitions.version(tx, task.version_id).forms.get(task.form_id) if task.form_id else None
    works = task.state == "open" and may_work(actor, task)
    schema = None
    if form is not None:
        schema = forms.view(form, task.element_id, variables, around.library, private=_shows_private(task))
    view = TaskView(found, form, schema, variables, around.library, works)
    if works and actor.id is not None:
        draft = tx.row(_draft, {"task_id": task_id, "user_id": actor.id})
        if draft is not None:
            view.draft, view.draft_saved_at = draft.form_values, draft.saved_at
    view.steps = steps_of(tx, world, actor, task)
    return view


def _shows_private(task: Any) -> bool:
    return task.state != "open" or not task.properties.get("behalf_of")


def steps_of(tx: Transaction, world: World, actor: Actor, task: Any) -> list[dict[str, Any]]:
    """The step bar (readings 5): this person's labelled tasks of this instance, done and open, in order."""
    if not properties_of(tx, world, task).get("step_label"):
        return []
    rows = tx.rows(
        select(user_task.c.id, user_task.c.version_id, user_task.c.element_id, user_task.c.state)
        .where(user_task.c.instance_id == task.instance_id, user_task.c.state.in_(("open", "completed")))
        .order_by(user_task.c.id)
    )
    labels = [(row, properties_of(tx, world, row).get("step_label")) for row in rows]
    return [
        {
            "id": row.id,
            "label": label,
            "state": "current" if row.id == task.id else "done" if row.state == "completed" else "todo",
            "url": f"/tasks/{row.id}",
        }
        for row, label in labels
        if label
    ]
