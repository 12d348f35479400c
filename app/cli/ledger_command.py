"""`ledger check`: proves the invariants of the parts ledger over the whole database."""

from __future__ import annotations

import json
import sys
import time

import click

from app import settings as product_settings


@click.group("ledger")
def command() -> None:
    """The parts ledger."""


@command.command("check")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", help="Language of the sentences.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def check(lang: str, as_json: bool) -> None:
    """Prove every invariant and print how many moves were checked; exits with 1 when one is broken."""
    from app.aftersales import stock
    from app.cli.assembly import bring_up_to_date, open_house

    house = open_house(product_settings.load())
    bring_up_to_date(house.db)
    began = time.monotonic()
    with house.db.one_moment() as tx:
        moves = stock.count_moves(tx)
        found = list(stock.findings(tx))
    seconds = time.monotonic() - began
    if as_json:
        shown = {
            "moves": moves,
            "invariants": len(stock.CHECKS),
            "findings": [
                {"check": each.check, "message": each.sentence.text(lang), "where": each.where} for each in found
            ],
            "seconds": round(seconds, 3),
        }
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
    else:
        for each in found:
            click.echo(f"{each.check}: {each.sentence.text(lang)} – {each.where}")
        click.echo(f"{moves} moves checked, {len(stock.CHECKS)} invariants, {len(found)} findings, {seconds:.2f} s")
    sys.exit(1 if found else 0)
