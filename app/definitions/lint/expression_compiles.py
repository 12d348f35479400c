"""Every expression of a diagram is FEEL that compiles."""

from __future__ import annotations

from collections.abc import Iterator

from app import feel
from app.definitions.bundle import Bundle
from app.definitions.knowledge import Knowledge
from app.messages import Message, Problem


def check(bundle: Bundle, knowledge: Knowledge) -> Iterator[Problem]:
    """Expressions that do not compile, with position and reason."""
    for file, process in bundle.processes.values():
        for place, attribute, text in process.expressions():
            try:
                feel.compile(text, names=tuple(knowledge.library or ()))
            except feel.FeelError as error:
                element = process.elements.get(place)
                flow = process.flows.get(place)
                yield Problem(
                    rule="expression_compiles",
                    severity="error",
                    message=Message(
                        f"表达式“{text}”（{attribute}）第 {error.column} 列：{error.message.zh}",
                        f"Expression “{text}” ({attribute}), column {error.column}: {error.message.en}",
                    ),
                    file=file.name,
                    line=element.line if element else flow.line if flow else None,
                    element_id=place,
                    element_name=(element.name if element else flow.name if flow else "") or None,
                )
