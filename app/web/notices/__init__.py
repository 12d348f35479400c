"""My messages: what I was told, what I want to hear and how; for the administrator what did not arrive."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from app import notices
from app.aftersales import telling
from app.messages import Message, Refusal
from app.notices.choices import BUNDLES
from app.notices.kinds import sentence_of
from app.notices.reading import PAGE
from app.web.access import actor, house, language, require_role, t

pages = Blueprint("notices", __name__)

CHANNELS = {
    "mail": Message("邮件", "mail"),
    "wecom": Message("企业微信", "WeCom"),
    "dingtalk": Message("钉钉", "DingTalk"),
}


def _me() -> int:
    someone = actor().id
    if someone is None:
        abort(403)
    return someone


@pages.get("/notices")
def page() -> Any:
    """What I was told, the newest first."""
    text = request.args.get("before", "")
    before = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
    with house().db.reading() as tx:
        rows = notices.notices_of(tx, _me(), before=before)
        unread = notices.unread_count(tx, _me())
    shown = [(row, sentence_of(row, language())) for row in rows[:PAGE]]
    older = url_for("notices.page", before=shown[-1][0].id) if len(rows) > PAGE else None
    return render_template("notices/notices.html", shown=shown, unread=unread, older=older)


@pages.get("/notices/<int:notice_id>")
def go(notice_id: int) -> Any:
    """From a message to its task; it is read then. A link in a mail leads here."""
    with house().db.transaction() as tx:
        task = notices.open_notice(tx, _me(), notice_id)
    if task is None:
        abort(404)
    return redirect(url_for("task.page", task_id=task))


@pages.post("/notices/read")
def read() -> Any:
    """All of them are read."""
    with house().db.transaction() as tx:
        notices.mark_read(tx, _me())
    return redirect(url_for("notices.page"))


@pages.get("/me/notices")
def choices() -> Any:
    """What I want to hear."""
    return _choices({})


@pages.post("/me/notices")
def choose() -> Any:
    """Keep it."""
    form = request.form
    bundle = form.get("bundle_minutes", "")
    quiet = f"{form.get('quiet_from', '')}-{form.get('quiet_until', '')}"
    chosen = notices.Choice(
        kinds={kind: kind in form.getlist("kinds") for kind in notices.KINDS},
        channels={channel: channel in form.getlist("channels") for channel in CHANNELS},
        addresses={name: form.get(f"address_{name}", "").strip() for name in ("wecom", "dingtalk")},
        quiet=None if quiet == "-" else quiet,
        working_hours=form.get("working_hours") == "1",
        bundle_minutes=int(bundle) if bundle.isascii() and bundle.isdigit() and len(bundle) < 6 else -1,
    )
    try:
        with house().db.transaction() as tx:
            notices.save_choice(tx, _me(), chosen)
    except Refusal as refusal:
        return _choices({refusal.field or "": refusal.message.text(language())}, chosen), 422
    flash(t("已保存。", "Saved."))
    return redirect(url_for("notices.choices"))


def _choices(errors: dict[str, str], choice: notices.Choice | None = None) -> str:
    with house().db.reading() as tx:
        choice = choice or notices.choice_of(tx, _me())
    return render_template(
        "notices/choices.html",
        choice=choice,
        kinds=notices.KINDS,
        channels=CHANNELS,
        available=house().channels.keys(),
        bundles=BUNDLES,
        errors=errors,
    )


@pages.get("/admin/messages")
@require_role("system_admin")
def undelivered() -> Any:
    """Messages that could not be delivered: to whom, by which way, why."""
    with house().db.reading() as tx:
        rows = notices.failed_letters(tx)
        told = telling.failed_messages(tx)
    return render_template("notices/undelivered.html", rows=rows, told=told, channels=CHANNELS)


@pages.post("/admin/messages/retry")
@require_role("system_admin")
def retry() -> Any:
    """Once more, after the cause is mended."""
    with house().db.transaction() as tx:
        number = notices.retry_failed(tx, actor()) + telling.send_again(tx)
    flash(t(f"{number} 条消息将重新发送。", f"{number} messages are sent once more."))
    return redirect(url_for("notices.undelivered"))
