"""The example company 示例客车: a region, two outlets, and people named by their role (readings 23)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import insert

from app.aftersales import part, skill, stock
from app.db import Transaction
from app.identity import SYSTEM, add_unit, add_user, assign_role, set_skills

COMPANY, REGION, OUTLET, OTHER_OUTLET = "C1", "R1", "O1", "O2"

# Who is called how; everybody else is called by the title of the role.
_SHORT = {
    "hotline_agent": "客服",
    "cs_supervisor": "主管",
    "service_engineer": "维修员",
    "department_leader": "领导",
    "system_admin": "管理员",
    "process_owner": "流程负责人",
    "warehouse_keeper": "保管员",
    "quality_dept": "质量员",
    "finance_clerk": "财务",
    "back_office_clerk": "内勤",
}
# These serve one outlet; the others sit at the level that the role belongs to.
_AT_OUTLETS = ("hotline_agent", "cs_supervisor", "service_engineer", "department_leader", "warehouse_keeper")
_ORDINALS = "甲乙丙丁"
SKILLS = {"body": "车身", "chassis": "底盘", "engine": "发动机", "electric": "电器", "door_window": "门窗"}
PARTS = {"P-0001": "车门密封胶条", "P-0002": "天窗总成", "P-0003": "雨刮电机", "P-0004": "水泵", "P-0005": "玻璃升降器"}
COSTS = {"P-0001": "35.00", "P-0002": "1280.00", "P-0003": "166.00", "P-0004": "420.00", "P-0005": "98.50"}  # yuan
_PLACES = {"warehouse": "备件库", "old_parts": "旧件库", "scrap": "报废区", "in_transit": "在途", "station": "服务站"}


def found_company(
    tx: Transaction,
    roles: Mapping[str, Mapping[str, Any]],
    *,
    password_hash: str | None = None,
    without: Mapping[str, list[str]] | None = None,
) -> None:
    """Found the company with two holders of every role (login = role key and number); `without` replaces holders.

    Whoever is named there and is not a holder by default takes the role beside his own.
    """
    add_unit(tx, actor=SYSTEM, code=COMPANY, kind="company", name="示例客车")
    add_unit(tx, actor=SYSTEM, code=REGION, kind="region", name="示例华东区", parent=COMPANY)
    add_unit(tx, actor=SYSTEM, code=OUTLET, kind="outlet", name="示例一站", parent=REGION)
    add_unit(tx, actor=SYSTEM, code=OTHER_OUTLET, kind="outlet", name="示例二站", parent=REGION)
    tx.execute(insert(skill), [{"code": code, "name": name} for code, name in SKILLS.items()])
    tx.execute(insert(part), [{"part_no": number, "name": name, "spec": ""} for number, name in PARTS.items()])
    phone = 10
    for role, entry in roles.items():
        if entry.get("level") == "external" or entry.get("dynamic"):
            continue
        places = [_unit_of(role, entry)] * 2 + ([OTHER_OUTLET] if role in _AT_OUTLETS else [])
        for number, unit in enumerate(places, 1):
            phone += 1
            login = f"{role}_{number}"
            add_user(
                tx,
                actor=SYSTEM,
                login=login,
                name=_SHORT.get(role, str(entry["zh"])) + _ORDINALS[number - 1],
                home_unit=unit,
                phone=f"000-0001-{phone:04d}",
                password_hash=password_hash,
            )
            if without is None or role not in without or login in without[role]:
                assign_role(tx, actor=SYSTEM, login=login, role=role, unit=unit)
    for role, logins in (without or {}).items():
        for login in logins:
            if not login.startswith(f"{role}_"):
                assign_role(tx, actor=SYSTEM, login=login, role=role, unit=_unit_of(role, roles[role]))
    for number in (1, 2, 3):
        set_skills(tx, actor=SYSTEM, login=f"service_engineer_{number}", skills=dict.fromkeys(SKILLS))
    _open_ledger(tx)


def _open_ledger(tx: Transaction) -> None:
    """Each outlet with its places, ten of every part, two more at its station; technicians and clerks with accounts."""
    for unit, name in ((OUTLET, "一站"), (OTHER_OUTLET, "二站")):
        path = f"/{COMPANY}/{REGION}/{unit}/"
        for kind, title in _PLACES.items():
            stock.add_location(
                tx, code=f"{unit}-{kind}", kind=kind, name=f"{name}{title}", unit_path=path, actor=SYSTEM
            )
        lines = [
            stock.Line(
                number, Decimal(pieces), stock.the_world(tx, "supplier"), f"{unit}-{kind}", unit_cost=Decimal(cost)
            )
            for number, cost in COSTS.items()
            for kind, pieces in (("warehouse", 10), ("station", 2))
        ]
        stock.post(tx, kind="receive", lines=lines, document_no=f"JS-{unit}", actor=SYSTEM)
    for number, unit in ((1, OUTLET), (2, OUTLET), (3, OTHER_OUTLET)):
        _add_van(tx, "service_engineer", number, f"/{COMPANY}/{REGION}/{unit}/")
    for number in (1, 2):
        _add_van(tx, "back_office_clerk", number, f"/{COMPANY}/")  # what he mails stands on his name


def _add_van(tx: Transaction, role: str, number: int, path: str) -> None:
    login = f"{role}_{number}"
    name = f"{_SHORT[role]}{_ORDINALS[number - 1]}随车备件"
    stock.add_location(tx, code=f"van-{login}", kind="van", name=name, unit_path=path, holder=login, actor=SYSTEM)


def _unit_of(role: str, entry: Mapping[str, Any]) -> str:
    if role in _AT_OUTLETS:
        return OUTLET
    return {"region": REGION, "outlet": OUTLET}.get(str(entry.get("level")), COMPANY)
