"""The list of customers, one customer with his products and cases, one product with its history, and its label."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, render_template, request, url_for
from sqlalchemy import or_, select

from app.aftersales import customer, customers, editing, merging
from app.aftersales.customer_list import CATEGORIES, TYPES
from app.aftersales.personal_data import readable
from app.db import Transaction
from app.documents.drawing import qr_code
from app.registers.personal import cases_of
from app.runtime.tables import case_term, service_case
from app.web.access import actor, house, may_contact, product_settings, t
from app.web.customers import customer_of_mine, for_staff, is_keeper, pages, reach
from app.web.customers.corrections import told_changes

PAGE = 50


@pages.get("/customers")
@for_staff
def listing() -> Any:
    """The customers of one's own units, a page at a time."""
    text, number = request.args.get("text", "").strip(), page_number()
    with house().db.reading() as tx:
        rows, count = customers.page_of_customers(
            tx, text, within=reach(actor()), limit=PAGE, offset=(number - 1) * PAGE
        )
        allowed = may_contact(tx)
    shown = [readable(row._asdict(), may_contact=allowed) for row in rows]

    def address(page: int) -> str:
        return url_for("customers.listing", text=text or None, page=page if page > 1 else None)

    return render_template(
        "customers/listing.html",
        rows=shown,
        count=count,
        text=text,
        number=number,
        types=TYPES,
        keeper=is_keeper(),
        previous_url=address(number - 1) if number > 1 else None,
        next_url=address(number + 1) if number * PAGE < count else None,
    )


@pages.get("/customers/<int:customer_id>")
@for_staff
def page(customer_id: int) -> Any:
    """One customer; whoever was merged leads to the one who stayed."""
    with house().db.reading() as tx:
        found = customer_of_mine(tx, customer_id)
        if found.merged_into is not None:
            return redirect(url_for("customers.page", customer_id=found.merged_into))
        allowed = may_contact(tx)
        units = customers.units_of(tx, customer_id)
        cases = _of_mine(cases_of(tx, found))
        merges = merging.merges_of(tx, customer_id)
        changes = editing.changes_of(tx, customer_id=customer_id) if allowed else ()
    return render_template(
        "customers/customer.html",
        row=readable(found._asdict(), may_contact=allowed),
        allowed=allowed,
        units=units,
        cases=cases[:PAGE],
        more_cases=max(0, len(cases) - PAGE),
        merges=merges,
        changes=told_changes(changes, editing.CUSTOMER_FIELDS),
        types=TYPES,
        categories=CATEGORIES,
        keeper=is_keeper(),
    )


@pages.get("/products/<path:serial_no>")
@for_staff
def product(serial_no: str) -> Any:
    """One product by its serial number: what the code on its label leads to."""
    with house().db.reading() as tx:
        unit, owner = _unit(tx, serial_no)
        allowed = may_contact(tx)
        query = (
            select(service_case)
            .join(case_term, case_term.c.case_no == service_case.c.case_no)
            .where(case_term.c.kind == "serial_no", case_term.c.term == unit.serial_no[:80].lower())
            .order_by(service_case.c.opened_at.desc(), service_case.c.case_no.desc())
            .limit(PAGE)
        )
        mine = or_(*(service_case.c.unit_path.startswith(path, autoescape=True) for path in reach(actor())))
        cases = tx.rows(query.where(mine))
        changes = editing.changes_of(tx, unit_id=unit.id)
    shown = readable(owner._asdict(), may_contact=allowed) if owner is not None else None
    return render_template(
        "customers/product.html",
        unit=unit,
        owner=shown,
        cases=cases,
        categories=CATEGORIES,
        keeper=is_keeper(),
        changes=told_changes(changes, editing.UNIT_FIELDS),
    )


@pages.get("/labels/<path:serial_no>")
@for_staff
def label(serial_no: str) -> Any:
    """The label of a product, to be printed and stuck on: its number and a code that opens its page. Nobody's name."""
    with house().db.reading() as tx:
        unit, _ = _unit(tx, serial_no)
    path = url_for("customers.product", serial_no=unit.serial_no)
    base = product_settings().public_url or request.host_url
    address = base.rstrip("/") + path
    return render_template("customers/label.html", unit=unit, code=qr_code(address, unit.serial_no), address=address)


def page_number() -> int:
    """The page asked for, from 1."""
    text = request.args.get("page", "1")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def _of_mine(rows: list[Any]) -> list[Any]:
    own = reach(actor())
    return [row for row in rows if any(row.unit_path.startswith(path) for path in own)]


def _unit(tx: Transaction, serial_no: str) -> tuple[Any, Any]:
    unit = customers.find_unit(tx, serial_no)
    if unit is None:
        abort(404)
    owner = tx.row(select(customer).where(customer.c.id == unit.customer_id)) if unit.customer_id else None
    if owner is not None and not any(owner.unit_path.startswith(path) for path in reach(actor())):
        abort(404)
    return unit, owner


def title_of(options: Any, key: str | None) -> str:
    """The words of an option."""
    return t(options[key].zh, options[key].en) if key in options else key or ""
