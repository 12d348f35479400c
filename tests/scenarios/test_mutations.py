"""A few of the things that `make soak` takes away, always the same ones: a scenario turns red each time."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "unit/decisions_tables"))

from ground import Ground
from mutations import GROUPS, Mutation, mutations_of
from verdicts import judged, why_equivalent

SAMPLE, SEED = 25, 20260302

# One worker plays them all: what a ground has deployed and compiled serves every one of them.
pytestmark = pytest.mark.xdist_group("mutations")


def sample() -> list[Mutation]:
    noticeable = [each for group in GROUPS for each in mutations_of(group) if why_equivalent(each) is None]
    return random.Random(SEED).sample(noticeable, SAMPLE)


@pytest.fixture(scope="module")
def ground() -> Ground:
    return Ground(by_size=True)


@pytest.mark.parametrize("mutation", sample(), ids=lambda mutation: mutation.key)
def test_a_scenario_notices_what_is_taken_away(mutation: Mutation, ground: Ground) -> None:
    verdict = judged(ground, mutation)
    assert verdict.killed, f"no scenario noticed that this is missing: {mutation}"
