"""The properties `verbs` and `sign_rule` of a user task say what is known (docs/approvals.md)."""

from __future__ import annotations

from collections.abc import Iterator

from app.definitions.approving import VERBS, sign_rule_of, verbs_of
from app.definitions.bundle import Bundle
from app.definitions.knowledge import Knowledge
from app.engine import Element
from app.messages import Message, Problem


def check(bundle: Bundle, knowledge: Knowledge) -> Iterator[Problem]:
    """Unknown verbs, rules that cannot be read, and rules for a task that belongs to one named person."""
    for file, process in bundle.processes.values():
        for element in process.elements.values():
            if element.type != "userTask":
                continue
            for verb in sorted(verbs_of(element.properties) - set(VERBS)):
                yield _problem(
                    file.name,
                    element,
                    "known_verb",
                    f"任务“{element.title}”的 verbs 中的“{verb}”不是可开通的操作。",
                    f"“{verb}” among the verbs of “{element.title}” is nothing that can be switched on.",
                    Message("可用：" + "、".join(VERBS) + "。", "There are: " + ", ".join(VERBS) + "."),
                )
            try:
                rule = sign_rule_of(element.properties)
            except ValueError:
                text = element.properties["sign_rule"]
                yield _problem(
                    file.name,
                    element,
                    "sign_rule",
                    f"任务“{element.title}”的 sign_rule“{text}”无法识别。",
                    f"The sign_rule “{text}” of “{element.title}” cannot be read.",
                    Message("写 all、any 或 60% 这样的百分比。", "Write all, any or a percentage such as 60%."),
                )
                continue
            if rule is not None and element.assignee:
                yield _problem(
                    file.name,
                    element,
                    "sign_rule",
                    f"任务“{element.title}”指派给一个人，却要多人签批。",
                    f"“{element.title}” is assigned to one person, yet several shall sign it.",
                    Message(
                        "把指派改为候选人，或去掉 sign_rule。",
                        "Name candidate users instead of the assignee, or take sign_rule away.",
                    ),
                )


def _problem(file: str, element: Element, rule: str, zh: str, en: str, hint: Message) -> Problem:
    return Problem(
        rule=rule,
        severity="error",
        message=Message(zh, en),
        hint=hint,
        file=file,
        line=element.line,
        element_id=element.id,
        element_name=element.name or None,
    )
