"""The forms and decision tables that a version is pinned to, readable without an editor."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from app.definitions.queries import decision_texts, procedure, versions
from app.forms import Field, Form, Group, Ornament
from app.forms.conditions import Condition
from app.messages import Message, Refusal
from app.web.access import house, language, require_role
from app.web.procedures import READERS, pages

TYPES = {
    "textfield": Message("文本", "text"),
    "textarea": Message("多行文本", "long text"),
    "number": Message("数字", "number"),
    "checkbox": Message("勾选", "tick"),
    "select": Message("下拉选择", "choice"),
    "radio": Message("单选", "choice"),
    "checklist": Message("多选", "several choices"),
    "taglist": Message("多选", "several choices"),
    "filepicker": Message("文件", "file"),
    "dynamiclist": Message("明细", "rows"),
    "expression": Message("自动计算", "computed"),
    "signature": Message("签字", "signature"),
    "photos": Message("照片", "photos"),
    "person": Message("人员", "person"),
    "lookup": Message("查找", "look-up"),
    "table": Message("表格", "table"),
}
_DATES = {
    "date": Message("日期", "date"),
    "time": Message("时间", "time"),
    "datetime": Message("日期时间", "date and time"),
}
HIT_POLICIES = {
    "UNIQUE": Message("只有一条规则符合", "exactly one rule fits"),
    "FIRST": Message("从上到下，第一条符合的规则有效", "the first rule that fits, from the top"),
    "ANY": Message("符合的规则结果都相同", "all rules that fit agree"),
    "PRIORITY": Message("符合的规则中取优先的结果", "the result of highest priority"),
    "COLLECT": Message("所有符合的规则都算", "all rules that fit count"),
    "RULE ORDER": Message("所有符合的规则，按规则顺序", "all rules that fit, in their order"),
    "OUTPUT ORDER": Message("所有符合的规则，按结果顺序", "all rules that fit, by result"),
}


@pages.get("/procedures/<key>/versions/<int(max=2147483647):number>/forms/<form_id>")
@require_role(*READERS)
def form_page(key: str, number: int, form_id: str) -> Any:
    """A form as a version uses it: every field with its type, steps and rules."""
    step = request.args.get("step", "")
    with house().db.reading() as tx:
        row = _version(tx, key, number)
        version = house().world.definitions.version(tx, row.id)
    form = version.forms.get(form_id)
    if form is None:
        raise _unknown()
    steps = {element.id: element.title for element in version.process.elements.values() if element.form_id == form_id}
    return render_template(
        "procedures/form.html",
        row=row,
        form=form,
        title=form.title.text(language()) or form_id,
        steps=steps,
        step=step if step in steps else "",
        groups=_groups(form, steps, step if step in steps else ""),
    )


@pages.get("/procedures/<key>/versions/<int(max=2147483647):number>/decisions/<decision_id>")
@require_role(*READERS)
def decision_page(key: str, number: int, decision_id: str) -> Any:
    """A decision table as a version uses it."""
    with house().db.reading() as tx:
        row = _version(tx, key, number)
        if decision_id not in row.pins["decisions"]:
            raise _unknown()
        tables = decision_texts(tx, row.pins["decisions"][decision_id])
    # The asked decision first, then what it requires from the same file.
    tables.sort(key=lambda table: table.id != decision_id)
    return render_template("procedures/decision.html", row=row, tables=tables, policies=HIT_POLICIES)


def _version(tx: Any, key: str, number: int) -> Any:
    live = procedure(tx, key)
    for row in versions(tx, key):
        if row.version == number:
            return row
    raise Refusal("unknown_version", Message(f"“{live.name}”没有第 {number} 版。", "No such version."), status=404)


def _unknown() -> Refusal:
    return Refusal("unknown_page", Message("没有这个页面。", "There is no such page."), status=404)


def _groups(form: Form, steps: dict[str, str], step: str) -> list[dict[str, Any]]:
    """The fields by the heading they stand under, those of one step when one is chosen."""
    found: list[dict[str, Any]] = []
    _collect(form.nodes, "", "", steps, step, found)
    return [group for group in found if group["fields"]]


def _collect(
    nodes: Any, heading: str, hide: str, steps: dict[str, str], step: str, found: list[dict[str, Any]]
) -> None:
    zh = language() == "zh"
    for node in nodes:
        if isinstance(node, Ornament):
            continue
        if isinstance(node, Group):
            label = (node.label if zh else node.label_en) or heading
            found.append({"label": label, "hide": _text(node.hide), "fields": []})
            _collect(node.children, label, _text(node.hide), steps, step, found)
            found.append({"label": heading, "hide": hide, "fields": []})
        elif not step or node.open_at(step):
            if not found or found[-1]["label"] != heading:
                found.append({"label": heading, "hide": hide, "fields": []})
            found[-1]["fields"].append(_field(node, steps))


def _field(node: Field, steps: dict[str, str]) -> dict[str, Any]:
    zh = language() == "zh"
    required = [name for step, name in steps.items() if node.may_be_required_at(step)]
    always = bool(required) and len(required) == sum(node.open_at(step) for step in steps)
    return {
        "key": node.key,
        "label": (node.label if zh else node.label_en) or node.label or node.key,
        "kind": node.type,
        "type": _type(node),
        "options": _options(node),
        "steps": None if node.steps is None else [name for step, name in steps.items() if node.open_at(step)],
        "required": "always" if always else required,
        "required_if": [_text(condition) for condition in node.required_if],
        "system": node.is_system,
        "computed": _text(node.system),
        "hide": _text(node.hide),
        "rules": [rule.message.text(language()) for rule in node.rules],
        "limits": _limits(node),
        "private": node.private,
        "children": [_field(child, steps) for child in node.children if isinstance(child, Field)],
    }


def _type(node: Field) -> str:
    if node.type == "datetime":
        return _DATES.get(str(node.component.get("subtype", "date")), _DATES["date"]).text(language())
    settings = node.component.get("properties") or {}
    if settings.get("format") == "money":
        return Message("金额", "money").text(language())
    if settings.get("format") == "phone":
        return Message("电话", "phone").text(language())
    known = TYPES.get(node.type)
    return known.text(language()) if known else ""


def _options(node: Field) -> list[str]:
    english = {}
    if language() == "en":
        written = str((node.component.get("properties") or {}).get("values_en", ""))
        english = dict(part.strip().split("=", 1) for part in written.split(";") if "=" in part)
    return [
        str(english.get(str(option.get("value")), option.get("label", option.get("value"))))
        for option in node.component.get("values") or ()
        if isinstance(option, dict)
    ]


def _limits(node: Field) -> str:
    rules = node.component.get("validate") or {}
    words = [
        ("min", Message("最小 {}", "at least {}")),
        ("max", Message("最大 {}", "at most {}")),
        ("minLength", Message("至少 {} 字", "at least {} characters")),
        ("maxLength", Message("最多 {} 字", "at most {} characters")),
    ]
    parts = [sentence.text(language()).format(rules[name]) for name, sentence in words if rules.get(name) is not None]
    return Message("，", ", ").text(language()).join(parts)


def _text(condition: Condition | None) -> str:
    return condition.text.strip().removeprefix("=").strip() if condition is not None else ""
