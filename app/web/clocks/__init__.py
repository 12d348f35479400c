"""The clocks of a case: each in a sentence with its pauses, and stopping one for a reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for

from app import calendar, clock
from app.calendar import RunningClock
from app.db import Transaction
from app.messages import Refusal
from app.runtime import may_pause, pause_clock, resume_clock
from app.runtime.queries import clock_alerts, find_case
from app.web.access import actor, current_actor, house, language, led_within, own_path, t

pages = Blueprint("clocks", __name__)


@pages.app_context_processor
def _of_clocks() -> dict[str, Any]:
    """What the list of clocks, a part of the case and of the task page, asks."""

    def sentence(running: RunningClock) -> str:
        return running.sentence(language(), clock.now())

    def stoppable(running: RunningClock) -> bool:
        someone = current_actor()
        ended = running.cancelled_at is not None or running.clock.met_at is not None
        counts_days = running.clock.mode == "calendar_days"
        return not ended and not counts_days and someone is not None and may_pause(someone, running.org_unit)

    def reason(key: str) -> str:
        return calendar.PAUSE_REASONS[key].text(language())

    return {
        "clock_sentence": sentence,
        "clock_stoppable": stoppable,
        "clock_reason": reason,
        "pause_reasons": [(key, reason(key)) for key in calendar.PAUSE_REASONS],
        # The list is also loaded into the page of a task; a person stays on the page he sees.
        "clock_back": urlsplit(request.headers.get("HX-Current-URL", "")).path or request.path,
    }


@pages.get("/clocks/<whose>")
def alerts(whose: str) -> Any:
    """Promises at risk that wait for this person, as a part of the inbox and of the page of a team (CA18)."""
    if whose not in {"mine", "team"}:
        abort(404)
    someone = actor()
    with house().db.reading() as tx:
        rows = clock_alerts(tx, someone, whose == "team", direct=led_within(someone, 1), further=led_within(someone, 2))
        clocks = calendar.load_clocks(tx, [row.clock_id for row in rows], lambda path: house().calendar(tx, path))
    return render_template("clocks/alerts.html", rows=rows, clocks=clocks, whose=whose, roles=house().roles)


@pages.post("/cases/<case_no>/clocks/<int:clock_id>/pause")
def pause(case_no: str, clock_id: int) -> Any:
    """Stop a clock: why, and who was asked or told."""

    def change(tx: Transaction) -> RunningClock:
        reason, note = request.form.get("reason", ""), request.form.get("note", "")
        return pause_clock(tx, house().world, actor=actor(), clock_id=clock_id, reason=reason, note=note)

    return _changed(case_no, clock_id, change)


@pages.post("/cases/<case_no>/clocks/<int:clock_id>/resume")
def resume(case_no: str, clock_id: int) -> Any:
    """Let a clock run again."""
    note = request.form.get("note", "")
    return _changed(
        case_no, clock_id, lambda tx: resume_clock(tx, house().world, actor=actor(), clock_id=clock_id, note=note)
    )


def _changed(case_no: str, clock_id: int, change: Callable[[Transaction], RunningClock]) -> Any:
    """Change a clock of a case that this person may see, and go back to where he came from."""
    back = own_path(request.form.get("back"), url_for("case.page", case_no=case_no))
    try:
        with house().db.transaction() as tx:
            find_case(tx, actor(), case_no)
            of_case = calendar.clocks_of_case(tx, case_no, lambda path: house().calendar(tx, path))
            if clock_id not in {each.id for each in of_case}:
                raise calendar.no_such_clock()
            running = change(tx)
    except Refusal as refusal:
        if refusal.status in {403, 404}:
            raise
        flash(refusal.message.text(language()), "error")
        return redirect(back)
    sentence = running.sentence(language(), clock.now())
    flash((t("已暂停。", "Paused. ") if running.clock.is_paused else t("已恢复。", "Running again. ")) + sentence)
    return redirect(back)
