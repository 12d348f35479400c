"""The full check of a submission on the server: the browser's checks are a comfort, these are the rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any, Literal

from app import feel
from app.forms import sentences
from app.forms.conditions import Names, Scope
from app.forms.fields import Situation
from app.forms.fields.dynamiclist import Dynamiclist
from app.forms.form import Field, Form, Group, Node, all_nodes, fields_of
from app.forms.lookups import Lookups
from app.forms.schema import system_order
from app.forms.sentences import Place, Wrong
from app.messages import FieldError, Message

CHINA = timezone(timedelta(hours=8), "CST")
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
    """The zone of the clock on the wall: the given one, else that of `now`, else China's."""
    if zone is not None:
        return zone
    return now.tzinfo if now.tzinfo is not None and now.tzinfo != UTC else CHINA


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

    def _offered(
        self, nodes: tuple[Node, ...], submitted: Mapping[str, Any], known: Mapping[str, Any]
    ) -> dict[str, Any]:
        """What is known, overlaid with what was sent for open fields: a forged read-only value counts for nothing."""
        offered = dict(known)
        for found in fields_of(nodes):
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
            if not any(self.editable(column, names) for column in fields_of(found.children)):
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
        for found in fields_of(nodes):
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
        columns = list(fields_of(found.children))
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
            self._situate(self._offered(found.children, sent, partner), *outer.names)
            self._read(found.children, sent, partner, taken, row, row_path, row_place)
            self._report_unknown(found.children, sent, row_path, set())
            rows.append(row)
        self.situation = outer
        return rows or None

    def _report_unknown(self, nodes: tuple[Node, ...], sent: Mapping[str, Any], prefix: str, reasons: set[str]) -> None:
        names = {found.path[0] for found in fields_of(nodes)}
        for key in sent:
            if key not in names and key not in reasons:
                self.dropped[prefix + str(key)[:100]] = "unknown"

    # -- dropping what is hidden -----------------------------------------------------------------------------------

    def _drop_hidden(
        self, nodes: tuple[Node, ...], visible: dict[str, Any], taken: dict[str, Any], prefix: str
    ) -> None:
        """Take hidden values out of `visible` (what rules may read) and `taken` (what is stored)."""
        for found in fields_of(nodes):
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
        shown = [found for found in fields_of(nodes) if prefix + found.id not in self.hidden]
        for found in shown:
            rows = get(visible, found.path)
            if not found.is_list or not isinstance(rows, list) or not has(taken, found.path):
                continue
            if not any(column.system is not None for column in fields_of(found.children)):
                continue
            before = get(known, found.path)
            known_rows = [row for row in before if isinstance(row, Mapping)] if isinstance(before, list) else []
            self._compute_rows(found, scope, rows, known_rows, f"{prefix}{found.key}")
            put(taken, found.path, rows)
        for found in system_order(iter(shown)):
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
        system = [column for column in fields_of(found.children) if column.system is not None]
        others = [column for column in fields_of(found.children) if not column.is_system]
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
            for column in system:
                remove(row, column.path)
            self._compute(found.children, scope.row(row, index), row, {}, row, f"{path}[{index}].")

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
            return found.open_at(self.step) or any(column.open_at(self.step) for column in fields_of(found.children))
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


def hidden_ids(
    nodes: tuple[Node, ...], scope: Scope, library: feel.Library, prefix: str = "", *, hidden: bool = False
) -> set[str]:
    """Ids (behind the path of their row, "parts[2].") of what form-js would not show in this scope.

    Every condition reads the values as they were before any was dropped, as form-js does.
    """
    found: set[str] = set()
    for node in nodes:
        gone = hidden or (node.hide is not None and node.hide.holds(scope.for_browser(), library))
        if gone:
            found.add(prefix + node.id)
        if isinstance(node, Group):
            found |= hidden_ids(node.children, scope, library, prefix, hidden=gone)
        elif isinstance(node, Field) and node.is_list and not gone and any(_has_condition(node.children)):
            rows = get(scope.this, node.path)
            for index, row in enumerate(rows if isinstance(rows, list) else []):
                inner = scope.row(row if isinstance(row, Mapping) else {}, index)
                found |= hidden_ids(node.children, inner, library, f"{prefix}{node.key}[{index}].")
    return found


def _has_condition(nodes: tuple[Node, ...]) -> Iterator[bool]:
    return (node.hide is not None for node in all_nodes(nodes))


def with_groups(nodes: tuple[Node, ...], around: tuple[Group, ...] = ()) -> Iterator[tuple[Field, tuple[Group, ...]]]:
    """The fields of one scope, each with the groups around it, outermost first."""
    for node in nodes:
        if isinstance(node, Group):
            yield from with_groups(node.children, (*around, node))
        elif isinstance(node, Field):
            yield node, around


def missing(
    found: Field, value: Any, scope: Scope, library: feel.Library, path: str, place: Place, step: str | None
) -> FieldError | None:
    """The error of an empty required field, or of a list with too few rows; `step` None means the whole record."""
    wanted = found.required if step is None else found.may_be_required_at(step) and not found.is_system
    wanted = wanted and all(condition.holds(scope.for_rules(), library) for condition in found.required_if)
    if wanted and found.reader.is_empty(value):
        return sentences.required(path, place, found.reader.ask)
    reader = found.reader
    if isinstance(reader, Dynamiclist) and isinstance(value, list) and value and len(value) < reader.least:
        return sentences.error(
            path,
            place,
            "min_rows",
            Message(f"至少要 {reader.least} 行", f"needs at least {reader.least} rows"),
            Message("请补充后再提交。", "Please add the missing rows."),
        )
    return None


def broken_rule(
    found: Field | Group, value: Any, scope: Scope, library: feel.Library, path: str, place: Place
) -> FieldError | None:
    """The error of the first `check` that does not hold.

    Of a value it must be true. Of an empty field it must not be false: `qty > 0` says nothing about no quantity.
    """
    empty = isinstance(found, Field) and found.reader.is_empty(value)
    for rule in found.rules:
        outcome = rule.condition.value(scope.for_rules(), library)
        if outcome is not True and not (empty and outcome is None):
            name = sentences.name_of(place)
            message = Message(f"{name.zh}：{rule.message.zh}。", f"{name.en}: {rule.message.en}.")
            return FieldError(path, "check", message)
    return None


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


def has(data: Mapping[str, Any], path: tuple[str, ...]) -> bool:
    """Whether `data` holds anything at `path`, None included."""
    inner: Any = data
    for name in path:
        if not isinstance(inner, Mapping) or name not in inner:
            return False
        inner = inner[name]
    return True


def get(data: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    """The value at `path`, None when there is none."""
    if len(path) == 1:
        return data.get(path[0])
    inner: Any = data
    for name in path:
        if not isinstance(inner, Mapping):
            return None
        inner = inner.get(name)
    return inner


def put(data: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    """Store `value` at `path`; the dictionaries on the way are copied, they may belong to the caller."""
    inner = data
    for name in path[:-1]:
        below = inner.get(name)
        inner[name] = dict(below) if isinstance(below, Mapping) else {}
        inner = inner[name]
    inner[path[-1]] = value


def remove(data: dict[str, Any], path: tuple[str, ...]) -> None:
    """Take the value at `path` away."""
    if len(path) == 1:
        data.pop(path[0], None)
    elif has(data, path):
        inner = data
        for name in path[:-1]:
            inner[name] = dict(inner[name])
            inner = inner[name]
        inner.pop(path[-1], None)
