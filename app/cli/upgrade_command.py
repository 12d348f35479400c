"""`upgrade`: the database and the procedures of an earlier release become those of this one."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from app import settings as product_settings
from app.settings import SettingsError


@click.command("upgrade")
@click.option("--no-backup", is_flag=True, help="Write no archive before; only when there is another one.")
@click.option("--backup-to", type=click.Path(dir_okay=False, path_type=Path), help="Where the archive goes.")
def command(no_backup: bool, backup_to: Path | None) -> None:
    """Bring the house to this release. Stop servers and workers first; a backup is written before anything changes."""
    from app.cli.assembly import open_house
    from app.cli.upgrading import backup_path, upgrade_house
    from app.db.schema import NewerDatabaseError

    if no_backup and backup_to is not None:
        raise click.UsageError("--no-backup and --backup-to contradict each other.")
    conf = product_settings.load()
    target = None if no_backup else backup_to or backup_path(conf)
    try:
        done = upgrade_house(open_house(conf), conf, backup=target)
    except NewerDatabaseError as newer:
        raise SettingsError(str(newer)) from None
    except OSError as refused:
        raise click.ClickException(f"{target} cannot be written: {refused.strerror}; nothing was changed.") from None
    if done.backup is not None:
        click.echo(f"Backup: {done.backup}")
    click.echo(f"Schema: {done.before}" + ("" if done.before == done.after else f" → {done.after}"))
    if done.holidays:
        click.echo(f"Holidays: {', '.join(map(str, done.holidays))}")
    click.echo(f"Clocks moved: {done.clocks_moved}")
    if done.deployed is None:
        click.echo("Procedures: unchanged")
        return
    if done.deployed.refused:
        for problem in done.deployed.problems:
            if problem.severity == "error":
                click.echo(f"{problem.file}:{problem.line or 1}: {problem.message.en}", err=True)
        click.echo("Procedures: nothing was deployed, those before stay live.", err=True)
        sys.exit(2)
    click.echo(f"Procedures: {len(done.deployed.new)} new versions, {len(done.deployed.unchanged)} unchanged")
