"""Running instances: steps, user tasks, jobs, timers, messages, incidents."""

from __future__ import annotations

from app.runtime.attempts import Attempt, RefusedAttempt
from app.runtime.commands import (
    Submitted,
    acknowledge_attempt,
    cancel_instance,
    claim_task,
    complete_job,
    complete_task,
    fail_job,
    fire_timer,
    hand_over_tasks,
    may_pause,
    note_attempt,
    pause_clock,
    publish_message,
    reassign_task,
    release_task,
    reroute_tasks,
    resolve_incident,
    resume_clock,
    save_draft,
    see_task,
    start_case,
    started_with,
    throw_job_error,
    withdraw_task,
)
from app.runtime.imported import imported_row
from app.runtime.jobs import TableJobs, run_job
from app.runtime.step import StepRecord
from app.runtime.world import Calling, Connector, JobQueue, World

__all__ = [
    "Attempt",
    "Calling",
    "Connector",
    "JobQueue",
    "RefusedAttempt",
    "StepRecord",
    "Submitted",
    "TableJobs",
    "World",
    "acknowledge_attempt",
    "cancel_instance",
    "claim_task",
    "complete_job",
    "complete_task",
    "fail_job",
    "fire_timer",
    "hand_over_tasks",
    "imported_row",
    "may_pause",
    "note_attempt",
    "pause_clock",
    "publish_message",
    "reassign_task",
    "release_task",
    "reroute_tasks",
    "resolve_incident",
    "resume_clock",
    "run_job",
    "save_draft",
    "see_task",
    "start_case",
    "started_with",
    "throw_job_error",
    "withdraw_task",
]
