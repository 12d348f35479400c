"""Queries: what pages show; nothing here writes."""

from __future__ import annotations

from app.runtime.queries.alerts import clock_alerts
from app.runtime.queries.attempts import open_attempts
from app.runtime.queries.cases import case_history, case_instances, case_tasks, find_case, search_cases
from app.runtime.queries.copies import sent_copies
from app.runtime.queries.inbox import Filters, InboxPage, counts, inbox, team_tasks
from app.runtime.queries.tasks import TaskView, open_task, steps_of

__all__ = [
    "Filters",
    "InboxPage",
    "TaskView",
    "case_history",
    "case_instances",
    "case_tasks",
    "clock_alerts",
    "counts",
    "find_case",
    "inbox",
    "open_attempts",
    "open_task",
    "search_cases",
    "sent_copies",
    "steps_of",
    "team_tasks",
]
