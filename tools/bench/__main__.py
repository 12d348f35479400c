"""`make bench`: a table, and bench.json; fails when a promise is not kept."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from app import settings
from app.cli.assembly import bring_up_to_date, open_house
from app.cli.demo import load_demo
from tools.bench import data
from tools.bench.calendar import calendar_figures
from tools.bench.figures import Bench, Figure, all_figures, javascript
from tools.bench.ledger import ledger_figure
from tools.bench.registers import register_figures
from tools.bench.served import ROOT, Postgres

FOLDER = ROOT / "build" / "bench"


def main() -> int:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--most", type=int, default=1_000_000, help="open tasks in the largest inbox")
    parser.add_argument("--output", type=Path, default=ROOT / "bench.json")
    wanted = parser.parse_args()
    amounts = tuple(amount for amount in (1_000, 100_000, 1_000_000) if amount <= wanted.most)
    began = time.monotonic()
    figures: list[Figure] = []
    stored: dict[str, dict[str, float]] = {}
    for name in ("SQLite", "PostgreSQL"):
        if wanted.only in {None, name.lower()}:
            print(f"{name}:", flush=True)
            bench = _measure(name, wanted.cases, amounts)
            figures += bench.figures
            stored[name] = {table: round(each) for table, each in bench.stored.items()}
    figures.append(javascript())
    figures += calendar_figures()
    _show(figures)
    took = time.monotonic() - began
    report = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "seconds": round(took, 1),
        "finished_cases": wanted.cases,
        "bytes_per_finished_case": stored,
        "figures": [figure.as_json() for figure in figures],
    }
    wanted.output.write_text(json.dumps(report, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    missed = [figure for figure in figures if not figure.kept]
    print(f"{len(figures) - len(missed)} of {len(figures)} kept; {took:.0f} s; {wanted.output.name} is written.")
    return 1 if missed else 0


def _measure(name: str, cases: int, amounts: tuple[int, ...]) -> Bench:
    folder = FOLDER / name.lower()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    postgres = Postgres() if name == "PostgreSQL" else None
    env = {"AFTERCARE_DATA": str(folder), "AFTERCARE_DEMO": "1", "AFTERCARE_LOGIN_LIMIT": "100000 per minute"}
    if postgres is not None:
        env["AFTERCARE_DATABASE_URL"] = postgres.url
    try:
        house = open_house(settings.load(env))
        bring_up_to_date(house.db)
        load_demo(house)
        house.deploy_folders()
        data.outlets(house)
        bench = Bench(name, house, env, postgres, lambda line: print(line, flush=True), [])
        all_figures(bench, cases=cases, amounts=amounts)
        register_figures(bench)
        bench.figures.append(ledger_figure(name, house))
        house.db.close()
        return bench
    finally:
        if postgres is not None:
            postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _show(figures: list[Figure]) -> None:
    width = max(len(figure.what) for figure in figures)
    print(f"\n{'what':{width}}  {'measured':>10}  {'promised':>12}")
    for figure in figures:
        limit = "" if figure.limit is None else f"{'≥' if figure.at_least else '≤'} {figure.limit:g} "
        promised = f"{limit}{figure.unit}".strip()
        print(f"{figure.what:{width}}  {figure.value:>10.4g}  {promised:>12}  {'' if figure.kept else 'MISSED'}")


if __name__ == "__main__":
    sys.exit(main())
