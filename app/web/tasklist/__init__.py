"""The inbox: what do I do next."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from sqlalchemy import select

from app.aftersales.personal_data import masked
from app.db import Transaction
from app.definitions.tables import process_definition
from app.notices import unread_count
from app.runtime import claim_task, release_task
from app.runtime.queries import Filters, counts, inbox, search_cases
from app.web.access import actor, house, may_contact, wants_json
from app.web.tasklist.just_done import just_done

pages = Blueprint("tasklist", __name__)
LONGEST = 100  # characters of a text to search for
_KEPT = {"scope", "process", "role", "due", "text", "sort"}


def _filters() -> Filters:
    return Filters(
        process=request.args.get("process", ""),
        role=request.args.get("role", ""),
        due=request.args.get("due", ""),
        text=request.args.get("text", "").strip()[:LONGEST],
        sort=request.args.get("sort", "due"),
    )


@pages.get("/")
def tasks() -> Any:
    """My tasks, or my roles' unclaimed ones."""
    someone, filters = actor(), _filters()
    scope = "roles" if request.args.get("scope") == "roles" else "mine"
    with house().db.reading() as tx:
        page = inbox(tx, someone, scope, filters, after=request.args.get("after"))  # type: ignore[arg-type]
        numbers = counts(tx, someone)
        names = {} if _is_part() else _process_names(tx)
        done = just_done(tx, someone, request.args.get("done", ""))
    following = None
    if page.next:
        kept = {name: value for name, value in request.args.items() if name in _KEPT}
        following = _address(page.next, kept)
    template = "tasklist/rows.html" if _is_part() else "tasklist/tasks.html"
    return render_template(
        template,
        page=page,
        scope=scope,
        filters=filters,
        counts=numbers,
        processes=names,
        roles=house().roles,
        following=following,
        done=done,
    )


def _is_part() -> bool:
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Target") == "task-rows"


def _process_names(tx: Transaction) -> dict[str, str]:
    return {row.key: row.name for row in tx.rows(select(process_definition.c.key, process_definition.c.name))}


def _address(after: str, kept: dict[str, str]) -> str:
    return f"{url_for('tasklist.tasks')}?{urlencode({**kept, 'after': after})}"


@pages.get("/api/inbox/counts")
def inbox_counts() -> Any:
    """Counts for the head of every page; `stamp` changes when they do."""
    with house().db.reading() as tx:
        someone = actor()
        numbers = counts(tx, someone)
        unread = unread_count(tx, someone.id) if someone.id is not None else 0
    stamp = "-".join(str(numbers.get(name, 0)) for name in ("mine", "roles", "late", "newest"))
    numbers.pop("newest", None)
    numbers["unread"] = unread
    shown = {name: "999+" if number >= 1000 else number for name, number in numbers.items()}
    return jsonify(counts=shown, stamp=stamp)


@pages.post("/tasks/<int:task_id>/claim")
def claim(task_id: int) -> Any:
    """Take an unclaimed task."""
    with house().db.transaction() as tx:
        claim_task(tx, house().world, actor=actor(), task_id=task_id)
    return jsonify(ok=True) if wants_json() else redirect(url_for("task.page", task_id=task_id))


@pages.post("/tasks/<int:task_id>/release")
def release(task_id: int) -> Any:
    """Give it back to the queue."""
    with house().db.transaction() as tx:
        release_task(tx, house().world, actor=actor(), task_id=task_id)
    return jsonify(ok=True) if wants_json() else redirect(url_for("tasklist.tasks"))


@pages.get("/search")
def search() -> Any:
    """Find cases by anything that is known of them."""
    text = request.args.get("q", "").strip()[:LONGEST]
    with house().db.reading() as tx:
        rows = search_cases(tx, actor(), text) if text else []
        allowed = may_contact(tx)
    if len(rows) == 1 and rows[0].case_no.lower() == text.lower():
        return redirect(url_for("case.page", case_no=rows[0].case_no))
    phones = {row.case_no: row.contact_phone if allowed else masked("phone", row.contact_phone) for row in rows}
    return render_template("tasklist/search.html", text=text, rows=rows, phones=phones)
