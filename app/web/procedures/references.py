"""What the editor offers in its select boxes and while FEEL is typed."""

from __future__ import annotations

from typing import Any

from flask import jsonify

from app import calendar
from app.definitions.queries import procedures
from app.messages import Message
from app.web.access import house, language, require_role
from app.web.procedures import READERS, pages

JOB_TYPES = {
    "archive_answer": Message("答复存档", "archive the answer"),
    "archive_report": Message("服务报告存档", "archive the service report"),
    "assign_by_rotation": Message("轮流派工", "assign by rotation"),
    "find_open_case": Message("查找在办服务单", "find an open case"),
    "freeze_signature": Message("冻结签字内容", "freeze the signed content"),
    "link_to_case": Message("并入原服务单", "link to the open case"),
    "look_up_unit": Message("查询产品档案", "look up the unit"),
    "next_number": Message("取编号", "take a number"),
    "next_weekend_slots": Message("查找周末档期", "find weekend slots"),
    "notify_roles": Message("通知角色", "notify roles"),
    "open_contact": Message("打开来件", "open a contact"),
    "pause_clock": Message("暂停计时", "pause a clock"),
    "publish_message": Message("移交（发消息）", "hand over (message)"),
    "resume_clock": Message("继续计时", "resume a clock"),
    "start_clock": Message("开始计时", "start a clock"),
    "stop_clock": Message("停止计时", "stop a clock"),
    "void_signature": Message("签字作废", "void the signature"),
}
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
        job_types = house().knowledge(tx).job_types
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
        job_types=_options({key: JOB_TYPES[key].text(lang) if key in JOB_TYPES else key for key in job_types}),
        clocks=[{"value": key, "label": label.text(lang)} for key, label in calendar.KINDS.items()],
        variables=_options(variables),
    )


def _options(names: dict[str, str]) -> list[dict[str, str]]:
    return [{"value": value, "label": label} for value, label in sorted(names.items(), key=lambda item: item[1])]
