"""Customers are told of changes (GR07): written down with the step, sent after it, said on the case when it fails."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from app.aftersales import customer, customers, telling
from app.aftersales.tables import customer_message
from app.connectors import INLINE
from app.connectors.tell_customer import TOPICS, filled
from app.engine import JobCall
from app.history import history_event
from app.identity import SYSTEM
from app.messages import Refusal
from app.notices import Letter, RefusedForGood, send_to_customers
from app.registers.personal import collect, erase
from app.runtime import Calling
from tests.factories.companies import Company

WHO = {"customer_name": "示例公交一队", "contact_phone": "000-0000-0001"}
CASE = "FW2026900001"


class Post:
    """A mail server that remembers, or fails."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.trouble: Exception | None = None

    def send(self, letter: Letter) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.letters.append(letter)


class Counter:
    """The company, one customer with a mail address, and the post."""

    def __init__(self, company: Company) -> None:
        self.company, self.post = company, Post()
        with company.step() as tx:
            self.customer_id = customers.remember(tx, WHO, unit_path="/C1/R1/O1/")
        self.set(email="one@example.cn")

    def set(self, **columns: Any) -> None:
        with self.company.step() as tx:
            tx.execute(update(customer).where(customer.c.id == self.customer_id).values(**columns))

    def tell(self, topic: str = "visit_delayed", **variables: Any) -> None:
        call = JobCall("tell_customer", headers={"tell": topic}, variables={**WHO, **variables}, process_id="dispatch")
        with self.company.step() as tx:
            calling = Calling(
                tx=tx, world=self.company.world, actor=SYSTEM, case_no=CASE, process_key="dispatch", unit_id=1,
                unit_path="/C1/R1/O1/", version_of=lambda key: self.company.world.definitions.live(tx, key),
                param=self.company.house.parameters(tx).value,
            )  # fmt: skip
            INLINE["tell_customer"](calling, call)

    def send(self, *, mail: bool = True) -> int:
        return send_to_customers(self.company.db, {"mail": self.post} if mail else {})

    def rows(self) -> list[Any]:
        with self.company.db.reading() as tx:
            return list(tx.rows(select(customer_message).order_by(customer_message.c.id)))

    def events(self) -> list[tuple[str, Any]]:
        with self.company.db.reading() as tx:
            query = select(history_event).where(history_event.c.case_no == CASE).order_by(history_event.c.id)
            return [(row.kind, row.data) for row in tx.rows(query)]


@pytest.fixture
def counter(company: Company) -> Counter:
    return Counter(company)


class TestTold:
    def test_by_mail_in_his_language_and_the_case_log_says_so(self, counter: Counter) -> None:
        counter.tell(new_visit_date="2026-03-07")
        assert counter.send() == 1
        (letter,) = counter.post.letters
        assert (letter.to, letter.title) == ("one@example.cn", f"上门延期：{CASE}")
        assert "改约 2026-03-07" in letter.text()
        kinds = [kind for kind, _ in counter.events()]
        assert kinds == ["customer_told", "customer_message_sent"]
        assert (counter.rows()[0].state, counter.send()) == ("sent", 0)

    def test_in_english(self, counter: Counter) -> None:
        counter.set(language="en")
        counter.tell("next_visit", next_visit_at="2026-03-08T01:30:00+00:00")
        counter.send()
        assert "agreed for 2026-03-08 09:30" in counter.post.letters[0].text()

    def test_the_engineer_is_named(self, counter: Counter) -> None:
        counter.tell("engineer_assigned", engineer="service_engineer_1")
        assert "已安排维修人员维修员甲" in counter.rows()[0].text

    def test_a_merged_customer_is_told_at_the_address_of_who_stayed(self, counter: Counter) -> None:
        with counter.company.step() as tx:
            other = customers.remember(tx, {**WHO, "customer_name": "总公司"}, unit_path="/C1/R1/O1/")
            tx.execute(update(customer).where(customer.c.id == other).values(email="two@example.cn"))
        counter.set(merged_into=other)
        counter.tell()
        assert counter.rows()[0].address == "two@example.cn"


