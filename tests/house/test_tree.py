"""Rules about the tree: what must be there, and what must not be named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from tests.house.tree import ROOT, files, text_of

REQUIRED = (
    *("README.md", "README.zh-CN.md", "CHANGELOG.md", "LICENSE", "NOTICE", ".env.example", "Makefile", "wsgi.py"),
    *("docs/map.md", "docs/glossary.md", "docs/sources.md", "docs/handovers.md", ".ci/run", "pyproject.toml"),
    *("requirements/run.txt", "requirements/test.txt", "frontend/package-lock.json"),
)

# Written in pieces, so that this file does not hold what it looks for.
MACHINES = ["wo" + "rk/", "home/" + "[a-z]", "Us" + "ers/"]
HOSTS = ["registry\\.npm" + "js", "files\\.python" + "hosted", "pypi\\." + "org", "npm" + "mirror", "pypi\\.tuna"]
FORBIDDEN = {
    "the path of somebody's machine": re.compile(rf"(?<![\w.}}/])/(?:{'|'.join(MACHINES)})"),
    "a folder beside the project": re.compile(r"\.\./" + "sha" + "red"),
    "a registry's host": re.compile("|".join(HOSTS)),
    "a private key": re.compile("-----BEGIN [A-Z ]*PRIVATE" + " KEY-----"),
}
LARGEST = 1_500_000  # bytes


@pytest.mark.parametrize("name", REQUIRED)
def test_file_is_there(name: str) -> None:
    assert (ROOT / name).is_file()


@pytest.mark.parametrize("what", FORBIDDEN)
def test_nothing_names(what: str) -> None:
    found = []
    for path in files():
        for number, line in enumerate((text_of(path) or "").splitlines(), 1):
            if FORBIDDEN[what].search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}")
    assert found == []


def test_no_file_is_very_large() -> None:
    assert [path.name for path in files() if path.stat().st_size > LARGEST] == []


def test_no_two_test_files_share_a_name() -> None:
    """pytest imports them by that name alone: of two, whichever comes second is not run."""
    names = [path.name for path in files() if path.name.startswith("test_") and path.suffix == ".py"]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_no_conflict_marks_and_no_windows_line_ends() -> None:
    found = []
    for path in files():
        text = path.read_bytes()
        if (
            b"\n<<<<<<< " in text
            or b"\n>>>>>>> " in text
            or (b"\r\n" in text and path.suffix in {".py", ".yaml", ".md"})
        ):
            found.append(str(path.relative_to(ROOT)))
    assert found == []


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_commands_of_the_readme_exist(name: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    text = (ROOT / name).read_text(encoding="utf-8")
    named = set(re.findall(r"(?:^|`)make ([a-z]+)", text, re.MULTILINE))
    assert {"run", "test"} <= named
    assert named - targets == set()


def test_paths_that_documents_name_exist() -> None:
    missing = []
    for path in files():
        if path.suffix != ".md" or "node_modules" in path.parts:
            continue
        for link in re.findall(r"\]\(([^)#:\s]+)\)", text_of(path) or ""):
            if not (path.parent / link).exists():
                missing.append(f"{path.relative_to(ROOT)}: {link}")
    assert missing == []


def test_commands_of_the_command_line_have_their_files() -> None:
    from app.cli import _COMMANDS

    assert {path.stem for path in (ROOT / "app" / "cli").glob("*_command.py")} == {
        f"{name}_command" for name in _COMMANDS
    }


@pytest.mark.parametrize(
    "folder", sorted(path.parent for path in (ROOT / "processes").glob("*/*.bpmn")), ids=lambda folder: folder.name
)
def test_procedure_folder_is_complete(folder: Path) -> None:
    """As `make check` says it to whoever adds one."""
    assert (folder / "README.md").is_file()
    assert isinstance(yaml.safe_load((folder / "registers.yaml").read_text(encoding="utf-8")).get("registers"), dict)
    assert (folder / "steps.yaml").is_file()
    assert list((folder / "scenarios").glob("*.yaml"))
