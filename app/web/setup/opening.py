"""Step 5: what stands in the warehouses on the first day, and the customers with their products."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from flask import render_template
from sqlalchemy import func, select

from app.aftersales import customer, customer_list, stock
from app.aftersales.list_file import Line
from app.db import Transaction
from app.identity import Actor
from app.identity.tables import org_unit
from app.messages import Message
from app.web.access import house
from app.web.admin import only_admin
from app.web.setup import pages, step_page
from app.web.setup.sheet import Sheet, SheetPlan

COLUMNS = {
    "part_no": Message("备件编号", "Part No."),
    "name": Message("名称", "Name"),
    "spec": Message("规格", "Spec"),
    "tracking": Message("管理方式", "Kept"),
    "batch": Message("批次", "Batch"),
    "serial_no": Message("序列号", "Serial No."),
    "quantity": Message("数量", "Quantity"),
    "unit_cost": Message("单价", "Unit cost"),
    "place": Message("库房编码", "Warehouse code"),
    "place_name": Message("库房名称", "Warehouse name"),
    "unit": Message("单位编码", "Unit code"),
}
# The other places that a unit's ledger needs before the first part is issued.
BESIDE = ("old_parts", "scrap", "in_transit")
REASON = Message("期初库存", "Opening stock").zh  # of the move, as the ledger keeps it


@pages.get("/opening")
@only_admin
def opening() -> Any:
    """What there is already, and the two lists."""
    with house().db.reading() as tx:
        parts = int(tx.value(select(func.count()).select_from(stock.part)) or 0)
        customers = int(tx.value(select(func.count()).select_from(customer)) or 0)
        return render_template(
            "setup/opening.html",
            **step_page(tx, "opening", parts_count=parts, customers=customers, sheets=(STOCK, CUSTOMERS)),
        )


def document_of(place: str) -> str:
    """The document number of a warehouse's opening stock."""
    return f"QC-{place}"


def _plan_stock(tx: Transaction, lines: list[Line]) -> SheetPlan:
    made = SheetPlan()
    units = {row.code for row in tx.rows(select(org_unit.c.code).where(org_unit.c.active))}
    places = {row.code: row for row in tx.rows(select(stock.stock_location))}
    parts = {row.part_no: row for row in tx.rows(select(stock.part))}
    opened = _opened(tx)
    tracked: dict[str, str] = {}
    new_places: set[str] = set()
    seen: dict[tuple[str, ...], int] = {}
    for line in lines:
        values, before = line.values, len(made.errors)
        number, place = values["part_no"], values["place"]
        tracking = _tracking(values["tracking"])
        if not number:
            made.wrong(line, "part_no", "没有填写备件编号", "the part number is missing")
        if tracking is None:
            known = "、".join(each.zh for each in stock.TRACKING.values())
            made.wrong(line, "tracking", f"可填：{known}", f"one of: {', '.join(stock.TRACKING)}")
        elif number in parts or number in tracked:
            kept = parts[number].tracking if number in parts else tracked[number]
            if values["tracking"] and kept != tracking:
                way = stock.TRACKING[kept]
                made.wrong(line, "tracking", f"这个备件{way.zh}管理", f"this part is kept {way.en}")
        elif not values["name"]:
            made.wrong(line, "name", "新备件要写名称", "a new part needs its name")
        _check_amounts(made, line)
        if not place:
            made.wrong(line, "place", "没有填写库房编码", "the warehouse code is missing")
        elif place in places:
            if places[place].kind not in {"warehouse", "station"}:
                made.wrong(line, "place", "这不是库房", "this is no warehouse")
        elif place not in new_places:
            if not values["place_name"]:
                made.wrong(line, "place_name", "新库房要写名称", "a new warehouse needs its name")
            if values["unit"] not in units:
                made.wrong(line, "unit", f"没有单位“{values['unit']}”", f"there is no unit “{values['unit']}”")
            new_places.add(place)
        key = (place, number, values["batch"], values["serial_no"])
        if key in opened:
            made.wrong(line, "part_no", "期初库存已经登记过", "its opening stock was written down already")
        if key in seen:
            made.wrong(line, "part_no", f"与第 {seen[key]} 行重复", f"it stands in line {seen[key]} too")
        seen.setdefault(key, line.number)
        if tracking is not None:
            tracked.setdefault(number, tracking)
        if len(made.errors) == before:
            made.add(line, "new")
    return made


def _check_amounts(made: SheetPlan, line: Line) -> None:
    quantity, cost = _number(line.values["quantity"]), _number(line.values["unit_cost"] or "0")
    if quantity is None or quantity <= 0 or quantity != quantity.quantize(Decimal("0.001")):
        made.wrong(line, "quantity", "数量要大于零，最多三位小数", "above zero, three decimal places at most")
    if cost is None or cost < 0 or cost != cost.quantize(Decimal("0.01")):
        made.wrong(line, "unit_cost", "单价不小于零，精确到分", "in yuan and fen, not below zero")


