"""What one step asks of the room above: time, expressions, decisions, inline jobs and called processes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from app.engine.model import Process


@dataclass(frozen=True, slots=True)
class JobCall:
    """One inline job: `headers` are the task headers over the properties, `variables` all that the element sees."""

    type: str
    headers: dict[str, str] = field(default_factory=dict)
    properties: dict[str, str] = field(default_factory=dict)
    variables: dict[str, Any] = field(default_factory=dict)
    element_id: str = ""
    element_name: str = ""
    process_id: str = ""


class Environment(Protocol):
    """The world of one step; the runtime makes one per command, tests make a small false one."""

    def now(self) -> datetime:
        """The time of this step, aware."""
        ...

    def evaluate(self, expression: str, variables: Mapping[str, Any]) -> Any:
        """The JSON value of a FEEL text without its `=`; any exception becomes an incident."""
        ...

    def decide(
        self, decision_id: str, variables: Mapping[str, Any], process: Process
    ) -> tuple[Any, list[dict[str, Any]]]:
        """The value of a decision and the rules that fired; any exception becomes an incident."""
        ...

    def process(self, process_id: str, caller: Process) -> Process:
        """The process a call activity starts; LookupError becomes an incident."""
        ...

    def process_version(self, process_id: str, digest: str) -> Process:
        """The version (`Process.digest`) a running call began with; asked on restore when `process` gives another."""
        ...

    def is_inline(self, job_type: str) -> bool:
        """Whether `job` runs this type at once; otherwise it is an outgoing job that waits."""
        ...

    def job(self, call: JobCall) -> dict[str, Any] | None:
        """Run an inline job: its result variables. `BpmnError` is caught in the diagram, other exceptions pass."""
        ...
