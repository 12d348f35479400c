"""Who people are: users, roles per outlet, deputies, and the queues their tasks come from."""

from __future__ import annotations

from app.identity.actor import SYSTEM, Actor, load_actor, load_actor_by_login
from app.identity.attempts import as_login, count_attempt, forget_attempts, forgive_attempt, from_address
from app.identity.holders import holds_role
from app.identity.passwords import hash_password, verify_password
from app.identity.people import (
    People,
    UnitBurden,
    add_deputy,
    add_unit,
    add_user,
    assign_role,
    change_unit,
    close_unit,
    deactivate_user,
    end_deputy,
    remove_role,
    reopen_unit,
    set_password,
    set_skills,
    unit_burden,
    update_user,
)
from app.identity.queues import Queue, nearest_queue, queue_of

__all__ = [
    "SYSTEM",
    "Actor",
    "People",
    "Queue",
    "UnitBurden",
    "add_deputy",
    "add_unit",
    "add_user",
    "as_login",
    "assign_role",
    "change_unit",
    "close_unit",
    "count_attempt",
    "deactivate_user",
    "end_deputy",
    "forget_attempts",
    "forgive_attempt",
    "from_address",
    "hash_password",
    "holds_role",
    "load_actor",
    "load_actor_by_login",
    "nearest_queue",
    "queue_of",
    "remove_role",
    "reopen_unit",
    "set_password",
    "set_skills",
    "unit_burden",
    "update_user",
    "verify_password",
]
