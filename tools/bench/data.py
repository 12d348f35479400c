"""Data in the amounts of a house that has grown: finished cases copied from played ones, open tasks by the million."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Table, delete, func, select, text

from app import clock, parameters
from app.aftersales import signed_content
from app.calendar.tables import service_clock
from app.clock import ManualClock
from app.db import Database, Transaction
from app.history import history_event
from app.house import House
from app.identity import SYSTEM, add_unit, add_user, assign_role, hash_password, load_actor_by_login, set_skills
from app.identity.tables import queue
from app.messages import Refusal
from app.notices.tables import notice_mark
from app.registers import register_row
from app.rehearsal.company import REGION
from app.runtime import start_case
from app.runtime.tables import case_term, process_instance, service_case, user_task
from tools.bench.client import PASSWORD
from tools.whole_case import AGENT, ENGINEER, WHOLE_CASE, act

# What a finished case consists of; how each column of a copy differs from its model. `k` is the number of the copy.
_CASE = "case_no || '-' || k"
_INSTANCE = "instance_id + k * {process_instance}"
COPIED: tuple[tuple[Table, dict[str, str]], ...] = (
    (service_case, {}),
    (case_term, {}),
    (process_instance, {"handed_over_from": "handed_over_from + k * {process_instance}"}),
    (user_task, {"instance_id": _INSTANCE, "part_of": "part_of + k * {user_task}"}),
    (history_event, {"instance_id": _INSTANCE, "task_id": "task_id + k * {user_task}"}),
    (register_row, {"row_key": "row_key || '-' || k", "instance_id": _INSTANCE}),
    (service_clock, {}),
    (signed_content, {"document_no": "document_no || '-' || k"}),
)

HOURS = 0  # of a case: one engineer does hundreds of them in a day, and nobody works more than 24 hours of it


def play_whole_case(house: House, at: datetime) -> str:
    """A case from the call to the archive, through the real commands; returns its number."""
    hands = ManualClock(at)
    with clock.use(hands.now):
        with house.db.transaction() as tx:
            agent = _actor(tx, AGENT)
            record = start_case(tx, house.world, actor=agent, process_key="contact_intake", unit_code="O1")
        while True:
            hands.advance("PT2M")
            with house.db.transaction() as tx:
                waiting = select(user_task).where(user_task.c.case_no == record.case_no, user_task.c.state == "open")
                task = next(
                    (row for row in tx.rows(waiting.order_by(user_task.c.id)) if row.element_id in WHOLE_CASE), None
                )
                if task is None:
                    return record.case_no
                try:
                    act(tx, house.world, task, hands.now(), hours=HOURS)
                except Refusal as refusal:
                    said = "; ".join(f"{error.field}: {error.message.en}" for error in refusal.errors)
                    raise SystemExit(f"{task.element_id} at {hands.now()}: {refusal.message.en} {said}") from None


OUTLETS = 4
_ROLES = ("hotline_agent", "cs_supervisor", "service_engineer", "department_leader")


def person(default: str, outlet: int) -> str:
    """Who does at an outlet what `default` does at the demo's first one."""
    return f"{default.rsplit('_', 1)[0]}_b{outlet}"


def outlets(house: House) -> None:
    """An outlet for each client, with one person of each role, and customers who may be called at any hour."""
    with house.db.transaction() as tx:
        parameters.set_value(tx, house.book, "calendar.quiet_windows", [], actor="system", reason="bench")
        password_hash = hash_password(PASSWORD)
        for number in range(1, OUTLETS + 1):
            unit = f"B{number}"
            add_unit(tx, actor=SYSTEM, code=unit, kind="outlet", name=f"测量{number}站", parent=REGION)
            for role in _ROLES:
                login = person(f"{role}_1", number)
                add_user(tx, actor=SYSTEM, login=login, name=login, home_unit=unit, password_hash=password_hash)
                assign_role(tx, actor=SYSTEM, login=login, role=role, unit=unit)
            set_skills(tx, actor=SYSTEM, login=person(ENGINEER, number), skills={"body": None})
    house.refresh()


@dataclass(frozen=True, slots=True)
class Stored:
    """So many finished cases, and what each of them takes: altogether, and by table and index, in bytes."""

    cases: int
    bytes_per_case: float
    by_table: dict[str, float]


