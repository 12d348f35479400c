"""The figures: each is measured on one database and compared with what the product promises."""

from __future__ import annotations

import gzip
import json
import multiprocessing
import re
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, event, select

from app import definitions
from app.aftersales import signed_content
from app.db import Database
from app.definitions import File
from app.house import House
from app.identity import SYSTEM, add_user, assign_role, hash_password
from app.identity.tables import org_unit, user_account
from app.runtime.jobs import JobPort
from app.runtime.tables import user_task
from app.worker import Runner
from tools.bench import data
from tools.bench.client import PASSWORD, Browser
from tools.bench.served import ROOT, Postgres, Server, serving
from tools.whole_case import AGENT, ENGINEER, WHOLE_CASE, values_for

LOGINS = tuple(dict.fromkeys(login for login, _ in WHOLE_CASE.values()))
READER = "bench_reader"
SECONDS = 6.0

LOOP = b"""<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
 xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="bench" targetNamespace="https://aftercare.example/bench"
 xmlns:modeler="http://camunda.org/schema/modeler/1.0" modeler:executionPlatform="Camunda Cloud"
 modeler:executionPlatformVersion="8.8.0">
<bpmn:collaboration id="c"><bpmn:participant id="pool" processRef="bench_loop"/></bpmn:collaboration>
<bpmn:process id="bench_loop" name="bench" isExecutable="true">
 <bpmn:laneSet id="lanes"><bpmn:lane id="lane_hotline_agent" name="bench"><bpmn:flowNodeRef>begin</bpmn:flowNodeRef>
  <bpmn:flowNodeRef>again</bpmn:flowNodeRef><bpmn:flowNodeRef>count_up</bpmn:flowNodeRef><bpmn:flowNodeRef>enough</bpmn:flowNodeRef>
  <bpmn:flowNodeRef>work</bpmn:flowNodeRef><bpmn:flowNodeRef>done</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>
 <bpmn:startEvent id="begin"><bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>
 <bpmn:exclusiveGateway id="again"><bpmn:incoming>f1</bpmn:incoming><bpmn:incoming>f5</bpmn:incoming><bpmn:outgoing>f2</bpmn:outgoing></bpmn:exclusiveGateway>
 <bpmn:userTask id="work" name="work"><bpmn:extensionElements><zeebe:userTask/></bpmn:extensionElements>
  <bpmn:incoming>f2</bpmn:incoming><bpmn:outgoing>f3</bpmn:outgoing></bpmn:userTask>
 <bpmn:scriptTask id="count_up" name="count"><bpmn:extensionElements>
  <zeebe:script expression="=if rounds = null then 1 else rounds + 1" resultVariable="rounds"/></bpmn:extensionElements>
  <bpmn:incoming>f3</bpmn:incoming><bpmn:outgoing>f4</bpmn:outgoing></bpmn:scriptTask>
 <bpmn:exclusiveGateway id="enough" name="enough?" default="f5"><bpmn:incoming>f4</bpmn:incoming><bpmn:outgoing>f5</bpmn:outgoing><bpmn:outgoing>f6</bpmn:outgoing></bpmn:exclusiveGateway>
 <bpmn:endEvent id="done"><bpmn:incoming>f6</bpmn:incoming></bpmn:endEvent>
 <bpmn:sequenceFlow id="f1" sourceRef="begin" targetRef="again"/>
 <bpmn:sequenceFlow id="f2" sourceRef="again" targetRef="work"/>
 <bpmn:sequenceFlow id="f3" sourceRef="work" targetRef="count_up"/>
 <bpmn:sequenceFlow id="f4" sourceRef="count_up" targetRef="enough"/>
 <bpmn:sequenceFlow id="f5" sourceRef="enough" targetRef="again"/>
 <bpmn:sequenceFlow id="f6" name="yes" sourceRef="enough" targetRef="done"><bpmn:conditionExpression>=rounds &gt; 100000</bpmn:conditionExpression></bpmn:sequenceFlow>
</bpmn:process></bpmn:definitions>"""  # noqa: E501


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number; `limit` is at most, or at least when `at_least`; None where nothing is promised."""

    what: str
    value: float
    limit: float | None
    unit: str = ""
    at_least: bool = False

    @property
    def kept(self) -> bool:
        """Whether the promise is kept, or there is none."""
        if self.limit is None:
            return True
        return self.value >= self.limit if self.at_least else self.value <= self.limit

    def as_json(self) -> dict[str, Any]:
        """For bench.json."""
        return {
            "what": self.what,
            "value": round(self.value, 3),
            "limit": self.limit,
            "at_least": self.at_least,
            "unit": self.unit,
            "kept": self.kept,
        }


@dataclass(slots=True)
class Bench:
    """One database, filled, with what is needed to ask it."""

    name: str  # "SQLite" or "PostgreSQL"
    house: House
    env: dict[str, str]
    postgres: Postgres | None
    tell: Callable[[str], None]
    figures: list[Figure]
    stored: dict[str, float] = field(default_factory=dict)  # bytes of a finished case by table and index

    @property
    def threads(self) -> int:
        """One thread a process on SQLite, two on PostgreSQL."""
        return 1 if self.postgres is None else 2

    def note(self, what: str, value: float, sqlite: float | None, postgresql: float | None = None, **more: Any) -> None:
        """Keep a figure with the limit of this database; None: nothing is promised."""
        limit = sqlite if self.postgres is None or postgresql is None else postgresql
        found = Figure(f"{self.name}: {what}", value, limit, **more)
        self.figures.append(found)
        self.tell(f"{'ok ' if found.kept else 'MISS'}  {found.what}: {value:.4g} {found.unit}")


def percentile(values: list[float], share: float) -> float:
    """The value that `share` of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def one_client(bench: Bench, server: Server) -> None:
    """Submitting and starting, one client: times over HTTP, processor per task."""
    people = People(server.port, 1)
    walk_case(bench.house.db, people)
    submits: list[float] = []
    starts: list[float] = []
    for pages in (False, True):
        before, beside = server.cpu(), bench.postgres.cpu() if bench.postgres else 0.0
        done = 0
        for _ in range(6):
            took, started = walk_case(bench.house.db, people, pages=pages)
            done += len(took)
            submits += took
            starts.append(started)
        here, there = server.cpu() - before, bench.postgres.cpu() - beside if bench.postgres else 0.0
        # The share of the start is part of the work on a task.
        if not pages:
            bench.note("processor per completed task", here / done * 1000, 10, 16, unit="ms")
            continue
        bench.note("processor per task, page and submit", here / done * 1000, None, unit="ms")
        if bench.postgres:
            bench.note("processor per task in the database server", there / done * 1000, 6, unit="ms")
    for _ in range(20):
        starts.append(people.start()[1])
    bench.note("submit a task, p50", statistics.median(submits) * 1000, 6, 14, unit="ms")
    bench.note("submit a task, p95", percentile(submits, 0.95) * 1000, 12, 28, unit="ms")
    bench.note("start an instance, p50", statistics.median(starts) * 1000, 6, 12, unit="ms")
    bench.note("start-up of the server", server.started_in, 1.5, unit="s")
    bench.note("start-up of the server, processor", server.started_with, 1.5, unit="s")


