"""An application on the example company whose every change is forgotten before the next request."""

from __future__ import annotations

import copy
import io
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app import clock, definitions, settings
from app.aftersales import customers, merging, product_unit
from app.calendar.tables import service_clock
from app.clock import ManualClock
from app.db import Transaction
from app.definitions import VERBS, DefinitionStore, File
from app.definitions.tables import process_definition, process_version
from app.history import history_event
from app.house import House
from app.identity import SYSTEM, add_deputy, add_user, hash_password, load_actor_by_login
from app.identity.tables import user_account
from app.messages import Message
from app.notices.tables import notice
from app.rehearsal import Stage
from app.runtime import (
    Attempt,
    World,
    claim_task,
    complete_task,
    note_attempt,
    pause_clock,
    release_task,
    start_case,
)
from app.runtime.commands.approvals import add_signers, delegate_task
from app.runtime.commands.guests import make_guest_link
from app.runtime.tables import attachment, guest_link, refused_attempt, user_task
from app.web import create_app
from app.web.guest.token import new_token
from tests.factories.requests import FORMS, agree, model

MONDAY = datetime.fromisoformat("2026-03-02T09:00:00+08:00")
PASSWORD = "a long enough password"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
FILE = "file-of-the-case-1"
CONTACT = {
    "channel": "phone",
    "content": "前门关不严",
    "facts_clear": False,
    "contact_phone": "000-0000-0002",
    "customer_name": "示例公交一队",
}


