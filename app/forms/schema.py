"""Reading a form-js schema: every problem at once, unknown types by name, shared groups put in their place."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from app import feel
from app.forms.conditions import SPECIAL_NAMES, Condition, compile_condition
from app.forms.fields import FIELD_TYPES, FieldType
from app.forms.form import Field, Form, FormRefused, Group, Node, Ornament, Rule, Steps, all_nodes, fields_of
from app.messages import Message, Problem

SCHEMA_VERSION = 19  # form-js 1.23
LARGEST_FILE = 2_000_000
MOST_COMPONENTS = 2000
DEEPEST = 12

_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*")
_PARTS = {
    "properties": dict, "validate": dict, "conditional": dict, "layout": dict, "appearance": dict,
    "components": list, "values": list,
}  # fmt: skip
_CHECK = re.compile(r"check(_\d+)?")
_NUMBERED_CHECK = re.compile(r"check_\d+(_message_(zh|en))?")
# The keys of `properties` every field, group and list understands.
COMMON_PROPERTIES = frozenset(
    (
        "steps",
        "required",
        "required_at",
        "required_if",
        "system",
        "past",
        "private",
        "reported",
        "correction",
        "label_en",
        "check",
        "check_message_zh",
        "check_message_en",
        "hint",
        "hint_en",
        "unit",
        "width",
    )
)


def parse(data: bytes, file: str = "") -> Form:
    """The form in `data`. Raises `FormRefused` with all problems. Shared groups stay empty until `resolve`."""
    if len(data) > LARGEST_FILE:
        raise _refuse(file, "form_too_large", "表单文件太大", "the form file is too large")
    try:
        raw = json.loads(data, parse_constant=_no_constant)
    except (ValueError, RecursionError) as problem:
        text = getattr(problem, "msg", "") or "not JSON"
        raise _refuse(
            file, "form_not_json", f"不是有效的 JSON 表单（{text}）", f"not a form in JSON ({text})"
        ) from None
    if not isinstance(raw, dict) or raw.get("type") != "default" or not isinstance(raw.get("components"), list):
        raise _refuse(
            file, "form_not_a_schema",
            "不是 form-js 表单：最外层应有 \"type\": \"default\" 和 \"components\"",
            'not a form-js schema: the root needs "type": "default" and "components"',
        )  # fmt: skip
    if not isinstance(raw.get("id"), str) or not raw["id"]:
        raise _refuse(file, "form_without_id", "表单没有 id", "the form has no id")
    return build(raw, file)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _refuse(file: str, rule: str, zh: str, en: str) -> FormRefused:
    return FormRefused([Problem(rule, "error", Message(zh, en), file=file)])


@dataclass(frozen=True, slots=True)
class _Inherited:
    steps: Steps = None
    required_at: Steps = None
    required_if: tuple[Condition, ...] = ()
    private: bool = False
    path: tuple[str, ...] = ()
    depth: int = 0


@dataclass(slots=True)
class _Builder:
    file: str
    problems: list[Problem] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    includes: list[str] = field(default_factory=list)
    steps: set[str] = field(default_factory=set)
    variables: set[str] = field(default_factory=set)
    count: int = 0

    def problem(
        self,
        component: Mapping[str, Any],
        rule: str,
        zh: str,
        en: str,
        *,
        warning: bool = False,
        hint: Message | None = None,
    ) -> None:
        name = str(component.get("label") or component.get("key") or component.get("path") or "") or None
        self.problems.append(
            Problem(
                rule,
                "warning" if warning else "error",
                Message(zh, en),
                hint,
                file=self.file,
                element_id=str(component.get("id") or component.get("key") or "") or None,
                element_name=name,
            )
        )

    def nodes(self, components: list[Any], inherited: _Inherited) -> tuple[Node, ...]:
        built: list[Node] = []
        for component in components:
            if not isinstance(component, dict):
                self.problem({}, "form_component", "组件不是对象", "a component is not an object")
                continue
            node = self.node(component, inherited)
            if node is not None:
                built.append(node)
        return tuple(built)

    def names_once(self, nodes: tuple[Node, ...]) -> None:
        """One value has one field: form-js refuses the same name twice, and a name inside another field's value."""
        taken: set[tuple[str, ...]] = set()
        for found in fields_of(nodes):
            inside = any(found.path[: len(other)] == other or other[: len(found.path)] == found.path for other in taken)
            if inside:
                self.problem(
                    found.component, "form_duplicate_key",
                    f"字段名「{found.key}」出现了两次", f"the field name “{found.key}” is used twice",
                )  # fmt: skip
            taken.add(found.path)

    def conditions_of_rows(self, nodes: tuple[Node, ...]) -> None:
        """In `conditional.hide` form-js knows a row's fields only as `this.…`: a bare name would read the record."""
        record = {found.path[0] for found in fields_of(nodes)}
        for found in all_nodes(nodes):
            if not isinstance(found, Field) or not found.is_list:
                continue
            columns = {column.path[0] for column in fields_of(found.children)} - record
            for inner in all_nodes(found.children):
                if inner.hide is not None and (bare := inner.hide.variables & columns):
                    name = sorted(bare)[0]
                    self.problem(
                        dict(inner.component), "form_row_condition",
                        f"列表行内的显示条件要写 this.{name}，不能只写 {name}",
                        f"a condition in a row reads this.{name}, not {name}", warning=True,
                    )  # fmt: skip

    def stamps_of_every_step(self, nodes: tuple[Node, ...]) -> None:
        """In a form of several steps a stamp without steps would be written anew at each."""
        for found in all_nodes(nodes) if self.steps else ():
            if isinstance(found, Field) and found.steps is None and found.system is not None:
                read = found.system.variables
                if read & {"now", "actor"} and found.path[0] not in read:
                    self.problem(
                        dict(found.component), "form_stamp_every_step",
                        "没有写 steps，每一步都会重新盖上当时的人或时间",
                        "without steps, every step stamps it anew", warning=True,
                    )  # fmt: skip

    def node(self, component: dict[str, Any], inherited: _Inherited) -> Node | None:
        self.count += 1
        if self.count == MOST_COMPONENTS or inherited.depth > DEEPEST:
            self.problem(
                component, "form_too_large", "表单的组件太多或嵌套太深", "too many components, or nested too deeply"
            )
        if self.count >= MOST_COMPONENTS or inherited.depth > DEEPEST:
            return None
        type_name = component.get("type")
        reader_class = FIELD_TYPES.get(type_name) if isinstance(type_name, str) else None
        if reader_class is None:
            self.problem(
                component,
                "form_unknown_type",
                f"不认识的组件类型「{type_name}」",
                f"unknown component type “{type_name}”",
                hint=Message(f"可用的类型：{'、'.join(FIELD_TYPES)}", f"known types: {', '.join(FIELD_TYPES)}"),
            )
            return None
        for part, kind in _PARTS.items():
            if component.get(part) is not None and not isinstance(component[part], kind):
                zh, en = ("对象", "an object") if kind is dict else ("列表", "a list")
                self.problem(component, "form_component", f"{part} 应是{zh}", f"{part} should be {en}")
                component = {key: value for key, value in component.items() if key != part}
        reader = reader_class(component)
        for message in reader.problems():
            self.problem(component, "form_field", message.zh, message.en)
        self._check_settings(component, reader)
        if type_name == "group":
            return self.group(component, reader, inherited)
        if reader.holds_value:
            return self.field(component, reader, inherited)
        return Ornament(
            self.id_of(component),
            str(type_name),
            self._steps(reader, "steps", inherited.steps),
            self.hide(component),
            inherited.private or self._private(reader),
            component,
            reader,
        )

    def _check_settings(self, component: dict[str, Any], reader: FieldType) -> None:
        for key in reader.settings:
            if key in COMMON_PROPERTIES or key in reader.properties or _NUMBERED_CHECK.fullmatch(key):
                continue
            self.problem(
                component, "form_unknown_property",
                f"properties 里不认识「{key}」，它不起作用", f"unknown property “{key}”, it has no effect",
                warning=True,
            )  # fmt: skip
        for text in reader.expressions():
            self.condition(component, text, reader.type)

    def id_of(self, component: dict[str, Any]) -> str:
        name = component.get("id")
        if not isinstance(name, str) or not name:
            stem = component.get("key") or component.get("path") or component.get("type")
            name = "Field_" + re.sub(r"\W", "_", str(stem))
        unique, number = name, 1
        while unique in self.ids:
            number += 1
            unique = f"{name}_{number}"
        self.ids.add(unique)
        return unique

    def condition(self, component: dict[str, Any], text: Any, where: str) -> Condition | None:
        if not isinstance(text, str) or not text.strip().removeprefix("=").strip():
            return None
        try:
            condition = compile_condition(text)
        except feel.FeelError as problem:
            self.problem(
                component, "form_expression",
                f"{where} 的表达式有错：{problem.message.zh}",
                f"the expression of {where} is wrong: {problem.message.en}",
            )  # fmt: skip
            return None
        self.variables |= condition.compiled.variables
        return condition

    def hide(self, component: dict[str, Any]) -> Condition | None:
        conditional = component.get("conditional")
        text = conditional.get("hide") if isinstance(conditional, dict) else None
        if isinstance(text, str) and text.strip() and not text.strip().startswith("="):
            self.problem(
                component, "form_expression",
                "conditional.hide 必须以 = 开头", "conditional.hide must begin with =",
            )  # fmt: skip
            return None
        return self.condition(component, text, "conditional.hide")

    def _steps(self, reader: FieldType, name: str, inherited: Steps) -> Steps:
        text = reader.settings.get(name)
        if text is None:
            return inherited
        named = frozenset(text.replace(",", " ").split())
        self.steps |= named
        return named

    def _private(self, reader: FieldType) -> bool:
        private = reader.settings.get("private", "")
        if private not in ("", "customer_copy"):
            self.problem(
                dict(reader.component), "form_private",
                f"private 只能是 customer_copy，不是「{private}」", f"private is customer_copy, not “{private}”",
            )  # fmt: skip
        return bool(private)

    def rules(self, component: dict[str, Any], reader: FieldType) -> tuple[Rule, ...]:
        rules = []
        for key in sorted(key for key in reader.settings if _CHECK.fullmatch(key)):
            condition = self.condition(component, reader.settings[key], key)
            if condition is not None:
                zh = reader.settings.get(f"{key}_message_zh") or "填写的内容不符合要求，请检查后修改"
                en = (
                    reader.settings.get(f"{key}_message_en")
                    or "what you entered is not allowed here, please correct it"
                )
                rules.append(Rule(condition, Message(zh.rstrip("。"), en.rstrip("."))))
        return tuple(rules)

    def group(self, component: dict[str, Any], reader: FieldType, inherited: _Inherited) -> Group:
        settings = reader.settings
        include = settings.get("include", "")
        if include:
            self.includes.append(include)
        gate = self.condition(component, settings.get("required_if"), "required_if")
        path = component.get("path")
        below = replace(
            inherited,
            steps=self._steps(reader, "steps", inherited.steps),
            required_at=self._steps(reader, "required_at", inherited.required_at),
            required_if=(*inherited.required_if, *([gate] if gate else [])),
            private=inherited.private or self._private(reader),
            path=(*inherited.path, *(path.split(".") if isinstance(path, str) and path else ())),
            depth=inherited.depth + 1,
        )
        children = component.get("components")
        label = str(component.get("label") or "")
        return Group(
            self.id_of(component),
            label,
            settings.get("label_en") or label,
            below.steps,
            self.hide(component),
            self.rules(component, reader),
            below.private,
            include or settings.get("included", ""),
            component,
            reader,
            self.nodes(children if isinstance(children, list) else [], below),
        )

    def field(self, component: dict[str, Any], reader: FieldType, inherited: _Inherited) -> Field:
        settings = reader.settings
        is_list = reader.type == "dynamiclist"
        name = component.get("path") or component.get("key") if is_list else component.get("key")
        if not isinstance(name, str) or not _KEY.fullmatch(name):
            what = "path" if is_list else "key"
            self.problem(
                component, "form_key",
                f"{what} 应是英文字段名，不是「{name}」", f"{what} should be a field name, not “{name}”",
            )  # fmt: skip
            name = "unnamed"
        if name in SPECIAL_NAMES:
            self.problem(component, "form_key", f"字段名不能叫「{name}」", f"a field cannot be called “{name}”")
        path = (*inherited.path, *name.split("."))
        steps = self._steps(reader, "steps", inherited.steps)
        own_at = self._steps(reader, "required_at", None)
        required_at = own_at if own_at is not None else inherited.required_at
        if own_at is not None and steps is not None and (stray := own_at - steps):
            self.problem(
                component, "form_required_at",
                f"在 {'、'.join(sorted(stray))} 必填，但那一步不能填写（steps 里没有）",
                f"required at {', '.join(sorted(stray))}, where it cannot be filled in (not in steps)",
            )  # fmt: skip
        condition = self.condition(component, settings.get("required_if"), "required_if")
        required = (
            reader.validate.get("required") is True
            or settings.get("required") == "true"
            or own_at is not None
            or condition is not None
            or bool(is_list and settings.get("min_rows", "0").strip("0"))
        )
        readonly_text = component.get("readonly")
        readonly: bool | Condition = readonly_text is True or component.get("disabled") is True
        if isinstance(readonly_text, str) and readonly_text.startswith("="):
            readonly = self.condition(component, readonly_text, "readonly") or False
        is_system, system = "system" in settings, self.condition(component, settings.get("system"), "system")
        if reader.type == "expression":
            is_system, system = True, self.condition(component, component.get("expression"), "expression")
        correction = settings.get("correction", "")
        if correction not in ("", "reason"):
            self.problem(
                component, "form_correction",
                f"correction 只能是 reason，不是「{correction}」", f"correction is reason, not “{correction}”",
            )  # fmt: skip
        label = component.get("label")
        if not label and reader.type == "datetime":
            label = component.get("dateLabel") or component.get("timeLabel")
        children: tuple[Node, ...] = ()
        columns = component.get("components")
        if is_list:
            # The step of a column is its own or the list's; what is required of a row is said at the column.
            below = _Inherited(steps=steps, depth=inherited.depth + 1)
            children = self.nodes(columns if isinstance(columns, list) else [], below)
            self.names_once(children)
            if not any(True for _ in fields_of(children)):
                self.problem(component, "form_list", "列表没有任何字段", "the list has no fields")
        text = str(label) if label else name
        return Field(
            key=".".join(path),
            path=path,
            id=self.id_of(component),
            type=reader.type,
            label=text,
            label_en=settings.get("label_en") or text,
            steps=steps,
            required=required,
            required_at=required_at,
            required_if=(*inherited.required_if, *([condition] if condition else [])),
            hide=self.hide(component),
            readonly=readonly,
            is_system=is_system,
            system=system,
            rules=self.rules(component, reader),
            private=inherited.private or self._private(reader),
            correction=correction == "reason",
            component=component,
            reader=reader,
            children=children,
        )


