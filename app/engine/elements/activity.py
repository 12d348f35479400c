"""What all tasks and subprocesses share: boundary events may be attached, an error may be caught."""

from __future__ import annotations

from app.engine.elements.flow_node import FlowNode


class Activity(FlowNode):
    """An element that works; only these carry boundary events and multi-instance markers."""
