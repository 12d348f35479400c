"""Guest pages: somebody outside does one task by a link, and whoever holds the task makes and revokes the link."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app import clock
from app.db import Transaction
from app.documents import qr_code
from app.identity import count_attempt, from_address
from app.messages import Message, Refusal
from app.runtime import RefusedAttempt, note_attempt
from app.runtime.commands.guests import (
    GuestLink,
    answer_as_guest,
    find_link,
    links_of,
    make_guest_link,
    open_guest_link,
    revoke_guest_link,
)
from app.runtime.commands.guests.answer_as_guest import require_usable
from app.runtime.commands.guests.links import unknown_link
from app.runtime.commands.tasks import load_task
from app.runtime.commands.upload_file import upload_piece
from app.runtime.queries import open_task
from app.runtime.tables import attachment
from app.web.access import actor, house, language, product_settings, t
from app.web.files import piece_of_request, send_attachment, taken_at
from app.web.guest.token import is_ours, new_token
from app.web.task.shown import page_of

pages = Blueprint("guest", __name__)


# -- the guest ---------------------------------------------------------------------------------------------------------


def _count_request() -> None:
    """Every request of a guest counts by his address, whether its token is known or not."""
    with house().db.transaction() as tx:
        again = count_attempt(tx, [f"guest {from_address(request.remote_addr)}"[:100]], product_settings().guest_limit)
    if again is not None:
        wait = max(1, math.ceil((again - clock.now()).total_seconds()))
        sentence = Message(f"请求太频繁，请 {wait} 秒后再试。", f"Too many requests; try again in {wait} seconds.")
        raise Refusal("too_many_requests", sentence, status=429)


def _link(tx: Transaction, token: str) -> GuestLink | None:
    """The link of a token that this installation made; an unknown one takes as long as a known one."""
    ours = is_ours(token, product_settings().secret_key)
    found = find_link(tx, token)
    return found if ours else None


@pages.get("/g/<token>")
def page(token: str) -> Any:
    """The form of the one task, or a sentence on what became of the link."""
    _count_request()
    with house().db.transaction() as tx:
        link = _link(tx, token)
        if link is None:
            raise unknown_link()
        phone = house().parameters(tx).value("guest.phone")
        shown = None
        if link.state == "open":
            view = open_guest_link(tx, house().world, link)
            shown = _shown(tx, view, token)
    status = 200 if link.state in {"open", "used"} else 410
    response = render_template("guest/guest.html", link=link, page=shown, phone=phone, token=token)
    return response, status, {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}


def _shown(tx: Transaction, view: Any, token: str) -> dict[str, Any]:
    """The form and its values, without anything private and without the case around it."""
    page = page_of(tx, view)
    private = {found.key for found in view.form.fields.values() if found.private} if view.form else set()
    page["data"] = {key: value for key, value in page["data"].items() if key not in private}
    page["task"] |= {"api": f"/g/{token}", "url": f"/g/{token}", "steps": [], "case_no": view.task.case_no}
    page.pop("draft", None)
    return page


@pages.post("/g/<token>/submit")
def submit(token: str) -> Any:
    """Check and complete the task; the answer leads back to the page, which says what happens next."""
    _count_request()
    body = request.get_json(silent=True)
    for attempt in range(3):
        try:
            with house().db.transaction() as tx:
                link = require_usable(_link(tx, token))
                if not isinstance(body, dict) or not isinstance(body.get("values"), dict):
                    sentence = Message("请求内容不完整。", "The request is incomplete.")
                    raise Refusal("bad_request", sentence, status=400)
                name = str(body.get("name") or "")
                answer_as_guest(tx, house().world, link, values=body["values"], name=name)
            break
        except (Refusal, IntegrityError) as meanwhile:
            if isinstance(meanwhile, RefusedAttempt):
                with house().db.transaction() as tx:
                    for tried in meanwhile.attempts:
                        note_attempt(tx, actor=link.actor(name), attempt=tried)
            moved = not isinstance(meanwhile, Refusal) or meanwhile.code == "moved_on"
            if not moved or attempt == 2:
                raise
    return jsonify(next=url_for("guest.page", token=token), message=t("已提交，谢谢。", "Submitted, thank you."))


@pages.post("/g/<token>/files")
def upload(token: str) -> Any:
    """Take a piece of a file; it belongs to this task and to nothing else."""
    _count_request()
    settings = product_settings()
    with house().db.transaction() as tx:
        link = require_usable(_link(tx, token))
        piece = piece_of_request()
        there = tx.row(select(attachment.c.task_id).where(attachment.c.id == piece.key))
        if there is not None and there.task_id != link.task_id:
            raise Refusal("foreign_upload", Message("这个上传不属于您。", "This upload is not yours."), status=404)
        done = upload_piece(
            tx,
            settings.files_dir,
            piece,
            actor=link.actor(),
            case_no=link.case_no,
            task_id=link.task_id,
            most=settings.max_upload_bytes,
            taken_at=taken_at(),
        )
    if not done.expected:
        return jsonify(received=done.received), 409
    if not done.whole:
        return jsonify(received=done.received)
    return jsonify(id=piece.key, name=piece.name, size=piece.size, type=piece.content_type), 201


@pages.get("/g/<token>/files/<file_id>")
def file(token: str, file_id: str) -> Any:
    """A file that the guest brought himself or that his form shows."""
    _count_request()
    unknown = Refusal("unknown_file", Message("没有这个文件。", "There is no such file."), status=404)
    with house().db.reading() as tx:
        link = require_usable(_link(tx, token))
        row = tx.row(select(attachment).where(attachment.c.id == file_id))
        if row is None or row.received != row.size or row.case_no != link.case_no:
            raise unknown
        if row.task_id != link.task_id or row.uploaded_by is not None:
            shown = _shown(tx, open_task(tx, house().world, link.actor(), link.task_id), token)
            if file_id not in set(_texts(shown["data"])):
                raise unknown
    return send_attachment(row)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)


# -- whoever holds the task --------------------------------------------------------------------------------------------


@pages.post("/tasks/<int:task_id>/guest-link")
def make(task_id: int) -> Any:
    """Make a link and show it this once: copied, as a QR code, or as the text of a message."""
    token = new_token(product_settings().secret_key)
    try:
        with house().db.transaction() as tx:
            hours = int(house().parameters(tx).value("guest.valid_hours"))
            name = request.form.get("guest_name", "")
            make_guest_link(tx, actor=actor(), task_id=task_id, token=token, guest_name=name, hours=hours)
            link = links_of(tx, task_id)[0]
            task = load_task(tx, task_id).task
    except Refusal as refusal:
        if refusal.status in {403, 404}:
            raise
        flash(refusal.message.text(language()), "error")
        return redirect(url_for("task.page", task_id=task_id))
    address = f"{product_settings().public_url or request.url_root.rstrip('/')}{url_for('guest.page', token=token)}"
    picture = qr_code(address, t("来宾链接", "Guest link"))
    return render_template("guest/made.html", link=link, task=task, address=address, qr=picture)


@pages.post("/guest-links/<int:link_id>/revoke")
def revoke(link_id: int) -> Any:
    """End a link at once."""
    with house().db.transaction() as tx:
        task_id = revoke_guest_link(tx, actor=actor(), link_id=link_id)
    flash(t("链接已收回，再打开时会说明。", "The link is revoked; whoever opens it is told."))
    return redirect(url_for("task.page", task_id=task_id))
