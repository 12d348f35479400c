"""The page of a case: which forms are on file."""

from __future__ import annotations

import re
from typing import Any

CONTACT = {"channel": "phone", "content": "车坏了，听不清", "facts_clear": False, "contact_phone": "000-0000-0002"}


def filed(client: Any, case_no: str) -> list[str]:
    """What the forms on the page say, one text each."""
    page = client.get(f"/cases/{case_no}").text
    return re.findall(r'<details class="\w+" id="event-\d+">(.*?)</details>', page, re.DOTALL)


def test_a_form_that_was_taken_back_is_not_on_file_until_it_is_submitted_again(client_of: Any) -> None:
    client = client_of("hotline_agent_1")
    task_url = client.post("/start/contact_intake").location
    task_id = task_url.rsplit("/", 1)[-1]
    case_no = client.get(f"/api/tasks/{task_id}").json["task"]["case_no"]

    def submit(content: str) -> None:
        answer = client.post(f"/api/tasks/{task_id}/submit", json={"values": {**CONTACT, "content": content}})
        assert answer.status_code == 200, answer.text

    submit("第一次写的")
    assert len(filed(client, case_no)) == 1
    client.post(f"/tasks/{task_id}/withdraw")
    assert filed(client, case_no) == []
    submit("第二次写的")
    (form,) = filed(client, case_no)
    assert "第二次写的" in form
    assert "第一次写的" not in form
    history = client.get(f"/cases/{case_no}/history").text
    assert "撤回" in history
