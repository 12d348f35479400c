"""Models that are broken or hostile: which are refused, with the element and the rule, and which are taken."""

from __future__ import annotations

from pathlib import Path

from app.cli.lint_command import check_files


def run(folder: Path, everything: bool) -> bool:
    """Check every file; true when each was read within its limits. Whether all should be refused the folder knows."""
    files = sorted(path for path in folder.iterdir() if path.suffix in {".bpmn", ".dmn"})
    refused = unnamed = too_much = 0
    for answer in check_files(tuple(files), 10.0, "en"):
        errors = [problem for problem in answer["problems"] if problem["severity"] == "error"]
        refused += bool(answer["refused"])
        too_much += any(problem["rule"] == "too_much" for problem in errors)
        named = any(problem["element_id"] or problem["line"] for problem in errors)
        unnamed += bool(answer["refused"]) and not named
        if everything or not answer["refused"]:
            said = "; ".join(f"{problem['rule']}: {problem['message']}" for problem in errors[:3])
            print(f"{'refused' if answer['refused'] else 'TAKEN  '} {Path(answer['file']).name} {said}")
    print(
        f"{folder.name}: {refused} of {len(files)} refused, {unnamed} of them without a place, "
        f"{too_much} beyond the limits"
    )
    return not too_much
