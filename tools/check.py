"""`make check`: what is missing in a procedure or wrong in the code, in sentences."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import yaml

from app import forms
from app.definitions import Bundle, lint, parse, read_folders
from app.rehearsal import Stage

ROOT = Path(__file__).resolve().parent.parent
PROCESSES, FORMS = ROOT / "processes", ROOT / "forms"
TOOLS = {
    "The floors of the rooms": ["lint-imports"],
    "The style of the code": ["ruff", "check", "app", "tests", "tools"],
    "The layout of the code": ["ruff", "format", "--check", "app", "tests", "tools"],
    "The types": ["mypy", "app"],
}


def procedures() -> list[str]:
    """What is wrong or missing, one sentence each."""
    said: list[str] = []
    bundle = parse(read_folders(PROCESSES, FORMS))
    stage = Stage(PROCESSES, FORMS)
    with stage.house.db.reading() as tx:
        problems = lint(bundle, stage.house.knowledge(tx))
    for problem in problems:
        where = f"{problem.file}:{problem.line or 1}"
        hint = f" {problem.hint.en}" if problem.hint else ""
        if problem.severity != "info":
            said.append(f"{where}: {problem.message.en}{hint}")
    for folder in sorted({path.parent for path in PROCESSES.rglob("*.bpmn")}):
        said += missing_in(folder, bundle)
    return said


def missing_in(folder: Path, bundle: Bundle) -> list[str]:
    """What a procedure's folder lacks; a placeholder needs only its scenarios."""
    name = folder.relative_to(ROOT).as_posix()
    placeholder = "_handover" in folder.parts
    said = []
    if not list((folder / "scenarios").glob("*.yaml")):
        said.append(f"{name}: there is no scenario in scenarios/.")
    if placeholder:
        return said
    for file, why in (
        ("README.md", "purpose, owner, source clauses"),
        ("registers.yaml", "the registers it writes, or an empty table"),
        ("steps.yaml", "what each user task fills in"),
    ):
        if not (folder / file).is_file():
            said.append(f"{name}: {file} is missing ({why}).")
    if (folder / "steps.yaml").is_file():
        said += steps_differ(folder, bundle)
    return said


def steps_differ(folder: Path, bundle: Bundle) -> list[str]:
    """Where the table of steps and the forms disagree."""
    name = folder.relative_to(ROOT).as_posix()
    table = yaml.safe_load((folder / "steps.yaml").read_text(encoding="utf-8")) or {}
    said = []
    for file, process in bundle.processes.values():
        if not (ROOT / file.name).is_relative_to(folder):
            continue
        for element in process.elements.values():
            if element.type != "userTask" or not element.form_id or element.form_id not in bundle.forms:
                continue
            form = bundle.forms[element.form_id][1]
            asked = forms.step_table(form, [element.id]).get(element.id, {})
            written = table.get(element.id, {})
            for key in sorted({*asked, *written}):
                if asked.get(key) != written.get(key):
                    said.append(
                        f"{name}/steps.yaml: {element.id}.{key} is {written.get(key) or 'not listed'}, "
                        f"the form says {asked.get(key) or 'not filled in there'}."
                    )
    return said


def main() -> int:
    """Say it all; fail when there was anything to say."""
    said = procedures()
    for sentence in said:
        print(sentence)
    failed = bool(said)
    print("The procedures: " + (f"{len(said)} things to mend." if said else "nothing to mend."))
    for what, command in TOOLS.items():
        done = subprocess.run(
            [Path(sys.executable).parent / command[0], *command[1:]], cwd=ROOT, capture_output=True, text=True
        )
        if done.returncode:
            failed = True
            print(done.stdout.strip(), done.stderr.strip(), sep="\n")
        print(f"{what}: " + ("see above." if done.returncode else "nothing to mend."))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
