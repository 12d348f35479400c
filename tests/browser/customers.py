"""Customers who called before: known by phone, with one product under warranty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.aftersales import customers
from tools.demo_server import DemoServer


@dataclass(frozen=True)
class Customer:
    """A customer of outlet O1, different for every number."""

    number: int

    @property
    def name(self) -> str:
        return f"示例公交{self.number}队"

    @property
    def phone(self) -> str:
        return f"000-0000-{self.number:04d}"

    @property
    def serial_no(self) -> str:
        return f"DEMO-VIN-{self.number:04d}"

    contact = "调度员丙"
    address = "示例市示范路3号停车场"
    model = "示例客车C型"

    def facts(self) -> dict[str, Any]:
        """What a case knows of them."""
        return {
            "customer_name": self.name,
            "contact_person": self.contact,
            "contact_phone": self.phone,
            "customer_address": self.address,
            "region_code": "R1",
            "product_category": "vehicle",
            "product_model": self.model,
            "serial_no": self.serial_no,
            "purchase_proof_no": f"DEMO-FP-{self.number:04d}",
            "purchase_date": "2025-09-01",
        }

    def called_before(self, server: DemoServer) -> Customer:
        """Let the company remember them."""
        with server.writing() as tx:
            customers.remember(tx, self.facts(), unit_path="/C1/R1/O1/")
        return self
