"""Tables of the calendar room: calendars and days by unit, and the running service clocks."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, Identity, Index, Integer, String, Table, Text, func, text

from app.db import Json, UtcDateTime, metadata

work_calendar = Table(
    "work_calendar",
    metadata,
    Column("org_unit", String(64), primary_key=True),
    # What this unit does differently; a missing key is inherited from the unit above, at last from the parameters.
    Column("settings", Json, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("changed_by", String(64), nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
)

calendar_day = Table(
    "calendar_day",
    metadata,
    Column("org_unit", String(64), primary_key=True),
    Column("day", Date, primary_key=True),
    # holiday, workday, or regular: as its weekday, whatever the unit above says.
    Column("kind", String(16), nullable=False),
    Column("zh", Text, nullable=False, server_default=""),
    Column("en", Text, nullable=False, server_default=""),
    Column("hours", Json),
    Column("announced", Boolean, nullable=False),
    Column("source", Text, nullable=False, server_default=""),
    # Set by a person: an import of the official year leaves it alone.
    Column("by_hand", Boolean, nullable=False),
    Column("changed_by", String(64), nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
)

calendar_year = Table(
    "calendar_year",
    metadata,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("announced", Boolean, nullable=False),
    Column("source", Text, nullable=False, server_default=""),
    Column("imported_by", String(64), nullable=False),
    Column("imported_at", UtcDateTime, nullable=False),
)

service_clock = Table(
    "service_clock",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    Column("case_no", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("task_id", String(64)),
    Column("org_unit", String(200), nullable=False),
    Column("owner", String(128), nullable=False, server_default=""),
    Column("started_at", UtcDateTime, nullable=False),
    Column("target", String(32), nullable=False),
    Column("mode", String(16), nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("warn_at", UtcDateTime, nullable=False),
    Column("escalate_at", UtcDateTime, nullable=False),
    # The next of the three moments that nobody has been told of; null when paused, stopped or all told.
    Column("next_at", UtcDateTime),
    Column("level", Integer, nullable=False, server_default=text("0")),
    Column("paused", Json, nullable=False),
    Column("met_at", UtcDateTime),
    Column("cancelled_at", UtcDateTime),
    Column("breached", Boolean, nullable=False),
    Column("corrections", Json, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("revision", Integer, nullable=False, server_default=text("1")),
)

_RUNNING = service_clock.c.met_at.is_(None) & service_clock.c.cancelled_at.is_(None)
Index(
    "uq_service_clock_running",
    service_clock.c.case_no,
    service_clock.c.kind,
    func.coalesce(service_clock.c.task_id, ""),
    unique=True,
    sqlite_where=_RUNNING,
    postgresql_where=_RUNNING,
)
Index(
    "ix_service_clock_next",
    service_clock.c.next_at,
    service_clock.c.id,
    sqlite_where=service_clock.c.next_at.is_not(None),
    postgresql_where=service_clock.c.next_at.is_not(None),
)
Index(
    "ix_service_clock_told",
    service_clock.c.level,
    service_clock.c.due_at,
    sqlite_where=text("met_at IS NULL AND cancelled_at IS NULL AND level > 0"),
    postgresql_where=text("met_at IS NULL AND cancelled_at IS NULL AND level > 0"),
)
Index("ix_service_clock_case", service_clock.c.case_no)
Index(
    "ix_service_clock_task",
    service_clock.c.task_id,
    sqlite_where=service_clock.c.task_id.is_not(None),
    postgresql_where=service_clock.c.task_id.is_not(None),
)
