"""What is different between two versions of a procedure: in words, and marked on both diagrams."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from app.definitions.changes import Change, changes_between
from app.definitions.queries import procedure, versions
from app.messages import Message, Refusal
from app.web.access import house, require_role
from app.web.procedures import READERS, pages


@pages.get("/procedures/<key>/changes")
@require_role(*READERS)
def version_changes(key: str) -> Any:
    """`to` (the newest unless said) against `since` (the one before it unless said)."""
    with house().db.reading() as tx:
        live = procedure(tx, key)
        history = versions(tx, key)
        numbers = [row.version for row in history]
        to = request.args.get("to", numbers[0], type=int)
        since = request.args.get("since", max((each for each in numbers if each < to), default=to), type=int)
        by_number = {row.version: row for row in history}
        if to not in by_number or since not in by_number:
            raise Refusal("unknown_version", Message("没有这个版本。", "There is no such version."), status=404)
        old, new = by_number[since], by_number[to]
        load = house().world.definitions.version
        changes = changes_between(load(tx, old.id), load(tx, new.id), old.pins, new.pins)
    return render_template(
        "procedures/changes.html",
        live=live,
        versions=history,
        old=old,
        new=new,
        changes=changes,
        groups=[(kind, [each for each in changes if each.kind == kind]) for kind in ("changed", "added", "removed")],
        marks_new=_marks(changes, "added", "changed"),
        marks_old=_marks(changes, "removed", "changed"),
        links={each.id: f"#change-{each.id}" for each in changes},
    )


def _marks(changes: list[Change], *kinds: str) -> dict[str, list[str]]:
    return {kind: [each.id for each in changes if each.kind == kind] for kind in kinds}