class TestNotTold:
    @pytest.mark.parametrize(
        ("columns", "state"),
        [
            ({"email": None}, "no_address"),
            ({"objected_at": datetime.fromisoformat("2026-03-01T09:00:00+08:00")}, "objected"),
            ({"phone_digits": "5"}, "unknown"),
        ],
    )
    def test_the_case_log_says_why_and_nothing_is_sent(
        self, counter: Counter, columns: dict[str, Any], state: str
    ) -> None:
        counter.set(**columns)
        counter.tell()
        (row,) = counter.rows()
        assert (row.state, row.address, counter.send()) == (state, None, 0)
        ((kind, data),) = counter.events()
        assert (kind, data["state"]) == ("customer_told", state)
        assert "请用电话通知" in data["zh"]

    def test_an_unknown_topic_refuses_the_step(self, counter: Counter) -> None:
        with pytest.raises(Refusal) as refused:
            counter.tell("weather")
        assert refused.value.code == "wrong_diagram"


class TestFailing:
    def test_it_comes_again_after_growing_pauses_and_then_a_person_must_call(self, counter: Counter) -> None:
        counter.post.trouble = ConnectionError("the line was busy")
        counter.tell()
        for pause in ("PT0S", "PT61S", "PT6M", "PT31M", "PT121M"):
            if pause != "PT0S":
                counter.company.clock.advance(pause)
            assert (counter.rows()[0].state, counter.send()) == ("waiting", 0)
        (row,) = counter.rows()
        assert (row.state, row.attempts, row.last_error) == ("failed", 5, "the line was busy")
        assert counter.events()[-1][0] == "customer_message_failed"

    def test_not_before_the_pause_is_over(self, counter: Counter) -> None:
        counter.post.trouble = ConnectionError("busy")
        counter.tell()
        counter.send()
        counter.company.clock.advance("PT59S")
        counter.send()
        assert counter.rows()[0].attempts == 1

    def test_who_refuses_for_good_is_not_asked_again(self, counter: Counter) -> None:
        counter.post.trouble = RefusedForGood("no such mailbox")
        counter.tell()
        counter.send()
        assert counter.rows()[0].state == "failed"

    def test_sent_again_to_the_address_he_has_now(self, counter: Counter) -> None:
        counter.post.trouble = RefusedForGood("no such mailbox")
        counter.tell()
        counter.send()
        counter.set(email="right@example.cn")
        counter.post.trouble = None
        with counter.company.step() as tx:
            assert telling.send_again(tx) == 1
        assert counter.send() == 1
        assert counter.post.letters[0].to == "right@example.cn"

    def test_who_objected_meanwhile_is_not_sent_it_again(self, counter: Counter) -> None:
        counter.post.trouble = RefusedForGood("no such mailbox")
        counter.tell()
        counter.send()
        counter.set(objected_at=counter.company.clock.now())
        with counter.company.step() as tx:
            telling.send_again(tx)
        assert (counter.rows()[0].state, counter.send()) == ("objected", 0)

    def test_without_a_mail_server_it_fails_after_a_day(self, counter: Counter) -> None:
        counter.tell()
        counter.company.clock.advance("PT23H")
        counter.send(mail=False)
        assert counter.rows()[0].state == "waiting"
        counter.company.clock.advance("PT2H")
        counter.send(mail=False)
        assert counter.rows()[0].state == "failed"


def test_what_he_was_told_is_handed_out_and_erased(counter: Counter) -> None:
    counter.tell()
    with counter.company.step() as tx:
        tx.execute(update(customer_message).values(case_no="FW-GONE"))
        collect(tx, customer_id=int(counter.customer_id or 0), actor=SYSTEM)
        erase(tx, customer_id=int(counter.customer_id or 0), reason="本人来电", actor=SYSTEM)
    (row,) = counter.rows()
    assert (row.address, row.text, row.state, row.topic) == (None, "", "objected", "visit_delayed")
    assert counter.send() == 0


@pytest.mark.parametrize("topic", sorted(TOPICS))
def test_no_topic_shows_a_brace_or_a_bracket(topic: str) -> None:
    everything = dict.fromkeys(("planned_visit_at", "new_visit_date", "planned_date", "next_visit_at"), "2026-03-07")
    for variables in ({"case_no": CASE}, {"case_no": CASE, "engineer": "维修员甲", **everything}):
        for text in (TOPICS[topic].title, TOPICS[topic].text):
            for words in (filled(text, variables).zh, filled(text, variables).en):
                assert not set("{}[]") & set(words)
