"""One's own settings: a deputy, the language, and nothing of other people's."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.clock import ManualClock
from app.house import House
from app.identity import load_actor_by_login
from app.identity.tables import deputy, user_account
from tests.web.conftest import ClientOf

GOOD = {"deputy": "维修员乙", "from_at": "2026-03-02T10:00", "until_at": "2026-03-09T10:00", "reason": "出差"}


def test_the_page_shows_roles_skills_and_how_to_name_a_deputy(client_of: ClientOf) -> None:
    text = client_of("service_engineer_1").get("/me").get_data(as_text=True)
    for word in ("维修员甲", "服务人员", "车身", "没有代理人", "更改密码"):
        assert word in text, word


def test_the_menu_of_every_page_leads_there(client_of: ClientOf) -> None:
    assert 'href="/me"' in client_of("service_engineer_1").get("/").get_data(as_text=True)


def test_anybody_names_a_deputy_for_himself_and_both_see_it(
    client_of: ClientOf, house: House, manual_clock: ManualClock
) -> None:
    mine, other = client_of("service_engineer_1"), client_of("service_engineer_2")
    assert "维修员乙将代理您" in mine.post("/me/deputies", data=GOOD, follow_redirects=True).get_data(as_text=True)
    assert "将开始" in mine.get("/me").get_data(as_text=True)
    assert "维修员甲" in other.get("/me").get_data(as_text=True)
    manual_clock.advance("PT2H")
    with house.db.reading() as tx:
        someone = load_actor_by_login(tx, "service_engineer_2")
        me = load_actor_by_login(tx, "service_engineer_1")
    assert someone is not None
    assert me is not None
    assert me.id in someone.stands_in_for


def test_one_ends_ones_own_deputy_and_nobody_elses(client_of: ClientOf, house: House) -> None:
    mine, other = client_of("service_engineer_1"), client_of("hotline_agent_1")
    mine.post("/me/deputies", data=GOOD)
    with house.db.reading() as tx:
        number = tx.value(select(deputy.c.id))
    assert other.post(f"/me/deputies/{number}/end").status_code == 404
    # Not even the deputy himself: he would drop what the other one relies on.
    assert client_of("service_engineer_2").post(f"/me/deputies/{number}/end").status_code == 404
    assert "代理已结束" in mine.post(f"/me/deputies/{number}/end", follow_redirects=True).get_data(as_text=True)


@pytest.mark.parametrize(
    ("change", "field", "says"),
    [
        ({"deputy": ""}, "deputy", "请选择人员"),
        ({"deputy": "service_engineer_1"}, "deputy", "不能是本人"),
        ({"until_at": "2026-03-01T10:00"}, "until_at", "已经过去"),
        ({"until_at": "2026-03-02T09:30"}, "until_at", "必须晚于"),
        ({"from_at": ""}, "from_at", "请填写日期和时间"),
    ],
)
def test_a_mistake_stands_at_its_field_and_what_was_typed_stays(
    client_of: ClientOf, change: dict[str, str], field: str, says: str
) -> None:
    answer = client_of("service_engineer_1").post("/me/deputies", data={**GOOD, **change})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert says in text
    assert f'id="f-{field}-error"' in text
    assert 'value="出差"' in text


def test_the_language_is_kept_with_the_person(client_of: ClientOf, house: House) -> None:
    client = client_of("service_engineer_1")
    answer = client.post("/me/language", data={"language": "en"}, follow_redirects=True)
    assert "My roles" in answer.get_data(as_text=True)
    with house.db.reading() as tx:
        row = tx.row(select(user_account.c.language).where(user_account.c.login == "service_engineer_1"))
    assert row is not None
    assert row.language == "en"
    # Another device has no cookie of this choice.
    assert "My roles" in client_of("service_engineer_1").get("/me").get_data(as_text=True)
    assert client.post("/me/language", data={"language": "fr"}).status_code == 422


def test_without_a_login_there_is_no_such_page(client_of: ClientOf) -> None:
    app = client_of("service_engineer_1").application
    assert app.test_client().get("/me").status_code == 302
