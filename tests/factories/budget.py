"""How many examples a property gets: few and always the same ones in the suite, many and new ones in a soak."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

EXAMPLES = "AFTERCARE_SOAK_EXAMPLES"


def budget(examples: int) -> settings:
    """Decorates a property. `make soak` sets the environment variable `EXAMPLES`."""
    soak = int(os.environ.get(EXAMPLES, "0"))
    return settings(
        max_examples=soak or examples,
        derandomize=not soak,
        database=None,
        deadline=None,
        print_blob=bool(soak),
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
