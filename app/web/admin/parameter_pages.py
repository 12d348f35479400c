"""Parameters: what is in force and where it comes from, changing one with a reason, its versions, the profile."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from app import calendar, clock, parameters
from app.clock import ZONE
from app.messages import Message, Refusal
from app.parameters import Definition
from app.parameters.values import COMPANY, COMPANY_PROFILE
from app.web.access import actor, house, language, t
from app.web.admin import ADMIN, keeps_rules, pages
from app.web.admin.answers import error_of, say_with_undo
from app.web.admin.parameter_changes import of_scope, reset_parameter, set_parameter
from app.web.admin.parameter_fields import MAPS, SECTIONS, as_text, from_form, heading, moves_clocks, section_of

ORIGINS = {
    "default": Message("默认", "default"),
    "profile": Message("服务承诺", "service promise"),
    "profile_override": Message("本公司改过的服务承诺", "service promise, changed"),
    "company": Message("本公司", "company"),
}


@pages.get("/parameters")
@keeps_rules
def parameter_list() -> Any:
    """All parameters under their headings, with value and origin."""
    text, section = request.args.get("text", "").strip(), request.args.get("section", "")
    origin = request.args.get("origin", "")
    lang = language()
    with house().db.reading() as tx:
        in_force = house().parameters(tx)
    groups: dict[str, list[dict[str, Any]]] = {key: [] for key in SECTIONS}
    for name, definition in house().book.definitions.items():
        own = section_of(name)
        line = {
            "name": name,
            "label": definition.label.text(lang),
            "value": in_force.words(name, lang),
            "origin": in_force.origin(name),
            "source": definition.source,
        }
        if text and text.lower() not in f"{name} {definition.label.zh} {definition.label.en} {line['value']}".lower():
            continue
        if (section and own != section) or (origin and line["origin"] != origin):
            continue
        groups.setdefault(own, []).append(line)
    return render_template(
        "admin/parameters.html",
        groups=[(key, heading(key, lang), lines) for key, lines in groups.items() if lines],
        sections=[(key, label.text(lang)) for key, (label, _) in SECTIONS.items()],
        section=section,
        text=text,
        origin=origin,
        origins=ORIGINS,
        profile=in_force.book.definition(COMPANY_PROFILE).words(in_force.profile, lang),
        fixed=house().profile is not None,
    )


@pages.route("/parameters/<name>", methods=["GET", "POST"])
@keeps_rules
def parameter(name: str) -> Any:
    """One parameter: change it with a reason, see every version; `scope` names a service promise instead."""
    definition, scope = house().book.definition(name), _scope(name)
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            value = from_form(definition, request.form)
            valid_from = _valid_from(name, request.form.get("valid_from", ""))
            with house().db.transaction() as tx:
                _require_changeable(definition)
                moved = set_parameter(
                    tx,
                    house(),
                    actor=actor(),
                    name=name,
                    value=value,
                    reason=request.form.get("reason", ""),
                    expected_version=request.form.get("version", type=int),
                    valid_from=valid_from,
                    scope=scope,
                )
        except Refusal as refusal:
            errors = error_of(refusal)
            # The store speaks of the parameter by its name; the field on this page is `value`.
            errors = {("value" if field == name else field): sentence for field, sentence in errors.items()}
        else:
            _said(name, definition, moved, valid_from, value, scope=scope)
            return redirect(_url(name, scope))
    return _page(name, errors, scope), 422 if errors else 200


@pages.post("/parameters/<name>/reset")
@keeps_rules
def clear_parameter(name: str) -> Any:
    """Let the promise or the default hold again."""
    definition, scope = house().book.definition(name), _scope(name)
    try:
        with house().db.transaction() as tx:
            _require_changeable(definition)
            moved = reset_parameter(
                tx,
                house(),
                actor=actor(),
                name=name,
                reason=request.form.get("reason", ""),
                expected_version=request.form.get("version", type=int),
                scope=scope,
            )
    except Refusal as refusal:
        return _page(name, {"reset": "".join(error_of(refusal).values())}, scope), 422
    _said(name, definition, moved, scope=scope)
    return redirect(_url(name, scope))


@pages.post("/parameters/<name>/undo")
@keeps_rules
def undo_parameter(name: str) -> Any:
    """Take the last change back: what held before it holds again, as a further version."""
    definition, scope = house().book.definition(name), _scope(name)
    with house().db.transaction() as tx:
        _require_changeable(definition)
        rows = [row for row in parameters.versions(tx, name) if row.scope == scope]
        wanted = request.form.get("version", type=int)
        if not rows or rows[0].version != wanted:
            raise Refusal(
                "changed_meanwhile",
                Message("该参数又被修改过，不能撤销。", "This parameter was changed again; it cannot be taken back."),
            )
        reason = t(f"撤销：{rows[0].reason}", f"taken back: {rows[0].reason}")
        # What was to begin later is taken back from that moment on.
        later = rows[0].valid_from if rows[0].valid_from > clock.now() else None
        if len(rows) == 1 or rows[1].cleared:
            reset_parameter(
                tx,
                house(),
                actor=actor(),
                name=name,
                reason=reason,
                expected_version=wanted,
                valid_from=later,
                scope=scope,
            )
        else:
            set_parameter(
                tx,
                house(),
                actor=actor(),
                name=name,
                value=rows[1].value,
                reason=reason,
                expected_version=wanted,
                valid_from=later,
                scope=scope,
            )
    flash(t("已撤销。", "Taken back."))
    return redirect(_url(name, scope))


def _scope(name: str) -> str:
    """The company, or the service promise that the request names; which promise holds is the company's alone."""
    scope = request.values.get("scope") or COMPANY
    if scope != COMPANY and (name == COMPANY_PROFILE or scope not in house().book.profiles):
        raise Refusal("unknown_promise", Message("没有这个服务承诺。", "There is no such service promise."), status=404)
    return scope


