"""Queries on what is deployed: procedures, versions, the drafts in work, and decision tables to read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, and_, select

from app.db import Transaction
from app.decisions.xml import Element, child, children, namespace, read, tag, text_of
from app.definitions.drafts import KIND, THROWN_AWAY
from app.definitions.tables import deployment, draft, process_definition, process_version, resource
from app.history import history_event
from app.messages import Message, Refusal

_version_columns = (
    process_version.c.id,
    process_version.c.key,
    process_version.c.version,
    process_version.c.version_tag,
    process_version.c.name,
    process_version.c.pins,
    process_version.c.resource_id,
    process_version.c.process_digest,
    deployment.c.at,
    deployment.c.actor_name,
    deployment.c.reason,
)


def procedures(tx: Transaction) -> Sequence[Row[Any]]:
    """Every process by name: its live version, who deployed it when and why, and the draft in work."""
    return tx.rows(
        select(
            *_version_columns,
            resource.c.file,
            draft.c.author_name.label("draft_author"),
            draft.c.updated_at.label("draft_at"),
        )
        .join(process_definition, process_definition.c.live_version_id == process_version.c.id)
        .join(deployment, deployment.c.id == process_version.c.deployment_id)
        .join(resource, resource.c.id == process_version.c.resource_id)
        .outerjoin(draft, and_(draft.c.kind == KIND, draft.c.key == process_version.c.key))
        .order_by(process_version.c.name, process_version.c.key)
    )


def procedure(tx: Transaction, key: str) -> Row[Any]:
    """One process as `procedures` shows it; refuses an unknown key."""
    for row in procedures(tx):
        if row.key == key:
            return row
    raise Refusal("unknown_process", Message("没有这个流程。", "There is no such procedure."), status=404)


def versions(tx: Transaction, key: str) -> Sequence[Row[Any]]:
    """All versions of a process, newest first, with who deployed each when and why."""
    return tx.rows(
        select(*_version_columns)
        .join(deployment, deployment.c.id == process_version.c.deployment_id)
        .where(process_version.c.key == key)
        .order_by(process_version.c.version.desc())
    )


def put_live_events(tx: Transaction, key: str, *, limit: int = 20) -> list[Row[Any]]:
    """When somebody let another version be the live one, newest first."""
    found = tx.rows(
        select(history_event.c.at, history_event.c.actor_name, history_event.c.data)
        .where(history_event.c.case_no.is_(None), history_event.c.kind == "version_put_live")
        .order_by(history_event.c.id.desc())
        .limit(500)
    )
    return [row for row in found if row.data["key"] == key][:limit]


def thrown_away_draft(tx: Transaction, key: str) -> Row[Any] | None:
    """The draft that was thrown away last, while no new one has been begun."""
    row = tx.row(select(draft.c.author_name, draft.c.updated_at).where(draft.c.kind == THROWN_AWAY, draft.c.key == key))
    return row if tx.row(select(draft.c.key).where(draft.c.kind == KIND, draft.c.key == key)) is None else None


def resource_keys(tx: Transaction, kind: str) -> list[str]:
    """The ids of every form or decision that was ever deployed."""
    rows = tx.rows(select(resource.c.key).where(resource.c.kind == kind).distinct().order_by(resource.c.key))
    return [row.key for row in rows]


@dataclass(slots=True)
class Column:
    """A column of a decision table as a person reads it: its title, the expression or name behind it, its type."""

    label: str
    text: str
    type: str = ""
    values: str = ""


@dataclass(slots=True)
class TableRule:
    """One rule: the texts of its cells, "" where a cell takes anything, and the author's note."""

    inputs: list[str]
    outputs: list[str]
    note: str = ""


@dataclass(slots=True)
class DecisionText:
    """One decision as it stands in its file; a decision without a table has its expression in `text`."""

    id: str
    name: str
    description: str = ""
    hit_policy: str = ""
    inputs: list[Column] = field(default_factory=list)
    outputs: list[Column] = field(default_factory=list)
    rules: list[TableRule] = field(default_factory=list)
    text: str = ""


def decision_texts(tx: Transaction, resource_id: int) -> list[DecisionText]:
    """The decisions of a deployed file, readable."""
    row = tx.row(select(resource.c.content, resource.c.file).where(resource.c.id == resource_id))
    if row is None:
        raise Refusal("unknown_decision", Message("没有这个决策。", "There is no such decision."), status=404)
    return [_decision(element) for element in children(read(row.content, row.file), "decision")]


def _decision(element: Element) -> DecisionText:
    found = DecisionText(
        id=element.get("id") or "",
        name=element.get("name") or element.get("id") or "",
        description=_plain(child(element, "description")),
    )
    table = child(element, "decisionTable")
    if table is None:
        logic = next(iter(_logic(element)), None)
        found.text = text_of(logic) if logic is not None else ""
        return found
    found.hit_policy = (table.get("hitPolicy") or "UNIQUE").upper()
    if table.get("aggregation"):
        found.hit_policy += f" {table.get('aggregation')}"
    for one in children(table, "input"):
        expression = child(one, "inputExpression")
        text = text_of(expression)
        kind = (expression.get("typeRef") if expression is not None else "") or ""
        found.inputs.append(Column(one.get("label") or text, text, kind, text_of(child(one, "inputValues"))))
    for one in children(table, "output"):
        name = one.get("name") or ""
        label = one.get("label") or name or found.name
        found.outputs.append(Column(label, name, one.get("typeRef") or "", text_of(child(one, "outputValues"))))
    for rule in children(table, "rule"):
        found.rules.append(
            TableRule(
                inputs=[_cell(cell) for cell in children(rule, "inputEntry")],
                outputs=[text_of(cell) for cell in children(rule, "outputEntry")],
                note=" ".join(
                    part
                    for part in (
                        _plain(child(rule, "description")),
                        *(text_of(one) for one in children(rule, "annotationEntry")),
                    )
                    if part
                ),
            )
        )
    return found


def _logic(element: Element) -> Iterator[Element]:
    for one in element:
        if isinstance(one.tag, str) and namespace(one) == namespace(element) and "xpression" in tag(one):
            yield one


def _plain(element: Element | None) -> str:
    return " ".join("".join(str(part) for part in element.itertext()).split()) if element is not None else ""


def _cell(element: Element) -> str:
    text = text_of(element)
    return "" if text in {"-", "–", "—"} else text
