"""`make bench-month`: a month of a mid-size service department, and what must hold at its end.

Twenty outlets with fifteen people each take calls on every working day; each case goes the way its answers take it,
through every procedure it is handed over to. What people fill in comes from the shipped scenarios: at each task one of
the answers that a scenario gives there, with its dates moved to the month and its people to the outlet; where a form
refuses one, another is tried. The commands are the real ones, the clock is moved by hand from one answer to the next,
and timers and jobs are done when they come due.
"""

from __future__ import annotations

import argparse
import heapq
import json
import random
import re
import shutil
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, func, select

from app import clock, settings
from app.aftersales import part, stock
from app.cli.assembly import bring_up_to_date, open_house
from app.cli.demo import load_demo
from app.clock import ManualClock
from app.db import Transaction
from app.house import House
from app.identity import SYSTEM, Actor, add_unit, add_user, assign_role, load_actor, load_actor_by_login, set_skills
from app.identity.tables import member, user_account
from app.messages import Refusal
from app.registers import register_row
from app.registers.rebuilding import rebuild
from app.rehearsal.company import COMPANY, REGION, SKILLS
from app.rehearsal.scenario import Scenario, is_file, load_scenarios, put_files
from app.runtime import complete_task, start_case
from app.runtime.queries import inbox
from app.runtime.tables import incident, process_instance, user_task
from app.worker import Runner
from tools.bench.data import settle, size
from tools.bench.figures import percentile
from tools.bench.served import ROOT, Postgres

