"""What people do with a task besides submitting it (docs/approvals.md), and the copies they were sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy import select

from app.identity.tables import user_account
from app.messages import Message, Refusal
from app.runtime import complete_task
from app.runtime.commands import approvals
from app.runtime.commands.tasks import load_task
from app.runtime.parts import require_verb
from app.runtime.queries import sent_copies
from app.web.access import actor, house, language, t, wants_json

pages = Blueprint("approvals", __name__)
MOST_AT_ONCE = 50  # tasks approved together


def _done(
    page: int, command: Callable[..., object], asked: dict[str, Any], told: Message, *, leave: bool = False
) -> Any:
    """Run a verb with what was asked; its refusal is told on the page of the task, where everything is as it was."""
    try:
        with house().db.transaction() as tx:
            command(tx, house().world, actor=actor(), **asked)
    except Refusal as refusal:
        if refusal.status in {403, 404} or wants_json():
            raise
        flash(refusal.message.text(language()), "error")
        return redirect(url_for("task.page", task_id=page))
    flash(told.text(language()))
    return redirect(url_for("tasklist.tasks") if leave else url_for("task.page", task_id=page))


def _field(name: str) -> str:
    return request.form.get(name, "").strip()


@pages.post("/tasks/<int:task_id>/transfer")
def transfer(task_id: int) -> Any:
    """转办."""
    asked = {"task_id": task_id, "to_login": _field("to"), "reason": _field("reason")}
    return _done(task_id, approvals.transfer_task, asked, Message("已转办。", "Transferred."), leave=True)


@pages.post("/tasks/<int:task_id>/delegate")
def delegate(task_id: int) -> Any:
    """委派."""
    asked = {"task_id": task_id, "to_login": _field("to"), "request": _field("note")}
    told = Message("已委派，办完会交回给您。", "Delegated; it comes back to you.")
    return _done(task_id, approvals.delegate_task, asked, told, leave=True)


@pages.post("/tasks/<int:task_id>/recall")
def recall(task_id: int) -> Any:
    """The owner takes a delegated task back."""
    told = Message("已收回。", "Taken back.")
    return _done(task_id, approvals.return_delegated_task, {"task_id": task_id}, told)


@pages.post("/tasks/<int:task_id>/signers")
def signers(task_id: int) -> Any:
    """加签."""
    asked = {"task_id": task_id, "logins": request.form.getlist("to"), "where": _field("where")}
    asked["request"] = _field("note")
    return _done(task_id, approvals.add_signers, asked, Message("已加签。", "Signers added."))


@pages.post("/tasks/<int:part_id>/remove-signer")
def remove_signer(part_id: int) -> Any:
    """减签; the address names the part."""
    with house().db.reading() as tx:
        main_id = load_task(tx, part_id).task.part_of or part_id
    return _done(main_id, approvals.remove_signer, {"part_id": part_id}, Message("已减签。", "Taken out."))


@pages.post("/tasks/<int:task_id>/consult")
def consult(task_id: int) -> Any:
    """沟通."""
    asked = {"task_id": task_id, "logins": request.form.getlist("to"), "question": _field("note")}
    told = Message("已发出，答复会显示在这里。", "Asked; the answers appear here.")
    return _done(task_id, approvals.consult_people, asked, told)


@pages.post("/tasks/<int:part_id>/answer")
def answer(part_id: int) -> Any:
    """The opinion or answer of whoever was asked."""
    agrees = {"yes": True, "no": False}.get(_field("agrees"))
    asked = {"part_id": part_id, "answer": _field("answer"), "agrees": agrees}
    return _done(part_id, approvals.answer_part, asked, Message("已答复。", "Answered."), leave=True)


@pages.post("/tasks/<int:task_id>/copy")
def copy(task_id: int) -> Any:
    """抄送."""
    asked = {"task_id": task_id, "logins": request.form.getlist("to"), "remark": _field("note")}
    return _done(task_id, approvals.copy_task, asked, Message("已抄送。", "Copies sent."))


@pages.post("/tasks/<int:task_id>/urge")
def urge(task_id: int) -> Any:
    """催办."""
    asked = {"task_id": task_id, "remark": _field("note")}
    return _done(task_id, approvals.urge_task, asked, Message("已催办。", "Reminded."))


@pages.get("/tasks/<int:task_id>/ways-back")
def ways_back(task_id: int) -> Any:
    """Where the task can be sent back to, or why nowhere; a part of its page."""
    with house().db.reading() as tx:
        ways = approvals.ways_back(tx, house().world, actor=actor(), task_id=task_id)
    return render_template("approvals/ways_back.html", ways=ways, task_id=task_id)


@pages.post("/tasks/<int:task_id>/send-back")
def send_back(task_id: int) -> Any:
    """退回 to a step."""
    asked = {"task_id": task_id, "element_id": _field("to"), "reason": _field("reason")}
    return _done(task_id, approvals.send_back_task, asked, Message("已退回。", "Sent back."), leave=True)


@pages.post("/tasks/approve")
def approve() -> Any:
    """批量同意: each task is a step of its own; what cannot be approved is named with its reason."""
    someone = actor()
    wanted = [int(text) for text in request.form.getlist("task") if text.isascii() and text.isdigit()]
    values: dict[str, Any] = {"decision": "approved"}
    if comment := _field("comment")[:2000]:
        values["decision_comment"] = comment
    approved, refused = 0, []
    for task_id in list(dict.fromkeys(wanted))[:MOST_AT_ONCE]:
        try:
            with house().db.transaction() as tx:
                task = load_task(tx, task_id).task
                if task.state == "open":  # a closed one says itself who dealt with it
                    require_verb(task, "bulk")
                complete_task(tx, house().world, actor=someone, task_id=task_id, values=dict(values))
            approved += 1
        except Refusal as refusal:
            told = (refusal.errors[0].message if refusal.errors else refusal.message).text(language())
            refused.append(told if refusal.status == 404 else f"{task.name} {task.case_no}：{told}")
    if approved:
        flash(t(f"已同意 {approved} 项。", f"{approved} approved."))
    for sentence in refused:
        flash(sentence, "error")
    if not approved and not refused:
        flash(t("请先勾选任务。", "Tick some tasks first."), "error")
    return redirect(url_for("tasklist.tasks", scope=request.form.get("scope") or None))


@pages.get("/copies")
def copies() -> Any:
    """抄送我的: cases this person was sent, unread ones marked."""
    behind = request.args.get("before", "")
    before = int(behind) if behind.isascii() and behind.isdigit() else None
    with house().db.reading() as tx:
        rows, following = sent_copies(tx, actor(), before=before)
        sent_by = {row.copied_by for row in rows}
        people = tx.rows(select(user_account.c.id, user_account.c.name).where(user_account.c.id.in_(sent_by)))
        senders = {row.id: row.name for row in people}
    return render_template("approvals/copies.html", rows=rows, following=following, senders=senders)
