"""What the tests of the forms room share: forms made of short component lists, look-ups that know a few things."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from app import forms

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # Monday 09:00 in China

FILES = {
    "f1": {"name": "现场.jpg", "content_type": "image/jpeg", "size": 1000},
    "f2": {"name": "函件.pdf", "content_type": "application/pdf", "size": 2000},
}


class FewThings:
    """Two persons, one region, two files."""

    def exists(self, source: str, value: str) -> bool:
        return (source, value) in {("person", "kefu_jia"), ("person", "weixiu_yi"), ("region", "R1"), ("part", "P-1")}

    def file(self, file_id: str) -> Mapping[str, Any] | None:
        return FILES.get(file_id)


def component(kind: str, key: str, **settings: Any) -> dict[str, Any]:
    """A component; keyword arguments that form-js does not know go to `properties`."""
    own = {"validate", "values", "conditional", "components", "label", "subtype", "decimalDigits", "multiple", "accept",
           "readonly", "disabled", "valuesKey", "valuesExpression", "expression", "increment", "allowAddRemove",
           "disallowPassedDates", "serializeToString", "defaultValue", "dateLabel", "appearance"}  # fmt: skip
    made: dict[str, Any] = {"type": kind, "id": f"id_{key}", "label": key}
    made["path" if kind in ("dynamiclist", "group") else "key"] = key
    if kind == "group":
        made.pop("path")
    made.update({name: value for name, value in settings.items() if name in own})
    properties = {name: value for name, value in settings.items() if name not in own and name != "path"}
    if "path" in settings:
        made["path"] = settings["path"]
    if properties:
        made["properties"] = properties
    if settings.get("required") is True:
        properties.pop("required")
        made["validate"] = {**made.get("validate", {}), "required": True}
    return made


def written(*components: dict[str, Any], form_id: str = "test.form", **root: Any) -> bytes:
    return json.dumps(
        {"type": "default", "id": form_id, "schemaVersion": 19, "components": list(components), **root}
    ).encode()


@pytest.fixture
def make() -> Callable[..., forms.Form]:
    def build(*components: dict[str, Any], **root: Any) -> forms.Form:
        return forms.parse(written(*components, **root), "test.form")

    return build


@pytest.fixture
def c() -> Callable[..., dict[str, Any]]:
    return component


@pytest.fixture
def write() -> Callable[..., bytes]:
    return written


@pytest.fixture
def lookups() -> FewThings:
    return FewThings()


@pytest.fixture
def submit(make: Callable[..., forms.Form], lookups: FewThings) -> Callable[..., forms.Checked]:
    """Check `sent` against a form of these components at step `fill`."""

    def run(
        components: list[dict[str, Any]],
        sent: Any,
        known: Mapping[str, Any] | None = None,
        *,
        step: str = "fill",
        actor: str = "kefu_jia",
        now: datetime = NOW,
    ) -> forms.Checked:
        return forms.check(make(*components), step, sent, known or {}, now=now, lookups=lookups, actor=actor)

    return run


@pytest.fixture
def one(c: Callable[..., Any], submit: Callable[..., forms.Checked]) -> Callable[..., Any]:
    """Check one value of one field: the value taken, or the code of the refusal."""

    def run(kind: str, value: Any, **settings: Any) -> Any:
        key = settings.pop("key", "x")
        checked = submit([c(kind, key, **settings)], {key: value})
        if checked.errors:
            assert [error.field for error in checked.errors] == [key]
            assert all(error.message.zh and error.message.en for error in checked.errors)
            return f"!{checked.errors[0].code}"
        return checked.values.get(key)

    return run
