"""Tables of the parts ledger: places, moves whose entries balance, what stands where, issues and old parts."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    text,
)

from app.db import Fixed, UtcDateTime, metadata

QUANTITY = Fixed(3)
MONEY = Fixed(2)  # yuan and fen

part = Table(
    "part",
    metadata,
    Column("part_no", String(40), primary_key=True),
    Column("name", String(60), nullable=False),
    Column("spec", String(60), nullable=False, default=""),
    Column("tracking", String(8), nullable=False, default="none", server_default="none"),  # none, batch, serial
    # Whether a used one must be brought back (S000 §3.6.2, D26 row 1).
    Column("old_part_duty", Boolean, nullable=False, default=True),
    Column("last_cost", MONEY),  # of one, as last received: what a surplus is worth
    Column("active", Boolean, nullable=False, default=True),
)

part_batch = Table(
    "part_batch",
    metadata,
    Column("part_no", ForeignKey("part.part_no"), primary_key=True),
    Column("batch", String(40), primary_key=True),
    Column("expires_on", Date),  # the last day on which it may be issued
)

stock_location = Table(
    "stock_location",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("code", String(40), nullable=False, unique=True),
    Column("kind", String(12), nullable=False),
    Column("name", String(60), nullable=False),
    Column("unit_path", String(200), nullable=False),
    Column("holder", String(60)),  # the login of the technician whose van it is
    Column("active", Boolean, nullable=False, default=True),
    Index("ix_stock_location_holder", "holder"),
)

# One part in one state, batch and piece: the same five columns name it in balances, entries and reservations.
stock_balance = Table(
    "stock_balance",
    metadata,
    Column("location_id", ForeignKey("stock_location.id"), primary_key=True, autoincrement=False),
    Column("part_no", ForeignKey("part.part_no"), primary_key=True),
    Column("state", String(4), primary_key=True),  # new, used, old, bad
    Column("batch", String(40), primary_key=True),  # "" when the part is not kept by batch
    Column("serial_no", String(40), primary_key=True),
    Column("held", Boolean, nullable=False),  # ours; customers, suppliers and differences may stand below zero
    Column("quantity", QUANTITY, nullable=False),
    Column("reserved", QUANTITY, nullable=False),
    Column("value", MONEY, nullable=False),
    CheckConstraint("NOT held OR quantity >= 0", name="never_negative"),
    CheckConstraint("NOT held OR value >= 0", name="worth_something"),
    CheckConstraint("reserved >= 0 AND (reserved = 0 OR reserved <= quantity)", name="reserved_is_there"),
    Index("ix_stock_balance_part", "part_no", "state"),
    # A piece with a serial number stands in one place of ours.
    Index("uq_stock_balance_piece", "part_no", "serial_no", unique=True,
          sqlite_where=text("serial_no <> '' AND held AND quantity > 0"),
          postgresql_where=text("serial_no <> '' AND held AND quantity > 0")),
)  # fmt: skip

stock_move = Table(
    "stock_move",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("kind", String(12), nullable=False),
    Column("document_no", String(40), nullable=False),
    Column("case_no", String(40)),
    Column("reason", String(200), nullable=False, default=""),
    Column("actor_id", Integer),
    Column("actor_name", String(80), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Index("ix_stock_move_document", "document_no"),
    Index("ix_stock_move_case", "case_no"),
    Index("ix_stock_move_made_at", "made_at"),
)

stock_entry = Table(
    "stock_entry",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("move_id", ForeignKey("stock_move.id"), nullable=False, index=True),
    Column("location_id", ForeignKey("stock_location.id"), nullable=False),
    Column("part_no", ForeignKey("part.part_no"), nullable=False),
    Column("state", String(4), nullable=False),
    Column("batch", String(40), nullable=False),
    Column("serial_no", String(40), nullable=False),
    Column("quantity", QUANTITY, nullable=False),  # what came, or below zero what went
    Column("amount", MONEY, nullable=False),
    Column("old_due", Boolean, nullable=False, default=False),  # its old part must come back
    Index("ix_stock_entry_place", "location_id", "part_no", "state", "batch", "serial_no"),
)

stock_reservation = Table(
    "stock_reservation",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("document_no", String(40), nullable=False, index=True),
    Column("case_no", String(40)),
    Column("location_id", ForeignKey("stock_location.id"), nullable=False),
    Column("part_no", ForeignKey("part.part_no"), nullable=False),
    Column("state", String(4), nullable=False),
    Column("batch", String(40), nullable=False),
    Column("serial_no", String(40), nullable=False),
    Column("quantity", QUANTITY, nullable=False),
    Column("open", QUANTITY, nullable=False),  # not yet issued and not given up
    Column("reserved_by", String(80), nullable=False),
    Column("reserved_at", UtcDateTime, nullable=False),
    CheckConstraint("open >= 0 AND open <= quantity", name="open_is_a_part"),
    Index("ix_stock_reservation_place", "location_id", "part_no", "state", "batch", "serial_no"),
)

# R12 and R13: what a requisition took out, until it is explained and written off.
part_issue = Table(
    "part_issue",
    metadata,
    Column("document_no", String(40), primary_key=True),  # the requisition's number
    Column("case_no", String(40)),
    Column("holder_id", ForeignKey("stock_location.id"), nullable=False),
    Column("issued_at", UtcDateTime, nullable=False),
    Column("written_off_at", UtcDateTime),
    Column("writeoff_no", String(40), unique=True),
    Column("report_no", String(40)),
    Column("reason", String(200), nullable=False, default=""),
    Index("ix_part_issue_holder", "holder_id"),
    Index("ix_part_issue_open", "issued_at", sqlite_where=text("written_off_at IS NULL"),
          postgresql_where=text("written_off_at IS NULL")),
)  # fmt: skip

# R14: one row for every used piece whose old part must come back.
old_part = Table(
    "old_part",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("entry_id", ForeignKey("stock_entry.id"), nullable=False, index=True),  # the use that makes it due
    Column("part_no", ForeignKey("part.part_no"), nullable=False),
    Column("document_no", String(40), nullable=False, index=True),
    Column("case_no", String(40)),
    Column("report_no", String(40)),
    Column("state", String(8), nullable=False, index=True),  # due, waived, received, disposed
    Column("tag_no", String(30)),
    Column("condition", String(12)),  # complete, damaged, incomplete
    Column("location_id", ForeignKey("stock_location.id")),  # where it lies while received
    Column("received_at", UtcDateTime),
    Column("disposition", String(16)),  # claim, return_customer, repair_reuse, scrap, keep
    Column("disposed_at", UtcDateTime),
    Column("review_on", Date),
    Column("reason", String(200), nullable=False, default=""),
    Column("approved_by", String(80)),
    Index("ix_old_part_tag", "tag_no"),
)
