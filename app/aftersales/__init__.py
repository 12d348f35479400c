"""Customers, units with serial numbers, the parts ledger, rotation, signed content. Knows no BPMN."""

from __future__ import annotations

from app.aftersales import customers, rotation, signatures, stock
from app.aftersales.stock.tables import part
from app.aftersales.tables import customer, held_goods, product_unit, signed_content, skill

__all__ = [
    "customer",
    "customers",
    "held_goods",
    "part",
    "product_unit",
    "rotation",
    "signatures",
    "signed_content",
    "skill",
    "stock",
]
