"""A business rule task names a decision that exists."""

from __future__ import annotations

from collections.abc import Iterator

from app.definitions.bundle import Bundle
from app.definitions.knowledge import Knowledge
from app.definitions.lint.place import at
from app.engine import is_expression
from app.messages import Message, Problem


def check(bundle: Bundle, knowledge: Knowledge) -> Iterator[Problem]:
    """Decision ids that are neither in the bundle nor deployed."""
    for file, process in bundle.processes.values():
        for element in process.elements.values():
            called = element.called_decision
            if called is None or is_expression(called):
                continue
            if called not in bundle.decisions and called not in knowledge.deployed_decisions:
                yield at(
                    file,
                    element,
                    "known_decision",
                    Message(f"没有标识为“{called}”的决策。", f"There is no decision “{called}”."),
                    Message("改正决策标识，或先部署该决策表。", "Correct the decision id or deploy the table first."),
                )
