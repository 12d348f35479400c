"""Outgoing jobs: the call goes out between two transactions, its answer moves the instance on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app import engine
from app.house import House
from app.runtime import complete_job, fail_job, throw_job_error
from app.runtime.commands.outgoing_jobs import load_job
from app.runtime.jobs import Claimed, JobPort


@dataclass(frozen=True, slots=True)
class OutgoingCall:
    """What a connector that leaves the house is given. `key` is the same on every attempt: the receiver may use it."""

    key: str
    type: str
    headers: dict[str, str]
    variables: dict[str, Any]


OutgoingConnector = Callable[[OutgoingCall], dict[str, Any]]


class Outgoing:
    """Runs outgoing jobs with the connectors of the house."""

    def __init__(self, house: House, connectors: Mapping[str, OutgoingConnector]) -> None:
        self._house = house
        self._connectors = connectors

    def run(self, claimed: Claimed, jobs: JobPort) -> None:
        """Call, then complete the job; a BPMN error goes to the diagram, any other failure to the caller."""
        job_id = claimed.payload["job_id"]
        world = self._house.world
        with self._house.db.reading() as tx:
            job = load_job(tx, job_id)
        if job.state != "open":
            with self._house.db.transaction() as tx:
                jobs.done(tx, claimed.id)
            return
        connector = self._connectors.get(job.job_type)
        if connector is None:
            with self._house.db.transaction() as tx:
                jobs.done(tx, claimed.id)
                fail_job(tx, world, job_id=job_id, reason=f"no connector “{job.job_type}” in this house")
            return
        call = OutgoingCall(f"job-{job_id}", job.job_type, job.headers, job.variables)
        try:
            answer = connector(call)
        except engine.BpmnError as error:
            with self._house.db.transaction() as tx:
                throw_job_error(tx, world, job_id=job_id, code=error.code, message=str(error))
                jobs.done(tx, claimed.id)
            return
        with self._house.db.transaction() as tx:
            complete_job(tx, world, job_id=job_id, variables=answer)
            jobs.done(tx, claimed.id)