def statements(bench: Bench) -> None:
    """Statements and commits of the same requests, counted at the database driver of an application in this process."""
    from app import settings
    from app.web import create_app

    conf = settings.load({**bench.env, "AFTERCARE_SECRET_KEY": "x" * 40})
    app = create_app(conf, bench.house)
    app.config.update(WTF_CSRF_ENABLED=False)
    counted: dict[str, int] = {"statements": 0, "commits": 0}
    event.listen(bench.house.db.engine, "before_cursor_execute", lambda *_: _one_more(counted, "statements"))
    event.listen(bench.house.db.engine, "commit", lambda *_: _one_more(counted, "commits"))
    clients = {login: _logged_in(app, bench.house, data.person(login, 1)) for login in LOGINS}
    found: list[tuple[int, int]] = []
    starts: list[int] = []
    for number in range(3):
        counted.update(statements=0, commits=0)
        first = int(clients[AGENT].post("/start/contact_intake").headers["Location"].rsplit("/", 1)[-1])
        starts.append(counted["statements"])
        for task_id, element in waiting_tasks(bench.house.db, first):
            body = {"values": values_at(element, first, 1), "key": f"c{task_id}"}
            counted.update(statements=0, commits=0)
            answer = clients[WHOLE_CASE[element][0]].post(f"/api/tasks/{task_id}/submit", json=body)
            assert answer.status_code == 200, answer.get_data(as_text=True)
            if number:
                found.append((counted["statements"], counted["commits"]))
    bench.note("submit a task, statements", statistics.median(count for count, _ in found), 14)
    bench.note("submit a task, transactions", max(commits for _, commits in found), 1)
    bench.note("start an instance, statements", statistics.median(starts[1:]), 14)


