"""D07: what is done with the unit on site."""

from __future__ import annotations

from shipped_tables import Case, TableTests

ALL_AT_HAND = {"can_fix_now": True}


class TestResolutionPath(TableTests):
    name = "resolution_path"
    when_nothing_is_known = "factory"
    cases = (
        Case(1, {**ALL_AT_HAND, "stop_requested": True, "customer_declines": True}, "interrupted"),
        Case(1, {**ALL_AT_HAND, "stop_now": True}, "interrupted"),
        Case(2, {**ALL_AT_HAND, "customer_declines": True, "exchange_wanted": True}, "declined"),
        Case(3, {**ALL_AT_HAND, "exchange_wanted": True, "entitled": "exchange"}, "exchange"),
        Case(3, {**ALL_AT_HAND, "exchange_agreed": True, "entitled": "replace_new"}, "exchange"),
        Case(4, {**ALL_AT_HAND, "exchange_agreed": True}, "fix_now"),
        Case(4, {**ALL_AT_HAND, "exchange_wanted": True, "entitled": "repair"}, "fix_now"),
        Case(4, {**ALL_AT_HAND, "only_part_missing": True}, "fix_now"),
        Case(5, {"can_fix_now": False, "only_part_missing": True, "workshop_can_solve": True}, "order_part"),
        Case(6, {"can_fix_now": False, "workshop_can_solve": True}, "take_away"),
        Case(6, {"workshop_can_solve": True, "take_away_consented": True}, "take_away"),
        Case(7, {"workshop_can_solve": True, "take_away_consented": False}, "factory"),
        Case(7, {"can_fix_now": False, "only_part_missing": False, "workshop_can_solve": False}, "factory"),
    )
