"""Lint of one file; what it names and does not hold is looked for in the project around it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from app import definitions
from app.db import Database
from app.definitions import Bundle, File, Knowledge
from app.house import House
from app.messages import Message, Problem
from app.settings import Settings

FOLDERS = ("processes", "forms")
# What these rules miss may stand in another file of the project.
REFERENCES = frozenset({"form_include", "known_decision", "known_form", "known_process", "message_has_target"})


class ProjectLint:
    """Lints files one after the other; a project is read once, and only for a file that needs it."""

    def __init__(self, conf: Settings) -> None:
        database = Database("sqlite://")
        database.create_all()
        house = House(database, conf.processes_dir, conf.forms_dir)
        with database.reading() as tx:
            library = house.library(tx, "/")
        self._knowledge = Knowledge(library=library, parameters=frozenset(house.book.definitions))
        self._projects: dict[Path, Bundle] = {}

    def problems(self, path: Path) -> list[Problem]:
        """All problems of one file. Raises MemoryError and RecursionError when it takes too much."""
        file = File(str(path), path.read_bytes())
        problems = definitions.lint(definitions.parse([file]), self._knowledge)
        if not any(problem.rule in REFERENCES for problem in problems):
            return problems
        folder = project_of(path)
        return [*problems, _alone(path)] if folder is None else self._within(folder, file)

    def _within(self, folder: Path, file: File) -> list[Problem]:
        project = self._projects.get(folder)
        if project is None:
            files = definitions.read_folders(*(folder / name for name in FOLDERS))
            project = self._projects[folder] = definitions.parse(files)
        known = replace(
            self._knowledge,
            deployed_processes=frozenset(project.processes),
            deployed_forms=frozenset(project.forms),
            deployed_decisions=frozenset(project.decisions),
        )
        # A form is read together with those it takes groups from.
        others = [each for each, _ in project.forms.values()] if file.name.endswith(".form") else []
        content = [file, *(each for each in others if each.content != file.content)]
        return [problem for problem in definitions.lint(definitions.parse(content), known) if problem.file == file.name]


def project_of(path: Path) -> Path | None:
    """The nearest folder above a file that has a folder `processes` or `forms`."""
    return next((each for each in path.resolve().parents if any((each / name).is_dir() for name in FOLDERS)), None)


def _alone(path: Path) -> Problem:
    return Problem(
        "read_alone",
        "warning",
        Message(
            "文件上层没有带 processes 或 forms 文件夹的项目文件夹，没有到别处查找它引用的表单、决策和流程。",
            "No folder above the file has a folder processes or forms: the forms, decisions and processes that it "
            "names were looked for nowhere.",
        ),
        file=str(path),
    )
