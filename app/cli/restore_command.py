"""`restore`: a backup becomes the database again."""

from __future__ import annotations

import tarfile
from pathlib import Path

import click
from sqlalchemy import text

from app import settings as product_settings
from app.db import Database


@click.command("restore")
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Throw away what the database holds now.")
def command(source: Path, replace: bool) -> None:
    """Fill an empty database from the backup SOURCE. Stop the server first."""
    from app.cli.archive import read_archive
    from app.cli.assembly import bring_up_to_date, open_house, port_of
    from app.cli.upgrading import prepare_for

    conf = product_settings.load()
    if replace:
        clear(Database(conf.database_url))
    house = open_house(conf)
    try:
        if not prepare_for(source, house.db):
            raise click.ClickException("the database is not empty; --replace throws away what it holds.")
        counts = read_archive(source, house.db, port_of(house), conf.files_dir)
    except (tarfile.TarError, EOFError):
        raise click.ClickException(f"{source} is not a complete backup.") from None
    if bring_up_to_date(house.db):
        click.echo("The backup came from an earlier release; run “upgrade” to finish.")
    click.echo(f"{sum(counts.values())} rows restored.")


def clear(database: Database) -> None:
    """Remove every table."""
    if database.is_sqlite:
        database.close()
        path = database.engine.url.database
        for suffix in ("", "-wal", "-shm"):
            Path(f"{path}{suffix}").unlink(missing_ok=True)
        return
    with database.transaction() as tx:
        tx.execute(text("DROP SCHEMA public CASCADE"))
        tx.execute(text("CREATE SCHEMA public"))
    database.close()
