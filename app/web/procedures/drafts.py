"""The editor of a diagram and its API: read and save the draft, check it, publish it, throw it away."""

from __future__ import annotations

from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for

from app import definitions
from app.clock import ZONE
from app.definitions import Draft, DraftConflict
from app.definitions.queries import procedure, thrown_away_draft
from app.messages import Message, Refusal
from app.web.access import actor, house, language, require_role, t
from app.web.procedures import READERS, pages


@pages.get("/procedures/<key>/edit")
@require_role(*READERS)
def edit(key: str) -> Any:
    """The editor."""
    with house().db.reading() as tx:
        live = procedure(tx, key)
        draft = definitions.open_draft(tx, key)
        thrown = thrown_away_draft(tx, key)
    return render_template("procedures/edit.html", live=live, draft=draft, thrown=thrown)


@pages.post("/procedures/<key>/draft/discard")
@require_role(*READERS)
def discard(key: str) -> Any:
    """Throw the draft away; the page says how to fetch it back."""
    with house().db.transaction() as tx:
        definitions.discard_draft(tx, actor=actor(), key=key)
    flash(t("草稿已放弃，可在本页恢复。", "The draft is thrown away; it can be fetched back on this page."))
    return redirect(url_for("procedures.page", key=key))


@pages.post("/procedures/<key>/draft/restore")
@require_role(*READERS)
def restore(key: str) -> Any:
    """Fetch the draft back that was thrown away last."""
    with house().db.transaction() as tx:
        definitions.restore_draft(tx, actor=actor(), key=key)
    flash(t("草稿已恢复。", "The draft is back."))
    return redirect(url_for("procedures.edit", key=key))


@pages.post("/procedures/<key>/draft/rebase")
@require_role(*READERS)
def rebase(key: str) -> Any:
    """Keep the draft although another version went live."""
    with house().db.transaction() as tx:
        definitions.rebase_draft(tx, actor=actor(), key=key)
    return redirect(url_for("procedures.edit", key=key))


@pages.get("/api/drafts/<key>")
@require_role(*READERS)
def read(key: str) -> Any:
    """The draft, or the live version where there is none; `revision` is what a save must name."""
    with house().db.reading() as tx:
        draft = definitions.open_draft(tx, key)
    try:
        text = draft.xml.decode()
    except UnicodeDecodeError:
        raise Refusal(
            "draft_encoding", Message("流程图不是 UTF-8 文件。", "The diagram is not UTF-8."), status=422
        ) from None
    return jsonify(
        key=key,
        name=draft.name,
        version=draft.base_version,
        live_version=draft.live_version,
        xml=text,
        revision=draft.revision,
        author=draft.author_name,
        saved_at=_iso(draft),
    )


@pages.put("/api/drafts/<key>")
@require_role(*READERS)
def save(key: str) -> Any:
    """Save on top of `base_revision`: {xml, base_revision, force?}; 409 tells who was faster."""
    content = _json()
    xml, base = content.get("xml"), content.get("base_revision")
    if not isinstance(xml, str) or not isinstance(base, str):
        raise _malformed()
    try:
        with house().db.transaction() as tx:
            draft = definitions.save_draft(
                tx,
                actor=actor(),
                key=key,
                content=xml.encode(),
                base_revision=base,
                force=content.get("force") is True,
            )
    except DraftConflict as conflict:
        return _conflict(conflict)
    return jsonify(revision=draft.revision, saved_at=_iso(draft))


@pages.post("/api/drafts/<key>/publish")
@require_role(*READERS)
def publish(key: str) -> Any:
    """Make the saved draft the next version: {reason, base_revision?}; 422 with the problems when it has errors."""
    content = _json()
    base = content.get("base_revision")
    try:
        with house().db.transaction() as tx:
            result = definitions.publish_draft(
                tx,
                house().world.definitions,
                house().knowledge(tx),
                actor=actor(),
                key=key,
                reason=str(content.get("reason") or ""),
                base_revision=base if isinstance(base, str) else None,
            )
            house().arrange_starts(tx, actor())
    except DraftConflict as conflict:
        return _conflict(conflict)
    if result.refused:
        problems = [problem.as_json(language()) for problem in result.problems]
        number = sum(problem.severity == "error" for problem in result.problems)
        message = t(f"还有 {number} 个错误，改正后才能发布。", f"Correct {number} errors before publishing.")
        return jsonify(code="draft_refused", message=message, problems=problems), 422
    version = result.new.get(key)
    return jsonify(
        version=version,
        message=t(f"已发布为第 {version} 版。", f"Published as version {version}."),
        url=url_for("procedures.page", key=key),
    )


@pages.post("/api/lint")
@require_role(*READERS)
def lint() -> Any:
    """Every problem of a diagram: {key, xml} as JSON, or the XML itself with ?key=."""
    if request.mimetype == "application/json":
        content = _json()
        key, xml = content.get("key"), content.get("xml")
        if not isinstance(key, str) or not isinstance(xml, str):
            raise _malformed()
        body = xml.encode()
    else:
        key, body = request.args.get("key", ""), request.get_data()
    with house().db.reading() as tx:
        problems = definitions.check_draft(tx, house().world.definitions, house().knowledge(tx), key, body)
    return jsonify(problems=[problem.as_json(language()) for problem in problems])


def _json() -> dict[str, Any]:
    content = request.get_json(silent=True)
    if not isinstance(content, dict):
        raise _malformed()
    return content


def _malformed() -> Refusal:
    return Refusal("malformed", Message("请求的格式不对。", "The request is malformed."), status=422)


def _iso(draft: Draft) -> str | None:
    return draft.saved_at.astimezone(ZONE).isoformat(timespec="seconds") if draft.saved_at else None


def _conflict(conflict: DraftConflict) -> Any:
    at = conflict.changed_at
    return jsonify(
        code=conflict.code,
        message=conflict.message.text(language()),
        changed_by=conflict.changed_by,
        changed_at=at.astimezone(ZONE).isoformat(timespec="seconds") if at else None,
    ), 409
