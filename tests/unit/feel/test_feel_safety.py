"""Nothing in a text reaches Python."""

from __future__ import annotations

import ast
from contextlib import suppress
from pathlib import Path

import pytest

from app import feel

ATTACKS = [
    '__import__("os").system("true")',
    "().__class__.__bases__[1].__subclasses__()",
    "a.__class__",
    "a.__dict__",
    'open("/etc/passwd").read()',
    'eval("1")',
    "count.__globals__",
    "abs.call",
    "(function(x) x).frame",
    "[1..2].low",
    '@"P1D".nanoseconds',
    '@"2026-03-02".replace',
    'date and time("2026-03-02T00:00:00@../../../etc/passwd")',
    'get value({a: 1}, "__class__")',
]


@pytest.mark.parametrize("text", ATTACKS)
def test_an_attack_is_null_or_an_error(text: str) -> None:
    with suppress(feel.FeelError):
        assert feel.evaluate(text, {"a": "text"}) is None


@pytest.mark.parametrize("room", ["feel", "decisions"])
def test_the_rooms_run_no_code_from_texts(room: str) -> None:
    forbidden = {"eval", "exec", "__import__", "compile"}
    for path in (Path(__file__).parents[3] / "app" / room).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in forbidden, f"{path}: {node.func.id}"
