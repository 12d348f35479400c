"""Chinese is written with the punctuation of Chinese: in diagrams, tables, forms and what is said of a procedure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

ROOT = Path(__file__).parents[2]
MODELS = sorted(path for kind in ("*.bpmn", "*.dmn") for path in (ROOT / "processes").rglob(kind))
READMES = sorted((ROOT / "processes").rglob("README.md"))
FORMS = sorted((ROOT / "forms").rglob("*.form"))
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,:;?!()]|[,:;?!()][\u4e00-\u9fff]")
SHOWN = {"name", "label"}  # attributes
TOLD = {"documentation", "text", "description"}  # elements; in a decision table `text` is FEEL


def words(path: Path) -> Iterator[str]:
    """What people read in a file, without expressions."""
    if path.suffix == ".form":
        yield from _in_form(json.loads(path.read_text(encoding="utf-8")))
        return
    if path.suffix == ".md":
        yield from (re.sub(r"`[^`]*`", "", line) for line in path.read_text(encoding="utf-8").splitlines())
        return
    for element in etree.parse(path).iter(etree.Element):
        yield from (str(value) for key, value in element.attrib.items() if key in SHOWN)
        if element.get("name") == "step_label":
            yield str(element.get("value"))
        tag = etree.QName(element).localname
        if tag in TOLD and not (path.suffix == ".dmn" and tag == "text"):
            yield element.text or ""


def _in_form(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if isinstance(value, str) and (key in {"label", "text", "description", "title"} or key.endswith("_zh")):
                yield value
            else:
                yield from _in_form(value)
    elif isinstance(node, list):
        for each in node:
            yield from _in_form(each)


def wrong(text: str) -> list[str]:
    """The places beside which something half-width stands."""
    if text.startswith("="):
        return []
    return [text[max(0, found.start() - 8) : found.end() + 8] for found in HALF_WIDTH.finditer(text)]


@pytest.mark.parametrize("path", [*MODELS, *FORMS, *READMES], ids=lambda path: path.relative_to(ROOT).as_posix())
def test_nothing_half_width_stands_beside_chinese(path: Path) -> None:
    assert [place for text in words(path) for place in wrong(text)] == []


def test_the_rule_tells_words_from_expressions() -> None:
    assert wrong("看: 核对") == ["看: 核对"]
    assert wrong("签字(盖章)") == ["签字(盖章)", "签字(盖章)"]
    assert wrong("看：核对（S000 §3.4.2-A;S001-1 art 15, 20）") == []
    assert wrong('="已修好?"') == []
