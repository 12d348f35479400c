"""The built-in functions: one file per subject, one table of all."""

from __future__ import annotations

from app.feel.functions import context, conversion, list, numeric, pattern, ranges, sorting, string, temporal
from app.feel.functions.signature import merged
from app.feel.values import Function

TABLE: dict[str, Function] = merged(
    conversion.declared.functions,
    string.declared.functions,
    pattern.declared.functions,
    list.declared.functions,
    numeric.declared.functions,
    temporal.declared.functions,
    context.declared.functions,
    sorting.declared.functions,
    ranges.declared.functions,
)
