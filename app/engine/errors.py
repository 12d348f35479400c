"""What can go wrong: a refused model, a command that came too late, a BPMN error, a token that is stuck."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.messages import Message, Problem


class ModelRefused(Exception):
    """The file is no model this engine can run; `problems` names every reason at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("; ".join(_sentence(problem) for problem in self.problems if problem.severity == "error"))


def _sentence(problem: Problem) -> str:
    place = problem.element_id or problem.file
    return f"{place}: {problem.message.en}" if place else problem.message.en


class NotWaiting(Exception):
    """The task is not waiting for this command: already done, withdrawn, or of another kind."""

    def __init__(self, task_id: str, wanted: str) -> None:
        self.task_id = task_id
        self.wanted = wanted
        super().__init__(f"task {task_id} is not waiting for {wanted}")


class NotOnPath(Exception):
    """The token of the task has not passed that element since its last fork or join, so it cannot go back to it."""

    def __init__(self, task_id: str, element_id: str) -> None:
        self.task_id = task_id
        self.element_id = element_id
        super().__init__(f"task {task_id} has not come from {element_id} by itself")


class StateUnreadable(Exception):
    """The stored state does not belong to this process version, or is no state at all."""


class BpmnError(Exception):
    """A business error with a code: an error boundary event catches it, otherwise it becomes an incident.

    `otherwise` is raised instead when nothing in the diagram catches it: an inline job refuses the whole step with it.
    """

    def __init__(
        self,
        code: str,
        message: str = "",
        variables: Mapping[str, Any] | None = None,
        *,
        otherwise: Exception | None = None,
    ) -> None:
        self.otherwise = otherwise
        self.code = code
        self.message = message
        self.variables = dict(variables or {})
        super().__init__(f"{code}: {message}" if message else code)


class Stuck(Exception):
    """The token cannot go on; inside the engine only, outside it is the fact `IncidentRaised`."""

    def __init__(self, kind: str, message: Message) -> None:
        self.kind = kind
        self.message = message
        super().__init__(message.en)
