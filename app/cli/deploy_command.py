"""`deploy FOLDER`: new versions of what changed in a folder; nothing when a problem stands against it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from app import settings as product_settings


@click.command("deploy")
@click.argument("folders", nargs=-1, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--reason", default="", help="Why, for the history.")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="en", help="Language of the problems.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def command(folders: tuple[Path, ...], reason: str, lang: str, as_json: bool) -> None:
    """Deploy the diagrams, forms and decisions below FOLDERS (default: processes and forms)."""
    from app import definitions
    from app.cli.assembly import bring_up_to_date, open_house
    from app.identity import SYSTEM

    conf = product_settings.load()
    house = open_house(conf)
    bring_up_to_date(house.db)
    bundle = definitions.parse(definitions.read_folders(*(folders or (conf.processes_dir, conf.forms_dir))))
    with house.db.transaction() as tx:
        tx.begin_writing()
        result = definitions.deploy(tx, bundle, house.knowledge(tx), actor=SYSTEM, reason=reason)
        house.arrange_starts(tx)
    if as_json:
        shown = {
            "deployed": not result.refused,
            "new": result.new,
            "unchanged": result.unchanged,
            "problems": [problem.as_json(lang) for problem in result.problems],
        }
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
    else:
        for problem in result.problems:
            where = f"{problem.file}:{problem.line or 1}"
            click.echo(f"{where}: {problem.severity}: {problem.message.text(lang)} [{problem.rule}]", err=True)
        for key, version in sorted(result.new.items()):
            click.echo(f"{key}: version {version}")
        click.echo(
            "Nothing was deployed."
            if result.refused
            else f"{len(result.new)} new versions, {len(result.unchanged)} unchanged."
        )
    sys.exit(2 if result.refused else 0)
