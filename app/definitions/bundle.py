"""A bundle: diagrams, forms and decisions as they lie in folders, parsed together with every problem they have."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from app import decisions, engine, forms
from app.messages import Message, Problem


@dataclass(frozen=True, slots=True)
class File:
    """One file of a bundle; `name` is relative to its folder and shown to people."""

    name: str
    content: bytes

    @property
    def digest(self) -> str:
        """SHA-256 of the content."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(slots=True)
class Bundle:
    """Everything of one deployment, parsed; `problems` names what is wrong with any of it."""

    files: list[File] = field(default_factory=list)
    models: dict[str, engine.Model] = field(default_factory=dict)  # file name → model
    processes: dict[str, tuple[File, engine.Process]] = field(default_factory=dict)
    forms: dict[str, tuple[File, forms.Form]] = field(default_factory=dict)
    decisions: dict[str, tuple[File, decisions.Definitions]] = field(default_factory=dict)
    includes: dict[str, tuple[str, ...]] = field(default_factory=dict)  # form id → shared forms it takes groups from
    problems: list[Problem] = field(default_factory=list)

    @property
    def digest(self) -> str:
        """SHA-256 over names and contents: the same for an unchanged folder."""
        total = hashlib.sha256()
        for file in sorted(self.files, key=lambda file: file.name):
            total.update(f"{file.name}\0{file.digest}\n".encode())
        return total.hexdigest()

    @property
    def refused(self) -> bool:
        """Whether a problem of severity error stands against it."""
        return any(problem.severity == "error" for problem in self.problems)


def read_folders(*folders: Path) -> list[File]:
    """The .bpmn, .dmn and .form files below the folders, in a fixed order."""
    files = []
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix in {".bpmn", ".dmn", ".form"} and path.is_file():
                files.append(File(f"{folder.name}/{path.relative_to(folder).as_posix()}", path.read_bytes()))
    return files


def digest_of(files: Iterable[File]) -> str:
    """The digest a bundle of these files would have, without parsing them."""
    return Bundle(files=list(files)).digest


def _twice(kind_zh: str, kind_en: str, key: str, file: File, first: File) -> Problem:
    return Problem(
        rule="id_twice",
        severity="error",
        message=Message(
            f"{kind_zh}“{key}”在 {first.name} 和 {file.name} 中各有一份。",
            f"The {kind_en} “{key}” stands both in {first.name} and in {file.name}.",
        ),
        hint=Message("保留一份，另一份改用别的标识。", "Keep one and give the other another id."),
        file=file.name,
        element_id=key,
    )


def parse(files: Iterable[File]) -> Bundle:
    """Parse every file; nothing is raised, all problems are collected."""
    bundle = Bundle(files=list(files))
    for file in bundle.files:
        if file.name.endswith(".bpmn"):
            _parse_model(bundle, file)
        elif file.name.endswith(".dmn"):
            _parse_decisions(bundle, file)
        elif file.name.endswith(".form"):
            _parse_form(bundle, file)
    shared = {key: form for key, (_, form) in bundle.forms.items()}
    for key, (file, form) in list(bundle.forms.items()):
        bundle.includes[key] = form.includes
        try:
            bundle.forms[key] = (file, forms.resolve(form, shared))
        except forms.FormRefused as refused:
            bundle.problems.extend(refused.problems)
    return bundle


def _parse_model(bundle: Bundle, file: File) -> None:
    try:
        model = engine.parse_model(file.content, file.name)
    except engine.ModelRefused as refused:
        bundle.problems.extend(refused.problems)
        return
    bundle.models[file.name] = model
    bundle.problems.extend(model.problems)
    for key, process in model.processes.items():
        if not process.executable:
            continue
        if key in bundle.processes:
            bundle.problems.append(_twice("流程", "process", key, file, bundle.processes[key][0]))
        else:
            bundle.processes[key] = (file, process)


def _parse_decisions(bundle: Bundle, file: File) -> None:
    try:
        definitions = decisions.parse(file.content, file.name)
    except decisions.DmnRefused as refused:
        bundle.problems.extend(refused.problems)
        return
    for key in definitions.decisions:
        if key in bundle.decisions:
            bundle.problems.append(_twice("决策", "decision", key, file, bundle.decisions[key][0]))
        else:
            bundle.decisions[key] = (file, definitions)


def _parse_form(bundle: Bundle, file: File) -> None:
    try:
        form = forms.parse(file.content, file.name)
    except forms.FormRefused as refused:
        bundle.problems.extend(refused.problems)
        return
    if form.id in bundle.forms:
        bundle.problems.append(_twice("表单", "form", form.id, file, bundle.forms[form.id][0]))
    else:
        bundle.forms[form.id] = (file, form)