def _apply_stock(tx: Transaction, made: SheetPlan, actor: Actor) -> None:
    paths = {row.code: row.path for row in tx.rows(select(org_unit.c.code, org_unit.c.path))}
    places = {row.code for row in tx.rows(select(stock.stock_location.c.code))}
    parts = {row.part_no for row in tx.rows(select(stock.part.c.part_no))}
    receipts: dict[str, list[stock.Line]] = {}
    supplier = stock.the_world(tx, "supplier")
    for line, _ in made.lines:
        values = line.values
        number, place = values["part_no"], values["place"]
        if number not in parts:
            tracking = _tracking(values["tracking"]) or "none"
            stock.add_part(
                tx,
                part_no=number,
                name=values["name"],
                spec=values["spec"],
                tracking=tracking,
                old_part_duty=True,
                actor=actor,
            )
            parts.add(number)
        if place not in places:
            _add_warehouse(tx, values, paths[values["unit"]], actor)
            places.add(place)
        cost = _number(values["unit_cost"]) if values["unit_cost"] else None
        receipts.setdefault(place, []).append(
            stock.Line(
                number,
                Decimal(values["quantity"]),
                supplier,
                place,
                batch=values["batch"],
                serial_no=values["serial_no"],
                unit_cost=cost,
            )
        )
    for place, received in receipts.items():
        stock.post(tx, kind="receive", lines=received, document_no=document_of(place), reason=REASON, actor=actor)


def _add_warehouse(tx: Transaction, values: dict[str, str], path: str, actor: Actor) -> None:
    """The warehouse, and beside it what the unit's ledger lacks: old parts, scrap, what is under way."""
    code, name = values["place"], values["place_name"]
    stock.add_location(tx, code=code, kind="warehouse", name=name, unit_path=path, actor=actor)
    here = select(stock.stock_location.c.kind).where(stock.stock_location.c.unit_path == path)
    there = {row.kind for row in tx.rows(here)}
    for kind in BESIDE:
        if kind not in there:
            title = f"{name} {stock.KINDS[kind].zh}"[:60]
            stock.add_location(tx, code=f"{code}-{kind}"[:40], kind=kind, name=title, unit_path=path, actor=actor)


def _opened(tx: Transaction) -> set[tuple[str, ...]]:
    """What opening stock there is: (place, part, batch, serial number)."""
    entry, move, place = stock.stock_entry, stock.stock_move, stock.stock_location
    query = (
        select(place.c.code, entry.c.part_no, entry.c.batch, entry.c.serial_no, move.c.document_no)
        .join(move, move.c.id == entry.c.move_id)
        .join(place, place.c.id == entry.c.location_id)
        .where(move.c.kind == "receive", move.c.document_no.startswith("QC-"))
    )
    return {
        (row.code, row.part_no, row.batch, row.serial_no)
        for row in tx.rows(query)
        if row.document_no == document_of(row.code)
    }


def _number(text: str) -> Decimal | None:
    try:
        found = Decimal(text.replace(",", ""))
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found) < 10**9 else None


def _tracking(text: str) -> str | None:
    if not text:
        return "none"
    return next((key for key, each in stock.TRACKING.items() if text.casefold() in {key, each.zh, each.en}), None)


def _plan_customers(tx: Transaction, lines: list[Line]) -> SheetPlan:
    found = customer_list.plan(tx, lines, units=_units(tx))
    made = SheetPlan(errors=found.errors)
    for line, planned in zip(lines, found.lines, strict=True):
        kinds = {planned.customer, planned.unit}
        made.add(line, "new" if "new" in kinds else "changed" if "changed" in kinds else "same")
    return made


def _apply_customers(tx: Transaction, made: SheetPlan, actor: Actor) -> None:
    units = _units(tx)
    lines = [line for line, _ in made.lines]
    customer_list.apply(tx, customer_list.plan(tx, lines, units=units), units=units, actor=actor)


def _units(tx: Transaction) -> dict[str, str]:
    return {row.code: row.path for row in tx.rows(select(org_unit.c.code, org_unit.c.path).where(org_unit.c.active))}


STOCK = Sheet(
    key="stock",
    step="opening",
    title=Message("期初库存", "Opening stock"),
    about=Message(
        "一行一种备件在一个库房的数量；新备件和新库房随之建立。每种备件在每个库房只能登记一次期初。",
        "One part in one warehouse per line; new parts and warehouses are made. Each can be opened only once.",
    ),
    columns=COLUMNS,
    needed=("part_no", "quantity", "place"),
    plan=_plan_stock,
    apply=_apply_stock,
)
CUSTOMERS = Sheet(
    key="customers",
    step="opening",
    title=Message("客户和产品", "Customers and products"),
    about=Message(
        "一行一台产品；同一客户有几台产品就写几行。",
        "One product per line; a customer with several stands in several lines.",
    ),
    columns=customer_list.COLUMNS,
    needed=("name", "phone", "unit"),
    plan=_plan_customers,
    apply=_apply_customers,
)
