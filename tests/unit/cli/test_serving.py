"""What starts the product: a port that is free, files that are compressed, sentences instead of stack traces."""

from __future__ import annotations

import gzip
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.cli.run_command import free_port
from app.cli.serving import Bundled
from app.settings import SettingsError

ROOT = Path(__file__).parents[3]


@pytest.fixture
def busy() -> Iterator[int]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield int(listening.getsockname()[1])


def run(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AFTERCARE_")}
    command = [sys.executable, "-m", "app", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env={**kept, **env}, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120
    )


def test_a_busy_port_is_named_with_a_way_out(busy: int) -> None:
    with pytest.raises(SettingsError, match=f"Port {busy} is in use.*make run PORT={busy + 1}"):
        free_port("127.0.0.1", busy)


def test_any_free_port_may_be_asked_for() -> None:
    assert free_port("127.0.0.1", 0) > 0


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(SettingsError, match="no address"):
        free_port("no.such.host.invalid", 8000)


def test_the_first_start_that_is_no_demo_demands_an_administrator(tmp_path: Path) -> None:
    done = run("run", "--port", "0", AFTERCARE_DATA=str(tmp_path))
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "AFTERCARE_ADMIN_PASSWORD" in done.stderr


def test_a_short_administrators_password_is_refused(tmp_path: Path) -> None:
    done = run("run", "--port", "0", AFTERCARE_DATA=str(tmp_path), AFTERCARE_ADMIN_PASSWORD="short")
    assert done.returncode == 2
    assert "10 characters" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_that_cannot_be_reached_is_one_sentence(tmp_path: Path, busy: int) -> None:
    url = "postgresql://nobody@127.0.0.1:1/nothing?connect_timeout=2"
    done = run("run", "--port", "0", AFTERCARE_DATA=str(tmp_path), AFTERCARE_DATABASE_URL=url)
    assert done.returncode == 2
    assert done.stderr.startswith("The database cannot be opened")
    assert "Traceback" not in done.stderr


def test_a_demo_database_is_not_served_as_a_real_one(tmp_path: Path) -> None:
    script = "from app import settings; from app.cli.run_command import prepare; prepare(settings.load())"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AFTERCARE_")}
    env = {**kept, "AFTERCARE_DATA": str(tmp_path), "AFTERCARE_DEMO": "1"}
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=env, check=True, capture_output=True, timeout=120)
    done = run("run", "--port", "0", AFTERCARE_DATA=str(tmp_path), AFTERCARE_ADMIN_PASSWORD="long enough to do")
    assert done.returncode == 2
    assert "demo company" in done.stderr


class TestBundledFiles:
    @pytest.fixture
    def served(self, tmp_path: Path) -> Bundled:
        (tmp_path / "dist").mkdir()
        (tmp_path / "dist" / "app-ABC.js").write_text("const a = 1;\n" * 200, encoding="utf-8")
        (tmp_path / "secret.js").write_text("secret", encoding="utf-8")

        def inner(_environ: dict[str, Any], start_response: Any) -> list[bytes]:
            start_response("200 OK", [("X-By", "the application")])
            return [b"by the application"]

        return Bundled(inner, tmp_path / "dist")

    def ask(self, served: Bundled, path: str, **more: str) -> tuple[dict[str, str], bytes]:
        told: dict[str, str] = {}
        environ = {"PATH_INFO": path, "REQUEST_METHOD": "GET", "HTTP_ACCEPT_ENCODING": "gzip, br", **more}
        body = b"".join(served(environ, lambda _status, headers: told.update(headers)))
        return told, body

    def test_come_compressed_and_are_kept_for_good(self, served: Bundled) -> None:
        headers, body = self.ask(served, "/static/dist/app-ABC.js")
        assert headers["Content-Encoding"] == "gzip"
        assert "immutable" in headers["Cache-Control"]
        assert headers["Vary"] == "Accept-Encoding"
        assert gzip.decompress(body).startswith(b"const a")
        assert int(headers["Content-Length"]) == len(body) < 200

    def test_are_left_to_the_application_where_the_browser_cannot_unpack(self, served: Bundled) -> None:
        headers, _ = self.ask(served, "/static/dist/app-ABC.js", HTTP_ACCEPT_ENCODING="")
        assert headers == {"X-By": "the application"}

    @pytest.mark.parametrize("path", ["/static/dist/../secret.js", "/static/dist/nothing.js", "/static/dist/", "/"])
    def test_nothing_else_is_served_from_the_disk(self, served: Bundled, path: str) -> None:
        headers, _ = self.ask(served, path)
        assert headers == {"X-By": "the application"}
