"""Drafts of diagrams: saved without overwriting anybody, thrown away and fetched back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from app import clock
from app.db import Transaction
from app.definitions.tables import deployment, draft, process_definition, process_version, resource
from app.history import record
from app.history.record import Doer
from app.messages import Message, Refusal

KIND = "process"
# What was thrown away last stays in a row of its own, so that it can be fetched back.
THROWN_AWAY = "discarded"
MAX_BYTES = 5_000_000


@dataclass(frozen=True, slots=True)
class Draft:
    """A diagram in work. `revision` names both the version it was begun from and how often it was saved since."""

    key: str
    name: str
    xml: bytes
    revision: str
    base_version: int
    live_version: int
    saved_at: datetime | None = None
    author_name: str | None = None

    @property
    def exists(self) -> bool:
        """Whether anything was saved; otherwise this is the live version as it stands."""
        return self.saved_at is not None

    @property
    def is_behind(self) -> bool:
        """Whether another version went live after this draft was begun."""
        return self.base_version != self.live_version


class DraftConflict(Refusal):
    """Somebody else saved or published meanwhile; nothing was overwritten."""

    def __init__(self, changed_by: str, changed_at: datetime | None) -> None:
        who, who_en = changed_by or "他人", changed_by or "somebody"
        super().__init__(
            "draft_conflict",
            Message(
                f"草稿已被{who}修改或发布了新版本，您的内容没有覆盖对方的内容。",
                f"{who_en} changed this draft or published a version meanwhile; nothing was overwritten.",
            ),
        )
        self.changed_by = changed_by
        self.changed_at = changed_at


def open_draft(tx: Transaction, key: str) -> Draft:
    """The draft of a process, else its live version as the start of one."""
    live, row = live_version(tx, key), draft_row(tx, key)
    if row is None:
        return Draft(key, live.name, live.content, f"{live.id}-0", live.version, live.version)
    base = tx.value(select(process_version.c.version).where(process_version.c.id == row.base_version_id))
    return Draft(
        key=key,
        name=live.name,
        xml=row.content,
        revision=f"{row.base_version_id}-{row.revision}",
        base_version=int(base),
        live_version=live.version,
        saved_at=row.updated_at,
        author_name=row.author_name,
    )


def save_draft(
    tx: Transaction, *, actor: Doer, key: str, content: bytes, base_revision: str, force: bool = False
) -> Draft:
    """Save a draft on top of the revision it was begun from.

    DraftConflict when that is not the newest any more; `force` overwrites and takes the live version as the base.
    """
    if not content.strip():
        raise Refusal("draft_empty", Message("草稿是空的。", "The draft is empty."), status=422)
    if len(content) > MAX_BYTES:
        raise Refusal("draft_too_large", Message("流程图超过 5 MB。", "The diagram exceeds 5 MB."), status=413)
    tx.begin_writing()
    live, row = live_version(tx, key), draft_row(tx, key)
    newest = f"{live.id}-{row.revision if row is not None else 0}"
    if not force and (base_revision != newest or (row is not None and row.base_version_id != live.id)):
        raise conflict(tx, live, row)
    values = {
        "content": content,
        "base_version_id": live.id,
        "author_id": actor.id,
        "author_name": actor.name,
        "updated_at": clock.now(),
    }
    mine = (draft.c.kind == KIND) & (draft.c.key == key)
    if row is None:
        try:
            tx.execute(insert(draft).values(kind=KIND, key=key, revision=_thrown_away_at(tx, key) + 1, **values))
        except IntegrityError:
            # Two first saves at the same moment; only a server with several writers comes here.
            raise DraftConflict("", None) from None
    else:
        changed = tx.execute(
            update(draft).where(mine, draft.c.revision == row.revision).values(revision=row.revision + 1, **values)
        )
        if changed.rowcount != 1:
            raise DraftConflict("", None)
    return open_draft(tx, key)


def discard_draft(tx: Transaction, *, actor: Doer, key: str) -> None:
    """Throw a draft away; the last one thrown away can be fetched back."""
    row = draft_row(tx, key)
    if row is None:
        raise no_draft()
    tx.execute(delete(draft).where(draft.c.kind == THROWN_AWAY, draft.c.key == key))
    tx.execute(update(draft).where(draft.c.kind == KIND, draft.c.key == key).values(kind=THROWN_AWAY))
    record(tx, actor=actor, kind="draft_discarded", data={"key": key, "name": live_version(tx, key).name})


def restore_draft(tx: Transaction, *, actor: Doer, key: str) -> None:
    """Fetch the draft back that was thrown away last."""
    if draft_row(tx, key) is not None:
        raise Refusal(
            "draft_exists",
            Message("已经有新的草稿，不能恢复旧的。", "There is a new draft; the old one stays where it is."),
        )
    thrown = (draft.c.kind == THROWN_AWAY) & (draft.c.key == key)
    restored = tx.execute(update(draft).where(thrown).values(kind=KIND, revision=draft.c.revision + 1))
    if restored.rowcount == 0:
        raise no_draft()
    record(tx, actor=actor, kind="draft_restored", data={"key": key, "name": live_version(tx, key).name})


def rebase_draft(tx: Transaction, *, actor: Doer, key: str) -> None:
    """Keep a draft although another version went live: it is now meant to replace that one."""
    live = live_version(tx, key)
    moved = tx.execute(
        update(draft)
        .where(draft.c.kind == KIND, draft.c.key == key)
        .values(base_version_id=live.id, revision=draft.c.revision + 1)
    )
    if moved.rowcount == 0:
        raise no_draft()
    record(tx, actor=actor, kind="draft_rebased", data={"key": key, "name": live.name, "version": live.version})


def _thrown_away_at(tx: Transaction, key: str) -> int:
    """Revisions go on counting, so that a page left open on the draft thrown away cannot overwrite the new one."""
    return int(tx.value(select(draft.c.revision).where(draft.c.kind == THROWN_AWAY, draft.c.key == key)) or 0)


def draft_row(tx: Transaction, key: str) -> Row[Any] | None:
    """The row of a draft, or None."""
    return tx.row(select(draft).where(draft.c.kind == KIND, draft.c.key == key))


def live_version(tx: Transaction, key: str) -> Row[Any]:
    """The version that is live with its content; refuses an unknown process."""
    row = tx.row(
        select(
            process_version.c.id,
            process_version.c.version,
            process_version.c.name,
            process_version.c.pins,
            process_version.c.deployment_id,
            resource.c.content,
            resource.c.file,
        )
        .join(process_definition, process_definition.c.live_version_id == process_version.c.id)
        .join(resource, resource.c.id == process_version.c.resource_id)
        .where(process_definition.c.key == key)
    )
    if row is None:
        raise Refusal(
            "unknown_process", Message(f"没有部署流程“{key}”。", f"No process “{key}” is deployed."), status=404
        )
    return row


def conflict(tx: Transaction, live: Row[Any], row: Row[Any] | None) -> DraftConflict:
    """Who was in the way: whoever saved last, or whoever deployed the version that is live now."""
    if row is not None and row.base_version_id == live.id:
        return DraftConflict(row.author_name, row.updated_at)
    made = tx.row(select(deployment.c.actor_name, deployment.c.at).where(deployment.c.id == live.deployment_id))
    return DraftConflict(made.actor_name, made.at) if made is not None else DraftConflict("", None)


def no_draft() -> Refusal:
    """There is nothing to publish or to throw away."""
    return Refusal("no_draft", Message("没有未发布的草稿。", "There is no unpublished draft."), status=404)
