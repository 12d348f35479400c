"""The database: one metadata, column types, and transactions that write late and check revisions."""

from __future__ import annotations

from app.db.transaction import Database, Transaction
from app.db.types import Entries, Fixed, Json, PackedBytes, PackedText, UtcDateTime, metadata

__all__ = [
    "Database",
    "Entries",
    "Fixed",
    "Json",
    "PackedBytes",
    "PackedText",
    "Transaction",
    "UtcDateTime",
    "metadata",
]
