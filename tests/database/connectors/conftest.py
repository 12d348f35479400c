"""The bench that every connector is tested on."""

from __future__ import annotations

import pytest
from connector_bench import Bench

from tests.factories.companies import Company


@pytest.fixture
def bench(company: Company) -> Bench:
    """The bench of one test."""
    return Bench(company)
