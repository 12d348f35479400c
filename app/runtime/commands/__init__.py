"""The commands: one file each, actor and transaction as parameters, nothing committed here."""

from __future__ import annotations

from app.runtime.commands.cancel_instance import cancel_instance
from app.runtime.commands.claim_task import claim_task, release_task
from app.runtime.commands.complete_task import Submitted, complete_task
from app.runtime.commands.fire_timer import fire_timer
from app.runtime.commands.note_attempt import acknowledge_attempt, note_attempt
from app.runtime.commands.outgoing_jobs import complete_job, fail_job, throw_job_error
from app.runtime.commands.pause_clock import may_pause, pause_clock, resume_clock
from app.runtime.commands.publish_message import publish_message
from app.runtime.commands.reassign_task import hand_over_tasks, reassign_task, reroute_tasks
from app.runtime.commands.resolve_incident import resolve_incident
from app.runtime.commands.save_draft import save_draft
from app.runtime.commands.scheduled_starts import arrange_starts, fire_timer_start
from app.runtime.commands.see_task import see_task
from app.runtime.commands.start_case import start_case, started_with
from app.runtime.commands.withdraw_task import withdraw_task

__all__ = [
    "Submitted",
    "acknowledge_attempt",
    "arrange_starts",
    "cancel_instance",
    "claim_task",
    "complete_job",
    "complete_task",
    "fail_job",
    "fire_timer",
    "fire_timer_start",
    "hand_over_tasks",
    "may_pause",
    "note_attempt",
    "pause_clock",
    "publish_message",
    "reassign_task",
    "release_task",
    "reroute_tasks",
    "resolve_incident",
    "resume_clock",
    "save_draft",
    "see_task",
    "start_case",
    "started_with",
    "throw_job_error",
    "withdraw_task",
]
