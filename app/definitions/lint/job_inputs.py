"""A connector is given what it asks for, and only errors that it throws are caught from it."""

from __future__ import annotations

from collections.abc import Iterator

from app.definitions.bundle import Bundle, File
from app.definitions.knowledge import JobContract, Knowledge
from app.definitions.lint.place import at
from app.engine import Element, Process, is_expression
from app.messages import Message, Problem

RULE = "job_inputs"


def check(bundle: Bundle, knowledge: Knowledge) -> Iterator[Problem]:
    """Tasks whose connector lacks a header or an input mapping that it needs, or is given one it never reads.

    Listeners have no input mappings: of them only headers are asked.
    """
    for file, process in bundle.processes.values():
        for element in process.elements.values():
            for listener in element.listeners:
                contract = knowledge.contracts.get(listener.type)
                if contract is not None:
                    yield from _missing_headers(file, element, set(element.properties), contract)
            contract = knowledge.contracts.get(element.job_type or "")
            if contract is None or is_expression(element.job_type or ""):
                continue
            yield from _missing_headers(file, element, {*element.properties, *element.headers}, contract)
            yield from _inputs(file, element, contract)
            yield from _errors(file, process, element, contract)


def _missing_headers(file: File, element: Element, given: set[str], contract: JobContract) -> Iterator[Problem]:
    for asked in contract.inputs:
        if asked.header and asked.required and asked.name not in given:
            yield _missing(file, element, contract, asked.name, asked.meaning)


def _inputs(file: File, element: Element, contract: JobContract) -> Iterator[Problem]:
    if not contract.mapped:
        return
    given = {target.split(".")[0] for _, target in element.inputs}
    for asked in contract.inputs:
        if asked.required and not asked.header and asked.name not in given:
            yield _missing(file, element, contract, asked.name, asked.meaning)
    known = {asked.name for asked in contract.inputs}
    for name in sorted(given - known):
        yield at(
            file,
            element,
            RULE,
            Message(f"“{contract.title.zh}”不读取输入“{name}”。", f"“{contract.title.en}” never reads “{name}”."),
            Message("可用的输入：" + "、".join(sorted(known)), "It reads: " + ", ".join(sorted(known))),
            severity="warning",
        )


def _errors(file: File, process: Process, element: Element, contract: JobContract) -> Iterator[Problem]:
    thrown = {code for code, _ in contract.errors}
    for boundary in process.elements.values():
        code = boundary.error_code
        if boundary.attached_to != element.id or not code or is_expression(code) or code in thrown:
            continue
        can = "、".join(sorted(thrown)) or "无"
        yield at(
            file,
            boundary,
            RULE,
            Message(
                f"“{contract.title.zh}”不会抛出错误“{code}”。",
                f"“{contract.title.en}” never throws the error “{code}”.",
            ),
            Message(f"它抛出的错误：{can}", "It throws: " + (", ".join(sorted(thrown)) or "nothing")),
        )


def _missing(file: File, element: Element, contract: JobContract, name: str, meaning: Message) -> Problem:
    return at(
        file,
        element,
        RULE,
        Message(f"“{contract.title.zh}”缺少“{name}”。", f"“{contract.title.en}” lacks “{name}”."),
        Message(f"{name}：{meaning.zh}", f"{name}: {meaning.en}"),
    )
