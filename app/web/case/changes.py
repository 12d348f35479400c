"""What a submission corrected or tried to change, in the words of its form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row

from app import feel
from app.aftersales.personal_data import readable_values
from app.clock import ZONE
from app.db import Transaction
from app.forms import Form
from app.forms.fields import Display
from app.forms.summary import show
from app.web.access import house, may_contact, t
from app.web.task.shown import name_of


def changes_of(tx: Transaction, event: Any, tasks: Mapping[int, Row[Any]], lang: str) -> list[str]:
    """A sentence for each correction and for each attempt that had no effect."""
    data = event.data or {}
    if not data.get("corrections") and not data.get("refused_changes"):
        return []
    task = tasks.get(event.task_id)
    forms = house().world.definitions.version(tx, task.version_id).forms if task is not None else {}
    form = forms.get(task.form_id) if task is not None else None
    allowed = may_contact(tx)

    def read(each: Mapping[str, Any], when: str) -> Any:
        return readable_values({each["field"]: each[when]}, may_contact=allowed)[each["field"]]

    said = [
        t("{0}：{1} 改为 {2}（{3}）", "{0}: {1} became {2} ({3})").format(
            _label(form, each["field"], lang),
            _words(tx, form, each["field"], read(each, "before"), lang) or t("空", "nothing"),
            _words(tx, form, each["field"], read(each, "after"), lang) or t("空", "nothing"),
            each["reason"],
        )
        for each in data.get("corrections") or ()
    ]
    if data.get("refused_changes"):
        names = [_label(form, key, lang) for key in data["refused_changes"]]
        said.append(
            t("试图改动锁定的内容，未生效：", "tried to change what is locked, without effect: ")
            + t("、", ", ").join(names)
        )
    return said


def _label(form: Form | None, key: str, lang: str) -> str:
    field = form.fields.get(key) if form is not None else None
    if field is None:
        return key
    return str(field.label if lang.startswith("zh") else field.label_en)


def _words(tx: Transaction, form: Form | None, key: str, value: Any, lang: str) -> str:
    field = form.fields.get(key) if form is not None else None
    if field is None:
        return "" if value is None else str(value)
    display = Display(lang, ZONE, lambda source, found: name_of(tx, source, found), {}, feel.BUILTINS)
    return show(field, value, display, set(), key)
