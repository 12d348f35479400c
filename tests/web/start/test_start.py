"""发起: one press opens one case, however often it is sent."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import func, select

from app.house import House
from app.runtime.tables import service_case


def cases(house: House) -> int:
    with house.db.reading() as tx:
        return int(tx.value(select(func.count()).select_from(service_case)))


def keys_on(client: Any) -> list[str]:
    return re.findall(r'name="key" value="([^"]+)"', client.get("/start").text)


def test_each_button_has_a_key_of_its_own_and_each_page_new_ones(client_of: Any) -> None:
    client = client_of("hotline_agent_1")
    first, second = keys_on(client), keys_on(client)
    assert first
    assert len({*first, *second}) == len(first) + len(second)


def test_two_quick_presses_open_one_case_and_land_on_the_same_task(client_of: Any, house: House) -> None:
    client = client_of("hotline_agent_1")
    (key, *_) = keys_on(client)
    landed = [client.post("/start/contact_intake", data={"key": key}).location for _ in range(2)]
    assert landed[0].startswith("/tasks/")
    assert landed[0] == landed[1]
    assert cases(house) == 1


def test_another_press_opens_another_case_with_the_next_number(client_of: Any, house: House) -> None:
    client = client_of("hotline_agent_1")
    (key, *_) = keys_on(client)
    for pressed in (key, key, keys_on(client)[0]):
        client.post("/start/contact_intake", data={"key": pressed})
    with house.db.reading() as tx:
        numbers = [row.case_no for row in tx.rows(select(service_case.c.case_no).order_by(service_case.c.case_no))]
    assert numbers == ["FW2026000001", "FW2026000002"]


def test_the_key_of_somebody_else_opens_nothing_and_shows_nothing(client_of: Any, house: House) -> None:
    (key, *_) = keys_on(client_of("hotline_agent_1"))
    mine = client_of("hotline_agent_1").post("/start/contact_intake", data={"key": key})
    answer = client_of("hotline_agent_3").post("/start/contact_intake", data={"key": key})
    assert answer.status_code == 409
    assert mine.location not in answer.text
    assert cases(house) == 1
