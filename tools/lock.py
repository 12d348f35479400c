"""Writes requirements/run.txt and test.txt: what pyproject.toml asks for, as installed in this environment."""

from __future__ import annotations

import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent


def closure(wanted: list[str]) -> dict[str, str]:
    """Every distribution that `wanted` needs here, by its normal name, with the installed version."""
    found: dict[str, str] = {}
    seen: set[tuple[str, frozenset[str]]] = set()
    todo = [Requirement(text) for text in wanted]
    while todo:
        requirement = todo.pop()
        name = re.sub(r"[-_.]+", "-", requirement.name).lower()
        key = (name, frozenset(requirement.extras))
        if key in seen:
            continue
        seen.add(key)
        distribution = metadata.distribution(requirement.name)
        found[name] = distribution.version
        for text in distribution.requires or ():
            needed = Requirement(text)
            extras = ("", *requirement.extras)
            if needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in extras):
                todo.append(needed)
    return found


def write(name: str, versions: dict[str, str], first_line: str) -> None:
    """Write one lock file."""
    lines = [first_line, *(f"{key}=={version}" for key, version in sorted(versions.items()))]
    (ROOT / "requirements" / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"requirements/{name}: {len(versions)} distributions")


def main() -> None:
    """Write both files."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    run = closure(project["dependencies"])
    test = closure(project["optional-dependencies"]["test"])
    write("run.txt", run, "# Written by tools/lock.py: what the product needs.")
    only_test = {key: version for key, version in test.items() if key not in run}
    write("test.txt", only_test, "# Written by tools/lock.py: what the tests and checks need on top of run.txt.")


if __name__ == "__main__":
    sys.exit(main())
