"""The staff list from Excel: template, preview with errors per cell, all or nothing, existing logins updated."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select

from app.house import House
from app.identity import load_actor_by_login, verify_password
from app.identity.tables import user_account, user_skill
from tests.web.admin.conftest import id_of
from tests.web.conftest import ClientOf

HEADER = ("姓名", "登录名", "电话", "单位编码", "角色", "技能")
NEW = ("新人丁", "xinren", 13000000001, "O1", "客服、客服主管@O2", "")


def excel(*rows: tuple[Any, ...], header: tuple[str, ...] = HEADER) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (header, *rows):
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def preview(client: FlaskClient, content: bytes, **more: str) -> Any:
    return client.post("/admin/import", data={"file": (io.BytesIO(content), "staff.xlsx"), **more})


def packed(answer: Any) -> str:
    match = re.search(r'name="rows" value="([^"]+)"', answer.get_data(as_text=True))
    assert match is not None
    return match[1]


def users(house: House) -> int:
    with house.db.reading() as tx:
        return int(tx.value(select(func.count()).select_from(user_account)))


def roles(house: House, login: str) -> set[tuple[str, str]]:
    with house.db.reading() as tx:
        someone = load_actor_by_login(tx, login)
    assert someone is not None
    return {(holding.role, holding.unit_code) for holding in someone.holdings}


class TestTemplate:
    def test_it_has_the_chinese_headers_and_says_what_may_be_filled_in(self, admin: FlaskClient) -> None:
        answer = admin.get("/admin/import/template.xlsx")
        assert "attachment" in answer.headers["Content-Disposition"]
        book = load_workbook(io.BytesIO(answer.data))
        assert tuple(cell.value for cell in book.worksheets[0][1]) == HEADER
        told = {cell for row in book.worksheets[1].iter_rows(values_only=True) for cell in row}
        assert {"O1", "示例一站", "客服", "底盘"} <= told
        assert "客户" not in told

    def test_the_export_is_read_by_the_import_without_a_change(self, admin: FlaskClient) -> None:
        content = admin.get("/admin/users.xlsx").data
        text = preview(admin, content).get_data(as_text=True)
        assert "与现有人员一致" in text

    def test_the_export_keeps_the_filter_and_runs_no_formula(self, admin: FlaskClient) -> None:
        admin.post("/admin/users/new", data={"name": "=1+1", "login": "formula", "unit": "O2"})
        book = load_workbook(io.BytesIO(admin.get("/admin/users.xlsx?unit=O2").data))
        names = [row[0] for row in book.worksheets[0].iter_rows(min_row=2, values_only=True) if row[0]]
        assert "'=1+1" in names
        assert "客服甲" not in names


class TestPreview:
    def test_it_shows_what_would_happen_and_changes_nothing(self, admin: FlaskClient, house: House) -> None:
        before = users(house)
        row = ("客服甲甲", "hotline_agent_1", "000-0009-0009", "O2", "", "")
        text = preview(admin, excel(NEW, row)).get_data(as_text=True)
        assert "新增 1 人，更改 1 人，0 人不变" in text
        for word in ("+ 客服（示例一站）", "+ 客服主管（示例二站）", "客服甲 → 客服甲甲", "示例一站 → 示例二站"):
            assert word in text, word
        assert users(house) == before

    @pytest.mark.parametrize(
        ("row", "column", "says"),
        [
            (("", "a", "", "O1", "", ""), "姓名", "没有填写姓名"),
            (("甲", "", "", "O1", "", ""), "登录名", "没有填写登录名"),
            (("甲", "a b", "", "O1", "", ""), "登录名", "不能有空格"),
            (("甲", "xinren", "", "O1", "", ""), "登录名", "与第 2 行重复"),
            (("甲", "a", "1" * 21, "O1", "", ""), "电话", "超过 20 个字符"),
            (("甲", "a", "", "", "", ""), "单位编码", "没有填写单位编码"),
            (("甲", "a", "", "O9", "", ""), "单位编码", "没有编码为“O9”的单位"),
            (("甲", "a", "", "O1", "魔术师", ""), "角色", "没有角色“魔术师”"),
            (("甲", "a", "", "O1", "客户", ""), "角色", "没有角色“客户”"),
            (("甲", "a", "", "O1", "主管", ""), "角色", "是否指：客服主管"),
            (("甲", "a", "", "O1", "客服@O9", ""), "角色", "没有编码为“O9”的单位"),
            (("甲", "a", "", "O1", "", "飞行"), "技能", "没有技能“飞行”"),
        ],
    )
    def test_a_mistake_names_row_and_column_and_nothing_can_be_imported(
        self, admin: FlaskClient, row: tuple[Any, ...], column: str, says: str
    ) -> None:
        answer = preview(admin, excel(NEW, row))
        text = answer.get_data(as_text=True)
        assert answer.status_code == 422
        assert f"第 3 行，{column}：" in text
        assert says in text
        assert 'name="rows"' not in text

    def test_all_mistakes_are_shown_at_once(self, admin: FlaskClient) -> None:
        text = preview(admin, excel(("", "", "", "", "甲、乙", ""), ("甲", "a", "", "O9", "", "丙"))).get_data(
            as_text=True
        )
        assert "有 7 处错误" in text

    def test_somebody_who_left_is_not_changed_by_a_file(self, admin: FlaskClient, house: House) -> None:
        admin.post(f"/admin/users/{id_of(house, 'hotline_agent_1')}/leave", data={"to": ""})
        text = preview(admin, excel(("客服甲", "hotline_agent_1", "", "O1", "", ""))).get_data(as_text=True)
        assert "已停用，请先恢复" in text

    @pytest.mark.parametrize(
        ("content", "says"),
        [
            (b"", "请选择文件"),
            (b"name,login\n", "这不是 Excel 文件"),
            (excel(), "表中没有人员"),
            (excel(NEW, header=("姓名", "工号", "电话", "单位编码", "角色", "技能")), "缺少列：登录名"),
        ],
    )
    def test_a_file_that_is_none_is_refused_with_a_sentence(
        self, admin: FlaskClient, content: bytes, says: str
    ) -> None:
        answer = preview(admin, content)
        assert answer.status_code == 422
        assert says in answer.get_data(as_text=True)

    def test_columns_may_stand_in_any_order_and_in_english(self, admin: FlaskClient) -> None:
        content = excel(("O1", "xinren", "Ding"), header=("Unit code", "login", "NAME"))
        assert "新增 1 人" in preview(admin, content).get_data(as_text=True)


class TestImporting:
    def test_everything_is_imported_at_once_with_passwords_shown_once(self, admin: FlaskClient, house: House) -> None:
        row = ("客服甲甲", "hotline_agent_1", "", "O2", "仓库保管员", "底盘，车身")
        rows = packed(preview(admin, excel(NEW, row)))
        text = admin.post("/admin/import/apply", data={"rows": rows, "passwords": "1"}).get_data(as_text=True)
        assert "人员名单已导入" in text
        password = re.findall(r"<code>([a-z2-9-]{14})</code>", text)
        assert len(password) == 1
        with house.db.reading() as tx:
            fresh = tx.row(select(user_account).where(user_account.c.login == "xinren"))
            old = tx.row(select(user_account).where(user_account.c.login == "hotline_agent_1"))
            assert fresh is not None
            assert old is not None
            skills = {each.skill for each in tx.rows(select(user_skill).where(user_skill.c.user_id == old.id))}
        assert verify_password(fresh.password_hash, password[0])
        assert (fresh.must_change_password, fresh.phone) == (True, "13000000001")
        assert old.name == "客服甲甲"
        assert old.phone  # an empty cell changes nothing
        assert skills == {"chassis", "body"}
        assert roles(house, "xinren") == {("hotline_agent", "O1"), ("cs_supervisor", "O2")}
        # What the file does not name stays.
        assert roles(house, "hotline_agent_1") == {("hotline_agent", "O1"), ("warehouse_keeper", "O2")}

    def test_whoever_sets_the_company_up_is_led_back_to_it(self, admin: FlaskClient) -> None:
        def imported(login: str) -> str:
            row = ("新人丁", login, "", "O1", "客服", "")
            rows = packed(preview(admin, excel(row)))
            return str(admin.post("/admin/import/apply", data={"rows": rows}).get_data(as_text=True))

        assert "回到首次设置" in imported("xinren")
        admin.post("/admin/setup/finish")
        assert "回到首次设置" not in imported("laoren")

    def test_roles_not_in_the_file_are_taken_away_when_asked_for(self, admin: FlaskClient, house: House) -> None:
        row = ("客服甲", "hotline_agent_1", "", "O1", "仓库保管员", "")
        answer = preview(admin, excel(row), replace_roles="1")
        assert "− 客服（示例一站）" in answer.get_data(as_text=True)
        admin.post("/admin/import/apply", data={"rows": packed(answer)})
        assert roles(house, "hotline_agent_1") == {("warehouse_keeper", "O1")}

    def test_certificates_of_skills_that_stay_are_kept(self, admin: FlaskClient, house: House) -> None:
        number = id_of(house, "service_engineer_1")
        admin.post(f"/admin/users/{number}/skills", data={"skill": ["body"], "until_body": "2027-01-31"})
        row = ("维修员甲", "service_engineer_1", "", "O1", "", "车身、底盘")
        admin.post("/admin/import/apply", data={"rows": packed(preview(admin, excel(row)))})
        with house.db.reading() as tx:
            kept = {
                each.skill: each.certificate_valid_to
                for each in tx.rows(select(user_skill).where(user_skill.c.user_id == number))
            }
        assert str(kept["body"]) == "2027-01-31"
        assert kept["chassis"] is None

    def test_what_became_wrong_since_the_preview_stops_all_of_it(self, admin: FlaskClient, house: House) -> None:
        rows = packed(preview(admin, excel(NEW, ("客服甲甲", "hotline_agent_1", "", "O1", "", ""))))
        admin.post(f"/admin/users/{id_of(house, 'hotline_agent_1')}/leave", data={"to": ""})
        before = users(house)
        answer = admin.post("/admin/import/apply", data={"rows": rows})
        assert answer.status_code == 422
        assert "已停用，请先恢复" in answer.get_data(as_text=True)
        assert users(house) == before

    def test_an_import_that_would_lock_everybody_out_is_rolled_back_whole(
        self, admin: FlaskClient, house: House
    ) -> None:
        row = ("管理员甲", "system_admin_1", "", "C1", "客服", "")
        rows = packed(preview(admin, excel(NEW, row), replace_roles="1"))
        before = users(house)
        assert admin.post("/admin/import/apply", data={"rows": rows}).status_code == 422
        assert users(house) == before

    def test_a_preview_of_somebody_else_or_a_forged_one_is_not_imported(
        self, admin: FlaskClient, client_of: ClientOf, house: House
    ) -> None:
        rows = packed(preview(admin, excel(NEW)))
        before = users(house)
        for client, text in ((client_of("system_admin_2"), rows), (admin, rows[:-3] + "abc"), (admin, "")):
            answer = client.post("/admin/import/apply", data={"rows": text})
            assert answer.status_code == 422
            assert "预览已过期" in answer.get_data(as_text=True)
        assert users(house) == before

    def test_the_import_is_on_record(self, admin: FlaskClient) -> None:
        admin.post("/admin/import/apply", data={"rows": packed(preview(admin, excel(NEW)))})
        assert "导入人员名单：新增 1 人" in admin.get("/admin/audit").get_data(as_text=True)
