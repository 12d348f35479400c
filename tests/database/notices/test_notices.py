"""Who is told of which task, once; how it leaves the house, when, and what happens when it cannot."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from app import clock
from app.history import history_event
from app.identity import Actor, load_actor_by_login
from app.identity.tables import user_account
from app.notices import (
    Choice,
    channels_of,
    failed_letters,
    find_late,
    find_new,
    notices_of,
    open_notice,
    retry_failed,
    save_choice,
    send_due,
    unread_count,
)
from app.notices.tables import notice_delivery
from app.runtime import reassign_task, release_task
from app.runtime.tables import user_task
from app.settings import load
from tests.factories.companies import UNCLEAR, Company
from tests.factories.post_office import ChatServer, MailServer

AGENT, COLLEAGUE, LEADER = "hotline_agent_1", "hotline_agent_2", "department_leader_1"
URL = "https://service.example.com"


class Messages:
    """The house's messages, with a mail server and 企业微信 on this machine."""

    def __init__(self, company: Company, mail: MailServer, chat: ChatServer) -> None:
        self.company, self.mail, self.chat = company, mail, chat
        env = {
            "AFTERCARE_SECRET_KEY": "k" * 40,
            "AFTERCARE_SMTP_URL": mail.url,
            "AFTERCARE_MAIL_FROM": "service@example.com",
            "AFTERCARE_WECOM_APP": "corp-1:secret-1:1000002",
            "AFTERCARE_WECOM_APP_API": chat.url,
        }
        self.channels = channels_of(load(env))
        with company.db.transaction() as tx:
            tx.execute(update(user_account).where(user_account.c.login == COLLEAGUE).values(email="two@example.com"))
        self.find()

    def find(self) -> int:
        """As the worker does every few seconds."""
        with self.company.db.transaction() as tx:
            return find_new(tx, self.channels.keys(), self.company.house.calendar)

    def send(self) -> int:
        """The same."""
        return send_due(self.company.db, self.channels, URL)

    def person(self, login: str) -> Actor:
        """Somebody."""
        with self.company.db.reading() as tx:
            found = load_actor_by_login(tx, login)
        assert found is not None
        return found

    def chooses(self, login: str, **choices: Any) -> None:
        """His choices; without quiet hours unless they are the point."""
        someone = self.person(login).id
        assert someone is not None
        with self.company.db.transaction() as tx:
            save_choice(tx, someone, Choice(**{"quiet": None, **choices}))

    def of(self, login: str) -> list[str]:
        """The kinds of what he was told, the oldest first."""
        someone = self.person(login).id
        assert someone is not None
        with self.company.db.reading() as tx:
            return [row.kind for row in reversed(notices_of(tx, someone))]

    def gives(self, task: Any, to: str = COLLEAGUE) -> None:
        """The leader reassigns a task, a moment after it was opened."""
        self.company.clock.advance("PT1S")
        with self.company.db.transaction() as tx:
            leads = {"/": frozenset({"hotline_agent"})}
            world = self.company.house.world
            reassign_task(
                tx, world, actor=self.person(LEADER), task_id=task.id, to_login=to, reason="今天他在", leads=leads
            )


@pytest.fixture
def messages(company: Company) -> Iterator[Messages]:
    mail, chat = MailServer(), ChatServer()
    yield Messages(company, mail, chat)
    mail.close()
    chat.close()


