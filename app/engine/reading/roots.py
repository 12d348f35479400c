"""What stands beside the processes of a file and is pointed at: messages, signals, errors, escalations, definitions."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.engine.reading.nodes import Node, attribute, extension, local_name


@dataclass(slots=True)
class Roots:
    """By id: names, codes and correlation keys."""

    messages: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)
    signals: dict[str, str | None] = field(default_factory=dict)
    errors: dict[str, str | None] = field(default_factory=dict)
    escalations: dict[str, str | None] = field(default_factory=dict)
    definitions: dict[str, Node] = field(default_factory=dict)


def read_roots(root: Node) -> Roots:
    """Read the children of `definitions` that are no processes."""
    roots = Roots()
    for node in root:
        tag, identifier = local_name(node), node.get("id") or ""
        if tag == "message":
            subscription = extension(node, "subscription")
            key = attribute(subscription, "correlationKey") if subscription is not None else None
            roots.messages[identifier] = (attribute(node, "name"), key)
        elif tag == "signal":
            roots.signals[identifier] = attribute(node, "name")
        elif tag == "error":
            roots.errors[identifier] = attribute(node, "errorCode")
        elif tag == "escalation":
            roots.escalations[identifier] = attribute(node, "escalationCode")
        elif tag.endswith("EventDefinition"):
            roots.definitions[identifier] = node
    return roots