def many_clients(bench: Bench, server: Server, processes: int) -> None:
    """Tasks per second with four clients that submit one after the other; then with the page of each task opened."""
    limits: dict[int, tuple[float, float]] = {1: (120, 50), 2: (180, 100)}
    how = f"{processes} process{'es' if processes > 1 else ''}, 4 clients"
    done = _per_second(bench, server, pages=False)
    bench.note(f"tasks completed per second, {how}", done, *limits[processes], at_least=True, unit="/s")
    opened = _per_second(bench, server, pages=True)
    bench.note(f"… with each task's page opened, {how}", opened, None, at_least=True, unit="/s")


def _per_second(bench: Bench, server: Server, *, pages: bool) -> float:
    context = multiprocessing.get_context("spawn")
    answers: Any = context.Queue()
    url = bench.house.db.engine.url.render_as_string(hide_password=False)
    all_ready = context.Barrier(data.OUTLETS)
    clients = [
        context.Process(target=_client, args=(server.port, outlet, url, pages, all_ready, answers), daemon=True)
        for outlet in range(1, data.OUTLETS + 1)
    ]
    for each in clients:
        each.start()
    results = [answers.get(timeout=SECONDS + 60) for _ in clients]
    for each in clients:
        each.join()
    wrong = [result for result in results if isinstance(result, str)]
    if wrong:
        raise SystemExit(f"a client failed: {wrong[0]}")
    return sum(tasks / seconds for tasks, seconds in results)


def memory(bench: Bench, server: Server) -> None:
    """What a worker has come to when pages of every room were opened, a paper printed and a register exported."""
    for login in ("system_admin_1", "process_owner_1", "department_leader_1", AGENT):
        browser = Browser(server.port, login)
        seen: set[str] = set()
        following = ["/", "/start", "/cases", "/team", "/customers", "/parts", "/registers", "/figures", "/procedures"]
        while following and len(seen) < 60:
            path = following.pop(0)
            seen.add(path)
            page = browser.look(path)
            links = {link.replace("&amp;", "&") for link in re.findall(r'href="(/[^"#]*)"', page)}
            following += sorted(links - seen - set(following) - {"/logout"})
    browser.look("/registers/R01.xlsx")
    bench.note("memory of a worker, every room opened", server.memory(), 150, unit="MB")
    with bench.house.db.reading() as tx:
        printed = tx.row(select(signed_content.c.case_no).limit(1))
    assert printed is not None
    papers = re.findall(
        rf'href="(/cases/{printed.case_no}/papers/\w+)', browser.look(f"/cases/{printed.case_no}/papers")
    )
    if not browser.look(f"{papers[0]}.pdf").startswith("%PDF"):
        raise RuntimeError(f"{papers[0]} was not printed")
    bench.note("… and a paper printed as PDF", server.memory(), 150, unit="MB")


def long_instance(bench: Bench, server: Server) -> None:
    """The 500th step of a looping instance against its 5th."""
    with bench.house.db.transaction() as tx:
        bundle = definitions.parse([File("bench_loop.bpmn", LOOP)])
        deployed = definitions.deploy(tx, bundle, bench.house.knowledge(tx), actor=SYSTEM, reason="bench")
        assert not deployed.refused, deployed.problems
    agent = Browser(server.port, AGENT)
    _go_round(agent, 30)  # so that the first rounds are not those of a server that has just begun
    times = _go_round(agent, 510)
    early, late = statistics.median(times[3:23]), statistics.median(times[488:508])
    bench.note("500th step of an instance against its 5th", late / early, 1.1)


def _go_round(agent: Browser, rounds: int) -> list[float]:
    task_id: int | None = agent.start("bench_loop")
    times = []
    for _ in range(rounds):
        assert task_id is not None
        began = time.perf_counter()
        task_id = agent.submit(task_id, {})
        times.append(time.perf_counter() - began)
    return times


def inboxes(bench: Bench, server: Server, amounts: tuple[int, ...]) -> None:
    """The inbox of somebody with ten queues, with more and more open tasks in the house."""
    _reader(bench.house)
    reader = Browser(server.port, READER)
    p95: dict[int, float] = {}
    for amount in amounts:
        data.open_tasks(bench.house.db, amount)
        for _ in range(10):
            reader.get("/?scope=roles")
        times = [reader.timed("/?scope=roles") for _ in range(150)]
        p95[amount] = percentile(times, 0.95)
        bench.note(f"inbox page, {amount:,} open tasks, p95", p95[amount] * 1000, 15, unit="ms")
    first = p95[amounts[0]]
    for amount in amounts[1:]:
        bench.note(f"inbox page, {amount:,} against {amounts[0]:,}", p95[amount] / first, 1.5)


