"""What people do with a task besides completing it: hand it on, ask others in, send it back (docs/approvals.md)."""

from __future__ import annotations

from app.runtime.commands.approvals.add_signers import add_signers, remove_signer
from app.runtime.commands.approvals.answer_part import answer_part
from app.runtime.commands.approvals.consult_people import consult_people
from app.runtime.commands.approvals.copy_task import copy_task, read_copy
from app.runtime.commands.approvals.delegate_task import delegate_task, return_delegated_task
from app.runtime.commands.approvals.send_back_task import send_back_task, ways_back
from app.runtime.commands.approvals.transfer_task import transfer_task
from app.runtime.commands.approvals.urge_task import urge_task

__all__ = [
    "add_signers",
    "answer_part",
    "consult_people",
    "copy_task",
    "delegate_task",
    "read_copy",
    "remove_signer",
    "return_delegated_task",
    "send_back_task",
    "transfer_task",
    "urge_task",
    "ways_back",
]
