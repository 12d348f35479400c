"""The shipped procedures deploy, all of them, without an error and without a warning."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.definitions import lint, parse, read_folders
from app.rehearsal import Stage

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def stage() -> Stage:
    return Stage(ROOT / "processes", ROOT / "forms")


def test_everything_deploys(stage: Stage) -> None:
    assert stage.deployed is not None
    assert not stage.deployed.refused
    diagrams = {path.stem for path in (ROOT / "processes").rglob("*.bpmn")}
    assert set(stage.deployed.new) == diagrams


def test_lint_has_nothing_to_say(stage: Stage) -> None:
    bundle = parse(read_folders(ROOT / "processes", ROOT / "forms"))
    with stage.house.db.reading() as tx:
        problems = lint(bundle, stage.house.knowledge(tx))
    said = [
        f"{each.file}:{each.line} {each.severity} {each.message.en}" for each in problems if each.severity != "info"
    ]
    assert said == []
