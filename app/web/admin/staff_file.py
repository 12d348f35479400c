"""The staff list as an Excel file: its template, reading it, and what an import of it would do."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from app.aftersales.list_file import CellError
from app.messages import Message, Refusal

COLUMNS: dict[str, Message] = {
    "name": Message("姓名", "Name"),
    "login": Message("登录名", "Login"),
    "phone": Message("电话", "Phone"),
    "unit": Message("单位编码", "Unit code"),
    "roles": Message("角色", "Roles"),
    "skills": Message("技能", "Skills"),
}
MAX_ROWS = 2000
_SEPARATOR = re.compile(r"[、,，;；\n]+")
_LOGIN = re.compile(r"\S{1,60}$")


@dataclass(frozen=True, slots=True)
class StaffRow:
    """One line of the file, as text; `number` is its row in the sheet."""

    number: int
    name: str = ""
    login: str = ""
    phone: str = ""
    unit: str = ""
    roles: str = ""
    skills: str = ""


@dataclass(slots=True)
class Planned:
    """What the import does with one line."""

    row: StaffRow
    user_id: int | None = None
    active: bool = True
    changes: list[Message] = field(default_factory=list)
    add_roles: list[tuple[str, str]] = field(default_factory=list)  # (role, unit code)
    drop_roles: list[tuple[str, str]] = field(default_factory=list)
    skills: list[str] | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    unit: str = ""
    moves: bool = False

    @property
    def kind(self) -> str:
        """new, changed or same."""
        if self.user_id is None:
            return "new"
        return "changed" if self.changes else "same"


@dataclass(slots=True)
class Plan:
    """The whole file: what would happen, and every mistake by row and column."""

    lines: list[Planned] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)

    def count(self, kind: str) -> int:
        """How many lines are new, changed or same."""
        return sum(line.kind == kind for line in self.lines)


@dataclass(frozen=True, slots=True)
class Known:
    """What the file is checked against."""

    users: Mapping[str, Any]  # login → user row with `unit_code`
    roles_held: Mapping[int, Sequence[Any]]
    skills_held: Mapping[int, Mapping[str, Any]]
    units: Mapping[str, str]  # code → name
    roles: Mapping[str, Mapping[str, Any]]
    skills: Mapping[str, str]  # code → name


def read_staff(content: bytes) -> list[StaffRow]:
    """The lines of an .xlsx file; the first row names the columns, in any order, in Chinese or English."""
    from openpyxl import load_workbook  # costs the server's start a third of a second
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        rows = sheet.iter_rows(values_only=True, max_row=MAX_ROWS + 3)
        header = [_text(cell) for cell in next(rows, ())]
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError, IndexError, TypeError):
        raise Refusal(
            "not_excel",
            Message(
                "这不是 Excel 文件（.xlsx）。请用模板填写后上传。", "This is no Excel file (.xlsx); use the template."
            ),
            field="file",
            status=422,
        ) from None
    places: dict[str, int] = {}
    for place, title in enumerate(header):
        for column, label in COLUMNS.items():
            if title.casefold() in {label.zh, label.en.casefold()}:
                places.setdefault(column, place)
    missing = [
        label for column, label in COLUMNS.items() if column in {"name", "login", "unit"} and column not in places
    ]
    if missing:
        raise Refusal(
            "columns_missing",
            Message(
                f"第一行缺少列：{'、'.join(label.zh for label in missing)}。",
                f"The first row lacks: {', '.join(label.en for label in missing)}.",
            ),
            field="file",
            status=422,
        )
    found = []
    for number, cells in enumerate(rows, 2):
        values = {column: _text(cells[place]) if place < len(cells) else "" for column, place in places.items()}
        if any(values.values()):
            found.append(StaffRow(number, **values))
    if not found:
        raise Refusal("no_rows", Message("表中没有人员。", "The sheet names nobody."), field="file", status=422)
    if len(found) > MAX_ROWS:
        raise Refusal(
            "too_many_rows",
            Message(
                f"一次最多导入 {MAX_ROWS} 人，请分成几个文件。", f"At most {MAX_ROWS} people at once; split the file."
            ),
            field="file",
            status=422,
        )
    return found


def _text(cell: Any) -> str:
    """A cell as text: Excel turns phone numbers into numbers and may leave blanks around."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return str(cell).strip()


