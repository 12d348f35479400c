"""A repair on site that was signed, played through the real commands."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask import Flask
from PIL import Image
from sqlalchemy import insert, select

from app import clock
from app.house import House
from app.identity import load_actor_by_login
from app.runtime import complete_task, start_case
from app.runtime.tables import attachment, user_task

SCENARIO = Path(__file__).parents[3] / "processes/onsite_service/scenarios/parts_replaced.yaml"
PHOTO = "photo-of-the-door-1"
Play = Callable[..., str]


@pytest.fixture
def play(house: House) -> Play:
    """`play(until, **more)` plays the scenario up to a task; `more` adds values to tasks; returns the case number."""

    def run(until: str | None = None, **more: dict[str, Any]) -> str:
        content = yaml.safe_load(SCENARIO.read_text(encoding="utf-8"))
        start = content["start"]["message"]
        with house.db.transaction() as tx:
            engineer = load_actor_by_login(tx, "service_engineer_1")
            assert engineer is not None
            record = start_case(
                tx, house.world, actor=engineer, process_key=content["process"], unit_code="O1",
                variables=start["variables"], message=start["name"],
            )  # fmt: skip
        for step in content["steps"]:
            submit = step.get("submit")
            if submit is None or "refused" in submit:
                continue
            if submit["task"] == until:
                break
            with house.db.transaction() as tx:
                task_id = tx.value(
                    select(user_task.c.id).where(
                        user_task.c.element_id == submit["task"], user_task.c.state == "open",
                        user_task.c.case_no == record.case_no,
                    )
                )  # fmt: skip
                assert task_id is not None, submit["task"]
                values = {**submit["values"], **more.get(submit["task"], {})}
                actor = load_actor_by_login(tx, submit["by"])
                assert actor is not None
                complete_task(tx, house.world, actor=actor, task_id=task_id, values=values)
        return record.case_no

    return run


@pytest.fixture
def add_photo(house: House, app: Flask) -> Callable[[str], None]:
    """`add_photo(case_no)` puts a photo of that case into the store."""

    def add(case_no: str, file_id: str = PHOTO) -> None:
        folder = app.extensions["aftercare_settings"].files_dir / file_id[:2]
        folder.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (800, 600), (90, 120, 150)).save(folder / file_id, "JPEG")
        content = (folder / file_id).read_bytes()
        with house.db.transaction() as tx:
            tx.execute(
                insert(attachment).values(
                    id=file_id, case_no=case_no, name="door.jpg", content_type="image/jpeg", size=len(content),
                    received=len(content), digest=hashlib.sha256(content).hexdigest(), uploaded_by=1,
                    uploaded_at=clock.now(),
                )
            )  # fmt: skip

    return add
