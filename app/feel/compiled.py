"""Compiles texts, once each, and evaluates them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from app.feel import tree as t
from app.feel.closures import compile_tree
from app.feel.closures.scope import Compilation
from app.feel.cursor import MAX_DEPTH
from app.feel.errors import FeelError, FeelWarning
from app.feel.evaluation import LIMITS, Evaluator, Frame, Limits, RootValues, Run
from app.feel.grammar import Grammar
from app.feel.library import BUILTINS, Library
from app.feel.names import Names, is_one_word, unusual_names

_BUILT_IN_NAMES = Names(BUILTINS)
_NO_NAMES: frozenset[str] = frozenset()


class Compiled:
    """A text that has been understood; evaluating it is a call of nested closures.

    `variables` are the names it needs from outside, `item_names` names inside filters that may be entries of the
    filtered items instead, `functions` the functions it calls.
    """

    __slots__ = ("functions", "item_names", "names_matter", "run", "text", "tree", "unary", "variables")

    def __init__(
        self, text: str, unary: bool, tree: t.Node, run: Evaluator, compilation: Compilation, names_matter: bool
    ) -> None:
        self.text = text
        self.unary = unary
        self.tree = tree
        self.run = run
        # Whether the text could read otherwise beside other names (`a-b` as one name).
        self.names_matter = names_matter
        self.variables = frozenset(compilation.variables - {"?"})
        self.item_names = frozenset(compilation.item_names)
        self.functions = frozenset(compilation.functions)

    def evaluate(
        self,
        context: Mapping[str, Any],
        library: Library = BUILTINS,
        *,
        limits: Limits = LIMITS,
        comfort: bool = True,
        warnings: list[FeelWarning] | None = None,
    ) -> Any:
        """The FEEL value for these variables (JSON or FEEL values); unary tests read the tested input as "?".

        `comfort` lets ISO texts meet dates and durations; without it the standard is kept to the letter.
        `warnings` receives why parts became null. FeelError when the budget is spent or an assertion fails.
        """
        run = Run(library.functions, self.text, limits, comfort)
        frame = Frame(RootValues(context), None, run)
        try:
            return self.run(frame)
        except RecursionError:
            raise FeelError.of("too_deep", self.text, 0, limit=MAX_DEPTH) from None
        except FeelError as error:
            if error.text or not error.facts:
                raise
            raise error.within(self.text) from None
        finally:
            if warnings is not None:
                warnings.extend(run.warnings)

    def __repr__(self) -> str:
        return f"Compiled({self.text!r})"


def compile(text: str, *, unary: bool = False, names: Iterable[str] = ()) -> Compiled:
    """The compiled text, from the cache if it was compiled before; FeelError when it cannot be understood.

    `names` are variables or functions whose names hold spaces beside keywords or symbols (`a-b`, `terms and
    conditions`); other names are recognised without help.
    """
    known = frozenset(name for name in names if not is_one_word(name))
    return _compiled(text, unary, known)


@lru_cache(maxsize=16_384)
def _compiled(text: str, unary: bool, names: frozenset[str]) -> Compiled:
    table = _BUILT_IN_NAMES.copy()
    for name in sorted(names):
        table.add(name)
    try:
        grammar = Grammar(text, table)
        tree = grammar.whole_tests() if unary else grammar.whole_expression()
        compilation = Compilation(text)
        return Compiled(text, unary, tree, compile_tree(tree, compilation), compilation, grammar.names_matter)
    except RecursionError:
        raise FeelError.of("too_deep", text, 0, limit=MAX_DEPTH) from None


def evaluate(text: str, context: Mapping[str, Any], library: Library = BUILTINS, **options: Any) -> Any:
    """Compile (once) and evaluate; names of several words are learned from the context's keys and the library."""
    return compiled_for(text, context, library).evaluate(context, library, **options)


def _names_that_matter(text: str, context: Mapping[str, Any], plain: Compiled | None) -> frozenset[str]:
    """The unusual names that this text could read; to look through everything a case knows would take longest."""
    if plain is None:
        return unusual_names(context)
    outside = unusual_names(context, 0)
    if "." not in text and "[" not in text:
        return outside  # a name inside another value can only be read behind a point or in a filter
    if outside:
        return unusual_names(context)
    return unusual_names({name: context[name] for name in plain.variables if name in context})


def compiled_for(
    text: str, context: Mapping[str, Any], library: Library = BUILTINS, *, unary: bool = False
) -> Compiled:
    """The compiled text as it reads beside these variables."""
    try:
        plain = _compiled(text, unary, _NO_NAMES)
        if not plain.names_matter:
            return plain
    except FeelError:
        # A name such as `if needed` can make sense of what is an error without it.
        plain = None
    names = _names_that_matter(text, context, plain) | library.unusual
    return _compiled(text, unary, names) if names or plain is None else plain
