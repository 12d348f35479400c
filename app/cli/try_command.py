"""`try MODEL…`: deploys files in memory and runs one instance."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from app import settings
from app.cli.arguments import JsonArgument
from app.definitions import File


@click.command("try")
@click.argument("models", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--process", "process_key", help="The process to start, when the files hold several.")
@click.option("--variables", type=JsonArgument(dict), default={}, help="Variables of the start.")
@click.option(
    "--answers", type=JsonArgument(dict), default={}, help="Element id → variables, or a list, one per visit."
)
@click.option("--auto", is_flag=True, help="Complete whatever has no answer with nothing.")
@click.option("--messages", type=JsonArgument(list), default=[], help='[{"name", "key", "variables"}], in order.')
@click.option("--advance", help="Move the clock by an ISO 8601 duration.")
@click.option("--limit", type=float, default=10.0, show_default=True, help="Seconds until it is given up.")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def command(models: tuple[Path, ...], as_json: bool, lang: str, **options: Any) -> None:
    """Run one instance of a model in memory: no server, no people."""
    from app.rehearsal import try_models

    conf = settings.load()
    files = [File(str(path), path.read_bytes()) for path in models]
    tried = try_models(files, processes=conf.processes_dir, forms=conf.forms_dir, **options)
    if as_json:
        click.echo(json.dumps(tried.as_json(lang), ensure_ascii=False, indent=2))
    else:
        for problem in tried.problems:
            where = f"{problem.file}:{problem.line or 1}"
            click.echo(f"{where}: {problem.severity}: {problem.message.text(lang)} [{problem.rule}]")
        click.echo(f"{tried.state}: {' → '.join(tried.trace)}")
        for waiting in tried.open:
            click.echo(f"open: {waiting['element_id']} {waiting['name']} {' '.join(waiting['roles'])}")
        for broken in tried.incidents:
            click.echo(f"incident: {broken['element_id']}: {broken['message']}")
    sys.exit(tried.exit_code)
