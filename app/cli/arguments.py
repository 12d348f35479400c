"""Arguments that several commands share."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click


class JsonArgument(click.ParamType):
    """JSON given on the command line, or in a file as @FILE."""

    name = "json"

    def __init__(self, kind: type) -> None:
        self.kind = kind

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        try:
            text = Path(value[1:]).read_text(encoding="utf-8") if value.startswith("@") else value
            content = json.loads(text)
        except OSError as missing:
            self.fail(f"cannot read {value[1:]}: {missing.strerror}", param, ctx)
        except ValueError as wrong:
            self.fail(f"not JSON: {wrong}", param, ctx)
        if not isinstance(content, self.kind):
            self.fail(f"expected a JSON {'object' if self.kind is dict else 'list'}", param, ctx)
        return content
