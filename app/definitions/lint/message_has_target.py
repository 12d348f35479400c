"""A hand-over leads somewhere: some process starts with the message (readings 1)."""

from __future__ import annotations

from collections.abc import Iterator

from app.definitions.bundle import Bundle
from app.definitions.knowledge import Knowledge
from app.definitions.lint.place import at
from app.messages import Message, Problem


def check(bundle: Bundle, knowledge: Knowledge) -> Iterator[Problem]:
    """Messages named `start_<process>` that no process of the bundle or the house starts with."""
    started = {name for _, process in bundle.processes.values() for name in process.message_starts}
    for file, process in bundle.processes.values():
        for element in process.elements.values():
            name = element.message_name
            if element.job_type != "publish_message" or name is None or not name.startswith("start_"):
                continue
            if name not in started and name.removeprefix("start_") not in knowledge.deployed_processes:
                yield at(
                    file,
                    element,
                    "message_has_target",
                    Message(f"没有流程以消息“{name}”开始。", f"No process starts with the message “{name}”."),
                    Message("部署接收流程，或改正消息名。", "Deploy the receiving process or correct the name."),
                )
