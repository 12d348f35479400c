"""Where a problem is: element, file and line in one call."""

from __future__ import annotations

from app.definitions.bundle import File
from app.engine import Element
from app.messages import Message, Problem, Severity


def at(
    file: File,
    element: Element,
    rule: str,
    message: Message,
    hint: Message | None = None,
    severity: Severity = "error",
) -> Problem:
    """A problem at an element; the sentence begins with the element's name."""
    title = element.title
    return Problem(
        rule=rule,
        severity=severity,
        message=Message(f"“{title}”：{message.zh}", f"“{title}”: {message.en}"),
        hint=hint,
        file=file.name,
        line=element.line,
        element_id=element.id,
        element_name=element.name or None,
    )
