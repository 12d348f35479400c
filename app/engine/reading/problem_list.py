"""The problems found while a file is read, each with its place."""

from __future__ import annotations

from app.engine.reading.nodes import IDENTIFIER, Node, attribute, line_of
from app.messages import Message, Problem, Severity


class ProblemList:
    """Collects; nothing is refused before the whole file was read."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Problem] = []

    def error(self, rule: str, node: Node, zh: str, en: str) -> None:
        """Something that keeps the file from running."""
        self.add(rule, "error", line_of(node), node.get("id"), attribute(node, "name"), zh, en)

    def warning(self, rule: str, node: Node, zh: str, en: str) -> None:
        """Something to look at."""
        self.add(rule, "warning", line_of(node), node.get("id"), attribute(node, "name"), zh, en)

    def unsupported(self, node: Node, zh: str, en: str) -> None:
        """A construct that this engine cannot run as drawn."""
        self.error("unsupported_element", node, f"不支持{zh}。", f"{en} is not supported.")

    def check_id(self, node: Node, zh: str, en: str) -> str | None:
        """The id of a node; a missing or unusable one is a problem."""
        identifier = node.get("id") or ""
        if not identifier:
            self.error("missing_id", node, f"{zh}没有标识(id)。", f"{en} has no id.")
            return None
        if not IDENTIFIER.fullmatch(identifier):
            self.error(
                "bad_id",
                node,
                f"标识「{identifier}」只能含文字、数字、下划线、点和连字符,并以文字开头。",
                f"The id {identifier!r} may hold letters, digits, underscores, dots and hyphens, and "
                "begins with a letter.",
            )
        return identifier

    def add(
        self,
        rule: str,
        severity: Severity,
        line: int | None,
        identifier: str | None,
        name: str | None,
        zh: str,
        en: str,
    ) -> None:
        """Add a problem."""
        self.found.append(
            Problem(
                rule=rule,
                severity=severity,
                message=Message(zh, en),
                file=self.file,
                line=line,
                element_id=identifier,
                element_name=name,
            )
        )
