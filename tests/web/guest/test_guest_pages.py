"""A customer does one task by a link: what he sees, what he may do, and what becomes of the link."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app.clock import ManualClock
from app.db import Transaction
from app.history import history_event
from app.house import House
from app.identity import load_actor_by_login
from app.runtime import start_case
from app.runtime.commands.guests import links_of
from app.runtime.tables import attachment, guest_link, user_task
from tests.web.conftest import ClientOf
from tools.whole_case import AGENT, ENGINEER, SIGNATURE, WHOLE_CASE, act

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
SIGNED = {"customer_comment": "满意", "customer_signature": SIGNATURE, "signer_name": "调度员甲"}
RATED = WHOLE_CASE["fill_satisfaction"][1]


class Visit:
    """A case that waits for the customer; `link()` makes a link as the engineer does on his page."""

    def __init__(self, house: House, client_of: ClientOf, clock: ManualClock) -> None:
        self.house, self.client_of, self.clock = house, client_of, clock
        with house.db.transaction() as tx:
            agent = load_actor_by_login(tx, AGENT)
            assert agent is not None
            case = start_case(tx, house.world, actor=agent, process_key="contact_intake", unit_code="O1")
        self.case_no = case.case_no
        self.engineer = client_of(ENGINEER)
        self.task = 0

    def plays(self, until: str) -> Visit:
        """Everybody does his step until an element waits."""
        while True:
            self.clock.advance("PT2M")
            with self.house.db.transaction() as tx:
                waiting = select(user_task).where(user_task.c.case_no == self.case_no, user_task.c.state == "open")
                there = {row.element_id: row for row in tx.rows(waiting.order_by(user_task.c.id))}
                if until in there:
                    self.task = there[until].id
                    return self
                found = next(there[each] for each in WHOLE_CASE if each in there)
                act(tx, self.house.world, found, self.clock.now())

    def link(self, name: str = "调度员甲") -> str:
        """The path of a new link."""
        made = self.engineer.post(f"/tasks/{self.task}/guest-link", data={"guest_name": name})
        assert made.status_code == 200
        found = re.search(r'value="http://localhost(/g/[\w-]{48})"', made.get_data(as_text=True))
        assert found is not None
        return found[1]

    def open(self) -> list[str]:
        """The elements that wait now."""
        with self.house.db.reading() as tx:
            waiting = select(user_task.c.element_id).where(
                user_task.c.case_no == self.case_no, user_task.c.state == "open"
            )
            return [row.element_id for row in tx.rows(waiting)]

    def last(self, kind: str) -> Any:
        """The newest event of a kind."""
        with self.house.db.reading() as tx:
            of_kind = select(history_event).where(history_event.c.case_no == self.case_no, history_event.c.kind == kind)
            return tx.rows(of_kind.order_by(history_event.c.id.desc()))[0]


@pytest.fixture
def visit(house: House, client_of: ClientOf, manual_clock: ManualClock) -> Visit:
    return Visit(house, client_of, manual_clock).plays("sign_report")


@pytest.fixture
def guest(visit: Visit) -> FlaskClient:
    """A browser in which nobody is logged in."""
    return visit.engineer.application.test_client()


def text_of(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


class TestTheForm:
    def test_a_guest_sees_the_one_form_whose_link_it_is_and_what_happens_next(
        self, visit: Visit, guest: FlaskClient
    ) -> None:
        answer = guest.get(visit.link())
        shown = text_of(answer)
        assert answer.status_code == 200
        assert "意见与签字（盖章）" in shown
        assert "customer_signature" in shown
        assert "签字后内容封存" in shown
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"

    def test_nothing_private_and_nothing_of_the_case_around_it_reaches_him(
        self, visit: Visit, guest: FlaskClient, house: House
    ) -> None:
        shown = text_of(guest.get(visit.link()))
        assert "internal_remarks" not in shown
        assert "estimated_cost" not in shown
        assert "case-known" not in shown
        assert f"/cases/{visit.case_no}" not in shown
        assert f"/tasks/{visit.task}" not in shown

    def test_his_submission_moves_the_case_in_his_name_and_uses_the_link_up(
        self, visit: Visit, guest: FlaskClient
    ) -> None:
        path = visit.link()
        answer = guest.post(f"{path}/submit", json={"values": SIGNED, "name": "值班员丁"})
        assert (answer.status_code, answer.json["next"]) == (200, path)
        assert visit.open() == ["fill_satisfaction"]
        done = visit.last("task_completed")
        assert (done.actor_id, done.actor_name) == (None, "来宾 值班员丁")
        assert done.data["guest"] == "来宾 值班员丁"
        assert "behalf_of" not in done.data
        after = guest.get(path)
        assert after.status_code == 200
        assert "已收到，谢谢" in text_of(after)
        again = guest.post(f"{path}/submit", json={"values": SIGNED}, headers={"Accept": "application/json"})
        assert again.status_code == 410
        assert "已经提交过" in again.json["message"]

    def test_what_is_missing_is_named_and_the_link_stays(self, visit: Visit, guest: FlaskClient) -> None:
        path = visit.link()
        refused = guest.post(
            f"{path}/submit", json={"values": {"customer_comment": "好"}}, headers={"Accept": "application/json"}
        )
        assert refused.status_code == 422
        assert "customer_signature" in {error["field"] for error in refused.json["errors"]}
        assert guest.post(f"{path}/submit", json={"values": SIGNED}).status_code == 200

    def test_nobody_can_take_back_what_a_guest_signed(self, visit: Visit, guest: FlaskClient) -> None:
        guest.post(f"{visit.link()}/submit", json={"values": SIGNED})
        assert visit.engineer.post(
            f"/tasks/{visit.task}/withdraw", headers={"Accept": "application/json"}
        ).status_code in {
            403,
            404,
            409,
        }
        assert visit.open() == ["fill_satisfaction"]

    def test_what_he_says_is_on_the_disk_before_he_is_thanked(
        self, house: House, client_of: ClientOf, manual_clock: ManualClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        survey = Visit(house, client_of, manual_clock).plays("fill_satisfaction")
        path = survey.link()
        marked: list[Transaction] = []
        monkeypatch.setattr(Transaction, "must_last", lambda tx: marked.append(tx))
        answers = {"values": RATED(manual_clock.now())}
        assert survey.engineer.application.test_client().post(f"{path}/submit", json=answers).status_code == 200
        assert len(marked) == 1

    def test_so_is_what_was_signed(self, visit: Visit, guest: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
        marked: list[Transaction] = []
        monkeypatch.setattr(Transaction, "must_last", lambda tx: marked.append(tx))
        submitted = visit.engineer.post(f"/api/tasks/{visit.task}/submit", json={"values": SIGNED})
        assert submitted.status_code == 200
        assert len(marked) == 1

    def test_a_second_link_serves_the_survey_and_only_the_survey(self, visit: Visit, guest: FlaskClient) -> None:
        first = visit.link()
        guest.post(f"{first}/submit", json={"values": SIGNED})
        visit.plays("fill_satisfaction")
        second = visit.link()
        assert "overall" in text_of(guest.get(second))
        answer = guest.post(f"{second}/submit", json={"values": RATED(visit.clock.now())})
        assert answer.status_code == 200
        assert "fill_satisfaction" not in visit.open()

    def test_the_case_says_that_it_came_by_a_link(self, visit: Visit, guest: FlaskClient) -> None:
        guest.post(f"{visit.link()}/submit", json={"values": SIGNED})
        story = text_of(visit.engineer.get(f"/cases/{visit.case_no}/history"))
        assert "来宾 调度员甲" in story
        assert "经链接填写" in story
        assert "来宾链接" in story


class TestTheLink:
    def test_only_its_digest_is_kept(self, visit: Visit, house: House) -> None:
        token = visit.link().removeprefix("/g/")
        with house.db.reading() as tx:
            kept = tx.row(select(guest_link))
        assert kept is not None
        assert len(kept.token_hash) == 64
        assert token not in str(tuple(kept))

    def test_one_that_nobody_made_is_not_found_whatever_is_asked_of_it(self, visit: Visit, guest: FlaskClient) -> None:
        real = visit.link()
        forged = [real[:-1] + ("A" if real[-1] != "A" else "B"), "/g/x", "/g/" + "A" * 48]
        for path in forged:
            assert guest.get(path).status_code == 404
            assert guest.post(f"{path}/submit", json={"values": SIGNED}).status_code == 404
            assert guest.post(f"{path}/files").status_code == 404
            assert guest.get(f"{path}/files/any-file-1").status_code == 404
        assert visit.open() == ["sign_report"]

    def test_one_that_another_installation_signed_is_unknown_even_if_its_digest_is_there(
        self, visit: Visit, guest: FlaskClient, house: House
    ) -> None:
        from app.runtime.commands.guests.links import digest_of
        from app.web.guest.token import new_token

        visit.link()
        foreign = new_token("somebody else's secret")
        with house.db.transaction() as tx:
            tx.execute(update(guest_link).values(token_hash=digest_of(foreign)))
        assert guest.get(f"/g/{foreign}").status_code == 404

    def test_it_ends_with_its_time(self, visit: Visit, guest: FlaskClient) -> None:
        path = visit.link()
        visit.clock.advance("PT71H59M")
        assert guest.get(path).status_code == 200
        visit.clock.advance("PT1M")
        over = guest.get(path)
        assert over.status_code == 410
        assert "已过期" in text_of(over)
        assert guest.post(f"{path}/submit", json={"values": SIGNED}).status_code == 410
        assert visit.open() == ["sign_report"]

    def test_it_ends_when_it_is_revoked(self, visit: Visit, guest: FlaskClient, house: House) -> None:
        path = visit.link()
        with house.db.reading() as tx:
            link = links_of(tx, visit.task)[0]
        assert visit.engineer.post(f"/guest-links/{link.id}/revoke").status_code == 302
        over = guest.get(path)
        assert over.status_code == 410
        assert "已被收回" in text_of(over)
        assert guest.post(f"{path}/submit", json={"values": SIGNED}).status_code == 410

    def test_a_new_one_ends_the_one_before(self, visit: Visit, guest: FlaskClient) -> None:
        first, second = visit.link(), visit.link()
        assert guest.get(first).status_code == 410
        assert guest.get(second).status_code == 200

    def test_it_ends_when_the_engineer_has_the_form_filled_in_himself(self, visit: Visit, guest: FlaskClient) -> None:
        path = visit.link()
        visit.plays("fill_satisfaction")
        over = guest.get(path)
        assert over.status_code == 410
        assert "已经办完" in text_of(over)

    def test_it_says_whom_to_call(self, visit: Visit, guest: FlaskClient, house: House) -> None:
        shown = text_of(guest.get(visit.link()))
        assert "有疑问请联系示例客车" in shown

    def test_many_requests_of_one_address_are_put_off(self, visit: Visit, guest: FlaskClient) -> None:
        path = visit.link()
        answers = [guest.get("/g/guessing").status_code for _ in range(121)]
        assert set(answers[:119]) == {404}
        assert answers[-1] == 429
        assert guest.get(path).status_code == 429
        visit.clock.advance("PT1M")
        assert guest.get(path).status_code == 200


class TestWhoMakesIt:
    def test_only_whoever_works_on_the_task(self, visit: Visit) -> None:
        for login, status in (("hotline_agent_1", 403), ("hotline_agent_3", 404), ("nobody", None)):
            if status is not None:
                answer = visit.client_of(login).post(f"/tasks/{visit.task}/guest-link", data={"guest_name": "甲"})
                assert answer.status_code == status

    def test_only_for_a_task_of_somebody_outside(self, visit: Visit) -> None:
        visit.plays("take_leave")
        page = text_of(visit.engineer.get(f"/tasks/{visit.task}"))
        assert "guest-link" not in page
        answer = visit.engineer.post(f"/tasks/{visit.task}/guest-link", data={"guest_name": "甲"})
        assert answer.status_code == 403

    def test_a_stranger_revokes_nothing(self, visit: Visit, house: House, guest: FlaskClient) -> None:
        path = visit.link()
        with house.db.reading() as tx:
            link = links_of(tx, visit.task)[0]
        assert visit.client_of("hotline_agent_3").post(f"/guest-links/{link.id}/revoke").status_code == 404
        assert guest.get(path).status_code == 200

    def test_the_page_of_the_task_shows_whether_it_was_opened(self, visit: Visit, guest: FlaskClient) -> None:
        path = visit.link()
        assert "等待打开" in text_of(visit.engineer.get(f"/tasks/{visit.task}"))
        guest.get(path)
        assert "已打开" in text_of(visit.engineer.get(f"/tasks/{visit.task}"))


class TestFiles:
    def _upload(self, client: FlaskClient, path: str, key: str, **more: Any) -> Any:
        asked = {"key": key, "name": "a.png", "type": "image/png", "offset": 0, "size": len(PNG), **more}
        return client.post(f"{path}/files", query_string=asked, data=PNG, content_type="image/png")

    def test_a_guest_brings_a_photo_to_his_task_and_sees_it(
        self, visit: Visit, guest: FlaskClient, house: House
    ) -> None:
        path = visit.link()
        assert self._upload(guest, path, "guest-file-1").status_code == 201
        with house.db.reading() as tx:
            row = tx.row(select(attachment).where(attachment.c.id == "guest-file-1"))
        assert row is not None
        assert (row.task_id, row.case_no, row.uploaded_by) == (visit.task, visit.case_no, None)
        assert guest.get(f"{path}/files/guest-file-1").data == PNG
        signed = {**SIGNED, "customer_signature": {"kind": "sealed_photo", "file": "guest-file-1"}}
        assert guest.post(f"{path}/submit", json={"values": signed}).status_code == 200

    def test_he_neither_sees_nor_names_another_file_of_the_case(
        self, visit: Visit, guest: FlaskClient, house: House
    ) -> None:
        path = visit.link()
        with house.db.transaction() as tx:
            row = {
                "id": "office-file-1", "case_no": visit.case_no, "task_id": visit.task + 1000, "name": "b.png",
                "content_type": "image/png", "size": 4, "received": 4, "uploaded_by": 1,
                "uploaded_at": visit.clock.now(),
            }  # fmt: skip
            tx.execute(attachment.insert().values(row))
        assert guest.get(f"{path}/files/office-file-1").status_code == 404
        assert self._upload(guest, path, "office-file-1").status_code == 404
        signed = {**SIGNED, "customer_signature": {"kind": "sealed_photo", "file": "office-file-1"}}
        assert guest.post(f"{path}/submit", json={"values": signed}).status_code == 422

    def test_nothing_is_taken_by_a_link_that_is_over(self, visit: Visit, guest: FlaskClient) -> None:
        path = visit.link()
        visit.clock.advance("PT100H")
        assert self._upload(guest, path, "guest-file-2").status_code == 410