def _url(name: str, scope: str) -> str:
    return url_for("admin.parameter", name=name, scope=scope if scope != COMPANY else None)


def _valid_from(name: str, text: str) -> datetime | None:
    """The beginning of the day from which a change holds; None is at once."""
    if not text.strip():
        return None
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise Refusal("not_a_date", Message("请填写日期。", "Give the date."), field="valid_from", status=422) from None
    if day <= clock.now().astimezone(ZONE).date():
        return None
    if moves_clocks(name):
        raise Refusal(
            "at_once_only",
            Message(
                "日历类参数只能立即生效，因为进行中的时限要重新计算。", "A parameter of the calendar holds at once."
            ),
            field="valid_from",
            status=422,
        )
    return datetime.combine(day, time(), ZONE)


def _require_changeable(definition: Definition) -> None:
    """The installation may fix the promise; who takes over whose role is for the administrator."""
    if definition.name == COMPANY_PROFILE and house().profile is not None:
        raise _fixed()
    if definition.type in MAPS and ADMIN not in actor().roles:
        raise Refusal(
            "administrator_only",
            Message("岗位由谁承担只能由系统管理员设置。", "Only an administrator says who takes over a role."),
            status=403,
        )


def _said(
    name: str,
    definition: Definition,
    moved: int,
    valid_from: datetime | None = None,
    later: Any = None,
    *,
    scope: str = COMPANY,
) -> None:
    label = definition.label.text(language())
    if scope != COMPANY:
        label = f"{house().book.definition(COMPANY_PROFILE).words(scope, language())} · {label}"
    with house().db.reading() as tx:
        value = of_scope(house(), parameters.load_values(tx), scope).words(name, language())
        newest = max((row.version for row in parameters.versions(tx, name) if row.scope == scope), default=0)
    sentence = t(f"“{label}”现在是：{value}。", f"“{label}” is now: {value}.")
    if valid_from is not None:
        then = definition.words(definition.check(later), language())
        sentence += t(f"从 {valid_from:%Y-%m-%d} 起是：{then}。", f" From {valid_from:%Y-%m-%d} it is {then}.")
    if moved:
        sentence += t(f"{moved} 个进行中的时限已重新计算。", f" {moved} running deadlines were computed again.")
    undo = url_for("admin.undo_parameter", name=name, scope=scope if scope != COMPANY else None)
    say_with_undo(sentence, undo, version=newest)


