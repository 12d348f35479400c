"""`worker`: do jobs until stopped; any number of workers may run beside the servers."""

from __future__ import annotations

import logging
import signal
from typing import Any

import click

from app import settings as product_settings


@click.command("worker")
@click.option("--threads", type=click.IntRange(1, 64), default=1, show_default=True)
@click.option("--once", is_flag=True, help="Do what is due now, then end.")
def command(threads: int, once: bool) -> None:
    """Do the jobs that steps leave behind, fire timers, watch the clocks."""
    from app.cli.assembly import bring_up_to_date, open_house
    from app.connectors.notify import outgoing
    from app.worker import Runner

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    conf = product_settings.load()
    house = open_house(conf)
    bring_up_to_date(house.db)
    runner = Runner(house, threads=threads, outgoing=outgoing(conf))
    if once:
        while runner.run_due():
            pass
        click.echo(f"{runner.done} jobs done.")
        return

    def end(_number: int, _frame: Any) -> None:
        runner.stop()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    click.echo("The worker waits for jobs.")
    runner.start().wait()
    click.echo(f"The worker ends; {runner.done} jobs done.")
