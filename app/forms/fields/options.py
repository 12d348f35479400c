"""Options of a choice: written in the form, taken from a variable, or given by FEEL; nothing else is accepted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app import feel
from app.forms.conditions import Condition, Names, compile_condition
from app.forms.fields.field_type import Component, Display, FieldType, Situation
from app.forms.sentences import Wrong, wrong
from app.messages import Message


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that can be chosen."""

    value: Any
    label: str
    label_en: str


class OptionInput(FieldType):
    """A choice; `properties.values_en` gives English labels as `phone=Phone; letter=Letter`."""

    properties = frozenset({"values_en"})
    ask = Message("选择", "choose")

    def __init__(self, component: Component) -> None:
        super().__init__(component)
        self.key_of_options = component.get("valuesKey")
        self._text = component.get("valuesExpression")
        self._condition: Condition | None = None
        parts = self.settings.get("values_en", "").replace("\n", ";").replace("；", ";").split(";")
        pairs = [part.split("=", 1) for part in parts if "=" in part]
        english = {value.strip(): label.strip() for value, label in pairs}
        values = component.get("values")
        self.fixed = list(_options(values, english)) if isinstance(values, list) else None
        if self.key_of_options is not None or isinstance(self._text, str):
            self.fixed = None if not self.fixed else self.fixed

    def problems(self) -> Iterator[Message]:
        if self.fixed is None and self.key_of_options is None and not isinstance(self._text, str):
            yield Message(
                "没有选项：请写 values、valuesKey 或 valuesExpression",
                "no options: give values, valuesKey or valuesExpression",
            )
        elif self.fixed is not None:
            values = [repr(option.value) for option in self.fixed]
            if len(set(values)) < len(values):
                yield Message("有重复的选项值", "two options have the same value")

    def expressions(self) -> Iterator[str]:
        if isinstance(self._text, str):
            yield self._text

    def condition(self) -> Condition | None:
        """The compiled `valuesExpression`, if there is one."""
        if self._condition is None and isinstance(self._text, str) and self._text.strip():
            self._condition = compile_condition(self._text)
        return self._condition

    def options(self, names: Names, library: feel.Library) -> list[Option]:
        """What can be chosen now."""
        if self.fixed is not None:
            return self.fixed
        found: Any = None
        if self.key_of_options is not None:
            found = next((mapping[self.key_of_options] for mapping in names if self.key_of_options in mapping), None)
        elif (condition := self.condition()) is not None:
            try:
                found = feel.to_json(condition.value(names, library))
            except feel.FeelError:
                found = None
        return list(_options(found, {})) if isinstance(found, list) else []

    def choose(self, value: Any, options: list[Option]) -> Any:
        """The option's own value for what was sent. Raises `Wrong` when there is none."""
        for option in options:
            if type(option.value) is type(value) and option.value == value:
                return option.value
        if isinstance(value, str):
            # The form editor writes every value as text; true and 1 come back as "true" and "1".
            for option in options:
                if not isinstance(option.value, dict | list) and _as_text(option.value) == value.strip():
                    return option.value
        elif isinstance(value, bool | int):
            for option in options:
                if option.value == _as_text(value):
                    return option.value
        raise self._no_such(options)

    def _no_such(self, options: list[Option]) -> Wrong:
        some = options[:8]
        more = "" if len(options) <= 8 else " …"
        return wrong(
            "not_an_option",
            "不在可选范围内",
            "is not one of the options",
            f"请选择：{'、'.join(option.label for option in some)}{more}。"
            if some
            else "目前没有可选项，请联系管理员。",
            f"Choose one of: {', '.join(option.label_en for option in some)}{more}."
            if some
            else "There is nothing to choose now; please tell the administrator.",
        )

    def label(self, value: Any, display: Display) -> str:
        """The chosen option in words; the value itself when the option is gone."""
        names: Names = (display.data,) if display.data is not None else ()
        options = self.fixed if self.fixed is not None else self.options(names, display.library or feel.BUILTINS)
        for option in options:
            if option.value == value or _as_text(option.value) == value:
                return option.label if display.chinese else option.label_en
        return _as_text(value)

    def for_browser(self, component: dict[str, Any], names: Names, library: feel.Library, live: frozenset[str]) -> None:
        condition = self.condition() if self.key_of_options is None and self.fixed is None else None
        if condition is not None and not condition.variables & live:
            # The browser's FEEL does not know our library (param …): send the options themselves.
            component.pop("valuesExpression", None)
            options = self.options(names, library)
            component["values"] = [{"label": option.label, "value": option.value} for option in options]


class SingleChoice(OptionInput):
    """One of the options."""

    def read(self, value: Any, situation: Situation) -> Any:
        if value is None or value == "":
            return None
        return self.choose(value, self.options(situation.names, situation.library))

    def show(self, value: Any, display: Display) -> str:
        return self.label(value, display)


class MultipleChoice(OptionInput):
    """Any number of the options, each once, in the order of the form."""

    def read(self, value: Any, situation: Situation) -> Any:
        if value is None or value == "" or value == []:
            return None
        options = self.options(situation.names, situation.library)
        chosen: list[Any] = []
        for item in value if isinstance(value, list) else [value]:
            found = self.choose(item, options)
            if found not in chosen:
                chosen.append(found)
        order = {repr(option.value): index for index, option in enumerate(options)}
        return sorted(chosen, key=lambda item: order[repr(item)])

    def show(self, value: Any, display: Display) -> str:
        items = value if isinstance(value, list) else [value]
        return ("、" if display.chinese else ", ").join(self.label(item, display) for item in items)


def _options(values: Any, english: Mapping[str, str]) -> Iterator[Option]:
    for item in values if isinstance(values, list) else []:
        if isinstance(item, Mapping):
            value = item.get("value", item.get("label"))
            label = item.get("label", value)
        else:
            value = label = item
        if value is None or label is None:
            continue
        text = str(label)
        yield Option(value, text, english.get(_as_text(value), text))


def _as_text(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)
