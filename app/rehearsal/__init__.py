"""Rehearsal: scenarios and try, the real commands on a database in memory with a clock that is moved by hand."""

from __future__ import annotations

from app.rehearsal.company import found_company
from app.rehearsal.coverage import Coverage
from app.rehearsal.demo_cases import load_demo_cases
from app.rehearsal.rehearsal import Rehearsal, Stage
from app.rehearsal.scenario import Outcome, Scenario, load_scenarios, run_scenario
from app.rehearsal.try_models import Tried, try_models

__all__ = [
    "Coverage",
    "Outcome",
    "Rehearsal",
    "Scenario",
    "Stage",
    "Tried",
    "found_company",
    "load_demo_cases",
    "load_scenarios",
    "run_scenario",
    "try_models",
]
