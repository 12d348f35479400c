"""Every way to change something leaves a line of history under the name of who did it, and none is left out."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml.html import fromstring
from openpyxl import Workbook
from sqlalchemy import insert, select
from test_routes import ROWS, ask
from web_ground import CONTACT, PASSWORD, PNG, Ground, upload

from app import clock
from app.notices.tables import notice, notice_delivery
from app.rehearsal import Stage
from app.runtime.tables import incident, scheduled_start

Body = dict[str, Any]
Act = Callable[[FlaskClient], Any]
# What a request carries: as it is, or what is left to send after other requests were made.
Carried = Body | Callable[[Ground, FlaskClient], Body]


def after(*requests: tuple[str, Body], **body: Any) -> Carried:
    """A body that is sent after other posts of the same person."""

    def first(ground: Ground, client: FlaskClient) -> Body:
        for url, form in requests:
            answer = client.post(ground.url(url), data=form)
            assert answer.status_code in {200, 302}, (url, answer.get_data(as_text=True)[-400:])
        return body

    return first


def piece(task: str) -> Carried:
    """The whole of a picture, for a task by its name on the ground, or for a guest's."""
    asked = {"key": "upload-1", "name": "a.png", "type": "image/png", "offset": 0, "size": len(PNG)}
    return lambda ground, client: {"query_string": {**asked, "task": ground.names[task]}, "data": PNG}


def _packed(answer: Any) -> Body:
    match = re.search(r'name="rows" value="([^"]+)"', answer.get_data(as_text=True))
    assert match is not None
    return {"data": {"rows": match[1]}}


def staff_shown(ground: Ground, client: FlaskClient) -> Body:
    """The lines of a staff list after its dry run."""
    book, stream = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    for row in (("姓名", "登录名", "电话", "单位编码", "角色", "技能"), ("新人丁", "xinren", "", "O1", "客服", "")):
        sheet.append(row)
    book.save(stream)
    return _packed(client.post("/admin/import", data={"file": upload(stream.getvalue())}))


def customers_shown(ground: Ground, client: FlaskClient) -> Body:
    """The lines of a list of customers after its dry run."""
    text = "客户名称,电话,单位编码,产品编号,型号,购买日期\n新客户,000-0000-0099,O1,VIN-99,B型,2025-01-01"
    return _packed(client.post("/customers/import", data={"file": upload(text.encode(), "list.csv")}))


def set_up_customers(ground: Ground, client: FlaskClient) -> Body:
    """The same as a step of the first set-up."""
    text = "客户名称,电话,单位编码,产品编号,型号,购买日期\n新客户,000-0000-0099,O1,VIN-99,B型,2025-01-01"
    return _packed(client.post("/admin/setup/lists/customers", data={"file": upload(text.encode(), "list.csv")}))


def undelivered(ground: Ground, client: FlaskClient) -> Body:
    """Nothing to send, after a message could not be delivered."""
    told = {"key": "k", "user_id": ground.names["people"]["hotline_agent_1"], "kind": "late", "at": clock.now()}
    with ground.house.db.transaction() as tx:
        made = insert(notice).values(**told, case_no="", task_id=ground.names["task"], task_name="登记来电来函")
        failed = {"notice_id": tx.execute(made.returning(notice.c.id)).scalar_one(), "user_id": told["user_id"]}
        tx.execute(
            insert(notice_delivery).values(**failed, channel="mail", state="failed", send_at=told["at"], attempts=5)
        )
    return {}


def draft(ground: Ground, client: FlaskClient) -> Body:
    """A change of the diagram of dispatching, to be saved."""
    found = client.get("/api/drafts/dispatch").get_json()
    xml = found["xml"].replace('name="评估紧急、天气、人员"', 'name="评估三件事"')
    return {"json": {"xml": xml, "base_revision": found["revision"]}}


def drafted(ground: Ground, client: FlaskClient) -> Body:
    """Nothing to send, after a draft was saved."""
    saved = client.put("/api/drafts/dispatch", **draft(ground, client))
    assert saved.status_code == 200
    return {"json": {"reason": "用语统一", "base_revision": saved.get_json()["revision"]}}


def published(ground: Ground, client: FlaskClient) -> Body:
    """What it takes to go back to the first version, after a second went live."""
    answer = client.post("/api/drafts/dispatch/publish", **drafted(ground, client))
    assert answer.status_code == 200
    return {"data": {"instead_of": "2", "reason": "误发布"}}


def thrown_away(ground: Ground, client: FlaskClient) -> Body:
    """Nothing to send, after a draft was thrown away."""
    drafted(ground, client)
    client.post("/procedures/dispatch/draft/discard")
    return {}


