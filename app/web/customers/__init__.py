"""Customers and products: the archive of P44, lists brought in, duplicates, and a person's data on request."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Blueprint, abort

from app.aftersales import customer
from app.db import Transaction
from app.identity import Actor
from app.messages import Message, Refusal
from app.web.access import actor

pages = Blueprint("customers", __name__)
# Who keeps the archive in order: lists, duplicates, and what a person asks for.
KEEPERS = (
    "cs_supervisor",
    "department_leader",
    "customer_service_manager",
    "regional_director",
    "regional_consultant",
    "store_consultant",
)
_View = TypeVar("_View", bound=Callable[..., Any])


def reach(someone: Actor) -> list[str]:
    """The units whose customers this person may see; nobody's for whoever holds no business role."""
    return sorted({holding.unit_path for holding in someone.holdings if someone.reaches(holding.unit_path)})


def for_staff(view: _View) -> _View:
    """Let pass whoever holds a business role anywhere."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if not reach(actor()):
            abort(403)
        return view(*args, **kwargs)

    return cast(_View, guarded)


def is_keeper() -> bool:
    """Whether this person keeps the archive."""
    return not actor().roles.isdisjoint(KEEPERS)


def customer_of_mine(tx: Transaction, customer_id: int) -> Any:
    """The row, or the same refusal for what is not there and what is another unit's."""
    found = tx.row(customer.select().where(customer.c.id == customer_id))
    if found is None or not any(found.unit_path.startswith(path) for path in reach(actor())):
        raise Refusal(
            "unknown_customer",
            Message("没有这个客户，或者您无权查看。", "There is no such customer, or you may not see it."),
            status=404,
        )
    return found


from app.web.customers import bring, corrections, duplicates, listing, request_of_a_person  # noqa: E402, F401 - routes
