"""Play every mutation of some procedures and print what survives: `python tests/scenarios/run_mutations.py [KEY…]`."""

from __future__ import annotations

import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path += [str(ROOT / "tests/unit/decisions_tables"), str(ROOT)]

from ground import Ground  # noqa: E402
from mutations import GROUPS, mutations_of  # noqa: E402
from verdicts import judged, why_equivalent  # noqa: E402


def main(arguments: list[str]) -> int:
    """Print a line per survivor and a sum per procedure; 1 when something survived that is not in the table."""
    wanted = [each for each in arguments if each in GROUPS] or GROUPS
    kinds = [each for each in arguments if each not in GROUPS]
    ground = Ground()
    begun = time.monotonic()
    print(f"{len(ground.visits)} places met by {len(ground.scenarios)} scenarios, {time.monotonic() - begun:.0f} s")
    for name, failures in ground.red.items():
        print(f"RED without mutation: {name}: {failures[0]}")
    left = 0
    for procedure in wanted:
        sums: Counter[str] = Counter()
        for mutation in mutations_of(procedure):
            if kinds and not any(kind in str(mutation) for kind in kinds):
                continue
            sums["all"] += 1
            if why_equivalent(mutation) is not None:
                sums["equivalent"] += 1
                continue
            verdict = judged(ground, mutation)
            sums["killed" if verdict.killed else "survived"] += 1
            sums["refused"] += verdict.by == "deployment"
            if not verdict.killed:
                left += 1
                print(f"SURVIVES {mutation} (played {verdict.played})", flush=True)
        print(f"== {procedure}: {dict(sums)} {time.monotonic() - begun:.0f} s", flush=True)
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
