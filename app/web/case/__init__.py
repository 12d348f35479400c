"""A case by its number: where does it stand, and why."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, render_template, request
from sqlalchemy import or_, select

from app import calendar, forms
from app.aftersales import telling
from app.aftersales.personal_data import readable_values
from app.db import Transaction
from app.definitions.tables import process_version, resource
from app.messages import Message, Refusal
from app.runtime.commands.approvals import read_copy
from app.runtime.elements.path import flows_taken
from app.runtime.queries import case_history, case_instances, case_tasks, find_case
from app.runtime.step import load_instance, restore
from app.runtime.tables import incident, service_case
from app.web.access import actor, house, language, may_contact
from app.web.case.story import told
from app.web.task.shown import name_of

pages = Blueprint("case", __name__)
PAGE = 50


@pages.get("/cases")
def listing() -> Any:
    """The newest cases of one's units."""
    someone = actor()
    reach = sorted({holding.unit_path for holding in someone.holdings if someone.reaches(holding.unit_path)})
    state, before = request.args.get("state", "open"), request.args.get("before")
    query = select(service_case).where(
        or_(*(service_case.c.unit_path.startswith(path, autoescape=True) for path in reach))
        if reach
        else service_case.c.case_no == ""
    )
    if state == "open":
        query = query.where(service_case.c.closed_at.is_(None))
    elif state == "closed":
        query = query.where(service_case.c.closed_at.is_not(None))
    if before:
        query = query.where(service_case.c.case_no < before)
    with house().db.reading() as tx:
        rows = tx.rows(query.order_by(service_case.c.case_no.desc()).limit(PAGE + 1))
    return render_template("case/cases.html", rows=rows[:PAGE], more=len(rows) > PAGE, state=state)


@pages.get("/cases/<case_no>")
def page(case_no: str) -> Any:
    """Everything about one case on one page."""
    someone = actor()
    with house().db.transaction() as tx:
        case = find_case(tx, someone, case_no)
        read_copy(tx, actor=someone, case_no=case_no)
        instances = case_instances(tx, case_no)
        tasks = case_tasks(tx, case_no)
        clocks = calendar.clocks_of_case(tx, case_no, lambda path: house().calendar(tx, path))
        broken = tx.rows(
            select(incident).where(
                incident.c.instance_id.in_([row.id for row in instances]), incident.c.resolved_at.is_(None)
            )
        )
        filled = _filled_forms(tx, case_no)
        messages = telling.messages_of_case(tx, case_no)
        phone = case_phone(case, may_contact(tx))
    return render_template(
        "case/case.html",
        case=case,
        phone=phone,
        instances=instances,
        tasks=tasks,
        clocks=clocks,
        incidents=broken,
        filled=filled,
        messages=messages,
        message_states=telling.STATES,
        roles=house().roles,
    )


@pages.get("/cases/<case_no>/known")
def known(case_no: str) -> Any:
    """What is known of the case, as a part of a task page."""
    with house().db.reading() as tx:
        case = find_case(tx, actor(), case_no)
        clocks = calendar.clocks_of_case(tx, case_no, lambda path: house().calendar(tx, path))
        phone = case_phone(case, may_contact(tx))
    return render_template("case/known.html", case=case, phone=phone, clocks=clocks)


@pages.get("/cases/<case_no>/history")
def history(case_no: str) -> Any:
    """The history in words, as a part of a page."""
    with house().db.reading() as tx:
        find_case(tx, actor(), case_no)
        tasks = {row.id: row for row in case_tasks(tx, case_no)}
        events = told(tx, case_history(tx, case_no), tasks, language())
    return render_template("case/history.html", events=events)


@pages.get("/cases/<case_no>/diagram/<int:instance_id>")
def diagram(case_no: str, instance_id: int) -> Any:
    """The diagram of one process of the case with the path taken and the tokens."""
    with house().db.reading() as tx:
        find_case(tx, actor(), case_no)
        row = next((row for row in case_instances(tx, case_no) if row.id == instance_id), None)
        if row is None:
            raise _unknown()
        events = case_history(tx, case_no)
        tasks = [task for task in case_tasks(tx, case_no) if task.instance_id == instance_id]
        broken = tx.rows(
            select(incident.c.element_id).where(incident.c.instance_id == instance_id, incident.c.resolved_at.is_(None))
        )
        process = house().world.definitions.version(tx, row.version_id).process
        elements: set[str] = set()
        flows: set[str] = set()
        for event in events:
            if event.kind == "moved" and event.instance_id == instance_id:
                elements.update(event.data["elements"])
                flows.update(flows_taken(process, event.data))
        waiting: set[str] = {task.element_id for task in tasks if task.state == "open"}
        if row.state == "active":
            full = load_instance(tx, instance_id)
            waiting |= {token.element_id for token in restore(tx, house().world, actor(), full)[0].open_tasks}
    markers = {
        "active": sorted(waiting),
        "completed": sorted(elements - waiting),
        "taken": sorted(flows),
        "incident": sorted({each.element_id for each in broken}),
    }
    links = {task.element_id: f"/tasks/{task.id}" for task in tasks}
    return render_template("case/diagram.html", row=row, markers=markers, links=links)


@pages.get("/api/definitions/<int:version_id>/xml")
def definition_xml(version_id: int) -> Any:
    """The BPMN XML of a version: for the viewer."""
    query = (
        select(resource.c.content)
        .join(process_version, process_version.c.resource_id == resource.c.id)
        .where(process_version.c.id == version_id)
    )
    with house().db.reading() as tx:
        content = tx.value(query)
    if content is None:
        raise _unknown()
    response = Response(bytes(content), mimetype="application/xml")
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return response


def _filled_forms(tx: Transaction, case_no: str) -> list[dict[str, Any]]:
    """Every form that is on file, in words; what was taken back stands in the history only."""
    lang = language()
    tasks = {row.id: row for row in case_tasks(tx, case_no) if row.state == "completed" and row.form_id}
    events = [event for event in case_history(tx, case_no) if event.kind == "task_completed"]
    last = {event.task_id: event.id for event in events}  # submitted again after 撤回: the last one is on file
    filled, allowed = [], may_contact(tx)
    for event in events:
        task = tasks.get(event.task_id)
        if task is None or last[event.task_id] != event.id:
            continue
        form = house().world.definitions.version(tx, task.version_id).forms.get(task.form_id)
        if form is None:
            continue
        given = readable_values(event.data.get("values") or {}, may_contact=allowed)
        values = {key: value for key, value in given.items() if value is not None}
        filled.append(
            {
                "event": event,
                "title": form.title.text(lang),
                "groups": forms.summary(form, values, lang, names=lambda source, value: name_of(tx, source, value)),
                "signatures": [
                    value
                    for field in form.fields.values()
                    if field.type == "signature" and isinstance(value := values.get(field.key), dict)
                ],
                "photos": [
                    photo
                    for field in form.fields.values()
                    if field.type == "photos"
                    for photo in (values.get(field.key) or ())
                    if isinstance(photo, dict)
                ],
            }
        )
    return filled


def case_phone(case: Any, allowed: bool) -> str:
    """The customer's phone number as this reader may see it."""
    return str(readable_values({"contact_phone": case.contact_phone or ""}, may_contact=allowed)["contact_phone"])


def _unknown() -> Refusal:
    return Refusal("unknown_page", Message("没有这个页面。", "There is no such page."), status=404)
