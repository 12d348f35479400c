"""Timer start events: scheduled with their version, fired once, caught up once, stopped, mended."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from small_models import END, event, flows, model, task
from sqlalchemy import select, update

from app import calendar, clock, definitions
from app.clock import ZONE
from app.definitions import File, switches
from app.definitions.timer_starts import timer_starts
from app.history import history_event
from app.identity import SYSTEM, add_unit
from app.identity.tables import org_unit
from app.messages import Message, Refusal
from app.runtime import resolve_incident
from app.runtime.tables import incident, process_instance, scheduled_start, service_case, user_task
from app.worker import Runner
from app.worker.housekeeping import arrange_starts
from tests.factories.companies import Company

TOMORROW = '=next working time(date and time(date(now()) + duration("P1D"), time("00:00:00+08:00")))'


def drawn(kind: str, text: str, *, key: str = "report", place: str = "", job: str = "") -> File:
    """A process that begins with a timer and asks somebody for a report."""
    properties = f'<zeebe:properties><zeebe:property name="start_in" value="{place}"/></zeebe:properties>'
    more = f"<bpmn:extensionElements>{properties if place else ''}</bpmn:extensionElements>"
    escaped = text.replace('"', "&quot;")
    definition = (
        f'<bpmn:timerEventDefinition><bpmn:time{kind} xsi:type="bpmn:tFormalExpression">'
        f"{escaped}</bpmn:time{kind}></bpmn:timerEventDefinition>"
    )
    work = (
        f'<bpmn:serviceTask id="write"><bpmn:extensionElements><zeebe:taskDefinition type="{job}"/>'
        "</bpmn:extensionElements></bpmn:serviceTask>"
        if job
        else task("write")
    )
    return model(key, event("startEvent", "due", more + definition) + work + END + flows("due write", "write end"))


class House:
    """The company, and what starts by itself in it."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.clock = company.clock
        self.failing: set[str] = set()

    def deploy(self, *files: File) -> None:
        """Deployed and scheduled in one transaction, as every entry point does."""
        house = self.company.house
        with self.company.step() as tx:
            done = definitions.deploy(tx, definitions.parse([*files]), house.knowledge(tx), actor=SYSTEM, reason="t")
            assert not done.refused, [problem.message.en for problem in done.problems]
            house.arrange_starts(tx)

    def work(self) -> None:
        """Do every job that is due."""
        runner = Runner(self.company.house)
        while runner.run_due():
            pass

    def until(self, moment: str) -> None:
        """A worker that stood still until then."""
        self.clock.move_to(datetime.fromisoformat(f"{moment}+08:00"))
        self.work()

    def rows(self, query: Any) -> list[Any]:
        with self.company.db.reading() as tx:
            return list(tx.rows(query))

    def started(self, key: str = "report") -> list[str]:
        """When each instance of a process was started."""
        query = select(process_instance.c.started_at).where(process_instance.c.process_key == key)
        return [at(row.started_at) for row in self.rows(query.order_by(process_instance.c.id))]

    def next(self, key: str = "report") -> list[str | None]:
        """When each unit's next start is due."""
        query = select(scheduled_start.c.due_at).where(scheduled_start.c.process_key == key)
        return [at(row.due_at) if row.due_at else None for row in self.rows(query.order_by(scheduled_start.c.id))]

    def events(self, kind: str) -> list[dict[str, Any]]:
        query = select(history_event.c.data).where(history_event.c.kind == kind).order_by(history_event.c.id)
        return [row.data for row in self.rows(query)]


def at(moment: datetime) -> str:
    return moment.astimezone(ZONE).strftime("%m-%d %H:%M")


@pytest.fixture
def house(company: Company) -> House:
    """Monday, 2 March 2026, 09:00; nothing else starts by itself."""
    with company.step() as tx:
        for key in sorted({each.process_key for each in timer_starts(tx)}):
            switches.switch_off(tx, company.world.definitions, actor=SYSTEM, key=key, reason="不在此测试")
    return House(company)


