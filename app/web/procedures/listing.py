"""The list of procedures, one procedure with its diagram and versions, and putting an earlier version live."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import func, literal_column, select

from app.db import Transaction
from app.definitions import Version, put_live
from app.definitions.queries import procedure, procedures, put_live_events, thrown_away_draft, versions
from app.identity.tables import role_assignment, user_account
from app.messages import Message, Refusal
from app.runtime import resolve_incident
from app.runtime.queries.scheduled import failed_starts, next_starts
from app.runtime.tables import incident, process_instance, user_task
from app.web.access import actor, house, language, require_role, t
from app.web.procedures import READERS, pages

_PAIR = re.compile(r"\*\*([^*]+)\*\*\s*((?:(?!\*\*).)+)", re.DOTALL)
_SHOWN = {"目的": "zh", "负责人": "zh", "Purpose": "en", "Owner": "en"}


@pages.get("/procedures")
@require_role(*READERS)
def index() -> Any:
    """Every procedure with its live version, what runs, and who changed it last and why."""
    text, kind = request.args.get("text", "").strip(), request.args.get("kind", "")
    with house().db.reading() as tx:
        rows = procedures(tx)
        running = running_by_process(tx)
    shown = [row for row in rows if not text or text.lower() in f"{row.name} {row.key}".lower()]
    if kind == "running":
        shown = [row for row in shown if running.get(row.key)]
    elif kind == "draft":
        shown = [row for row in shown if row.draft_at is not None]
    elif kind == "placeholder":
        shown = [row for row in shown if is_placeholder(row.file)]
    elif kind == "own":
        shown = [row for row in shown if not is_placeholder(row.file)]
    shown.sort(key=lambda row: is_placeholder(row.file))
    return render_template(
        "procedures/index.html",
        rows=shown,
        total=len(rows),
        running=running,
        text=text,
        kind=kind,
        is_placeholder=is_placeholder,
    )


def is_placeholder(file: str) -> bool:
    """Whether a diagram stands in for a procedure that is still to be drawn."""
    return "/_handover/" in f"/{file}"


@pages.get("/procedures/<key>", defaults={"number": None})
@pages.get("/procedures/<key>/versions/<int(max=2147483647):number>")
@require_role(*READERS)
def page(key: str, number: int | None) -> Any:
    """One procedure: the live version, or an earlier one."""
    return _page(key, number, {}, "")


@pages.post("/procedures/<key>/versions/<int(max=2147483647):number>/live")
@require_role(*READERS)
def make_live(key: str, number: int) -> Any:
    """Let another version be the live one."""
    reason = request.form.get("reason", "")
    try:
        with house().db.transaction() as tx:
            put_live(
                tx,
                house().world.definitions,
                house().knowledge(tx),
                actor=actor(),
                key=key,
                version=number,
                reason=reason,
                instead_of=request.form.get("instead_of", type=int),
            )
            house().arrange_starts(tx, actor())
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return _page(key, number, {refusal.field or "": refusal.message.text(language())}, reason), 422
    flash(
        t(
            f"第 {number} 版已生效。正在办理的服务单仍按原来的版本走完。",
            f"Version {number} is live. What runs stays on its version.",
        )
    )
    return redirect(url_for("procedures.page", key=key))


@pages.post("/procedures/<key>/starts/<int(max=2147483647):incident_id>")
@require_role(*READERS)
def start_again(key: str, incident_id: int) -> Any:
    """Try a timed start again that failed."""
    reason = request.form.get("reason", "")
    try:
        with house().db.transaction() as tx:
            if incident_id not in [row.id for row in failed_starts(tx, key)]:
                raise Refusal(
                    "no_incident", Message("没有这个待处理的异常。", "There is no such incident."), status=404
                )
            resolve_incident(tx, house().world, actor=actor(), incident_id=incident_id, reason=reason)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return _page(key, None, {"start": refusal.message.text(language())}, reason), 422
    flash(t("已重新发起。", "Started again."))
    return redirect(url_for("procedures.page", key=key) + "#starts")


def _page(key: str, number: int | None, errors: dict[str, str], reason: str) -> str:
    with house().db.reading() as tx:
        live = procedure(tx, key)
        history = versions(tx, key)
        shown = live if number is None else next((row for row in history if row.version == number), None)
        if shown is None:
            raise Refusal("unknown_version", Message("没有这个版本。", "There is no such version."), status=404)
        version = house().world.definitions.version(tx, shown.id)
        states = _states_by_version(tx, key)
        staffed = _staff_by_role(tx)
        markers = _markers(tx, shown.id)
        events = put_live_events(tx, key)
        thrown = thrown_away_draft(tx, key)
        starts, failed = next_starts(tx, key), failed_starts(tx, key)
    return render_template(
        "procedures/page.html",
        live=live,
        shown=shown,
        versions=history,
        states=states,
        markers=markers,
        events=events,
        thrown=thrown,
        starts=starts,
        failed=failed,
        about=_about(live.file),
        forms=_forms(version),
        decisions=_decisions(version, shown.pins),
        lanes=_lanes(version, staffed),
        errors=errors,
        reason=reason,
        placeholder=is_placeholder(live.file),
    )


def running_by_process(tx: Transaction) -> dict[str, int]:
    """How many instances of each procedure run."""
    rows = tx.rows(
        select(process_instance.c.process_key, func.count().label("number"))
        .where(process_instance.c.state == "active")
        .group_by(process_instance.c.process_key)
    )
    return {row.process_key: row.number for row in rows}


def _states_by_version(tx: Transaction, key: str) -> dict[int, dict[str, int]]:
    """Version id → state → instances."""
    rows = tx.rows(
        select(process_instance.c.version_id, process_instance.c.state, func.count().label("number"))
        .where(process_instance.c.process_key == key)
        .group_by(process_instance.c.version_id, process_instance.c.state)
    )
    found: dict[int, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row.version_id, {})[row.state] = row.number
    return found


def _staff_by_role(tx: Transaction) -> dict[str, int]:
    rows = tx.rows(
        select(role_assignment.c.role, func.count(role_assignment.c.user_id.distinct()).label("number"))
        .join(user_account, user_account.c.id == role_assignment.c.user_id)
        .where(user_account.c.active)
        .group_by(role_assignment.c.role)
    )
    return {row.role: row.number for row in rows}


def _markers(tx: Transaction, version_id: int) -> dict[str, list[Any]]:
    """How many tasks wait at each element of this version, and where something is broken."""
    waiting = tx.rows(
        select(user_task.c.element_id, func.count().label("number"))
        .where(user_task.c.version_id == version_id, literal_column("user_task.state = 'open'"))
        .group_by(user_task.c.element_id)
    )
    broken = tx.rows(
        select(incident.c.element_id)
        .join(process_instance, process_instance.c.id == incident.c.instance_id)
        .where(process_instance.c.version_id == version_id, incident.c.resolved_at.is_(None))
        .distinct()
    )
    return {
        "active": [{"id": row.element_id, "count": row.number} for row in waiting],
        "incident": [row.element_id for row in broken],
    }


def _forms(version: Version) -> list[dict[str, Any]]:
    """The forms that a person fills in, each with the steps that use it."""
    used: dict[str, list[str]] = {}
    for element in version.process.elements.values():
        if element.form_id in version.forms:
            used.setdefault(str(element.form_id), []).append(element.title)
    return [
        {
            "id": form_id,
            "code": version.forms[form_id].code,
            "title": version.forms[form_id].title.text(language()) or form_id,
            "steps": steps,
            "fields": len(version.forms[form_id].fields),
        }
        for form_id, steps in sorted(used.items(), key=lambda item: (version.forms[item[0]].code, item[0]))
    ]


def _decisions(version: Version, pins: dict[str, dict[str, int]]) -> list[dict[str, Any]]:
    found = []
    for decision_id in sorted(pins["decisions"]):
        decision = version.decisions[decision_id].decisions[decision_id]
        steps = [
            element.title for element in version.process.elements.values() if element.called_decision == decision_id
        ]
        found.append({"id": decision_id, "name": decision.name, "rules": decision.rules, "steps": steps})
    return found


def _lanes(version: Version, staffed: dict[str, int]) -> list[dict[str, Any]]:
    roles = house().roles
    return [
        {
            "name": roles[lane.role][language()] if lane.role in roles else lane.name,
            "staff": staffed.get(lane.role, 0),
            "outside": lane.role not in roles
            or roles[lane.role].get("level") == "external"
            or bool(roles[lane.role].get("dynamic")),
            "tasks": sum(
                version.process.elements[each].type == "userTask"
                for each in lane.element_ids
                if each in version.process.elements
            ),
        }
        for lane in version.process.lanes
    ]


def _about(file: str) -> list[tuple[str, str]]:
    """What the README beside the diagram says of its purpose and owner, in the person's language."""
    readme = house().processes.parent / Path(file).parent / "README.md"
    try:
        text = readme.read_text(encoding="utf-8")
    except OSError:
        return []
    lang = language()
    pairs = ((label.strip(), " ".join(words.split())) for label, words in _PAIR.findall(text))
    return [(label, words) for label, words in pairs if _SHOWN.get(label) == lang]
