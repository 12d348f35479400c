"""What form fields search: people, customers, units, parts, skills, regions, cases."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, render_template, render_template_string, request
from sqlalchemy import func, or_, select

from app.aftersales import customer, customers, part, product_unit, skill, stock
from app.aftersales.personal_data import readable
from app.db import Transaction
from app.identity import Actor
from app.identity.tables import org_unit, role_assignment, user_account
from app.messages import Message, Refusal
from app.runtime.queries import search_cases
from app.runtime.tables import service_case
from app.web.access import actor, house, may_contact, t
from app.web.words import moment

pages = Blueprint("lookups", __name__)
MOST = 12
MOST_NAMED = 100  # values whose names are asked for at once
LONGEST = 100  # characters of a text to search for


@pages.get("/api/people")
def people() -> Any:
    """Active people by role and name; `format=options` answers <option>s, `format=ticks` boxes to tick (`many`) or to
    choose from, those already chosen (`to`) first."""
    query = select(user_account.c.login, user_account.c.name, func.min(org_unit.c.name).label("unit")).where(
        user_account.c.active
    )
    query = query.outerjoin(role_assignment, role_assignment.c.user_id == user_account.c.id).outerjoin(
        org_unit, org_unit.c.id == role_assignment.c.org_unit_id
    )
    if request.args.get("logins"):
        query = query.where(user_account.c.login.in_(request.args["logins"].split(",")[:MOST_NAMED]))
    if request.args.get("role"):
        query = query.where(role_assignment.c.role.in_(request.args["role"].split()[:MOST_NAMED]))
    chosen = request.args.getlist("to")[:MOST_NAMED]
    if text := _text():
        query = query.where(
            or_(
                user_account.c.name.contains(text, autoescape=True),
                user_account.c.login.startswith(text, autoescape=True),
                user_account.c.login.in_(chosen),
            )
        )
    query = query.group_by(user_account.c.id, user_account.c.login, user_account.c.name).order_by(
        user_account.c.login.in_(chosen).desc(), user_account.c.name
    )
    with house().db.reading() as tx:
        rows = tx.rows(query.limit(200 if request.args.get("format") == "options" else MOST + len(chosen)))
    if request.args.get("format") == "ticks":
        return render_template("lookups/ticks.html", rows=rows, chosen=chosen, many="many" in request.args, text=text)
    if request.args.get("format") == "options":
        return render_template_string(
            '<option value="">{{ t("请选择", "Choose") }}</option>{% for row in rows %}'
            '<option value="{{ row.login }}">{{ row.name }}{% if row.unit %} · {{ row.unit }}{% endif %}</option>'
            "{% endfor %}",
            rows=rows,
        )
    return jsonify(items=[{"value": row.login, "label": row.name, "hint": row.unit or ""} for row in rows])


@pages.get("/api/lookup/<source>")
def lookup(source: str) -> Any:
    """Items of one source: by text, or the names of given values."""
    if source not in _SOURCES:
        raise Refusal("unknown_source", Message("没有这种查找。", "There is no such look-up."), status=404)
    with house().db.reading() as tx:
        values = [value for value in request.args.get("values", "").split(",") if value][:MOST_NAMED]
        return jsonify(items=_SOURCES[source](tx, _text(), values))


def _text() -> str:
    return request.args.get("q", "").strip()[:LONGEST]


def _reach(someone: Actor) -> list[str]:
    return sorted({holding.unit_path for holding in someone.holdings if someone.reaches(holding.unit_path)})


def _customers(tx: Transaction, text: str, values: list[str]) -> list[dict[str, Any]]:
    someone = actor()
    allowed = may_contact(tx)
    items = []
    for row in customers.find_customers(tx, text, within=_reach(someone)):
        units = customers.units_of(tx, row.id)
        open_cases = int(
            tx.value(
                select(func.count())
                .select_from(service_case)
                .where(
                    service_case.c.contact_phone == row.phone,
                    service_case.c.closed_at.is_(None),
                    or_(*(service_case.c.unit_path.startswith(path, autoescape=True) for path in _reach(someone))),
                )
            )
        )
        shown = readable(row._asdict(), may_contact=allowed)
        fill: dict[str, Any] = {"customer_id": row.customer_no, "customer_name": row.name}
        if allowed:
            fill |= {"contact_person": row.contact_person, "customer_address": row.address}
        fill["region_code"] = row.region_code
        if len(units) == 1:
            fill |= _unit_fields(units[0])
        ends = sorted(unit.warranty_end for unit in units if unit.warranty_end)
        hint = [t(f"{len(units)} 台产品", f"{len(units)} units")]
        if open_cases:
            hint.append(t(f"{open_cases} 个未结服务单", f"{open_cases} open cases"))
        if ends:
            hint.append(t(f"保修到 {ends[-1]:%Y-%m-%d}", f"warranty to {ends[-1]:%Y-%m-%d}"))
        items.append(
            {
                "value": row.customer_no,
                # What is typed into the form when it is chosen: a masked number would be wrong there.
                "text": row.phone if allowed else text,
                "label": f"{row.name} {shown['contact_person']} {shown['phone']}",
                "hint": " · ".join(hint),
                "fill": fill,
            }
        )
    return items


def _unit_fields(unit: Any) -> dict[str, Any]:
    return {
        "product_category": unit.category,
        "product_model": unit.model,
        "serial_no": unit.serial_no,
        "purchase_date": unit.purchase_date.isoformat() if unit.purchase_date else None,
        "purchase_proof_no": unit.purchase_proof_no,
        "commissioned_date": unit.commissioned_date.isoformat() if unit.commissioned_date else None,
    }


def _units(tx: Transaction, text: str, values: list[str]) -> list[dict[str, Any]]:
    query = select(product_unit, customer.c.name.label("owner"), customer.c.unit_path).outerjoin(
        customer, customer.c.id == product_unit.c.customer_id
    )
    if values:
        query = query.where(product_unit.c.serial_no.in_(values))
    elif len(text) >= 3:
        query = query.where(product_unit.c.serial_no.contains(text, autoescape=True))
    else:
        return []
    own = (customer.c.unit_path.startswith(path, autoescape=True) for path in _reach(actor()))
    query = query.where(or_(customer.c.unit_path.is_(None), *own))
    return [
        {
            "value": row.serial_no,
            "text": row.serial_no,
            "label": f"{row.serial_no} {row.model}",
            "hint": row.owner or "",
            "fill": _unit_fields(row),
        }
        for row in tx.rows(query.order_by(product_unit.c.serial_no).limit(MOST))
    ]


def _table(key: Any, name: Any, *, hint: bool = True) -> Any:
    def find(tx: Transaction, text: str, values: list[str]) -> list[dict[str, Any]]:
        query = select(key.label("value"), name.label("label")).order_by(name).limit(MOST)
        if values:
            query = query.where(key.in_(values))
        elif text:
            query = query.where(or_(name.contains(text, autoescape=True), key.contains(text, autoescape=True)))
        return [{"value": row.value, "label": row.label, "hint": row.value if hint else ""} for row in tx.rows(query)]

    return find


def _places(kind: str) -> Any:
    def find(tx: Transaction, text: str, values: list[str]) -> list[dict[str, Any]]:
        """Places of the parts ledger of one kind; a new choice is among those in use."""
        place = stock.stock_location
        query = select(place.c.code, place.c.name).where(place.c.kind == kind).order_by(place.c.code).limit(MOST)
        if values:
            query = query.where(place.c.code.in_(values))
        else:
            query = query.where(place.c.active)
        if text:
            query = query.where(
                or_(place.c.name.contains(text, autoescape=True), place.c.code.contains(text, autoescape=True))
            )
        return [{"value": row.code, "label": row.name, "hint": row.code} for row in tx.rows(query)]

    return find


def _cases(tx: Transaction, text: str, values: list[str]) -> list[dict[str, Any]]:
    rows = search_cases(tx, actor(), values[0] if values else text, limit=MOST)
    return [
        {
            "value": row.case_no,
            "label": f"{row.case_no} {row.customer_name or ''}",
            "hint": f"{row.subject or ''} {moment(row.opened_at)}".strip(),
        }
        for row in rows
    ]


_SOURCES: dict[str, Any] = {
    "customer": _customers,
    "unit": _units,
    "part": _table(part.c.part_no, part.c.name),
    "skill": _table(skill.c.code, skill.c.name, hint=False),
    "region": _table(org_unit.c.code, org_unit.c.name),
    "case": _cases,
    "warehouse": _places("warehouse"),
    "station": _places("station"),
}
