"""One task: what must I fill in, and what do I need to know?"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from sqlalchemy.exc import IntegrityError

from app import clock
from app.clock import ZONE
from app.identity import Actor
from app.messages import Message, Refusal
from app.runtime import (
    RefusedAttempt,
    Submitted,
    cancel_instance,
    complete_task,
    note_attempt,
    reassign_task,
    save_draft,
    see_task,
    withdraw_task,
)
from app.runtime.commands.approvals import return_delegated_task
from app.runtime.commands.guests import links_of, may_be_given
from app.runtime.commands.tasks import load_task
from app.runtime.queries import open_task
from app.web.access import actor, house, language, leads, led_at, own_path, t, wants_json
from app.web.approvals.panel import panel_of
from app.web.task.shown import page_of

pages = Blueprint("task", __name__)

VOIDABLE = "contact_intake"  # an abandoned contact keeps its number, marked void (readings 11)


@pages.get("/tasks/<int:task_id>")
def page(task_id: int) -> Any:
    """The page of a task; opening it as somebody who may work on it ends 撤回 of the step before."""
    someone = actor()
    with house().db.transaction() as tx:
        view = open_task(tx, house().world, someone, task_id)
        if view.may_work and view.task.seen_at is None:
            see_task(tx, actor=someone, task_id=task_id)
        shown = page_of(tx, view)
        panel = panel_of(tx, someone, view)
        guests = may_be_given(view.task) and view.may_work
        links = links_of(tx, task_id) if guests else []
    task = view.task
    if panel.delegated:
        shown["task"]["verb"] = t("交回", "Give back")
    shown["task"]["read_only"] = shown["task"]["read_only"] or panel.to_answer
    return render_template(
        "task/task.html",
        page=shown,
        panel=panel,
        guests=guests,
        links=links,
        view=view,
        task=task,
        roles=house().roles,
        may_reassign=task.state == "open" and leads(someone, task.role, task.unit_path),
        may_withdraw=task.state == "completed" and task.closed_by in someone.own_ids,
        may_void=view.may_work and task.instance_process_key == VOIDABLE and task.element_id == "register_contact",
    )


@pages.get("/api/tasks/<int:task_id>")
def state(task_id: int) -> Any:
    """The same as data."""
    with house().db.reading() as tx:
        return jsonify(page_of(tx, open_task(tx, house().world, actor(), task_id)))


def _values() -> tuple[dict[str, Any], dict[str, Any]]:
    body = request.get_json(silent=True)
    if not isinstance(body, dict) or not isinstance(body.get("values"), dict):
        raise Refusal("bad_request", Message("请求内容不完整。", "The request is incomplete."), status=400)
    return body, body["values"]


@pages.post("/api/tasks/<int:task_id>/draft")
def draft(task_id: int) -> Any:
    """Keep what was typed."""
    _, values = _values()
    with house().db.transaction() as tx:
        save_draft(tx, house().world, actor=actor(), task_id=task_id, values=values)
    return jsonify(saved_at=clock.now().astimezone(ZONE).isoformat(timespec="seconds"))


@pages.post("/api/tasks/<int:task_id>/submit")
def submit(task_id: int) -> Any:
    """Check and complete; answers where this person goes on."""
    body, values = _values()
    key = str(body.get("key") or "")[:80] or None
    someone = actor()
    try:
        done = _completed(someone, task_id, values, key)
    except Refusal as refusal:
        if refusal.code != "delegated":
            raise
        return _given_back(someone, task_id, values)
    message = t("已提交。", "Submitted.")
    if done.next_task_id is None:
        return jsonify(next=url_for("tasklist.tasks", done=task_id), message=message)
    if done.next_is_step:
        # Consecutive steps of one person are one page (readings 5).
        with house().db.reading() as tx:
            view = open_task(tx, house().world, someone, done.next_task_id)
            return jsonify(next_task=page_of(tx, view), message=message)
    return jsonify(next=url_for("task.page", task_id=done.next_task_id), message=message)


def _given_back(someone: Actor, task_id: int, values: dict[str, Any]) -> Any:
    """What was delegated goes back to its owner with what was filled in; he submits it."""
    with house().db.transaction() as tx:
        return_delegated_task(tx, house().world, actor=someone, task_id=task_id, values=values)
    return jsonify(next=url_for("tasklist.tasks"), message=t("已交回。", "Given back."))


def _completed(someone: Actor, task_id: int, values: dict[str, Any], key: str | None) -> Submitted:
    """Somebody else may have moved the same case in this moment, or this request came twice: look again."""
    for attempt in range(3):
        try:
            with house().db.transaction() as tx:
                return complete_task(tx, house().world, actor=someone, task_id=task_id, values=values, key=key)
        except (Refusal, IntegrityError) as meanwhile:
            if isinstance(meanwhile, RefusedAttempt):
                _note(someone, meanwhile)
            moved = not isinstance(meanwhile, Refusal) or meanwhile.code in {"moved_on", "key_used"}
            if not moved or attempt == 2:
                raise
    raise AssertionError("unreachable")


def _note(someone: Actor, refused: RefusedAttempt) -> None:
    """The refused step has rolled back; what was tried stays on record (readings 21)."""
    with house().db.transaction() as tx:
        for attempt in refused.attempts:
            note_attempt(tx, actor=someone, attempt=attempt)


@pages.post("/tasks/<int:task_id>/withdraw")
def withdraw(task_id: int) -> Any:
    """撤回: take the submission back."""
    try:
        with house().db.transaction() as tx:
            withdraw_task(tx, house().world, actor=actor(), task_id=task_id)
    except Refusal as refusal:
        if refusal.status == 404 or wants_json():
            raise
        flash(refusal.message.text(language()), "error")
    else:
        flash(t("已撤回，可以修改后再提交。", "Taken back; correct it and submit again."))
    return jsonify(next=url_for("task.page", task_id=task_id)) if wants_json() else redirect(f"/tasks/{task_id}")


@pages.post("/tasks/<int:task_id>/reassign")
def reassign(task_id: int) -> Any:
    """A leader gives the task to another holder of its role."""
    someone = actor()
    try:
        with house().db.transaction() as tx:
            reassign_task(
                tx,
                house().world,
                actor=someone,
                task_id=task_id,
                to_login=request.form.get("to", ""),
                reason=request.form.get("reason", ""),
                leads=led_at(someone),
            )
    except Refusal as refusal:
        if refusal.status == 404 or wants_json():
            raise
        flash(refusal.message.text(language()), "error")
        return redirect(own_path(request.form.get("back"), url_for("task.page", task_id=task_id)))
    flash(t("已改派。", "Reassigned."))
    return redirect(own_path(request.form.get("back"), url_for("team.page")))


@pages.post("/tasks/<int:task_id>/void")
def void(task_id: int) -> Any:
    """作废: an abandoned contact keeps its number, with the reason."""
    someone = actor()
    with house().db.transaction() as tx:
        found = load_task(tx, task_id)
        view = open_task(tx, house().world, someone, task_id)
        if not view.may_work or found.process_key != VOIDABLE or found.task.element_id != "register_contact":
            raise Refusal("not_voidable", Message("这项任务不能作废。", "This task cannot be voided."), status=403)
        cancel_instance(
            tx, house().world, actor=someone, instance_id=found.id, reason=request.form.get("reason", "").strip()
        )
    flash(t("已作废，编号保留。", "Voided; the number is kept."))
    return redirect(url_for("tasklist.tasks"))