def overtaken(ground: Ground, client: FlaskClient) -> Body:
    """Nothing to send, after another version went live than the one a draft began with."""
    back = published(ground, client)
    found = client.get("/api/drafts/dispatch").get_json()
    xml = found["xml"].replace('name="评估三件事"', 'name="评估"')
    client.put("/api/drafts/dispatch", json={"xml": xml, "base_revision": found["revision"]})
    assert client.post("/procedures/dispatch/versions/1/live", **back).status_code == 302
    return {}


def corrected(url: str, **typed: str) -> Carried:
    """The form of a page as it stands there, with other values in some of its fields."""

    def filled(ground: Ground, client: FlaskClient) -> Body:
        page = fromstring(client.get(ground.url(url)).get_data(as_text=True))
        form = next(each for each in page.forms if "seen" in each.fields)
        return {"data": {**{name: value or "" for name, value in form.fields.items()}, **typed}}

    return filled


def correction_to_undo(ground: Ground, client: FlaskClient) -> Body:
    """Nothing to send, after a customer was corrected."""
    url = "/customers/{customer}/edit"
    change = corrected(url, name="改名客户")
    assert callable(change)
    assert client.post(ground.url(url), **change(ground, client)).status_code == 302
    return {}


def failed_start(ground: Ground, client: FlaskClient) -> Body:
    """The reason for trying a timed start again, after its time could not be read."""
    failed = {"id": 9001, "element_id": "working_day_began", "kind": "timer_start", "engine_task_id": ""}
    with ground.house.db.transaction() as tx:
        ground.house.arrange_starts(tx)
        start = tx.value(select(scheduled_start.c.id).where(scheduled_start.c.process_key == "callback_day"))
        raised = {"scheduled_start_id": start, "raised_at": clock.now(), "message_zh": "读不懂", "message_en": "unread"}
        tx.execute(insert(incident).values(**failed, **raised))
    return {"data": {"reason": "网络已恢复"}}


LIMIT = "/admin/parameters/intake.max_clarify_attempts"
THIRD = ("/admin/units", {"code": "O3", "name": "三站", "kind": "outlet", "parent": "R1"})
LEADER, SUPERVISOR, OWNER, ADMIN = "department_leader_1", "cs_supervisor_1", "process_owner_1", "system_admin_1"

