"""Runs migrations on the database that `app.db.schema.upgrade` hands over."""

from __future__ import annotations

from alembic import context

from app.db.transaction import Database
from app.db.types import metadata

database: Database = context.config.attributes["database"]
with database.transaction() as tx:
    if tx.on_sqlite:
        tx.begin_writing()
    context.configure(
        connection=tx.connection,
        target_metadata=metadata,
        render_as_batch=tx.on_sqlite,
        transactional_ddl=True,  # the transaction around all of it is ours: alembic must begin and commit none
    )
    context.run_migrations()
