"""`lint`: one answer per file, whatever the file does to its reader."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import lint_command

ROOT = Path(__file__).parents[3]
GOOD = ROOT / "processes" / "shared" / "urgency.dmn"
DIAGRAM = ROOT / "processes" / "dispatch" / "dispatch.bpmn"
FORM = ROOT / "forms" / "dispatch" / "work_order.form"
CALL = """<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
 xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="calls" targetNamespace="https://aftercare.example/calls">
<bpmn:process id="call" isExecutable="true">
 <bpmn:startEvent id="begin"><bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>
 <bpmn:userTask id="answer" name="answer"><bpmn:extensionElements><zeebe:userTask/><zeebe:formDefinition formId="call"/>
  <zeebe:assignmentDefinition candidateGroups="hotline_agent"/>
  </bpmn:extensionElements><bpmn:incoming>f1</bpmn:incoming><bpmn:outgoing>f2</bpmn:outgoing></bpmn:userTask>
 <bpmn:endEvent id="done"><bpmn:incoming>f2</bpmn:incoming></bpmn:endEvent>
 <bpmn:sequenceFlow id="f1" sourceRef="begin" targetRef="answer"/>
 <bpmn:sequenceFlow id="f2" sourceRef="answer" targetRef="done"/>
</bpmn:process></bpmn:definitions>"""


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


def rules(answer: dict[str, object]) -> list[str]:
    return sorted({problem["rule"] for problem in answer["problems"]})  # type: ignore[attr-defined]


def test_what_a_file_names_is_found_in_the_project_around_it() -> None:
    code, answers = lint(DIAGRAM, FORM)
    assert code == 0
    assert [answer["problems"] for answer in answers] == [[], []]


def test_without_a_project_around_it_a_file_is_told_that_nobody_looked(tmp_path: Path) -> None:
    lonely = tmp_path / "dispatch.bpmn"
    lonely.write_bytes(DIAGRAM.read_bytes())
    code, (answer,) = lint(lonely)
    assert code == 2
    assert rules(answer) == ["known_decision", "known_form", "message_has_target", "read_alone"]


def test_a_project_has_its_own_forms_only(tmp_path: Path) -> None:
    for name in ("processes", "forms"):
        (tmp_path / name).mkdir()
    diagram = tmp_path / "processes" / "call.bpmn"
    diagram.write_text(CALL, encoding="utf-8")
    form = tmp_path / "forms" / "call.form"
    form.write_text('{"type": "default", "id": "call", "components": []}', encoding="utf-8")
    code, (answer,) = lint(diagram)
    assert (code, answer["problems"]) == (0, [])
    form.unlink()
    code, (answer,) = lint(diagram)
    assert (code, rules(answer)) == (2, ["known_form"])


def test_another_broken_file_of_the_project_is_not_its_problem(tmp_path: Path) -> None:
    forms = tmp_path / "forms"
    forms.mkdir()
    (forms / "call.form").write_text('{"type": "default", "id": "call", "components": []}', encoding="utf-8")
    (forms / "broken.form").write_text("{", encoding="utf-8")
    diagram = tmp_path / "call.bpmn"
    diagram.write_text(CALL, encoding="utf-8")
    assert lint(diagram)[0] == 0
