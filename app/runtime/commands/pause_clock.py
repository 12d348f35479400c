"""Pause a clock of a case by hand, and let it run again, for the three reasons that stop one (CA17)."""

from __future__ import annotations

from app import calendar
from app.calendar import RunningClock
from app.db import Transaction
from app.history import record
from app.identity import Actor
from app.messages import Message, Refusal
from app.runtime.world import World

MAY_PAUSE = ("cs_supervisor", "store_dispatcher", "store_tech_lead", "resident_office_manager", "department_leader")
"""Who dispatches and who leads, each at his units; nobody stops the clock of his own work [+]."""


def may_pause(actor: Actor, org_unit: str) -> bool:
    """Whether the person may stop and start the clocks of that unit (its path)."""
    return any(actor.holds(role, org_unit) for role in MAY_PAUSE)


def pause_clock(tx: Transaction, world: World, *, actor: Actor, clock_id: int, reason: str, note: str) -> RunningClock:
    """Stop a running clock from now on; `note` says who was told or asked.

    Refuses other reasons, limits in calendar days, a clock that stands still or has ended, and who may not.
    """
    running = _load(tx, world, actor, clock_id)
    if not note.strip():
        raise Refusal(
            "note_missing",
            Message("请写明向谁了解、告知了谁。", "Say who was asked or told."),
            field="note",
            status=422,
        )
    paused = calendar.pause_clock(tx, running, reason)
    _record(tx, actor, "clock_paused", paused, reason, note)
    return paused


def resume_clock(tx: Transaction, world: World, *, actor: Actor, clock_id: int, note: str = "") -> RunningClock:
    """Let a clock that stands still run again from now on."""
    resumed = calendar.resume_clock(tx, _load(tx, world, actor, clock_id))
    _record(tx, actor, "clock_resumed", resumed, resumed.clock.pauses[-1].reason, note)
    return resumed


def _load(tx: Transaction, world: World, actor: Actor, clock_id: int) -> RunningClock:
    running = calendar.load_clock(tx, clock_id, lambda unit_path: world.calendar(tx, unit_path))
    if not may_pause(actor, running.org_unit):
        raise Refusal(
            "may_not_pause",
            Message("只有派工人员和部门负责人可以暂停计时。", "Only dispatchers and leaders may pause a clock."),
            status=403,
        )
    return running


def _record(tx: Transaction, actor: Actor, kind: str, running: RunningClock, reason: str, note: str) -> None:
    words = calendar.PAUSE_REASONS[reason]
    data = {
        "clock": running.kind,
        "reason": reason,
        "reason_zh": words.zh,
        "reason_en": words.en,
        "note": note.strip()[:400],
        "zh": running.sentence("zh"),
        "en": running.sentence("en"),
    }
    record(tx, actor=actor, kind=kind, case_no=running.case_no, data=data)
