"""Who can do what: skills of every engineer, the end of certificates, and the list of skills."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.aftersales import skill
from app.house import House
from app.identity import SYSTEM, set_skills


def page(admin: FlaskClient, query: str = "") -> str:
    return admin.get(f"/admin/skills{query}").get_data(as_text=True)


def names(house: House) -> dict[str, str]:
    with house.db.reading() as tx:
        return {row.code: row.name for row in tx.rows(select(skill))}


@pytest.fixture
def certificates(house: House) -> None:
    """甲's certificate has ended, 乙's ends soon, 丙 can do nothing. Today is 2026-03-02."""
    with house.db.transaction() as tx:
        set_skills(tx, actor=SYSTEM, login="service_engineer_1", skills={"body": date(2026, 3, 1)})
        set_skills(tx, actor=SYSTEM, login="service_engineer_2", skills={"body": date(2026, 3, 20)})
        set_skills(tx, actor=SYSTEM, login="service_engineer_3", skills={})


@pytest.mark.usefixtures("certificates")
class TestWhoCanDoWhat:
    def test_every_engineer_stands_there_with_the_end_of_the_certificate(self, admin: FlaskClient) -> None:
        text = page(admin)
        for words in ("维修员甲", "至 2026-03-01", "已过期", "维修员乙", "快到期", "维修员丙", "没有技能"):
            assert words in text, words

    @pytest.mark.parametrize(
        ("query", "there", "gone"),
        [
            ("?state=without", ["维修员丙"], ["维修员甲", "维修员乙"]),
            ("?state=ending", ["维修员甲", "维修员乙"], ["维修员丙"]),
            ("?skill=body", ["维修员甲", "维修员乙"], ["维修员丙"]),
            ("?unit=O2", ["维修员丙"], ["维修员甲"]),
            ("?unit=nothing", ["没有符合条件的人员"], ["维修员甲"]),
        ],
    )
    def test_filters(self, admin: FlaskClient, query: str, there: list[str], gone: list[str]) -> None:
        text = page(admin, query)
        assert all(words in text for words in there)
        assert not any(words in text for words in gone)

    def test_in_english_too(self, admin: FlaskClient) -> None:
        text = page(admin, "?lang=en")
        for words in ("ends soon", "expired", "no skill", "List of skills"):
            assert words in text, words


class TestTheList:
    def test_a_skill_is_added_renamed_and_removed_and_each_can_be_taken_back(
        self, admin: FlaskClient, house: House
    ) -> None:
        added = admin.post("/admin/skills", data={"code": "glass", "name": "玻璃"}, follow_redirects=True)
        assert "已添加技能“玻璃”" in added.get_data(as_text=True)
        renamed = admin.post("/admin/skills/glass", data={"name": "车窗玻璃"}, follow_redirects=True)
        assert 'name="name" value="玻璃"' in renamed.get_data(as_text=True)
        assert names(house)["glass"] == "车窗玻璃"
        removed = admin.post("/admin/skills/glass/remove", follow_redirects=True).get_data(as_text=True)
        assert 'name="code" value="glass"' in removed
        assert "glass" not in names(house)
        told = admin.get("/admin/audit").get_data(as_text=True)
        for words in ("添加技能：玻璃", "技能改名：玻璃 → 车窗玻璃", "删去技能：车窗玻璃"):
            assert words in told, words

    @pytest.mark.parametrize(
        ("data", "field"),
        [
            ({"code": "Glass", "name": "玻璃"}, "code"),
            ({"code": "", "name": "玻璃"}, "code"),
            ({"code": "body", "name": "玻璃"}, "code"),
            ({"code": "g" * 61, "name": "玻璃"}, "code"),
            ({"code": "glass", "name": " "}, "name"),
            ({"code": "glass", "name": "璃" * 61}, "name"),
        ],
    )
    def test_a_mistake_stands_at_its_field(self, admin: FlaskClient, data: dict[str, str], field: str) -> None:
        answer = admin.post("/admin/skills", data=data)
        assert answer.status_code == 422
        assert f'id="f-{field}-error"' in answer.get_data(as_text=True)

    def test_a_skill_that_people_have_stays_and_says_how_many(self, admin: FlaskClient, house: House) -> None:
        answer = admin.post("/admin/skills/body/remove")
        assert answer.status_code == 422
        assert "还有 3 人会" in answer.get_data(as_text=True)
        assert "body" in names(house)

    def test_unknown_skills_are_refused(self, admin: FlaskClient) -> None:
        assert admin.post("/admin/skills/nothing", data={"name": "x"}).status_code == 404