def figures_page(bench: Bench, server: Server) -> None:
    """The figures over all cases: as the first reader waits for them, and as everybody sees them for five minutes."""
    leader = Browser(server.port, "department_leader_1")
    bench.note("figures page, counted", leader.timed("/figures") * 1000, 1000, unit="ms")
    kept = statistics.median(leader.timed("/figures") for _ in range(20))
    bench.note("figures page, kept", kept * 1000, 50, unit="ms")


def jobs(bench: Bench) -> None:
    """From the commit of a job to its start, and jobs per second of one worker."""
    started: dict[int, float] = {}
    waits: list[float] = []

    def handle(_tx: Any, _world: Any, payload: dict[str, Any]) -> None:
        started[payload["number"]] = time.perf_counter()

    port = bench.house.world.jobs
    assert isinstance(port, JobPort)
    runner = Runner(bench.house, handlers={"bench": handle}).start()
    time.sleep(0.3)
    for number in range(200):
        with bench.house.db.transaction() as tx:
            port.defer(tx, "bench", {"number": number})
        committed = time.perf_counter()
        while number not in started and time.perf_counter() - committed < 5:
            time.sleep(0.0005)
        waits.append(max(0.0, started[number] - committed))
    bench.note("a job, commit to start, p95", percentile(waits, 0.95) * 1000, 50, unit="ms")
    runner.stop()
    many = 1000
    with bench.house.db.transaction() as tx:
        for number in range(many):
            port.defer(tx, "bench", {"number": 1000 + number})
    worker = Runner(bench.house, handlers={"bench": handle})
    began = time.perf_counter()
    while worker.done < many and worker.run_due():
        pass
    bench.note("jobs per worker", worker.done / (time.perf_counter() - began), 200, at_least=True, unit="/s")


def javascript() -> Figure:
    """What a phone loads to do a task, gzipped as it is served."""
    dist = ROOT / "app" / "web" / "static" / "dist"
    outputs = json.loads((dist / "meta.json").read_text(encoding="utf-8"))["outputs"]

    def loaded(name: str, seen: set[str]) -> set[str]:
        if name not in seen:
            seen.add(name)
            for each in outputs[name]["imports"]:
                if each["kind"] == "import-statement" and each["path"] in outputs:
                    loaded(each["path"], seen)
        return seen

    files: set[str] = set()
    for name, output in outputs.items():
        if output.get("entryPoint") in {"src/pages/app.js", "src/pages/task.js"}:
            loaded(name, files)
    frontend = ROOT / "frontend"
    total = sum(len(gzip.compress((frontend / name).resolve().read_bytes(), 6)) for name in files)
    return Figure("JavaScript that a phone loads to do a task, gzipped", total / 1000, 200, unit="KB")


def all_figures(bench: Bench, *, cases: int, amounts: tuple[int, ...]) -> None:
    """Everything on one database."""
    made = data.finished_cases(bench.house, cases)
    bench.tell(f"      {made.cases:,} finished cases")
    bench.note("stored per finished case", made.bytes_per_case / 1000, 60, unit="KB")
    bench.stored = made.by_table
    for name, each in list(made.by_table.items())[:8]:
        bench.tell(f"        {name}: {each / 1000:.1f} KB")
    statements(bench)
    with serving(bench.env, threads=bench.threads) as server:
        figures_page(bench, server)
        one_client(bench, server)
        long_instance(bench, server)
        many_clients(bench, server, 1)
        memory(bench, server)
    with serving(bench.env, processes=2, threads=bench.threads) as server:
        many_clients(bench, server, 2)
    jobs(bench)
    with serving(bench.env, threads=bench.threads) as server:
        inboxes(bench, server, amounts)


def _one_more(counted: dict[str, int], name: str) -> None:
    counted[name] += 1


class People:
    """Everybody a case needs at one outlet, each with a connection of their own.

    `plan` is what a case takes, learned from the first one: the elements in their order, and whether the answer to the
    submission before says which task it is. Where it does not, somebody else goes on with the case.
    """

    def __init__(self, port: int, outlet: int) -> None:
        self.outlet = outlet
        self.plan: list[tuple[str, bool]] = []
        self._browsers = {login: Browser(port, data.person(login, outlet)) for login in LOGINS}

    def start(self) -> tuple[int, float]:
        """A customer calls; the first task, and how long the start took."""
        began = time.perf_counter()
        first = self._browsers[AGENT].start()
        return first, time.perf_counter() - began

    def submit(self, element: str, task_id: int, customer: int, *, page: bool) -> tuple[float, int | None]:
        """Fill in a task, its page opened or not, and submit it; how long the submit took, the task it leads to."""
        browser = self._browsers[WHOLE_CASE[element][0]]
        if page:
            browser.get(f"/tasks/{task_id}")
        values = values_at(element, customer, self.outlet)
        began = time.perf_counter()
        following = browser.submit(task_id, values)
        return time.perf_counter() - began, following


