"""Changes of parameters: the value, the history, and what depends on it in one step."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app import parameters
from app.db import Transaction
from app.history import record
from app.house import House
from app.identity import Actor
from app.parameters.values import COMPANY, COMPANY_PROFILE
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
    scope: str = COMPANY,
) -> int:
    """Set a value for the company or one promise from now or `valid_from` on; how many running clocks moved."""
    before = _current(tx, house, scope=scope).value(name)
    parameters.set_value(
        tx,
        house.book,
        name,
        value,
        actor=actor.name,
        reason=reason,
        expected_version=expected_version,
        valid_from=valid_from,
        scope=scope,
    )
    return _changed(tx, house, actor, name, before, reason, valid_from, scope)


def reset_parameter(
    tx: Transaction,
    house: House,
    *,
    actor: Actor,
    name: str,
    reason: str,
    expected_version: int | None,
    valid_from: datetime | None = None,
    scope: str = COMPANY,
) -> int:
    """Let the profile or the default hold again from now or from `valid_from` on; how many running clocks moved."""
    before = _current(tx, house, scope=scope).value(name)
    parameters.clear_value(
        tx,
        house.book,
        name,
        actor=actor.name,
        reason=reason,
        expected_version=expected_version,
        valid_from=valid_from,
        scope=scope,
    )
    return _changed(tx, house, actor, name, before, reason, valid_from, scope)


def of_scope(house: House, stored: Mapping[tuple[str, str], Any], scope: str) -> parameters.Parameters:
    """The values of the company, or what one service promise gives where the company says nothing of its own."""
    if scope == COMPANY:
        return parameters.in_force(house.book, stored, house.profile)
    return parameters.Parameters(house.book, scope, {key: value for key, value in stored.items() if key[1] != COMPANY})


def _current(tx: Transaction, house: House, at: datetime | None = None, scope: str = COMPANY) -> parameters.Parameters:
    return of_scope(house, parameters.load_values(tx, at), scope)


def _changed(
    tx: Transaction,
    house: House,
    actor: Actor,
    name: str,
    before: Any,
    reason: str,
    valid_from: datetime | None = None,
    scope: str = COMPANY,
) -> int:
    after = _current(tx, house, valid_from, scope)
    promise = house.book.definition(COMPANY_PROFILE)
    definition = house.book.definition(name)
    record(
        tx,
        actor=actor,
        kind="parameter_set",
        data={
            "name": name,
            "scope": scope,
            "of_zh": promise.words(scope, "zh") if scope != COMPANY else "",
            "of_en": promise.words(scope, "en") if scope != COMPANY else "",
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
    # A promise that is not the company's own moves nothing that runs; one that is, as far as the company lets it.
    return house.move_clocks(tx, _current(tx, house, valid_from).as_dict()) if moves_clocks(name) else 0
