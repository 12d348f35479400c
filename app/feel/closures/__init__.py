"""Turns a syntax tree into nested Python closures, once per text; each closure takes the frame it is evaluated in."""

from __future__ import annotations

from collections.abc import Callable

from app.feel import tree as t
from app.feel.closures.access import compile_filter, compile_name, compile_path
from app.feel.closures.calls import compile_call, compile_function
from app.feel.closures.control import compile_for, compile_if, compile_quantified
from app.feel.closures.literals import compile_context, compile_list, compile_literal, compile_range
from app.feel.closures.operators import (
    compile_arithmetic,
    compile_between,
    compile_comparison,
    compile_instance_of,
    compile_junction,
    compile_negation,
    compile_not,
)
from app.feel.closures.scope import Compilation, Scope
from app.feel.closures.tests import compile_half_line, compile_in, compile_tests
from app.feel.evaluation import Evaluator

TABLE: dict[type, Callable[..., Evaluator]] = {
    t.Literal: compile_literal,
    t.Name: compile_name,
    t.Negation: compile_negation,
    t.Arithmetic: compile_arithmetic,
    t.Comparison: compile_comparison,
    t.Junction: compile_junction,
    t.Not: compile_not,
    t.Between: compile_between,
    t.In: compile_in,
    t.HalfLine: compile_half_line,
    t.Tests: compile_tests,
    t.If: compile_if,
    t.For: compile_for,
    t.Quantified: compile_quantified,
    t.FunctionDefinition: compile_function,
    t.RangeLiteral: compile_range,
    t.ListLiteral: compile_list,
    t.ContextLiteral: compile_context,
    t.Path: compile_path,
    t.Filter: compile_filter,
    t.Call: compile_call,
    t.InstanceOf: compile_instance_of,
}


def compile_tree(node: t.Node, compilation: Compilation) -> Evaluator:
    """The closure of a whole text."""
    compilation.table = TABLE
    return compilation.compile(node, Scope.root())
