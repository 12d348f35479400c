"""`backup`: everything in one archive, while the product runs."""

from __future__ import annotations

from pathlib import Path

import click

from app import clock
from app import settings as product_settings


@click.command("backup")
@click.argument("target", required=False, type=click.Path(dir_okay=False, path_type=Path))
def command(target: Path | None) -> None:
    """Write the database and the uploaded files into TARGET (default: var/backup-<time>.tar.gz)."""
    from app.cli.archive import write_archive
    from app.cli.assembly import bring_up_to_date, open_house, port_of

    conf = product_settings.load()
    house = open_house(conf)
    bring_up_to_date(house.db)
    if target is None:
        target = conf.data_dir / f"backup-{clock.now():%Y%m%dT%H%M%S}.tar.gz"
    partial = target.with_name(target.name + ".partial")
    try:
        counts = write_archive(house.db, port_of(house), conf.files_dir, partial)
        partial.chmod(0o600)
        partial.replace(target)
    except OSError as refused:
        raise click.ClickException(f"{target} cannot be written: {refused.strerror}.") from None
    finally:
        partial.unlink(missing_ok=True)
    click.echo(f"{target}: {sum(counts.values())} rows, {target.stat().st_size / 1e6:.1f} MB")
