"""A letter: what one person is told by one channel, one or several messages together."""

from __future__ import annotations

from dataclasses import dataclass


class RefusedForGood(Exception):
    """The receiver will not take it, however often it is sent."""


@dataclass(frozen=True, slots=True)
class Letter:
    """`lines` are sentences with the address each leads to ("" when the installation does not know its own)."""

    key: str  # the same on every attempt
    to: str
    title: str
    lines: tuple[tuple[str, str], ...]
    lang: str = "zh"

    @property
    def url(self) -> str:
        """Where the letter as a whole leads: its one message, or the list of them."""
        if len(self.lines) == 1:
            return self.lines[0][1]
        address = self.lines[0][1]
        return address.rpartition("/")[0] if address else ""

    def text(self) -> str:
        """Everything as plain text."""
        return "\n\n".join(f"{sentence}\n{url}" if url else sentence for sentence, url in self.lines)
