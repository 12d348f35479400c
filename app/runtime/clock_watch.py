"""Watching the service clocks: 80 % warns the owner, 100 % tells the superior, 200 % the next level (CA18)."""

from __future__ import annotations

from app import calendar
from app.db import Transaction
from app.history import Event, record_all
from app.identity import SYSTEM
from app.runtime.world import World

_KINDS = {"warn": "clock_warned", "breach": "clock_breached", "escalate": "clock_escalated"}


def announce_due_clocks(tx: Transaction, world: World) -> int:
    """Write down each level of each clock that is reached, once; returns how many."""
    due = calendar.due_clocks(tx, lambda unit_path: world.calendar(tx, unit_path))
    record_all(
        tx,
        SYSTEM,
        [
            Event(
                _KINDS[each.announcement],
                case_no=each.running.case_no,
                data={
                    "clock": each.running.kind,
                    "owner": each.running.owner,
                    "zh": each.running.sentence("zh"),
                    "en": each.running.sentence("en"),
                },
            )
            for each in due
        ],
    )
    return len(due)
