"""Tables of deployed content: resources by digest, immutable process versions, the live pointer, drafts."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, String, Table, UniqueConstraint

from app.db import Json, UtcDateTime, metadata

deployment = Table(
    "deployment",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor_id", Integer),
    Column("actor_name", String(80), nullable=False),
    Column("reason", String(400), nullable=False, default=""),
    Column(
        "digest", String(64), nullable=False
    ),  # of everything that was offered, so that an unchanged folder costs nothing
)

resource = Table(
    "resource",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(10), nullable=False),  # process, form, decision
    Column("key", String(120), nullable=False),
    Column("file", String(200), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("content", LargeBinary, nullable=False),
    UniqueConstraint("kind", "key", "digest"),
)

process_version = Table(
    "process_version",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(120), nullable=False),
    Column("version", Integer, nullable=False),
    Column("name", String(200), nullable=False),
    Column("version_tag", String(60)),
    Column("deployment_id", ForeignKey("deployment.id"), nullable=False, index=True),
    Column("resource_id", ForeignKey("resource.id"), nullable=False, index=True),
    Column("process_digest", String(64), nullable=False),  # of the diagram alone, as the engine knows it
    Column("digest", String(64), nullable=False),  # of the diagram with its forms and decisions
    Column("pins", Json, nullable=False),  # {"forms": {id: resource id}, "decisions": {id: resource id}}
    UniqueConstraint("key", "version"),
)

process_definition = Table(
    "process_definition",
    metadata,
    Column("key", String(120), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("live_version_id", ForeignKey("process_version.id"), nullable=False, index=True),
    Column(
        "start_roles", Json, nullable=False
    ),  # roles whose lane holds the none start event; [] = not startable by hand
    Column("switched_off_at", UtcDateTime),  # the company does not use it: nothing starts, what runs goes on
)

message_start = Table(
    "message_start",
    metadata,
    Column("message_name", String(120), primary_key=True),
    Column("process_key", ForeignKey("process_definition.key"), nullable=False, index=True),
    Column("element_id", String(120), nullable=False),
)

timer_start = Table(
    "timer_start",
    metadata,
    Column("process_key", ForeignKey("process_definition.key"), primary_key=True),
    Column("element_id", String(120), primary_key=True),
)

draft = Table(
    "draft",
    metadata,
    Column("kind", String(10), primary_key=True),
    Column("key", String(120), primary_key=True),
    Column("content", LargeBinary, nullable=False),
    Column("base_version_id", Integer),
    Column("revision", Integer, nullable=False),
    Column("author_id", Integer),
    Column("author_name", String(80), nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)