def _page(name: str, errors: dict[str, str], scope: str = COMPANY) -> str:
    lang = language()
    definition = house().book.definition(name)
    form = request.form
    with house().db.reading() as tx:
        stored = parameters.load_values(tx)
        in_force = of_scope(house(), stored, scope)
        history = parameters.versions(tx, name)
        example = _next_occurrence(tx, definition, in_force.value(name))
    value = in_force.value(name)
    own = [row for row in history if row.scope == scope]
    promises = house().book.definition(COMPANY_PROFILE)
    typed = form.get("value") if "value" in form else as_text(definition, value, lang)
    return render_template(
        "admin/parameter.html",
        definition=definition,
        label=definition.label.text(lang),
        section=(section_of(name), heading(section_of(name), lang)),
        value=value,
        shown=in_force.words(name, lang),
        origin=in_force.origin(name),
        origins=ORIGINS,
        layers=_layers(in_force, name, lang),
        typed=typed,
        choices={key: form.get(f"value_{key}", (value or {}).get(key, "")) for key in definition.keys},
        not_set=bool(form.get("not_set")) if errors else value is None,
        reason=form.get("reason", ""),
        options=[(key, label.text(lang)) for key, label in _options(definition).items()],
        unit=definition.unit_label.text(lang) if definition.unit_label else "",
        versions=[
            {
                "at": row.recorded_at,
                "actor": row.actor,
                "reason": row.reason,
                "words": t("恢复默认", "back to the default") if row.cleared else definition.words(row.value, lang),
                "version": row.version,
                "scope": row.scope,
                "of": promises.words(row.scope, lang) if row.scope != COMPANY else "",
                "from": row.valid_from,
            }
            for row in history
        ],
        version=own[0].version if own else 0,
        can_reset=bool(own) and not own[0].cleared,
        scope=scope,
        promise=promises.words(scope, lang) if scope != COMPANY else "",
        company_says=(name, COMPANY) in stored,
        promises=[
            (key, promises.words(key, lang), of_scope(house(), stored, key).words(name, lang))
            for key in sorted(house().book.profiles)
        ]
        if name != COMPANY_PROFILE
        else [],
        example=example,
        errors=errors,
        kept=not definition.at_once,
        may_begin_later=not moves_clocks(name),
        valid_from=form.get("valid_from", ""),
        may_change=definition.type not in MAPS or ADMIN in actor().roles,
        fixed=name == COMPANY_PROFILE and house().profile is not None,
        preview=_preview(in_force, form.get("value") or request.args.get("preview", ""), lang)
        if name == COMPANY_PROFILE
        else None,
    )


def _options(definition: Any) -> Any:
    return definition.options or definition.roles if definition.type == "role" else definition.options


def _layers(in_force: parameters.Parameters, name: str, lang: str) -> list[tuple[str, str, bool]]:
    """What each layer says, from the default upwards: (layer, value, whether it is the one in force)."""
    definition = in_force.book.definition(name)
    origin = in_force.origin(name)
    layers = [(ORIGINS["default"].text(lang), definition.words(definition.default, lang), origin == "default")]
    promise = in_force.book.profile_values(in_force.profile)
    if name in promise:
        layers.append((ORIGINS["profile"].text(lang), definition.words(promise[name], lang), origin == "profile"))
    if (name, in_force.profile) in in_force.stored:
        own = in_force.stored[name, in_force.profile]
        layers.append(
            (ORIGINS["profile_override"].text(lang), definition.words(own, lang), origin == "profile_override")
        )
    if (name, COMPANY) in in_force.stored:
        own = in_force.stored[name, COMPANY]
        layers.append((ORIGINS["company"].text(lang), definition.words(own, lang), origin == "company"))
    # The company's promise counts as chosen even while nobody chose it: then the default is what holds.
    return layers if any(held for _, _, held in layers) else [*layers[:-1], (layers[-1][0], layers[-1][1], True)]


def _preview(in_force: parameters.Parameters, profile: str, lang: str) -> dict[str, Any] | None:
    """What would change under another promise."""
    book = in_force.book
    if profile == in_force.profile or (profile != "other" and profile not in book.profiles):
        return None
    other = parameters.Parameters(book, profile, in_force.stored)
    lines = [
        (definition.label.text(lang), in_force.words(name, lang), other.words(name, lang))
        for name, definition in book.definitions.items()
        if name != COMPANY_PROFILE and in_force.value(name) != other.value(name)
    ]
    return {"label": book.definition(COMPANY_PROFILE).words(profile, lang), "lines": lines, "profile": profile}


def _next_occurrence(tx: Any, definition: Any, value: Any) -> Any:
    if definition.type != "cron" or not value:
        return None
    try:
        return calendar.next_occurrence(value, clock.now(), house().calendar(tx, "/"))
    except Refusal:
        return None


def _fixed() -> Refusal:
    return Refusal(
        "profile_fixed",
        Message("服务承诺由安装设置固定，不能在这里更改。", "The installation's settings fix the service promise."),
        field="value",
    )