class TestFiring:
    def test_it_starts_when_it_is_due_and_again_each_time(self, house: House) -> None:
        house.deploy(drawn("Cycle", "R/P1D"))
        assert house.next() == ["03-03 09:00"]
        house.until("2026-03-03T08:59")
        assert house.started() == []
        house.until("2026-03-03T09:00")
        house.until("2026-03-04T09:00")
        assert (house.started(), house.next()) == (["03-03 09:00", "03-04 09:00"], ["03-05 09:00"])

    def test_a_counted_cycle_ends(self, house: House) -> None:
        house.deploy(drawn("Cycle", "R2/2026-03-02T12:00:00+08:00/PT1H"))
        for hour in (12, 13, 14, 15):
            house.until(f"2026-03-02T{hour}:00")
        assert (house.started(), house.next()) == (["03-02 12:00", "03-02 13:00"], [None])

    def test_a_date_starts_once_and_a_date_that_is_over_never(self, house: House) -> None:
        coming, over = "2026-03-05T10:00:00+08:00", "2026-03-01T10:00:00+08:00"
        house.deploy(drawn("Date", coming), drawn("Date", over, key="missed"))
        house.until("2026-03-05T10:00")
        house.until("2026-03-06T10:00")
        assert (house.started(), house.started("missed")) == (["03-05 10:00"], [])
        arrange_starts(house.company.house)
        assert (house.next(), house.next("missed")) == ([None], [None])

    def test_cron_reads_working_days_in_the_calendar(self, house: House) -> None:
        house.deploy(drawn("Cycle", "0 0 8 1W * *"))
        # 1 April is a Wednesday; 1 May and the days behind it are a holiday.
        house.until("2026-04-01T08:00")
        assert (house.started(), house.next()) == (["04-01 08:00"], ["05-06 08:00"])

    def test_feel_gives_the_next_working_day(self, house: House) -> None:
        house.deploy(drawn("Cycle", TOMORROW))
        for day in (3, 4, 5, 6, 7, 8, 9):
            house.until(f"2026-03-0{day}T00:01")
            arrange_starts(house.company.house)  # asking again in the night moves nothing
            house.until(f"2026-03-0{day}T08:30")
        assert house.started() == [f"03-0{day} 08:30" for day in (3, 4, 5, 6, 9)]

    def test_the_case_belongs_to_the_company_and_was_opened_by_the_system(self, house: House) -> None:
        house.deploy(drawn("Cycle", "R/P1D"))
        house.until("2026-03-03T09:00")
        house.until("2026-03-04T09:00")
        (case, _) = house.rows(select(service_case).order_by(service_case.c.case_no))
        assert (case.unit_path, case.opened_by, case.running) == ("/C1/", None, 1)
        (open_task, _) = house.rows(select(user_task).where(user_task.c.element_id == "write"))
        assert (open_task.case_no, open_task.state) == (case.case_no, "open")
        first, second = house.events("started_by_timer")
        assert (first["unit"], first["last_started_at"]) == ("C1", None)
        assert second["last_started_at"] == "2026-03-03T09:00:00+08:00"

    def test_a_job_that_comes_twice_starts_once(self, house: House) -> None:
        house.deploy(drawn("Cycle", "R/P1D"))
        with house.company.step() as tx:
            ((kind, payload, _),) = [job for job in house.company.world.jobs.pending(tx) if job[0] == "timer_start"]
            house.company.world.jobs.defer(tx, kind, payload)
        house.until("2026-03-03T09:00")
        assert house.started() == ["03-03 09:00"]


class TestUnits:
    def test_every_outlet_has_its_own_case(self, house: House) -> None:
        house.deploy(drawn("Cycle", "R/P1D", place="outlet"))
        house.until("2026-03-03T09:00")
        cases = house.rows(select(service_case.c.unit_path).order_by(service_case.c.unit_path))
        assert [case.unit_path for case in cases] == ["/C1/R1/O1/", "/C1/R1/O2/"]

    def test_a_unit_that_is_added_is_scheduled_and_its_own_calendar_counts(self, house: House) -> None:
        house.deploy(drawn("Cycle", TOMORROW, place="region"))
        with house.company.step() as tx:
            add_unit(tx, actor=SYSTEM, code="R9", kind="region", name="示例西区", parent="C1")
            calendar.set_day(tx, "R9", datetime(2026, 3, 3, tzinfo=ZONE).date(), "holiday", actor="t", reason="店庆")
        house.company.house.refresh()
        arrange_starts(house.company.house)
        assert house.next() == ["03-03 08:30", "03-04 08:30"]

    def test_a_holiday_that_is_declared_moves_the_next_start(self, house: House) -> None:
        house.deploy(drawn("Cycle", TOMORROW))
        with house.company.step() as tx:
            calendar.set_day(tx, "C1", datetime(2026, 3, 3, tzinfo=ZONE).date(), "holiday", actor="t", reason="店庆")
        house.company.house.refresh()
        arrange_starts(house.company.house)
        assert house.next() == ["03-04 08:30"]
        house.until("2026-03-03T12:00")
        assert house.started() == []

    def test_without_such_units_the_company_starts(self, house: House) -> None:
        with house.company.step() as tx:
            tx.execute(update(org_unit).where(org_unit.c.kind == "region").values(active=False))
        house.deploy(drawn("Cycle", "R/P1D", place="region"))
        house.until("2026-03-03T09:00")
        (case,) = house.rows(select(service_case.c.unit_path))
        assert case.unit_path == "/C1/"


