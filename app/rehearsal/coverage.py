"""Coverage: which elements and flows of a diagram the scenarios have visited."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from app.engine import Process


@dataclass(slots=True)
class Coverage:
    """Visits of one process, added up over scenarios."""

    process: Process
    elements: Counter[str] = field(default_factory=Counter)
    flows: Counter[str] = field(default_factory=Counter)

    def add(self, moves: Iterable[dict[str, Any]]) -> None:
        """Add the `moved` events of an instance of this process."""
        for move in moves:
            self.elements.update(key for key in move["elements"] if key in self.process.elements)
            self.flows.update(key for key in move["flows"] if key in self.process.flows)

    @property
    def missed_elements(self) -> list[str]:
        """Elements that no scenario completed, in document order."""
        return [key for key in self.process.elements if key not in self.elements]

    @property
    def missed_flows(self) -> list[str]:
        """Flows that no scenario took, in document order."""
        return [key for key in self.process.flows if key not in self.flows]

    @property
    def complete(self) -> bool:
        """Whether everything was visited."""
        return not self.missed_elements and not self.missed_flows

    def sentence(self) -> str:
        """In one line, for the console."""
        elements, flows = len(self.process.elements), len(self.process.flows)
        seen_elements, seen_flows = elements - len(self.missed_elements), flows - len(self.missed_flows)
        return f"{self.process.id}: elements {seen_elements}/{elements}, flows {seen_flows}/{flows}"
