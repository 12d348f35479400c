"""Shared groups (G-CUST, G-PROD …): a group with `include` takes the fields of another form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.forms.form import Form, FormRefused
from app.forms.schema import DEEPEST, build
from app.messages import Message, Problem


def resolve(form: Form, shared: Mapping[str, Form]) -> Form:
    """The form with its shared groups in their place. Raises `FormRefused` (unknown or circular include)."""
    if not form.includes:
        return form
    problems: list[Problem] = []
    components = [_resolved(component, shared, form, (form.id,), problems) for component in form.components]
    if problems:
        raise FormRefused(problems)
    return build({**form.raw, "components": components}, form.file)


def _resolved(
    component: Any, shared: Mapping[str, Form], form: Form, trail: tuple[str, ...], problems: list[Problem]
) -> Any:
    if not isinstance(component, dict):
        return component
    written = component.get("properties")
    settings: dict[str, Any] = written if isinstance(written, dict) else {}
    include = str(settings.get("include") or "").strip() if component.get("type") == "group" else ""
    if include:
        if include in trail or include not in shared or len(trail) > DEEPEST:
            circular = include in trail
            problems.append(
                Problem(
                    "form_include",
                    "error",
                    Message(
                        f"共用组「{include}」{'引用了自己' if circular else '不存在'}",
                        f"the shared group “{include}” {'includes itself' if circular else 'does not exist'}",
                    ),
                    file=form.file,
                    element_id=str(component.get("id") or ""),
                )
            )
            return component
        target = shared[include]
        only, without = str(settings.get("only", "")).split(), str(settings.get("without", "")).split()
        known = set(target.fields) | {found for nested in target.includes for found in _keys_of(shared, nested)}
        problems.extend(
            Problem(
                "form_include",
                "error",
                Message(f"共用组「{include}」没有字段「{key}」", f"the shared group “{include}” has no field “{key}”"),
                file=form.file,
                element_id=str(component.get("id") or ""),
            )
            for key in [*only, *without]
            if key not in known
        )
        inner = [
            _resolved(child, shared, form, (*trail, include), problems)
            for child in target.components
            if _chosen(child, only, without)
        ]
        settings = {key: value for key, value in settings.items() if key not in ("only", "without")}
        return {**component, "properties": {**settings, "included": include, "include": ""}, "components": inner}
    if isinstance(component.get("components"), list):
        return {
            **component,
            "components": [_resolved(child, shared, form, trail, problems) for child in component["components"]],
        }
    return component


def _keys_of(shared: Mapping[str, Form], include: str) -> frozenset[str]:
    return frozenset(shared[include].fields) if include in shared else frozenset()


def _chosen(component: Any, only: list[str], without: list[str]) -> bool:
    name = component.get("key") or component.get("path") if isinstance(component, dict) else None
    if not name:
        return not only
    return (not only or name in only) and name not in without
