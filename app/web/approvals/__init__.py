"""What people do with a task besides submitting it (docs/approvals.md), and the copies they were sent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy import select

from app.db import Transaction
from app.identity import Actor
from app.identity.tables import user_account
from app.messages import Refusal
from app.runtime import complete_task
from app.runtime.commands import approvals
from app.runtime.commands.tasks import load_task
from app.runtime.parts import require_verb
from app.runtime.queries import sent_copies
from app.web.access import actor, house, language, t, wants_json

pages = Blueprint("approvals", __name__)
MOST_AT_ONCE = 50  # tasks approved together

Act = Callable[[Transaction, Actor], object]


def _done(task_id: int, act: Act, zh: str, en: str, *, leave: bool = False) -> Any:
    """Run a verb; its refusal is told on the page of the task, where everything is as it was."""
    someone = actor()
    try:
        with house().db.transaction() as tx:
            act(tx, someone)
    except Refusal as refusal:
        if refusal.status in {403, 404} or wants_json():
            raise
        flash(refusal.message.text(language()), "error")
        return redirect(url_for("task.page", task_id=task_id))
    flash(t(zh, en))
    return redirect(url_for("tasklist.tasks") if leave else url_for("task.page", task_id=task_id))


def _field(name: str) -> str:
    return request.form.get(name, "").strip()


@pages.post("/tasks/<int:task_id>/transfer")
def transfer(task_id: int) -> Any:
    """转办."""

    def act(tx: Transaction, someone: Actor) -> None:
        approvals.transfer_task(
            tx, house().world, actor=someone, task_id=task_id, to_login=_field("to"), reason=_field("reason")
        )

    return _done(task_id, act, "已转办。", "Transferred.", leave=True)


@pages.post("/tasks/<int:task_id>/delegate")
def delegate(task_id: int) -> Any:
    """委派."""

    def act(tx: Transaction, someone: Actor) -> None:
        approvals.delegate_task(
            tx, house().world, actor=someone, task_id=task_id, to_login=_field("to"), request=_field("note")
        )

    return _done(task_id, act, "已委派，办完会交回给您。", "Delegated; it comes back to you.", leave=True)


@pages.post("/tasks/<int:task_id>/recall")
def recall(task_id: int) -> Any:
    """The owner takes a delegated task back."""

    def act(tx: Transaction, someone: Actor) -> None:
        approvals.return_delegated_task(tx, house().world, actor=someone, task_id=task_id)

    return _done(task_id, act, "已收回。", "Taken back.")


@pages.post("/tasks/<int:task_id>/signers")
def signers(task_id: int) -> Any:
    """加签."""

    def act(tx: Transaction, someone: Actor) -> None:
        approvals.add_signers(
            tx,
            house().world,
            actor=someone,
            task_id=task_id,
            logins=request.form.getlist("to"),
            where=_field("where"),
            request=_field("note"),
        )

    return _done(task_id, act, "已加签。", "Signers added.")


@pages.post("/tasks/<int:part_id>/remove-signer")
def remove_signer(part_id: int) -> Any:
    """减签; the address names the part."""
    with house().db.reading() as tx:
        main_id = load_task(tx, part_id).task.part_of or part_id

    def act(tx: Transaction, someone: Actor) -> None:
        approvals.remove_signer(tx, house().world, actor=someone, part_id=part_id)

    return _done(main_id, act, "已减签。", "Taken out.")


@pages.post("/tasks/<int:task_id>/consult")
def consult(task_id: int) -> Any:
    """沟通."""

    def act(tx: Transaction, someone: Actor) -> None:
        approvals.consult_people(
            tx,
            house().world,
            actor=someone,
            task_id=task_id,
            logins=request.form.getlist("to"),
            question=_field("note"),
        )

    return _done(task_id, act, "已发出，答复会显示在这里。", "Asked; the answers appear here.")


@pages.post("/tasks/<int:part_id>/answer")
def answer(part_id: int) -> Any:
    """The opinion or answer of whoever was asked."""

    def act(tx: Transaction, someone: Actor) -> None:
        agrees = {"yes": True, "no": False}.get(_field("agrees"))
        approvals.answer_part(tx, house().world, actor=someone, part_id=part_id, answer=_field("answer"), agrees=agrees)

    return _done(part_id, act, "已答复。", "Answered.", leave=True)


@pages.post("/tasks/<int:task_id>/copy")
def copy(task_id: int) -> Any:
    """抄送."""

    def act(tx: Transaction, someone: Actor) -> None:
        approvals.copy_task(
            tx,
            house().world,
            actor=someone,
            task_id=task_id,
            logins=request.form.getlist("to"),
            remark=_field("note"),
        )

    return _done(task_id, act, "已抄送。", "Copies sent.")


@pages.post("/tasks/<int:task_id>/urge")
def urge(task_id: int) -> Any:
    """催办."""

    def act(tx: Transaction, someone: Actor) -> None:
        approvals.urge_task(tx, house().world, actor=someone, task_id=task_id, remark=_field("note"))

    return _done(task_id, act, "已催办。", "Reminded.")


@pages.get("/tasks/<int:task_id>/ways-back")
def ways_back(task_id: int) -> Any:
    """Where the task can be sent back to, or why nowhere; a part of its page."""
    with house().db.reading() as tx:
        ways = approvals.ways_back(tx, house().world, actor=actor(), task_id=task_id)
    return render_template("approvals/ways_back.html", ways=ways, task_id=task_id)


@pages.post("/tasks/<int:task_id>/send-back")
def send_back(task_id: int) -> Any:
    """退回 to a step."""

    def act(tx: Transaction, someone: Actor) -> None:
        approvals.send_back_task(
            tx, house().world, actor=someone, task_id=task_id, element_id=_field("to"), reason=_field("reason")
        )

    return _done(task_id, act, "已退回。", "Sent back.", leave=True)


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
