"""Customers and their units: known again by phone, remembered from what intake wrote down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, false, insert, or_, select, update

from app import clock
from app.aftersales.tables import customer, product_unit
from app.db import Transaction


def digits(phone: str | None) -> str:
    """A phone number as it is compared: digits only."""
    return "".join(c for c in phone or "" if c.isdigit())[:20]


def find_customers(
    tx: Transaction, text: str, *, limit: int = 8, within: Sequence[str] | None = None
) -> list[Row[Any]]:
    """Customers whose phone begins with these digits or whose name holds the text; `within`: of these units' paths."""
    number, name = digits(text), text.strip()
    if len(number) < 3 and not name:
        return []
    conditions = []
    if len(number) >= 3:
        conditions.append(customer.c.phone_digits.startswith(number))
    if name and not number:
        conditions.append(customer.c.name.contains(name, autoescape=True))
    if not conditions:
        return []
    query = select(customer).where(or_(*conditions))
    if within is not None:
        query = query.where(or_(false(), *(customer.c.unit_path.startswith(path, autoescape=True) for path in within)))
    return list(tx.rows(query.order_by(customer.c.name, customer.c.id).limit(limit)))


def units_of(tx: Transaction, customer_id: int) -> list[Row[Any]]:
    """The units of a customer, newest first."""
    query = select(product_unit).where(product_unit.c.customer_id == customer_id)
    return list(tx.rows(query.order_by(product_unit.c.purchase_date.desc(), product_unit.c.id.desc())))


def find_unit(tx: Transaction, serial_no: str | None) -> Row[Any] | None:
    """The unit with this serial number."""
    if not serial_no:
        return None
    return tx.row(select(product_unit).where(product_unit.c.serial_no == serial_no.strip()))


def remember(tx: Transaction, facts: Mapping[str, Any], *, unit_path: str) -> int | None:
    """Keep customer and unit of a case, known again by phone and name; returns the customer's id."""
    name, phone = str(facts.get("customer_name") or "").strip(), str(facts.get("contact_phone") or "").strip()
    number = digits(phone)
    if not name or not number:
        return None
    values = {
        "contact_person": str(facts.get("contact_person") or "")[:40],
        "phone": phone[:40],
        "address": str(facts.get("customer_address") or "")[:200],
        "region_code": facts.get("region_code"),
        "updated_at": clock.now(),
    }
    known = tx.row(select(customer.c.id).where(customer.c.phone_digits == number, customer.c.name == name[:80]))
    if known is not None:
        kept = {key: value for key, value in values.items() if value}
        tx.execute(update(customer).where(customer.c.id == known.id).values(**kept))
        customer_id = int(known.id)
    else:
        customer_id = int(
            tx.execute(
                insert(customer)
                .values(
                    customer_no=f"KH{number}-{clock.now():%y%m%d%H%M%S%f}"[:40],
                    name=name[:80],
                    phone_digits=number,
                    unit_path=unit_path,
                    **values,
                )
                .returning(customer.c.id)
            ).scalar_one()
        )
    _remember_unit(tx, facts, customer_id)
    return customer_id


def _remember_unit(tx: Transaction, facts: Mapping[str, Any], customer_id: int) -> None:
    serial_no = str(facts.get("serial_no") or "").strip()[:40]
    model = str(facts.get("product_model") or "").strip()[:60]
    if not serial_no or not model:
        return
    values: dict[str, Any] = {
        "customer_id": customer_id,
        "category": str(facts.get("product_category") or "other"),
        "model": model,
        "purchase_proof_no": facts.get("purchase_proof_no"),
        "purchase_date": _day(facts.get("purchase_date")),
        "commissioned_date": _day(facts.get("commissioned_date")),
        "warranty_end": _day(facts.get("warranty_end")),
    }
    known = find_unit(tx, serial_no)
    if known is None:
        tx.execute(insert(product_unit).values(serial_no=serial_no, **values))
        return
    kept = {key: value for key, value in values.items() if value is not None and getattr(known, key) != value}
    if kept:
        tx.execute(update(product_unit).where(product_unit.c.id == known.id).values(**kept))


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(str(text)[:10]) if text else None
    except ValueError:
        return None
