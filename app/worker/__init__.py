"""The worker: does what steps have left to be done, and what is due by the clock."""

from __future__ import annotations

from app.worker.runner import Runner

__all__ = ["Runner"]
