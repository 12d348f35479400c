"""Reads FEEL: expressions and unary tests, from tokens to a syntax tree."""

from __future__ import annotations

from collections.abc import Callable

from app.feel import numbers, temporal
from app.feel import tree as t
from app.feel.cursor import Cursor
from app.feel.errors import FeelError
from app.feel.names import KEYWORDS, Names, normal
from app.feel.tokens import END, NUMBER, QUOTED, STRING, SYMBOL, WORD, Token
from app.feel.type_grammar import read_type
from app.feel.types import Type

_COMPARISONS = frozenset(("=", "!=", "<", "<=", ">", ">="))
_OR, _AND, _COMPARE, _ADD, _MULTIPLY, _POWER = 1, 2, 3, 4, 5, 6
_BINARY = {"+": _ADD, "-": _ADD, "*": _MULTIPLY, "/": _MULTIPLY, "**": _POWER, **dict.fromkeys(_COMPARISONS, _COMPARE)}
_BINARY_WORDS = {"or": _OR, "and": _AND, "between": _COMPARE, "in": _COMPARE}
_AFTER_RANGE = frozenset((")", "]", ",", "}", "=", "!=", "<", "<=", ">", ">=", "+", "*", "/", "**", ".", ""))


class Grammar(Cursor):
    """One reading of one text; every method reads one construct and leaves the next token current."""

    def __init__(self, text: str, names: Names) -> None:
        super().__init__(text, names)
        # Whether a `[` here may end a range such as `]1..5[`.
        self.range_end = False

    # -- whole texts -------------------------------------------------------------------------------------------

    def whole_expression(self) -> t.Node:
        """A text that is one expression; several, separated by commas, are not."""
        if self.token.kind == END:
            raise FeelError.of("empty", self.text, 0)
        node = self.expression()
        self.finish()
        return node

    def whole_tests(self) -> t.Tests:
        """A text that is unary tests: `-`, `not(…)`, or tests separated by commas."""
        end = len(self.text)
        if self.token.kind == END:
            raise FeelError.of("empty", self.text, 0)
        if self.at("-") and self.peek().kind == END:
            return t.Tests(0, end, [], False)
        if self.at("not") and self.peek().text == "(":
            self.advance(2)
            tests = self.tests()
            if self.at(")") and self.peek().kind == END:
                return t.Tests(0, end, tests, True)
            # `not(a) and b` is an expression that merely begins with not(…).
            self.advance(-self.index)
        tests = self.tests()
        self.finish()
        return t.Tests(0, end, tests, False)

    def tests(self) -> list[t.Node]:
        """One or more tests separated by commas."""
        found = [self.test()]
        while self.accept(","):
            found.append(self.test())
        return found

    def test(self) -> t.Node:
        """One test: an operator with its operand, or an expression."""
        return self.half_line() if self.at(*_COMPARISONS) else self.expression()

    def half_line(self) -> t.HalfLine:
        """`< 5`."""
        operator = self.advance()
        operand = self.binary(_ADD)
        return t.HalfLine(operator.start, operand.end, operator.text, operand)

    # -- expressions -------------------------------------------------------------------------------------------

    def expression(self) -> t.Node:
        """Any expression."""
        return self.binary(_OR)

    def precedence(self) -> int:
        """How tightly the current token binds as a binary operator; 0 when it is none."""
        token = self.token
        if token.kind == SYMBOL:
            return _BINARY.get(token.text, 0)
        return _BINARY_WORDS.get(token.text, 0) if token.kind == WORD else 0

    def binary(self, lowest: int, left: t.Node | None = None) -> t.Node:
        """Operands joined by operators that bind at least as tightly as `lowest`, to the left."""
        if left is None:
            left = self.unary()
        while (level := self.precedence()) >= lowest and level:
            operator = self.advance()
            if level in (_OR, _AND):
                left = self.junction(level, operator.text, left)
            elif operator.text == "between":
                low = self.binary(_ADD)
                self.expect("and")
                high = self.binary(_ADD)
                left = t.Between(left.start, high.end, left, low, high)
            elif operator.text == "in":
                tests = self.in_tests()
                left = t.In(left.start, tests[-1].end, left, tests)
            else:
                if operator.text == "=" and self.at("="):
                    self.fail("比较的另一边", "the other side of the comparison")
                right = self.binary(level + 1)
                kind = t.Comparison if level == _COMPARE else t.Arithmetic
                left = kind(left.start, right.end, operator.text, left, right, operator.start)
        return left

    def junction(self, level: int, operator: str, left: t.Node) -> t.Node:
        """`a and b and c`, kept flat."""
        operands = [left, self.binary(level + 1)]
        while self.precedence() == level:
            self.advance()
            operands.append(self.binary(level + 1))
        return t.Junction(left.start, operands[-1].end, operator, operands)

    def in_tests(self) -> list[t.Node]:
        """What stands after `in`: one test, or several in brackets."""
        if not self.at("("):
            return [self.half_line() if self.at(*_COMPARISONS) else self.binary(_ADD)]
        opening = self.advance()
        first = self.test()
        if self.at(".."):
            return [self.binary(_ADD, self.postfix(self.range(opening, first)))]
        tests = [first]
        while self.accept(","):
            tests.append(self.test())
        closing = self.expect(")")
        if len(tests) == 1 and not isinstance(first, t.HalfLine):
            first.start, first.end = opening.start, closing.end
            return [self.binary(_ADD, self.postfix(first))]
        return tests

    def unary(self) -> t.Node:
        """An operand with any number of minus signs before it."""
        if not self.at("-"):
            return self.postfix(self.primary())
        first = self.token
        count = 0
        while self.accept("-"):
            count += 1
        operand = self.postfix(self.primary())
        for _ in range(min(count, 2 - count % 2)):
            if isinstance(operand, t.Literal) and isinstance(operand.value, numbers.Decimal):
                operand = t.Literal(first.start, operand.end, numbers.minus(operand.value))
            else:
                operand = t.Negation(first.start, operand.end, operand)
        return operand

    def postfix(self, node: t.Node) -> t.Node:
        """An operand with the paths, filters, calls and type tests that follow it."""
        while True:
            if self.at("."):
                self.advance()
                name, end = self.name_after_dot()
                node = t.Path(node.start, end, node, name)
            elif self.at("["):
                if self.range_end and self.closes_range():
                    return node
                self.advance()
                condition = self.inside(self.expression)
                closing = self.expect("]")
                node = t.Filter(node.start, closing.end, node, condition)
            elif self.at("("):
                node = self.call(node)
            elif self.at("instance") and self.peek().text == "of":
                self.advance(2)
                kind = read_type(self)
                node = t.InstanceOf(node.start, self.tokens[self.index - 1].end, node, kind)
            else:
                return node

    def closes_range(self) -> bool:
        """Whether the `[` here ends a range such as `]1..5[` rather than beginning a filter."""
        after = self.peek()
        return after.kind == END or (after.kind == SYMBOL and after.text in _AFTER_RANGE) or after.text in KEYWORDS

    def inside(self, read: Callable[[], t.Node], *, range_end: bool = False) -> t.Node:
        """Read something nested, with its own view of whether `[` may end a range."""
        self.deeper()
        before, self.range_end = self.range_end, range_end
        node = read()
        self.range_end = before
        self.depth -= 1
        return node

    def call(self, function: t.Node) -> t.Node:
        """The arguments of a call."""
        self.expect("(")
        arguments: list[t.Node] = []
        names: list[str] = []
        if not self.at(")"):
            while True:
                name = self.argument_name()
                if name is not None:
                    if name in names:
                        raise FeelError.of("duplicate_parameter", self.text, self.token.start, name=name)
                    names.append(name)
                elif names:
                    self.fail("参数名和冒号", "a parameter name and a colon")
                arguments.append(self.inside(self.test))
                if not self.accept(","):
                    break
                if name is None and self.argument_name(look=True) is not None:
                    self.fail("不带名字的参数", "an argument without a name")
        closing = self.expect(")")
        if isinstance(function, t.Name) and function.name == "not" and len(arguments) == 1 and not names:
            return t.Not(function.start, closing.end, arguments[0])
        return t.Call(function.start, closing.end, function, arguments, names)

    # -- primaries ---------------------------------------------------------------------------------------------

    def primary(self) -> t.Node:
        """A literal, a name, brackets, or one of the constructs that begin with a keyword."""
        token = self.token
        if token.kind == NUMBER:
            self.advance()
            number = numbers.of(token.text)
            if number is None:
                raise FeelError.of("bad_number", self.text, token.start, found=token.text[:40])
            return t.Literal(token.start, token.end, number)
        if token.kind == STRING:
            self.advance()
            return t.Literal(token.start, token.end, token.value)
        if token.kind == WORD:
            return self.word()
        if token.kind == QUOTED:
            self.advance()
            return t.Name(token.start, token.end, normal(token.value))
        if token.kind == SYMBOL:
            match token.text:
                case "(":
                    return self.brackets()
                case "[":
                    return self.square_brackets()
                case "]":
                    self.advance()
                    return self.range(token, self.inside(lambda: self.binary(_ADD)))
                case "{":
                    return self.context()
                case "?":
                    self.advance()
                    return t.Name(token.start, token.end, "?")
                case "@":
                    return self.temporal_literal()
        self.fail("值、名字或括号", "a value, a name or a bracket")

    def word(self) -> t.Node:
        """A keyword's construct, or a name."""
        token = self.token
        self.note_continuation()
        known = self.names.match(self.tokens, self.index)
        if known is None and token.text in KEYWORDS:
            match token.text:
                case "true" | "false" | "null":
                    self.advance()
                    return t.Literal(token.start, token.end, {"true": True, "false": False, "null": None}[token.text])
                case "if":
                    return self.inside(self.if_then_else)
                case "for":
                    return self.inside(self.for_loop)
                case "some" | "every":
                    return self.inside(self.quantified)
                case "function":
                    return self.inside(self.function_definition)
            self.fail("值、名字或括号", "a value, a name or a bracket")
        name, end = self.name()
        return t.Name(token.start, end, name)

    def brackets(self) -> t.Node:
        """`(x)`, `(a..b]` or `(< 5)`."""
        opening = self.advance()
        if self.at(*_COMPARISONS):
            node: t.Node = self.inside(self.half_line)
        else:
            node = self.inside(self.expression)
            if self.at(".."):
                return self.range(opening, node)
        closing = self.expect(")")
        node.start, node.end = opening.start, closing.end
        return node

    def square_brackets(self) -> t.Node:
        """`[a, b]` or `[a..b]`."""
        opening = self.advance()
        items: list[t.Node] = []
        if not self.at("]"):
            items.append(self.inside(self.test))
            if self.at(".."):
                return self.range(opening, items[0])
            while self.accept(","):
                items.append(self.inside(self.test))
        closing = self.expect("]")
        return t.ListLiteral(opening.start, closing.end, items)

    def range(self, opening: Token, low: t.Node) -> t.RangeLiteral:
        """The rest of a range after its lower end."""
        self.expect("..")
        high = self.inside(lambda: self.binary(_ADD), range_end=True)
        if not self.at(")", "]", "["):
            self.fail("区间结束的「]」或「)」", "']' or ')' to end the range")
        closing = self.advance()
        return t.RangeLiteral(opening.start, closing.end, low, high, opening.text == "[", closing.text == "]")

    def context(self) -> t.Node:
        """`{name: value, …}`."""
        opening = self.advance()
        entries: list[tuple[str, t.Node]] = []
        seen: set[str] = set()
        if not self.at("}"):
            while True:
                start = self.token.start
                name = self.declared_name(":")
                if name in seen:
                    raise FeelError.of("duplicate_key", self.text, start, name=name)
                seen.add(name)
                self.expect(":")
                entries.append((name, self.inside(self.test)))
                if not self.accept(","):
                    break
        closing = self.expect("}")
        return t.ContextLiteral(opening.start, closing.end, entries)

    def temporal_literal(self) -> t.Node:
        """`@"…"`."""
        start = self.advance().start
        if self.token.kind != STRING:
            self.fail('带引号的日期、时间或时长，例如 @"PT12H"', 'a quoted date, time or duration such as @"PT12H"')
        token = self.advance()
        value = temporal.read_literal(token.value)
        if value is None:
            raise FeelError.of("bad_temporal", self.text, start, found=token.value[:60])
        return t.Literal(start, token.end, value)

    # -- constructs with keywords ------------------------------------------------------------------------------

    def if_then_else(self) -> t.Node:
        """`if … then … else …`; a chain of else-ifs is read without nesting."""
        branches: list[tuple[int, t.Node, t.Node]] = []
        while self.at("if"):
            start = self.advance().start
            condition = self.expression()
            self.expect("then")
            then = self.expression()
            self.expect("else")
            branches.append((start, condition, then))
        node = self.expression()
        for start, condition, then in reversed(branches):
            node = t.If(start, node.end, condition, then, node)
        return node

    def iterations(self) -> list[tuple[str, t.Node]]:
        """`a in x, b in y`."""
        found = []
        while True:
            name = self.declared_name("in")
            self.expect("in")
            domain = self.inside(self.expression)
            if self.accept(".."):
                high = self.inside(self.expression)
                domain = t.Steps(domain.start, high.end, domain, high)
            found.append((name, domain))
            if not self.accept(","):
                return found

    def for_loop(self) -> t.Node:
        """`for … return …`."""
        start = self.advance().start
        variables = self.iterations()
        self.expect("return")
        body = self.expression()
        return t.For(start, body.end, variables, body)

    def quantified(self) -> t.Node:
        """`some … satisfies …`, `every … satisfies …`."""
        keyword = self.advance()
        variables = self.iterations()
        self.expect("satisfies")
        body = self.expression()
        return t.Quantified(keyword.start, body.end, keyword.text, variables, body)

    def function_definition(self) -> t.Node:
        """`function(a: type, b) body`; one that calls out to Java or PMML is refused by name."""
        start = self.advance().start
        self.expect("(")
        parameters: list[tuple[str, Type | None]] = []
        while not self.at(")"):
            name = self.declared_name(":", ",", ")")
            if any(known == name for known, _ in parameters):
                raise FeelError.of("duplicate_parameter", self.text, self.token.start, name=name)
            parameters.append((name, read_type(self) if self.accept(":") else None))
            if not self.accept(","):
                break
        self.expect(")")
        if self.at("external"):
            what = " ".join(self.text[self.token.end :].split())[:80]
            raise FeelError.of("external_function", self.text, self.token.start, what=what)
        body = self.expression()
        return t.FunctionDefinition(start, body.end, parameters, body)