class TestStandingStill:
    def test_what_was_missed_is_caught_up_once(self, house: House) -> None:
        house.deploy(drawn("Cycle", "R/PT1H"))
        house.until("2026-03-04T10:20")
        assert (house.started(), house.next()) == (["03-04 10:20"], ["03-04 11:00"])

    def test_missed_rounds_of_a_counted_cycle_count(self, house: House) -> None:
        house.deploy(drawn("Cycle", "R5/PT1H"), drawn("Cycle", "R3/PT1H", key="short"))
        house.until("2026-03-02T13:30")
        assert (house.started(), house.next()) == (["03-02 13:30"], ["03-02 14:00"])
        assert (house.started("short"), house.next("short")) == (["03-02 13:30"], [None])
        house.until("2026-03-02T16:00")
        assert house.started() == ["03-02 13:30", "03-02 16:00"]

    def test_monthly(self, house: House) -> None:
        house.deploy(drawn("Cycle", "R/2026-03-31T08:00:00+08:00/P1M"))
        house.until("2026-06-02T09:00")
        assert (house.started(), len(house.next())) == (["06-02 09:00"], 1)

    def test_arranging_anew_does_not_lose_what_is_overdue(self, house: House) -> None:
        house.deploy(drawn("Cycle", "R/P1D"))
        house.clock.move_to(datetime.fromisoformat("2026-03-05T12:00+08:00"))
        house.deploy(drawn("Cycle", "R/PT2H"))
        house.work()
        assert house.started() == ["03-05 12:00"]


class TestVersions:
    def test_a_new_version_replaces_the_timer_of_the_old_one(self, house: House) -> None:
        house.deploy(drawn("Cycle", "R/P1D"))
        house.deploy(drawn("Cycle", "R/PT6H"))
        assert house.next() == ["03-02 15:00"]
        house.until("2026-03-02T15:00")
        house.until("2026-03-03T09:00")
        assert house.started() == ["03-02 15:00", "03-03 09:00"]
        house.until("2026-03-03T09:00")
        assert house.started() == ["03-02 15:00", "03-03 09:00"]

    def test_an_equal_cycle_goes_on_in_the_new_version(self, house: House) -> None:
        house.deploy(drawn("Cycle", "R/P1D"))
        house.clock.move_to(datetime.fromisoformat("2026-03-02T20:00+08:00"))
        house.deploy(drawn("Cycle", "R/P1D", place="company"))
        assert house.next() == ["03-03 09:00"]
        house.until("2026-03-03T09:00")
        version = house.rows(select(process_instance.c.version_id))[0].version_id
        with house.company.db.reading() as tx:
            assert house.company.world.definitions.live(tx, "report").id == version

    def test_a_version_without_the_timer_starts_nothing(self, house: House) -> None:
        house.deploy(drawn("Cycle", "R/P1D"))
        house.deploy(
            model("report", event("startEvent", "begin") + task("write") + END + flows("begin write", "write end"))
        )
        house.until("2026-03-03T09:00")
        assert (house.started(), house.next()) == ([], [None])
        assert [data["key"] for data in house.events("start_stopped")] == ["report"]

    def test_switched_off_it_starts_nothing_and_on_again_it_begins_anew(self, house: House) -> None:
        house.deploy(drawn("Cycle", "R/P1D"))
        house.until("2026-03-03T09:00")
        store = house.company.world.definitions
        with house.company.step() as tx:
            switches.switch_off(tx, store, actor=SYSTEM, key="report", reason="停用")
            house.company.house.arrange_starts(tx)
        house.until("2026-03-06T12:00")
        assert house.started() == ["03-03 09:00"]
        with house.company.step() as tx:
            switches.switch_on(tx, store, actor=SYSTEM, key="report", reason="启用")
            house.company.house.arrange_starts(tx)
        assert house.next() == ["03-07 12:00"]
        house.until("2026-03-07T12:00")
        assert house.started() == ["03-03 09:00", "03-07 12:00"]
        assert house.events("started_by_timer")[-1]["last_started_at"] == "2026-03-03T09:00:00+08:00"

    def test_switched_off_without_arranging_it_starts_nothing_either(self, house: House) -> None:
        house.deploy(drawn("Cycle", "R/P1D"))
        with house.company.step() as tx:
            switches.switch_off(tx, house.company.world.definitions, actor=SYSTEM, key="report", reason="停用")
        house.until("2026-03-03T09:00")
        assert (house.started(), house.next()) == ([], [None])


