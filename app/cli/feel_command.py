"""`feel EXPRESSION --context JSON`: the value as JSON, or the error with its position."""

from __future__ import annotations

import json
import sys
from typing import Any

import click

from app import feel
from app.cli.arguments import JsonArgument


@click.command("feel")
@click.argument("expression")
@click.option("--context", type=JsonArgument(dict), default={}, help="Variables as a JSON object, or @FILE.")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="en", help="Language of an error.")
def command(expression: str, context: dict[str, Any], lang: str) -> None:
    """Evaluate a FEEL expression and print its value as JSON."""
    try:
        value = feel.to_json(feel.evaluate(expression.removeprefix("="), context))
    except feel.FeelError as error:
        click.echo(
            json.dumps(
                {
                    "error": error.code,
                    "message": error.message.text(lang),
                    "line": error.line,
                    "column": error.column,
                    "position": error.position,
                },
                ensure_ascii=False,
            )
        )
        sys.exit(2)
    click.echo(json.dumps(value, ensure_ascii=False))