class TestWhoIsTold:
    def test_nobody_of_what_was_there_before_the_first_look(self, company: Company) -> None:
        company.start(AGENT)
        with company.db.transaction() as tx:
            assert find_new(tx, (), company.house.calendar) == 0

    def test_nobody_of_a_task_that_his_own_step_opened(self, messages: Messages) -> None:
        task = messages.company.start(AGENT)
        messages.company.submit(task.id, AGENT, UNCLEAR)
        assert messages.find() == 0

    def test_whoever_is_given_a_task_by_whom_and_why_and_once(self, messages: Messages) -> None:
        messages.gives(messages.company.start(AGENT))
        assert messages.find() == 1
        assert messages.find() == 0
        assert messages.of(COLLEAGUE) == ["assigned"]
        assert messages.of(AGENT) == []
        someone = messages.person(COLLEAGUE).id
        assert someone is not None
        with messages.company.db.reading() as tx:
            (told,) = notices_of(tx, someone)
        assert told.note == "今天他在"
        assert told.person is not None

    def test_a_task_opened_while_somebody_else_read_is_told_later(self, messages: Messages) -> None:
        """The mark stays behind: a row that becomes visible late is still found, and nothing is told twice."""
        messages.gives(messages.company.start(AGENT))
        messages.find()
        messages.company.clock.advance("PT10M")
        assert messages.find() == 0
        messages.gives(messages.company.start(AGENT))
        assert messages.find() == 1

    def test_a_queue_only_tells_those_who_want_it(self, messages: Messages) -> None:
        def waits() -> None:
            task = messages.company.start(AGENT)
            with messages.company.db.transaction() as tx:
                release_task(tx, messages.company.house.world, actor=messages.person(AGENT), task_id=task.id)

        waits()
        assert messages.find() == 0
        messages.chooses(COLLEAGUE, kinds={"queue": True})
        waits()
        messages.find()
        assert set(messages.of(COLLEAGUE)) == {"queue"}

    def test_a_kind_that_somebody_switched_off_is_not_told(self, messages: Messages) -> None:
        messages.chooses(COLLEAGUE, kinds={"assigned": False})
        messages.gives(messages.company.start(AGENT))
        assert messages.find() == 0

    def test_the_holder_when_80_percent_and_when_all_of_the_time_is_used(self, messages: Messages) -> None:
        task = messages.company.start(AGENT)
        opened = clock.now()
        with messages.company.db.transaction() as tx:
            held = {"due_at": opened + timedelta(hours=1), "assignee_id": messages.person(AGENT).id}
            tx.execute(update(user_task).where(user_task.c.id == task.id).values(held))

        def late() -> int:
            with messages.company.db.transaction() as tx:
                return find_late(tx, (), messages.company.house.calendar)

        messages.company.clock.advance("PT47M")
        assert late() == 0
        messages.company.clock.advance("PT1M")
        assert (late(), late()) == (1, 0)
        messages.company.clock.advance("PT12M")
        assert (late(), late()) == (1, 0)
        assert messages.of(AGENT) == ["warned", "late"]

    def test_reading_counts_down_and_leads_to_the_task_for_nobody_else(self, messages: Messages) -> None:
        task = messages.company.start(AGENT)
        messages.gives(task)
        messages.find()
        mine, other = messages.person(COLLEAGUE).id, messages.person(AGENT).id
        assert mine is not None
        assert other is not None
        with messages.company.db.transaction() as tx:
            (told,) = notices_of(tx, mine)
            assert unread_count(tx, mine) == 1
            assert open_notice(tx, other, told.id) is None
            assert unread_count(tx, mine) == 1
            assert open_notice(tx, mine, told.id) == task.id
            assert unread_count(tx, mine) == 0


