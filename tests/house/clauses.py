"""The table of clauses (`docs/clauses.md`): what is promised, where it stands, what shows that it is kept."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "clauses.md"

_SECTION = re.compile(r"^## (\w+) (\w+)")
_SPAN = re.compile(r"`([^`]+)`")


@dataclass(frozen=True, slots=True)
class Clause:
    """One row: `elements` as `process.element`, `scenarios` as `folder/name`, the others as they are written."""

    line: int
    section: str  # P01 … P09, GR, D
    number: str
    elements: frozenset[str]
    fields: frozenset[str]
    registers: frozenset[str]
    tables: frozenset[str]
    scenarios: frozenset[str]
    tests: frozenset[str]  # paths below the root, and `cases`

    def __str__(self) -> str:
        return f"line {self.line}: {self.number}"


@cache
def clauses() -> tuple[Clause, ...]:
    """Every row of the table."""
    return tuple(_read(DOCUMENT.read_text(encoding="utf-8")))


@cache
def shown_by(scenario: str) -> tuple[Clause, ...]:
    """The rows that name a scenario (`folder/name`)."""
    return tuple(clause for clause in clauses() if scenario in clause.scenarios)


def not_met(scenario: str, moves: Mapping[str, list[dict[str, Any]]]) -> list[str]:
    """What the table says of a scenario and its moves (process → steps) do not bear out, as sentences."""
    passed, decided = set(), set()
    for process, steps in moves.items():
        for step in steps:
            passed |= {f"{process}.{element}" for element in step["elements"]}
            for decision in step["decisions"]:
                decided |= {(rule.get("decision", decision["decision"]), rule["rule"]) for rule in decision["fired"]}
    wrong = []
    for clause in shown_by(scenario):
        if clause.elements - passed:
            wrong.append(f"{clause} names {scenario}, which does not pass {sorted(clause.elements - passed)}")
        for table in clause.tables:
            rules = rules_of(table)[int(clause.number.split(".")[1])]
            if not any((table, rule) in decided for rule in rules):
                wrong.append(f"{clause} names {scenario}, where the rule does not decide")
    return wrong


@cache
def rules_of(table: str) -> dict[int, list[int]]:
    """Number of a row, as the description of its rules begins → the rules (1-based) of a shared decision table."""
    text = (ROOT / "processes" / "shared" / f"{table}.dmn").read_text(encoding="utf-8")
    found: dict[int, list[int]] = {}
    for index, rule in enumerate(re.findall(r"<rule .*?</rule>", text, re.DOTALL), 1):
        number = re.search(r"<description>\s*(\d+)", rule)
        if number:
            found.setdefault(int(number[1]), []).append(index)
    return found


def _read(text: str) -> Iterator[Clause]:
    section = process = ""
    for line, row in enumerate(text.splitlines(), 1):
        heading = _SECTION.match(row)
        if heading:
            section, process = heading[1], heading[2]
        cells = [cell.strip() for cell in row.strip("|").split("|")] if row.startswith("| ") else []
        if len(cells) != 4 or cells[0] == "clause":
            continue
        where, shown = set(_SPAN.findall(cells[2])), set(_SPAN.findall(cells[3]))
        fields = {name for name in where if "#" in name}
        registers = {name for name in where if re.fullmatch(r"R\d\d", name)}
        tables = where - fields if section == "D" and not cells[0].startswith("D18") else set()
        elements = where - fields - registers - tables
        tests = {name for name in shown if name.endswith(".py") or name == "cases"}
        yield Clause(
            line,
            section,
            cells[0],
            frozenset(name if "." in name else f"{process}.{name}" for name in elements),
            frozenset(fields),
            frozenset(registers),
            frozenset(tables),
            frozenset(name if "/" in name else f"{process}/{name}" for name in shown - tests),
            frozenset(tests),
        )
