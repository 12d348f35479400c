"""The archive is corrected by hand: checked, told from what somebody else changed meanwhile, and undone if need be."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, Table, insert, select, update

from app import clock
from app.aftersales.customer_list import CATEGORIES, TYPES
from app.aftersales.customers import digits
from app.aftersales.tables import archive_change, customer, product_unit
from app.db import Transaction
from app.history import record
from app.history.record import Doer
from app.messages import FieldError, Message, Refusal

CUSTOMER_FIELDS: dict[str, tuple[Message, int]] = {
    "name": (Message("客户名称", "Name"), 80),
    "customer_type": (Message("类型", "Type"), 20),
    "contact_person": (Message("联系人", "Contact person"), 40),
    "phone": (Message("电话", "Phone"), 40),
    "email": (Message("邮箱", "Mail"), 120),
    "language": (Message("通知语言", "Language of messages"), 2),
    "objected": (Message("不接收邮件通知", "Wants no mail"), 3),
    "address": (Message("地址", "Address"), 200),
    "region_code": (Message("区域", "Region"), 40),
}
UNIT_FIELDS: dict[str, tuple[Message, int]] = {
    "serial_no": (Message("产品编号", "Serial No."), 40),
    "category": (Message("类别", "Category"), 20),
    "model": (Message("型号", "Model"), 60),
    "purchase_date": (Message("购买日期", "Purchased"), 10),
    "purchase_proof_no": (Message("购买证明", "Proof of purchase"), 40),
    "commissioned_date": (Message("调试日期", "Commissioned"), 10),
    "warranty_terms": (Message("保修条款", "Warranty terms"), 200),
    "warranty_end": (Message("保修到期", "Warranty until"), 10),
}
_DATES = ("purchase_date", "commissioned_date", "warranty_end")
_NEVER_EMPTY = frozenset({"name", "phone", "language", "serial_no", "category", "model"})
_EMPTY_TEXT = frozenset({"contact_person", "address", "warranty_terms"})  # columns that know no null
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")


def customer_values(row: Row[Any]) -> dict[str, str]:
    """A customer as the page of correction shows it."""
    plain = {key: str(getattr(row, key) or "") for key in CUSTOMER_FIELDS if key != "objected"}
    return {**plain, "objected": "yes" if row.objected_at is not None else ""}


def unit_values(row: Row[Any]) -> dict[str, str]:
    """A product as the page of correction shows it."""
    return {key: str(getattr(row, key) or "") for key in UNIT_FIELDS}


def stamp(values: Mapping[str, str]) -> str:
    """Equal for equal values: what somebody saw when he began to type."""
    return hashlib.sha256(repr(sorted(values.items())).encode()).hexdigest()[:16]


def change_customer(
    tx: Transaction, *, customer_id: int, typed: Mapping[str, str], seen: str, actor: Doer
) -> Sequence[str]:
    """Correct a customer; the fields that changed. Refused with what is wrong, or when somebody else was first."""
    tx.begin_writing()
    row = _row(tx, customer, customer_id)
    if row.erased_at is not None or row.merged_into is not None:
        raise Refusal("customer_gone", Message("客户已合并或删除，不能修改。", "The customer was merged or erased."))
    values = _typed(CUSTOMER_FIELDS, typed)
    _refuse(_customer_errors(tx, customer_id, values))
    return _change(tx, customer, row, customer_values(row), values, seen, actor)


def change_unit(tx: Transaction, *, unit_id: int, typed: Mapping[str, str], seen: str, actor: Doer) -> Sequence[str]:
    """Correct a product; the fields that changed. Refused with what is wrong, or when somebody else was first."""
    tx.begin_writing()
    row = _row(tx, product_unit, unit_id)
    values = _typed(UNIT_FIELDS, typed)
    _refuse(_unit_errors(tx, unit_id, values))
    return _change(tx, product_unit, row, unit_values(row), values, seen, actor)


def changes_of(
    tx: Transaction, *, customer_id: int | None = None, unit_id: int | None = None, limit: int = 20
) -> Sequence[Row[Any]]:
    """What was corrected by hand, the newest first."""
    column = archive_change.c.customer_id if customer_id is not None else archive_change.c.unit_id
    query = select(archive_change).where(column == (customer_id if customer_id is not None else unit_id))
    return tx.rows(query.order_by(archive_change.c.id.desc()).limit(limit))


def undo_change(tx: Transaction, *, change_id: int, actor: Doer) -> Row[Any]:
    """Give the fields their values of before; refused when one of them was changed again, or it is undone already."""
    tx.begin_writing()
    change = _row(tx, archive_change, change_id)
    if change.undone_at is not None:
        raise Refusal("undone_already", Message("这次修改已撤销。", "This change is undone already."))
    table, row_id = (customer, change.customer_id) if change.customer_id is not None else (product_unit, change.unit_id)
    row = _row(tx, table, row_id)
    now = customer_values(row) if table is customer else unit_values(row)
    fields = CUSTOMER_FIELDS if table is customer else UNIT_FIELDS
    again = [fields[key][0] for key, value in change.after.items() if now[key] != value]
    if again:
        raise Refusal(
            "changed_again",
            Message(
                f"“{'、'.join(each.zh for each in again)}”后来又改过，请先撤销较晚的修改，或直接更正。",
                f"{', '.join(each.en for each in again)} changed again later; undo that first, or correct it.",
            ),
        )
    values = {**now, **change.before}
    _refuse(_customer_errors(tx, row_id, values) if table is customer else _unit_errors(tx, row_id, values))
    _store(tx, table, row, change.before)
    done = {"undone_by": actor.name, "undone_at": clock.now()}
    tx.execute(update(archive_change).where(archive_change.c.id == change_id).values(done))
    _record(tx, "archive_change_undone", table, row, change.before, actor)
    return change


def _change(
    tx: Transaction,
    table: Table,
    row: Row[Any],
    before: dict[str, str],
    values: dict[str, str],
    seen: str,
    actor: Doer,
) -> Sequence[str]:
    if seen != stamp(before):
        raise Refusal(
            "changed_meanwhile",
            Message(
                "您填写时别人修改了这份档案，现在的内容已显示在旁边，请核对后再保存。",
                "Somebody else changed this meanwhile; compare with what stands there now, and save again.",
            ),
        )
    changed = [key for key in values if values[key] != before[key]]
    if changed:
        old, new = {key: before[key] for key in changed}, {key: values[key] for key in changed}
        _store(tx, table, row, new)
        target = {"customer_id": row.id} if table is customer else {"unit_id": row.id}
        tx.execute(
            insert(archive_change).values(**target, before=old, after=new, made_by=actor.name, made_at=clock.now())
        )
        _record(tx, "customer_changed" if table is customer else "product_changed", table, row, new, actor)
    return changed


def _store(tx: Transaction, table: Table, row: Row[Any], new: Mapping[str, str]) -> None:
    columns: dict[str, Any] = {}
    for key, value in new.items():
        if key == "objected":
            columns["objected_at"] = clock.now() if value else None
        elif key in _DATES:
            columns[key] = date.fromisoformat(value) if value else None
        else:
            columns[key] = value or ("" if key in _EMPTY_TEXT else None)
    if "phone" in columns:
        columns["phone_digits"] = digits(columns["phone"])
    if table is customer:
        columns["updated_at"] = clock.now()
    tx.execute(update(table).where(table.c.id == row.id).values(**columns))


def _record(tx: Transaction, kind: str, table: Table, row: Row[Any], changed: Mapping[str, str], actor: Doer) -> None:
    """Which fields, not what stands in them: the record cannot be erased."""
    fields = CUSTOMER_FIELDS if table is customer else UNIT_FIELDS
    data = {
        "of": "customer" if table is customer else "product",
        "number": row.customer_no if table is customer else row.serial_no,
        "zh": "、".join(fields[key][0].zh for key in changed),
        "en": ", ".join(fields[key][0].en for key in changed),
    }
    record(tx, actor=actor, kind=kind, data=data)


def _typed(fields: Mapping[str, tuple[Message, int]], typed: Mapping[str, str]) -> dict[str, str]:
    return {key: " ".join(str(typed.get(key) or "").split()) for key in fields}


def _row(tx: Transaction, table: Table, row_id: int) -> Row[Any]:
    found = tx.row(select(table).where(table.c.id == row_id))
    if found is None:
        raise Refusal("not_in_archive", Message("档案里没有这一条。", "The archive has no such entry."), status=404)
    return found


def _refuse(errors: list[FieldError]) -> None:
    if errors:
        sentence = Message("有几项需要改正。", "Some entries need correcting.")
        raise Refusal("wrong_entries", sentence, status=422, errors=tuple(errors))


def _plain_errors(fields: Mapping[str, tuple[Message, int]], values: Mapping[str, str]) -> list[FieldError]:
    errors = []
    for key, (label, longest) in fields.items():
        if not values[key] and key in _NEVER_EMPTY:
            errors.append(_error(key, f"请填写{label.zh}。", f"{label.en} is needed."))
        elif len(values[key]) > longest:
            errors.append(_error(key, f"{label.zh}最多 {longest} 个字。", f"{label.en}: at most {longest} characters."))
    return errors


def _customer_errors(tx: Transaction, customer_id: int, values: Mapping[str, str]) -> list[FieldError]:
    errors = _plain_errors(CUSTOMER_FIELDS, values)
    number = digits(values["phone"])
    if values["phone"] and len(number) < 5:
        errors.append(_error("phone", "电话至少要有 5 位数字。", "A phone number has at least 5 digits."))
    if values["email"] and not _MAIL.fullmatch(values["email"]):
        errors.append(_error("email", "邮箱格式不对，例如 name@example.cn。", "That is no mail address."))
    errors += _chosen("customer_type", values, TYPES) + _chosen("language", values, ("zh", "en"))
    same = (
        select(customer.c.customer_no)
        .where(customer.c.id != customer_id, customer.c.phone_digits == number, customer.c.name == values["name"])
        .where(customer.c.merged_into.is_(None), customer.c.erased_at.is_(None))
    )
    if number and (other := tx.value(same)) is not None:
        errors.append(
            _error(
                "name",
                f"已有同名同电话的客户 {other}，请改用合并。",
                f"{other} has the same name and phone; merge the two instead.",
            )
        )
    return errors


def _unit_errors(tx: Transaction, unit_id: int, values: Mapping[str, str]) -> list[FieldError]:
    errors = _plain_errors(UNIT_FIELDS, values) + _chosen("category", values, CATEGORIES)
    days: dict[str, date] = {}
    for key in _DATES:
        try:
            if values[key]:
                days[key] = date.fromisoformat(values[key])
        except ValueError:
            errors.append(_error(key, "日期应为 2026-03-02 这样的格式。", "Write the date as 2026-03-02."))
    today = clock.now().astimezone(clock.ZONE).date()
    for key in ("purchase_date", "commissioned_date"):
        if key in days and days[key] > today:
            errors.append(_error(key, "不能晚于今天。", "It cannot lie in the future."))
    begun = days.get("commissioned_date") or days.get("purchase_date")
    if begun is not None and "warranty_end" in days and days["warranty_end"] < begun:
        errors.append(_error("warranty_end", "不能早于购买或调试日期。", "It cannot end before it began."))
    taken = select(product_unit.c.id).where(product_unit.c.serial_no == values["serial_no"])
    if values["serial_no"] and tx.row(taken.where(product_unit.c.id != unit_id)) is not None:
        errors.append(_error("serial_no", "这个产品编号已属于另一台产品。", "Another product has this number."))
    return errors


def _chosen(key: str, values: Mapping[str, str], options: Mapping[str, Any] | Sequence[str]) -> list[FieldError]:
    wrong = values[key] and values[key] not in options
    return [_error(key, "请从列表中选择。", "Choose one of the list.")] if wrong else []


def _error(key: str, zh: str, en: str) -> FieldError:
    return FieldError(key, "invalid", Message(zh, en))
