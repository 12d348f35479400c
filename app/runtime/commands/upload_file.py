"""Take an upload piece by piece: it may be resumed, and is whole before a form may name it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import insert, select, update

from app import clock
from app.db import Transaction
from app.identity import Actor
from app.messages import Message, Refusal
from app.runtime.tables import attachment

_KEY = re.compile(r"[A-Za-z0-9_-]{8,40}")
_KINDS: dict[str, tuple[bytes, ...]] = {
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/webp": (b"RIFF",),
    "application/pdf": (b"%PDF-",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (b"PK\x03\x04",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (b"PK\x03\x04",),
}


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
    row = tx.row(select(attachment).where(attachment.c.id == piece.key))
    if row is None:
        if piece.offset != 0:
            return Received(0, False, expected=False)
        tx.execute(
            insert(attachment).values(
                id=piece.key,
                case_no=case_no,
                task_id=task_id,
                name=Path(piece.name).name[:200] or "file",
                content_type=piece.content_type,
                size=piece.size,
                received=0,
                taken_at=taken_at,
                uploaded_by=actor.id,
                uploaded_at=clock.now(),
            )
        )
        received = 0
    else:
        if row.uploaded_by != actor.id or row.case_no != case_no or row.size != piece.size:
            raise Refusal("foreign_upload", Message("这个上传不属于您。", "This upload is not yours."), status=404)
        received = row.received
    if received == piece.size:
        return Received(received, True)
    if piece.offset != received:
        return Received(received, False, expected=False)
    if received == 0 and not piece.content.startswith(_KINDS[piece.content_type]):
        raise _wrong_kind()
    path = path_of(folder, piece.key)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("r+b" if path.exists() and received else "wb") as file:
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
