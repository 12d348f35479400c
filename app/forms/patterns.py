"""Regular expressions written by process owners, run by RE2, whose time never runs away."""

from __future__ import annotations

from typing import Protocol

import re2


class Pattern(Protocol):
    """A compiled pattern."""

    def search(self, text: str) -> object | None:
        """Something when the pattern is found anywhere in `text`."""


class PatternRefused(ValueError):
    """Not a regular expression RE2 can run (it knows no look-ahead and no back-references)."""


def compile_pattern(pattern: str) -> Pattern:
    """`pattern` compiled; form-js, too, looks for it anywhere in the text. Raises `PatternRefused`."""
    options = re2.Options()
    options.log_errors = False
    try:
        compiled: Pattern = re2.compile(pattern, options)
    except re2.error as problem:
        raise PatternRefused(str(problem)) from None
    return compiled
