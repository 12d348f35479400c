"""FEEL, the expression language of every diagram, form and decision table."""

from __future__ import annotations

from app.feel.compiled import Compiled, compile, compiled_for, evaluate
from app.feel.errors import FeelError, FeelWarning, NoResult
from app.feel.evaluation import LIMITS, Frame, Layer, Limits, RootValues, Run, to_feel
from app.feel.library import BUILTINS, Library
from app.feel.values import DaysTimeDuration, Function, Range, YearsMonthsDuration
from app.feel.writing import to_json, written

__all__ = [
    "BUILTINS",
    "LIMITS",
    "Compiled",
    "DaysTimeDuration",
    "FeelError",
    "FeelWarning",
    "Frame",
    "Function",
    "Layer",
    "Library",
    "Limits",
    "NoResult",
    "Range",
    "RootValues",
    "Run",
    "YearsMonthsDuration",
    "compile",
    "compiled_for",
    "evaluate",
    "to_feel",
    "to_json",
    "written",
]
