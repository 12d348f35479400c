"""Rules about the code that tools check: floors, style, types."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.house.tree import ROOT, files

CHECKS = {
    "floors": ["lint-imports", "--no-cache"],
    "ruff": ["ruff", "check", "--no-cache", "app", "tests", "tools"],
    "format": ["ruff", "format", "--no-cache", "--check", "app", "tests", "tools"],
    "mypy": ["mypy", "app"],
}
PYTHON = [path for path in files() if path.suffix == ".py" and path.parts[len(ROOT.parts)] == "app"]


@pytest.mark.parametrize("check", CHECKS)
def test_tool_has_nothing_to_say(check: str) -> None:
    program, *arguments = CHECKS[check]
    command = [str(Path(sys.executable).parent / program), *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env={**os.environ, "NO_COLOR": "1"})
    assert done.returncode == 0, f"{done.stdout[-6000:]}\n{done.stderr[-2000:]}"


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_module_says_in_one_sentence_what_it_is(path: Path) -> None:
    if "versions" in path.parts:
        return
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert said, "no docstring"
    assert len(said.splitlines()[0]) <= 120


def test_no_room_is_named_after_nothing() -> None:
    hollow = {"utils", "util", "helpers", "helper", "common", "base", "manager", "service", "misc"}
    inside = [path.relative_to(ROOT).with_suffix("") for path in PYTHON]
    assert [path.as_posix() for path in inside if hollow & set(path.parts)] == []


def test_nothing_evaluates_a_text_as_python() -> None:
    """A process owner's text is data, not code."""
    found = []
    for path in PYTHON:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = node.func if isinstance(node, ast.Call) else None
            if isinstance(called, ast.Name) and called.id in {"eval", "exec", "compile", "__import__"}:
                found.append(f"{path.relative_to(ROOT)}:{called.lineno} {called.id}")
    assert found == []


def test_only_entry_points_commit() -> None:
    found = [path.relative_to(ROOT).as_posix() for path in PYTHON if ".commit()" in path.read_text(encoding="utf-8")]
    assert found == ["app/db/transaction.py"]


def test_contracts_on_imports_name_every_room() -> None:
    """A new room is bound by them too; those that are free of one are listed here, with the reason in the map."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    rooms = {f"app.{path.stem}" for path in (ROOT / "app").iterdir() if not path.name.startswith("_")}
    free = {
        "Only the engine knows SpiffWorkflow": {"app.engine"},
        "Flask lives in the web and cli rooms": {"app.web", "app.cli"},
    }
    for contract in contracts:
        if contract["name"] in free:
            assert set(contract["source_modules"]) == rooms - free[contract["name"]]


def test_the_companys_zone_stands_in_one_place() -> None:
    named = [path.relative_to(ROOT).as_posix() for path in PYTHON if '"Asia/Shanghai"' in path.read_text("utf-8")]
    assert named == ["app/clock.py"]