def plan(rows: Iterable[StaffRow], known: Known, *, replace_roles: bool) -> Plan:
    """What an import would do; every mistake of every cell at once."""
    made = Plan()
    seen: dict[str, int] = {}
    for row in rows:
        before = len(made.errors)
        line = Planned(row)
        _check_person(made, row, known, seen)
        roles = _roles(made, row, known)
        skills = _skills(made, row, known)
        if len(made.errors) == before:
            _compare(line, row, known, roles, skills, replace_roles)
        made.lines.append(line)
    return made


def _check_person(made: Plan, row: StaffRow, known: Known, seen: dict[str, int]) -> None:
    def wrong(column: str, zh: str, en: str) -> None:
        made.errors.append(CellError(row.number, column, Message(zh, en)))

    if not row.name:
        wrong("name", "没有填写姓名", "the name is missing")
    elif len(row.name) > 80:
        wrong("name", "姓名超过 80 个字", "the name exceeds 80 characters")
    if not row.login:
        wrong("login", "没有填写登录名", "the login is missing")
    elif not _LOGIN.match(row.login):
        wrong("login", "登录名不能有空格，最多 60 个字符", "a login has no spaces and at most 60 characters")
    elif row.login in seen:
        wrong("login", f"登录名与第 {seen[row.login]} 行重复", f"the login stands in row {seen[row.login]} too")
    else:
        seen[row.login] = row.number
        user = known.users.get(row.login)
        if user is not None and not user.active:
            wrong("login", f"{user.name}已停用，请先恢复", f"{user.name} has left; reactivate first")
    if len(row.phone) > 20:
        wrong("phone", "电话超过 20 个字符", "the phone exceeds 20 characters")
    if not row.unit:
        wrong("unit", "没有填写单位编码", "the unit code is missing")
    elif row.unit not in known.units:
        wrong("unit", f"没有编码为“{row.unit}”的单位", f"there is no unit “{row.unit}”")


def _roles(made: Plan, row: StaffRow, known: Known) -> list[tuple[str, str]] | None:
    """(role, unit) pairs; None when the cell is empty, which leaves the roles alone."""
    if not row.roles:
        return None
    held = {
        key: entry
        for key, entry in known.roles.items()
        if entry.get("level") != "external" and not entry.get("dynamic")
    }
    names = {str(entry["zh"]): key for key, entry in held.items()}
    names |= {str(entry["en"]): key for key, entry in held.items()} | {key: key for key in held}
    for key, entry in held.items():
        for alias in entry.get("aliases", ()):
            names.setdefault(str(alias), key)
    found = []
    for part in _SEPARATOR.split(row.roles):
        title, at, unit = part.strip().partition("@")
        title, unit = title.strip(), unit.strip() or row.unit
        if not title:
            continue
        if title not in names:
            made.errors.append(CellError(row.number, "roles", _no_role(title, names)))
        elif at and unit not in known.units:
            made.errors.append(
                CellError(row.number, "roles", Message(f"没有编码为“{unit}”的单位", f"there is no unit “{unit}”"))
            )
        elif (names[title], unit) not in found:
            found.append((names[title], unit))
    return found


def _no_role(title: str, names: Mapping[str, str]) -> Message:
    """What is not known, with the roles that look like it."""
    similar = [name for name in names if title in name][:3] or get_close_matches(title, names, n=3, cutoff=0.5)
    zh = f"，是否指：{'、'.join(similar)}？" if similar else ""
    en = f"; did you mean {' or '.join(similar)}?" if similar else ""
    return Message(f"没有角色“{title}”{zh}", f"there is no role “{title}”{en}")


def _skills(made: Plan, row: StaffRow, known: Known) -> list[str] | None:
    if not row.skills:
        return None
    names = {**{name: code for code, name in known.skills.items()}, **{code: code for code in known.skills}}
    found = []
    for part in _SEPARATOR.split(row.skills):
        title = part.strip()
        if title and title not in names:
            made.errors.append(
                CellError(row.number, "skills", Message(f"没有技能“{title}”", f"there is no skill “{title}”"))
            )
        elif title and names[title] not in found:
            found.append(names[title])
    return found


