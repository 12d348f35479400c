"""Uploads in pieces, and files of cases one may see."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, jsonify, request, send_file
from sqlalchemy import select

from app.messages import Message, Refusal
from app.runtime.commands.tasks import load_task, require_open, require_work
from app.runtime.commands.upload_file import Piece, path_of, upload_piece
from app.runtime.queries import find_case
from app.runtime.tables import attachment
from app.web.access import actor, house, product_settings
from app.web.files.thumbnail import thumbnail

pages = Blueprint("files", __name__)
_INLINE = {"image/jpeg", "image/png", "image/webp", "application/pdf"}


def _whole(name: str) -> int:
    text = request.args.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) <= 10):
        raise Refusal("bad_upload", Message("上传请求不完整。", "The upload is incomplete."), status=400)
    return int(text)


@pages.post("/api/files")
def upload() -> Any:
    """Take a piece; 409 tells where to go on."""
    piece = piece_of_request()
    someone, settings = actor(), product_settings()
    with house().db.transaction() as tx:
        found = load_task(tx, _whole("task"))
        require_work(someone, found.task)
        require_open(found.task)
        done = upload_piece(
            tx,
            settings.files_dir,
            piece,
            actor=someone,
            case_no=found.task.case_no,
            task_id=found.task.id,
            most=settings.max_upload_bytes,
            taken_at=taken_at(),
        )
    if not done.expected:
        return jsonify(received=done.received), 409
    if not done.whole:
        return jsonify(received=done.received)
    return jsonify(id=piece.key, name=piece.name, size=piece.size, type=piece.content_type), 201


def piece_of_request() -> Piece:
    """The piece of a file that a request carries."""
    return Piece(
        key=request.args.get("key", ""),
        name=request.args.get("name", ""),
        content_type=request.args.get("type", ""),
        offset=_whole("offset"),
        size=_whole("size"),
        content=request.get_data(cache=False),
    )


def taken_at() -> datetime | None:
    """When a photo was taken, as the browser says; None when it says nothing of use."""
    text = request.args.get("taken_at")
    try:
        at = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return at if at is not None and at.tzinfo is not None else None


@pages.get("/api/files/<file_id>")
def file(file_id: str) -> Any:
    """A file of a case this person may see; pictures and PDF are shown, the rest is saved. `size=thumb`: small."""
    with house().db.reading() as tx:
        row = tx.row(select(attachment).where(attachment.c.id == file_id))
        if row is None or row.received != row.size:
            raise Refusal("unknown_file", Message("没有这个文件。", "There is no such file."), status=404)
        find_case(tx, actor(), row.case_no)
    return send_attachment(row)


def send_attachment(row: Any) -> Any:
    """The content of an attachment's row; whether it may be seen was asked before."""
    path = path_of(product_settings().files_dir, row.id)
    if not path.exists():
        raise Refusal("file_lost", Message("文件不在存储中。", "The file is not in the store."), status=404)
    small = None
    if request.args.get("size") == "thumb":
        small = thumbnail(path, row.content_type, product_settings().thumbnails_dir)
    response = send_file(
        small or path,
        mimetype="image/jpeg" if small else row.content_type,
        download_name=row.name,
        as_attachment=row.content_type not in _INLINE,
    )
    response.headers["Cache-Control"] = "private, max-age=86400"
    return response
