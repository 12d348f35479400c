"""When what was committed to a SQLite file lies on the disk: at once where it must last, else a moment later.

A commit hands its pages to the operating system: the product may be killed at any time and nothing is lost. Only a
power cut could take back what the disk has not got yet. To wait for the disk costs more than the step itself, so only
what cannot be asked for again waits: signatures, guests' answers, stock. Everything else follows within `PAUSE`; the
file is never left half written.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
from pathlib import Path

PAUSE = 0.2  # seconds: as much as a power cut can take back
CHECKPOINT_EVERY = 200  # commits: the log is written into the file behind the steps, not by one of them
BACKSTOP = 10_000  # pages in the log at which a commit does that itself, whatever has become of the thread


class WriteAheadLog:
    """The log beside one database file, and the thread that brings it to the disk."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._log = database.with_name(database.name + "-wal")
        self._wanted = threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._ending = threading.Event()
        self._commits = 0

    def now(self) -> None:
        """Wait until everything committed so far is on the disk."""
        try:
            handle = os.open(self._log, os.O_RDONLY)
        except FileNotFoundError:
            return  # the last connection that closed has written it into the file
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def soon(self) -> None:
        """Bring it to the disk within `PAUSE`; returns at once."""
        self._commits += 1
        self._wanted.set()
        if self._thread is None or not self._thread.is_alive():  # a process that was forked has no threads
            with self._starting:
                if self._thread is None or not self._thread.is_alive():
                    self._thread = threading.Thread(target=self._follow, name="aftercare-disk", daemon=True)
                    self._thread.start()

    def follow_up(self) -> None:
        """What the thread does after each pause."""
        self.now()
        if self._commits >= CHECKPOINT_EVERY:
            self._commits = 0
            # Passive: waits for nobody, and nobody waits for it. What is being read stays for the next time.
            address = f"{self._database.absolute().as_uri()}?mode=rw"
            with contextlib.closing(sqlite3.connect(address, timeout=0, uri=True)) as connection:
                connection.execute("PRAGMA synchronous = NORMAL")
                connection.execute("PRAGMA wal_checkpoint(PASSIVE)")

    def close(self) -> None:
        """Bring everything to the disk and let the thread end; the next commit begins another."""
        with self._starting:
            thread, self._thread = self._thread, None
            self._ending.set()
            self._wanted.set()
            if thread is not None and thread.is_alive():
                thread.join()
            self._ending.clear()

    def _follow(self) -> None:
        while not self._ending.is_set():
            self._wanted.wait()
            self._wanted.clear()
            self._ending.wait(PAUSE)
            with contextlib.suppress(OSError, sqlite3.OperationalError):  # tried again with the next commit
                self.follow_up()
