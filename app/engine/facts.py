"""Facts: what one step of the engine did, in order, for the rooms above to write down."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Fact:
    """`task_id` names the token's task, `element_id` the BPMN element, `process_id` the process that holds it."""

    task_id: str
    element_id: str
    process_id: str


@dataclass(frozen=True, slots=True)
class ElementActivated(Fact):
    """A token arrived. `whole`: a multi-instance element tells itself once as a whole, then each item tells itself."""

    whole: bool = False


@dataclass(frozen=True, slots=True)
class ElementCompleted(Fact):
    """A token left; for an exclusive or inclusive gateway `flows` holds the sequence flows taken.

    `seen` is what it saw inside a called process, whose scope may be gone when the step ends; None elsewhere.
    """

    flows: tuple[str, ...] = ()
    whole: bool = False
    seen: dict[str, Any] | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class ElementCancelled(Fact):
    """A token was withdrawn: boundary event, terminate end, completion condition or cancelled instance."""

    whole: bool = False


@dataclass(frozen=True, slots=True)
class UserTaskOpened(Fact):
    """A user task waits; every expression of it is evaluated."""

    name: str
    role: str | None = None
    assignee: str | None = None
    candidate_groups: tuple[str, ...] = ()
    candidate_users: tuple[str, ...] = ()
    form_id: str | None = None
    due_at: str | None = None
    follow_up_at: str | None = None
    priority: int = 50
    properties: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class UserTaskClosed(Fact):
    """The user task ended: completed, or withdrawn with its token."""

    completed: bool = True


@dataclass(frozen=True, slots=True)
class JobCreated(Fact):
    """An outgoing job waits for a worker; `variables` are its inputs."""

    job_type: str
    headers: dict[str, str]
    variables: dict[str, Any]
    retries: int = 3


@dataclass(frozen=True, slots=True)
class JobClosed(Fact):
    """The job was answered or withdrawn with its token."""

    completed: bool = True


@dataclass(frozen=True, slots=True)
class TimerArmed(Fact):
    """A timer waits; fire it with `Instance.fire_timer(task_id)` at `due_at`. None: not armed, but told."""

    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class TimerDisarmed(Fact):
    """The timer fired or was withdrawn."""


@dataclass(frozen=True, slots=True)
class SubscriptionOpened(Fact):
    """A message is awaited."""

    message_name: str
    correlation_key: str | None


@dataclass(frozen=True, slots=True)
class SubscriptionClosed(Fact):
    """The message came, or is no longer awaited."""


@dataclass(frozen=True, slots=True)
class MessagePublished(Fact):
    """A message was thrown: for a waiting subscription or a message start event."""

    message_name: str
    correlation_key: str | None
    variables: dict[str, Any]


@dataclass(frozen=True, slots=True)
class DecisionEvaluated(Fact):
    """A business rule task asked a decision; `fired` lists the rules with inputs and outputs."""

    decision_id: str
    value: Any
    fired: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class IncidentRaised(Fact):
    """The token cannot go on until someone mends it; `Instance.retry(task_id)` tries again."""

    kind: str
    message_zh: str
    message_en: str


@dataclass(frozen=True, slots=True)
class IncidentResolved(Fact):
    """The incident is over: the token tries again (it may tell a new one at once), was led past it, or is withdrawn."""


@dataclass(frozen=True, slots=True)
class InstanceCompleted(Fact):
    """No token is left. `element_id` is the last end event reached, `end_name` its name."""

    end_name: str
    terminated: bool = False
