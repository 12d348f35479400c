"""Aftercare: after-sales procedures that run as BPMN diagrams."""

__version__ = "0.1.0"
