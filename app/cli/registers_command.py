"""`registers rebuild R06`: a register made again from history alone, and what was different before."""

from __future__ import annotations

import json
import sys

import click

from app import settings as product_settings

SHOWN = 20  # keys of each kind


@click.group("registers")
def command() -> None:
    """Registers."""


@command.command("rebuild")
@click.argument("codes", nargs=-1, required=True, metavar="CODE...")
@click.option("--check", is_flag=True, help="Only compare: change nothing, exit with 1 when a row differs.")
@click.option("--drop-unknown", is_flag=True, help="Also when rows go that history does not know.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def rebuild(codes: tuple[str, ...], check: bool, drop_unknown: bool, as_json: bool) -> None:
    """Empty the register CODE (R06 …) and fill it again from history alone; each register in one transaction."""
    from app import registers
    from app.cli.assembly import bring_up_to_date, open_house
    from app.history import record
    from app.identity import SYSTEM

    house = open_house(product_settings.load())
    bring_up_to_date(house.db)
    if unknown := [code for code in codes if code not in house.registers.registers]:
        raise click.BadParameter(f"there is no register {', '.join(unknown)}", param_hint="CODE")
    differs = False
    results = {}
    for code in dict.fromkeys(codes):
        try:
            with house.db.transaction() as tx:
                found = registers.rebuild(tx, code)
                if check or (found.lost and not drop_unknown):
                    raise _NotKept
                name = house.registers.registers[code].name.zh
                data = {"register": code, "name": name, "rows": found.rows}
                record(tx, actor=SYSTEM, kind="register_rebuilt", data=data)
        except _NotKept:
            differs = differs or not found.same
            if found.lost and not check:
                click.echo(
                    f"{code}: history does not know {len(found.lost)} of the rows, so nothing was changed; "
                    "look at them, then say --drop-unknown.",
                    err=True,
                )
        results[code] = found
    if as_json:
        shown = {
            code: {"rows": each.rows, "lost": each.lost, "changed": each.changed, "found": each.found}
            for code, each in results.items()
        }
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
    else:
        for code, each in results.items():
            click.echo(f"{code}: {each.rows} rows{'' if each.same else '; before that'}")
            for what, keys in (("unknown to history", each.lost), ("different", each.changed), ("missing", each.found)):
                if keys:
                    more = f" … ({len(keys)})" if len(keys) > SHOWN else ""
                    click.echo(f"  {what}: {', '.join(keys[:SHOWN])}{more}")
    sys.exit(1 if differs else 0)


class _NotKept(Exception):
    """Rolls the transaction back."""
