"""One archive that holds everything: every table as JSON lines, the waiting jobs, the uploaded files.

It is the same from SQLite and from PostgreSQL, so that a house that has grown moves by backup and restore.
"""

from __future__ import annotations

import base64
import io
import json
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

import orjson
from sqlalchemy import Connection, Date, LargeBinary, Table, func, insert, select, text

from app import clock
from app.db import Database, PackedBytes, Transaction, UtcDateTime, metadata
from app.db.schema import current, head, tables_there
from app.messages import Message, Refusal
from app.runtime.jobs import JobPort

FORMAT = 1
_JOBS = "job"  # waiting jobs go through the port: PostgreSQL keeps them elsewhere
_BATCH = 500


def write_archive(database: Database, jobs: JobPort, files: Path, target: Path) -> dict[str, int]:
    """Write the archive; returns rows per table. Everything is as it was at one moment."""
    counts: dict[str, int] = {}
    schema = current(database) or head()
    with _one_moment(database) as connection, tarfile.open(target, "w:gz", compresslevel=3) as tar:
        for table in _tables(schema, connection):
            if table.name != _JOBS:
                with tempfile.TemporaryFile() as lines:
                    counts[table.name] = _dump(connection, table, lines)
                    _add(tar, f"tables/{table.name}.jsonl", lines)
        with tempfile.TemporaryFile() as lines:
            for kind, payload, run_at in jobs.pending(Transaction(connection)):
                lines.write(orjson.dumps({"kind": kind, "payload": payload, "run_at": run_at}) + b"\n")
                counts[_JOBS] = counts.get(_JOBS, 0) + 1
            _add(tar, "jobs.jsonl", lines)
        if files.is_dir():
            for path in sorted(files.rglob("*")):
                if path.is_file():
                    tar.add(path, arcname=f"files/{path.relative_to(files).as_posix()}")
        manifest = {"format": FORMAT, "schema": schema, "made_at": clock.now().isoformat(), "rows": counts}
        _add(tar, "manifest.json", io.BytesIO(json.dumps(manifest, indent=2).encode()))
    return counts


def read_archive(source: Path, database: Database, jobs: JobPort, files: Path) -> dict[str, int]:
    """Fill an empty database of the same schema from an archive, all or nothing; returns rows per table."""
    schema = current(database) or head()
    with tarfile.open(source, "r:gz") as tar:
        manifest = _manifest(tar, schema)
        counts: dict[str, int] = {}
        with database.transaction() as tx:
            tx.begin_writing()
            tables = _tables(schema, tx.connection)
            for table in tables:
                if table.name != _JOBS:
                    counts[table.name] = _load(tx, table, _member(tar, f"tables/{table.name}.jsonl"))
            for line in _member(tar, "jobs.jsonl"):
                entry = orjson.loads(line)
                jobs.defer(tx, entry["kind"], entry["payload"], run_at=datetime.fromisoformat(entry["run_at"]))
                counts[_JOBS] = counts.get(_JOBS, 0) + 1
            wrong = {name for name, rows in manifest["rows"].items() if counts.get(name, 0) != rows}
            if wrong:
                raise Refusal(
                    "archive_damaged",
                    Message(f"备份文件不完整：{sorted(wrong)}。", f"The backup is incomplete: {sorted(wrong)}."),
                )
            if not tx.on_sqlite:
                _count_on(tx, tables)
        for member in tar.getmembers():
            if member.isfile() and member.name.startswith("files/"):
                member.name = member.name.removeprefix("files/")
                files.mkdir(parents=True, exist_ok=True)
                tar.extract(member, files, filter="data")
    return counts


def is_empty(database: Database) -> bool:
    """Whether no table holds anything."""
    with database.reading() as tx:
        return all(tx.row(select(table).limit(1)) is None for table in metadata.sorted_tables)


