"""Every function that a diagram, a form, a table or a register calls is one the house has."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from lxml import etree

from app import feel
from app.rehearsal import Stage

ROOT = Path(__file__).parents[2]
_RULES = ("required_if", "check", "check_2", "system")


def of_forms() -> Iterator[tuple[str, str]]:
    def walk(name: str, component: dict[str, Any]) -> Iterator[tuple[str, str]]:
        properties = component.get("properties") or {}
        texts = [properties.get(rule) for rule in _RULES]
        texts.append((component.get("conditional") or {}).get("hide", "").removeprefix("="))
        yield from ((f"{name} {component.get('key')}", text) for text in texts if text)
        for child in component.get("components", ()):
            yield from walk(name, child)

    for path in sorted((ROOT / "forms").rglob("*.form")):
        yield from walk(path.name, json.loads(path.read_text(encoding="utf-8")))


def of_diagrams() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "processes").rglob("*.bpmn")):
        for element in etree.parse(path).iter():
            values = [*element.attrib.values(), element.text or ""]
            yield from ((path.name, value.strip()[1:]) for value in values if value.strip().startswith("="))


def of_tables() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "processes").rglob("*.dmn")):
        tree = etree.parse(path)
        for part in ("inputExpression", "outputEntry"):
            for text in tree.iterfind(f".//{{*}}{part}/{{*}}text"):
                if text.text and text.text.strip() != "-":
                    yield path.name, text.text


def of_registers() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "processes").rglob("registers.yaml")):
        for code, register in (yaml.safe_load(path.read_text(encoding="utf-8"))["registers"] or {}).items():
            texts = [register.get("each", ""), *(column.get("value", "") for column in register.get("columns", ()))]
            yield from ((f"{path.parent.name} {code}", text[1:]) for text in texts if text.startswith("="))


@pytest.mark.parametrize("expressions", [of_forms, of_diagrams, of_tables, of_registers])
def test_calls_only_functions_of_the_house(expressions: Any) -> None:
    stage = Stage(ROOT / "processes", ROOT / "forms")
    with stage.house.db.reading() as tx:
        library = stage.house.library(tx, "/")
    unknown = {
        (place, name)
        for place, text in expressions()
        for name in feel.compile(text, names=tuple(library)).functions
        if name not in library
    }
    assert unknown == set()
