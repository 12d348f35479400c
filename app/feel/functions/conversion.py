"""Functions that turn one kind of value into another, and the two that concern null."""

from __future__ import annotations

from typing import Any

from app.feel import kinds, numbers, temporal
from app.feel.compare import equal
from app.feel.errors import FeelError, NoResult, shortened
from app.feel.evaluation import Run
from app.feel.functions.signature import Declared
from app.feel.kinds import kind
from app.feel.tokens import NUMBER, tokenize
from app.feel.writing import written

declared = Declared()


def _plain_number(text: str) -> Any:
    """A number from digits as FEEL writes them, with a sign."""
    try:
        tokens = tokenize(text.strip())
    except FeelError:
        tokens = []
    signs = [token.text for token in tokens[:-2]]
    if len(tokens) < 2 or tokens[-2].kind != NUMBER or signs not in ([], ["-"], ["+"]) or text != text.strip():
        raise NoResult(f"「{shortened(text, 40)}」不是数字。", f"{shortened(text, 40)!r} is not a number.")
    number = numbers.of(tokens[-2].text)
    return numbers.minus(number) if number is not None and signs == ["-"] else number


@declared("number(from: string)")
def number(text: str) -> Any:
    return _plain_number(text)


@declared("number(from: number)")
def number_of_number(value: Any) -> Any:
    return value


@declared("number(from: string, grouping separator: string|null, decimal separator: string|null)")
def number_with_separators(text: str, grouping: str | None, decimal: str | None) -> Any:
    if grouping not in (None, " ", ",", ".") or decimal not in (None, ",", ".") or (grouping == decimal and grouping):
        raise NoResult(
            "分隔符只能是空格、逗号、句点，且两者不同。", "separators are space, comma or period, and differ."
        )
    if grouping:
        text = text.replace(grouping, "")
    if decimal and decimal != ".":
        if "." in text:
            raise NoResult("小数点写法不对。", "the decimal separator does not fit.")
        text = text.replace(decimal, ".")
    return _plain_number(text)


@declared("string(from: any)", with_run=True)
def string(run: Run, value: Any) -> Any:
    if value is None:
        return None
    text = written(value)
    run.bounded_text(len(text))
    return text


@declared("context(entries: list)")
def context(entries: list[Any]) -> Any:
    found: dict[str, Any] = {}
    for entry in entries:
        if not isinstance(entry, dict) or not isinstance(entry.get("key"), str) or "value" not in entry:
            raise NoResult("每一项都要有 key 和 value。", "every entry needs a key and a value.")
        if entry["key"] in found:
            raise NoResult(f"键「{entry['key']}」重复。", f"the key {entry['key']!r} occurs twice.")
        found[entry["key"]] = entry["value"]
    return found


@declared("is(value1: any, value2: any)")
def is_(first: Any, second: Any) -> bool:
    if kind(first) != kind(second):
        return False
    if kind(first) in (kinds.DATE_TIME, kinds.TIME):
        return temporal.write(first) == temporal.write(second)
    return equal(first, second) is True


@declared("get or else(value: any, default: any)")
def get_or_else(value: Any, default: Any) -> Any:
    return default if value is None else value


@declared("assert(value: any, condition: boolean, cause?: string|null)", with_run=True)
def assert_(run: Run, value: Any, condition: bool, cause: str | None = None) -> Any:
    if condition is not True:
        raise FeelError.of("assertion", run.text, 0, cause=cause or shortened(run.text))
    return value


@declared("assert(value: any, condition: null, cause?: string|null)", with_run=True)
def assert_unknown(run: Run, value: Any, condition: None, cause: str | None = None) -> Any:
    return assert_(run, value, False, cause)


@declared("not(negand: boolean)")
def not_(negand: bool) -> bool:
    return not negand
