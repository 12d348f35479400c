"""What a diagram tells a connector: task headers and properties, asked for by name."""

from __future__ import annotations

from app.engine import JobCall
from app.messages import Message, Refusal


def header(call: JobCall, name: str) -> str:
    """The text of a header or property; a diagram without it refuses the step with a sentence, never with a crash."""
    text = call.headers.get(name, "").strip()
    if not text:
        raise wrong_diagram(call, f"没有写明 {name}", f"does not say {name}")
    return text


def optional_header(call: JobCall, name: str) -> str:
    """The text of a header or property that a diagram may leave out; then it is empty."""
    return call.headers.get(name, "").strip()


def wrong_diagram(call: JobCall, zh: str, en: str) -> Refusal:
    """The refusal of a step whose diagram cannot be carried out; it names the element."""
    element = call.element_name or call.element_id or call.type
    return Refusal("wrong_diagram", Message(f"“{element}”{zh}。", f"“{element}” {en}."), status=422)
