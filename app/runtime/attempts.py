"""Attempts that are refused, recorded and shown to the leader (readings 21): the system accuses nobody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.forms import Checked, Field, Form
from app.messages import FieldError, Message, Refusal

# A field says by the property `reported` that a refused value is shown to the leader, and under which rule.
REPORTED = "reported"
RULES = {
    "GR01": Message("完工前取得签字", "a signature before the work is finished"),
    "GR02": Message("改动已签字的内容", "changing what is signed"),
    "GR03": Message("未经批准收费", "taking money without approval"),
}


@dataclass(frozen=True, slots=True)
class Attempt:
    """What somebody tried at a task: the rule it is against, and the fields by their labels."""

    rule: str
    case_no: str
    task_id: int
    task_name: str
    unit_path: str
    fields: tuple[Message, ...]

    def as_json(self) -> dict[str, Any]:
        """What history keeps."""
        return {"rule": self.rule, "zh": [label.zh for label in self.fields], "en": [label.en for label in self.fields]}


class RefusedAttempt(Refusal):
    """A refused step that is to be recorded; the step rolls back, so whoever opened the transaction records it."""

    def __init__(self, refusal: Refusal, attempts: tuple[Attempt, ...]) -> None:
        super().__init__(
            refusal.code, refusal.message, field=refusal.field, status=refusal.status, errors=refusal.errors
        )
        self.attempts = attempts


def attempts_at(
    task: Any,
    form: Form,
    deployed: Iterable[Form],
    known: Mapping[str, Any],
    checked: Checked,
    errors: Iterable[FieldError] = (),
) -> tuple[Attempt, ...]:
    """What a submission tried against GR01, GR02 and GR03, one attempt a rule; usually none.

    `deployed` are the forms of the process: content signed in one of them cannot be altered through another either.
    """
    found: dict[str, list[Field]] = {}
    for path, reason in checked.dropped.items():
        field, signed = _signable(form, deployed, known, path)
        if field is None or field.is_system or reason == "hidden":
            continue
        if signed:
            found.setdefault("GR02", []).append(field)
        elif field.type == "signature":
            found.setdefault("GR01", []).append(field)
    for error in errors:
        reported = form.fields.get(_top(error.field))
        rule = (reported.component.get("properties") or {}).get(REPORTED) if reported is not None else None
        if reported is not None and rule is not None and error.code != "required":
            found.setdefault(str(rule), []).append(reported)
    return tuple(
        Attempt(rule, task.case_no, task.id, task.name, task.unit_path, tuple(field.title for field in fields))
        for rule, fields in found.items()
    )


def _signable(form: Form, deployed: Iterable[Form], known: Mapping[str, Any], path: str) -> tuple[Field | None, bool]:
    """The field of a form that customers sign, and whether it is signed already."""
    for each in (form, *deployed):
        signatures = [key for key, field in each.fields.items() if field.type == "signature"]
        if signatures and _top(path) in each.fields:
            return each.fields[_top(path)], any(known.get(key) is not None for key in signatures)
    return None, False


def _top(path: str) -> str:
    return path.partition("[")[0].partition(".")[0]
