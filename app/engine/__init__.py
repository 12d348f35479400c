"""The engine: reads diagrams and moves tokens; state and command in, state and facts out."""

from __future__ import annotations

from app.engine import facts, timers
from app.engine.environment import Environment, JobCall
from app.engine.errors import BpmnError, ModelRefused, NotWaiting, StateUnreadable
from app.engine.instance import Instance, OpenTask, start
from app.engine.model import Element, Flow, Lane, Listener, Model, MultiInstance, Process, Timer, is_expression
from app.engine.reading import parse_model
from app.engine.snapshot import restore

__all__ = [
    "BpmnError",
    "Element",
    "Environment",
    "Flow",
    "Instance",
    "JobCall",
    "Lane",
    "Listener",
    "Model",
    "ModelRefused",
    "MultiInstance",
    "NotWaiting",
    "OpenTask",
    "Process",
    "StateUnreadable",
    "Timer",
    "facts",
    "is_expression",
    "parse_model",
    "restore",
    "start",
    "timers",
]
