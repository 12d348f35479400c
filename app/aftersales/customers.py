"""Customers and their units: known again by phone, remembered from what intake wrote down."""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, bindparam, case, false, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app import clock
from app.aftersales.tables import customer, product_unit
from app.db import Transaction

# Two units may differ by case alone in what another system wrote; then the one that is written so is meant.
_by_serial_no = (
    select(product_unit)
    .where(func.lower(product_unit.c.serial_no) == bindparam("lower"))
    .order_by(case((product_unit.c.serial_no == bindparam("typed"), 0), else_=1), product_unit.c.id)
    .limit(1)
)
_same_phone = select(customer.c.id, customer.c.name, customer.c.merged_into).where(
    customer.c.phone_digits == bindparam("number")
)
_who_stays = select(customer.c.id, customer.c.merged_into).where(customer.c.id == bindparam("id"))
# Somebody else may write down the same customer or unit in this moment: then theirs is kept and brought up to date.
_new_customer = {
    "sqlite": sqlite.insert(customer).on_conflict_do_nothing(index_elements=["customer_no"]).returning(customer.c.id),
    "postgresql": postgresql.insert(customer)
    .on_conflict_do_nothing(index_elements=["customer_no"])
    .returning(customer.c.id),
}
_new_unit = {
    "sqlite": sqlite.insert(product_unit)
    .on_conflict_do_nothing(index_elements=["serial_no"])
    .returning(product_unit.c.id),
    "postgresql": postgresql.insert(product_unit)
    .on_conflict_do_nothing(index_elements=["serial_no"])
    .returning(product_unit.c.id),
}


def digits(phone: str | None) -> str:
    """A phone number as it is compared: digits only, full-width ones made narrow."""
    return "".join(str(unicodedata.decimal(c)) for c in phone or "" if c.isdecimal())[:20]


def find_customers(
    tx: Transaction, text: str, *, limit: int = 8, within: Sequence[str] | None = None
) -> list[Row[Any]]:
    """Customers whose phone begins with these digits or whose name holds the text; `within`: of these units' paths."""
    number, name = digits(text), text.strip()
    conditions = []
    if len(number) >= 3:
        conditions.append(customer.c.phone_digits.startswith(number))
    # A name may hold a number, a phone number holds no letters.
    if any(c.isalpha() for c in name):
        conditions.append(customer.c.name.contains(name, autoescape=True))
    if not conditions:
        return []
    query = select(customer).where(or_(*conditions), customer.c.merged_into.is_(None), customer.c.erased_at.is_(None))
    if within is not None:
        query = query.where(or_(false(), *(customer.c.unit_path.startswith(path, autoescape=True) for path in within)))
    return list(tx.rows(query.order_by(customer.c.name, customer.c.id).limit(limit)))


def page_of_customers(
    tx: Transaction, text: str, *, within: Sequence[str], limit: int, offset: int = 0
) -> tuple[list[Row[Any]], int]:
    """A page of the customers of these units, by name, and how many there are; `text` narrows by name, phone, number
    or a product's serial number."""
    own = or_(false(), *(customer.c.unit_path.startswith(path, autoescape=True) for path in within))
    conditions = [own, customer.c.merged_into.is_(None)]
    wanted, number = text.strip(), digits(text)
    if wanted:
        serial = select(product_unit.c.customer_id).where(product_unit.c.serial_no.contains(wanted, autoescape=True))
        found = [
            customer.c.name.contains(wanted, autoescape=True),
            customer.c.customer_no.contains(wanted, autoescape=True),
            customer.c.id.in_(serial),
        ]
        if len(number) >= 3:
            found.append(customer.c.phone_digits.contains(number))
        conditions.append(or_(*found))
    count = int(tx.value(select(func.count()).select_from(customer).where(*conditions)) or 0)
    query = select(customer).where(*conditions).order_by(customer.c.name, customer.c.id).limit(limit).offset(offset)
    return list(tx.rows(query)), count


def units_of(tx: Transaction, customer_id: int) -> list[Row[Any]]:
    """The units of a customer, newest first."""
    query = select(product_unit).where(product_unit.c.customer_id == customer_id)
    return list(tx.rows(query.order_by(product_unit.c.purchase_date.desc().nulls_last(), product_unit.c.id.desc())))


def find_unit(tx: Transaction, serial_no: str | None) -> Row[Any] | None:
    """The unit with this serial number, however it was typed."""
    typed = (serial_no or "").strip()
    return tx.row(_by_serial_no, {"typed": typed, "lower": typed.lower()}) if typed else None


def remember(tx: Transaction, facts: Mapping[str, Any], *, unit_path: str) -> int | None:
    """Keep customer and unit of a case, known again by phone and name; returns the customer's id."""
    name, phone = _text(facts, "customer_name", 80), _text(facts, "contact_phone", 40)
    number = digits(phone)
    if name is None or phone is None or not number:
        return None
    values = {
        "contact_person": _text(facts, "contact_person", 40) or "",
        "phone": phone,
        "address": _text(facts, "customer_address", 200) or "",
        "region_code": _text(facts, "region_code", 40),
        "updated_at": clock.now(),
    }
    customer_id = _remember_customer(tx, name, number, values, unit_path)
    _remember_unit(tx, facts, customer_id)
    return customer_id


def _remember_customer(tx: Transaction, name: str, number: str, values: Mapping[str, Any], unit_path: str) -> int:
    for attempt in itertools.count(1):
        same_phone = tx.rows(_same_phone, {"number": number})
        known = next((row for row in same_phone if row.name == name), None)
        if known is not None:
            kept = {key: value for key, value in values.items() if value}
            # Whoever was merged into another calls as the other.
            while known.merged_into is not None:
                known = tx.execute(_who_stays, {"id": known.merged_into}).one()
                kept.pop("phone", None)
            tx.execute(update(customer).where(customer.c.id == known.id).values(**kept))
            return int(known.id)
        customer_no = f"KH{number}-{len(same_phone) + attempt}"
        new = {"customer_no": customer_no, "name": name, "phone_digits": number, "unit_path": unit_path, **values}
        made = tx.execute(_new_customer[tx.connection.dialect.name], new).scalar()
        if made is not None:
            return int(made)
    raise AssertionError("counting ends at the first number that is free")


def _remember_unit(tx: Transaction, facts: Mapping[str, Any], customer_id: int) -> None:
    serial_no, model = _text(facts, "serial_no", 40), _text(facts, "product_model", 60)
    if serial_no is None or model is None:
        return
    values: dict[str, Any] = {
        "customer_id": customer_id,
        "category": _text(facts, "product_category", 20),
        "model": model,
        "purchase_proof_no": _text(facts, "purchase_proof_no", 40),
        "purchase_date": _day(facts.get("purchase_date")),
        "commissioned_date": _day(facts.get("commissioned_date")),
        "warranty_end": _day(facts.get("warranty_end")),
    }
    known = find_unit(tx, serial_no)
    if known is None:
        new = {**values, "serial_no": serial_no, "category": values["category"] or "other"}
        if tx.row(_new_unit[tx.connection.dialect.name], new) is not None:
            return
        known = find_unit(tx, serial_no)
    assert known is not None
    kept = {key: value for key, value in values.items() if value is not None and getattr(known, key) != value}
    if kept:
        tx.execute(update(product_unit).where(product_unit.c.id == known.id).values(**kept))


def _text(facts: Mapping[str, Any], key: str, longest: int) -> str | None:
    """What a variable says, as long as the column is: messages of other systems keep to no form."""
    return str(facts.get(key) or "").strip()[:longest].strip() or None


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(str(text)[:10]) if text else None
    except ValueError:
        return None
