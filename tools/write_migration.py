"""Writes the first migration anew from the tables as they are, until there is a release that others have installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from alembic.autogenerate import render_python_code
from alembic.migration import MigrationContext
from alembic.operations import ops
from sqlalchemy import DDL, create_engine

import app.cli.assembly  # noqa: F401 - every room's tables stand in the metadata then
from app.db import Entries, Fixed, Json, PackedBytes, PackedText, UtcDateTime, metadata
from app.db.schema import MIGRATIONS

FIRST = MIGRATIONS / "versions" / "0001_first_tables.py"
HEAD = '''"""The tables of the first release; written by tools/write_migration.py."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.db import Fixed, Json, UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
'''


def render_item(kind: str, item: object, _context: object) -> str | bool:
    """Our column types by their short names."""
    if kind == "type" and isinstance(item, Entries):
        return "Json()"
    if kind == "type" and isinstance(item, UtcDateTime | Json):
        return f"{type(item).__name__}()"
    if kind == "type" and isinstance(item, Fixed):
        return f"Fixed({item.places})"
    if kind == "type" and isinstance(item, PackedBytes | PackedText):
        return "sa.LargeBinary()"
    return False


def triggers() -> list[str]:
    """What the tables do after they were made: per dialect, as their DDL says."""
    lines = []
    for table in metadata.sorted_tables:
        for made in table.dispatch.after_create:
            if isinstance(made, DDL):
                only_on = made._ddl_if.dialect if made._ddl_if is not None else ""
                lines += [
                    f"    if op.get_bind().dialect.name == {only_on!r}:",
                    f"        op.execute(sa.DDL({made.statement!r}))",
                ]
    return lines


def main() -> None:
    """Write it."""
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"render_item": render_item})
        made: list[ops.MigrateOperation] = []
        for table in metadata.sorted_tables:
            made.append(ops.CreateTableOp.from_table(table))
            indexes = sorted(table.indexes, key=lambda index: str(index.name))
            made += [ops.CreateIndexOp.from_index(index) for index in indexes]
        code = render_python_code(ops.UpgradeOps(made), render_item=render_item, migration_context=context)
    lines = ["    " + line if line and not line.startswith("    ") else line for line in code.splitlines()]
    FIRST.write_text(HEAD + "\n".join([*lines, *triggers()]) + "\n", encoding="utf-8")
    ruff = Path(sys.executable).with_name("ruff")
    subprocess.run([ruff, "format", "--quiet", str(FIRST)], check=True, cwd=Path(__file__).parent.parent)
    print(f"{FIRST.name}: {len(metadata.sorted_tables)} tables")
    # In a process of its own: the tables of this one may be older than what was just written.
    subprocess.run([sys.executable, "-m", "tools.freeze_release"], check=True, cwd=Path(__file__).parent.parent)


if __name__ == "__main__":
    sys.exit(main())