class Ground:
    """The application, what is in it, and clients of its people."""

    def __init__(self, stage: Stage, folder: Path, **env: str) -> None:
        self.house: House = copy.copy(stage.open(MONDAY).house)
        self._world = self.house.world
        self.time = ManualClock(MONDAY)
        conf = settings.load({"AFTERCARE_DATA": str(folder), "AFTERCARE_SECRET_KEY": "k" * 40, **env})
        self.app: Flask = create_app(conf, self.house)
        self.app.config.update(WTF_CSRF_ENABLED=False)
        self.names: dict[str, Any] = {}
        self._fresh_definitions()
        with self.at_work():
            self._deploy(model("request", agree(verbs=" ".join(VERBS))), *FORMS)
            self.house.refresh()
            self._furnish()
        self._image = self._raw().serialize()

    def _raw(self) -> Any:
        with self.house.db.engine.connect() as connection:
            return connection.connection.driver_connection

    def _fresh_definitions(self) -> None:
        self.house.world = replace(
            self._world,
            definitions=DefinitionStore(),
            library=self.house.library,
            calendar=self.house.calendar,
            own_formats=self.house.own_formats,
        )

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """At the time of the ground."""
        with clock.use(self.time.now):
            yield

    def reset(self, *, definitions: bool = False) -> None:
        """Forget whatever was changed."""
        self._raw().deserialize(self._image)
        if definitions:
            self._fresh_definitions()
        self.house.notice_changes()

    def _deploy(self, *files: File) -> None:
        with self.house.db.transaction() as tx:
            known = self.house.knowledge(tx)
            done = definitions.deploy(tx, definitions.parse([*files]), known, actor=SYSTEM, reason="test")
        assert not done.refused, done.problems

    def _furnish(self) -> None:
        db, world = self.house.db, self.house.world
        with db.transaction() as tx:
            add_user(tx, actor=SYSTEM, login="nobody", name="无岗", home_unit="O1")
            tx.execute(user_account.update().values(password_hash=hash_password(PASSWORD)))
            now = clock.now()
            self.names["deputy"] = add_deputy(
                tx, actor=SYSTEM, login="department_leader_2", deputy_login="general_manager_1",
                from_at=now, until_at=now.replace(year=2027),
            )  # fmt: skip
            agent, far = (load_actor_by_login(tx, login) for login in ("hotline_agent_1", "hotline_agent_3"))
            assert agent is not None
            assert far is not None

            def open_contact(by: Any, unit: str) -> Any:
                return start_case(
                    tx, world, actor=by, process_key="contact_intake", unit_code=unit, variables={}, claim=True
                )

            mine, free, done = (open_contact(agent, "O1") for _ in range(3))
            theirs = open_contact(far, "O2")
            release_task(tx, world, actor=agent, task_id=free.opened[0].id)
            complete_task(tx, world, actor=agent, task_id=done.opened[0].id, values=CONTACT)
            follow = _open_task(tx, done.case_no)
            claim_task(tx, world, actor=agent, task_id=follow)
            self.names |= _requests(tx, world) | _link(tx, world, self.app.extensions["aftercare_settings"].secret_key)
            signing = Attempt(
                "GR01", done.case_no, done.opened[0].id, "登记", "/C1/R1/O1/", (Message("签字", "Signature"),)
            )
            note_attempt(tx, actor=agent, attempt=signing)
            self.names |= _archive(tx)
            people = dict(tx.rows(select(user_account.c.login, user_account.c.id)))  # type: ignore[arg-type]
            live = dict(tx.rows(select(process_definition.c.key, process_definition.c.live_version_id)))  # type: ignore[arg-type]
            self.names |= {
                "case": mine.case_no,
                "instance": mine.instance_id,
                "task": mine.opened[0].id,
                "free": free.opened[0].id,
                "free_case": free.case_no,
                "done": done.opened[0].id,
                "done_case": done.case_no,
                "follow": follow,
                "far_case": theirs.case_no,
                "far_instance": theirs.instance_id,
                "far_task": theirs.opened[0].id,
                "file": FILE,
                "attempt": tx.value(select(refused_attempt.c.id)),
                "user": people["hotline_agent_2"],
                "admin": people["system_admin_1"],
                "version": live["contact_intake"],
                "number": tx.value(
                    select(process_version.c.version).where(process_version.c.id == live["contact_intake"])
                ),
                "people": people,
            }
            for name in ("case", "far_case", "done_case"):
                of_case = service_clock.c.case_no == self.names[name]
                self.names[name.replace("case", "clock")] = tx.value(select(service_clock.c.id).where(of_case))
            supervisor = load_actor_by_login(tx, "cs_supervisor_1")
            assert supervisor is not None
            still = self.names["done_clock"]
            pause_clock(tx, world, actor=supervisor, clock_id=still, reason="weather", note="已告知客户")
            tx.execute(
                attachment.insert().values(
                    id=FILE, case_no=mine.case_no, task_id=mine.opened[0].id, name="照片.png", content_type="image/png",
                    size=len(PNG), received=len(PNG), uploaded_by=agent.id, uploaded_at=now,
                )
            )  # fmt: skip
        conf = self.app.extensions["aftercare_settings"]
        path = conf.files_dir / FILE[:2] / FILE
        path.parent.mkdir(parents=True)
        path.write_bytes(PNG)

    def client(self, login: str | None = None) -> FlaskClient:
        """Somebody's browser, logged in."""
        client = self.app.test_client()
        if login is not None:
            with self.house.db.reading() as tx:
                someone = load_actor_by_login(tx, login)
            assert someone is not None, login
            with client.session_transaction() as session:
                session["_user_id"] = f"{someone.id}.{someone.session_version}"
                session["_fresh"] = True
        return client

    def url(self, template: str) -> str:
        """An address with the ids of this ground."""
        return template.format(**self.names)

    def image(self) -> bytes:
        """The whole database."""
        return bytes(self._raw().serialize())

    def changed_since(self, before: bytes) -> dict[str, set[tuple[Any, ...]]]:
        """Rows that came or went since an image, per table; pages that moved about are no change."""
        after = self.image()
        if after == before:
            return {}
        then, now = _rows_of(before), _rows_of(after)
        return {table: then[table] ^ now[table] for table in then.keys() | now.keys() if then[table] != now[table]}

    def history(self, after: int = 0) -> list[Any]:
        """What was recorded behind an id."""
        with self.house.db.reading() as tx:
            return list(tx.rows(select(history_event).where(history_event.c.id > after).order_by(history_event.c.id)))

    def last_event(self) -> int:
        """The id of the newest event."""
        return max((event.id for event in self.history()), default=0)


