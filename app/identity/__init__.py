"""Who people are: users, roles per outlet, deputies, and the queues their tasks come from."""

from __future__ import annotations

from app.identity.actor import SYSTEM, Actor, load_actor, load_actor_by_login
from app.identity.holders import holds_role
from app.identity.passwords import hash_password, verify_password
from app.identity.people import (
    People,
    add_deputy,
    add_unit,
    add_user,
    assign_role,
    change_unit,
    deactivate_user,
    end_deputy,
    remove_role,
    set_password,
    set_skills,
    update_user,
)
from app.identity.queues import Queue, nearest_queue, queue_of

__all__ = [
    "SYSTEM",
    "Actor",
    "People",
    "Queue",
    "add_deputy",
    "add_unit",
    "add_user",
    "assign_role",
    "change_unit",
    "deactivate_user",
    "end_deputy",
    "hash_password",
    "holds_role",
    "load_actor",
    "load_actor_by_login",
    "nearest_queue",
    "queue_of",
    "remove_role",
    "set_password",
    "set_skills",
    "update_user",
    "verify_password",
]
