"""The real application on a port of its own: a demo company in a fresh database, at a Monday morning of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from werkzeug.serving import make_server

from app import calendar, clock, definitions, settings
from app.db import Database, Transaction
from app.house import House
from app.identity import hash_password, load_actor, load_actor_by_login
from app.rehearsal import found_company
from app.rehearsal.demo_cases import load_demo_cases
from app.runtime.commands.guests import make_guest_link
from app.runtime.commands.tasks import load_task
from app.web import create_app
from app.web.guest.token import new_token
from tools.whole_case import play_until

PASSWORD = "aftercare-demo"  # noqa: S105 - the demo company's, shown on its login page
MONDAY = datetime.fromisoformat("2026-03-02T09:00:00+08:00")


class DemoServer:
    """Serves until it is stopped. Its clock shows `begins` at the start and then runs on; the browser gets the same."""

    def __init__(self, folder: Path, *, begins: datetime = MONDAY, with_cases: bool = False) -> None:
        self.shift: timedelta = begins - datetime.now(UTC)
        self.settings = settings.load(
            {"AFTERCARE_DATA": str(folder), "AFTERCARE_DEMO": "1", "AFTERCARE_LOGIN_LIMIT": "10000 per minute"}
        )
        self.house = _found(self.settings, self.now)
        if with_cases:
            with clock.use(self.now):
                load_demo_cases(self.house)
        self.app = create_app(self.settings, self.house)
        self.guest_pages: list[str] = []
        self._server = make_server("127.0.0.1", 0, self._at_its_time(self.app), threaded=True)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def now(self) -> datetime:
        """The time in the demo company."""
        return datetime.now(UTC) + self.shift

    @property
    def browser_clock(self) -> str:
        """A script that sets a page's clock to the company's."""
        moved = round(self.shift.total_seconds() * 1000)
        return (
            f"{{ const Real = Date; globalThis.Date = class Date extends Real {{"
            f" constructor(...given) {{ given.length ? super(...given) : super(Real.now() + {moved}); }}"
            f" static now() {{ return Real.now() + {moved}; }} }}; }}"
        )

    def start(self) -> None:
        """Begin to serve."""
        self._thread.start()

    def stop(self) -> None:
        """Stop serving and let the database go."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self.house.db.close()

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """Look into the database."""
        with clock.use(self.now), self.house.db.reading() as tx:
            yield tx

    @contextmanager
    def writing(self) -> Iterator[Transaction]:
        """Do something that has no page, at the company's time."""
        with clock.use(self.now), self.house.db.transaction() as tx:
            yield tx

    def publish_another_version(
        self, key: str = "dispatch", old: str = "评估紧急、天气、人员", new: str = "评估派工条件"
    ) -> None:
        """A second version of a procedure, one task of which has another name."""
        with self.writing() as tx:
            owner = load_actor_by_login(tx, "process_owner_1")
            assert owner is not None
            draft = definitions.open_draft(tx, key)
            content = draft.xml.replace(old.encode(), new.encode())
            definitions.save_draft(tx, actor=owner, key=key, content=content, base_revision=draft.revision)
            store, knowledge = self.house.world.definitions, self.house.knowledge(tx)
            definitions.publish_draft(tx, store, knowledge, actor=owner, key=key, reason="用语统一")

    def make_guest_link(self, case_no: str | None = None) -> str:
        """Play a case, or a new one, until the customer signs, and return the address at which he does."""
        with self.writing() as tx:
            task = play_until(tx, self.house.world, "sign_report", self.now(), case_no)
            engineer = load_actor(tx, load_task(tx, task).task.assignee_id)
            assert engineer is not None
            token = new_token(self.settings.secret_key)
            make_guest_link(tx, actor=engineer, task_id=task, token=token, guest_name="调度员甲", hours=48)
        self.guest_pages.append(f"/g/{token}")
        return self.guest_pages[-1]

    def _at_its_time(self, app: Any) -> Callable[..., Iterable[bytes]]:
        def serve(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            with clock.use(self.now):
                return list(app(environ, start_response))

        return serve


def _found(conf: settings.Settings, now: Callable[[], datetime]) -> House:
    conf.data_dir.mkdir(parents=True, exist_ok=True)
    database = Database(conf.database_url)
    database.create_all()
    house = House(database, conf.processes_dir, conf.forms_dir, profile=conf.profile)
    with clock.use(now):
        with database.transaction() as tx:
            found_company(tx, house.roles, password_hash=hash_password(PASSWORD))
            for year in (now().year - 1, now().year):
                calendar.import_year(tx, year, actor="system")
        deployed = house.deploy_folders()
    if deployed is not None and deployed.refused:
        raise RuntimeError("; ".join(f"{each.file}: {each.message.en}" for each in deployed.problems))
    return house
