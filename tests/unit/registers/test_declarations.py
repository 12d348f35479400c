"""What a registers.yaml may say, and the sentence when it says something else; the shipped ones are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.registers import BrokenDeclaration, load

ROOT = Path(__file__).parents[3]
GOOD = """
registers:
  R90:
    id: sample
    name: {zh: 样表, en: Sample}
    key: sample_no
    columns:
      - {id: sample_no, zh: 编号, en: No., value: "=sample_no"}
      - {id: state, zh: 状态, en: State, type: enum, options: {open: 未结, in_work: {zh: 办理中, en: Busy}}}
    written_by:
      - {process: intake, "on": [open_contact]}
    visible_to: [hotline_agent]
"""


def declare(folder: Path, text: str) -> None:
    (folder / "registers.yaml").write_text(text, encoding="utf-8")


class TestShippedRegisters:
    def test_all_load_and_their_expressions_compile(self) -> None:
        registers = load(ROOT / "processes").registers
        assert {"R01", "R03", "R04", "R06", "R38", "R55"} <= registers.keys()

    def test_every_register_has_readers_and_writers(self) -> None:
        for register in load(ROOT / "processes").registers.values():
            assert register.visible_to, register.code
            assert register.writings, register.code

    def test_options_have_chinese_words(self) -> None:
        for register in load(ROOT / "processes").registers.values():
            for column in register.columns:
                assert (column.type == "enum") == bool(column.options), (register.code, column.id)


class TestOptions:
    def test_english_is_given_or_spelled_out(self, tmp_path: Path) -> None:
        declare(tmp_path, GOOD)
        column = load(tmp_path).registers["R90"].column("state")
        assert column is not None
        assert column.options["in_work"].en == "Busy"
        assert (column.options["open"].zh, column.options["open"].en) == ("未结", "Open")


class TestMistakesAreNamed:
    @pytest.mark.parametrize(
        ("good", "wrong", "said"),
        [
            ("type: enum", "type: emun", "emun"),
            ('value: "=sample_no"', 'value: "=sample_no +"', "sample_no"),
            ("id: state,", "id: sample_no,", "declared twice"),
            ('"on": [open_contact]', '"on": [open_contact], event: finished', "finished"),
            ('"on": [open_contact]', '"on": [open_contact], columns: [nothing]', "nothing"),
            ("key: sample_no", "kee: sample_no", "key"),
        ],
    )
    def test_with_file_register_and_place(self, tmp_path: Path, good: str, wrong: str, said: str) -> None:
        assert good in GOOD
        declare(tmp_path, GOOD.replace(good, wrong, 1))
        with pytest.raises(BrokenDeclaration) as broken:
            load(tmp_path)
        assert "R90" in str(broken.value)
        assert "registers.yaml" in str(broken.value)
        assert said in str(broken.value)


class TestNumbers:
    NUMBERED = GOOD.replace(
        "    key: sample_no\n",
        '    key: sample_no\n    number: {variable: sample_no, format: "YB{year}{seq:06}", scope: year}\n',
    )

    def test_a_register_and_the_list_of_the_others_give_the_rules(self, tmp_path: Path) -> None:
        declare(tmp_path, self.NUMBERED)
        (tmp_path / "numbers.yaml").write_text('form_no: {format: "MY{seq:06}", scope: year}', encoding="utf-8")
        assert {name: rule.format for name, rule in load(tmp_path).numbers.items()} == {
            "sample_no": "YB{year}{seq:06}",
            "form_no": "MY{seq:06}",
        }

    def test_the_same_number_in_two_places_is_refused(self, tmp_path: Path) -> None:
        declare(tmp_path, self.NUMBERED)
        (tmp_path / "numbers.yaml").write_text('sample_no: {format: "YB{seq:05}", scope: year}', encoding="utf-8")
        with pytest.raises(BrokenDeclaration, match=r"numbers\.yaml: the number sample_no has a rule already"):
            load(tmp_path)


class TestSplitRegisters:
    def test_files_of_one_code_are_joined(self, tmp_path: Path) -> None:
        for name in ("a", "b"):
            (tmp_path / name).mkdir()
        declare(tmp_path / "a", GOOD)
        declare(
            tmp_path / "b",
            "registers: {R90: {columns: [{id: more, zh: 更多, en: More}], written_by: [{process: p, 'on': [x]}]}}",
        )
        register = load(tmp_path).registers["R90"]
        assert [column.id for column in register.columns] == ["sample_no", "state", "more"]
        assert len(register.writings) == 2