class TestLeavingTheHouse:
    def test_a_mail_says_what_and_leads_there(self, messages: Messages) -> None:
        messages.chooses(COLLEAGUE)
        task = messages.company.start(AGENT)
        messages.gives(task)
        messages.find()
        assert messages.send() == 1
        (mail,) = messages.mail.mails
        assert mail["To"] == "two@example.com"
        assert task.case_no in str(mail["Subject"])
        assert f"{URL}/notices/" in mail.get_content()
        assert messages.send() == 0

    def test_a_chat_message_goes_to_who_gave_his_name_there(self, messages: Messages) -> None:
        messages.chooses(COLLEAGUE, addresses={"wecom": "wang2"}, channels={"mail": False})
        messages.gives(messages.company.start(AGENT))
        messages.find()
        assert messages.send() == 1
        assert [body["touser"] for _, body in messages.chat.messages] == ["wang2"]
        assert messages.mail.mails == []

    def test_messages_that_are_due_together_are_one_letter(self, messages: Messages) -> None:
        messages.chooses(COLLEAGUE, bundle_minutes=60)
        for _ in range(3):
            messages.gives(messages.company.start(AGENT))
        messages.find()
        messages.company.clock.advance("PT1H")
        assert messages.send() == 1
        assert "3 条提醒" in str(messages.mail.mails[0]["Subject"])

    def test_nothing_leaves_in_quiet_hours_but_the_page_has_it_at_once(self, messages: Messages) -> None:
        messages.chooses(COLLEAGUE, quiet="08:00-12:30")
        messages.gives(messages.company.start(AGENT))
        messages.find()
        assert messages.of(COLLEAGUE) == ["assigned"]
        messages.company.clock.advance("PT3H29M")
        assert messages.send() == 0
        messages.company.clock.advance("PT1M")
        assert messages.send() == 1

    def test_a_server_that_is_away_is_asked_again_after_growing_pauses_then_it_is_an_incident(
        self, messages: Messages
    ) -> None:
        messages.chooses(COLLEAGUE)
        messages.mail.refusal = "451 later"
        messages.gives(messages.company.start(AGENT))
        messages.find()
        for pause in ("PT1M", "PT5M", "PT30M", "PT2H"):
            assert messages.send() == 0
            with messages.company.db.reading() as tx:
                assert failed_letters(tx) == []
            messages.company.clock.advance(pause)
        messages.send()
        with messages.company.db.transaction() as tx:
            (failed,) = failed_letters(tx)
            assert failed.attempts == 5
            assert tx.value(select(history_event.c.id).where(history_event.c.kind == "notice_failed")) is not None
            messages.mail.refusal = ""
            assert retry_failed(tx, messages.person("system_admin_1")) == 1
        assert messages.send() == 1
        assert len(messages.mail.mails) == 1

    def test_what_will_not_pass_is_an_incident_at_once(self, messages: Messages) -> None:
        messages.chooses(COLLEAGUE)
        messages.mail.refusal = "550 nobody of that name"
        messages.gives(messages.company.start(AGENT))
        messages.find()
        assert messages.send() == 0
        with messages.company.db.reading() as tx:
            (failed,) = failed_letters(tx)
        assert failed.attempts == 1

    def test_a_worker_that_died_while_sending_leaves_it_to_another(self, messages: Messages) -> None:
        class Dying:
            def send(self, _letter: object) -> None:
                raise KeyboardInterrupt

        messages.chooses(COLLEAGUE)
        messages.gives(messages.company.start(AGENT))
        messages.find()
        with pytest.raises(KeyboardInterrupt):
            send_due(messages.company.db, {"mail": Dying()}, URL)
        assert messages.send() == 0
        messages.company.clock.advance("PT10M")
        assert messages.send() == 1

    def test_a_house_without_channels_keeps_messages_on_the_page(self, company: Company) -> None:
        with company.db.transaction() as tx:
            find_new(tx, (), company.house.calendar)
            assert tx.row(select(notice_delivery)) is None
        assert send_due(company.db, {}, "") == 0


@pytest.mark.parametrize(
    ("quiet", "now", "expected"),
    [
        ("22:00-07:00", "2026-03-02T21:59:00+08:00", "2026-03-02T21:59:00+08:00"),
        ("22:00-07:00", "2026-03-02T22:00:00+08:00", "2026-03-03T07:00:00+08:00"),
        ("22:00-07:00", "2026-03-03T06:59:00+08:00", "2026-03-03T07:00:00+08:00"),
        ("12:00-13:00", "2026-03-03T12:30:00+08:00", "2026-03-03T13:00:00+08:00"),
        (None, "2026-03-03T03:00:00+08:00", "2026-03-03T03:00:00+08:00"),
    ],
)
def test_quiet_hours_end_a_message_waits_for(company: Company, quiet: str | None, now: str, expected: str) -> None:
    with company.db.reading() as tx:
        calendar = company.house.calendar(tx, "/C1/R1/O1/")
    at = Choice(quiet=quiet).send_at(datetime.fromisoformat(now), "assigned", calendar)
    assert at == datetime.fromisoformat(expected)


def test_somebody_who_wants_messages_in_working_time_gets_them_on_the_next_working_day(company: Company) -> None:
    with company.db.reading() as tx:
        calendar = company.house.calendar(tx, "/C1/R1/O1/")
    saturday = datetime.fromisoformat("2026-03-07T10:00:00+08:00")
    at = Choice(quiet=None, working_hours=True).send_at(saturday, "assigned", calendar)
    assert at.date().isoformat() == "2026-03-09"


def test_urgent_messages_are_not_held_for_a_bundle(company: Company) -> None:
    with company.db.reading() as tx:
        calendar = company.house.calendar(tx, "/C1/R1/O1/")
    at_ten_past = datetime.fromisoformat("2026-03-02T09:10:00+08:00")
    choice = Choice(bundle_minutes=60)
    assert choice.send_at(at_ten_past, "urged", calendar) == at_ten_past
    assert choice.send_at(at_ten_past, "assigned", calendar) == datetime.fromisoformat("2026-03-02T10:00:00+08:00")
