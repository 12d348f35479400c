"""`make soak`: whole cases for a long time, with a worker that is killed now and then; nothing may be lost or grow.

After that everything that can be taken away from the procedures is taken away once, and a scenario has to notice.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import time
from typing import Any

from sqlalchemy import func, select

from app import settings
from app.cli.assembly import bring_up_to_date, open_house
from app.cli.demo import load_demo
from app.db import Database
from app.house import House
from app.runtime.tables import incident, process_instance, service_case, user_task
from tools.bench.data import OUTLETS, outlets
from tools.bench.figures import People, walk_case
from tools.bench.month import measure
from tools.bench.served import ROOT, Postgres, serving
from tools.soak_calendar import calendars_hold

FOLDER = ROOT / "build" / "soak"
GROWTH = 30.0  # MB that a process may grow after it has warmed up


def main() -> int:
    """Run it; 1 when something was lost, stood still or grew, or was taken away without a scenario noticing."""
    parser = argparse.ArgumentParser(prog="make soak")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--without-mutations", action="store_true", help="only the cases")
    wanted = parser.parse_args()
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    postgres = Postgres() if wanted.postgresql else None
    env = {"AFTERCARE_DATA": str(FOLDER), "AFTERCARE_DEMO": "1", "AFTERCARE_LOGIN_LIMIT": "100000 per minute"}
    if postgres is not None:
        env["AFTERCARE_DATABASE_URL"] = postgres.url
    try:
        house = prepared(env)
        failed = soaked(house, env, wanted.minutes * 60)
    finally:
        if postgres is not None:
            postgres.stop()
        shutil.rmtree(FOLDER, ignore_errors=True)
    failed = max(failed, len(calendars_hold(2000)))
    failed = max(failed, any(measure(name, 600)["broken"] for name in ("sqlite", "postgresql")))
    return max(failed, 0 if wanted.without_mutations else unnoticed())


def unnoticed() -> int:
    """Play all mutations of all procedures; 1 when one survives that `equivalent.yaml` does not explain."""
    return subprocess.run([sys.executable, "tests/scenarios/run_mutations.py"], cwd=ROOT, check=False).returncode


def prepared(env: dict[str, str]) -> House:
    """A demo house that may be called at any hour."""
    house = open_house(settings.load(env))
    bring_up_to_date(house.db)
    load_demo(house)
    house.deploy_folders()
    outlets(house)
    return house


def soaked(house: House, env: dict[str, str], seconds: float) -> int:
    """Walk cases until the time is over, then count."""
    context = multiprocessing.get_context("spawn")
    answers: Any = context.Queue()
    url = house.db.engine.url.render_as_string(hide_password=False)
    complaints: list[str] = []
    with serving(env) as server:
        clients = [
            context.Process(target=walk, args=(server.port, outlet, url, seconds, answers), daemon=True)
            for outlet in range(1, OUTLETS + 1)
        ]
        for each in clients:
            each.start()
        began, warm, worker, killed = time.monotonic(), 0.0, start_worker(env), 0
        while (passed := time.monotonic() - began) < seconds:
            time.sleep(min(10.0, max(0.1, seconds - passed)))
            worker.send_signal(signal.SIGKILL)
            worker.wait()
            killed += 1
            worker = start_worker(env)
            memory = server.memory()
            if not warm and passed > min(60.0, seconds / 3):
                warm = memory
            print(f"{passed:6.0f} s  {memory:6.1f} MB", flush=True)
        results = [answers.get(timeout=120) for _ in clients]
        grown = server.memory() - warm if warm else 0.0
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        if "Traceback" in server.log():
            complaints.append("the server's log holds a stack trace")
    complaints += [str(each) for each in results if not isinstance(each, tuple)]
    cases = sum(each[0] for each in results if isinstance(each, tuple))
    tasks = sum(each[1] for each in results if isinstance(each, tuple))
    if grown > GROWTH:
        complaints.append(f"a process has grown by {grown:.0f} MB")
    complaints += unsound(house)
    print(f"{cases} cases, {tasks} tasks, {killed} workers killed, {grown:+.1f} MB")
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    return 1 if complaints else 0


def unsound(house: House) -> list[str]:
    """What does not add up in the database."""
    with house.db.reading() as tx:
        open_incidents = tx.value(select(func.count()).select_from(incident).where(incident.c.resolved_at.is_(None)))
        orphans = tx.value(
            select(func.count())
            .select_from(user_task.join(process_instance, process_instance.c.id == user_task.c.instance_id))
            .where(user_task.c.state == "open", process_instance.c.state != "active")
        )
        running = (
            select(process_instance.c.case_no, func.count().label("active"))
            .where(process_instance.c.state == "active")
            .group_by(process_instance.c.case_no)
            .subquery()
        )
        miscounted = tx.value(
            select(func.count())
            .select_from(service_case.outerjoin(running, running.c.case_no == service_case.c.case_no))
            .where(service_case.c.running != func.coalesce(running.c.active, 0))
        )
    said = []
    if open_incidents:
        said.append(f"{open_incidents} incidents were raised")
    if orphans:
        said.append(f"{orphans} open tasks belong to instances that have ended")
    if miscounted:
        said.append(f"{miscounted} cases count their instances wrongly")
    return said


def walk(port: int, outlet: int, url: str, seconds: float, answers: Any) -> None:
    """One client: case after case."""
    try:
        database, people = Database(url), People(port, outlet)
        cases = tasks = 0
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            tasks += len(walk_case(database, people)[0])
            cases += 1
        answers.put((cases, tasks))
    except Exception as failure:
        answers.put(f"a client stopped: {type(failure).__name__}: {failure}")


def start_worker(env: dict[str, str]) -> subprocess.Popen[bytes]:
    """A worker beside the server; it is killed again soon."""
    return subprocess.Popen(
        [sys.executable, "-m", "app", "worker"],
        cwd=ROOT,
        env={**os.environ, **env},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


if __name__ == "__main__":
    sys.exit(main())
