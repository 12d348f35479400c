"""Personal messages: who is told of which task, on the page and by mail or chat; derived after the commit."""

from __future__ import annotations

from app.notices.channels import Channel, Letter, RefusedForGood, channels_of
from app.notices.choices import Choice, choice_of, save_choice
from app.notices.customers import send_to_customers
from app.notices.finding import find_late, find_new
from app.notices.kinds import KINDS, Kind
from app.notices.outbox import failed_letters, retry_failed, send_due
from app.notices.reading import mark_read, notices_of, open_notice, unread_count

__all__ = [
    "KINDS",
    "Channel",
    "Choice",
    "Kind",
    "Letter",
    "RefusedForGood",
    "channels_of",
    "choice_of",
    "failed_letters",
    "find_late",
    "find_new",
    "mark_read",
    "notices_of",
    "open_notice",
    "retry_failed",
    "save_choice",
    "send_due",
    "send_to_customers",
    "unread_count",
]
