"""Take an upload piece by piece: it may be resumed, and is whole before a form may name it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app import clock
from app.db import Transaction
from app.identity import Actor
from app.messages import Message, Refusal
from app.runtime.tables import attachment

_KEY = re.compile(r"[A-Za-z0-9_-]{8,40}")
_OFFICE = "application/vnd.openxmlformats-officedocument."
_KINDS: dict[str, re.Pattern[bytes]] = {
    "image/jpeg": re.compile(rb"\xff\xd8\xff"),
    "image/png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "image/webp": re.compile(rb"RIFF....WEBP", re.DOTALL),
    "application/pdf": re.compile(rb"%PDF-"),
    f"{_OFFICE}spreadsheetml.sheet": re.compile(rb"PK\x03\x04"),
    f"{_OFFICE}wordprocessingml.document": re.compile(rb"PK\x03\x04"),
}
_begin = {
    "sqlite": sqlite.insert(attachment).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(attachment).on_conflict_do_nothing(),
}
_current = select(attachment).where(attachment.c.id == bindparam("key")).with_for_update()


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a file: `key` is made by the browser and names the upload; `offset` and `size` are in bytes."""

    key: str
    name: str
    content_type: str
    offset: int
    size: int
    content: bytes


@dataclass(frozen=True, slots=True)
class Received:
    """How far the upload is."""

    received: int
    whole: bool
    expected: bool = True  # False when the piece did not begin where the last one ended


def upload_piece(
    tx: Transaction,
    folder: Path,
    piece: Piece,
    *,
    actor: Actor,
    case_no: str,
    task_id: int | None,
    most: int,
    taken_at: datetime | None = None,
) -> Received:
    """Append a piece. Refuses what is too large and what is no picture, PDF, Word or Excel file by its first bytes."""
    _require_sound(piece, most)
    if piece.offset == 0:
        # The same piece may come twice at once: the second waits here for the first.
        values = {
            "id": piece.key,
            "case_no": case_no,
            "task_id": task_id,
            "name": _shown_name(piece.name),
            "content_type": piece.content_type,
            "size": piece.size,
            "received": 0,
            "taken_at": taken_at,
            "uploaded_by": actor.id,
            "uploaded_at": clock.now(),
        }
        tx.execute(_begin[tx.connection.dialect.name], values)
    row = tx.row(_current, {"key": piece.key})
    if row is None:
        return Received(0, False, expected=False)
    if row.uploaded_by != actor.id or row.case_no != case_no or row.size != piece.size:
        raise Refusal("foreign_upload", Message("这个上传不属于您。", "This upload is not yours."), status=404)
    received, path = row.received, path_of(folder, piece.key)
    if received == piece.size:
        return Received(received, True)
    if received and (not path.exists() or path.stat().st_size < received):
        received = 0  # what had come is lost: it must come again
        tx.execute(update(attachment).where(attachment.c.id == piece.key).values(received=0))
    if piece.offset != received:
        return Received(received, False, expected=False)
    if received == 0 and not _KINDS[piece.content_type].match(piece.content):
        raise _wrong_kind()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("r+b" if received else "wb") as file:
        file.seek(received)
        file.write(piece.content)
        file.truncate()
    received += len(piece.content)
    whole = received == piece.size
    digest = hashlib.sha256(path.read_bytes()).hexdigest() if whole else None
    tx.execute(update(attachment).where(attachment.c.id == piece.key).values(received=received, digest=digest))
    return Received(received, whole)


def path_of(folder: Path, key: str) -> Path:
    """Where an upload lies; keys hold no path characters."""
    return folder / key[:2] / key


def _shown_name(name: str) -> str:
    """The last part of the name, without what a header or a file system cannot hold."""
    last = re.split(r"[/\\]", name)[-1]
    return "".join(c for c in last if c.isprintable()).strip()[:200] or "file"


def _require_sound(piece: Piece, most: int) -> None:
    if not _KEY.fullmatch(piece.key) or piece.offset < 0 or piece.size <= 0 or not piece.content:
        raise Refusal("bad_upload", Message("上传请求不完整。", "The upload is incomplete."), status=400)
    if piece.content_type not in _KINDS:
        raise _wrong_kind()
    if piece.size > most or piece.offset + len(piece.content) > piece.size:
        megabytes = most // (1024 * 1024)
        raise Refusal(
            "too_large",
            Message(f"文件不能超过 {megabytes} MB。", f"A file may have at most {megabytes} MB."),
            status=413,
        )


def _wrong_kind() -> Refusal:
    return Refusal(
        "wrong_kind",
        Message("只能上传照片、PDF、Word 或 Excel 文件。", "Only pictures, PDF, Word and Excel files are taken."),
        status=415,
    )