# Who, request, and what must be on record of it under his name. None: what is kept is the person's own unfinished work,
# and its row names him. Nobody: a guest, under the name that he gave.
WRITES: list[tuple[str | None, str, str, Carried, str | None]] = [
    ("hotline_agent_1", "POST", "/start/contact_intake", {}, "instance_started"),
    ("hotline_agent_1", "POST", "/tasks/{free}/claim", {}, "task_claimed"),
    ("hotline_agent_1", "POST", "/tasks/{task}/release", {}, "task_released"),
    ("hotline_agent_1", "POST", "/api/tasks/{task}/draft", {"json": {"values": {"content": "x"}}}, None),
    ("hotline_agent_1", "POST", "/api/tasks/{task}/submit", {"json": {"values": CONTACT, "key": "k"}},
     "task_completed"),
    ("hotline_agent_1", "POST", "/tasks/{done}/withdraw", {}, "task_withdrawn"),
    ("hotline_agent_1", "POST", "/tasks/{task}/void", {"data": {"reason": "误"}}, "instance_cancelled"),
    (LEADER, "POST", "/team/attempts/{attempt}/acknowledge", {}, "attempt_acknowledged"),
    (SUPERVISOR, "POST", "/tasks/{task}/reassign", {"data": {"to": "hotline_agent_2", "reason": "忙"}},
     "task_reassigned"),
    ("hotline_agent_1", "POST", "/api/files", piece("task"), None),
    ("hotline_agent_1", "POST", "/password",
     {"data": {"old": PASSWORD, "password": "another long one", "again": "another long one"}}, "password_set"),
    ("hotline_agent_1", "POST", "/me/language", {"data": {"language": "en"}}, "user_changed"),
    ("hotline_agent_1", "POST", "/me/deputies",
     {"data": {"deputy": "hotline_agent_2", "from_at": "2026-03-02T10:00", "until_at": "2026-03-05T10:00"}},
     "deputy_added"),
    ("hotline_agent_1", "GET", "/registers/R01.csv", {}, "register_exported"),
    ("hotline_agent_1", "GET", "/registers/R01.xlsx", {}, "register_exported"),
    (ADMIN, "POST", "/admin/users/new", {"data": {"name": "新人", "login": "xinren",
     "unit": "O1"}}, "user_added"),
    (ADMIN, "POST", "/admin/users/{user}", {"data": {"name": "改名"}}, "user_changed"),
    (ADMIN, "POST", "/admin/users/{user}/roles", {"data": {"role": "cs_supervisor", "unit": "O1"}},
     "role_assigned"),
    (ADMIN, "POST", "/admin/users/{user}/roles/remove", {"data": {"role": "hotline_agent", "unit": "O1"}},
     "role_removed"),
    (ADMIN, "POST", "/admin/users/{user}/skills", {"data": {"skill": "body"}}, "skills_set"),
    (ADMIN, "POST", "/admin/users/{user}/password", {}, "password_set"),
    (ADMIN, "POST", "/admin/users/{user}/leave", {}, "user_deactivated"),
    (ADMIN, "POST", "/admin/units", {"data": {"code": "O3", "name": "三站", "kind": "outlet",
     "parent": "R1"}},
     "unit_added"),
    (ADMIN, "POST", "/admin/units/O2", {"data": {"name": "改名"}}, "unit_changed"),
    (ADMIN, "POST", "/admin/skills", {"data": {"code": "glass", "name": "玻璃"}}, "skill_added"),
    (ADMIN, "POST", "/admin/skills/body", {"data": {"name": "车身件"}}, "skill_renamed"),
    (ADMIN, "POST", "/admin/deputies",
     {"data": {"who": "hotline_agent_1", "deputy": "hotline_agent_2", "from_at": "2026-03-02T10:00",
               "until_at": "2026-03-05T10:00"}}, "deputy_added"),
    (ADMIN, "POST", "/admin/deputies/{deputy}/end", {}, "deputy_ended"),
    (ADMIN, "POST", "/admin/calendar/day", {"data": {"day": "2026-03-09", "kind": "holiday",
     "reason": "停电"}},
     "calendar_day_set"),
    (ADMIN, "POST", "/admin/calendar/years", {"data": {"year": "2026"}}, "calendar_year_imported"),
    (ADMIN, "POST", "/admin/calendar/hours/O1",
     {"data": {"work_hours": "08:00-17:00", "weekday": ["0", "1"], "inherit_quiet": "1", "inherit_duty": "1",
               "inherit_dispatch": "1", "inherit_shifts": "1",
               "reason": "夏令"}}, "calendar_set"),
    (ADMIN, "POST", LIMIT, {"data": {"value": "3",
     "reason": "试"}},
     "parameter_set"),
    (ADMIN, "POST", f"{LIMIT}/reset", after((LIMIT, {"value": "3", "reason": "试"}), data={"reason": "试完"}),
     "parameter_set"),
    (ADMIN, "POST", f"{LIMIT}/undo", after((LIMIT, {"value": "3", "reason": "试"}), data={"version": "1"}),
     "parameter_set"),
    (ADMIN, "POST", "/admin/calendar/day/clear",
     after(("/admin/calendar/day", {"day": "2026-03-09", "kind": "holiday", "reason": "停电"}),
           data={"day": "2026-03-09", "reason": "来电"}), "calendar_day_set"),
    (ADMIN, "POST", "/admin/units/O3/close", after(THIRD), "unit_closed"),
    (ADMIN, "POST", "/admin/units/O3/reopen", after(THIRD, ("/admin/units/O3/close", {})), "unit_reopened"),
    (ADMIN, "POST", "/admin/skills/glass/remove", after(("/admin/skills", {"code": "glass", "name": "玻璃"})),
     "skill_removed"),
    (ADMIN, "POST", "/admin/users/{user}/return", after(("/admin/users/{user}/leave", {})), "user_reactivated"),
    (ADMIN, "POST", "/admin/import/apply", staff_shown, "staff_imported"),
    (ADMIN, "POST", "/admin/setup/company", {"data": {"name": "新客车", "profile": "bus_maker"}}, "unit_changed"),
    (ADMIN, "POST", "/admin/setup/numbers/report_no",
     {"data": {"format": "BG-{year}-{seq:05}", "scope": "year"}}, "number_format_set"),
    (ADMIN, "POST", "/admin/setup/procedures/callback",
     {"data": {"to": "off", "reason": "本公司不做", "knowing": "1"}}, "procedure_switched_off"),
    (ADMIN, "POST", "/admin/setup/lists/customers/apply", set_up_customers, "customers_imported"),
    (ADMIN, "POST", "/admin/setup/steps/company/done", {}, "setup_step_done"),
    (ADMIN, "POST", "/admin/setup/finish", {}, "setup_step_done"),
    (ADMIN, "POST", "/admin/setup/trial", {}, "trial_walked"),
    (ADMIN, "POST", "/admin/messages/retry", undelivered, "notices_retried"),
    ("hotline_agent_1", "POST", "/notices/read", {}, None),
    ("hotline_agent_1", "POST", "/me/notices", {"data": {"kinds": "assigned", "bundle_minutes": "0"}}, None),
    ("department_leader_2", "POST", "/me/deputies/{deputy}/end", {}, "deputy_ended"),
    (OWNER, "PUT", "/api/drafts/dispatch", draft, None),
    (OWNER, "POST", "/api/drafts/dispatch/publish", drafted, "deployed"),
    (OWNER, "POST", "/procedures/dispatch/versions/1/live", published, "version_put_live"),
    (OWNER, "POST", "/procedures/dispatch/draft/discard", drafted, "draft_discarded"),
    (OWNER, "POST", "/procedures/dispatch/draft/restore", thrown_away, "draft_restored"),
    (OWNER, "POST", "/procedures/dispatch/draft/rebase", overtaken, "draft_rebased"),
    (LEADER, "POST", "/tasks/{agree}/transfer", {"data": {"to": "department_leader_2", "reason": "出差"}},
     "task_transferred"),
    (LEADER, "POST", "/tasks/{agree}/delegate", {"data": {"to": SUPERVISOR, "note": "请核对"}}, "task_delegated"),
    (LEADER, "POST", "/tasks/{lent}/recall", {}, "task_recalled"),
    (LEADER, "POST", "/tasks/{agree}/signers", {"data": {"to": SUPERVISOR, "where": "before", "note": "可以吗？"}},
     "signers_added"),
    (LEADER, "POST", "/tasks/{part}/remove-signer", {}, "signer_removed"),
    (LEADER, "POST", "/tasks/{agree}/consult", {"data": {"to": SUPERVISOR, "note": "可以吗？"}}, "people_consulted"),
    (SUPERVISOR, "POST", "/tasks/{part}/answer", {"data": {"answer": "可以", "agrees": "yes"}}, "part_answered"),
    (LEADER, "POST", "/tasks/{agree}/copy", {"data": {"to": SUPERVISOR}}, "task_copied"),
    ("hotline_agent_1", "POST", "/tasks/{agree}/urge", {"data": {"note": "客户在等"}}, "task_urged"),
    (LEADER, "POST", "/tasks/{agree}/send-back", {"data": {"to": "write", "reason": "不清楚"}}, "task_sent_back"),
    (LEADER, "POST", "/tasks/approve", lambda ground, client: {"data": {"task": str(ground.names["agree"])}},
     "task_completed"),
    (SUPERVISOR, "POST", "/cases/{case}/clocks/{clock}/pause", {"data": {"reason": "weather", "note": "已告知客户"}},
     "clock_paused"),
    (SUPERVISOR, "POST", "/cases/{done_case}/clocks/{done_clock}/resume", {"data": {"note": "雨停"}}, "clock_resumed"),
    (SUPERVISOR, "POST", "/customers/merge",
     lambda ground, client: {
         "data": {"kept": ground.names["customer"], "merged": ground.names["another"], "reason": "同一客户"}
     }, "customers_merged"),
    (SUPERVISOR, "POST", "/customers/merges/{merge}/undo", {}, "merge_undone"),
    (SUPERVISOR, "POST", "/customers/{customer}/edit", corrected("/customers/{customer}/edit", name="改名客户"),
     "customer_changed"),
    (SUPERVISOR, "POST", "/product-files/{product}/edit", corrected("/product-files/{product}/edit", model="B型"),
     "product_changed"),
    (SUPERVISOR, "POST", "/archive-changes/1/undo", correction_to_undo, "archive_change_undone"),
    (OWNER, "POST", "/procedures/callback_day/starts/9001", failed_start, "start_retried"),
    (SUPERVISOR, "POST", "/customers/import/apply", customers_shown, "customers_imported"),
    (SUPERVISOR, "POST", "/customers/{customer}/export", {}, "personal_data_exported"),
    (SUPERVISOR, "POST", "/customers/{customer}/erase", {"data": {"reason": "本人来函"}}, "personal_data_erased"),
    (LEADER, "POST", "/parts/places", {"data": {"code": "OLD-9", "name": "旧件库", "kind": "old_parts", "unit": "O1"}},
     "stock_place_added"),
    (LEADER, "POST", "/parts/new", {"data": {"part_no": "P-9", "name": "胶条", "tracking": "none"}}, "part_added"),
    ("hotline_agent_1", "POST", "/registers/R01/views", {"data": {"name": "我的"}}, None),
    ("hotline_agent_1", "POST", "/registers/R01/views/1/delete",
     after(("/registers/R01/views", {"name": "我的"})), None),
    ("hotline_agent_1", "POST", "/registers/R01/columns", {"data": {"col": "contact_no"}}, None),
    ("hotline_agent_1", "POST", "/tasks/{outside}/guest-link", {"data": {"guest_name": "调度员乙"}}, "guest_link_made"),
    ("hotline_agent_1", "POST", "/guest-links/{link}/revoke", {}, "guest_link_revoked"),
    (None, "POST", "/g/{token}/submit", {"json": {"values": {"wish": "一台备用车"}, "name": "调度员甲"}},
     "task_completed"),
    (None, "POST", "/g/{token}/files", piece("outside"), None),
]  # fmt: skip
# Requests that change nothing that is kept: dry runs, and the end of a session.
WRITES_NOTHING = {
    ("POST", "/logout"), ("POST", "/api/lint"), ("POST", "/admin/import"), ("POST", "/customers/import"),
    ("POST", "/admin/setup/lists/<key>"),
}  # fmt: skip


