"""What stands on a paper: the values of the case, what was signed with its hash, and which versions they are of."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app import forms
from app.aftersales import signatures
from app.db import Transaction
from app.definitions import Version
from app.definitions.tables import process_version, resource
from app.documents.declaration import Paper
from app.identity import SYSTEM
from app.messages import Message, Refusal
from app.runtime import World
from app.runtime.queries import case_instances
from app.runtime.step import load_instance, restore

OFFICE, CUSTOMER = "office", "customer"


@dataclass(frozen=True, slots=True)
class Known:
    """What one process of the case knows."""

    instance_id: int
    version_id: int
    process_key: str
    process_name: str
    variables: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Copy:
    """A paper that exists in a case: its number."""

    paper: Paper
    number: str


@dataclass(frozen=True, slots=True)
class Seal:
    """The signed version that stands: its hash, and whether the stored content still has it."""

    digest: str
    version: int
    signed_at: datetime
    unaltered: bool


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which version of process and form printed this."""

    process: str
    process_version: int
    form_version: str


@dataclass(slots=True)
class Content:
    """The values of one paper and everything that says where they come from."""

    paper: Paper
    number: str
    case_no: str
    form: forms.Form
    values: dict[str, Any]
    library: Any
    stamp: Stamp
    seal: Seal | None = None


def known_in_case(tx: Transaction, world: World, case_no: str) -> list[Known]:
    """The documents of all processes of a case, in the order they started."""
    found = []
    for row in case_instances(tx, case_no):
        instance, _ = restore(tx, world, SYSTEM, load_instance(tx, row.id))
        found.append(Known(row.id, row.version_id, row.process_key, row.process_name, instance.root_variables))
    return found


def papers_in_case(papers: Mapping[str, Paper], known: list[Known]) -> list[Copy]:
    """The papers whose numbers occur in a case, each number once."""
    copies = []
    for paper in papers.values():
        numbers = dict.fromkeys(
            str(one.variables[paper.number])
            for one in known
            if one.variables.get(paper.number) not in (None, "")
            and all(one.variables.get(name) not in (None, "", []) for name in paper.needs)
        )
        copies += [Copy(paper, number) for number in numbers]
    return copies


def content_of(
    tx: Transaction,
    world: World,
    paper: Paper,
    *,
    case_no: str,
    number: str,
    known: list[Known],
) -> Content:
    """The content of one paper: what later processes know wins, what was signed stands as it was signed."""
    of_it = [one for one in known if str(one.variables.get(paper.number) or "") == number]
    if not of_it:
        raise Refusal(
            "no_such_paper",
            Message(
                f"服务单“{case_no}”没有编号“{number}”的{paper.name.zh}。",
                f"Case “{case_no}” has no {paper.name.en} “{number}”.",
            ),
            status=404,
        )
    values: dict[str, Any] = {}
    for one in of_it:
        values.update((key, value) for key, value in one.variables.items() if value is not None)
    seal = None
    if paper.frozen and (row := signatures.standing(tx, number)) is not None:
        signed = json.loads(row.content)
        values.update(signed.get("values") or {})
        seal = Seal(row.digest, row.version, row.signed_at, signatures.is_unaltered(row))
    version = _home(tx, world, paper, of_it)
    _, around = restore(tx, world, SYSTEM, load_instance(tx, of_it[-1].instance_id))
    stamp = Stamp(version.name, version.version, _form_version(tx, version.id, paper.form))
    return Content(paper, number, case_no, version.forms[paper.form], values, around.library, stamp, seal)


def _home(tx: Transaction, world: World, paper: Paper, of_it: list[Known]) -> Version:
    """The version whose form is printed: of the procedure that declares the paper, else of any that has the form."""
    versions = [world.definitions.version(tx, one.version_id) for one in of_it]
    able = [version for version in versions if paper.form in version.forms]
    own = [version for version in able if version.key == paper.process]
    return (own or able or [world.definitions.live(tx, paper.process)])[-1]


def _form_version(tx: Transaction, version_id: int, form_id: str) -> str:
    pins = tx.value(select(process_version.c.pins).where(process_version.c.id == version_id)) or {}
    digest = tx.value(select(resource.c.digest).where(resource.c.id == pins.get("forms", {}).get(form_id, -1)))
    return str(digest or "")[:8]
