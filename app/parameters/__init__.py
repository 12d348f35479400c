"""Typed, versioned parameters: default, profile of the service promise, and what the company set."""

from __future__ import annotations

from app.parameters.definitions import Definition, ParameterBook, Profile, load
from app.parameters.store import (
    StoredValues,
    clear_value,
    current,
    in_force,
    load_stored,
    load_values,
    set_value,
    versions,
)
from app.parameters.values import Parameters, get

__all__ = [
    "Definition",
    "ParameterBook",
    "Parameters",
    "Profile",
    "StoredValues",
    "clear_value",
    "current",
    "get",
    "in_force",
    "load",
    "load_stored",
    "load_values",
    "set_value",
    "versions",
]
