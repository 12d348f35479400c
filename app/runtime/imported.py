"""What was imported from elsewhere: one row per record of a source, so that importing again starts nothing twice."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Row, String, Table, bindparam, insert, select

from app import clock
from app.db import Transaction, UtcDateTime, metadata

imported_row = Table(
    "imported_row",
    metadata,
    Column("source", String(60), primary_key=True),
    Column("key", String(200), primary_key=True),  # what the source calls the record
    Column("digest", String(64), nullable=False),  # of its content: the same key with other content is another matter
    Column("case_no", ForeignKey("service_case.case_no"), nullable=False, index=True),
    Column("imported_at", UtcDateTime, nullable=False),
)

_known = select(imported_row).where(
    imported_row.c.source == bindparam("source"), imported_row.c.key == bindparam("key")
)
_insert = insert(imported_row)


def find_imported(tx: Transaction, source: str, key: str) -> Row[tuple[str, str, str, str, object]] | None:
    """The row of a record that was imported before."""
    return tx.row(_known, {"source": source, "key": key})


def keep_imported(tx: Transaction, source: str, key: str, digest: str, case_no: str) -> None:
    """Remember a record; the database refuses the same one twice."""
    tx.execute(
        _insert, {"source": source, "key": key, "digest": digest, "case_no": case_no, "imported_at": clock.now()}
    )
