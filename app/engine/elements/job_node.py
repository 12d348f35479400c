"""What runs a job: at once when its type is inline, otherwise it waits for a worker's answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from app.engine.elements.activity import Activity
from app.engine.elements.flow_node import problem
from app.engine.errors import Stuck
from app.engine.facts import JobClosed, JobCreated
from app.engine.model import Element, Process
from app.messages import Message, Problem

if TYPE_CHECKING:
    from app.engine.tokens import Token


class JobNode(Activity):
    """An element with a `zeebe:taskDefinition`; subclasses may have another way to do their work."""

    def has_job(self) -> bool:
        """Whether the work is a job at all."""
        return self.element.job_type is not None

    def holds(self, plan: Any) -> bool:
        return plan is not None

    def prepare(self, token: Token) -> JobCreated | None:
        if not self.has_job():
            return None
        job_type = self._job_type(token)
        if token.instance.env.is_inline(job_type):
            return None
        return JobCreated(
            token.key,
            self.element.id,
            self.process.id,
            job_type=job_type,
            headers={**self.element.properties, **self.element.headers},
            variables=self.inputs_or_all(token),
            retries=self._retries(token),
        )

    def open(self, token: Token, plan: JobCreated | None) -> None:
        if plan is not None:
            token.internal_data["wait"] = "job"
            token.instance.tell(plan)

    def close(self, token: Token) -> None:
        token.instance.tell(JobClosed(token.key, self.element.id, self.process.id, completed=False))

    def answered(self, token: Token) -> None:
        """A worker has answered."""
        token.instance.tell(JobClosed(token.key, self.element.id, self.process.id, completed=True))

    def execute(self, token: Token) -> Mapping[str, Any] | None:
        return token.instance.env.job(self.job_call(token, self._job_type(token))) or {}

    def _job_type(self, token: Token) -> str:
        job_type = self.text(token, self.element.job_type, Message("任务类型", "The job type"))
        if not job_type:
            raise Stuck("expression", Message("任务类型为空。", "The job type is empty."))
        return job_type

    def _retries(self, token: Token) -> int:
        value = self.value(token, self.element.retries)
        try:
            return 3 if value is None else max(1, int(value))
        except (TypeError, ValueError):
            raise Stuck(
                "expression",
                Message(f"重试次数应为整数,得到 {value!r}。", f"Retries must be a whole number, got {value!r}."),
            ) from None


def without_job(element: Element, process: Process) -> Iterable[Problem]:
    """The problem of an element whose job has no type."""
    if element.job_type is None:
        yield problem(
            element,
            "job_without_type",
            f"「{element.title}」没有任务类型(zeebe:taskDefinition type)。",
            f"{element.title} has no job type (zeebe:taskDefinition type).",
        )
