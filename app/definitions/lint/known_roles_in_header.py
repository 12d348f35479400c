"""A notice goes to roles that exist: the header `roles` of a job names role keys, separated by spaces."""

from __future__ import annotations

from collections.abc import Iterator

from app.definitions.bundle import Bundle
from app.definitions.knowledge import Knowledge
from app.definitions.lint.place import at
from app.messages import Message, Problem

JOB_TYPE, HEADER = "notify_roles", "roles"


def check(bundle: Bundle, knowledge: Knowledge) -> Iterator[Problem]:
    """Jobs that notify nobody, or a role that does not exist."""
    if not knowledge.roles:
        return
    for file, process in bundle.processes.values():
        for element in process.elements.values():
            if element.job_type != JOB_TYPE:
                continue
            named = element.headers.get(HEADER, "").split()
            hint = Message("写上角色标识，用空格分开。", "Name role keys, separated by spaces.")
            if not named:
                said = Message(f"没有写明 {HEADER}。", f"does not say {HEADER}.")
                yield at(file, element, "known_roles_in_header", said, hint)
            for role in named:
                if role not in knowledge.roles:
                    said = Message(f"没有角色“{role}”。", f"There is no role “{role}”.")
                    yield at(file, element, "known_roles_in_header", said, hint)
