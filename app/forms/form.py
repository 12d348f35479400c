"""A form as the server knows it: fields, groups and ornaments, each with its steps and its rules."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.forms.conditions import Condition
from app.forms.fields import FieldType
from app.messages import Message, Problem


class FormRefused(Exception):
    """The form cannot be used; `problems` names every reason at once."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(
            "; ".join(f"{problem.element_id or problem.file}: {problem.message.en}" for problem in problems)
        )
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Rule:
    """A `check`: FEEL that must be true, and what to say when it is not."""

    condition: Condition
    message: Message


Steps = frozenset[str] | None
"""Element ids of user tasks; None means every step."""


@dataclass(frozen=True, slots=True)
class Ornament:
    """A component that shows something and holds no value."""

    id: str
    type: str
    steps: Steps
    hide: Condition | None
    private: bool
    component: Mapping[str, Any]
    reader: FieldType


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the record; a dynamic list has its columns as `children`."""

    key: str
    """Its name in its scope; dots where form-js nests values."""
    path: tuple[str, ...]
    id: str
    type: str
    label: str
    label_en: str
    steps: Steps
    required: bool
    """Whether it is ever required by itself (see `required_at`) or under `required_if`."""
    required_at: Steps
    required_if: tuple[Condition, ...]
    hide: Condition | None
    readonly: bool | Condition
    is_system: bool
    """Filled by the server or by the process, never by a person."""
    system: Condition | None
    """How the server computes it; None when the process fills it."""
    rules: tuple[Rule, ...]
    private: bool
    correction: bool
    """Changing a known value asks for `<key>_reason`."""
    component: Mapping[str, Any]
    reader: FieldType
    children: tuple[Node, ...] = ()

    @property
    def title(self) -> Message:
        """The label in both languages."""
        return Message(self.label, self.label_en)

    @property
    def is_list(self) -> bool:
        """Whether it is a dynamic list of rows."""
        return self.type == "dynamiclist"

    def open_at(self, step: str) -> bool:
        """Whether `step` is one of its steps."""
        return self.steps is None or step in self.steps

    def may_be_required_at(self, step: str) -> bool:
        """Whether the field is required at `step`, given its conditions hold."""
        if not self.required:
            return False
        return step in self.required_at if self.required_at is not None else self.open_at(step)


@dataclass(frozen=True, slots=True)
class Group:
    """Fields under one heading, shown and hidden together."""

    id: str
    label: str
    label_en: str
    steps: Steps
    hide: Condition | None
    rules: tuple[Rule, ...]
    private: bool
    include: str
    """The shared form it takes its fields from, "" when it has its own."""
    component: Mapping[str, Any]
    reader: FieldType
    children: tuple[Node, ...]

    def open_at(self, step: str) -> bool:
        """Whether a field of it is filled in at `step`."""
        return any(found.open_at(step) for found in fields_of(self.children))


Node = Field | Group | Ornament


def fields_of(nodes: tuple[Node, ...]) -> Iterator[Field]:
    """The fields of one scope: through groups, not into rows."""
    for node in nodes:
        if isinstance(node, Field):
            yield node
        elif isinstance(node, Group):
            yield from fields_of(node.children)


def all_nodes(nodes: tuple[Node, ...]) -> Iterator[Node]:
    """Every node, also those of rows."""
    for node in nodes:
        yield node
        if not isinstance(node, Ornament):
            yield from all_nodes(node.children)


@dataclass(frozen=True, slots=True)
class Form:
    """One form: parsed once, kept by the caller, never changed."""

    id: str
    file: str
    schema_version: int
    title: Message
    """What the paper is called (`properties.title`, `title_en` of the form)."""
    code: str
    """Its number in the catalogue (F01 …), "" when it has none."""
    components: tuple[Mapping[str, Any], ...]
    """As written in the file, includes not yet resolved."""
    nodes: tuple[Node, ...]
    fields: dict[str, Field]
    """The fields of the record by key; the columns of a list are its `children`."""
    includes: tuple[str, ...]
    """Shared forms that still have to be resolved."""
    used_variables: frozenset[str]
    """Names its expressions read that are not its own fields."""
    steps: frozenset[str]
    """Every step any component names."""
    problems: tuple[Problem, ...]
    """Warnings; errors refuse the form."""
    raw: Mapping[str, Any] = field(repr=False, default_factory=dict)

    def dumps(self) -> bytes:
        """The schema as stored with a deployment: what is left after `resolve`, which `parse` reads again."""
        return json.dumps(self.raw, ensure_ascii=False, separators=(",", ":")).encode()

    def open_fields(self, step: str) -> list[Field]:
        """The fields a person fills in at `step`."""
        return [found for found in self.fields.values() if found.open_at(step) and not found.is_system]