@pytest.fixture(scope="module")
def ground(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    made = Ground(stage, tmp_path_factory.mktemp("record"), AFTERCARE_LOGIN_LIMIT="1000 per minute")
    with made.at_work():
        yield made


@pytest.fixture(autouse=True)
def _untouched(ground: Ground) -> None:
    # Versions are cached by id, and ids of new versions repeat from test to test.
    ground.reset(definitions=True)


@pytest.mark.parametrize(("login", "method", "url", "carried", "kind"), WRITES, ids=[f"{w[1]} {w[2]}" for w in WRITES])
def test_every_write_is_on_record_under_the_name_of_who_did_it(
    ground: Ground, login: str | None, method: str, url: str, carried: Carried, kind: str | None
) -> None:
    client = ground.client(login)
    body = carried(ground, client) if callable(carried) else carried
    before = ground.last_event()
    answer = client.open(ground.url(url), method=method, **body)
    assert answer.status_code in {200, 201, 302}, answer.get_data(as_text=True)[-400:]
    events = ground.history(before)
    if kind is None:
        assert events == []
        return
    assert kind in {event.kind for event in events}
    assert {event.actor_id for event in events} == {ground.names["people"].get(login)}
    assert {event.actor_name for event in events} & {"系统", "调度员乙"} == set()
    assert all(event.at == clock.now() for event in events)


def test_every_route_that_writes_is_in_the_list(ground: Ground) -> None:
    adapter = ground.app.url_map.bind("localhost")
    shown = {("POST", "/login")}  # below
    for _login, method, url, _carried, _kind in WRITES:
        rule, _arguments = adapter.match(ground.url(url), method=method, return_rule=True)
        shown.add((method, rule.rule))
    writing = {
        (method, rule.rule)
        for rule in ground.app.url_map.iter_rules()
        for method in rule.methods - {"GET", "HEAD", "OPTIONS"}
    }
    assert writing - shown == WRITES_NOTHING


def test_a_login_is_on_record(ground: Ground) -> None:
    before = ground.last_event()
    ground.app.test_client().post("/login", data={"login": "hotline_agent_1", "password": PASSWORD})
    (event,) = ground.history(before)
    assert (event.kind, event.actor_id) == ("logged_in", ground.names["people"]["hotline_agent_1"])


def test_nothing_that_was_refused_is_done(ground: Ground) -> None:
    for method, url, expected in ROWS:
        refused = [who for who, outcome in expected.items() if outcome in {"403", "404", "login"}]
        if method == "GET" or "/logout" in url:
            continue
        for who in refused[:2]:
            ground.reset()
            before = ground.image()
            ask(ground, who, method, url)
            changed = ground.changed_since(before)
            changed.pop("login_attempt", None)  # who tries too often has to wait
            assert changed == {}, (method, url, who)


def test_the_record_cannot_be_changed(ground: Ground) -> None:
    for statement in ("UPDATE history_event SET actor_name = 'x'", "DELETE FROM history_event"):
        with pytest.raises(Exception, match="append-only"), ground.house.db.transaction() as tx:
            tx.connection.exec_driver_sql(statement)


def test_no_password_is_on_record(ground: Ground) -> None:
    client = ground.client("system_admin_1")
    shown = client.post(ground.url("/admin/users/{user}/password")).get_data(as_text=True)
    (given,) = re.findall(r"<dd>([a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4})</dd>", shown)
    assert given not in json.dumps([event.data for event in ground.history()], ensure_ascii=False)
