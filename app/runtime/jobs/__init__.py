"""The job port's adapters and what each kind of job does."""

from __future__ import annotations

from app.runtime.jobs.giving_up import give_up
from app.runtime.jobs.handlers import HANDLERS, Handler, run_job
from app.runtime.jobs.port import Claimed, Doorbell, JobLostError, JobPort
from app.runtime.jobs.table import TableJobs

__all__ = ["HANDLERS", "Claimed", "Doorbell", "Handler", "JobLostError", "JobPort", "TableJobs", "give_up", "run_job"]
