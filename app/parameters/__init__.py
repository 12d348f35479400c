"""Typed, versioned parameters: default, profile of the service promise, and what the company set."""

from __future__ import annotations

from app.parameters.definitions import Definition, ParameterBook, Profile, load
from app.parameters.store import clear_value, current, load_values, set_value, versions
from app.parameters.values import Parameters, get

__all__ = [
    "Definition",
    "ParameterBook",
    "Parameters",
    "Profile",
    "clear_value",
    "current",
    "get",
    "load",
    "load_values",
    "set_value",
    "versions",
]
