"""What the documents name is there: paths, make targets, commands with their options, settings; nothing is left out."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import yaml

from app import registers
from app.cli import cli
from app.connectors import BUILT_IN, CONTRACTS, INLINE, OUTGOING
from app.rehearsal import load_scenarios, run_scenario
from app.rehearsal.stages import Stages
from tests.house.tree import ROOT, files, text_of
from tools import write_connectors

DOCUMENTS = sorted([*ROOT.glob("README*.md"), *(ROOT / "docs").rglob("*.md")])
HOW_TO = ROOT / "docs" / "how_to"
NAMES = {path.relative_to(ROOT).as_posix() for path in files()}
FOLDERS = {folder.as_posix() for name in NAMES for folder in Path(name).parents}
# Written by the build, not in git.
MADE = ("app/web/static/dist", "build/", "var/")

_CODE = re.compile(r"^```[^\n]*\n(.*?)^```|(?<!`)`([^`\n]+)`(?!`)", re.DOTALL | re.MULTILINE)
_PATH = re.compile(r"(?<![\w./<>$-])(?:app|docs|forms|frontend|processes|requirements|tests|tools)/[\w./*-]*")
_FILE = re.compile(r"(?<![\w./<>*-])[\w-]+\.(?:bpmn|dmn|form|ini|md|mjs|py|toml|txt|yaml|yml)\b")
_COMMAND = re.compile(r"(?:^|[\s=/])(?:aftercare|python -m app) ([a-z]+)([^\n]*)", re.MULTILINE)
_SETTING = re.compile(r"AFTERCARE_[A-Z_]+")

documents = pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())


def code_of(path: Path) -> Iterator[str]:
    """Every code block and code span of a document."""
    for block, span in _CODE.findall(path.read_text(encoding="utf-8")):
        yield (block or span).replace("\\\n", " ")


def sample(name: str, language: str = "yaml") -> str:
    """The first code block of a how-to."""
    found = re.search(
        rf"^```{language}\n(.*?)^```", (HOW_TO / name).read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
    )
    assert found is not None, name
    return found[1]


def spans(*names: str) -> set[str]:
    """The words that stand alone in code spans of how-tos."""
    return {span for name in names for span in code_of(HOW_TO / name)}


def texts(folder: str, suffix: str) -> Iterator[str]:
    for path in files():
        if path.is_relative_to(ROOT / folder) and path.suffix == suffix:
            yield text_of(path) or ""


def keys_of(name: str) -> set[str]:
    """The keys of the table of that name in the player of scenarios."""
    tree = ast.parse((ROOT / "app" / "rehearsal" / "scenario.py").read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        target = node.target if isinstance(node, ast.AnnAssign) else None
        if isinstance(target, ast.Name) and target.id == name and isinstance(node.value, ast.Dict):
            return {key.value for key in node.value.keys if isinstance(key, ast.Constant)}
    raise AssertionError(f"scenario.py has no table {name}")


def exists(path: str) -> bool:
    if "*" in path:
        return any(ROOT.glob(path))
    return path in NAMES or path in FOLDERS or path.startswith(MADE)


class TestWhatIsNamedIsThere:
    @documents
    def test_paths(self, path: Path) -> None:
        named = {found.rstrip("./") for code in code_of(path) for found in _PATH.findall(code)}
        assert sorted(name for name in named if not exists(name)) == []

    @documents
    def test_files(self, path: Path) -> None:
        known = {Path(name).name for name in NAMES}
        named = {found for code in code_of(path) for found in _FILE.findall(code)}
        assert sorted(named - known) == []

    @documents
    def test_make_targets(self, path: Path) -> None:
        targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
        named = {found for code in code_of(path) for found in re.findall(r"(?:^|\s)make ([a-z]+)", code)}
        assert sorted(named - targets) == []

    @documents
    def test_commands_and_their_options(self, path: Path) -> None:
        unknown = []
        for code in code_of(path):
            for name, rest in _COMMAND.findall(code):
                command = cli.get_command(click.Context(cli), name)
                if command is None:
                    unknown.append(name)
                    continue
                options = {option for each in _parameters(command) for option in each.opts + each.secondary_opts}
                said = re.findall(r"(?<=\s)--[a-z-]+", rest.partition("#")[0])
                unknown += [f"{name} {option}" for option in said if option not in {*options, "--help"}]
        assert unknown == []

    @documents
    def test_settings(self, path: Path) -> None:
        named = set(_SETTING.findall(path.read_text(encoding="utf-8")))
        read = {
            found for folder in ("app", "tests") for text in texts(folder, ".py") for found in _SETTING.findall(text)
        }
        assert sorted(named - read) == []


class TestNothingIsLeftOut:
    def test_settings_that_the_product_reads_are_in_the_example(self) -> None:
        read = {found for text in texts("app", ".py") for found in _SETTING.findall(text)}
        assert sorted(read - set(_SETTING.findall((ROOT / ".env.example").read_text(encoding="utf-8")))) == []

    def test_every_connector_is_documented(self) -> None:
        assert set(CONTRACTS) == {*INLINE, *OUTGOING}
        assert sorted(BUILT_IN - spans("add_a_connector.md")) == []
        assert (ROOT / "docs" / "connectors.md").read_text(encoding="utf-8") == write_connectors.page()

    def test_every_header_that_a_connector_asks_for_is_documented(self) -> None:
        asked = {
            name for text in texts("app/connectors", ".py") for name in re.findall(r'header\(call, "(\w+)"\)', text)
        }
        declared = {each.name for contract in CONTRACTS.values() for each in contract.inputs if each.header}
        assert asked == declared

    def test_every_property_that_the_runtime_reads_is_documented(self) -> None:
        read = {
            name
            for folder in ("app/engine", "app/runtime", "app/web")
            for text in texts(folder, ".py")
            for name in re.findall(r'\.properties(?:\.get\(|\[)"(\w+)"', text)
        }
        assert {"approval", "behalf_of"} <= read
        assert sorted(read - spans("add_a_procedure.md")) == []

    def test_every_property_that_a_shipped_diagram_uses_is_documented(self) -> None:
        used = {
            name
            for text in texts("processes", ".bpmn")
            for name in re.findall(r'<zeebe:property\s[^>]*?\bname="([^"]+)"', text)
        }
        assert used
        assert sorted(used - spans("add_a_procedure.md")) == []

    def test_every_verb_of_a_scenario_is_documented(self) -> None:
        assert sorted(keys_of("actions") - spans("write_a_scenario.md")) == []

    def test_everything_that_a_scenario_can_expect_is_documented(self) -> None:
        assert sorted(keys_of("checks") - spans("write_a_scenario.md")) == []


class TestSamples:
    def test_the_register_can_be_read(self, tmp_path: Path) -> None:
        (tmp_path / "registers.yaml").write_text(sample("add_a_register.md"), encoding="utf-8")
        register = registers.load(tmp_path).registers["R90"]
        assert [column.id for column in register.columns] == ["suggestion_no", "received_at", "state"]

    def test_the_scenario_plays_as_written(self, tmp_path: Path) -> None:
        folder = tmp_path / "contact_intake" / "scenarios"
        folder.mkdir(parents=True)
        (folder / "sample.yaml").write_text(sample("write_a_scenario.md"), encoding="utf-8")
        (scenario,) = load_scenarios(tmp_path)
        stages = Stages(ROOT / "processes", ROOT / "forms")
        assert run_scenario(stages.of(scenario), scenario).failures == []

    @documents
    def test_yaml_is_yaml(self, path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        for block in re.findall(r"^```yaml\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
            yaml.safe_load(block)


def _parameters(command: click.Command) -> Iterator[click.Parameter]:
    yield from command.params
    if isinstance(command, click.Group):
        for each in command.commands.values():
            yield from _parameters(each)
