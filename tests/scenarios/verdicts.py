"""Judging a mutation: the cases of a table first, then the scenarios; and the table of those that change nothing."""

from __future__ import annotations

import importlib
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from ground import Ground, Verdict
from mutations import Mutation

from app import decisions, feel


def judged(ground: Ground, mutation: Mutation) -> Verdict:
    """The verdict of the table's own cases when it is about a rule and they notice, else that of the scenarios."""
    if mutation.table:
        wrong = _wrong_case(mutation)
        if wrong:
            return Verdict(mutation, "cases of the table", wrong)
    return ground.verdict(mutation)


@cache
def equivalents() -> dict[str, str]:
    """Patterns of mutations that nobody can notice, each with its reason."""
    content = yaml.safe_load(Path(__file__).with_name("equivalent.yaml").read_text(encoding="utf-8")) or []
    return {pattern: entry["reason"] for entry in content for pattern in entry["mutations"]}


def why_equivalent(mutation: Mutation) -> str | None:
    """The reason why nobody can notice this mutation, if the table gives one."""
    return next((reason for pattern, reason in equivalents().items() if fnmatchcase(str(mutation), pattern)), None)


def _wrong_case(mutation: Mutation) -> str:
    """The first case of the table's test that comes out differently; the rule's number does not count."""
    tables = importlib.import_module("shipped_tables")
    module = importlib.import_module(f"test_{mutation.table}")
    tests: Any = next(
        each
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, tables.TableTests) and each is not tables.TableTests
    )
    mutated = decisions.parse(mutation.content, mutation.file)
    for number, case in enumerate(tests.cases):
        outcome = mutated.evaluate(mutation.table, dict(case.variables), tables.library(case.profile, case.params))
        value = feel.to_json(outcome.value)
        part = {key: (value or {}).get(key) for key in case.expected} if isinstance(case.expected, dict) else value
        if part != case.expected:
            return f"case {number}: {part}"
    return ""
