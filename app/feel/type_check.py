"""Whether a value is of a type, and the standard's implicit conversions to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.feel import kinds
from app.feel.arithmetic import midnight
from app.feel.extent import bounded
from app.feel.kinds import kind
from app.feel.types import BUILT_IN, ContextType, FunctionType, ListType, RangeType, Type

Types = Mapping[str, Callable[[Any], bool]]
NO_TYPES: Types = {}


def conforms(value: Any, wanted: Type, types: Types = NO_TYPES) -> bool:
    """`value instance of wanted`; null is an instance of Null only. `types` are the tests of a model's own types.

    An unknown type name fits nothing.
    """
    what = kind(value)
    if isinstance(wanted, ListType):
        if isinstance(wanted.item, (ListType, ContextType)):
            bounded(value)
        return what == kinds.LIST and all(allows(item, wanted.item, types) for item in value)
    if isinstance(wanted, ContextType):
        return what == kinds.CONTEXT and all(
            name in value and allows(value[name], entry, types) for name, entry in wanted.entries
        )
    if isinstance(wanted, RangeType):
        return what == kinds.RANGE and all(allows(end, wanted.point, types) for end in (value.low, value.high))
    if isinstance(wanted, FunctionType):
        return what == kinds.FUNCTION and _function_fits(value, wanted)
    name = BUILT_IN.get(wanted.name)
    if name is None:
        own = types.get(wanted.name)
        return own is not None and value is not None and own(value)
    if name == "any":
        return value is not None
    if name == "duration":
        return what in (kinds.DAYS, kinds.MONTHS)
    return what == name


def _function_fits(value: Any, wanted: FunctionType) -> bool:
    parameters = getattr(value, "parameters", None) or getattr(value, "params", None)
    if parameters is None or len(parameters) != len(wanted.parameters):
        return False
    types = getattr(value, "types", ())
    return all(
        not isinstance(declared, Type) or declared == expected or BUILT_IN.get(expected.name) == "any"
        for declared, expected in zip(types, wanted.parameters, strict=False)
    )


def allows(value: Any, wanted: Type, types: Types = NO_TYPES) -> bool:
    """Like `conforms`, but null is allowed everywhere, as for parameters and parts of a value."""
    return value is None or conforms(value, wanted, types)


def coerced(value: Any, wanted: Type, types: Types = NO_TYPES) -> tuple[bool, Any]:
    """Whether a value fits a type after conversion, and the converted value.

    The standard's conversions: a single item for a list, a list of one item for the item, a date for its midnight.
    """
    if allows(value, wanted, types):
        return True, value
    if isinstance(wanted, ListType) or wanted.name == "list":
        if kind(value) != kinds.LIST:
            item = wanted.item if isinstance(wanted, ListType) else Type("Any")
            fits, inner = coerced(value, item, types)
            return fits, [inner] if fits else value
        return False, value
    if kind(value) == kinds.LIST and len(value) == 1 and allows(value[0], wanted, types):
        return True, value[0]
    if kind(value) == kinds.DATE and BUILT_IN.get(wanted.name) == kinds.DATE_TIME:
        return True, midnight(value)
    return False, value
