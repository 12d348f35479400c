"""Bundled files: their hashed names from the manifest that the front end's build writes."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

DIST = Path(__file__).parent / "static" / "dist"


@lru_cache(maxsize=4)
def _manifest(_changed_at: int) -> dict[str, str]:
    return dict(json.loads((DIST / "manifest.json").read_text(encoding="utf-8")))


def url(name: str) -> str:
    """The address of a bundled file; a missing bundle gives an address that says so in the browser's log."""
    try:
        manifest = _manifest((DIST / "manifest.json").stat().st_mtime_ns)
    except OSError:
        return f"/static/dist/not-built/{name}"
    return f"/static/dist/{manifest.get(name, name)}"
