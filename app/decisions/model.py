"""What a decision file holds once it has been read: decisions, knowledge models, services, input data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from app.feel import FeelWarning, to_json
from app.messages import Message, Problem

if TYPE_CHECKING:
    from app.decisions.session import Scope


class Logic(Protocol):
    """A boxed expression: anything that has a value among variables."""

    def value(self, scope: Scope) -> Any:
        """The FEEL value in this scope."""


@dataclass(frozen=True, slots=True)
class Reference:
    """What a requirement points to: a namespace ("" is the file's own) and an id."""

    namespace: str
    id: str


@dataclass(slots=True)
class Input:
    """Input data: a variable that the caller gives."""

    id: str
    name: str
    type: str | None
    line: int | None = None


@dataclass(slots=True)
class Decision:
    """One decision: its logic and what it requires."""

    id: str
    name: str
    line: int | None
    variable: str
    type: str | None
    logic: Logic | None = None
    requires: list[Reference] = field(default_factory=list)
    knows: list[Reference] = field(default_factory=list)
    inputs: list[str] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)
    hit_policy: str | None = None
    rules: int = 0


@dataclass(slots=True)
class Knowledge:
    """A business knowledge model: a function that decisions may call."""

    id: str
    name: str
    line: int | None
    type: str | None
    function: Logic | None = None
    knows: list[Reference] = field(default_factory=list)


@dataclass(slots=True)
class Service:
    """A decision service: several decisions offered as one function."""

    id: str
    name: str
    line: int | None
    type: str | None
    outputs: list[Reference] = field(default_factory=list)
    encapsulated: list[Reference] = field(default_factory=list)
    input_decisions: list[Reference] = field(default_factory=list)
    input_data: list[Reference] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Fired:
    """One rule that decided: which, what it saw and what it gave (as JSON, for the history)."""

    decision_id: str
    decision_name: str
    rule_id: str
    rule_index: int
    inputs: dict[str, Any]
    outputs: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        """A plain dictionary."""
        return {
            "decision_id": self.decision_id,
            "decision_name": self.decision_name,
            "rule_id": self.rule_id,
            "rule_index": self.rule_index,
            "inputs": self.inputs,
            "outputs": self.outputs,
        }


@dataclass(frozen=True, slots=True)
class Outcome:
    """A decision's value (a FEEL value), the rules that fired on the way, and why parts of it became null."""

    value: Any
    fired: list[Fired]
    warnings: list[FeelWarning]

    def json(self) -> Any:
        """The value as a process variable."""
        return to_json(self.value)


class DmnRefused(Exception):
    """A decision file cannot be used; `problems` says why, all at once."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(problem.message.en for problem in problems))
        self.problems = problems


class DecisionError(Exception):
    """A decision has no lawful result: rules clash, it requires itself, or it is not there."""

    def __init__(self, code: str, message: Message, decision_id: str = "", rules: tuple[int, ...] = ()) -> None:
        super().__init__(message.en)
        self.code = code
        self.message = message
        self.decision_id = decision_id
        self.rules = rules
