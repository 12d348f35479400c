"""A parameter changed in one process is in force in the others."""

from __future__ import annotations

from pathlib import Path

from app import parameters
from app.db import Database
from app.house import House

ROOT = Path(__file__).resolve().parents[3]


def test_another_process_notices_a_changed_parameter(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'house.db'}"
    Database(url).create_all()
    here, there = (House(Database(url), ROOT / "processes", ROOT / "forms") for _ in range(2))
    with there.db.reading() as tx:
        before = there.parameters(tx).value("intake.max_clarify_attempts")
    with here.db.transaction() as tx:
        name = "intake.max_clarify_attempts"
        parameters.set_value(tx, here.book, name, before + 2, actor="somebody", reason="more patience")
    here.refresh()
    with there.db.reading() as tx:
        assert there.parameters(tx).value("intake.max_clarify_attempts") == before
    assert there.notice_changes()
    with there.db.reading() as tx:
        assert there.parameters(tx).value("intake.max_clarify_attempts") == before + 2
    assert not there.notice_changes()
    assert not here.notice_changes()
