"""What the page of a task offers besides its form: the verbs, who is asked, what was asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from app.db import Transaction
from app.definitions import sign_rule_of, verbs_of
from app.identity import Actor
from app.identity.tables import user_account
from app.runtime.parts import BEFORE, CONSULT, MAIN, SIGN, parts_of
from app.runtime.queries import TaskView


@dataclass(frozen=True, slots=True)
class Panel:
    """Plain facts for the template; `parts` are rows of `parts_of`."""

    verbs: frozenset[str] = frozenset()
    parts: list[Any] = field(default_factory=list)
    asked_by: str = ""
    to_answer: bool = False  # an opinion or an answer is wanted, not the form
    agrees: bool = False  # and whether it says yes or no
    delegated: bool = False  # to be given back
    recallable: bool = False  # by its owner
    urgeable: bool = False
    quick: bool = False  # an approval in one tap

    @property
    def removable(self) -> list[Any]:
        """Signers who may still be taken out."""
        return [row for row in self.parts if row.state in {"open", "waiting"} and row.part != CONSULT]


def panel_of(tx: Transaction, actor: Actor, view: TaskView) -> Panel:
    """The panel of a task for this person; no statement where the diagram switches nothing on."""
    task = view.task
    verbs = verbs_of(task.properties)
    if task.state != "open" or not (verbs or task.part or task.owner_id or sign_rule_of(task.properties)):
        return Panel(quick=_quick(view))
    main_id = task.part_of or task.id
    parts = parts_of(tx, main_id) if task.part in {MAIN, SIGN} else []
    asker = task.asked_by if task.part_of is not None else task.owner_id
    asked_by = tx.value(select(user_account.c.name).where(user_account.c.id == asker)) if asker else ""
    delegated = task.owner_id is not None
    holds = view.may_work and not delegated and task.part not in {BEFORE, CONSULT}
    offered = verbs - {"urge", "bulk"} if holds else frozenset()
    if task.part == SIGN:
        offered = offered & {"add_signers", "transfer"}
    return Panel(
        verbs=frozenset(offered),
        parts=parts,
        asked_by=asked_by or "",
        to_answer=view.may_work and task.part in {BEFORE, CONSULT},
        agrees=task.part == BEFORE,
        delegated=delegated and view.may_work,
        recallable=delegated and task.owner_id in actor.own_ids,
        urgeable="urge" in verbs and not view.may_work,
        quick=_quick(view),
    )


def _quick(view: TaskView) -> bool:
    """Whether one tap may approve: the form of an approval whose decision this step writes."""
    task, form = view.task, view.form
    if task.properties.get("approval") != "true" or not view.may_work or form is None:
        return False
    if task.owner_id is not None or task.part in {BEFORE, CONSULT}:
        return False
    decision = form.fields.get("decision")
    return decision is not None and decision.open_at(task.element_id)
