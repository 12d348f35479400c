"""Writes docs/connectors.md from the contracts of the connectors."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from app.connectors import CONTRACTS, OUTGOING

PAGE = Path(__file__).parent.parent / "docs" / "connectors.md"
HEAD = """# Connectors

Written by `python -m tools.write_connectors` from `app/connectors/contracts.py`; a test compares.

An inline connector runs in the transaction of the step that comes to it, so a stock move and the task that causes it
are committed together or not at all. An *outgoing* one is a job that a worker does after the commit; when it fails it
comes again with growing pauses, after the last attempt an incident stands at its element. How to add one:
`docs/how_to/add_a_connector.md`.

- An *input* is a variable that the element sees, a *header* is a task header or a property. Lint says which one is
  missing. Connectors marked *mapped* take their inputs from input mappings only.
- An *error* is a BPMN error code: an error boundary event with this code (or without any) catches it. When nothing in
  the diagram catches it, the submit is refused with the sentence and nothing is kept; an outgoing one ends in an
  incident.
- Quantities are exact decimals with at most three places, money is CNY with two; neither is ever rounded silently.
"""


def page() -> str:
    """The whole document."""
    return HEAD + "".join(line + "\n" for job_type in sorted(CONTRACTS) for line in _section(job_type))


def _marks(job_type: str) -> str:
    marks = [
        word for word, is_so in (("outgoing", job_type in OUTGOING), ("mapped", CONTRACTS[job_type].mapped)) if is_so
    ]
    return f" ({', '.join(marks)})" if marks else ""


def _section(job_type: str) -> Iterator[str]:
    contract = CONTRACTS[job_type]
    yield ""
    yield f"## `{job_type}`"
    yield f"{contract.title.zh}, {contract.title.en}{_marks(job_type)}"
    if contract.inputs or contract.outputs or contract.errors:
        yield ""
        yield "| | name | meaning |"
        yield "|---|---|---|"
    for asked in contract.inputs:
        kind = "header" if asked.header else "input"
        yield f"| {kind}{', required' if asked.required else ''} | `{asked.name}` | {asked.meaning.en} |"
    for name, meaning in contract.outputs:
        yield f"| output | `{name}` | {meaning.en} |"
    for code, meaning in contract.errors:
        yield f"| error | `{code}` | {meaning.en} |"


if __name__ == "__main__":
    sys.exit(PAGE.write_text(page(), encoding="utf-8") and 0)
