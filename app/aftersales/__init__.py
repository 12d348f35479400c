"""Customers, units with serial numbers, parts, rotation, signed content. Knows no BPMN."""

from __future__ import annotations

from app.aftersales import customers, rotation, signatures
from app.aftersales.tables import customer, part, product_unit, signed_content, skill

__all__ = ["customer", "customers", "part", "product_unit", "rotation", "signatures", "signed_content", "skill"]
