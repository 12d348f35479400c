"""The process owner's pages: what is live, what it is made of, drafts, publishing, going back."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.definitions.queries import procedures
from app.definitions.tables import process_version
from app.house import House
from app.identity import load_actor_by_login
from app.runtime import start_case
from app.runtime.commands.scheduled_starts import start_failed
from app.runtime.tables import incident, process_instance, scheduled_start, user_task
from tests.web.conftest import ClientOf

OWNER = "process_owner_1"
KEY = "dispatch"


@pytest.fixture
def owner(client_of: ClientOf) -> FlaskClient:
    return client_of(OWNER)


def draft_of(client: FlaskClient, key: str = KEY) -> dict[str, Any]:
    return dict(client.get(f"/api/drafts/{key}").get_json())


def save(client: FlaskClient, draft: dict[str, Any], xml: str, *, key: str = KEY, **more: Any) -> Any:
    return client.put(f"/api/drafts/{key}", json={"xml": xml, "base_revision": draft["revision"], **more})


def renamed(xml: str, name: str) -> str:
    return re.sub(r'(<bpmn:process\b[^>]*\bname=")[^"]*', rf"\g<1>{name}", xml, count=1)


class TestReading:
    def test_the_list_shows_each_procedure_by_its_name_with_its_live_version(self, owner: FlaskClient) -> None:
        page = owner.get("/procedures").get_data(as_text=True)
        assert "派工" in page
        assert "占位" in page

    def test_the_list_can_be_searched_and_says_when_nothing_fits(self, owner: FlaskClient) -> None:
        page = owner.get("/procedures?text=没有这样的").get_data(as_text=True)
        assert "没有符合条件的流程" in page

    def test_a_procedure_shows_diagram_versions_forms_tables_and_roles(self, owner: FlaskClient) -> None:
        page = owner.get(f"/procedures/{KEY}").get_data(as_text=True)
        for text in ("data-diagram", "第 1 版", "F06", "维修单", "承修部门", "客服主管", "目的"):
            assert text in page, text

    def test_a_form_is_shown_field_by_field_with_the_steps_that_fill_it_in(self, owner: FlaskClient) -> None:
        page = owner.get(f"/procedures/{KEY}/versions/1/forms/dispatch.dispatch_assessment").get_data(as_text=True)
        for text in ("紧急程度", "特急", "必填", "评估"):
            assert text in page, text
        english = owner.get(f"/procedures/{KEY}/versions/1/forms/dispatch.dispatch_assessment?lang=en").get_data(
            as_text=True
        )
        assert "Urgency" in english
        assert "Emergency" in english

    def test_a_decision_is_shown_as_a_table(self, owner: FlaskClient) -> None:
        page = owner.get("/procedures/contact_intake/versions/1/decisions/response_deadlines").get_data(as_text=True)
        for text in ("响应时限", "诉求类别", "服务承诺", "第一条符合的规则有效", "任意"):
            assert text in page, text

    @pytest.mark.parametrize(
        "path",
        [
            "/procedures/nothing",
            f"/procedures/{KEY}/versions/9",
            f"/procedures/{KEY}/versions/1/forms/nothing",
            f"/procedures/{KEY}/versions/1/decisions/nothing",
            "/procedures/nothing/edit",
            "/api/drafts/nothing",
        ],
    )
    def test_what_does_not_exist_is_not_found(self, owner: FlaskClient, path: str) -> None:
        assert owner.get(path).status_code == 404

    def test_every_form_and_table_of_every_procedure_can_be_read(self, owner: FlaskClient, house: House) -> None:
        with house.db.reading() as tx:
            rows = tx.rows(select(process_version.c.key, process_version.c.pins))
        for row in rows:
            for form_id in row.pins["forms"]:
                path = f"/procedures/{row.key}/versions/1/forms/{form_id}"
                assert owner.get(path).status_code == 200, path
            for decision_id in row.pins["decisions"]:
                path = f"/procedures/{row.key}/versions/1/decisions/{decision_id}"
                assert owner.get(path).status_code == 200, path


class TestStartingByItself:
    @pytest.fixture
    def failed(self, house: House) -> int:
        """The daily picking of closed cases is scheduled, and its last start failed."""
        with house.db.transaction() as tx:
            house.arrange_starts(tx)
            start_id = tx.value(select(scheduled_start.c.id).where(scheduled_start.c.process_key == "callback_day"))
            due = tx.value(select(scheduled_start.c.due_at).where(scheduled_start.c.id == start_id))
            start_failed(tx, house.world, start_id=start_id, due_at=due.isoformat(), reason="the disk is full")
            return int(tx.value(select(incident.c.id)))

    def test_the_page_says_when_the_next_start_is_due_and_what_failed(self, owner: FlaskClient, failed: int) -> None:
        page = owner.get("/procedures/callback_day").get_data(as_text=True)
        for text in ("定时发起", "示例客车", "下次", "the disk is full"):
            assert text in page, text
        assert "定时发起</h2>" not in owner.get(f"/procedures/{KEY}").get_data(as_text=True)

    def test_a_failed_start_is_tried_again_with_a_reason(self, owner: FlaskClient, house: House, failed: int) -> None:
        path = f"/procedures/callback_day/starts/{failed}"
        answer = owner.post(path, data={"reason": " "})
        assert (answer.status_code, "请填写处理说明" in answer.get_data(as_text=True)) == (422, True)
        assert owner.post(path, data={"reason": "磁盘已清理"}).status_code == 302
        with house.db.reading() as tx:
            rows = tx.rows(
                select(process_instance.c.process_key).where(process_instance.c.process_key == "callback_day")
            )
        assert len(rows) == 1
        assert owner.post(path, data={"reason": "再试"}).status_code == 404

    def test_the_incident_of_one_procedure_is_not_mended_from_another(self, owner: FlaskClient, failed: int) -> None:
        assert owner.post(f"/procedures/{KEY}/starts/{failed}", data={"reason": "试"}).status_code == 404

    def test_switching_off_on_the_page_stops_it(self, client_of: ClientOf, house: House, failed: int) -> None:
        admin = client_of("system_admin_1")
        assert (
            admin.post("/admin/setup/procedures/callback_day", data={"to": "off", "reason": "不回访"}).status_code
            == 302
        )
        with house.db.reading() as tx:
            mine = scheduled_start.c.process_key == "callback_day"
            assert tx.value(select(scheduled_start.c.due_at).where(mine)) is None
        told = admin.get("/admin/audit?group=procedures").get_data(as_text=True)
        assert "定时发起已停：回访抽取" in told


class TestEditing:
    def test_the_editor_opens_the_live_version_and_offers_names_to_choose(self, owner: FlaskClient) -> None:
        assert 'data-draft="dispatch"' in owner.get(f"/procedures/{KEY}/edit").get_data(as_text=True)
        draft = draft_of(owner)
        assert (draft["name"], draft["version"], draft["saved_at"]) == ("派工", 1, None)
        choices = owner.get("/api/modeler/references").get_json()
        assert {"value": "cs_supervisor", "label": "客服主管"} in choices["roles"]
        assert {"value": "dispatch.work_order", "label": "F07 维修单"} in choices["forms"]
        assert {"value": "dispatch", "label": "派工"} in choices["processes"]
        assert any(choice["value"] == "urgency" for choice in choices["variables"])
        for name in ("decisions", "job_types", "clocks"):
            assert choices[name], name

    def test_a_saved_draft_is_there_again_and_on_the_list(self, owner: FlaskClient) -> None:
        draft = draft_of(owner)
        answer = save(owner, draft, renamed(draft["xml"], "派工安排"))
        assert answer.status_code == 200
        again = draft_of(owner)
        assert again["revision"] == answer.get_json()["revision"]
        assert "派工安排" in again["xml"]
        assert "草稿" in owner.get("/procedures?kind=draft").get_data(as_text=True)

    def test_the_second_of_two_editors_is_told_who_was_first(self, client_of: ClientOf) -> None:
        first, second = client_of("process_owner_1"), client_of("process_owner_2")
        draft = draft_of(first)
        save(first, draft, renamed(draft["xml"], "甲的"))
        answer = save(second, draft, renamed(draft["xml"], "乙的"))
        assert answer.status_code == 409
        assert answer.get_json()["changed_by"] == "流程负责人甲"
        assert "甲的" in draft_of(second)["xml"]
        assert save(second, draft, renamed(draft["xml"], "乙的"), force=True).status_code == 200
        assert "乙的" in draft_of(first)["xml"]

    def test_problems_are_listed_with_their_element(self, owner: FlaskClient) -> None:
        draft = draft_of(owner)
        wrong = draft["xml"].replace("dispatch.work_order", "dispatch.nothing")
        by_json = owner.post("/api/lint", json={"key": KEY, "xml": wrong}).get_json()["problems"]
        by_xml = owner.post(f"/api/lint?key={KEY}", data=wrong, content_type="application/xml").get_json()["problems"]
        assert by_json == by_xml
        errors = [problem for problem in by_json if problem["severity"] == "error"]
        assert errors
        assert errors[0]["rule"] == "known_form"
        assert errors[0]["element_id"]
        assert "dispatch.nothing" in errors[0]["message"]

    def test_a_request_that_makes_no_sense_is_refused_with_a_sentence(self, owner: FlaskClient) -> None:
        for answer in (
            owner.put(f"/api/drafts/{KEY}", json={"xml": 1}),
            owner.put(f"/api/drafts/{KEY}", data="x"),
            owner.post("/api/lint", json={"xml": "x"}),
            owner.post(f"/api/drafts/{KEY}/publish", json=["x"]),
        ):
            assert answer.status_code == 422
            assert answer.get_json()["message"]

    def test_a_draft_thrown_away_can_be_fetched_back_on_the_page(self, owner: FlaskClient) -> None:
        draft = draft_of(owner)
        save(owner, draft, renamed(draft["xml"], "派工安排"))
        page = owner.post(f"/procedures/{KEY}/draft/discard", follow_redirects=True).get_data(as_text=True)
        assert "恢复草稿" in page
        assert draft_of(owner)["saved_at"] is None
        owner.post(f"/procedures/{KEY}/draft/restore")
        assert "派工安排" in draft_of(owner)["xml"]


class TestPublishing:
    def publish(self, client: FlaskClient, name: str = "派工安排", reason: str = "用语统一") -> Any:
        draft = draft_of(client)
        revision = save(client, draft, renamed(draft["xml"], name)).get_json()["revision"]
        return client.post(f"/api/drafts/{KEY}/publish", json={"reason": reason, "base_revision": revision})

    def test_a_draft_becomes_version_two_with_its_reason(self, owner: FlaskClient) -> None:
        answer = self.publish(owner)
        assert answer.status_code == 200, answer.get_json()
        assert answer.get_json()["version"] == 2
        page = owner.get(answer.get_json()["url"]).get_data(as_text=True)
        assert "派工安排" in page
        assert "用语统一" in page
        assert "流程负责人甲" in page

    def test_without_a_reason_nothing_is_published(self, owner: FlaskClient) -> None:
        answer = self.publish(owner, reason=" ")
        assert answer.status_code == 422
        assert answer.get_json()["errors"][0]["field"] == "reason"

    def test_a_draft_with_errors_is_refused_and_the_problems_come_back(self, owner: FlaskClient) -> None:
        draft = draft_of(owner)
        save(owner, draft, draft["xml"].replace("dispatch.work_order", "dispatch.nothing"))
        answer = owner.post(f"/api/drafts/{KEY}/publish", json={"reason": "试试"})
        assert answer.status_code == 422
        assert any(problem["rule"] == "known_form" for problem in answer.get_json()["problems"])
        assert "第 2 版" not in owner.get(f"/procedures/{KEY}").get_data(as_text=True)

    def test_publishing_over_somebody_elses_save_is_a_conflict(self, client_of: ClientOf) -> None:
        first, second = client_of("process_owner_1"), client_of("process_owner_2")
        draft = draft_of(first)
        old = save(first, draft, renamed(draft["xml"], "甲的")).get_json()["revision"]
        save(second, draft_of(second), renamed(draft["xml"], "乙的"))
        answer = first.post(f"/api/drafts/{KEY}/publish", json={"reason": "x", "base_revision": old})
        assert answer.status_code == 409
        assert answer.get_json()["changed_by"] == "流程负责人乙"

    def test_running_cases_stay_on_their_version_and_new_ones_take_the_new(
        self, owner: FlaskClient, house: House
    ) -> None:
        def begin() -> Any:
            with house.db.transaction() as tx:
                clerk = load_actor_by_login(tx, "cs_supervisor_1")
                assert clerk is not None
                start_case(
                    tx,
                    house.world,
                    actor=clerk,
                    process_key=KEY,
                    unit_code="O1",
                    message="start_dispatch",
                    variables={"urgency": "normal"},
                )
            with house.db.reading() as tx:
                return tx.row(
                    select(process_instance, process_version.c.version)
                    .join(process_version, process_version.c.id == process_instance.c.version_id)
                    .order_by(process_instance.c.id.desc())
                )

        before = begin()
        assert self.publish(owner).status_code == 200
        after = begin()
        assert (before.version, after.version) == (1, 2)
        with house.db.reading() as tx:
            still = tx.row(select(process_instance.c.version_id).where(process_instance.c.id == before.id))
            task = tx.row(select(user_task).where(user_task.c.instance_id == before.id))
        assert still is not None
        assert still.version_id == before.version_id
        assert task is not None
        assert client_can_open(owner, house, task.id)
        page = owner.get(f"/procedures/{KEY}").get_data(as_text=True)
        assert "第 2 版" in page
        assert "第 1 版" in page

    def test_going_back_needs_a_reason_and_shows_in_the_history(self, owner: FlaskClient) -> None:
        self.publish(owner)
        refused = owner.post(f"/procedures/{KEY}/versions/1/live", data={"instead_of": "2", "reason": ""})
        assert refused.status_code == 422
        assert "请填写原因" in refused.get_data(as_text=True)
        done = owner.post(
            f"/procedures/{KEY}/versions/1/live", data={"instead_of": "2", "reason": "误发布"}, follow_redirects=True
        ).get_data(as_text=True)
        assert "第 1 版已生效" in done
        assert "误发布" in done
        assert draft_of(owner)["live_version"] == 1

    def test_going_back_from_a_page_that_is_out_of_date_is_refused(self, owner: FlaskClient) -> None:
        self.publish(owner)
        answer = owner.post(f"/procedures/{KEY}/versions/1/live", data={"instead_of": "1", "reason": "误发布"})
        assert answer.status_code == 422
        assert draft_of(owner)["live_version"] == 2


def client_can_open(owner: FlaskClient, house: House, task_id: int) -> bool:
    """Whether the task of the old version still opens for whoever may do it."""
    with owner.application.test_client() as client:
        with house.db.reading() as tx:
            someone = load_actor_by_login(tx, "cs_supervisor_1")
        assert someone is not None
        with client.session_transaction() as session:
            session["_user_id"] = f"{someone.id}.{someone.session_version}"
        return client.get(f"/tasks/{task_id}").status_code == 200


class TestTheMap:
    def picture(self, owner: FlaskClient) -> dict[str, Any]:
        page = owner.get("/procedures/map").get_data(as_text=True)
        found = re.search(r"data-map='([^']+)'|data-map=\"([^\"]+)\"", page)
        assert found is not None
        drawn: dict[str, Any] = json.loads(html.unescape(found[1] or found[2]))
        return drawn

    def test_every_procedure_is_a_box_that_leads_to_its_diagram(self, owner: FlaskClient, house: House) -> None:
        with house.db.reading() as tx:
            rows = procedures(tx)
        boxes = {box["key"]: box for box in self.picture(owner)["boxes"]}
        assert boxes.keys() == {row.key for row in rows}
        assert owner.get(boxes["dispatch"]["url"]).status_code == 200
        assert [boxes["dispatch"]["placeholder"], boxes["reward_penalty"]["placeholder"]] == [False, True]

    def test_arrows_are_what_the_diagrams_call_and_hand_over(self, owner: FlaskClient) -> None:
        arrows = {(each["source"], each["target"], each["kind"]) for each in self.picture(owner)["arrows"]}
        assert ("contact_intake", "repair_request", "message") in arrows
        assert ("onsite_service", "major_problem_escalation", "call") in arrows
        assert ("dispatch", "contact_intake", "message") not in arrows

    def test_a_box_says_how_much_runs_in_it(self, owner: FlaskClient, house: House) -> None:
        before = {box["key"]: box["running"] for box in self.picture(owner)["boxes"]}
        with house.db.transaction() as tx:
            agent = load_actor_by_login(tx, "hotline_agent_1")
            assert agent is not None
            start_case(tx, house.world, actor=agent, process_key="contact_intake", unit_code="O1")
        after = {box["key"]: box["running"] for box in self.picture(owner)["boxes"]}
        assert after == {**before, "contact_intake": before["contact_intake"] + 1}

    def test_the_list_below_says_at_which_step(self, owner: FlaskClient) -> None:
        page = owner.get("/procedures/map").get_data(as_text=True)
        rows = re.findall(r"<tr data-row>.*?</tr>", page, re.DOTALL)
        said = [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).strip() for row in rows]
        assert [each for each in said if each.startswith("现场服务 较大问题请示 调用 ")]


ROUTES = [
    ("GET", "/procedures"),
    ("GET", "/procedures/map"),
    ("GET", f"/procedures/{KEY}"),
    ("GET", f"/procedures/{KEY}/versions/1"),
    ("POST", f"/procedures/{KEY}/versions/1/live"),
    ("POST", f"/procedures/{KEY}/starts/1"),
    ("GET", f"/procedures/{KEY}/versions/1/forms/dispatch.work_order"),
    ("GET", f"/procedures/{KEY}/versions/1/decisions/responsible_unit"),
    ("GET", f"/procedures/{KEY}/changes"),
    ("GET", f"/procedures/{KEY}/edit"),
    ("POST", f"/procedures/{KEY}/draft/discard"),
    ("POST", f"/procedures/{KEY}/draft/restore"),
    ("POST", f"/procedures/{KEY}/draft/rebase"),
    ("GET", f"/api/drafts/{KEY}"),
    ("PUT", f"/api/drafts/{KEY}"),
    ("POST", f"/api/drafts/{KEY}/publish"),
    ("POST", "/api/lint"),
    ("GET", "/api/modeler/references"),
]


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_only_process_owners_and_administrators_come_in(client_of: ClientOf, method: str, path: str) -> None:
    assert client_of("hotline_agent_1").open(path, method=method).status_code == 403
    assert client_of("general_manager_1").open(path, method=method).status_code == 403
    assert client_of("system_admin_1").open(path, method=method).status_code != 403


def test_every_route_of_the_blueprint_is_in_that_list(client_of: ClientOf) -> None:
    app = client_of(OWNER).application
    rules = {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("procedures.")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert len(rules) == len(ROUTES)


class TestComparingVersions:
    @pytest.fixture
    def second(self, owner: FlaskClient) -> str:
        """Version two: one task has another name. Returns the address of the comparison."""
        draft = draft_of(owner)
        xml = draft["xml"].replace('name="评估紧急、天气、人员"', 'name="评估三件事"')
        assert xml != draft["xml"]
        save(owner, draft, xml)
        assert owner.post(f"/api/drafts/{KEY}/publish", json={"reason": "用语统一"}).status_code == 200
        return f"/procedures/{KEY}/changes"

    def test_the_newest_version_is_compared_with_the_one_before(self, owner: FlaskClient, second: str) -> None:
        page = owner.get(second).get_data(as_text=True)
        for text in ("第 1 版 → 第 2 版", "用户任务", "评估紧急、天气、人员", "评估三件事", "改了 1 处", "用语统一"):
            assert text in page, text
        assert "&#34;changed&#34;: [&#34;" in page
        assert second in owner.get(f"/procedures/{KEY}").get_data(as_text=True)

    def test_the_other_way_round_and_the_same_version(self, owner: FlaskClient, second: str) -> None:
        assert "第 2 版 → 第 1 版" in owner.get(f"{second}?to=1&since=2").get_data(as_text=True)
        assert "请选择两个不同的版本" in owner.get(f"{second}?to=1&since=1").get_data(as_text=True)
        assert "Versions compared" in owner.get(f"{second}?lang=en").get_data(as_text=True)

    def test_a_procedure_with_one_version_says_so(self, owner: FlaskClient) -> None:
        assert "只有一个版本" in owner.get(f"/procedures/{KEY}/changes").get_data(as_text=True)

    @pytest.mark.parametrize("asked", ["?to=7", "?since=7", "?to=0"])
    def test_unknown_versions_are_refused(self, owner: FlaskClient, second: str, asked: str) -> None:
        assert owner.get(second + asked).status_code == 404

    def test_others_may_not_look(self, client_of: ClientOf) -> None:
        assert client_of("hotline_agent_1").get(f"/procedures/{KEY}/changes").status_code == 403
