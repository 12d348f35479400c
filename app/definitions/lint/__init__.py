"""Lint: one rule per file, one table that lists them; every rule sees the whole bundle and names all problems."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from app.definitions.bundle import Bundle
from app.definitions.knowledge import Knowledge
from app.definitions.lint import (
    expression_compiles,
    job_inputs,
    known_decision,
    known_form,
    known_job_type,
    known_parameter,
    known_process,
    known_role,
    known_roles_in_header,
    known_verb,
    message_has_key,
    message_has_target,
    timer_start,
)
from app.messages import Problem

Rule = Callable[[Bundle, Knowledge], Iterator[Problem]]

RULES: dict[str, Rule] = {
    "expression_compiles": expression_compiles.check,
    "job_inputs": job_inputs.check,
    "known_decision": known_decision.check,
    "known_form": known_form.check,
    "known_job_type": known_job_type.check,
    "known_parameter": known_parameter.check,
    "known_process": known_process.check,
    "known_role": known_role.check,
    "known_roles_in_header": known_roles_in_header.check,
    "known_verb": known_verb.check,
    "message_has_key": message_has_key.check,
    "message_has_target": message_has_target.check,
    "timer_start": timer_start.check,
}


def lint(bundle: Bundle, knowledge: Knowledge) -> list[Problem]:
    """All problems of the rules, after those the parsers found."""
    problems = list(bundle.problems)
    for rule in RULES.values():
        problems.extend(rule(bundle, knowledge))
    return problems
