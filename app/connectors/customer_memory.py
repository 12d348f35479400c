"""After a step that learned about a customer, customer and unit are remembered for the next call."""

from __future__ import annotations

from app.aftersales import customers
from app.db import Transaction
from app.runtime import StepRecord, World

_TELLING = (
    "customer_name",
    "contact_phone",
    "contact_person",
    "customer_address",
    "serial_no",
    "product_model",
    "purchase_date",
    "commissioned_date",
    "warranty_end",
)


def remember_customer(tx: Transaction, world: World, record: StepRecord) -> None:
    """A listener; costs nothing when nothing of it changed, or when the values were only handed over."""
    if not record.before:
        return
    if any(record.variables.get(key) != record.before.get(key) for key in _TELLING):
        customers.remember(tx, record.variables, unit_path=record.unit_path)