def values_at(element: str, customer: int, outlet: int) -> dict[str, Any]:
    """What is filled in at an element by the people of an outlet."""
    who = data.person(ENGINEER, outlet)
    return values_for(element, datetime.now(UTC), customer=customer, engineer=who, hours=data.HOURS)


def waiting_tasks(database: Database, first: int) -> Iterator[tuple[int, str]]:
    """Number and element of each task of a case, one after the other, as they open."""
    with database.reading() as tx:
        case_no = tx.value(_case_of, {"first": first})
    while True:
        with database.reading() as tx:
            row = tx.row(_waiting, {"case_no": case_no})
        if row is None:
            return
        yield row.id, row.element_id


_case_of = select(user_task.c.case_no).where(user_task.c.id == bindparam("first"))
_waiting = (
    select(user_task.c.id, user_task.c.element_id)
    .where(
        user_task.c.case_no == bindparam("case_no"),
        user_task.c.state == "open",
        user_task.c.element_id.in_(list(WHOLE_CASE)),
    )
    .order_by(user_task.c.id)
    .limit(1)
)


def walk_case(database: Database, people: People, *, pages: bool = True) -> tuple[list[float], float]:
    """A case from the call to the archive: how long each submit took, and the start."""
    first, started = people.start()
    submits: list[float] = []
    following: int | None = first
    asked = waiting_tasks(database, first)
    steps: Iterator[tuple[int, str]] = asked
    if people.plan and not pages:
        steps = _planned(people.plan, asked, lambda: following)
    learned: list[tuple[str, bool]] = []
    for task_id, element in steps:
        learned.append((element, task_id == following))
        took, following = people.submit(element, task_id, first, page=pages)
        submits.append(took)
    if len(submits) != len(WHOLE_CASE):
        raise RuntimeError(f"the case of task {first} came to {len(submits)} of {len(WHOLE_CASE)} tasks")
    people.plan = people.plan or learned
    return submits, started


def _planned(
    plan: list[tuple[str, bool]], asked: Iterator[tuple[int, str]], following: Callable[[], int | None]
) -> Iterator[tuple[int, str]]:
    """The tasks of a case whose way is known: by the answer before where it says so, else looked up."""
    for element, answered in plan:
        task_id = following() if answered else None
        yield (task_id, element) if task_id is not None else next(asked)


def _client(port: int, outlet: int, url: str, pages: bool, all_ready: Any, answers: Any) -> None:
    try:
        database = Database(url)
        people = People(port, outlet)
        walk_case(database, people)
        all_ready.wait(60)
        tasks, began = 0, time.perf_counter()
        # A case is always brought to its end: an engineer on the way would not get the next one.
        while time.perf_counter() - began < SECONDS:
            tasks += len(walk_case(database, people, pages=pages)[0])
        answers.put((tasks, time.perf_counter() - began))
    except Exception as failure:
        answers.put(f"{type(failure).__name__}: {failure}")


def _logged_in(app: Any, house: House, login: str) -> Any:
    """A client of the application in this process."""
    client = app.test_client()
    with house.db.reading() as tx:
        row = tx.row(select(user_account).where(user_account.c.login == login))
    assert row is not None
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = f"{row.id}.{row.session_version}", True
    return client


def _reader(house: House) -> None:
    """Somebody who holds ten roles."""
    roles = [key for key, entry in house.roles.items() if entry.get("level") != "external" and not entry.get("dynamic")]
    with house.db.transaction() as tx:
        if tx.row(select(user_account.c.id).where(user_account.c.login == READER)) is not None:
            return
        unit = tx.value(select(org_unit.c.code).where(org_unit.c.depth == 0))
        home = "O1"
        add_user(tx, actor=SYSTEM, login=READER, name="读者", home_unit=home, password_hash=hash_password(PASSWORD))
        for role in [role for role in roles if role not in {"system_admin", "process_owner"}][:10]:
            assign_role(tx, actor=SYSTEM, login=READER, role=role, unit=home if role in {"hotline_agent"} else unit)
