"""The shipped parameters, profiles and roles."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from app.calendar import Cycle, WorkCalendar
from app.parameters import Parameters, load

PROCESSES = Path(__file__).parents[3] / "processes"
BOOK = load(PROCESSES)

LISTED = [
    "advisor.first_prize_mode",
    "appraisal.max_working_days",
    "approval.deputy",
    "approve.gm_amount",
    "approve.return_amount",
    "archive.complete_days",
    "archive.years",
    "booking.grace_minutes",
    "calendar.holidays",
    "calendar.quiet_windows",
    "calendar.tz",
    "calendar.work_hours",
    "callback.due_days",
    "callback.escalate_loops",
    "callback.max_attempts",
    "callback.store_days",
    "claim.reminder_days",
    "claim.window_days",
    "collect.reminder_days",
    "complaint.accept_hours",
    "complaint.first_reply_hours",
    "complaint.four_eyes",
    "consent.property_allowed",
    "discipline.conduct_measure",
    "discipline.cumulative",
    "discipline.enabled",
    "discipline.limit_days",
    "discipline.order",
    "discipline.s000_measure",
    "dispatch.backfill_hours",
    "dispatch.role",
    "dispatch.skip_keeps_turn",
    "dispatch.weekend_only",
    "dispute.written_amount",
    "doc.due_days",
    "escalation.decision_hours",
    "exchange.conditions",
    "exchange.followup_days",
    "exchange.route",
    "factory.handover_days",
    "factory.inquiry_days",
    "fee.profile",
    "fee.wear_payer",
    "handoff.ack_hours",
    "hours.objection_days",
    "inspection.designer",
    "intake.max_clarify_attempts",
    "issue.open_days",
    "kpi.k02_mode",
    "kpi.k06",
    "kpi.k08",
    "kpi.k09",
    "kpi.k10",
    "kpi.k11",
    "kpi.k12",
    "kpi.k13",
    "kpi.k14",
    "kpi.k16",
    "kpi.k21",
    "kpi.k22",
    "kpi.k24",
    "kpi.k28",
    "lane.map",
    "liaison.reminder_hours",
    "loan.settle_days",
    "loaner.available",
    "mailpart.max_reminders",
    "mailpart.oldpart_days",
    "major.amount",
    "member.senior_count",
    "oldpart.warranty_owner",
    "oldparts.cycle",
    "org.regional_manager_role",
    "outlet.answer_days",
    "owner_report.cycle",
    "paid.handin_hours",
    "paid.leader_approval",
    "parts.guarantee_years",
    "pickup.ask_after_days",
    "pickup.postpone_days",
    "provider.notice_days",
    "quality.batch_units",
    "quality.via_specialist",
    "quote.valid_days",
    "retention.max_contacts",
    "retention.silence_days",
    "return.report_grace_hours",
    "return.workorder_due_hours",
    "returns.exchange_due_days",
    "returns.exchange_within_days",
    "returns.quality_required",
    "returns.refund_due_days",
    "returns.refund_within_days",
    "sla.clock",
    "sla.default_onsite_hours",
    "sla.default_reply_hours",
    "sla.home_regions",
    "sla.profile",
    "sla.resolve_start",
    "sla.supplier_keeps_onsite",
    "station.stock_limit",
    "stock.count_cycle",
    "warranty.cost_price_inclusive",
    "warranty.default_months",
    "warranty.expiry_notice_days",
    "warranty.serial_substitutes_proof",
    "warranty.statutory_months",
]


class TestTheParameters:
    def test_all_parameters_of_the_catalogue_are_there(self) -> None:
        assert len(LISTED) == 107
        assert set(LISTED) <= set(BOOK.definitions)

    def test_every_parameter_says_where_it_comes_from_and_has_two_labels(self) -> None:
        for definition in BOOK.definitions.values():
            assert definition.source, definition.name
            assert definition.label.zh != definition.label.en, definition.name

    def test_every_value_can_be_said_in_both_languages(self) -> None:
        values = Parameters(BOOK)
        for name in BOOK.definitions:
            if BOOK.definition(name).type not in ("lane_map", "role_map"):
                assert values.words(name, "zh"), name
                assert values.words(name, "en"), name

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("intake.max_clarify_attempts", 3),
            ("sla.default_reply_hours", 24),
            ("approve.gm_amount", 20000),
            ("sla.clock", "natural"),
            ("discipline.enabled", False),
            ("parts.guarantee_years", None),
            ("calendar.quiet_windows", ["12:00-14:00", "18:00-19:30", "21:00-08:00"]),
        ],
    )
    def test_defaults_are_those_of_the_catalogue(self, name: str, value: object) -> None:
        assert Parameters(BOOK).value(name) == value


class TestTheProfiles:
    def test_all_seventeen_service_promises_are_there(self) -> None:
        assert len(BOOK.profiles) == 17

    @pytest.mark.parametrize(
        ("profile", "name", "value"),
        [
            ("bus_maker", "paid.leader_approval", True),
            ("bus_maker", "dispatch.weekend_only", False),
            ("bus_maker", "sla.profile", "bus_maker"),
            ("door_window", "dispatch.weekend_only", True),
            ("door_window", "consent.property_allowed", True),
            ("machinery", "returns.refund_within_days", 15),
            ("machinery", "returns.exchange_within_days", 30),
            ("machinery", "returns.quality_required", False),
            ("equipment_18m", "parts.guarantee_years", 15),
            ("equipment_18m", "inspection.designer", True),
            ("system_12m", "parts.guarantee_years", 2),
            ("system_12m", "sla.resolve_start", "registration"),
            ("system_12m", "calendar.duty_hours", ["08:00-24:00"]),
            ("dealer_goods", "fee.profile", "dealer_goods"),
        ],
    )
    def test_a_profile_says_what_its_source_promises(self, profile: str, name: str, value: object) -> None:
        assert Parameters(BOOK, profile).value(name) == value

    def test_a_profile_that_a_company_did_not_choose_changes_nothing(self) -> None:
        assert Parameters(BOOK, "other").origin("paid.leader_approval") == "default"


class TestTheRoles:
    ROLES = yaml.safe_load((PROCESSES / "roles.yaml").read_text(encoding="utf-8"))

    def test_there_are_sixty_nine(self) -> None:
        assert len(self.ROLES) == 69

    def test_every_role_is_complete(self) -> None:
        for key, role in self.ROLES.items():
            assert role["level"] in ("external", "company", "region", "outlet"), key
            assert all(role[part] for part in ("zh", "en", "responsibilities", "source")), key
            assert isinstance(role["aliases"], list), key

    def test_titles_are_unambiguous(self) -> None:
        titles = [role["zh"] for role in self.ROLES.values()]
        assert len(set(titles)) == len(titles)

    def test_superiors_exist_and_nobody_is_his_own(self) -> None:
        for key in self.ROLES:
            seen, role = [], key
            while role is not None:
                assert role not in seen, seen
                seen.append(role)
                role = self.ROLES[role]["reports_to"]

    def test_a_superior_by_parameter_names_a_parameter_whose_default_is_the_superior(self) -> None:
        for role in self.ROLES.values():
            if name := role.get("reports_to_parameter"):
                assert BOOK.definition(name).default == role["reports_to"]


class TestWhatTheCalendarReads:
    def test_every_cycle_is_one_the_calendar_understands(self) -> None:
        cycles = [definition for definition in BOOK.definitions.values() if definition.type == "cron"]
        assert len(cycles) == 4
        for definition in cycles:
            assert Cycle.parse(definition.default).text == definition.default

    @pytest.mark.parametrize("profile", [*BOOK.profiles, "other"])
    def test_every_profile_makes_a_working_calendar(self, profile: str) -> None:
        calendar = WorkCalendar.from_values(Parameters(BOOK, profile).as_dict())
        assert calendar.dispatch_weekdays == ({5, 6} if profile == "door_window" else set(range(7)))
