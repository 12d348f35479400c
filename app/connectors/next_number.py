"""`next_number`: allocates the record numbers named in the property `number` by the house's number rules."""

from __future__ import annotations

from typing import Any

from app import clock
from app.connectors.headers import header, wrong_diagram
from app.engine import JobCall
from app.runtime import Calling
from app.runtime.number_formats import scopes_at, written
from app.runtime.numbers import next_value


def run(calling: Calling, call: JobCall) -> dict[str, Any]:
    """Sets one variable per name; without gap or double because it happens in the step's transaction."""
    local = clock.now().astimezone(clock.ZONE)
    outlet = calling.unit_path.rstrip("/").rsplit("/", 1)[-1]
    scopes = scopes_at(local, outlet)
    numbers = {}
    for name in header(call, "number").split():
        rule = calling.world.number_rule(calling.tx, name)
        if rule is None or rule.scope not in scopes:
            raise wrong_diagram(call, f"要的编号 {name} 没有编号规则", f"asks for the number {name}, which has no rule")
        sequence = next_value(calling.tx, name, scopes[rule.scope])
        numbers[name] = written(rule.format, local, outlet, sequence)
    return numbers
