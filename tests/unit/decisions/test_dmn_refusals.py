"""What is refused in a decision file, and how its author is told."""

from __future__ import annotations

import pytest
from dmn_files import decision, file, literal, table

from app import decisions
from app.feel import FeelError
from app.messages import Problem


def problems(data: bytes) -> list[Problem]:
    with pytest.raises(decisions.DmnRefused) as refused:
        decisions.parse(data, "a.dmn")
    found = refused.value.problems
    assert all(one.message.zh and one.message.en and one.file == "a.dmn" for one in found)
    return found


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not xml",
        b"{}",
        b"\x89PNG\r\n\x1a\n",
        b"<html/>",
        file(decision("d", literal("1")))[:-20],
        file(decision("d", literal("1")), namespace="urn:unknown"),
        b'<?xml version="1.0" encoding="GBK"?><a>\xff\xff</a>',
        b"x" * 6_000_000,
    ],
    ids=["empty", "text", "json", "png", "html", "truncated", "namespace", "encoding", "huge"],
)
def test_what_is_no_decision_file_is_refused_in_a_sentence(data: bytes) -> None:
    assert [one.rule for one in problems(data)] == ["dmn_xml"]


def test_a_doctype_is_refused_before_any_entity_is_read() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    outside = b'<!DOCTYPE x SYSTEM "file:///etc/passwd">'
    body = file(decision("d", literal("1"))).partition(b"\n")[2]
    for doctype in (bomb, outside):
        assert "DOCTYPE" in problems(doctype + body)[0].message.en


@pytest.mark.parametrize(
    "namespace",
    [
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    ],
)
def test_every_version_is_read(namespace: str) -> None:
    definitions = decisions.parse(file(decision("d", literal("1 + 1")), namespace=namespace), "a.dmn")
    assert definitions.evaluate("d", {}).json() == 2


def test_comments_in_a_table_and_missing_ids_are_no_problem() -> None:
    rule = "<rule><!-- z --><outputEntry><text>5</text></outputEntry></rule>"
    table_ = f'<decisionTable><!-- x --><output name="y"/>{rule}</decisionTable>'
    data = file(f'<decision name="fee"><!-- why -->{table_}</decision>')
    assert decisions.parse(data, "a.dmn").evaluate("fee", {}).json() == 5


def test_a_mistake_in_a_cell_is_named_with_its_line() -> None:
    data = file(decision("d", table("a || b\n> 1 || 1\n>> 2 || 2\n- || 1 +")))
    found = problems(data)
    assert [(one.rule, one.element_id, one.line) for one in found] == [("dmn_feel", "d", 4), ("dmn_feel", "d", 5)]
    assert "1 +" in found[1].message.zh


def test_the_line_of_a_mistake_counts_from_where_its_text_begins() -> None:
    data = file(decision("d", "<literalExpression><text>\n\n  a +\n  b +\n</text></literalExpression>"))
    assert [one.line for one in problems(data)] == [6]


def test_all_problems_are_told_at_once() -> None:
    data = file(
        decision("a", table("x || y\n1 || 1", hit_policy="WHATEVER")),
        decision("b", literal("1"), "#nowhere"),
        decision("c", '<literalExpression expressionLanguage="python"><text>import os</text></literalExpression>'),
        decision("e", table("x || y\n1 || 1", hit_policy="FIRST", aggregation="SUM")),
        decision("f", table("x || y\n1 || 1 | 2")),
        decision("a", literal("1")),
    )
    rules = {one.rule for one in problems(data)}
    assert rules == {"dmn_hit_policy", "dmn_reference", "dmn_language", "dmn_aggregation", "dmn_table", "dmn_id"}


def test_a_circle_of_requirements_is_refused_with_its_way() -> None:
    data = file(*(decision(key, literal("1"), f"#{next_}") for key, next_ in ("ab", "bc", "ca")))
    assert "a → b → c → a" in problems(data)[0].message.en


def test_a_java_function_is_refused_by_name() -> None:
    java = '<functionDefinition kind="Java"><formalParameter name="x"/></functionDefinition>'
    found = problems(
        file(decision("d", f"<context><contextEntry><variable name='cos'/>{java}</contextEntry></context>"))
    )
    assert "JAVA" in found[0].message.en


def test_a_tolerant_reading_keeps_what_can_be_used() -> None:
    data = file(decision("good", literal("1")), decision("bad", literal("1 +")))
    definitions = decisions.parse(data, "a.dmn", tolerant=True)
    assert definitions.evaluate("good", {}).json() == 1
    assert definitions.evaluate("bad", {}).value is None
    assert len(definitions.problems) == 1


def test_a_decision_tells_its_inputs_and_outputs() -> None:
    definitions = decisions.parse(file(decision("d", table("a | b.c || x | y\n1 | 2 || 3 | 4"))), "a.dmn")
    found = definitions.decisions["d"]
    assert (found.inputs, found.outputs, found.hit_policy, found.rules) == (["a", "b.c"], ["x", "y"], "UNIQUE", 1)
    assert found.line == 3


def test_a_hungry_decision_is_stopped() -> None:
    data = file(decision("d", literal("for i in 1..100000, j in 1..100000 return i")))
    with pytest.raises(FeelError) as stopped:
        decisions.parse(data, "a.dmn").evaluate("d", {})
    assert stopped.value.code.startswith("budget")
