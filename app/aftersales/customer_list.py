"""Lists of customers and products from Excel or CSV: read, checked cell by cell, imported whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import insert, select, update

from app import clock
from app.aftersales.customers import digits
from app.aftersales.list_file import CellError, Line, read_lines, workbook_of
from app.aftersales.tables import customer, product_unit
from app.db import Transaction
from app.history import record
from app.history.record import Doer
from app.messages import Message

COLUMNS: dict[str, Message] = {
    "customer_no": Message("客户编号", "Customer No."),
    "name": Message("客户名称", "Customer"),
    "customer_type": Message("客户类型", "Type"),
    "contact_person": Message("联系人", "Contact person"),
    "phone": Message("电话", "Phone"),
    "address": Message("地址", "Address"),
    "region_code": Message("区域编码", "Region code"),
    "unit": Message("单位编码", "Unit code"),
    "serial_no": Message("产品编号", "Serial No."),
    "category": Message("产品类别", "Category"),
    "model": Message("型号", "Model"),
    "purchase_date": Message("购买日期", "Purchased on"),
    "commissioned_date": Message("调试日期", "Commissioned on"),
    "warranty_terms": Message("保修条款", "Warranty terms"),
    "warranty_end": Message("保修到期", "Warranty until"),
}
TYPES: dict[str, Message] = {
    "individual": Message("个人", "Individual"),
    "company": Message("单位", "Company"),
    "property": Message("物业", "Property manager"),
    "dealer": Message("经销商", "Dealer"),
    "hospital_school": Message("机构", "Institution"),
}
CATEGORIES: dict[str, Message] = {
    "vehicle": Message("整车", "Vehicle"),
    "instrument": Message("仪器", "Instrument"),
    "appliance": Message("家电", "Appliance"),
    "door_window": Message("门窗", "Door or window"),
    "furniture": Message("家具", "Furniture"),
    "electronics": Message("电子产品", "Electronics"),
    "system": Message("系统工程", "System"),
    "other": Message("其他", "Other"),
}
MAX_ROWS = 5000
_NEEDED = ("name", "phone", "unit")
_LENGTHS = {"name": 80, "contact_person": 40, "phone": 40, "address": 200, "region_code": 40, "serial_no": 40,
            "model": 60, "warranty_terms": 200, "customer_no": 40}  # fmt: skip
_DATES = ("purchase_date", "commissioned_date", "warranty_end")
_UNIT_FIELDS = ("category", "model", *_DATES, "warranty_terms")
_CUSTOMER_FIELDS = ("customer_type", "contact_person", "phone", "address", "region_code")


@dataclass(slots=True)
class Planned:
    """What the import does with one line."""

    row: Line
    customer: str = "new"  # new, changed, same
    unit: str = ""  # new, changed, same, or nothing
    dates: dict[str, date] = field(default_factory=dict)
    customer_id: int | None = None
    unit_id: int | None = None


@dataclass(slots=True)
class Plan:
    """The whole file: what would happen, and every mistake by line and column."""

    lines: list[Planned] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)

    def customers(self, kind: str) -> int:
        """How many lines have a customer that is new, changed or same."""
        return sum(line.customer == kind for line in self.lines)

    def units(self, kind: str) -> int:
        """How many lines have a product that is new, changed or same."""
        return sum(line.unit == kind for line in self.lines)


def read_list(content: bytes, *, most: int = MAX_ROWS) -> list[Line]:
    """The lines of an .xlsx or a CSV file; its first line names the columns, in any order, in Chinese or English."""
    return read_lines(content, COLUMNS, _NEEDED, most)


def plan(tx: Transaction, rows: Iterable[Line], *, units: Mapping[str, str]) -> Plan:
    """What an import would do, and every mistake of every cell at once; `units`: code → path of those one may fill.

    A customer is known by his number, else by name and phone; a product by its serial number.
    """
    rows = list(rows)
    made, seen = Plan(), {}  # type: ignore[var-annotated]
    by_no, by_name = _known_customers(tx, rows)
    known_units = _known_units(tx, rows)
    for row in rows:
        before = len(made.errors)
        line = Planned(row)
        _check(made, line, units, by_no, seen)
        if len(made.errors) == before:
            _compare(line, by_no, by_name, known_units)
        made.lines.append(line)
    return made


def _known_customers(tx: Transaction, rows: list[Line]) -> tuple[dict[str, Any], dict[tuple[str, str], Any]]:
    numbers = sorted({row.values["customer_no"] for row in rows if row.values["customer_no"]})
    phones = sorted({digits(row.values["phone"]) for row in rows})
    alive = (customer.c.merged_into.is_(None), customer.c.erased_at.is_(None))
    by_no: dict[str, Any] = {}
    by_name: dict[tuple[str, str], Any] = {}
    for start in range(0, max(len(numbers), len(phones)), 500):
        few = slice(start, start + 500)
        wanted = customer.c.customer_no.in_(numbers[few]) | customer.c.phone_digits.in_(phones[few])
        for found in tx.rows(select(customer).where(wanted, *alive)):
            by_no[found.customer_no] = found
            by_name[found.name, found.phone_digits] = found
    return by_no, by_name


def _known_units(tx: Transaction, rows: list[Line]) -> dict[str, Any]:
    numbers = sorted({row.values["serial_no"] for row in rows if row.values["serial_no"]})
    found: dict[str, Any] = {}
    for start in range(0, len(numbers), 500):
        query = select(product_unit).where(product_unit.c.serial_no.in_(numbers[start : start + 500]))
        found |= {row.serial_no: row for row in tx.rows(query)}
    return found


def _check(made: Plan, line: Planned, units: Mapping[str, str], by_no: Mapping[str, Any], seen: dict[str, int]) -> None:
    values = line.row.values

    def wrong(column: str, zh: str, en: str) -> None:
        made.errors.append(CellError(line.row.number, column, Message(zh, en)))

    for column in _NEEDED:
        if not values[column]:
            wrong(column, f"没有填写{COLUMNS[column].zh}", f"{COLUMNS[column].en} is missing")
    for column, longest in _LENGTHS.items():
        if len(values[column]) > longest:
            wrong(column, f"超过 {longest} 个字", f"exceeds {longest} characters")
    if values["phone"] and not 5 <= len(digits(values["phone"])) <= 20:
        wrong("phone", "电话要有 5 到 20 位数字", "a phone number has 5 to 20 digits")
    if values["unit"] and values["unit"] not in units:
        wrong("unit", f"没有单位“{values['unit']}”，或不归您管", f"there is no unit “{values['unit']}” of yours")
    if values["customer_no"] and values["customer_no"] not in by_no:
        wrong(
            "customer_no", "没有这个客户编号；新客户请留空", "no customer has this number; leave it empty for a new one"
        )
    for column, options in (("customer_type", TYPES), ("category", CATEGORIES)):
        if values[column] and _option(options, values[column]) is None:
            known = "、".join(each.zh for each in options.values())
            wrong(
                column, f"没有“{values[column]}”，可填：{known}", f"“{values[column]}” is none of: {', '.join(options)}"
            )
    for column in _DATES:
        found = _day(values[column])
        if found is not None:
            line.dates[column] = found
        elif values[column]:
            wrong(
                column, f"“{values[column]}”不是日期，请写 2026-03-02", f"“{values[column]}” is no date like 2026-03-02"
            )
    bought, commissioned = line.dates.get("purchase_date"), line.dates.get("commissioned_date")
    if bought and bought > clock.now().astimezone(clock.ZONE).date():
        wrong("purchase_date", "购买日期在今天以后", "it was not purchased yet")
    if bought and commissioned and commissioned < bought:
        wrong("commissioned_date", "调试日期早于购买日期", "it was commissioned before it was purchased")
    _check_unit(values, seen, line.row.number, wrong)


def _check_unit(values: Mapping[str, str], seen: dict[str, int], number: int, wrong: Any) -> None:
    serial_no = values["serial_no"]
    if not serial_no:
        for column in ("model", "category", *_DATES):
            if values[column]:
                wrong(
                    "serial_no",
                    f"填了{COLUMNS[column].zh}，没有产品编号",
                    f"{COLUMNS[column].en} without a serial number",
                )
                return
        return
    if not values["model"]:
        wrong("model", "没有填写型号", "the model is missing")
    if serial_no in seen:
        wrong(
            "serial_no",
            f"产品编号与第 {seen[serial_no]} 行重复",
            f"the serial number stands in line {seen[serial_no]} too",
        )
    seen.setdefault(serial_no, number)


def _compare(
    line: Planned,
    by_no: Mapping[str, Any],
    by_name: Mapping[tuple[str, str], Any],
    known_units: Mapping[str, Any],
) -> None:
    values = line.row.values
    found = by_no.get(values["customer_no"]) or by_name.get((values["name"], digits(values["phone"])))
    if found is not None:
        line.customer_id = found.id
        new = _customer_values(values)
        line.customer = "changed" if any(getattr(found, key) != value for key, value in new.items()) else "same"
    if values["serial_no"]:
        unit = known_units.get(values["serial_no"])
        line.unit = "new"
        if unit is not None:
            line.unit_id = unit.id
            new = _unit_values(line)
            same = unit.customer_id == line.customer_id and all(getattr(unit, k) == v for k, v in new.items())
            line.unit = "same" if same else "changed"


def apply(tx: Transaction, made: Plan, *, units: Mapping[str, str], actor: Doer) -> None:
    """Carry out a plan without errors, all of it in the caller's transaction; one line in the record says how much."""
    assert not made.errors, "a plan with errors is never carried out"
    now = clock.now()
    fresh: dict[tuple[str, str], int] = {}
    for line in made.lines:
        values = line.row.values
        new = _customer_values(values)
        who = (values["name"], digits(values["phone"]))
        line.customer_id = line.customer_id or fresh.get(who)
        if line.customer_id is None:
            given = {"contact_person": "", "address": "", **new, "unit_path": units[values["unit"]], "updated_at": now}
            number = _free_number(tx, who[1])
            line.customer_id = fresh[who] = int(
                tx.execute(insert(customer).values(customer_no=number, **given).returning(customer.c.id)).scalar_one()
            )
        elif line.customer == "changed":
            tx.execute(update(customer).where(customer.c.id == line.customer_id).values(**new, updated_at=now))
        if line.unit == "new":
            tx.execute(
                insert(product_unit).values(
                    **{"category": "other", **_unit_values(line)},
                    serial_no=values["serial_no"],
                    customer_id=line.customer_id,
                )
            )
        elif line.unit == "changed":
            where = product_unit.c.id == line.unit_id
            tx.execute(update(product_unit).where(where).values(**_unit_values(line), customer_id=line.customer_id))
    told = {f"customers_{kind}": made.customers(kind) for kind in ("new", "changed", "same")}
    told |= {f"units_{kind}": made.units(kind) for kind in ("new", "changed", "same")}
    record(tx, actor=actor, kind="customers_imported", data=told)


