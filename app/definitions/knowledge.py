"""What lint must know of the rooms it may not import: roles, job types, parameters, functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.messages import Message


@dataclass(frozen=True, slots=True)
class JobInput:
    """One thing a connector asks for: a variable that the element sees, or a header."""

    name: str
    meaning: Message
    required: bool = False
    header: bool = False


@dataclass(frozen=True, slots=True)
class JobContract:
    """What a connector asks for, sets and throws. `mapped`: its inputs are given by input mappings or headers only."""

    title: Message
    inputs: tuple[JobInput, ...] = ()
    outputs: tuple[tuple[str, Message], ...] = ()
    errors: tuple[tuple[str, Message], ...] = ()  # BPMN error code → when it is thrown
    mapped: bool = False


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Passed in by whoever deploys; an empty set switches the rules that need it off."""

    roles: frozenset[str] = frozenset()
    job_types: frozenset[str] = frozenset()
    contracts: Mapping[str, JobContract] = field(default_factory=dict)  # job type → what its connector asks for
    parameters: frozenset[str] = frozenset()
    library: Any = None  # the FEEL library expressions are compiled against
    deployed_processes: frozenset[str] = field(default_factory=frozenset)
    deployed_forms: frozenset[str] = field(default_factory=frozenset)
    deployed_decisions: frozenset[str] = field(default_factory=frozenset)
