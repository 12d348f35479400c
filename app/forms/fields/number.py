"""Numbers: quantities, money, percentages and measured values."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from app import feel
from app.forms.conditions import Names, compile_condition
from app.forms.fields.field_type import Component, Display, FieldType, Situation, wrong_type
from app.forms.sentences import wrong
from app.messages import Message

FORMATS = frozenset({"money", "quantity", "percent"})
_LARGEST = Decimal(10) ** 15


class Number(FieldType):
    """`number`; `properties.format` is `money` (2 decimals, ≥ 0), `quantity` (whole, ≥ 1) or `percent` (0–100).

    A field whose name is `qty` or ends in `_qty` is a quantity by itself (§0.4: integers ≥ 1 unless stated).
    """

    type = "number"
    properties = frozenset({"format", "unit"})

    def __init__(self, component: Component) -> None:
        super().__init__(component)
        self.format = self.settings.get("format", "")
        name = str(component.get("key") or "")
        if not self.format and (name == "qty" or name.endswith("_qty")):
            self.format = "quantity"
        digits = component.get("decimalDigits")
        self.decimals = digits if isinstance(digits, int) and not isinstance(digits, bool) else None
        if self.decimals is None and self.format in ("money", "quantity"):
            self.decimals = 2 if self.format == "money" else 0
        self.least: Any = self.validate.get("min")
        if self.least is None or self.least == "":
            self.least = {"money": 0, "quantity": 1, "percent": 0}.get(self.format)
        self.most: Any = self.validate.get("max")
        if self.most is None or self.most == "":
            self.most = 100 if self.format == "percent" else None
        self.increment = to_decimal(component.get("increment"))
        if self.increment is not None and self.increment <= 0:
            self.increment = None

    def problems(self) -> Iterator[Message]:
        if self.format and self.format not in FORMATS:
            yield Message(
                f"不认识的格式「{self.format}」，可用：{'、'.join(sorted(FORMATS))}",
                f"unknown format “{self.format}”; known: {', '.join(sorted(FORMATS))}",
            )
        for name, bound in (("min", self.least), ("max", self.most)):
            if bound is not None and not str(bound).startswith("=") and to_decimal(bound) is None:
                yield Message(f"{name} 不是数字：{bound}", f"{name} is not a number: {bound}")

    def expressions(self) -> Iterator[str]:
        yield from (bound for bound in (self.least, self.most) if isinstance(bound, str) and bound.startswith("="))

    def _bound(self, bound: Any, situation: Situation) -> Decimal | None:
        if isinstance(bound, str) and bound.startswith("="):
            bound = compile_condition(bound).value(situation.names, situation.library)
        return to_decimal(bound)

    def read(self, value: Any, situation: Situation) -> Any:
        if value is None or value == "":
            return None
        if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
            raise wrong_type("是一个数字", "a number")
        number = to_decimal(value)
        if number is None:
            raise wrong("number", "不是数字", "is not a number", "请只填写数字。", "Type digits only.")
        if abs(number) >= _LARGEST:
            raise wrong("max", "的数字太大", "is too large a number", "请检查后重新填写。", "Please check it.")
        if self.decimals is not None and number != round(number, self.decimals):
            if self.decimals == 0:
                raise wrong(
                    "integer", "必须是整数", "must be a whole number", "请去掉小数。", "Leave the decimals out."
                )
            raise wrong(
                "decimals",
                f"最多 {self.decimals} 位小数",
                f"may have at most {self.decimals} decimals",
                "请修改后再提交。",
                "Please correct it.",
            )
        least, most = self._bound(self.least, situation), self._bound(self.most, situation)
        if least is not None and number < least:
            raise wrong(
                "min", f"不能小于 {plain(least)}", f"must not be less than {plain(least)}",
                "请改大后再提交。", "Please enter a larger number.",
            )  # fmt: skip
        if most is not None and number > most:
            raise wrong(
                "max", f"不能大于 {plain(most)}", f"must not be more than {plain(most)}",
                "请改小后再提交。", "Please enter a smaller number.",
            )  # fmt: skip
        if self.increment is not None and number % self.increment != 0:
            step = plain(self.increment)
            raise wrong(
                "increment", f"应当是 {step} 的倍数", f"should be a multiple of {step}",
                "请修改后再提交。", "Please correct it.",
            )  # fmt: skip
        if self.component.get("serializeToString") is True:
            return plain(number)
        return int(number) if number == number.to_integral_value() else float(number)

    def same(self, one: Any, other: Any) -> bool:
        first, second = to_decimal(one), to_decimal(other)
        return first is not None and first == second

    def show(self, value: Any, display: Display) -> str:
        number = to_decimal(value)
        if number is None:
            return str(value)
        if self.format == "money":
            return f"¥{number:,.2f}"
        text = f"{plain(number)}%" if self.format == "percent" else plain(number)
        unit = self.settings.get("unit") or _suffix(self.component)
        return f"{text} {unit}" if unit else text

    def for_browser(self, component: dict[str, Any], names: Names, library: feel.Library, live: frozenset[str]) -> None:
        if self.format:
            if self.decimals is not None:
                component["decimalDigits"] = self.decimals
            validate = dict(component.get("validate") or {})
            for name, bound in (("min", self.least), ("max", self.most)):
                if bound is not None:
                    validate.setdefault(name, bound)
            component["validate"] = validate


def to_decimal(value: Any) -> Decimal | None:
    """The number `value` means (typed freely: `1,200.50`, `¥80`, full-width digits), or None."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, str):
        value = unicodedata.normalize("NFKC", value).replace(",", "").strip().lstrip("¥").removesuffix("元").strip()
        if len(value) > 40 or "_" in value:
            return None
    try:
        number = Decimal(str(value))
    except (InvalidOperation, ValueError):
        return None
    # An exponent like 1e999999 is a valid Decimal whose digits nobody can write down.
    return number if number.is_finite() and -30 < number.adjusted() < 30 else (Decimal(0) if number == 0 else None)


def plain(number: Decimal) -> str:
    """The number in digits, without exponent and trailing zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _suffix(component: Component) -> str:
    appearance = component.get("appearance")
    suffix = appearance.get("suffixAdorner") if isinstance(appearance, dict) else None
    return suffix if isinstance(suffix, str) and not suffix.startswith("=") else ""
