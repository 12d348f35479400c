"""`lint`: one answer per file, whatever the file does to its reader."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import lint_command

GOOD = Path(__file__).parents[3] / "processes" / "shared" / "urgency.dmn"


def lint(*files: Path, limit: str = "20") -> tuple[int, list[dict[str, object]]]:
    arguments = [*(str(path) for path in files), "--json", "--lang", "en", "--limit", limit]
    done = CliRunner().invoke(lint_command.command, arguments)
    return done.exit_code, json.loads(done.stdout)["files"]


def test_a_good_file_and_a_broken_one_are_told_apart(tmp_path: Path) -> None:
    broken = tmp_path / "broken.bpmn"
    broken.write_bytes(GOOD.read_bytes()[:300])
    code, answers = lint(GOOD, broken)
    assert code == 2
    assert [(answer["file"], answer["refused"]) for answer in answers] == [(str(GOOD), False), (str(broken), True)]
    assert answers[1]["problems"]


def test_entities_that_grow_without_end_are_refused_at_once(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.bpmn"
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    bomb.write_text(f'<!DOCTYPE x [<!ENTITY e0 "ha">{entities}]><definitions>&e11;</definitions>', encoding="utf-8")
    code, (answer,) = lint(bomb)
    assert (code, answer["refused"]) == (2, True)


def test_a_reader_that_takes_too_long_is_given_up_and_the_next_file_is_read(tmp_path: Path) -> None:
    slow = tmp_path / "slow.dmn"
    slow.write_bytes(GOOD.read_bytes())
    code, (given_up,) = lint(slow, limit="0")
    assert code == 2
    assert "within 0 seconds" in str(given_up["problems"])
    assert lint(GOOD)[0] == 0


@pytest.mark.parametrize("name", ["notes.txt", "schema.dtd"])
def test_other_kinds_of_files_are_refused_by_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("x", encoding="utf-8")
    code, (answer,) = lint(tmp_path / name)
    assert code == 2
    assert ".bpmn" in str(answer["problems"])
