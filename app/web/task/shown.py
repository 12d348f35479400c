"""A task as the browser's form island wants it: schema, data, steps, draft and the names behind stored values."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app import forms
from app.aftersales import part, skill, stock
from app.clock import ZONE
from app.db import Transaction
from app.identity.tables import org_unit, user_account
from app.runtime.queries import TaskView
from app.runtime.tables import attachment
from app.web.access import language


def page_of(tx: Transaction, view: TaskView) -> dict[str, Any]:
    """The JSON of one task page."""
    task = view.task
    schema = view.schema or {"type": "default", "schemaVersion": 19, "components": []}
    if view.form is not None and (language() != "zh" or task.state != "open"):
        schema = forms.view(
            view.form, task.element_id, view.variables, view.library, lang=language(), private=view.shows_private
        )
    data = forms.view_data(schema, view.variables)
    page: dict[str, Any] = {
        "schema": schema,
        "data": data,
        "task": {
            "id": task.id,
            "revision": task.revision,
            "step": task.element_id,
            "title": task.name,
            "case_no": task.case_no,
            "verb": task.properties.get("verb"),
            "read_only": not view.may_work,
            "url": f"/tasks/{task.id}",
            "steps": view.steps,
        },
        "labels": labels(tx, view.form, data),
    }
    if view.draft is not None and view.draft_saved_at is not None:
        saved_at = view.draft_saved_at.astimezone(ZONE).isoformat(timespec="seconds")
        page["draft"] = {"values": view.draft, "revision": task.revision, "saved_at": saved_at}
    return page


def labels(tx: Transaction, form: forms.Form | None, data: dict[str, Any]) -> dict[str, dict[str, str]]:
    """The names of people, parts, skills, units and files that occur in the data."""
    if form is None:
        return {}
    wanted: dict[str, set[str]] = {}
    for field in form.fields.values():
        for leaf, value in _leaves(field, data.get(field.key)):
            source = "files" if leaf.type in {"filepicker", "photos", "signature"} else _source(leaf)
            if source is not None:
                wanted.setdefault(source, set()).update(_texts(value))
    found: dict[str, dict[str, str]] = {}
    for source, values in wanted.items():
        table = _TABLES.get(source)
        if table is not None and values:
            key, name = table
            named = select(key.label("value"), name.label("name")).where(key.in_(sorted(values)))
            found[source] = {row.value: row.name for row in tx.rows(named)}
    return found


_TABLES: dict[str, Any] = {
    "people": (user_account.c.login, user_account.c.name),
    "region": (org_unit.c.code, org_unit.c.name),
    "part": (part.c.part_no, part.c.name),
    "skill": (skill.c.code, skill.c.name),
    "warehouse": (stock.stock_location.c.code, stock.stock_location.c.name),
    "station": (stock.stock_location.c.code, stock.stock_location.c.name),
    "files": (attachment.c.id, attachment.c.name),
}


def _source(field: Any) -> str | None:
    if field.type == "person":
        return "people"
    if field.type == "lookup":
        return str((field.component.get("properties") or {}).get("source") or "") or None
    return None


def _leaves(field: Any, value: Any) -> list[tuple[Any, Any]]:
    if value is None:
        return []
    if field.is_list and isinstance(value, list):
        columns = [child for child in field.children if hasattr(child, "key")]
        return [
            leaf
            for row in value
            if isinstance(row, dict)
            for child in columns
            for leaf in _leaves(child, row.get(child.key))
        ]
    return [(field, value)]


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    if isinstance(value, dict):
        return _texts(value.get("file"))
    return []


def name_of(tx: Transaction, source: str, value: str) -> str:
    """The name behind one stored value, or the value."""
    table = _TABLES.get("people" if source == "person" else "files" if source == "file" else source)
    if table is None:
        return value
    key, name = table
    found = tx.value(select(name).where(key == value))
    return str(found) if found is not None else value
