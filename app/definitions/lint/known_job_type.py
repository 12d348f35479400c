"""A job has a connector that does it."""

from __future__ import annotations

from collections.abc import Iterator

from app.definitions.bundle import Bundle
from app.definitions.knowledge import Knowledge
from app.definitions.lint.place import at
from app.engine import is_expression
from app.messages import Message, Problem


def check(bundle: Bundle, knowledge: Knowledge) -> Iterator[Problem]:
    """Job types of tasks and listeners that no connector has."""
    if not knowledge.job_types:
        return
    for file, process in bundle.processes.values():
        for element in process.elements.values():
            types = [listener.type for listener in element.listeners]
            if element.job_type is not None:
                types.append(element.job_type)
            for job_type in types:
                if not is_expression(job_type) and job_type not in knowledge.job_types:
                    yield at(
                        file,
                        element,
                        "known_job_type",
                        Message(f"没有连接器执行“{job_type}”。", f"No connector does “{job_type}”."),
                        Message(
                            "可用的类型：" + "、".join(sorted(knowledge.job_types)),
                            "Known types: " + ", ".join(sorted(knowledge.job_types)),
                        ),
                    )
