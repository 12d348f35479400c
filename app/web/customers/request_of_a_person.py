"""What a person may ask for: a copy of the data about him, and its erasure."""

from __future__ import annotations

from typing import Any

import orjson
from flask import Response, redirect, request, url_for

from app.registers.personal import collect, erase
from app.web.access import actor, house, require_role
from app.web.customers import KEEPERS, customer_of_mine, pages


@pages.post("/customers/<int:customer_id>/export")
@require_role(*KEEPERS)
def hand_out(customer_id: int) -> Any:
    """Everything kept about a customer as a JSON file; that it was handed out is on record."""
    with house().db.transaction() as tx:
        found = customer_of_mine(tx, customer_id)
        told = collect(tx, customer_id=customer_id, actor=actor())
    content = orjson.dumps(told, default=str, option=orjson.OPT_INDENT_2)
    name = f"attachment; filename={found.customer_no}.json"
    return Response(content, mimetype="application/json", headers={"Content-Disposition": name})


@pages.post("/customers/<int:customer_id>/erase")
@require_role(*KEEPERS)
def forget(customer_id: int) -> Any:
    """Erase a customer's personal data; who asked for it must be said."""
    with house().db.transaction() as tx:
        customer_of_mine(tx, customer_id)
        erase(tx, customer_id=customer_id, reason=request.form.get("reason", ""), actor=actor())
    return redirect(url_for("customers.page", customer_id=customer_id))
