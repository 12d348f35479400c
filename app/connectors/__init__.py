"""Connectors: one file per job type, one table that lists them; inline ones run in the step's own transaction."""

from __future__ import annotations

from collections.abc import Mapping

from app.connectors import (
    archive_answer,
    archive_report,
    assign_by_rotation,
    clocks,
    find_open_case,
    freeze_signature,
    goods_holding,
    link_to_case,
    look_up_stock,
    look_up_unit,
    look_up_warranty,
    next_number,
    next_weekend_slots,
    notify,
    notify_roles,
    old_parts,
    open_contact,
    parts_explaining,
    parts_moving,
    start_in_closed_cases,
    tell_customer,
    void_signature,
)
from app.connectors.contracts import CONTRACTS
from app.connectors.customer_memory import remember_customer
from app.runtime import Connector

INLINE: Mapping[str, Connector] = {
    "archive_answer": archive_answer.run,
    "archive_report": archive_report.run,
    "assign_by_rotation": assign_by_rotation.run,
    "charge_parts": parts_explaining.charge,
    "compare_count": look_up_stock.compare,
    "count_parts": parts_moving.count,
    "dispose_old_part": parts_explaining.dispose,
    "earmark_old_part": old_parts.earmark,
    "find_open_case": find_open_case.run,
    "freeze_signature": freeze_signature.run,
    "hold_goods": goods_holding.hold,
    "issue_parts": parts_moving.issue,
    "let_old_parts_go": old_parts.let_go,
    "link_to_case": link_to_case.run,
    "list_old_parts": old_parts.list_open,
    "look_up_stock": look_up_stock.run,
    "look_up_unit": look_up_unit.run,
    "look_up_warranty": look_up_warranty.run,
    "next_number": next_number.run,
    "next_weekend_slots": next_weekend_slots.run,
    "notify_roles": notify_roles.run,
    "open_contact": open_contact.run,
    "pause_clock": clocks.pause,
    "receive_parts": parts_moving.receive,
    "reconcile_parts": parts_explaining.reconcile,
    "release_goods": goods_holding.release,
    "release_parts": parts_moving.release,
    "reserve_parts": parts_moving.reserve,
    "resume_clock": clocks.resume,
    "return_parts": parts_explaining.hand_in,
    "set_apart_parts": parts_moving.set_apart,
    "start_clock": clocks.start,
    "start_in_closed_cases": start_in_closed_cases.run,
    "stop_clock": clocks.stop,
    "tell_customer": tell_customer.run,
    "transfer_parts": parts_moving.transfer,
    "use_parts": parts_explaining.use,
    "void_signature": void_signature.run,
    "write_off_parts": parts_explaining.write_off,
}

# These leave the house: they wait as jobs that a worker does after the commit.
OUTGOING = frozenset(notify.CONTRACTS)
# Done by the engine itself: a message is published in the step.
BUILT_IN = frozenset({"publish_message"})

__all__ = ["BUILT_IN", "CONTRACTS", "INLINE", "OUTGOING", "remember_customer"]
