"""The state of a finished instance: stored as what it says beyond the state of the instance that handed over to it.

A case hands its variables on from process to process; each state repeats almost all of the one before, which makes it
the ideal dictionary. A state is compressed on its predecessor's when that one is finished too: neither changes again.
"""

from __future__ import annotations

import zlib
from typing import Any

from sqlalchemy import bindparam, select

from app.db import Transaction
from app.runtime.tables import process_instance

_columns = (process_instance.c.id, process_instance.c.handed_over_from, process_instance.c.final_state)
_chain = (
    select(*_columns)
    .where(process_instance.c.id == bindparam("id"), process_instance.c.final_state.is_not(None))
    .cte("chain", recursive=True)
)
_chain = _chain.union_all(
    select(*_columns).where(
        process_instance.c.id == _chain.c.handed_over_from, process_instance.c.final_state.is_not(None)
    )
)
_oldest_first = select(_chain.c.final_state).order_by(_chain.c.id)


def pack(tx: Transaction, state: bytes, handed_over_from: int | None) -> bytes:
    """The stored form of the last state of an instance; one statement when another instance handed over to it."""
    before = unpack(tx, handed_over_from) if handed_over_from is not None else None
    packing = zlib.compressobj(9) if before is None else zlib.compressobj(9, zdict=before)
    return packing.compress(state) + packing.flush()


def unpack(tx: Transaction, instance_id: int) -> bytes | None:
    """The last state of a finished instance; None while it runs. One statement."""
    state = None
    for stored in tx.execute(_oldest_first, {"id": instance_id}).scalars():
        # A stream says itself whether it needs a dictionary: the first of a chain may have had none.
        unpacking = zlib.decompressobj() if state is None else zlib.decompressobj(zdict=state)
        state = unpacking.decompress(stored) + unpacking.flush()
    return state


def state_of(tx: Transaction, row: Any) -> bytes:
    """The state of a loaded instance, running or finished."""
    state = row.engine_state if row.engine_state is not None else unpack(tx, row.id)
    assert state is not None, f"instance {row.id} has no state"
    return bytes(state)
