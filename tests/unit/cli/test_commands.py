"""The command line speaks JSON to programs and sentences to people."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from app.cli import cli

ROOT = Path(__file__).resolve().parents[3]


def _run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli, list(words))
    return result.exit_code, result.output


class TestFeelCommand:
    def test_the_value_is_printed_as_json(self) -> None:
        assert _run("feel", "[1, 2][item > a]", "--context", '{"a": 1}') == (0, "[2]\n")

    def test_an_error_names_its_position(self) -> None:
        code, output = _run("feel", "1 + ")
        answer = json.loads(output)
        assert code == 2
        assert answer["column"] >= 4
        assert answer["message"]

    def test_a_context_that_is_no_json_is_one_sentence(self) -> None:
        code, output = _run("feel", "1", "--context", "{")
        assert code == 2
        assert "not JSON" in output


class TestTryCommand:
    def test_the_result_has_the_documented_shape(self) -> None:
        model = ROOT / "processes" / "_handover" / "suggestion" / "suggestion.bpmn"
        messages = '[{"name": "start_suggestion", "variables": {"content": "加一个扶手"}}]'
        code, output = _run("try", str(model), "--messages", messages, "--auto", "--json")
        answer = json.loads(output)
        assert code == 0
        assert set(answer) == {"deployed", "problems", "state", "trace", "open", "incidents", "variables"}
        assert answer["state"] == "completed"
        assert answer["variables"]["content"] == "加一个扶手"

    def test_a_missing_file_is_a_sentence_not_a_trace(self) -> None:
        code, output = _run("try", "nowhere.bpmn")
        assert code == 2
        assert "Traceback" not in output


class TestHelp:
    def test_every_command_can_be_imported_and_explains_itself(self) -> None:
        for name in cli.list_commands(None):  # type: ignore[arg-type]
            code, output = _run(name, "--help")
            assert code == 0, (name, output)
            assert "Usage" in output
