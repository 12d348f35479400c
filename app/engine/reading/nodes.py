"""Small questions to an XML node: its local name, texts, flags, references and extension elements."""

from __future__ import annotations

import re

from lxml import etree

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"

Node = etree._Element

IDENTIFIER = re.compile(r"[^\W\d][\w.\-]*")


def local_name(node: Node) -> str:
    """The tag without its namespace."""
    tag = node.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def is_bpmn(node: Node) -> bool:
    """Whether the node belongs to BPMN itself."""
    return isinstance(node.tag, str) and node.tag.startswith(BPMN)


def line_of(node: Node) -> int | None:
    """The line in the file."""
    line = node.sourceline
    return line if isinstance(line, int) else None


def attribute(node: Node, name: str) -> str | None:
    """An attribute without blanks around it; an empty one counts as none."""
    return (node.get(name) or "").strip() or None


def flag(node: Node, name: str, default: bool) -> bool:
    """An attribute that is true or false."""
    value = (node.get(name) or "").strip().lower()
    return value in ("true", "1") if value else default


def inner_text(node: Node | None) -> str | None:
    """All text inside a node; none when there is none."""
    if node is None:
        return None
    return "".join(str(part) for part in node.itertext()).strip() or None


def child_text(node: Node, tag: str) -> str | None:
    """The text of a BPMN child."""
    return inner_text(node.find(BPMN + tag))


def reference(value: str | None) -> str | None:
    """A QName reference without its prefix."""
    return (value or "").strip().rpartition(":")[2] or None


def extension(node: Node, tag: str) -> Node | None:
    """A `zeebe:` extension element."""
    extensions = node.find(BPMN + "extensionElements")
    return None if extensions is None else extensions.find(ZEEBE + tag)


def documentation(node: Node) -> str:
    """The documentation of an element."""
    return "\n".join(inner_text(child) or "" for child in node.findall(BPMN + "documentation"))


def properties(node: Node) -> dict[str, str]:
    """`zeebe:properties` by name."""
    found = extension(node, "properties")
    if found is None:
        return {}
    return {
        name: child.get("value") or ""
        for child in found.findall(ZEEBE + "property")
        if (name := attribute(child, "name"))
    }
