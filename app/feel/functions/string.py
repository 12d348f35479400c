"""Functions on texts; positions count characters from 1."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from app.feel import numbers
from app.feel.errors import NoResult
from app.feel.evaluation import Run
from app.feel.functions.signature import Declared
from app.feel.writing import written

declared = Declared()


@declared("substring(string: string, start position: number, length?: number)")
def substring(text: str, start: Decimal, length: Decimal | None = None) -> str:
    first = int(start)
    if first == 0 or abs(first) > len(text):
        raise NoResult(
            "开始位置从 1 数起，不能超出文字。", "the start position counts from 1 and must lie in the text."
        )
    if length is not None and length < 1:
        raise NoResult("长度至少是 1。", "the length must be at least 1.")
    index = first - 1 if first > 0 else len(text) + first
    return text[index:] if length is None else text[index : index + int(length)]


@declared("string length(string: string)")
def string_length(text: str) -> Decimal:
    return Decimal(len(text))


@declared("upper case(string: string)")
def upper_case(text: str) -> str:
    return text.upper()


@declared("lower case(string: string)")
def lower_case(text: str) -> str:
    return text.lower()


@declared("substring before(string: string, match: string)")
def substring_before(text: str, match: str) -> str:
    return text[: text.index(match)] if match in text else ""


@declared("substring after(string: string, match: string)")
def substring_after(text: str, match: str) -> str:
    return text[text.index(match) + len(match) :] if match in text else ""


@declared("contains(string: string, match: string)")
def contains(text: str, match: str) -> bool:
    return match in text


@declared("starts with(string: string, match: string)")
def starts_with(text: str, match: str) -> bool:
    return text.startswith(match)


@declared("ends with(string: string, match: string)")
def ends_with(text: str, match: str) -> bool:
    return text.endswith(match)


@declared("string join(list: list, delimiter?: string|null, prefix?: string|null, suffix?: string|null)", with_run=True)
def string_join(
    run: Run, items: list[Any], delimiter: str | None = None, prefix: str | None = None, suffix: str | None = None
) -> str:
    if not all(item is None or isinstance(item, str) for item in items):
        raise NoResult("列表里只能是文字。", "the list may hold only texts.")
    texts = [item for item in items if item is not None]
    run.bounded_text(sum(map(len, texts)) + len(texts) * len(delimiter or ""))
    return (prefix or "") + (delimiter or "").join(texts) + (suffix or "")


@declared("trim(string: string)")
def trim(text: str) -> str:
    return text.strip()


@declared("is blank(string: string)")
def is_blank(text: str) -> bool:
    return not text.strip()


@declared("is empty(value: string|list|context)")
def is_empty(value: Any) -> bool:
    return not value


@declared("repeat(string: string, count: number)", with_run=True)
def repeat(run: Run, text: str, count: Decimal) -> str:
    times = numbers.whole(count)
    if times is None or times < 0:
        raise NoResult("次数要是不小于 0 的整数。", "the count must be a whole number from 0.")
    run.bounded_text(len(text) * times)
    return text * times


@declared("pad left(string: string, length: number, fill?: string)", with_run=True)
def pad_left(run: Run, text: str, length: Decimal, fill: str | None = None) -> str:
    run.bounded_text(int(length))
    return text.rjust(int(length), (fill or " ")[0])


@declared("to string(value: any)")
def to_string(value: Any) -> str:
    return written(value)
