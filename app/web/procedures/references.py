"""What the editor offers in its select boxes and while FEEL is typed."""

from __future__ import annotations

from typing import Any

from flask import jsonify

from app import calendar
from app.definitions.queries import procedures
from app.messages import Message
from app.web.access import house, language, require_role
from app.web.procedures import READERS, pages

_PUBLISH = Message("移交（发消息）", "hand over (message)")
SYSTEM_VARIABLES = {
    "case_no": Message("服务单号", "case number"),
    "outlet": Message("网点编码", "outlet code"),
    "starter": Message("发起人", "who started it"),
}


@pages.get("/api/modeler/references")
@require_role(*READERS)
def references() -> Any:
    """Roles, forms, decisions, processes, connectors, clocks and variables, each with its name."""
    lang = language()
    with house().db.reading() as tx:
        rows = procedures(tx)
        live = [house().world.definitions.version(tx, row.id) for row in rows]
        knowledge = house().knowledge(tx)
    titles = {"publish_message": _PUBLISH, **{key: each.title for key, each in knowledge.contracts.items()}}
    forms = {form_id: form for version in live for form_id, form in version.forms.items()}
    decisions = {
        decision_id: found.decisions[decision_id].name
        for version in live
        for decision_id, found in version.decisions.items()
    }
    used = {element.form_id for version in live for element in version.process.elements.values()}
    variables = {name: label.text(lang) for name, label in SYSTEM_VARIABLES.items()}
    for form in forms.values():
        for field in form.fields.values():
            variables.setdefault(field.path[0], field.title.text(lang) or field.key)
    return jsonify(
        roles=[{"value": role, "label": entry[lang]} for role, entry in house().roles.items()],
        forms=[
            {
                "value": form_id,
                "label": " ".join(part for part in (form.code, form.title.text(lang) or form_id) if part),
            }
            for form_id, form in sorted(forms.items(), key=lambda item: (item[1].code or "~", item[0]))
            if form_id in used
        ],
        decisions=_options(decisions),
        processes=[{"value": row.key, "label": row.name} for row in rows],
        job_types=_options({key: titles[key].text(lang) if key in titles else key for key in knowledge.job_types}),
        clocks=[{"value": key, "label": label.text(lang)} for key, label in calendar.KINDS.items()],
        variables=_options(variables),
    )


def _options(names: dict[str, str]) -> list[dict[str, str]]:
    return [{"value": value, "label": label} for value, label in sorted(names.items(), key=lambda item: item[1])]