FOLDER = ROOT / "build" / "month"
SEED = 20261122
BEGIN = datetime.fromisoformat("2026-03-02T08:00:00+08:00")
DAYS = 30
OUTLETS = 20
# Who works at an outlet: fifteen people, three hundred in all.
STAFF = {
    "hotline_agent": 2,
    "cs_supervisor": 1,
    "service_engineer": 8,
    "department_leader": 1,
    "warehouse_keeper": 1,
    "back_office_clerk": 1,
    "finance_clerk": 1,
}
# Why customers call, in hundred calls; an answer of a scenario counts for the request that it notes.
REQUESTS = {
    "repair": 70,
    "consultation": 10,
    "complaint": 5,
    "appointment": 4,
    "return_or_exchange": 3,
    "part_request": 2,
    "quality_dispute": 2,
}
OTHER_REQUESTS = 1  # each other kind, and calls that do not say it yet
ANSWERS_TRIED = 6
NIGHT = (18, 8)  # nobody works from six in the evening until eight
_OPEN = (
    select(user_task.c.id, user_task.c.element_id, user_task.c.assignee_id, user_task.c.queue_id)
    .where(user_task.c.case_no == bindparam("case_no"), user_task.c.state == "open")
    .order_by(user_task.c.id)
)
_MEMBERS = (
    select(member.c.user_id)
    .join(user_account, user_account.c.id == member.c.user_id)
    .where(member.c.queue_id == bindparam("queue"), user_account.c.active)
    .order_by(member.c.user_id)
)
_DATE = re.compile(r"\d{4}-\d\d-\d\d(T[\d:.+Z-]+)?")
_LOGIN = re.compile(r"(\w+?)_(\d)")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a scenario fills in at a task, and when that was."""

    values: dict[str, Any]
    at: datetime

    @property
    def request(self) -> str:
        """What the customer wants, where the answer says it."""
        return str(self.values.get("request_type", ""))

    def moved(self, now: datetime, outlet: int, case_no: str) -> dict[str, Any]:
        """The same at another time, outlet and case."""
        found = _moved(self.values, now - self.at, outlet, case_no)
        assert isinstance(found, dict)
        return found


def _moved(value: Any, by: timedelta, outlet: int, case_no: str) -> Any:
    if isinstance(value, dict):
        return {key: _moved(each, by, outlet, case_no) for key, each in value.items()}
    if isinstance(value, list):
        return [_moved(each, by, outlet, case_no) for each in value]
    if not isinstance(value, str):
        return value
    if _DATE.fullmatch(value):
        then = datetime.fromisoformat(value)
        return (then + by).isoformat(timespec="seconds") if "T" in value else (then + by).date().isoformat()
    if is_file(value):
        return f"{case_no}-{value}"  # each case has its own
    named = _LOGIN.fullmatch(value)
    if named and named[1] in STAFF:
        return _login(named[1], outlet, (int(named[2]) - 1) % STAFF[named[1]] + 1)
    return f"M{outlet:02}" if value == "O1" else value


def _login(role: str, outlet: int, number: int) -> str:
    return f"{role}_m{outlet:02}_{number}"


def answers_of(scenarios: list[Scenario]) -> dict[str, list[Answer]]:
    """Element → every answer that a scenario gives there and that is accepted."""
    found: dict[str, list[Answer]] = defaultdict(list)
    for scenario in scenarios:
        at = scenario.at
        for step in [*scenario.content.get("before", ()), *scenario.content.get("steps", ())]:
            if "advance" in step:
                at += clock.duration(step["advance"])
            elif "submit" in step and "refused" not in step["submit"]:
                found[step["submit"]["task"]].append(Answer(step["submit"].get("values") or {}, at))
    return found


@dataclass(slots=True)
class Timed:
    """Seconds per operation, in the order in which they were done."""

    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def __call__(self, what: str, work: Callable[[], Any]) -> Any:
        """Do it and keep how long it took."""
        began = time.perf_counter()
        try:
            return work()
        finally:
            self.took[what].append(time.perf_counter() - began)


class Month:
    """One month in one house."""

    def __init__(self, house: House, cases: int, seed: int = SEED) -> None:
        self.house, self.cases = house, cases
        self.random = random.Random(seed)  # noqa: S311 - repeatable, nothing secret
        self.clock = ManualClock(BEGIN)
        self.answers = answers_of(load_scenarios(house.processes))
        self.timed = Timed()
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()  # tasks at which no answer was accepted
        self._runner = Runner(house)
        self._actors: dict[int, Actor] = {}

    def found(self) -> None:
        """Outlets, people, stock."""
        with clock.use(self.clock.now), self.house.db.transaction() as tx:
            tx.begin_writing()
            small = self._roles_beside()
            numbers = [row.part_no for row in tx.rows(select(part.c.part_no))]
            for outlet in range(1, OUTLETS + 1):
                unit = f"M{outlet:02}"
                path = f"/{COMPANY}/{REGION}/{unit}/"
                add_unit(tx, actor=SYSTEM, code=unit, kind="outlet", name=f"网点{outlet:02}", parent=REGION)
                for kind in ("warehouse", "old_parts", "scrap", "in_transit", "station"):
                    code = f"{unit}-{kind}"
                    stock.add_location(tx, code=code, kind=kind, name=code, unit_path=path, actor=SYSTEM)
                source = stock.the_world(tx, "supplier")
                lines = [
                    stock.Line(each, Decimal(10_000), source, f"{unit}-warehouse", unit_cost=Decimal("88.00"))
                    for each in numbers
                ]
                stock.post(tx, kind="receive", lines=lines, document_no=f"OPEN-{unit}", actor=SYSTEM)
                for role, count in STAFF.items():
                    for number in range(1, count + 1):
                        login = _login(role, outlet, number)
                        add_user(tx, actor=SYSTEM, login=login, name=login, home_unit=unit)
                        assign_role(tx, actor=SYSTEM, login=login, role=role, unit=unit)
                        for also in small.get((role, number), ()):
                            assign_role(tx, actor=SYSTEM, login=login, role=also, unit=unit)
                        if role == "service_engineer":
                            set_skills(tx, actor=SYSTEM, login=login, skills=dict.fromkeys(SKILLS))
                        if role in {"service_engineer", "back_office_clerk"}:
                            van = f"van-{login}"
                            stock.add_location(
                                tx, code=van, kind="van", name=van, unit_path=path, holder=login, actor=SYSTEM
                            )
        self.house.refresh()

    def _roles_beside(self) -> dict[tuple[str, int], list[str]]:
        """In an outlet some hold several roles: whatever role of an outlet nobody was hired for."""
        people = [(role, number) for role, count in STAFF.items() for number in range(1, count + 1)]
        found: dict[tuple[str, int], list[str]] = defaultdict(list)
        left = [key for key, each in self.house.roles.items() if each.get("level") == "outlet" and key not in STAFF]
        for place, role in enumerate(sorted(left)):
            found[people[(place * 7 + 3) % len(people)]].append(role)
        return found

    def play(self) -> None:
        """Everything that happens in the month, in the order of its time."""
        waiting: list[tuple[datetime, int, int, str]] = [
            (at, number, self.random.randint(1, OUTLETS), "") for number, at in enumerate(self._calls())
        ]
        heapq.heapify(waiting)
        last = BEGIN + timedelta(days=DAYS)
        with clock.use(self.clock.now):
            while waiting and waiting[0][0] <= last:
                at, number, outlet, case_no = heapq.heappop(waiting)
                self.clock.move_to(max(at, self.clock.now()))
                while self.timed("due timers and jobs", self._runner.run_due):
                    pass
                if not case_no:
                    case_no = self.timed("start", partial(self._call, outlet))
                    self.done["started"] += 1
                elif not self._work(case_no, outlet):
                    self.done["over"] += 1
                    continue
                heapq.heappush(waiting, (self._later(), number, outlet, case_no))

    def _calls(self) -> Iterator[datetime]:
        days = [BEGIN + timedelta(days=day) for day in range(DAYS)]
        weights = [1.0 if day.weekday() < 5 else 0.25 for day in days]  # customers call at weekends too
        for day in sorted(self.random.choices(days, weights, k=self.cases)):
            yield day + timedelta(minutes=self.random.randint(0, 9 * 60))

    def _later(self) -> datetime:
        """When somebody goes on with it: minutes later, the next morning when that is at night."""
        found = self.clock.now().astimezone(BEGIN.tzinfo) + timedelta(minutes=self.random.expovariate(1 / 35))
        if found.hour >= NIGHT[0] or found.hour < NIGHT[1]:
            morning = found if found.hour < NIGHT[1] else found + timedelta(days=1)
            found = morning.replace(hour=NIGHT[1], minute=self.random.randint(0, 59))
        return found

    def _call(self, outlet: int) -> str:
        with self.house.db.transaction() as tx:
            agent = load_actor_by_login(tx, _login("hotline_agent", outlet, self.random.randint(1, 2)))
            assert agent is not None
            unit = f"M{outlet:02}"
            record = start_case(tx, self.house.world, actor=agent, process_key="contact_intake", unit_code=unit)
            return record.case_no

    def _work(self, case_no: str, outlet: int) -> bool:
        """One task of the case; False when none is left that somebody can do."""
        with self.house.db.reading() as tx:
            tasks = list(tx.rows(_OPEN, {"case_no": case_no}))
            if not tasks:
                return False
            task = self.random.choice(tasks)
            someone = self._somebody(tx, task)
        if someone is None:
            self.refused[f"{task.element_id}: nobody"] += 1
            return len(tasks) > 1
        self.timed("task list", lambda: self._look(someone))
        for answer in self._likely(task.element_id):
            values = answer.moved(self.clock.now(), outlet, case_no)
            missing = self._try(someone, case_no, task.id, values)
            if missing and all(each.endswith("_reason") for each in missing):
                # Another scenario knew the customer otherwise: what was known is corrected, with a reason.
                values |= dict.fromkeys(missing, "与客户当面核对")
                missing = self._try(someone, case_no, task.id, values)
            if missing is None:
                self.done["tasks"] += 1
                return True
        self.refused[task.element_id] += 1
        return len(tasks) > 1 or self.random.random() < 0.8  # later another answer may fit; some cases stay open

    def _likely(self, element_id: str) -> list[Answer]:
        """Some of the answers known at this element, in a random order in which frequent requests come first."""
        known = self.answers.get(element_id, [])
        kinds = Counter(answer.request for answer in known)

        def chance(answer: Answer) -> float:
            return float(self.random.random() ** (kinds[answer.request] / REQUESTS.get(answer.request, OTHER_REQUESTS)))

        return sorted(known, key=chance, reverse=True)[:ANSWERS_TRIED]

    def _somebody(self, tx: Transaction, task: Any) -> Actor | None:
        user = task.assignee_id
        if user is None:
            members = [row.user_id for row in tx.rows(_MEMBERS, {"queue": task.queue_id})]
            if not members:
                return None
            user = self.random.choice(members)
        if user not in self._actors:
            found = load_actor(tx, user)
            assert found is not None
            self._actors[user] = found
        return self._actors[user]

    def _look(self, someone: Actor) -> None:
        with self.house.db.reading() as tx:
            inbox(tx, someone, "roles")

    def _try(self, someone: Actor, case_no: str, task_id: int, values: dict[str, Any]) -> list[str] | None:
        """None when it was accepted; else the fields that were not."""
        try:
            self.timed("submit", lambda: self._submit(someone, case_no, task_id, values))
        except Refusal as refusal:
            self.timed.took["refused submit"].append(self.timed.took["submit"].pop())
            return [each.field for each in refusal.errors]
        return None

    def _submit(self, someone: Actor, case_no: str, task_id: int, values: dict[str, Any]) -> None:
        with self.house.db.transaction() as tx:
            put_files(tx, case_no, someone.id, values)
            complete_task(tx, self.house.world, actor=someone, task_id=task_id, values=values)


def broken(house: House) -> list[str]:
    """What does not hold at the end: the ledger's invariants, and every register against history."""
    found = []
    with house.db.one_moment() as tx:
        found += [f"ledger: {each.check}: {each.sentence.text('en')} {each.where}" for each in stock.findings(tx)]
        codes = [row.register for row in tx.rows(select(register_row.c.register).distinct())]
    for code in sorted(codes):
        with house.db.transaction() as tx:
            made = rebuild(tx, code)
        if not made.same:
            found.append(f"{code}: lost {made.lost[:3]} changed {made.changed[:3]} found {made.found[:3]}")
    return found


