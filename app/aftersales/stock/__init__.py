"""The parts ledger: double entry over places; whatever is issued is explained by what was used, unused and old."""

from __future__ import annotations

from app.aftersales.stock.checks import CHECKS, Finding, count_moves, findings
from app.aftersales.stock.issues import (
    Explained,
    charge_missing,
    explain,
    issue,
    return_unused,
    use,
    write_off,
)
from app.aftersales.stock.ledger import Line, Posted, plain, post
from app.aftersales.stock.listing import held_at
from app.aftersales.stock.locations import KINDS, OURS, STATES, add_location, location_of, nearest, the_world, van_of
from app.aftersales.stock.old_parts import Handed, dispose, earmark, let_go, received_at, take_back, waive
from app.aftersales.stock.parts import TRACKING, add_part
from app.aftersales.stock.reservations import release, reserve
from app.aftersales.stock.stocktake import Counted, count
from app.aftersales.stock.tables import (
    old_part,
    part,
    part_batch,
    part_issue,
    stock_balance,
    stock_entry,
    stock_location,
    stock_move,
    stock_reservation,
)

__all__ = [
    "CHECKS",
    "KINDS",
    "OURS",
    "STATES",
    "TRACKING",
    "Counted",
    "Explained",
    "Finding",
    "Handed",
    "Line",
    "Posted",
    "add_location",
    "add_part",
    "charge_missing",
    "count",
    "count_moves",
    "dispose",
    "earmark",
    "explain",
    "findings",
    "held_at",
    "issue",
    "let_go",
    "location_of",
    "nearest",
    "old_part",
    "part",
    "part_batch",
    "part_issue",
    "plain",
    "post",
    "received_at",
    "release",
    "reserve",
    "return_unused",
    "stock_balance",
    "stock_entry",
    "stock_location",
    "stock_move",
    "stock_reservation",
    "take_back",
    "the_world",
    "use",
    "van_of",
    "waive",
    "write_off",
]
