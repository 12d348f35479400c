"""The years of the overview, counted at most every five minutes: over all cases they cost more than a page may."""

from __future__ import annotations

from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

from app import clock, kpi
from app.db import Database, Transaction
from app.kpi import Figure, Scope, Value

FOR = timedelta(minutes=5)
_MOST = 500  # units times figures, per database

_Key = tuple[str, tuple[str, ...], str, str, str, str]
_Year = tuple[datetime, dict[str, Value]]
_kept: WeakKeyDictionary[Database, dict[_Key, _Year]] = WeakKeyDictionary()


def year_of(tx: Transaction, database: Database, figure: Figure, scope: Scope) -> _Year:
    """When it was counted, and the values by month."""
    years = _kept.setdefault(database, {})
    mode = str(scope.parameters.value("kpi.k02_mode"))
    key = (figure.code, scope.reach, scope.unit, scope.since, scope.until, mode)
    now = clock.now()
    found = years.get(key)
    if found is not None and found[0] <= now < found[0] + FOR:
        return found
    if len(years) >= _MOST:
        years.clear()
    counted = (now, kpi.by_month(tx, figure, scope))
    years[key] = counted
    return counted
