"""A user task names a form that exists, and closes one that exists."""

from __future__ import annotations

from collections.abc import Iterator

from app.definitions.bundle import Bundle
from app.definitions.knowledge import Knowledge
from app.definitions.lint.place import at
from app.engine import is_expression
from app.messages import Message, Problem


def check(bundle: Bundle, knowledge: Knowledge) -> Iterator[Problem]:
    """Form ids that are neither in the bundle nor deployed."""
    for file, process in bundle.processes.values():
        for element in process.elements.values():
            closed = element.properties.get("closes_form")
            if closed is not None and element.form_id is None:
                yield at(
                    file,
                    element,
                    "known_form",
                    Message("没有表单的任务不能结束单据。", "A task without a form closes no record."),
                    Message("给任务选表单，或去掉 closes_form。", "Give the task a form, or remove closes_form."),
                )
            for form_id in {element.form_id, closed}:
                if form_id is None or (form_id == element.form_id and is_expression(form_id)):
                    continue
                if form_id not in bundle.forms and form_id not in knowledge.deployed_forms:
                    yield at(
                        file,
                        element,
                        "known_form",
                        Message(f"没有标识为“{form_id}”的表单。", f"There is no form “{form_id}”."),
                        Message("改正表单标识，或先部署该表单。", "Correct the form id or deploy the form first."),
                    )
