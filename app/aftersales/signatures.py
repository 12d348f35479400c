"""Signed content: frozen as the customer saw it, hashed, voided only by a new version (GR01, GR02, readings 13)."""

from __future__ import annotations

import hashlib
from typing import Any

import orjson
from sqlalchemy import Row, func, insert, select, update

from app import clock
from app.aftersales.tables import signed_content
from app.db import Transaction


def canonical(content: dict[str, Any]) -> bytes:
    """Canonical JSON: sorted keys, no white space, UTF-8."""
    return orjson.dumps(content, option=orjson.OPT_SORT_KEYS)


def freeze(tx: Transaction, *, case_no: str, document_no: str, content: dict[str, Any]) -> tuple[str, int]:
    """Store what was signed; returns (SHA-256, version). An earlier version that still stands is voided by it."""
    tx.must_last()
    text = canonical(content)
    digest = hashlib.sha256(text).hexdigest()
    last = tx.value(select(func.max(signed_content.c.version)).where(signed_content.c.document_no == document_no)) or 0
    void(tx, document_no=document_no, reason="重新签字")
    tx.execute(
        insert(signed_content).values(
            case_no=case_no,
            document_no=document_no,
            version=last + 1,
            content=text.decode(),
            digest=digest,
            signed_at=clock.now(),
        )
    )
    return digest, last + 1


def void(tx: Transaction, *, document_no: str, reason: str) -> bool:
    """Void the standing version; False when nothing was signed."""
    done = tx.execute(
        update(signed_content)
        .where(signed_content.c.document_no == document_no, signed_content.c.voided_at.is_(None))
        .values(voided_at=clock.now(), void_reason=reason[:200])
    )
    return done.rowcount > 0


def standing(tx: Transaction, document_no: str) -> Row[Any] | None:
    """The version that stands, or None."""
    return tx.row(
        select(signed_content).where(signed_content.c.document_no == document_no, signed_content.c.voided_at.is_(None))
    )


def is_unaltered(row: Row[Any]) -> bool:
    """Whether the stored content still has the digest it was signed with."""
    return hashlib.sha256(row.content.encode()).hexdigest() == row.digest
