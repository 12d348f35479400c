"""`import contacts` and `import customers`: lists of other systems, each line taken or refused with the reason."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import click

from app import settings as product_settings

MOST_CUSTOMERS = 100_000  # lines


@click.group("import")
def command() -> None:
    """Import records of other systems."""


@command.command("contacts")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--map", "maps", multiple=True, metavar="COLUMN=FIELD", help="A column of the list and its field in F01.")
@click.option("--key", help="The column that numbers the records (default: id, 编号 …).")
@click.option("--source", default="contacts", show_default=True, help="Whose numbers these are.")
@click.option("--unit", help="The outlet that the cases belong to (default: the first one).")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", help="Language of the reasons.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def contacts(
    file: Path, maps: tuple[str, ...], key: str | None, source: str, unit: str | None, lang: str, as_json: bool
) -> None:
    """Start the contact intake (P01) for every line of FILE; lines imported before are recognised."""
    from app.cli.assembly import bring_up_to_date, open_house
    from app.cli.contact_list import Imported, import_line, mapping_for, read_lines

    given = {}
    for each in maps:
        column, equals, target = each.partition("=")
        if not equals or not column or not target:
            raise click.BadParameter(f"“{each}” is not COLUMN=FIELD", param_hint="--map")
        given[column] = target
    conf = product_settings.load()
    house = open_house(conf)
    bring_up_to_date(house.db)
    lines = read_lines(file)
    names = list(lines[0].columns) if lines else []
    mapping = mapping_for(names, conf.processes_dir / "contact_intake" / "import.yaml", given, key)
    unit = unit or _first_outlet(house)
    result = Imported()
    began = time.monotonic()
    with click.progressbar(lines, label="Importing", file=sys.stderr, hidden=not sys.stderr.isatty()) as progress:
        for line in progress:
            answer = import_line(house, line, mapping, source=source, unit=unit)
            if answer == "started":
                result.started += 1
            elif answer == "recognised":
                result.recognised += 1
            else:
                assert not isinstance(answer, str)
                result.refused.append((line.number, answer))
    seconds = max(time.monotonic() - began, 1e-6)
    if as_json:
        shown = {
            "started": result.started,
            "recognised": result.recognised,
            "refused": [
                {"line": number, "field": wrong.field, "code": wrong.code, "reason": wrong.message.text(lang)}
                for number, wrong in result.refused
            ],
            "seconds": round(seconds, 3),
            "rows_per_second": round(len(lines) / seconds, 1),
        }
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
    else:
        for number, wrong in result.refused:
            click.echo(f"line {number}, {wrong.field or '-'}: {wrong.message.text(lang)}")
        click.echo(
            f"{result.started} started, {len(result.refused)} refused, {result.recognised} recognised; "
            f"{len(lines) / seconds:.0f} rows/s"
        )
    sys.exit(1 if result.refused else 0)


@command.command("customers")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would happen, and every mistake; write nothing.")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", help="Language of the reasons.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def customers(file: Path, dry_run: bool, lang: str, as_json: bool) -> None:
    """Bring in the customers and products of FILE (.xlsx or CSV): all of it, or nothing when one cell is wrong."""
    from sqlalchemy import select

    from app.aftersales import customer_list
    from app.cli.assembly import bring_up_to_date, open_house
    from app.identity import SYSTEM
    from app.identity.tables import org_unit

    house = open_house(product_settings.load())
    bring_up_to_date(house.db)
    rows = customer_list.read_list(file.read_bytes(), most=MOST_CUSTOMERS)
    with house.db.transaction() as tx:
        if not dry_run:
            tx.begin_writing()
        units = {row.code: row.path for row in tx.rows(select(org_unit.c.code, org_unit.c.path))}
        made = customer_list.plan(tx, rows, units=units)
        if not made.errors and not dry_run:
            customer_list.apply(tx, made, units=units, actor=SYSTEM)
    counts = {
        "lines": len(rows),
        **{f"customers_{kind}": made.customers(kind) for kind in ("new", "changed", "same")},
        **{f"units_{kind}": made.units(kind) for kind in ("new", "changed", "same")},
        "written": not made.errors and not dry_run,
    }
    if as_json:
        errors = [
            {"line": wrong.row, "column": wrong.column, "reason": wrong.message.text(lang)} for wrong in made.errors
        ]
        click.echo(json.dumps({**counts, "errors": errors}, ensure_ascii=False, indent=2))
    else:
        for wrong in made.errors:
            click.echo(
                f"line {wrong.row}, {customer_list.COLUMNS[wrong.column].text(lang)}: {wrong.message.text(lang)}"
            )
        click.echo(", ".join(f"{name.replace('_', ' ')} {value}" for name, value in counts.items()))
    sys.exit(1 if made.errors else 0)


def _first_outlet(house: object) -> str:
    from sqlalchemy import select

    from app.house import House
    from app.identity.tables import org_unit

    assert isinstance(house, House)
    with house.db.reading() as tx:
        found = tx.value(
            select(org_unit.c.code)
            .where(org_unit.c.active)
            .order_by((org_unit.c.kind == "outlet").desc(), org_unit.c.id)
            .limit(1)
        )
    if found is None:
        raise click.ClickException("there is no unit yet; found the company first (make run, or run --demo).")
    return str(found)
