"""`import contacts FILE.csv`: each line becomes a case that waits to be clarified, or is refused with the reason."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import click

from app import settings as product_settings


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
