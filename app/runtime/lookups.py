"""What forms ask of the house while a submission is checked: references and uploaded files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, select

from app.db import Transaction
from app.identity import Actor
from app.identity.tables import org_unit, user_account
from app.runtime.tables import attachment, service_case
from app.runtime.world import World

_person = select(user_account.c.id).where(user_account.c.login == bindparam("value"), user_account.c.active)
_region = select(org_unit.c.id).where(org_unit.c.code == bindparam("value"), org_unit.c.active)
_case = select(service_case.c.unit_path).where(service_case.c.case_no == bindparam("value"))
_file = select(attachment).where(attachment.c.id == bindparam("value"))
_OWN = {"person": _person, "user": _person, "region": _region}


class RuntimeLookups:
    """Answers for one task; the world answers for what the runtime does not know (parts, customers, units)."""

    def __init__(self, tx: Transaction, world: World, task: Any, actor: Actor) -> None:
        self._tx = tx
        self._world = world
        self._task = task
        self._actor = actor

    def exists(self, source: str, value: str) -> bool:
        """Whether the value names something that may be chosen now."""
        if source == "case":
            path = self._tx.value(_case, {"value": value})
            return path is not None and self._actor.reaches(path)
        if source in _OWN:
            return self._tx.row(_OWN[source], {"value": value}) is not None
        return self._world.lookup is None or self._world.lookup(self._tx, source, value)

    def file(self, file_id: str) -> Mapping[str, Any] | None:
        """An upload that is whole and belongs to this case."""
        row = self._tx.row(_file, {"value": file_id})
        if row is None or row.received != row.size or row.case_no != self._task.case_no:
            return None
        if self._actor.guest_of is not None and row.task_id != self._actor.guest_of:
            return None  # a guest names only what he brought himself
        return {
            "id": row.id,
            "name": row.name,
            "content_type": row.content_type,
            "size": row.size,
            "digest": row.digest,
        }
