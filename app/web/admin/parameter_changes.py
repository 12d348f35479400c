"""Changes of parameters: the value, the history, and what depends on it in one step."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app import parameters
from app.db import Transaction
from app.history import record
from app.house import House
from app.identity import Actor
from app.parameters.values import COMPANY
from app.web.admin.parameter_fields import moves_clocks


def set_parameter(
    tx: Transaction,
    house: House,
    *,
    actor: Actor,
    name: str,
    value: Any,
    reason: str,
    expected_version: int | None,
    valid_from: datetime | None = None,
) -> int:
    """Set a value for the company from now or from `valid_from` on; returns how many running clocks moved."""
    before = _in_force(tx, house, name)
    parameters.set_value(
        tx,
        house.book,
        name,
        value,
        actor=actor.name,
        reason=reason,
        expected_version=expected_version,
        valid_from=valid_from,
    )
    return _changed(tx, house, actor, name, before, reason, valid_from)


def reset_parameter(
    tx: Transaction,
    house: House,
    *,
    actor: Actor,
    name: str,
    reason: str,
    expected_version: int | None,
    valid_from: datetime | None = None,
) -> int:
    """Let the profile or the default hold again from now or from `valid_from` on; how many running clocks moved."""
    before = _in_force(tx, house, name)
    parameters.clear_value(
        tx,
        house.book,
        name,
        actor=actor.name,
        reason=reason,
        expected_version=expected_version,
        valid_from=valid_from,
    )
    return _changed(tx, house, actor, name, before, reason, valid_from)


def _current(tx: Transaction, house: House, at: datetime | None = None) -> parameters.Parameters:
    return parameters.in_force(house.book, parameters.load_values(tx, at), house.profile)


def _in_force(tx: Transaction, house: House, name: str) -> Any:
    return _current(tx, house).value(name)


def _changed(
    tx: Transaction,
    house: House,
    actor: Actor,
    name: str,
    before: Any,
    reason: str,
    valid_from: datetime | None = None,
) -> int:
    after = _current(tx, house, valid_from)
    definition = house.book.definition(name)
    record(
        tx,
        actor=actor,
        kind="parameter_set",
        data={
            "name": name,
            "scope": COMPANY,
            "label_zh": definition.label.zh,
            "label_en": definition.label.en,
            "before_zh": definition.words(before, "zh"),
            "before_en": definition.words(before, "en"),
            "after_zh": after.words(name, "zh"),
            "after_en": after.words(name, "en"),
            "reason": reason.strip(),
            "valid_from": valid_from.isoformat() if valid_from else None,
        },
    )
    tx.after_commit(house.refresh)
    return house.move_clocks(tx, after.as_dict()) if moves_clocks(name) else 0