class TestFailing:
    def failing(self, house: House) -> None:
        def broken(calling: Any, call: Any) -> dict[str, Any]:
            raise Refusal("broken", Message("台账坏了", "the register is broken"))

        world = house.company.world
        house.company.house.world = replace(world, connectors={**world.connectors, "open_contact": broken})

    def test_a_start_that_keeps_failing_is_an_incident_and_the_next_one_is_scheduled(self, house: House) -> None:
        house.deploy(drawn("Cycle", "R/P1D", job="open_contact"))
        sound = house.company.house.world
        self.failing(house)
        for minutes in (0, 1, 2, 10, 30):
            house.until(f"2026-03-03T09:{minutes:02d}")
        (raised,) = house.rows(select(incident))
        assert (raised.kind, raised.instance_id, raised.resolved_at) == ("timer_start", None, None)
        assert "2026-03-03 09:00" in raised.message_zh
        assert "the register is broken" in raised.message_zh
        assert (house.started(), house.next()) == ([], ["03-04 09:00"])
        assert house.events("start_failed")[0]["key"] == "report"
        house.company.house.world = sound
        admin = house.company.person("system_admin_1")
        with house.company.step() as tx:
            resolve_incident(tx, sound, actor=admin, incident_id=raised.id, reason="台账已修好")
        assert (house.started(), house.next()) == (["03-03 09:30"], ["03-04 09:00"])
        (begun,) = house.events("started_by_timer")
        assert begun["due_at"] == "2026-03-03T01:00:00+00:00"
        (mended,) = house.rows(select(incident))
        assert (mended.resolved_by, mended.resolution) == (admin.id, "台账已修好")

    def test_what_failed_leaves_nothing_behind(self, house: House) -> None:
        house.deploy(drawn("Cycle", "R/P1D", job="open_contact"))
        self.failing(house)
        house.until("2026-03-03T09:00")
        assert house.rows(select(service_case)) == []
        assert house.next() == ["03-03 09:00"]

    def test_a_cycle_that_gives_nonsense_is_an_incident_and_is_read_again(self, house: House) -> None:
        house.deploy(drawn("Cycle", '=if param("discipline.enabled") then "R/P1D" else "soon"'))
        (raised,) = house.rows(select(incident))
        assert (house.next(), raised.kind) == ([None], "timer_start")
        arrange_starts(house.company.house)
        assert len(house.rows(select(incident))) == 1
        house.deploy(drawn("Cycle", "R/P1D"))
        assert house.next() == ["03-03 09:00"]

    def test_a_cycle_that_does_not_move_on_is_refused(self, house: House) -> None:
        house.deploy(drawn("Cycle", "=now()"))
        (raised,) = house.rows(select(incident))
        assert "以后的时间" in raised.message_zh


def test_null_starts_nothing_until_it_gives_a_time(house: House) -> None:
    house.deploy(drawn("Cycle", "=null"))
    assert (house.next(), house.rows(select(incident))) == ([None], [])


def test_backups_hold_what_is_scheduled(house: House) -> None:
    house.deploy(drawn("Cycle", "R/P1D"))
    with house.company.db.reading() as tx:
        kinds = [kind for kind, _, _ in house.company.world.jobs.pending(tx)]
    assert kinds == ["timer_start"]


def test_two_houses_that_arrange_at_once_schedule_once(house: House, company: Company) -> None:
    house.deploy(drawn("Cycle", "R/P1D"))
    for _ in range(3):
        with clock.use(house.clock.now):
            arrange_starts(company.house)
    assert len(house.next()) == 1
    with company.db.reading() as tx:
        assert len([kind for kind, _, _ in company.world.jobs.pending(tx)]) == 1
