"""A call activity names a process that exists, and calls do not go in a circle (readings 1)."""

from __future__ import annotations

from collections.abc import Iterator

from app.definitions.bundle import Bundle
from app.definitions.knowledge import Knowledge
from app.definitions.lint.place import at
from app.engine import Process, is_expression
from app.messages import Message, Problem


def check(bundle: Bundle, knowledge: Knowledge) -> Iterator[Problem]:
    """Called processes that do not exist, and calls that lead back to their caller."""
    for file, process in bundle.processes.values():
        for element in process.elements.values():
            called = element.called_process
            if called is None or is_expression(called):
                continue
            if called not in bundle.processes and called not in knowledge.deployed_processes:
                yield at(
                    file,
                    element,
                    "known_process",
                    Message(f"没有标识为“{called}”的流程。", f"There is no process “{called}”."),
                    Message("改正被调用流程的标识，或先部署它。", "Correct the called process or deploy it first."),
                )
            elif process.id in _reached(bundle, called):
                yield at(
                    file,
                    element,
                    "call_circle",
                    Message(
                        f"调用“{called}”会绕回本流程“{process.id}”。",
                        f"Calling “{called}” leads back to this process “{process.id}”.",
                    ),
                    Message("把其中一次调用改为移交（消息）。", "Turn one of the calls into a hand-over by message."),
                )


def _called(process: Process) -> set[str]:
    return {
        element.called_process
        for element in process.elements.values()
        if element.called_process is not None and not is_expression(element.called_process)
    }


def _reached(bundle: Bundle, start: str) -> set[str]:
    reached: set[str] = set()
    waiting = [start]
    while waiting:
        key = waiting.pop()
        if key not in reached:
            reached.add(key)
            if key in bundle.processes:
                waiting.extend(_called(bundle.processes[key][1]))
    return reached