def _requests(tx: Transaction, world: World) -> dict[str, int]:
    """Three requests at the leader's: one to agree to, one that he lent, one about which he asked somebody first."""
    agent, supervisor, leader = (
        load_actor_by_login(tx, login) for login in ("hotline_agent_1", "cs_supervisor_1", "department_leader_1")
    )
    assert agent is not None
    assert supervisor is not None
    assert leader is not None
    waiting = []
    for _ in range(3):
        begun = start_case(tx, world, actor=agent, process_key="request", unit_code="O1", variables={}, claim=True)
        for by, values in ((agent, {"wish": "一台备用车"}), (supervisor, {"decision": "approved"})):
            complete_task(tx, world, actor=by, task_id=_open_task(tx, begun.case_no), values=values)
        waiting.append(_open_task(tx, begun.case_no))
    agree_to, lent, asked = waiting
    delegate_task(tx, world, actor=leader, task_id=lent, to_login="cs_supervisor_1", request="请核对")
    add_signers(tx, world, actor=leader, task_id=asked, logins=["cs_supervisor_1"], where="before", request="可以吗？")
    part = tx.value(select(user_task.c.id).where(user_task.c.part_of == asked))
    return {"agree": agree_to, "lent": lent, "asked": asked, "part": part}


def _link(tx: Transaction, world: World, secret: str) -> dict[str, Any]:
    """A request that somebody outside may write by a link."""
    agent = load_actor_by_login(tx, "hotline_agent_1")
    assert agent is not None
    begun = start_case(tx, world, actor=agent, process_key="request", unit_code="O1", variables={}, claim=True)
    task, token = begun.opened[0].id, new_token(secret)
    make_guest_link(tx, actor=agent, task_id=task, token=token, guest_name="调度员甲", hours=48)
    told = {"key": "one", "user_id": agent.id, "kind": "urged", "at": clock.now(), "case_no": "", "task_name": "登记"}
    tx.execute(notice.insert().values(**told, id=1, task_id=task))
    return {"notice": 1, "outside": task, "token": token, "link": tx.value(select(guest_link.c.id))}


def _open_task(tx: Transaction, case_no: str) -> int:
    return int(tx.value(select(user_task.c.id).where(user_task.c.case_no == case_no, user_task.c.state == "open")))


def _archive(tx: Transaction) -> dict[str, Any]:
    """A customer of 一站 with a product, into whom another was merged, a third of the same number; one of 二站."""
    facts = {"contact_phone": "000-0000-0077", "product_model": "示例客车A型", "customer_address": "示例市示范路77号"}
    near = {**facts, "customer_name": "近处客户", "contact_person": "调度员近", "serial_no": "DEMO-VIN-0077"}
    one = customers.remember(tx, near, unit_path="/C1/R1/O1/")
    other = customers.remember(tx, {**facts, "customer_name": "近处客户二"}, unit_path="/C1/R1/O1/")
    another = customers.remember(tx, {**facts, "customer_name": "近处客户三"}, unit_path="/C1/R1/O1/")
    far = customers.remember(tx, {**facts, "customer_name": "远处客户"}, unit_path="/C1/R1/O2/")
    assert one is not None
    assert other is not None
    merge = merging.merge(tx, kept_id=one, merged_id=other, reason="同一客户", actor=SYSTEM)
    product = tx.value(select(product_unit.c.id).where(product_unit.c.serial_no == "DEMO-VIN-0077"))
    return {
        "customer": one,
        "another": another,
        "far_customer": far,
        "merge": merge,
        "serial": "DEMO-VIN-0077",
        "product": product,
    }


def _rows_of(image: bytes) -> dict[str, set[tuple[Any, ...]]]:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(image)
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return defaultdict(set, {name: set(connection.execute(f'SELECT * FROM "{name}"')) for name in tables})


def upload(content: bytes, name: str = "a.xlsx") -> tuple[io.BytesIO, str]:
    """A file field of a form."""
    return io.BytesIO(content), name
