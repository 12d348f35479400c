"""`param("…")` names a parameter that exists."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.definitions.bundle import Bundle
from app.definitions.knowledge import Knowledge
from app.messages import Message, Problem

_PARAM = re.compile(r'param\(\s*"([^"]*)"\s*\)')


def check(bundle: Bundle, knowledge: Knowledge) -> Iterator[Problem]:
    """Unknown parameter names in the expressions of diagrams."""
    if not knowledge.parameters:
        return
    for file, process in bundle.processes.values():
        for place, _, text in process.expressions():
            for name in _PARAM.findall(text):
                if name not in knowledge.parameters:
                    element = process.elements.get(place)
                    yield Problem(
                        rule="known_parameter",
                        severity="error",
                        message=Message(f"没有参数“{name}”。", f"There is no parameter “{name}”."),
                        hint=Message("参数名见“参数”页面。", "The page “Parameters” lists them."),
                        file=file.name,
                        line=element.line if element else None,
                        element_id=place,
                        element_name=element.name if element else None,
                    )
