"""The forms we ship: they parse, resolve, and every step of theirs can be shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app import forms

FOLDER = Path(__file__).parents[3] / "forms"
FILES = sorted(FOLDER.glob("**/*.form"))


@pytest.fixture(scope="module")
def shipped() -> dict[str, forms.Form]:
    parsed = [forms.parse(path.read_bytes(), str(path.relative_to(FOLDER.parent))) for path in FILES]
    return {form.id: form for form in parsed}


def ids(part: Any) -> list[str]:
    return [part["id"], *(name for inner in part.get("components", []) for name in ids(inner))]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_form_can_be_shown_at_every_step(path: Path, shipped: dict[str, forms.Form]) -> None:
    form = forms.resolve(forms.parse(path.read_bytes(), path.name), shipped)
    assert form.id == f"{path.parent.name}.{path.stem}"
    assert not form.problems
    stored = forms.parse(form.dumps())
    assert not stored.includes
    assert forms.step_table(stored) == forms.step_table(form)
    for step in forms.step_table(form) or ["any"]:
        schema = forms.view(form, step, {})
        names = [name for part in schema["components"] for name in ids(part)]
        assert len(names) == len(set(names))


def test_new_contact_needs_little_until_the_facts_are_clear(shipped: dict[str, forms.Form]) -> None:
    """Readings 10."""
    form = forms.resolve(shipped["contact_intake.contact_record"], shipped)
    demands = forms.step_table(form)["register_contact"]
    assert demands["channel"] == "required"
    assert demands["content"] == "required"
    assert demands["customer_name"] == "conditional"
    assert demands["contact_no"] == "system"
