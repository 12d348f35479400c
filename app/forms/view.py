"""The plain form-js schema a browser shows for one step: what is filled in now, folded below what is there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from app import feel
from app.forms.check import REASON_SUFFIX
from app.forms.conditions import SPECIAL_NAMES, Condition, Names, Scope, compile_condition
from app.forms.form import Field, Form, Group, Node, Ornament, fields_of
from app.forms.hiding import hidden_ids
from app.forms.paths import get
from app.messages import Message

FILLED_GROUP = "group_filled"
FILLED_LABEL = Message("已填内容", "Already filled in")
REASON_LABEL = Message("更改原因", "Reason for the change")

# What the page needs of our properties; rules stay on the server.
_KEPT_SETTINGS = ("format", "source", "filter", "multiple", "role", "past", "unit", "hint", "hint_en", "width",
                  "min_files", "max_files", "min_rows", "max_rows", "folded", "included")  # fmt: skip
_PARAMETER = re.compile(r'\bparam\(\s*"[^"\\]*"\s*\)')
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def view(
    form: Form,
    step: str,
    values: Mapping[str, Any],
    library: feel.Library = feel.BUILTINS,
    *,
    lang: str = "zh",
    private: bool = True,
) -> dict[str, Any]:
    """The schema for `step` of a record whose variables are `values`; pass `view_data(...)` to form-js beside it.

    Parts of it are the form's own objects: serialise it, do not change it. `private=False` for a customer's page.
    """
    return _View(form, step, values, library, lang, private).schema()


def view_data(schema: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """The part of `values` the browser needs for `schema`: its fields and what its expressions read, nothing else."""
    wanted = _names_in(schema)
    return {name: value for name, value in values.items() if name in wanted}


class _View:
    def __init__(
        self, form: Form, step: str, values: Mapping[str, Any], library: feel.Library, lang: str, private: bool
    ) -> None:
        self.form, self.step, self.values, self.library = form, step, values, library
        self.chinese = lang.lower().startswith("zh")
        self.lang, self.private = lang, private
        self.scope = Scope.of_record(values, {})
        self.hidden = hidden_ids(form.nodes, self.scope, library)
        self.live = frozenset(found.path[0] for found in form.fields.values() if self._editable(found)) | (
            SPECIAL_NAMES - {"now", "actor"}
        )

    def schema(self) -> dict[str, Any]:
        components = self._components(self.form.nodes)
        filled = self._filled(self.form.nodes)
        if filled:
            components.append(
                {
                    "type": "group",
                    "id": FILLED_GROUP,
                    "label": FILLED_LABEL.text(self.lang),
                    "showOutline": True,
                    "properties": {"folded": "true"},
                    "components": filled,
                }
            )
        return {
            "type": "default",
            "id": self.form.id,
            "schemaVersion": self.form.schema_version,
            "components": components,
        }

    def _editable(self, found: Field) -> bool:
        if found.is_system or (found.private and not self.private):
            return False
        if found.is_list:
            return any(self._editable(column) for column in fields_of(found.children)) and found.readonly is not True
        if not found.open_at(self.step):
            return False
        if isinstance(found.readonly, Condition):
            return bool(found.readonly.variables & self.live_of_readonly) or not found.readonly.holds(
                self.scope.for_browser(), self.library
            )
        return not found.readonly

    @property
    def live_of_readonly(self) -> frozenset[str]:
        return SPECIAL_NAMES - {"now", "actor"} | frozenset(
            found.path[0] for found in self.form.fields.values() if found.open_at(self.step) and found.readonly is False
        )

    # -- what is filled in now -------------------------------------------------------------------------------------

    def _components(self, nodes: tuple[Node, ...]) -> list[dict[str, Any]]:
        built: list[dict[str, Any]] = []
        for node in nodes:
            if isinstance(node, Ornament):
                if (node.steps is None or self.step in node.steps) and (self.private or not node.private):
                    component = self._plain(node)
                    if component is not None:
                        built.append(component)
            elif isinstance(node, Group):
                if any(self._belongs(found) for found in fields_of(node.children)):
                    component = self._plain(node)
                    if component is not None:
                        component["components"] = self._components(node.children)
                        if component["components"]:
                            built.append(component)
            elif self._editable(node):
                component = self._field(node)
                if component is not None:
                    built.append(component)
                    if node.correction and (reason := self._reason(node)) is not None:
                        built.append(reason)
            elif node.type == "expression" and self._belongs(node):
                component = self._plain(node)  # the browser shows it live; the server computes it again
                if component is not None:
                    built.append(component)
            elif self._belongs(node) and get(self.values, node.path) is not None and node.id not in self.hidden:
                built.append(self._read_only(node))
        return built

    def _belongs(self, found: Field) -> bool:
        """Whether the field stands in the part of this step: to fill in, or to read where the system fills it."""
        if found.private and not self.private:
            return False
        return self._editable(found) or found.open_at(self.step)

    def _hides(self, node: Node) -> str | None:
        """The condition the browser goes on watching; "" when there is none, None when the node is hidden for good."""
        if node.hide is None:
            return ""
        if node.hide.variables & self.live:
            return self._with_parameters(node.hide.text)
        return None if node.id in self.hidden else ""

    def _with_parameters(self, text: str) -> str:
        """The expression with `param("…")` replaced by its value: the browser's FEEL does not know our library."""

        def value(call: re.Match[str]) -> str:
            try:
                found = feel.to_json(compile_condition(call[0]).value((), self.library))
            except feel.FeelError:
                found = None
            return "null" if found is None else _literal(found) or call[0]

        return _PARAMETER.sub(value, text) if "param" in text else text

    def _plain(self, node: Node) -> dict[str, Any] | None:
        hide = self._hides(node)
        if hide is None:
            return None
        component = {key: value for key, value in node.component.items() if key not in ("conditional", "components")}
        component["id"] = node.id
        if hide:
            component["conditional"] = {"hide": hide}
        settings = {key: value for key, value in node.reader.settings.items() if key in _KEPT_SETTINGS}
        component.pop("properties", None)
        if settings:
            component["properties"] = settings
        if not self.chinese and not isinstance(node, Ornament) and node.label_en:
            component["label"] = node.label_en
        return component

    def _field(self, node: Field, *, in_row: bool = False) -> dict[str, Any] | None:
        component = self._row_plain(node) if in_row else self._plain(node)
        if component is None:
            return None
        validate = dict(component.get("validate") or {})
        component["validate"] = validate
        validate["required"] = not in_row and self._required(node, component)
        if in_row:
            validate["required"] = node.may_be_required_at(self.step) and not node.required_if
            if node.may_be_required_at(self.step) and node.required_if:
                self._later(node, component)
        if not node.is_list:
            names: Names = (self.values,)
            node.reader.for_browser(component, names, self.library, self.live)
            if isinstance(node.readonly, Condition) and not node.readonly.variables & self.live:
                component["readonly"] = False
            if not self.chinese and isinstance(component.get("values"), list):
                component["values"] = _english(component["values"], node)
            return component
        can_grow = node.open_at(self.step) and component.get("allowAddRemove") is not False
        component["allowAddRemove"] = can_grow
        component["components"] = self._columns(node.children)
        return component

    def _columns(self, nodes: tuple[Node, ...]) -> list[dict[str, Any]]:
        built = []
        for node in nodes:
            component: dict[str, Any] | None
            if isinstance(node, Ornament):
                component = self._row_plain(node)
            elif isinstance(node, Group):
                component = self._row_plain(node)
                component["components"] = self._columns(node.children)
            elif node.private and not self.private:
                continue
            elif self._editable(node):
                component = self._field(node, in_row=True)
            else:
                component = self._read_only(node)
            if component is not None:
                built.append(component)
        return built

    def _row_plain(self, node: Node) -> dict[str, Any]:
        component = {key: value for key, value in node.component.items() if key != "components"}
        component["id"] = node.id
        settings = {key: value for key, value in node.reader.settings.items() if key in _KEPT_SETTINGS}
        component.pop("properties", None)
        if settings:
            component["properties"] = settings
        if not self.chinese and not isinstance(node, Ornament) and node.label_en:
            component["label"] = node.label_en
        return component

    def _required(self, node: Field, component: dict[str, Any]) -> bool:
        if not node.may_be_required_at(self.step):
            return False
        names = self.scope.for_rules()
        later = [condition for condition in node.required_if if condition.variables & self.live]
        for condition in node.required_if:
            if condition not in later and not condition.holds(names, self.library):
                return False
        if later:
            self._later(node, component)
            return False
        return True

    def _later(self, node: Field, component: dict[str, Any]) -> None:
        """form-js knows no conditional `required`: the page marks the field by this text, the server decides."""
        texts = [condition.text.strip().removeprefix("=").strip() for condition in node.required_if]
        texts = [self._with_parameters(text) for text in texts]
        joined = texts[0] if len(texts) == 1 else " and ".join(f"({text})" for text in texts)
        component["properties"] = {**component.get("properties", {}), "required_if": f"={joined}"}

    def _reason(self, node: Field) -> dict[str, Any] | None:
        before = get(self.values, node.path)
        if node.reader.is_empty(before) or node.key + REASON_SUFFIX in self.form.fields:
            return None
        component: dict[str, Any] = {
            "type": "textfield",
            "id": f"{node.id}_reason",
            "key": node.key + REASON_SUFFIX,
            "label": f"{node.label}：{REASON_LABEL.zh}" if self.chinese else f"{node.label_en}: {REASON_LABEL.en}",
            "validate": {"maxLength": 500},
        }
        literal = _literal(before)
        if literal is not None:
            component["conditional"] = {"hide": f"={node.key} = {literal}"}
        return component

    # -- what is there already -------------------------------------------------------------------------------------

    def _filled(self, nodes: tuple[Node, ...]) -> list[dict[str, Any]]:
        built: list[dict[str, Any]] = []
        for node in nodes:
            if isinstance(node, Ornament) or node.id in self.hidden or (node.private and not self.private):
                continue
            if isinstance(node, Group):
                inner = self._filled(node.children)
                if inner and (node.label or "path" in node.component):
                    outer = {key: node.component[key] for key in ("layout", "path") if key in node.component}
                    label = node.label if self.chinese else node.label_en
                    built.append(
                        {**outer, "type": "group", "id": f"{node.id}_filled", "label": label, "components": inner}
                    )
                else:
                    built.extend(inner)
            elif not self._belongs(node) and not node.reader.is_empty(get(self.values, node.path)):
                built.append(self._read_only(node))
        return built

    def _read_only(self, node: Field) -> dict[str, Any]:
        component = self._row_plain(node)
        component.pop("conditional", None)
        component.pop("validate", None)
        component["readonly"] = True
        if node.type == "expression":
            # The stored value is shown, not what the browser would compute from today's data.
            component = {key: component[key] for key in ("id", "layout") if key in component} | {
                "type": "textfield", "key": node.component.get("key"), "label": node.label, "readonly": True,
            }  # fmt: skip
        if node.is_list:
            component["allowAddRemove"] = False
            component["components"] = [
                self._read_only(column) for column in fields_of(node.children) if self.private or not column.private
            ]
            return component
        node.reader.for_browser(component, (self.values,), self.library, frozenset())
        component.pop("validate", None)
        if not self.chinese and isinstance(component.get("values"), list):
            component["values"] = _english(component["values"], node)
        return component


def _english(values: list[Any], node: Field) -> list[Any]:
    fixed = getattr(node.reader, "fixed", None)
    if not fixed:
        return values
    return [{"label": option.label_en, "value": option.value} for option in fixed]


def _literal(value: Any) -> str | None:
    """A FEEL literal of a stored value, None when it has none the browser could compare with."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str) and value.isprintable():
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return None


def _names_in(schema: Mapping[str, Any]) -> set[str]:
    """Every variable a schema reads or binds: keys, paths, and the identifiers in its expressions."""
    names: set[str] = set()
    todo: list[Any] = [schema]
    while todo:
        component = todo.pop()
        if not isinstance(component, Mapping):
            todo.extend(item for item in component if isinstance(item, dict | list | Mapping))
            continue
        for key, value in component.items():
            if isinstance(value, str):
                if key in ("key", "path", "valuesKey"):
                    names.add(value.split(".")[0])
                elif value.startswith("=") or "{{" in value:
                    names.update(_IDENTIFIER.findall(value))
            elif isinstance(value, dict | list | Mapping):
                todo.append(value)
    return names
