"""Rotation D18: the next engineer in the list gets the job; whoever must be skipped loses this round."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update

from app.aftersales.tables import rotation
from app.db import Transaction


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody of the pool, in the basic order."""

    user_id: int
    login: str


@dataclass(frozen=True, slots=True)
class Turn:
    """What was decided on one candidate: assigned, or skipped and why (R55)."""

    candidate: str
    decision: str
    skip_reason: str | None
    round: int


def take_turn(
    tx: Transaction, pool: str, candidates: Sequence[Candidate], skip_reason: Callable[[Candidate], str | None]
) -> tuple[Candidate | None, list[Turn]]:
    """Go once round the list from behind the pointer; the first who need not be skipped is assigned.

    Skipped people are not caught up (AM29). When the whole list is skipped nobody is assigned and the pointer stays.
    """
    tx.begin_writing()
    state = tx.row(select(rotation).where(rotation.c.pool == pool))
    ordered = _from_pointer(candidates, state.last_user_id if state else None)
    this_round = (state.round if state else 0) + 1
    turns: list[Turn] = []
    for candidate in ordered:
        reason = skip_reason(candidate)
        if reason is None:
            turns.append(Turn(candidate.login, "assigned", None, this_round))
            values: dict[str, Any] = {"last_user_id": candidate.user_id, "round": this_round}
            if state is None:
                tx.execute(insert(rotation).values(pool=pool, **values))
            else:
                tx.execute(update(rotation).where(rotation.c.pool == pool).values(**values))
            return candidate, turns
        turns.append(Turn(candidate.login, "skipped", reason, this_round))
    return None, turns


def _from_pointer(candidates: Sequence[Candidate], last_user_id: int | None) -> list[Candidate]:
    ordered = sorted(candidates, key=lambda candidate: candidate.user_id)
    if last_user_id is None:
        return ordered
    behind = [candidate for candidate in ordered if candidate.user_id > last_user_id]
    return behind + [candidate for candidate in ordered if candidate.user_id <= last_user_id]
