"""The first set-up of a company: which of its steps are done, by whom and when."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, insert, select

from app import clock
from app.db import Transaction
from app.history import record
from app.identity.actor import Actor
from app.identity.tables import setup_step

STEPS = ("company", "people", "calendar", "numbers", "opening", "procedures")
FINISHED = "finished"  # beside the steps: the administrator is no longer led to the set-up


def steps_done(tx: Transaction) -> dict[str, Any]:
    """Step → its row: `done_at`, `done_by`. One statement."""
    return {row.step: row for row in tx.rows(select(setup_step))}


def is_founded(tx: Transaction) -> bool:
    """Whether the set-up was ended."""
    return tx.row(select(setup_step.c.step).where(setup_step.c.step == FINISHED)) is not None


def note_step(tx: Transaction, *, actor: Actor, step: str) -> None:
    """Write down that a step is done; done again, the last time counts."""
    assert step in (*STEPS, FINISHED), step
    tx.begin_writing()
    tx.execute(delete(setup_step).where(setup_step.c.step == step))
    tx.execute(insert(setup_step).values(step=step, done_at=clock.now(), done_by=actor.name))
    record(tx, actor=actor, kind="setup_step_done", data={"step": step})
