"""Guests: somebody outside does one task by a link (readings 7); who holds the task makes and revokes it."""

from __future__ import annotations

from app.runtime.commands.guests.answer_as_guest import answer_as_guest
from app.runtime.commands.guests.links import GuestLink, find_link, links_of, may_be_given
from app.runtime.commands.guests.make_guest_link import make_guest_link
from app.runtime.commands.guests.open_guest_link import open_guest_link
from app.runtime.commands.guests.revoke_guest_link import revoke_guest_link

__all__ = [
    "GuestLink",
    "answer_as_guest",
    "find_link",
    "links_of",
    "make_guest_link",
    "may_be_given",
    "open_guest_link",
    "revoke_guest_link",
]
