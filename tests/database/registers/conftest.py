"""Declarations from text, and steps that can be told without running an engine."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from app import feel
from app.db import Database
from app.engine import facts as f
from app.identity import Actor
from app.registers import Declarations, Register, RegisterListener, load

NOW = datetime(2026, 3, 2, 1, 10, tzinfo=UTC)  # a Monday, 09:10 in Shanghai


@pytest.fixture
def declared(tmp_path: Any) -> Callable[[str], Declarations]:
    """Declarations from the text of a registers.yaml."""

    def declare(text: str) -> Declarations:
        folder = tmp_path / "procedure"
        folder.mkdir(exist_ok=True)
        (folder / "registers.yaml").write_text(text, encoding="utf-8")
        return load(tmp_path)

    return declare


@pytest.fixture
def step(database: Database) -> Callable[..., int]:
    """`step(declarations, element, variables)` writes what such a step calls for; returns the number of statements."""

    def write(
        declarations: Declarations,
        element: str | None,
        variables: dict[str, Any],
        *,
        process: str = "intake",
        event: str = "completed",
        before: dict[str, Any] | None = None,
        case_no: str = "FW2026000001",
        instance_id: int = 1,
        unit_path: str = "/C1/R1/O1/",
        by: str = "客服甲",
        events: tuple[Any, ...] = (),
        at: datetime = NOW,
    ) -> int:
        kind = f.ElementCompleted if event == "completed" else f.ElementActivated
        record: Any = SimpleNamespace(
            facts=[kind("token-1", element, process)] if element is not None else [],
            variables={"case_no": case_no, **variables},
            before={"case_no": case_no, **before} if before is not None else {},
            surroundings=SimpleNamespace(library=feel.BUILTINS),
            case_no=case_no,
            instance_id=instance_id,
            unit_path=unit_path,
            now=at,
            actor=Actor(id=1, login="hotline_agent_1", name=by),
            events=list(events),
            may_be_taken_back=False,
        )
        statements = 0
        with database.transaction() as tx:
            run = tx.connection.execute

            def counted(*args: Any, **kwargs: Any) -> Any:
                nonlocal statements
                statements += 1
                return run(*args, **kwargs)

            tx.connection.execute = counted  # type: ignore[method-assign]
            RegisterListener(declarations)(tx, None, record)  # type: ignore[arg-type]
            del tx.connection.execute
        return statements

    return write


@pytest.fixture
def contacts(declared: Callable[[str], Declarations]) -> Register:
    """A small register to read from."""
    return declared(CONTACTS).registers["R01"]


CONTACTS = """
registers:
  R01:
    id: contact_register
    name: {zh: 来电登记, en: Contacts}
    key: contact_no
    columns:
      - {id: contact_no, zh: 编号, en: No., value: "=contact_no"}
      - {id: received_at, zh: 时间, en: Received, value: "=received_at", type: datetime}
      - {id: customer_name, zh: 用户, en: Customer, value: "=customer_name"}
      - id: channel
        zh: 渠道
        en: Channel
        value: "=channel"
        type: enum
        options: {phone: 来电, letter: {zh: 来函, en: By letter}}
      - {id: amount, zh: 金额, en: Amount, value: "=amount", type: money}
      - {id: backdated, zh: 补录, en: Late, value: "=backdated", type: bool}
      - {id: people, zh: 人员, en: People, value: "=people", type: persons}
      - {id: reply, zh: 回复, en: Reply, value: "=reply"}
    written_by:
      - {process: intake, "on": [open_contact, register_contact], event: completed}
      - {process: dispatch, "on": [dispatch_it], event: completed}
    visible_to: [hotline_agent, department_leader]
"""
