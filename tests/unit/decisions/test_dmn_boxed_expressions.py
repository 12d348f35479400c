"""Boxed expressions other than tables, and how decisions use each other."""

from __future__ import annotations

from typing import Any

import pytest
from dmn_files import decision, file, input_data, literal, table

from app import decisions, feel


def value(logic: str, variables: dict[str, Any] | None = None, *others: str, **links: str) -> Any:
    definitions = decisions.parse(file(*others, decision("d", logic, **links)), "d.dmn")
    return definitions.evaluate("d", variables or {}).json()


def entry(name: str, logic: str) -> str:
    return f'<contextEntry><variable name="{name}"/>{logic}</contextEntry>'


def test_a_literal_reads_variables() -> None:
    assert value(literal("price * qty"), {"price": 2.5, "qty": 4}) == 10


def test_a_context_sees_its_earlier_entries_and_may_have_a_result() -> None:
    entries = entry("net", literal("100")) + entry("gross", literal("net * 1.13"))
    assert value(f"<context>{entries}</context>") == {"net": 100, "gross": 113}
    assert value(f"<context>{entries}<contextEntry>{literal('gross - net')}</contextEntry></context>") == 13


def test_a_list_and_a_relation() -> None:
    assert value(f"<list>{literal('1')}{literal('1 + 1')}</list>") == [1, 2]
    relation = (
        '<relation><column name="part no"/><column name="qty"/>'
        f"<row>{literal('&quot;A&quot;'.replace('&quot;', chr(34)))}{literal('2')}</row></relation>"
    )
    assert value(relation) == [{"part no": "A", "qty": 2}]


def test_conditional_filter_and_iterators() -> None:
    branches = f"<if>{literal('n > 1')}</if><then>{literal('1')}</then><else>{literal('2')}</else>"
    assert value(f"<conditional>{branches}</conditional>", {"n": 0}) == 2
    assert value(f"<filter><in>{literal('[1, 2, 3]')}</in><match>{literal('item > 1')}</match></filter>") == [2, 3]
    loop = '<{0} iteratorVariable="x"><in>{1}</in><{2}>{3}</{2}></{0}>'
    assert value(loop.format("for", literal("[1, 2]"), "return", literal("x * 10"))) == [10, 20]
    assert value(loop.format("some", literal("[1, 2]"), "satisfies", literal("x > 1"))) is True
    assert value(loop.format("every", literal("[1, 2]"), "satisfies", literal("x > 1"))) is False


KNOWLEDGE = f"""
<businessKnowledgeModel id="m" name="with tax"><variable name="with tax"/><encapsulatedLogic>
<formalParameter name="net" typeRef="number"/>{literal("net * 1.13")}</encapsulatedLogic></businessKnowledgeModel>
"""


def test_a_knowledge_model_is_a_function() -> None:
    assert value(literal("with tax(200)"), {}, KNOWLEDGE, knows="m") == 226
    assert value(literal("with tax(net: 100)"), {}, KNOWLEDGE, knows="m") == 113
    assert value(literal('with tax("x")'), {}, KNOWLEDGE, knows="m") is None


def test_an_invocation_binds_parameters() -> None:
    call = f"<invocation>{literal('with tax')}<binding><parameter name='net'/>{literal('n')}</binding></invocation>"
    assert value(call, {"n": 10}, KNOWLEDGE, knows="m") == 11.3


def test_a_function_definition_can_be_called() -> None:
    function = f"<functionDefinition><formalParameter name='x'/>{literal('x + base')}</functionDefinition>"
    context = f"<context>{entry('add', function)}<contextEntry>{literal('add(2)')}</contextEntry></context>"
    assert value(context, {"base": 40}) == 42


def test_decisions_use_required_decisions_and_input_data() -> None:
    first = decision("base_fee", table("km || fee\n< 10 || 0\n>= 10 || 80"), "km", name="基础 费用")
    last = decision("total", literal("基础 费用 + base_fee + km"), "#base_fee km")
    definitions = decisions.parse(file(input_data("km", "number"), first, last), "d.dmn")
    outcome = definitions.evaluate("total", {"km": 20})
    assert outcome.json() == 180
    assert [fired.decision_id for fired in outcome.fired] == ["base_fee"]


def test_a_decision_is_evaluated_once_however_often_it_is_required() -> None:
    parts = [decision("a", table("|| x\n|| 1"))]
    parts += [decision(key, literal("a + 1"), "#a") for key in ("b", "c")]
    definitions = decisions.parse(file(*parts, decision("d", literal("a + b + c"), "#a #b #c")), "d.dmn")
    outcome = definitions.evaluate("d", {})
    assert outcome.json() == 5
    assert len(outcome.fired) == 1


