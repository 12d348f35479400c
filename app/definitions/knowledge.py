"""What lint must know of the rooms it may not import: roles, job types, parameters, functions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Passed in by whoever deploys; an empty set switches the rules that need it off."""

    roles: frozenset[str] = frozenset()
    job_types: frozenset[str] = frozenset()
    parameters: frozenset[str] = frozenset()
    library: Any = None  # the FEEL library expressions are compiled against
    deployed_processes: frozenset[str] = field(default_factory=frozenset)
    deployed_forms: frozenset[str] = field(default_factory=frozenset)
    deployed_decisions: frozenset[str] = field(default_factory=frozenset)
