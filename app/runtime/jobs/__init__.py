"""The job port's adapters and what each kind of job does."""

from __future__ import annotations

from app.runtime.jobs.handlers import HANDLERS, run_job
from app.runtime.jobs.table import TableJobs

__all__ = ["HANDLERS", "TableJobs", "run_job"]