def _free_number(tx: Transaction, phone: str) -> str:
    taken = {
        row.customer_no
        for row in tx.rows(select(customer.c.customer_no).where(customer.c.customer_no.startswith(f"KH{phone}-")))
    }
    return next(number for n in range(1, len(taken) + 2) if (number := f"KH{phone}-{n}") not in taken)


def _customer_values(values: Mapping[str, str]) -> dict[str, Any]:
    """What the line says of the customer; an empty cell says nothing."""
    new: dict[str, Any] = {key: values[key] for key in _CUSTOMER_FIELDS if values[key]}
    if values["customer_type"]:
        new["customer_type"] = _option(TYPES, values["customer_type"])
    return {**new, "name": values["name"], "phone_digits": digits(values["phone"])}


def _unit_values(line: Planned) -> dict[str, Any]:
    values = line.row.values
    new: dict[str, Any] = {key: values[key] for key in _UNIT_FIELDS if values[key]}
    if values["category"]:
        new["category"] = _option(CATEGORIES, values["category"])
    return {**new, **line.dates}


def _option(options: Mapping[str, Message], text: str) -> str | None:
    return next((key for key, each in options.items() if text.casefold() in {key, each.zh, each.en.casefold()}), None)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.replace("/", "-").replace(".", "-")) if text else None
    except ValueError:
        parts = text.replace("/", "-").replace(".", "-").split("-")
        if len(parts) == 3 and all(part.isascii() and part.isdigit() and len(part) < 5 for part in parts):
            try:
                return date(*map(int, parts))
            except ValueError:
                return None
        return None


def template(lines: Iterable[Sequence[str]] = ()) -> bytes:
    """An .xlsx file with the columns and the given lines."""
    return workbook_of("客户", COLUMNS, lines)
