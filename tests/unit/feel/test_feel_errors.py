"""What a person is told when a text cannot be read."""

from __future__ import annotations

import pytest

from app import feel

MISTAKES = [
    # text, code, line, column, a part of the Chinese sentence, a part of the English one
    ("", "empty", 1, 1, "空的", "empty"),
    ("1 +", "unexpected_end", 1, 4, "没写完", "stops too early"),
    ("(1 + 2", "unexpected_end", 1, 7, "「)」", "')'"),
    ("a ==\n 1", "unexpected", 1, 4, "一个「=」", "single '='"),
    ("a && b", "trailing", 1, 3, "请写 and", "'and'"),
    ("a || b", "trailing", 1, 3, "请写 or", "'or'"),
    ("a != !b", "unexpected", 1, 6, "not(…)", "not(…)"),
    ("'text'", "unexpected", 1, 1, "双引号", "double quotes"),
    ('"text', "unclosed_string", 1, 1, "右引号", "closing"),
    ("f（1）", "trailing", 1, 2, "半角「(」", "'('"),
    ('a ＝ "是"', "trailing", 1, 3, "半角「=」", "'='"),
    ("if a then b", "unexpected_end", 1, 12, "else", "else"),
    ("for x [1] return x", "unexpected", 1, 7, "in", "in"),
    ("{a: 1, a: 2}", "duplicate_key", 1, 8, "「a」", "'a'"),
    ('@"tomorrow"', "bad_temporal", 1, 1, "PT12H", "PT12H"),
    ("x in\n[1..", "unexpected_end", 2, 5, "没写完", "too early"),
    ("function() external {java: {}}", "external_function", 1, 12, "不支持", "not supported"),
    ("1 2", "trailing", 1, 3, "多出", "does not belong"),
    ("(" * 200 + "1" + ")" * 200, "too_deep", 1, 62, "太深", "too deeply"),
    ("1 /* never closed", "unclosed_comment", 1, 3, "*/", "*/"),
]


@pytest.mark.parametrize(("text", "code", "line", "column", "zh", "en"), MISTAKES)
def test_a_mistake_is_named_with_its_place(text: str, code: str, line: int, column: int, zh: str, en: str) -> None:
    with pytest.raises(feel.FeelError) as refused:
        feel.compile(text)
    error = refused.value
    assert (error.code, error.line, error.column) == (code, line, column)
    assert zh in error.message.zh
    assert en in error.message.en


def test_a_text_that_is_too_long_is_refused() -> None:
    with pytest.raises(feel.FeelError) as refused:
        feel.compile("1 + " * 100_000 + "1")
    assert refused.value.code == "too_long"


def test_a_python_object_does_not_enter_an_expression() -> None:
    with pytest.raises(feel.FeelError) as refused:
        feel.evaluate("secret", {"secret": object()})
    assert refused.value.code == "foreign_value"
