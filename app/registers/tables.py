"""One table for the rows of all registers, whose columns are the declaration's; and how each person looks at them."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from app.db import Json, UtcDateTime, metadata

register_row = Table(
    "register_row",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("register", String(20), nullable=False),
    Column("row_key", String(120), nullable=False),
    Column("case_no", String(40), index=True),
    Column("instance_id", Integer),
    Column("unit_path", String(200), nullable=False),
    Column("data", Json, nullable=False),
    Column("created_by", String(80), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    # 作废: a number that was given stays in the register, with who gave it up, when and why (readings 11).
    Column("voided_at", UtcDateTime),
    Column("voided_by", String(80)),
    Column("void_reason", String(400)),
    UniqueConstraint("register", "row_key"),
    # The newest first, and how many there are, without reading the rows themselves.
    Index("ix_register_row_created", "register", "created_at", "id", "unit_path", "voided_at"),
)

# What a person keeps of a register: filters, sorting and columns under a name; without a name the columns chosen last.
register_view = Table(
    "register_view",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("user_id", ForeignKey("user_account.id"), nullable=False),
    Column("register", String(20), nullable=False),
    Column("name", String(40), nullable=False),
    Column("query", Json, nullable=False),  # the arguments of the address: name → text
    Column("columns", Json, nullable=False),  # column ids; empty for all
    UniqueConstraint("user_id", "register", "name"),
)
