"""Tables of what runs: cases, instances, user tasks, timers, subscriptions, jobs, incidents, drafts, undo."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from app.db import Entries, Json, PackedBytes, UtcDateTime, metadata

service_case = Table(
    "service_case",
    metadata,
    Column("case_no", String(40), primary_key=True),
    Column("org_unit_id", ForeignKey("org_unit.id"), nullable=False, index=True),
    Column("unit_path", String(200), nullable=False),
    Column("opened_at", UtcDateTime, nullable=False, index=True),
    Column("opened_by", ForeignKey("user_account.id"), index=True),
    Column("closed_at", UtcDateTime),
    Column("running", Integer, nullable=False),  # instances that are not finished; 0 closes the case
    Column("customer_name", String(80)),
    Column("contact_phone", String(40)),
    Column("product_model", String(60)),
    Column("serial_no", String(60)),
    Column("subject", String(200)),
)

case_term = Table(
    "case_term",
    metadata,
    # The term first: cases are looked for by what is known of them.
    Column("term", String(80), primary_key=True),
    Column("case_no", ForeignKey("service_case.case_no"), primary_key=True, index=True),
    Column("kind", String(40), nullable=False),
)

process_instance = Table(
    "process_instance",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_no", ForeignKey("service_case.case_no"), nullable=False, index=True),
    Column("version_id", ForeignKey("process_version.id"), nullable=False, index=True),
    Column("process_key", String(120), nullable=False),
    Column("process_name", String(200), nullable=False),
    Column("state", String(12), nullable=False),  # active, completed, cancelled
    Column("revision", Integer, nullable=False),
    Column("org_unit_id", ForeignKey("org_unit.id"), nullable=False, index=True),
    Column("unit_path", String(200), nullable=False),
    Column("handed_over_from", Integer),
    Column("started_by", Integer),
    Column("started_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("end_name", String(120)),
    Column("engine_state", PackedBytes),  # while it runs
    Column("final_state", LargeBinary),  # afterwards, see final_state.py
    Index(
        "ix_process_instance_version_active",
        "version_id",
        sqlite_where=text("state = 'active'"),
        postgresql_where=text("state = 'active'"),
    ),
)

user_task = Table(
    "user_task",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("instance_id", ForeignKey("process_instance.id"), nullable=False),
    Column("engine_task_id", String(40), nullable=False),
    Column("element_id", String(120), nullable=False),
    Column("name", String(200), nullable=False),
    Column("process_key", String(120), nullable=False),  # the process that holds the element, also when it was called
    Column("process_name", String(200)),  # while it is open
    Column("version_id", ForeignKey("process_version.id"), nullable=False),
    Column("case_no", String(40), nullable=False),
    Column("state", String(10), nullable=False),  # open, completed, cancelled; a part may be waiting
    Column("role", String(60)),
    Column("queue_id", ForeignKey("queue.id")),
    Column("unit_path", String(200), nullable=False),
    Column("assignee_id", ForeignKey("user_account.id")),
    Column("form_id", String(120)),
    Column("properties", Entries),  # of its element, while it is open
    Column("opened_at", UtcDateTime, nullable=False),
    Column("claimed_at", UtcDateTime),
    Column("seen_at", UtcDateTime),  # when somebody first opened it: ends 撤回 of the step before
    Column("seen_by", Integer),
    Column("due_at", UtcDateTime),
    # due_at, or far behind it for tasks without: never null while it is open, so keysets work.
    Column("sort_at", UtcDateTime),
    Column("follow_up_at", UtcDateTime),
    Column("priority", Integer, nullable=False),
    Column("late", Boolean, nullable=False),
    Column("closed_at", UtcDateTime),
    Column("closed_by", Integer),
    Column("outcome", String(40)),
    # What an inbox row shows, so that a page of it is one statement; null once the task is closed.
    Column("customer_name", String(80)),
    Column("serial_no", String(60)),
    Column("subject", String(200)),
    # Several people on one task, see parts.py.
    Column("part_of", ForeignKey("user_task.id")),
    Column("part", String(10)),  # main, sign, before, after (waiting until the holder has agreed), consult
    Column("asked_by", Integer),
    Column("owner_id", Integer),  # who gets a delegated task back
    Column("note", Text),  # what was asked
    Column("urged_at", UtcDateTime),
)
_open = text("state = 'open' AND assignee_id IS NULL")
_mine = text("state = 'open' AND assignee_id IS NOT NULL")
Index(
    "ix_user_task_queue_open",
    user_task.c.queue_id,
    user_task.c.sort_at,
    user_task.c.id,
    sqlite_where=_open,
    postgresql_where=_open,
)
Index(
    "ix_user_task_mine_open",
    user_task.c.assignee_id,
    user_task.c.sort_at,
    user_task.c.id,
    sqlite_where=_mine,
    postgresql_where=_mine,
)
Index("ix_user_task_case", user_task.c.case_no)
Index("ix_user_task_element", user_task.c.instance_id, user_task.c.element_id, user_task.c.id)
Index(
    "ix_user_task_version_open",
    user_task.c.version_id,
    sqlite_where=text("state = 'open'"),
    postgresql_where=text("state = 'open'"),
)
_undone = text("state IN ('open', 'waiting')")
Index(
    "ix_user_task_token_undone",
    user_task.c.instance_id,
    user_task.c.engine_task_id,
    sqlite_where=_undone,
    postgresql_where=_undone,
)
_part = text("part_of IS NOT NULL")
Index("ix_user_task_part", user_task.c.part_of, sqlite_where=_part, postgresql_where=_part)

case_copy = Table(
    "case_copy",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_no", ForeignKey("service_case.case_no"), nullable=False, index=True),
    Column("task_id", ForeignKey("user_task.id"), nullable=False, index=True),
    Column("user_id", ForeignKey("user_account.id"), nullable=False),
    Column("copied_by", Integer, nullable=False),
    Column("copied_at", UtcDateTime, nullable=False),
    Column("note", String(400)),
    Column("read_at", UtcDateTime),
    Index("ix_case_copy_user", "user_id", "id"),
)

timer = Table(
    "timer",
    metadata,
    Column("instance_id", ForeignKey("process_instance.id"), primary_key=True),
    Column("engine_task_id", String(40), primary_key=True),
    Column("element_id", String(120), nullable=False),
    Column("due_at", UtcDateTime, nullable=False, index=True),
)

subscription = Table(
    "message_subscription",
    metadata,
    Column("instance_id", ForeignKey("process_instance.id"), primary_key=True),
    Column("engine_task_id", String(40), primary_key=True),
    Column("element_id", String(120), nullable=False),
    Column("message_name", String(120), nullable=False),
    Column("correlation_key", String(200)),
    Index("ix_message_subscription_name", "message_name", "correlation_key"),
)

outgoing_job = Table(
    "outgoing_job",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("instance_id", ForeignKey("process_instance.id"), nullable=False, index=True),
    Column("engine_task_id", String(40), nullable=False),
    Column("element_id", String(120), nullable=False),
    Column("job_type", String(120), nullable=False),
    Column("headers", Json, nullable=False),
    Column("variables", Json, nullable=False),
    Column("retries", Integer, nullable=False),
    Column("state", String(10), nullable=False),  # open, done, failed, cancelled
    Column("last_error", Text),
)

# When a timer start event of a live version starts next at a unit; the job that comes back for it carries `due_at`.
scheduled_start = Table(
    "scheduled_start",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("process_key", String(120), nullable=False),
    Column("element_id", String(120), nullable=False),
    Column("org_unit_id", ForeignKey("org_unit.id"), nullable=False, index=True),
    Column("version_id", ForeignKey("process_version.id"), nullable=False, index=True),
    Column("timer", String(400), nullable=False),  # the cycle or date as it was read: an equal one goes on
    Column("due_at", UtcDateTime),  # null: it does not start again
    Column("repeats", Integer),  # how many starts follow that one; null: without end
    Column("planned_at", UtcDateTime, nullable=False),  # when `due_at` was computed
    Column("started_at", UtcDateTime),  # when it started last
    UniqueConstraint("process_key", "element_id", "org_unit_id"),
)

incident = Table(
    "incident",
    metadata,
    Column("id", Integer, primary_key=True),
    # Where a token stands; a start that failed has no instance.
    Column("instance_id", ForeignKey("process_instance.id"), index=True),
    Column("scheduled_start_id", ForeignKey("scheduled_start.id", ondelete="CASCADE"), index=True),
    Column("engine_task_id", String(40), nullable=False),  # of a start: when it was due; "": its time was not readable
    Column("element_id", String(120), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("message_zh", Text, nullable=False),
    Column("message_en", Text, nullable=False),
    Column("raised_at", UtcDateTime, nullable=False),
    Column("resolved_at", UtcDateTime),
    Column("resolved_by", Integer),
    Column("resolution", String(400)),
)

guest_link = Table(
    "guest_link",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("token_hash", String(64), nullable=False, unique=True),  # the token itself is kept nowhere
    Column("task_id", ForeignKey("user_task.id"), nullable=False, index=True),
    Column("purpose", String(20), nullable=False),  # see commands/guests/links.py
    Column("guest_name", String(60), nullable=False),
    Column("created_by", ForeignKey("user_account.id"), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("opened_at", UtcDateTime),  # when it was first looked at
    Column("used_at", UtcDateTime),
    Column("revoked_at", UtcDateTime),
    Column("revoked_by", Integer),
)

task_draft = Table(
    "task_draft",
    metadata,
    Column("task_id", ForeignKey("user_task.id"), primary_key=True),
    Column("user_id", ForeignKey("user_account.id"), primary_key=True),
    Column("form_values", Json, nullable=False),
    Column("saved_at", UtcDateTime, nullable=False),
)

submission = Table(
    "submission",
    metadata,
    Column("key", String(80), primary_key=True),  # made by the browser, so that a request sent twice acts once
    Column("user_id", Integer, nullable=False),
    Column("task_id", Integer),
    Column("answer", Json, nullable=False),
    Column("at", UtcDateTime, nullable=False, index=True),
)

refused_attempt = Table(
    "refused_attempt",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("rule", String(20), nullable=False),  # GR01, GR02, GR03
    Column("case_no", ForeignKey("service_case.case_no"), nullable=False, index=True),
    Column("task_id", ForeignKey("user_task.id"), nullable=False, index=True),
    Column("task_name", String(200), nullable=False),
    Column("unit_path", String(200), nullable=False),
    Column("actor_id", Integer),
    Column("actor_name", String(80), nullable=False),
    Column("fields", Json, nullable=False),
    Column("acknowledged_at", UtcDateTime),
    Column("acknowledged_by", Integer),
)
Index(
    "ix_refused_attempt_open",
    refused_attempt.c.unit_path,
    sqlite_where=refused_attempt.c.acknowledged_at.is_(None),
    postgresql_where=refused_attempt.c.acknowledged_at.is_(None),
)

undo = Table(
    "undo",
    metadata,
    Column("task_id", ForeignKey("user_task.id"), primary_key=True),
    Column("instance_id", ForeignKey("process_instance.id"), nullable=False),
    Column("user_id", Integer, nullable=False),
    Column("revision", Integer, nullable=False),  # of the instance after the step
    Column("engine_state", PackedBytes, nullable=False),  # before the step
    Column("rows", Json, nullable=False),  # what the step opened and closed, to turn back
    Column("form_values", Json, nullable=False),
    Index("ix_undo_instance", "instance_id", "user_id"),
)

job = Table(
    "job",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("payload", Json, nullable=False),
    Column("run_at", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("max_attempts", Integer, nullable=False),
    Column("locked_until", UtcDateTime),
    Column("state", String(10), nullable=False),  # waiting, failed; a finished job is deleted
    Column("last_error", Text),
    sqlite_autoincrement=True,  # a number is never given twice: a late worker must not finish another's job
)
Index(
    "ix_job_run_at",
    job.c.run_at,
    job.c.id,
    sqlite_where=text("state = 'waiting'"),
    postgresql_where=text("state = 'waiting'"),
)

attachment = Table(
    "attachment",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("case_no", String(40), index=True),
    Column("task_id", Integer, index=True),
    Column("name", String(200), nullable=False),
    Column("content_type", String(80), nullable=False),
    Column("size", Integer, nullable=False),
    Column("received", Integer, nullable=False),  # bytes so far: an upload may be resumed
    Column("digest", String(64)),
    Column("taken_at", UtcDateTime),
    Column("uploaded_by", Integer),  # nobody: a guest
    Column("uploaded_at", UtcDateTime, nullable=False),
)

number_sequence = Table(
    "number_sequence",
    metadata,
    Column("name", String(60), primary_key=True),
    Column("scope", String(80), primary_key=True),
    Column("value", Integer, nullable=False),
)

# How the company writes a record number when it is not as `numbers.yaml` or the register says.
number_format = Table(
    "number_format",
    metadata,
    Column("variable", String(60), primary_key=True),
    Column("format", String(60), nullable=False),
    Column("scope", String(12), nullable=False),
)
