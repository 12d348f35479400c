"""A database that was migrated is the database that the tables describe."""

from __future__ import annotations

from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError

import app.cli.assembly  # noqa: F401 - brings every room's tables into the metadata
from app.db import Database, metadata
from app.db.schema import NewerDatabaseError, current, head, upgrade


def shape(database: Database) -> dict[str, Any]:
    """Tables with columns, keys, indexes: everything that an inspection tells."""
    found: dict[str, Any] = {}
    with database.engine.connect() as connection:
        inspector = inspect(connection)
        for table in sorted(set(inspector.get_table_names()) - {"alembic_version"}):
            found[table] = {
                "columns": [
                    (each["name"], str(each["type"]), each["nullable"]) for each in inspector.get_columns(table)
                ],
                "key": inspector.get_pk_constraint(table)["constrained_columns"],
                "unique": sorted(tuple(each["column_names"]) for each in inspector.get_unique_constraints(table)),
                "foreign": sorted(
                    (tuple(each["constrained_columns"]), each["referred_table"])
                    for each in inspector.get_foreign_keys(table)
                ),
            }
        if database.is_sqlite:
            query = "SELECT name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL"
        else:
            query = (
                "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' UNION ALL "
                "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"
            )
        rows = connection.execute(text(query)).all()
    found["indexes and triggers"] = sorted(
        (name, " ".join(sql.split())) for name, sql in rows if not name.startswith("alembic_version")
    )
    return found


def test_migrations_lead_to_the_tables_as_they_are_declared(maker: Any) -> None:
    migrated, declared = maker.empty(), maker.empty()
    upgrade(migrated)
    declared.create_all()
    assert shape(migrated) == shape(declared), "run: python -m tools.write_migration"
    with migrated.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        told = [each for each in compare_metadata(context, metadata) if "uq_service_clock_running" not in str(each)]
    assert told == []
    maker.drop(migrated)
    maker.drop(declared)


def test_upgrading_twice_does_nothing_the_second_time(empty_database: Database) -> None:
    assert current(empty_database) is None
    assert upgrade(empty_database)
    assert current(empty_database) == head()
    assert not upgrade(empty_database)


def test_a_database_of_a_newer_version_is_refused_in_one_sentence(empty_database: Database) -> None:
    upgrade(empty_database)
    with empty_database.transaction() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerDatabaseError, match="9999"):
        upgrade(empty_database)


@pytest.mark.parametrize("change", ["UPDATE history_event SET kind = 'x'", "DELETE FROM history_event"])
def test_history_is_only_ever_added_to(database: Database, change: str) -> None:
    with database.transaction() as tx:
        tx.execute(text("INSERT INTO history_event (at, actor_name, kind) VALUES ('2026-01-01T00:00:00Z', 'x', 'y')"))
    with pytest.raises(DBAPIError, match="append-only"), database.transaction() as tx:
        tx.execute(text(change))
