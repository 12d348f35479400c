"""Rotation D18: the next engineer in the list gets the job; whoever must be skipped loses this round."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.aftersales.tables import rotation
from app.db import Transaction

_NOBODY_YET = 0  # below every user's id: the first round begins with the first in the list
_begun = {"pool": bindparam("pool"), "last_user_id": _NOBODY_YET, "round": 0}
_first_round = {
    "sqlite": sqlite.insert(rotation).values(_begun).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(rotation).values(_begun).on_conflict_do_nothing(),
}
_locked = select(rotation).where(rotation.c.pool == bindparam("pool")).with_for_update()
_move = (
    update(rotation)
    .where(rotation.c.pool == bindparam("its_pool"))
    .values(last_user_id=bindparam("pointer"), round=bindparam("this_round"))
)


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

    Skipped people are not caught up (AM29). When the whole list is skipped nobody is assigned and the pointer stays;
    the round counts all the same, so that its decisions stand beside those of the next. Whoever dispatches from the
    same pool at the same time waits.
    """
    tx.begin_writing()
    tx.execute(_first_round[tx.connection.dialect.name], {"pool": pool})
    state = tx.execute(_locked, {"pool": pool}).one()
    this_round = state.round + 1
    chosen: Candidate | None = None
    turns: list[Turn] = []
    for candidate in _from_pointer(candidates, state.last_user_id):
        reason = skip_reason(candidate)
        if reason is None:
            chosen = candidate
            turns.append(Turn(candidate.login, "assigned", None, this_round))
            break
        turns.append(Turn(candidate.login, "skipped", reason, this_round))
    pointer = chosen.user_id if chosen is not None else state.last_user_id
    tx.execute(_move, {"its_pool": pool, "pointer": pointer, "this_round": this_round})
    return chosen, turns


def _from_pointer(candidates: Sequence[Candidate], last_user_id: int) -> list[Candidate]:
    ordered = sorted(candidates, key=lambda candidate: candidate.user_id)
    behind = [candidate for candidate in ordered if candidate.user_id > last_user_id]
    return behind + [candidate for candidate in ordered if candidate.user_id <= last_user_id]
