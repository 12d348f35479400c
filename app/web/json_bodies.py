"""JSON that comes in: read strictly, not too deep, without characters that no database or document can hold."""

from __future__ import annotations

import re
from typing import Any

import orjson
from flask.json.provider import DefaultJSONProvider
from werkzeug.exceptions import RequestEntityTooLarge

DEEPEST = 40
LONGEST = 8 * 1024 * 1024

# Text pasted from a word processor holds vertical tabs; PostgreSQL refuses NUL, Excel files refuse all of these.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class StrictJson(DefaultJSONProvider):
    """Flask's JSON with a strict reader; what it refuses is a ValueError, which a request answers as a bad one."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """The value; half surrogates, NaN, infinities and deep nesting are refused, control characters dropped."""
        if len(s) > LONGEST:
            raise RequestEntityTooLarge
        return _cleaned(orjson.loads(s), 0)


def _cleaned(value: Any, depth: int) -> Any:
    if depth > DEEPEST:
        raise ValueError(f"nested deeper than {DEEPEST} levels")
    if isinstance(value, str):
        return _CONTROLS.sub("", value)
    if isinstance(value, list):
        return [_cleaned(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {_CONTROLS.sub("", key): _cleaned(item, depth + 1) for key, item in value.items()}
    return value