def test_a_decision_service_is_a_function_too() -> None:
    service = '<decisionService id="s" name="greet"><variable name="greet"/><outputDecision href="#hello"/>' \
              '<inputData href="#who"/></decisionService>'  # fmt: skip
    hello = decision("hello", literal('"Hello " + who'), "who")
    caller = decision("d", literal('greet("Li") + greet(who: "Wang")'), knows="s")
    definitions = decisions.parse(file(input_data("who"), hello, service, caller), "d.dmn")
    assert definitions.evaluate("d", {}).json() == "Hello LiHello Wang"
    assert definitions.evaluate("s", {"who": "Zhao"}).json() == "Hello Zhao"


def test_a_library_function_is_called_from_a_table() -> None:
    library = feel.BUILTINS.extended({"param": lambda name: {"fees.km": 3}.get(name)})
    definitions = decisions.parse(file(decision("d", literal('param("fees.km") * 2'))), "d.dmn")
    assert definitions.evaluate("d", {}, library).json() == 6


def test_an_iso_text_becomes_the_date_its_column_asks_for() -> None:
    typed = """<decisionTable hitPolicy="FIRST">
    <input><inputExpression typeRef="date"><text>due</text></inputExpression></input>
    <output name="late" typeRef="boolean"/><rule><inputEntry><text>&lt; date("2026-03-02")</text></inputEntry>
    <outputEntry><text>true</text></outputEntry></rule><rule><inputEntry><text>-</text></inputEntry>
    <outputEntry><text>false</text></outputEntry></rule></decisionTable>"""
    definitions = decisions.parse(file(decision("d", typed)), "d.dmn")
    days = ("2026-03-01", "2026-03-02", "2026-03-01T23:00:00+08:00")
    assert [definitions.evaluate("d", {"due": day}).json() for day in days] == [True, False, True]


def test_types_of_the_file_are_known_to_instance_of() -> None:
    types = """<itemDefinition name="level"><typeRef>string</typeRef>
    <allowedValues><text>"A", "B"</text></allowedValues></itemDefinition>
    <itemDefinition name="levels" isCollection="true"><typeRef>level</typeRef></itemDefinition>"""
    logic = literal(
        '["A" instance of level, "C" instance of level, ["A", "B"] instance of levels, "A" instance of levels]'
    )
    assert value(logic, {}, types) == [True, False, True, False]


def test_null_with_a_cause_is_reported() -> None:
    definitions = decisions.parse(file(decision("d", literal("prise * 2"))), "d.dmn")
    outcome = definitions.evaluate("d", {"price": 1})
    assert outcome.value is None
    assert "prise" in outcome.warnings[0].message.en


def test_a_value_that_is_not_allowed_is_a_warning() -> None:
    allowed = "<inputValues><text>1, 2</text></inputValues></input>"
    logic = table("n || x\n1 || 1\n- || 0", hit_policy="FIRST").replace("</input>", allowed)
    outcome = decisions.parse(file(decision("d", logic)), "d.dmn").evaluate("d", {"n": 3})
    assert outcome.json() == 0
    assert [one.code for one in outcome.warnings] == ["not_allowed"]


def test_an_unknown_decision_is_refused() -> None:
    definitions = decisions.parse(file(decision("d", literal("1"))), "d.dmn")
    with pytest.raises(decisions.DecisionError) as refused:
        definitions.evaluate("e", {})
    assert refused.value.code == "no_decision"


def test_another_file_is_imported_under_its_name() -> None:
    shared = decisions.parse(
        file(KNOWLEDGE, input_data("net"), decision("double", literal("net * 2"), "net")).replace(
            b"urn:test", b"urn:shared"
        ),
        "shared.dmn",
    )
    links = (
        '<informationRequirement><requiredDecision href="urn:shared#double"/></informationRequirement>'
        '<knowledgeRequirement><requiredKnowledge href="urn:shared#m"/></knowledgeRequirement>'
    )
    importing = '<import namespace="urn:shared" name="tax rules" importType="dmn"/>'
    main = file(importing, decision("d", links + literal("tax rules.with tax(100) + tax rules.double")))
    definitions = decisions.parse(
        main, "main.dmn", resolve=lambda namespace, _: shared if namespace == "urn:shared" else None
    )
    assert definitions.evaluate("d", {"net": 4}).json() == 121
    with pytest.raises(decisions.DmnRefused) as refused:
        decisions.parse(main, "main.dmn")
    assert refused.value.problems[0].rule == "dmn_import"