def finished_cases(house: House, wanted: int, *, played: int = 10) -> Stored:
    """Fill the house with finished cases: a few played through the real commands, the rest copied row by row.

    A copy has numbers of its own (case, instances, tasks, rows), so every index grows as with a real case; what the
    people filled in is the same in every tenth case. No database compresses across rows, so the size is honest.
    """
    day = datetime.now(UTC).replace(hour=1, minute=10, second=0, microsecond=0)  # ten past nine in China
    for _ in range(played):
        day -= timedelta(days=1 if day.weekday() else 3)  # on working days
        play_whole_case(house, day)
    settle(house.db)
    before, tables_before = size(house.db), sizes(house.db)
    copies = max(1, wanted // played - 1)
    with house.db.transaction() as tx:
        tx.begin_writing()
        if tx.on_sqlite:
            tx.execute(text("PRAGMA defer_foreign_keys = ON"))
        strides = {table.name: _highest(tx, table) for table, _ in COPIED if "id" in table.c}
        for table, changed in COPIED:
            changed = {"case_no": _CASE, "id": f"id + k * {strides.get(table.name)}", **changed}
            names = [column.name for column in table.c]
            values = ", ".join(changed[name].format(**strides) if name in changed else name for name in names)
            head, source = _numbers(tx, copies)
            query = f"INSERT INTO {table.name} ({', '.join(names)}) {head} SELECT {values} FROM {table.name}, {source}"
            tx.execute(text(f"{query} WHERE case_no IS NOT NULL"))
        if not tx.on_sqlite:
            _go_on_counting(tx)
    settle(house.db)
    made = copies * played
    grown = {name: (each - tables_before.get(name, 0)) / made for name, each in sizes(house.db).items()}
    largest = dict(sorted(((name, each) for name, each in grown.items() if each >= 1), key=lambda one: -one[1]))
    return Stored(played + made, (size(house.db) - before) / made, largest)


def open_tasks(database: Database, wanted: int) -> None:
    """Unclaimed open tasks, spread over all queues, until there are so many."""
    with database.transaction() as tx:
        tx.begin_writing()
        there = tx.value(select(func.count()).select_from(user_task).where(user_task.c.state == "open"))
        missing = wanted - int(there)
        if missing <= 0:
            return
        model = tx.value(select(func.min(user_task.c.id)).where(user_task.c.process_key == "contact_intake"))
        queues = [row.id for row in tx.rows(select(queue.c.id).order_by(queue.c.id))]
        changed = dict.fromkeys(("assignee_id", "claimed_at", "seen_at", "seen_by", "closed_at", "closed_by"), "NULL")
        changed |= {"state": "'open'", "outcome": "NULL", "due_at": "NULL"}
        if tx.on_sqlite:
            changed["queue_id"] = f"(SELECT value FROM json_each('{queues}') WHERE key = k % {len(queues)})"
            later = "'+' || (k * 7919 % 9000000) || ' seconds'"
            changed["sort_at"] = f"strftime('%Y-%m-%dT%H:%M:%f000Z', '2026-01-01', {later})"
        else:
            changed["queue_id"] = f"(ARRAY{queues})[1 + k % {len(queues)}]"
            later = "(k::bigint * 7919 % 9000000) * interval '1 second'"
            changed["sort_at"] = f"timestamptz '2026-01-01' + {later}"
        names = [column.name for column in user_task.c if column.name != "id"]
        values = ", ".join(changed.get(name, name) for name in names)
        head, source = _numbers(tx, missing)
        query = f"INSERT INTO user_task ({', '.join(names)}) {head} SELECT {values} FROM user_task, {source}"
        tx.execute(text(f"{query} WHERE id = {model}".replace(":", "\\:").replace("\\:\\:", "::")))
    settle(database)


def _numbers(tx: Transaction, last: int) -> tuple[str, str]:
    """What to write before SELECT and behind FROM to count k from 1 to `last`."""
    if tx.on_sqlite:
        return f"WITH RECURSIVE n(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM n WHERE k < {last})", "n"
    return "", f"generate_series(1, {last}) AS n(k)"


def settle(database: Database) -> None:
    """What comes by itself after a while: everybody was told of the copied tasks, the log is written back, tables are
    looked at."""
    with database.transaction() as tx:
        tx.execute(delete(notice_mark))  # told from now on, not of what was copied
    if database.is_sqlite:
        with database.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.exec_driver_sql("ANALYZE")
        return
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
        connection.execute(text("CHECKPOINT"))


def size(database: Database) -> int:
    """Bytes on disk."""
    with database.reading() as tx:
        if tx.on_sqlite:
            pages = tx.value(text("SELECT page_count FROM pragma_page_count()"))
            return int(pages) * int(tx.value(text("SELECT page_size FROM pragma_page_size()")))
        return int(tx.value(text("SELECT pg_database_size(current_database())")))


def sizes(database: Database) -> dict[str, int]:
    """Bytes of each table and index."""
    on_sqlite = "SELECT name, sum(pgsize) AS bytes FROM dbstat GROUP BY name"
    on_server = (
        "SELECT relname AS name, pg_relation_size(oid) + CASE WHEN relkind = 'r' AND reltoastrelid <> 0"
        " THEN pg_total_relation_size(reltoastrelid) ELSE 0 END AS bytes"
        " FROM pg_class WHERE relkind IN ('r', 'i') AND relnamespace = 'public'\\:\\:regnamespace"
    )
    with database.reading() as tx:
        return {row.name: int(row.bytes) for row in tx.rows(text(on_sqlite if tx.on_sqlite else on_server))}


def _actor(tx: Transaction, login: str) -> Any:
    found = load_actor_by_login(tx, login)
    assert found is not None, login
    return found


def _highest(tx: Transaction, table: Table) -> int:
    return int(tx.value(select(func.max(table.c.id))) or 0)


def _go_on_counting(tx: Transaction) -> None:
    for table, _ in COPIED:
        if "id" in table.c:
            name = f"'{table.name}', 'id'"
            tx.execute(text(f"SELECT setval(pg_get_serial_sequence({name}), (SELECT max(id) FROM {table.name}))"))
