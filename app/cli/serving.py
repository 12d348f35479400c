"""What the server serves: the web application with a worker beside it, and the bundled files compressed."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from app import settings as product_settings
from app.cli.assembly import open_house
from app.connectors.notify import outgoing
from app.web import create_app
from app.worker import Runner

PREFIX = "/static/dist/"
_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def application() -> Wsgi:
    """The factory that the server calls in each of its processes."""
    conf = product_settings.load()
    house = open_house(conf)
    app = create_app(conf, house)
    Runner(house, outgoing=outgoing(conf)).start()
    return Bundled(app.wsgi_app, Path(app.static_folder or "") / "dist")


class Bundled:
    """Serves the bundled scripts and styles compressed; their names hold a digest, so browsers keep them for good."""

    def __init__(self, inner: Wsgi, folder: Path) -> None:
        self._inner = inner
        self._folder = folder
        self._known: dict[str, tuple[bytes, str]] = {}

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path.startswith(PREFIX) and environ.get("REQUEST_METHOD") in {"GET", "HEAD"}:
            kind = _TYPES.get(path[path.rfind(".") :])
            if kind is not None and "gzip" in environ.get("HTTP_ACCEPT_ENCODING", ""):
                body = self._compressed(path[len(PREFIX) :])
                if body is not None:
                    headers = [
                        ("Content-Type", kind),
                        ("Content-Encoding", "gzip"),
                        ("Content-Length", str(len(body))),
                        ("Vary", "Accept-Encoding"),
                        ("Cache-Control", "public, max-age=31536000, immutable"),
                        ("X-Content-Type-Options", "nosniff"),
                    ]
                    start_response("200 OK", headers)
                    return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]
        return self._inner(environ, start_response)

    def _compressed(self, name: str) -> bytes | None:
        path = (self._folder / name).resolve()
        if not path.is_relative_to(self._folder.resolve()) or not path.is_file():
            return None
        stamp = f"{path.stat().st_mtime_ns}"
        known = self._known.get(name)
        if known is None or known[1] != stamp:
            known = (gzip.compress(path.read_bytes(), 6), stamp)
            self._known[name] = known
        return known[0]
