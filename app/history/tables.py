"""The one table of history; the database itself refuses changes and deletions."""

from __future__ import annotations

from sqlalchemy import DDL, BigInteger, Column, Index, Integer, String, Table, event, text

from app.db import Json, UtcDateTime, metadata

history_event = Table(
    "history_event",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False),
    Column("case_no", String(40)),
    Column("instance_id", Integer),
    Column("task_id", Integer),
    Column("actor_id", Integer),
    Column("actor_name", String(80), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("element_id", String(120)),
    Column("element_name", String(200)),
    Column("data", Json),
    # Without the id: PostgreSQL keeps a value that repeats only once, SQLite has the id in every index anyway.
    Index("ix_history_event_case", "case_no"),
    # What figures count: submissions by their element. What everybody else asks of all cases at once concerns no case.
    Index(
        "ix_history_event_submitted",
        "element_id",
        sqlite_where=text("kind = 'task_completed'"),
        postgresql_where=text("kind = 'task_completed'"),
    ),
    Index(
        "ix_history_event_house",
        "id",
        sqlite_where=text("case_no IS NULL"),
        postgresql_where=text("case_no IS NULL"),
    ),
    Index(
        "ix_history_event_kind",
        "kind",
        "id",
        sqlite_where=text("case_no IS NULL"),
        postgresql_where=text("case_no IS NULL"),
    ),
)

for _verb in ("UPDATE", "DELETE"):
    event.listen(
        history_event,
        "after_create",
        DDL(
            f"CREATE TRIGGER history_event_no_{_verb.lower()} BEFORE {_verb} ON history_event "
            "BEGIN SELECT RAISE(ABORT, 'history is append-only'); END"
        ).execute_if(dialect="sqlite"),
    )
event.listen(
    history_event,
    "after_create",
    DDL(
        "CREATE OR REPLACE FUNCTION history_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'history is append-only'; END $$; "
        "CREATE TRIGGER history_event_append_only BEFORE UPDATE OR DELETE ON history_event "
        "FOR EACH ROW EXECUTE FUNCTION history_is_append_only()"
    ).execute_if(dialect="postgresql"),
)
