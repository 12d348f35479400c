"""The full check of a submission on the server: the browser's checks are a comfort, these are the rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from typing import Any, Literal

from app import feel
from app.clock import ZONE
from app.forms import sentences
from app.forms.conditions import Names, Scope
from app.forms.fields import Situation
from app.forms.fields.dynamiclist import Dynamiclist
from app.forms.form import Field, Form, Group, Node, fields_of
from app.forms.hiding import hidden_ids, with_groups
from app.forms.lookups import Lookups
from app.forms.paths import get, has, put, remove
from app.forms.rules import broken_rule, missing
from app.forms.sentences import Place, Wrong
from app.messages import FieldError, Message

REASON_SUFFIX = "_reason"
_LONGEST_REASON = 500

DropReason = Literal["unknown", "read_only", "system", "hidden"]


@dataclass(frozen=True, slots=True)
class Correction:
    """A known value that was changed, with the reason (readings 4 and 12)."""

    field: str
    before: Any
    after: Any
    reason: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What a submission comes to: the values to store, or the errors to show."""

    values: dict[str, Any]
    """Top-level variables to merge; None clears a value (emptied, or hidden now)."""
    errors: tuple[FieldError, ...]
    dropped: dict[str, DropReason]
    """Submitted keys that were not taken, by path."""
    corrections: tuple[Correction, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing was refused."""
        return not self.errors

    @property
    def tampered(self) -> tuple[str, ...]:
        """Paths a browser of ours would never send: read-only or system fields with another value, unknown names."""
        return tuple(path for path, reason in self.dropped.items() if reason != "hidden")


def local_zone(now: datetime, zone: tzinfo | None) -> tzinfo:
    """The zone of the clock on the wall: the given one, else that of `now`, else the company's."""
    if zone is not None:
        return zone
    return now.tzinfo if now.tzinfo is not None and now.tzinfo != UTC else ZONE


def check(
    form: Form,
    step: str,
    submitted: Mapping[str, Any],
    known: Mapping[str, Any],
    *,
    library: feel.Library = feel.BUILTINS,
    now: datetime,
    lookups: Lookups | None = None,
    lang: str = "zh",
    actor: str = "",
    zone: tzinfo | None = None,
) -> Checked:
    """Check what `actor` submitted at `step` of a record whose variables so far are `known`.

    `now` is aware. Errors carry both languages (`lang` is accepted for callers that pass it along). Never raises for
    anything submitted.
    """
    return _Checking(form, step, known, library, now, lookups, actor, local_zone(now, zone)).run(submitted)


@dataclass(slots=True)
class _Checking:
    form: Form
    step: str
    known: Mapping[str, Any]
    library: feel.Library
    now: datetime
    lookups: Lookups | None
    actor: str
    zone: tzinfo
    pending: dict[str, FieldError] = field(default_factory=dict)
    errors: dict[str, FieldError] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    dropped: dict[str, DropReason] = field(default_factory=dict)
    corrections: list[Correction] = field(default_factory=list)
    flat: dict[int, tuple[Field, ...]] = field(default_factory=dict)  # by identity: the form outlives the check
    situation: Situation = field(init=False)
    extras: dict[str, Any] = field(init=False)

    def run(self, submitted: Mapping[str, Any]) -> Checked:
        self._situate({})
        self.extras = {"actor": self.actor or None, "now": self.now.astimezone(self.zone).replace(microsecond=0)}
        if not isinstance(submitted, Mapping):
            submitted = {}
        taken: dict[str, Any] = {}
        root = dict(self.known)
        reasons = self._reasons(submitted)
        self._situate(self._offered(self.form.nodes, submitted, self.known))
        self._read(self.form.nodes, submitted, self.known, taken, root, "", ())
        self._report_unknown(self.form.nodes, submitted, "", reasons)
        visible = dict(root)
        self.hidden = hidden_ids(self.form.nodes, Scope.of_record(root, self.extras), self.library)
        self._drop_hidden(self.form.nodes, visible, taken, "")
        self._compute(self.form.nodes, Scope.of_record(visible, self.extras), visible, self.known, taken, "")
        self._judge(self.form.nodes, Scope.of_record(visible, self.extras), visible, "", ())
        self._correct(submitted, taken)
        return Checked(taken, tuple(self.errors.values()), self.dropped, tuple(self.corrections))

    def _situate(self, *names: Mapping[str, Any]) -> None:
        self.situation = Situation(self.now, self.zone, self.library, self.lookups, names)

    def _fields(self, nodes: tuple[Node, ...]) -> tuple[Field, ...]:
        """As `fields_of`; a check goes through the fields of a scope half a dozen times."""
        known = self.flat.get(id(nodes))
        if known is None:
            known = self.flat[id(nodes)] = tuple(fields_of(nodes))
        return known

    def _offered(
        self, nodes: tuple[Node, ...], submitted: Mapping[str, Any], known: Mapping[str, Any]
    ) -> dict[str, Any]:
        """What is known, overlaid with what was sent for open fields: a forged read-only value counts for nothing."""
        offered = dict(known)
        for found in self._fields(nodes):
            if (
                found.open_at(self.step)
                and not found.is_system
                and found.readonly is False
                and has(submitted, found.path)
            ):
                put(offered, found.path, get(submitted, found.path))
        return offered

    # -- reading ---------------------------------------------------------------------------------------------------

    def editable(self, found: Field, names: Names) -> bool:
        """Whether a person may fill in `found` now."""
        if found.is_system:
            return False
        if found.is_list:
            if not any(self.editable(column, names) for column in self._fields(found.children)):
                return False
        elif not found.open_at(self.step):
            return False
        if isinstance(found.readonly, bool):
            return not found.readonly
        return not found.readonly.holds(names, self.library)

    def _read(
        self,
        nodes: tuple[Node, ...],
        submitted: Mapping[str, Any],
        known: Mapping[str, Any],
        taken: dict[str, Any],
        whole: dict[str, Any],
        prefix: str,
        place: Place,
    ) -> None:
        """Read the fields of one scope into `taken` (to store) and `whole` (the scope with what was known)."""
        names = self.situation.names
        for found in self._fields(nodes):
            sent = has(submitted, found.path)
            before = get(known, found.path)
            path = prefix + found.key
            if not self.editable(found, names):
                if sent and not _same(found, get(submitted, found.path), before):
                    self.dropped[path] = "system" if found.is_system else "read_only"
                continue
            if not sent:
                if before is None and (value := found.reader.left_alone()) is not None:
                    put(taken, found.path, value)
                    put(whole, found.path, value)
                continue
            value = get(submitted, found.path)
            if before is not None and not found.is_list and _same(found, value, before):
                put(taken, found.path, before)
                continue
            try:
                if found.is_list:
                    value = self._rows(found, value, before, path, (*place, found.title))
                else:
                    value = found.reader.read(value, self.situation)
            except Wrong as refused:
                self._refuse(path, (*place, found.title), refused)
                value = None
            put(taken, found.path, value)
            put(whole, found.path, value)

    def _refuse(self, path: str, place: Place, refused: Wrong) -> None:
        self.pending[path] = sentences.error(path, place, refused.code, refused.why, refused.way_out)

    def _rows(self, found: Field, value: Any, before: Any, path: str, place: Place) -> list[dict[str, Any]] | None:
        if value is None or value == "":
            value = []
        if not isinstance(value, list) or not all(isinstance(row, Mapping) for row in value):
            raise sentences.wrong(
                "type", "应当是一行一行的内容", "should be rows", "请重新填写。", "Please fill it in again."
            )
        reader = found.reader
        assert isinstance(reader, Dynamiclist)
        columns = list(self._fields(found.children))
        known_rows = [row for row in before if isinstance(row, Mapping)] if isinstance(before, list) else []
        may_grow = reader.may_grow and found.open_at(self.step)
        while may_grow and value and _is_blank(value[-1], columns):
            value = value[:-1]  # form-js starts a list with an empty row
        if not may_grow and len(value) != len(known_rows):
            raise sentences.wrong(
                "rows_fixed", "在这一步不能增减行", "cannot gain or lose rows at this step",
                "请按原来的行填写。", "Fill in the rows as they are.",
            )  # fmt: skip
        if len(value) > max(reader.most, len(known_rows)):
            raise sentences.wrong(
                "max_rows", f"最多 {reader.most} 行，现在有 {len(value)} 行",
                f"may have at most {reader.most} rows, it has {len(value)}", "请删去多余的行。", "Remove some rows.",
            )  # fmt: skip
        fixed = [column for column in columns if not self.editable(column, self.situation.names)]
        partners = _partners(value, known_rows, fixed, may_grow=may_grow)
        rows: list[dict[str, Any]] = []
        outer = self.situation
        for index, (sent, partner) in enumerate(zip(value, partners, strict=True)):
            row_path, row_place = f"{path}[{index}].", (*place, sentences.row_name(index))
            row: dict[str, Any] = {}
            for column in columns:
                if has(partner, column.path):
                    put(row, column.path, get(partner, column.path))
            taken: dict[str, Any] = {}
            offered = self._offered(found.children, sent, partner)
            here = {"this": offered, "parent": outer.names[0] if outer.names else None, "i": [index + 1]}
            self._situate(offered, here, *outer.names)
            self._read(found.children, sent, partner, taken, row, row_path, row_place)
            self._report_unknown(found.children, sent, row_path, set())
            rows.append(row)
        self.situation = outer
        return rows or None

    def _report_unknown(self, nodes: tuple[Node, ...], sent: Mapping[str, Any], prefix: str, reasons: set[str]) -> None:
        names = {found.path[0] for found in self._fields(nodes)}
        for key in sent:
            if key not in names and key not in reasons:
                self.dropped[prefix + str(key)[:100]] = "unknown"

    # -- dropping what is hidden -----------------------------------------------------------------------------------

    def _drop_hidden(
        self, nodes: tuple[Node, ...], visible: dict[str, Any], taken: dict[str, Any], prefix: str
    ) -> None:
        """Take hidden values out of `visible` (what rules may read) and `taken` (what is stored)."""
        for found in self._fields(nodes):
            path = prefix + found.key
            if prefix + found.id in self.hidden:
                self._clear(found, path, visible, taken)
                continue
            if (refused := self.pending.get(path)) is not None:
                self.errors[path] = refused
            rows = get(visible, found.path)
            if found.is_list and isinstance(rows, list):
                shown = [dict(row) if isinstance(row, Mapping) else {} for row in rows]
                for index, row in enumerate(shown):
                    self._drop_hidden(found.children, row, row, f"{path}[{index}].")
                put(visible, found.path, shown)
                if has(taken, found.path) and get(taken, found.path) is not None:
                    put(taken, found.path, shown)

    def _clear(self, found: Field, path: str, visible: dict[str, Any], taken: dict[str, Any]) -> None:
        if has(taken, found.path) and not found.reader.is_empty(get(taken, found.path)):
            self.dropped[path] = "hidden"
        remove(visible, found.path)
        remove(taken, found.path)
        # A value of this step that is hidden now must not go on being read by a gateway.
        of_this_step = visible is not taken and found.open_at(self.step) and not found.is_system
        if of_this_step and get(self.known, found.path) is not None:
            put(taken, found.path, None)

    # -- computing -------------------------------------------------------------------------------------------------

    def _compute(
        self,
        nodes: tuple[Node, ...],
        scope: Scope,
        visible: dict[str, Any],
        known: Mapping[str, Any],
        taken: dict[str, Any],
        prefix: str,
    ) -> None:
        """Rows first, so that a total can read the lines it sums."""
        shown = [found for found in self._fields(nodes) if prefix + found.id not in self.hidden]
        for found in shown:
            rows = get(visible, found.path)
            if not found.is_list or not isinstance(rows, list) or not has(taken, found.path):
                continue
            if not any(column.system is not None for column in self._fields(found.children)):
                continue
            before = get(known, found.path)
            known_rows = [row for row in before if isinstance(row, Mapping)] if isinstance(before, list) else []
            self._compute_rows(found, scope, rows, known_rows, f"{prefix}{found.key}")
            put(taken, found.path, rows)
        for found in _system_order(iter(shown)):
            if not found.open_at(self.step) or found.system is None:
                continue
            value = found.system.value(scope.for_rules(), self.library)
            try:
                value = feel.to_json(value)
            except feel.FeelError:
                value = None
            if value is None and get(known, found.path) is None:
                continue
            put(visible, found.path, value)
            put(taken, found.path, value)

    def _compute_rows(
        self, found: Field, scope: Scope, rows: list[dict[str, Any]], known_rows: list[Mapping[str, Any]], path: str
    ) -> None:
        system = [column for column in self._fields(found.children) if column.system is not None]
        others = [column for column in self._fields(found.children) if not column.is_system]
        spare = list(known_rows)
        for index, row in enumerate(rows):
            # A row nobody changed keeps who wrote it and when.
            same = next(
                (
                    old
                    for old in spare
                    if all(_same(column, get(row, column.path), get(old, column.path)) for column in others)
                ),
                None,
            )
            if same is not None:
                spare.remove(same)
                for column in system:
                    if get(same, column.path) is not None:
                        put(row, column.path, get(same, column.path))
                continue
            self._compute(found.children, scope.row(row, index), row, row, row, f"{path}[{index}].")

    # -- judging ---------------------------------------------------------------------------------------------------

    def _judge(
        self, nodes: tuple[Node, ...], scope: Scope, visible: Mapping[str, Any], prefix: str, place: Place
    ) -> None:
        """Required fields, rows and checks of this step."""
        groups: dict[str, tuple[Group, Field]] = {}
        for found, around in with_groups(nodes):
            path = prefix + found.key
            if prefix + found.id in self.hidden:
                continue
            value = get(visible, found.path)
            if not self._concerns_step(found):
                continue
            here = (*place, found.title)
            for group in around:
                groups.setdefault(group.id, (group, found))
            if found.is_list:
                for index, row in enumerate(value if isinstance(value, list) else []):
                    if isinstance(row, Mapping):
                        inner = (*here, sentences.row_name(index))
                        self._judge(found.children, scope.row(row, index), row, f"{path}[{index}].", inner)
            if path in self.errors:
                continue
            problem = missing(found, value, scope, self.library, path, here, self.step)
            if problem is not None:
                self.errors[path] = problem
                continue
            problem = broken_rule(found, value, scope, self.library, path, here)
            if problem is not None:
                self.errors[path] = problem
        for group, first in groups.values():
            path = prefix + first.key
            problem = broken_rule(
                group, None, scope, self.library, path, (*place, Message(group.label, group.label_en))
            )
            if problem is not None and path not in self.errors:
                self.errors[path] = problem

    def _concerns_step(self, found: Field) -> bool:
        if found.is_list:
            return found.open_at(self.step) or any(column.open_at(self.step) for column in self._fields(found.children))
        return found.open_at(self.step)

    # -- corrections -----------------------------------------------------------------------------------------------

    def _reasons(self, submitted: Mapping[str, Any]) -> set[str]:
        return {
            found.key + REASON_SUFFIX
            for found in self.form.fields.values()
            if found.correction and found.key + REASON_SUFFIX in submitted
        } - set(self.form.fields)

    def _correct(self, submitted: Mapping[str, Any], taken: dict[str, Any]) -> None:
        for found in self.form.fields.values():
            if not found.correction or found.is_system or not has(taken, found.path):
                continue
            before, after = get(self.known, found.path), get(taken, found.path)
            if found.reader.is_empty(before) or _same(found, after, before) or found.key in self.errors:
                continue
            key = found.key + REASON_SUFFIX
            sent = submitted.get(key)
            reason = " ".join(sent.split())[:_LONGEST_REASON] if isinstance(sent, str) else ""
            if not reason:
                self.errors[key] = sentences.error(
                    key,
                    (found.title,),
                    "reason_required",
                    Message("已经登记过，更改要写明原因", "is on record already; changing it needs a reason"),
                    Message("请填写更改原因，或恢复原来的内容。", "Please give the reason, or restore what was there."),
                )
                continue
            taken[key] = reason
            self.corrections.append(Correction(found.key, before, after, reason))


def _same(found: Field, one: Any, other: Any) -> bool:
    if one is other:
        return True
    if found.reader.is_empty(one) and found.reader.is_empty(other):
        return type(one) is type(other) or one is None or other is None or one == "" or other == ""
    return found.reader.same(one, other)


def _partners(
    sent: list[Any], known_rows: list[Mapping[str, Any]], fixed: list[Field], *, may_grow: bool
) -> list[Mapping[str, Any]]:
    """For every row sent, the row on record whose read-only values it goes on carrying.

    A row may have been removed above it, so a row is recognised by the read-only values the browser sends back; only
    when it sends none, by its position.
    """
    if not fixed or not known_rows:
        return [{} for _ in sent] if may_grow else list(known_rows)
    if not may_grow:
        return list(known_rows)
    spare = list(range(len(known_rows)))
    partners: list[Mapping[str, Any]] = []
    for position, row in enumerate(sent):
        told = [column for column in fixed if get(row, column.path) is not None]
        match: int | None = None
        if told:
            match = next(
                (
                    index
                    for index in spare
                    if all(_same(column, get(row, column.path), get(known_rows[index], column.path)) for column in told)
                ),
                None,
            )
        elif len(sent) == len(known_rows) and position in spare:
            match = position
        if match is None:
            partners.append({})
        else:
            spare.remove(match)
            partners.append(known_rows[match])
    return partners


def _is_blank(row: Any, columns: list[Field]) -> bool:
    def empty(column: Field) -> bool:
        value = get(row, column.path)
        return column.is_system or column.reader.is_empty(value) or (isinstance(value, str) and not value.strip())

    return isinstance(row, Mapping) and all(empty(column) for column in columns)


def _system_order(fields: Iterator[Field]) -> list[Field]:
    """System fields so that each comes after those it reads; a circle is left in the order of the form."""
    waiting = {found.path[0]: found for found in fields if found.system is not None}
    ordered: list[Field] = []
    while waiting:
        ready = [
            name
            for name, found in waiting.items()
            if found.system is not None and not (found.system.variables & waiting.keys()) - {name}
        ]
        ordered.extend(waiting.pop(name) for name in ready or list(waiting))
    return ordered
