"""Tables of personal messages: what somebody is told, by which way it goes out, and what he wants to hear."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, text

from app.db import Json, UtcDateTime, metadata

notice = Table(
    "notice",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(80), nullable=False, unique=True),  # what it is about and for whom: found twice, told once
    Column("user_id", ForeignKey("user_account.id"), nullable=False),
    Column("kind", String(12), nullable=False),  # see kinds.py
    Column("at", UtcDateTime, nullable=False),
    Column("case_no", String(40), nullable=False),
    Column("task_id", ForeignKey("user_task.id"), nullable=False, index=True),
    Column("task_name", String(200), nullable=False),
    Column("person", String(80)),  # who gave, urged or asked
    Column("note", String(400)),
    Column("read_at", UtcDateTime),
    Index("ix_notice_user", "user_id", "id"),
)
Index(
    "ix_notice_unread",
    notice.c.user_id,
    sqlite_where=notice.c.read_at.is_(None),
    postgresql_where=notice.c.read_at.is_(None),
)

notice_delivery = Table(
    "notice_delivery",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("notice_id", ForeignKey("notice.id"), nullable=False, index=True),
    Column("user_id", ForeignKey("user_account.id"), nullable=False),
    Column("channel", String(12), nullable=False),  # mail, wecom, dingtalk
    Column("state", String(8), nullable=False),  # waiting, sent, failed
    Column("send_at", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("last_error", String(400)),
)
_waiting, _failed = text("state = 'waiting'"), text("state = 'failed'")
Index(
    "ix_notice_delivery_due",
    notice_delivery.c.send_at,
    notice_delivery.c.id,
    sqlite_where=_waiting,
    postgresql_where=_waiting,
)
Index("ix_notice_delivery_failed", notice_delivery.c.id, sqlite_where=_failed, postgresql_where=_failed)

notice_choice = Table(
    "notice_choice",
    metadata,
    Column("user_id", ForeignKey("user_account.id"), primary_key=True),
    Column("kinds", Json, nullable=False),  # kind → whether he wants to hear of it
    Column("channels", Json, nullable=False),  # channel → whether it may be used
    Column("addresses", Json, nullable=False),  # channel → who he is there; mail has the account's address
    Column("quiet", String(11)),  # "22:00-07:00"
    Column("working_hours", Boolean, nullable=False),  # nothing leaves the house outside working time
    Column("bundle_minutes", Integer, nullable=False),  # 0: at once
)

notice_mark = Table(
    "notice_mark",
    metadata,
    Column("name", String(12), primary_key=True),  # tasks, history
    Column("value", BigInteger().with_variant(Integer, "sqlite"), nullable=False),  # up to this id everything is told
)