def main() -> int:
    """Play it on one database or both; 1 when something does not hold."""
    parser = argparse.ArgumentParser(prog="make bench-month")
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument("--cases", type=int, default=6000)
    parser.add_argument("--output", type=Path, default=ROOT / "bench-month.json")
    wanted = parser.parse_args()
    reports = {}
    for name in ("sqlite", "postgresql"):
        if wanted.only in {None, name}:
            reports[name] = measure(name, wanted.cases)
    wanted.output.write_text(json.dumps(reports, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return int(any(report["broken"] for report in reports.values()))


def measure(name: str, cases: int) -> dict[str, Any]:
    """One month on one database, told line by line."""
    folder = FOLDER / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    postgres = Postgres() if name == "postgresql" else None
    env = {"AFTERCARE_DATA": str(folder), "AFTERCARE_DEMO": "1"}
    if postgres is not None:
        env["AFTERCARE_DATABASE_URL"] = postgres.url
    try:
        with clock.use(lambda: BEGIN):
            house = open_house(settings.load(env))
            bring_up_to_date(house.db)
            load_demo(house)
            house.learn_holidays()
            house.deploy_folders()
        month = Month(house, cases)
        month.found()
        before = size(house.db)
        began = time.monotonic()
        month.play()
        seconds = time.monotonic() - began
        settle(house.db)
        report = _report(month, seconds, size(house.db) - before)
        _tell(name, report)
        house.db.close()
        return report
    finally:
        if postgres is not None:
            postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _report(month: Month, seconds: float, grown: int) -> dict[str, Any]:
    times = {}
    for what, took in sorted(month.timed.took.items()):
        tenth = max(1, len(took) // 10)
        times[what] = {
            "times": len(took),
            "p50_ms": round(percentile(took, 0.5) * 1000, 2),
            "p95_first_tenth_ms": round(percentile(took[:tenth], 0.95) * 1000, 2),
            "p95_last_tenth_ms": round(percentile(took[-tenth:], 0.95) * 1000, 2),
        }
    with month.house.db.reading() as tx:
        states = select(process_instance.c.process_key, process_instance.c.state, func.count().label("number"))
        rows = tx.rows(states.group_by(process_instance.c.process_key, process_instance.c.state))
        instances: dict[str, dict[str, int]] = defaultdict(dict)
        for row in rows:
            instances[row.process_key][row.state] = row.number
        incidents = int(tx.value(select(func.count()).select_from(incident)))
    return {
        "cases": month.done["started"],
        "tasks": month.done["tasks"],
        "seconds": round(seconds, 1),
        "cases_per_second": round(month.done["started"] / seconds, 2),
        "tasks_per_second": round(month.done["tasks"] / seconds, 1),
        "bytes_on_disk": grown,
        "operations": times,
        "instances": dict(sorted(instances.items())),
        "incidents": incidents,
        "without_answer": dict(month.refused.most_common(20)),
        "broken": broken(month.house),
    }


def _tell(name: str, report: dict[str, Any]) -> None:
    print(f"{name}: {report['cases']} cases, {report['tasks']} tasks in {report['seconds']} s", end="; ")
    print(
        f"{report['cases_per_second']} cases/s, {report['bytes_on_disk'] / 1e6:.0f} MB, {report['incidents']} incidents"
    )
    for what, each in report["operations"].items():
        first, last = each["p95_first_tenth_ms"], each["p95_last_tenth_ms"]
        print(f"  {what:20} {each['times']:7}  p50 {each['p50_ms']:7.2f}  p95 {first:7.2f} → {last:7.2f} ms")
    print("  " + ", ".join(f"{key} {sum(states.values())}" for key, states in report["instances"].items()))
    for line in report["broken"] or ["every invariant of the ledger holds, every register is what history says"]:
        print(f"  {line}")


if __name__ == "__main__":
    sys.exit(main())
