"""The long half of the properties of calendars and clocks: many new examples against the slow model."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

from tests.factories.budget import EXAMPLES
from tools.bench.served import ROOT

PROPERTIES = ("tests/unit/calendar", "tests/database/calendar", "tests/database/parameters")


def calendars_hold(examples: int) -> list[str]:
    """Play that many examples of every property; what to say when one does not hold."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-x",
        "-p",
        "no:cacheprovider",
        "-m",
        "not postgresql",
        *PROPERTIES,
    ]
    played = subprocess.run(command, cwd=ROOT, env={**os.environ, EXAMPLES: str(examples)}, check=False)
    return [] if played.returncode == 0 else ["calendars and clocks say something else than the slow model"]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=2000)
    sys.exit(len(calendars_hold(parser.parse_args().examples)))