@contextmanager
def _one_moment(database: Database) -> Iterator[Connection]:
    options = {} if database.is_sqlite else {"isolation_level": "REPEATABLE READ"}
    with database.engine.connect().execution_options(stream_results=True, yield_per=_BATCH, **options) as connection:
        if database.is_sqlite:
            raw: Any = connection.connection.driver_connection
            raw.execute("BEGIN")
        try:
            yield connection
        finally:
            connection.rollback()


def _dump(connection: Connection, table: Table, lines: IO[bytes]) -> int:
    coded = [column.key for column in table.c if isinstance(column.type, LargeBinary | PackedBytes)]
    rows = 0
    for row in connection.execute(select(table).order_by(*table.primary_key.columns)):
        values = {str(key): value for key, value in row._mapping.items()}
        for key in coded:
            if values[key] is not None:
                values[key] = base64.b64encode(values[key]).decode()
        lines.write(orjson.dumps(values, default=str, option=orjson.OPT_UTC_Z) + b"\n")  # decimals are text
        rows += 1
    return rows


def _load(tx: Transaction, table: Table, lines: IO[bytes]) -> int:
    def value(column: Any, given: Any) -> Any:
        if given is None:
            return None
        if isinstance(column.type, LargeBinary | PackedBytes):
            return base64.b64decode(given)
        if isinstance(column.type, UtcDateTime):
            return datetime.fromisoformat(given)
        return date.fromisoformat(given) if isinstance(column.type, Date) else given

    rows, batch = 0, []
    for line in lines:
        entry = orjson.loads(line)
        batch.append({column.key: value(column, entry.get(column.key)) for column in table.c})
        rows += 1
        if len(batch) == _BATCH:
            tx.execute(insert(table), batch)
            batch = []
    if batch:
        tx.execute(insert(table), batch)
    return rows


def _count_on(tx: Transaction, tables: Sequence[Table]) -> None:
    """PostgreSQL's sequences go on after the highest number that was restored."""
    for table in tables:
        for column in table.primary_key.columns:
            asked = {"table": table.name, "column": column.name}
            sequence = tx.value(text("SELECT pg_get_serial_sequence(:table, :column)"), asked)
            if sequence is not None:
                highest = tx.value(select(func.max(column))) or 0
                tx.execute(text("SELECT setval(:sequence, :value, :called)"), {
                    "sequence": sequence, "value": max(highest, 1), "called": highest > 0,
                })  # fmt: skip


def _add(tar: tarfile.TarFile, name: str, content: IO[bytes]) -> None:
    content.flush()
    content.seek(0, io.SEEK_END)
    info = tarfile.TarInfo(name)
    info.size = content.tell()
    info.mtime = int(clock.now().timestamp())
    info.mode = 0o600
    content.seek(0)
    tar.addfile(info, content)


def _member(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    try:
        found = tar.extractfile(name)
    except KeyError:
        found = None
    return found if found is not None else io.BytesIO()


def schema_of(source: Path) -> str:
    """The schema of the database that an archive was made of."""
    with tarfile.open(source, "r:gz") as tar:
        return str(_manifest(tar).get("schema"))


def _tables(schema: str, connection: Connection) -> Sequence[Table]:
    """The tables of a schema: as this release declares them, or as a database of another release has them."""
    return metadata.sorted_tables if schema == head() else tables_there(connection)


def _manifest(tar: tarfile.TarFile, schema: str | None = None) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads(_member(tar, "manifest.json").read())
    except ValueError:
        raise Refusal("not_an_archive", Message("这不是本系统的备份。", "This is not a backup of Aftercare.")) from None
    if manifest.get("format") != FORMAT or (schema is not None and manifest.get("schema") != schema):
        raise Refusal(
            "other_schema",
            Message(
                f"备份来自结构 {manifest.get('schema')}，数据库是 {schema}；请用当时的版本恢复后再升级。",
                f"The backup has schema {manifest.get('schema')}, this database {schema}; "
                "restore it with the version that made it, then upgrade.",
            ),
        )
    return manifest
