"""The parts ledger on the screen: what stands where, how it got there, and what is still to be written off."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for

from app import clock
from app.aftersales import stock
from app.aftersales.stock import KINDS, STATES
from app.aftersales.stock import listing as shelves
from app.db import Transaction
from app.identity import Actor
from app.identity.tables import org_unit
from app.messages import Message, Refusal
from app.web.access import PART_ROLES, actor, house, language, require_role

pages = Blueprint("parts", __name__, url_prefix="/parts")
KEEPERS = ("warehouse_keeper", "department_leader", "regional_storekeeper")
PAGE = 50
MOVES = {
    "receive": Message("入库", "received"),
    "send_back": Message("退供应商", "sent back"),
    "transfer": Message("调拨", "transferred"),
    "issue": Message("发放", "issued"),
    "use": Message("使用", "used"),
    "return": Message("交回", "returned"),
    "lose": Message("差异", "charged"),
    "take_back": Message("收旧件", "old part came in"),
    "give_back": Message("旧件交客户", "old part to customer"),
    "claim": Message("旧件索赔", "old part claimed"),
    "reuse": Message("修复入库", "repaired"),
    "scrap": Message("报废", "scrapped"),
    "count": Message("盘点", "counted"),
}


@pages.get("")
@require_role(*PART_ROLES)
def listing() -> Any:
    """The parts, with what is held of each in one's own units."""
    text, number = request.args.get("text", "").strip(), _page_number()
    with house().db.reading() as tx:
        rows, count = shelves.parts(tx, text, within=_reach(actor()), limit=PAGE, offset=(number - 1) * PAGE)

    def address(page: int) -> str:
        return url_for("parts.listing", text=text or None, page=page if page > 1 else None)

    return render_template(
        "stock/listing.html",
        rows=rows,
        count=count,
        text=text,
        keeper=not actor().roles.isdisjoint(KEEPERS),
        previous_url=address(number - 1) if number > 1 else None,
        next_url=address(number + 1) if number * PAGE < count else None,
        plain=stock.plain,
    )


@pages.get("/issues")
@require_role(*PART_ROLES)
def issues() -> Any:
    """Requisitions that are not written off, the oldest first."""
    number = _page_number()
    with house().db.reading() as tx:
        rows = shelves.open_issues(tx, within=_reach(actor()), limit=PAGE + 1, offset=(number - 1) * PAGE)
        lines = {row.document_no: stock.explain(tx, row.document_no) for row in rows[:PAGE]}
        days = house().parameters(tx).value("issue.open_days")  # None: nobody is reminded
    return render_template(
        "stock/issues.html",
        rows=rows[:PAGE],
        lines=lines,
        late_before=clock.now() - timedelta(days=int(days)) if days is not None else None,
        days=days,
        previous_url=url_for("parts.issues", page=number - 1) if number > 1 else None,
        next_url=url_for("parts.issues", page=number + 1) if len(rows) > PAGE else None,
        plain=stock.plain,
    )


@pages.get("/new")
@require_role(*KEEPERS)
def new() -> Any:
    """A form for a part that the list does not have yet."""
    return _new({"old_part_duty": "1"}), 200


@pages.post("/new")
@require_role(*KEEPERS)
def add() -> Any:
    """Write a part down."""
    given = {name: request.form.get(name, "").strip() for name in ("part_no", "name", "spec", "tracking")}
    given["old_part_duty"] = request.form.get("old_part_duty", "")
    try:
        with house().db.transaction() as tx:
            stock.add_part(
                tx,
                part_no=given["part_no"],
                name=given["name"],
                spec=given["spec"],
                tracking=given["tracking"],
                old_part_duty=bool(given["old_part_duty"]),
                actor=actor(),
            )
    except Refusal as refusal:
        return _new(given, refusal), refusal.status
    return redirect(url_for("parts.page", part_no=given["part_no"]))


@pages.get("/places")
@require_role(*KEEPERS)
def places() -> Any:
    """The places of the ledger, and a form for a new one."""
    return _places({}), 200


@pages.post("/places")
@require_role(*KEEPERS)
def add_place() -> Any:
    """Write a place down."""
    given = {name: request.form.get(name, "").strip() for name in ("code", "name", "kind", "unit", "holder")}
    try:
        with house().db.transaction() as tx:
            unit = _units(tx).get(given["unit"])
            if unit is None:
                raise _wrong("unit", "请选择单位。", "Choose a unit.")
            if given["kind"] not in stock.OURS:
                raise _wrong("kind", "请选择种类。", "Choose a kind.")
            stock.add_location(
                tx,
                code=given["code"],
                kind=given["kind"],
                name=given["name"],
                unit_path=unit.path,
                holder=given["holder"] or None,
                actor=actor(),
            )
    except Refusal as refusal:
        return _places(given, refusal), refusal.status
    return redirect(url_for("parts.places"))


@pages.get("/<path:part_no>")
@require_role(*PART_ROLES)
def page(part_no: str) -> Any:
    """One part: where it stands, and its moves, the newest first."""
    number = _page_number()
    with house().db.reading() as tx:
        found = tx.row(stock.part.select().where(stock.part.c.part_no == part_no))
        if found is None:
            raise Refusal("unknown_part", Message("没有这个备件。", "There is no such part."), status=404)
        own = _reach(actor())
        standing = shelves.standing(tx, part_no, within=own)
        moves = shelves.moves(tx, part_no, within=own, limit=PAGE + 1, offset=(number - 1) * PAGE)
    return render_template(
        "stock/part.html",
        part=found,
        standing=standing,
        moves=moves[:PAGE],
        kinds=KINDS,
        states=STATES,
        move_words=MOVES,
        previous_url=url_for("parts.page", part_no=part_no, page=number - 1) if number > 1 else None,
        next_url=url_for("parts.page", part_no=part_no, page=number + 1) if len(moves) > PAGE else None,
        plain=stock.plain,
    )


def _new(given: dict[str, str], refusal: Refusal | None = None) -> str:
    tracked = {key: words.text(language()) for key, words in stock.TRACKING.items()}
    return render_template("stock/new.html", given=given, refusal=refusal, tracked=tracked)


def _places(given: dict[str, str], refusal: Refusal | None = None) -> str:
    with house().db.reading() as tx:
        rows = shelves.places(tx, within=_reach(actor()))
        units = list(_units(tx).values())
    return render_template(
        "stock/places.html",
        rows=rows,
        units=units,
        kinds={key: KINDS[key] for key in stock.OURS},
        given=given,
        refusal=refusal,
    )


def _units(tx: Transaction) -> dict[str, Any]:
    own = _reach(actor())
    rows = tx.rows(org_unit.select().where(org_unit.c.active).order_by(org_unit.c.path))
    return {row.code: row for row in rows if any(row.path.startswith(path) for path in own)}


def _reach(someone: Actor) -> list[str]:
    return sorted({holding.unit_path for holding in someone.holdings if someone.reaches(holding.unit_path)})


def _page_number() -> int:
    text = request.args.get("page", "1")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def _wrong(field: str, zh: str, en: str) -> Refusal:
    return Refusal(f"wrong_{field}", Message(zh, en), field=field, status=422)