def _compare(
    line: Planned,
    row: StaffRow,
    known: Known,
    roles: list[tuple[str, str]] | None,
    skills: list[str] | None,
    replace_roles: bool,
) -> None:
    user = known.users.get(row.login)
    line.unit = row.unit
    held: set[tuple[str, str]] = set()
    has: set[str] = set()
    if user is not None:
        line.user_id = user.id
        held = {(each.role, each.code) for each in known.roles_held.get(user.id, ())}
        has = set(known.skills_held.get(user.id, {}))
        if row.name != user.name:
            line.fields["name"] = row.name
            line.changes.append(Message(f"姓名：{user.name} → {row.name}", f"name: {user.name} → {row.name}"))
        if row.phone and row.phone != (user.phone or ""):
            line.fields["phone"] = row.phone
            line.changes.append(
                Message(f"电话：{user.phone or '—'} → {row.phone}", f"phone: {user.phone or '—'} → {row.phone}")
            )
        if row.unit != user.unit_code:
            line.moves = True
            line.changes.append(
                Message(
                    f"单位：{user.unit_name or '—'} → {known.units[row.unit]}",
                    f"unit: {user.unit_name or '—'} → {known.units[row.unit]}",
                )
            )
    line.add_roles = [pair for pair in roles or () if pair not in held]
    if replace_roles and roles is not None:
        line.drop_roles = sorted(held - set(roles))
    line.changes += [_role_change(known, "+", *pair) for pair in line.add_roles]
    line.changes += [_role_change(known, "−", *pair) for pair in line.drop_roles]
    if skills is not None and set(skills) != has:
        line.skills = skills
        line.changes.append(
            Message(
                "技能：" + ("、".join(known.skills[code] for code in skills) or "无"),
                "skills: " + (", ".join(known.skills[code] for code in skills) or "none"),
            )
        )


def _role_change(known: Known, sign: str, role: str, unit: str) -> Message:
    entry, place = known.roles.get(role, {}), known.units.get(unit, unit)
    return Message(f"{sign} {entry.get('zh', role)}（{place}）", f"{sign} {entry.get('en', role)} ({place})")


def template(known: Known, lang: str, lines: Iterable[Sequence[str]] = ()) -> bytes:
    """An .xlsx file with the columns, the given lines, and a second sheet with what may be filled in."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    zh = lang == "zh"
    sheet.title = "人员" if zh else "Staff"
    sheet.append([label.text(lang) for label in COLUMNS.values()])
    for line in lines:
        sheet.append([_harmless(value) for value in line])
    _dress(sheet, (14, 20, 18, 14, 40, 30))
    for row in sheet.iter_rows(min_row=2, max_row=max(sheet.max_row, 500), min_col=2, max_col=4):
        for cell in row:
            # Text, so that Excel does not turn a phone or a code into a number.
            cell.number_format = "@"
    help_sheet = book.create_sheet("可填内容" if zh else "What to fill in")
    help_sheet.append(
        ["单位编码", "单位", "角色", "层级", "技能"] if zh else ["Unit code", "Unit", "Role", "Level", "Skill"]
    )
    levels = {"company": "公司", "region": "区域", "outlet": "网点"}
    roles = [
        (str(entry[lang]), levels.get(str(entry["level"]), "") if zh else str(entry["level"]))
        for entry in known.roles.values()
        if entry.get("level") != "external" and not entry.get("dynamic")
    ]
    units, skills = list(known.units.items()), list(known.skills.values())
    for number in range(max(len(units), len(roles), len(skills))):
        help_sheet.append(
            [
                *(units[number] if number < len(units) else ("", "")),
                *(roles[number] if number < len(roles) else ("", "")),
                skills[number] if number < len(skills) else "",
            ]
        )
    notes = (
        [
            "多个角色或技能用“、”隔开；在其他单位担任的角色写成“客服@O2”。",
            "登录名已存在的，更改其姓名、电话、单位；角色、技能留空表示不变。",
        ]
        if zh
        else [
            "Several roles or skills: separate with commas; a role held at another unit is written “Hotline agent@O2”.",
            "An existing login is updated; empty roles or skills stay as they are.",
        ]
    )
    for number, note in enumerate(notes, 1):
        help_sheet.cell(row=number, column=7, value=note)
    _dress(help_sheet, (14, 24, 26, 10, 16, 4, 60))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _harmless(value: str) -> str:
    """Nothing that a spreadsheet would run as a formula."""
    return f"'{value}" if value.startswith(("=", "+", "-", "@", "\t", "\r")) else value


def _dress(sheet: Any, widths: Sequence[int]) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    for number, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    for cell in sheet[1]:
        if cell.column <= 6 and cell.value:
            cell.font = Font(bold=True)
            cell.fill = PatternFill("solid", fgColor="E8F1FB")
            cell.alignment = Alignment(vertical="center")
    sheet.freeze_panes = "A2"
