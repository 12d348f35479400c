"""`backup`: everything in one archive, while the product runs."""

from __future__ import annotations

from pathlib import Path

import click

from app import settings as product_settings


@click.command("backup")
@click.argument("target", required=False, type=click.Path(dir_okay=False, path_type=Path))
def command(target: Path | None) -> None:
    """Write the database and the uploaded files into TARGET (default: var/backup-<time>.tar.gz)."""
    from app.cli.assembly import bring_up_to_date, open_house
    from app.cli.upgrading import backup_path, write_safely
    from app.db.schema import current

    conf = product_settings.load()
    house = open_house(conf)
    if current(house.db) is None:
        bring_up_to_date(house.db)
    target = target or backup_path(conf)
    try:
        rows = write_safely(house, conf, target)
    except OSError as refused:
        raise click.ClickException(f"{target} cannot be written: {refused.strerror}.") from None
    click.echo(f"{target}: {rows} rows, {target.stat().st_size / 1e6:.1f} MB")
