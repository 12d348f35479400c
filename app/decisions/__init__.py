"""DMN: decision tables and the other boxed expressions, evaluated without any engine."""

from __future__ import annotations

from app.decisions.definitions import Definitions, parse
from app.decisions.model import Decision, DecisionError, DmnRefused, Fired, Outcome

__all__ = ["Decision", "DecisionError", "Definitions", "DmnRefused", "Fired", "Outcome", "parse"]
