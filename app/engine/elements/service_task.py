"""The service task: a connector's work."""

from __future__ import annotations

from collections.abc import Iterable

from app.engine.elements.job_node import JobNode, without_job
from app.engine.model import Element, Process
from app.messages import Problem


class ServiceTask(JobNode):
    """Runs the job its task definition names."""

    @classmethod
    def check(cls, element: Element, process: Process) -> Iterable[Problem]:
        return without_job(element, process)
