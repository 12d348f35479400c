"""The map of procedures: all of them on one picture, who hands over to whom, and how much runs in each."""

from __future__ import annotations

from typing import Any

from flask import render_template, url_for

from app.definitions.hand_overs import hand_overs
from app.definitions.queries import procedures
from app.web.access import house, require_role
from app.web.procedures import READERS, pages
from app.web.procedures.listing import is_placeholder, running_by_process


@pages.get("/procedures/map")
@require_role(*READERS)
def procedure_map() -> Any:
    """Every procedure as a box that leads to its diagram, with its running cases; every hand-over as an arrow."""
    with house().db.reading() as tx:
        rows = procedures(tx)
        running = running_by_process(tx)
        links = hand_overs(house().world.definitions.version(tx, row.id).process for row in rows)
    names = {row.key: row.name for row in rows}
    boxes = [
        {
            "key": row.key,
            "name": row.name,
            "url": url_for("procedures.page", key=row.key),
            "running": running.get(row.key, 0),
            "placeholder": is_placeholder(row.file),
        }
        for row in rows
    ]
    arrows = [{"source": link.source, "target": link.target, "kind": link.kind} for link in links]
    links.sort(key=lambda link: (names[link.source], names[link.target], link.kind))
    return render_template(
        "procedures/map.html",
        picture={"boxes": boxes, "arrows": arrows},
        links=links,
        names=names,
        running=running,
        total=sum(running.values()),
    )