def build(raw: dict[str, Any], file: str) -> Form:
    """The form of a schema that is an object with an id and components. Raises `FormRefused`."""
    builder = _Builder(file)
    version = raw.get("schemaVersion", 1)
    if not isinstance(version, int) or version > SCHEMA_VERSION:
        builder.problem(
            raw, "form_schema_version",
            f"schemaVersion {version} 比 form-js 1.23 的 {SCHEMA_VERSION} 新，可能有不认识的设置",
            f"schemaVersion {version} is newer than form-js 1.23 ({SCHEMA_VERSION})", warning=True,
        )  # fmt: skip
    nodes = builder.nodes(raw["components"], _Inherited())
    builder.names_once(nodes)
    builder.conditions_of_rows(nodes)
    builder.stamps_of_every_step(nodes)
    errors = [problem for problem in builder.problems if problem.severity == "error"]
    if errors:
        raise FormRefused(errors)
    settings = raw["properties"] if isinstance(raw.get("properties"), dict) else {}
    title = str(settings.get("title") or raw["id"])
    fields = {found.key: found for found in fields_of(nodes)}
    own = set(fields) | {found.path[0] for found in fields.values()}
    own |= {node.key for node in all_nodes(nodes) if isinstance(node, Field)}
    return Form(
        id=raw["id"],
        file=file,
        schema_version=version if isinstance(version, int) else SCHEMA_VERSION,
        title=Message(title, str(settings.get("title_en") or title)),
        code=str(settings.get("code") or ""),
        components=tuple(raw["components"]),
        nodes=nodes,
        fields=fields,
        includes=tuple(dict.fromkeys(builder.includes)),
        used_variables=frozenset(builder.variables - own - SPECIAL_NAMES),
        steps=frozenset(builder.steps),
        problems=tuple(builder.problems),
        raw=raw,
    )
