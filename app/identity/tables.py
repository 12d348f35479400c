"""Tables of people, units, roles and queues."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from app.db import UtcDateTime, metadata

org_unit = Table(
    "org_unit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("code", String(40), nullable=False, unique=True),
    Column("kind", String(10), nullable=False),  # company, region, outlet
    Column("name", String(120), nullable=False),
    Column("parent_id", ForeignKey("org_unit.id"), index=True),
    Column("path", String(200), nullable=False, unique=True),  # "/C/N/O1/": a unit's path begins with its ancestors'
    Column("depth", Integer, nullable=False),
    Column("active", Boolean, nullable=False, default=True),
)

user_account = Table(
    "user_account",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("login", String(60), nullable=False, unique=True),
    Column("name", String(80), nullable=False),
    Column("phone", String(20)),
    Column("email", String(120)),
    Column("language", String(2), nullable=False, default="zh"),
    Column("password_hash", String(200)),
    Column("active", Boolean, nullable=False, default=True),
    Column("session_version", Integer, nullable=False, default=1),  # raised to end every session of this user
    Column("must_change_password", Boolean, nullable=False, default=False),
    Column("home_unit_id", ForeignKey("org_unit.id"), index=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("left_at", UtcDateTime),
)

role_assignment = Table(
    "role_assignment",
    metadata,
    Column("user_id", ForeignKey("user_account.id"), primary_key=True),
    Column("role", String(60), primary_key=True),
    Column("org_unit_id", ForeignKey("org_unit.id"), primary_key=True),
)

queue = Table(
    "queue",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("role", String(60), nullable=False),
    Column("org_unit_id", ForeignKey("org_unit.id"), nullable=False),
    UniqueConstraint("role", "org_unit_id"),
)

member = Table(
    "member",
    metadata,
    Column("user_id", ForeignKey("user_account.id"), primary_key=True),
    Column("queue_id", ForeignKey("queue.id"), primary_key=True),
    Index("ix_member_queue", "queue_id"),
)

deputy = Table(
    "deputy",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("user_id", ForeignKey("user_account.id"), nullable=False, index=True),
    Column("deputy_id", ForeignKey("user_account.id"), nullable=False, index=True),
    Column("from_at", UtcDateTime, nullable=False),
    Column("until_at", UtcDateTime, nullable=False),
    Column("reason", String(200), nullable=False, default=""),
)

user_skill = Table(
    "user_skill",
    metadata,
    Column("user_id", ForeignKey("user_account.id"), primary_key=True),
    Column("skill", String(60), primary_key=True),
    Column("certificate_valid_to", Date),
)

login_attempt = Table(
    "login_attempt",
    metadata,
    Column("key", String(100), primary_key=True),  # an address or a login name, see app/identity/attempts.py
    Column("since", UtcDateTime, nullable=False, index=True),
    Column("attempts", Integer, nullable=False),
)

# The first set-up of the company: which steps are done, by whom and when.
setup_step = Table(
    "setup_step",
    metadata,
    Column("step", String(20), primary_key=True),
    Column("done_at", UtcDateTime, nullable=False),
    Column("done_by", String(80), nullable=False),
)
