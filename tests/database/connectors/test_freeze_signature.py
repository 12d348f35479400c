"""`freeze_signature`: what the customer signed is kept as it was seen, with its hash (GR01, GR02, readings 13)."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any, ClassVar

import orjson
import pytest
import yaml
from connector_bench import CASE, REPORT, SIGNATURE, Bench
from sqlalchemy import select

from app import forms
from app.aftersales import signed_content
from app.messages import Refusal
from app.runtime.queries import open_task
from tests.factories.companies import ROOT


def frozen(bench: Bench) -> list[Any]:
    return bench.rows(select(signed_content).order_by(signed_content.c.version))


class TestContent:
    def test_values_signer_and_form_are_kept(self, bench: Bench) -> None:
        bench.run("freeze_signature", REPORT)
        (row,) = frozen(bench)
        kept = orjson.loads(row.content)
        assert (row.case_no, row.document_no, row.signed_at) == (CASE, "BG2026000001", bench.clock.now())
        assert kept["form"] == "onsite_service.service_report"
        assert kept["signer"] == "调度员甲"
        assert kept["values"]["work_done"] == "更换胶条，调整门机"
        assert kept["values"]["customer_signature"] == SIGNATURE

    def test_what_is_not_on_the_form_is_not_part_of_it(self, bench: Bench) -> None:
        bench.run("freeze_signature", {**REPORT, "rotation_result": "found", "outlet": "O1"})
        assert not {"rotation_result", "outlet"} & orjson.loads(frozen(bench)[0].content)["values"].keys()

    def test_what_the_customer_does_not_see_is_not_part_of_it(self, bench: Bench) -> None:
        first = bench.run("freeze_signature", {**REPORT, "internal_remarks": "用户要求偏高", "estimated_cost": 300})
        assert not {"internal_remarks", "estimated_cost"} & orjson.loads(frozen(bench)[0].content)["values"].keys()
        assert bench.run("freeze_signature", REPORT)["content_hash"] == first["content_hash"]

    def test_files_are_kept_by_their_digest(self, bench: Bench) -> None:
        bench.upload("photo-1", "a" * 64)
        bench.upload("not-on-the-page", "b" * 64)
        bench.upload("photo-2", "c" * 64, case_no="FW2026999999")
        photos = [{"file": "photo-1", "note": "修前"}, {"file": "photo-2"}]
        bench.run("freeze_signature", {**REPORT, "site_photos": photos, "work_done": "见照片"})
        assert orjson.loads(frozen(bench)[0].content)["files"] == {"photo-1": "a" * 64}

    def test_the_form_is_kept_by_its_digest(self, bench: Bench) -> None:
        bench.run("freeze_signature", REPORT)
        with bench.company.db.reading() as tx:
            form = bench.company.world.definitions.live(tx, "onsite_service").forms["onsite_service.service_report"]
        assert orjson.loads(frozen(bench)[0].content)["form_version"] == hashlib.sha256(form.dumps()).hexdigest()


class TestAnotherForm:
    SURVEY: ClassVar[dict[str, str]] = {"form": "onsite_service.satisfaction_form"}

    def test_the_header_says_which_form_was_signed(self, bench: Bench) -> None:
        bench.run("freeze_signature", {**REPORT, "overall": "satisfied"}, self.SURVEY)
        kept = orjson.loads(frozen(bench)[0].content)
        assert kept["form"] == "onsite_service.satisfaction_form"
        assert kept["values"]["overall"] == "satisfied"
        assert "work_done" not in kept["values"]

    def test_it_is_never_signed_before_the_work_is_finished(self, bench: Bench) -> None:
        early = {**REPORT, "work_finished_at": None, "resolution_path": None}
        with pytest.raises(Refusal) as refused:
            bench.run("freeze_signature", early, self.SURVEY)
        assert refused.value.code == "work_not_finished"
        assert frozen(bench) == []

    def test_a_form_that_does_not_exist_refuses_the_step(self, bench: Bench) -> None:
        with pytest.raises(Refusal) as refused:
            bench.run("freeze_signature", REPORT, {"form": "onsite_service.nothing"})
        assert refused.value.code == "wrong_diagram"


class TestHash:
    def test_it_is_the_sha_256_of_the_content(self, bench: Bench) -> None:
        result = bench.run("freeze_signature", REPORT)
        (row,) = frozen(bench)
        assert result == {"content_hash": hashlib.sha256(row.content.encode()).hexdigest(), "signed_version": 1}
        assert row.digest == result["content_hash"]

    def test_the_order_in_which_fields_were_filled_in_does_not_matter(self, bench: Bench) -> None:
        first = bench.run("freeze_signature", REPORT)["content_hash"]
        second = bench.run("freeze_signature", dict(reversed(REPORT.items())))["content_hash"]
        assert first == second

    @pytest.mark.parametrize("changed", [{"work_done": "未修"}, {"signer_name": "他人"}, {"customer_comment": None}])
    def test_any_other_content_has_another_hash(self, bench: Bench, changed: dict[str, Any]) -> None:
        first = bench.run("freeze_signature", REPORT)["content_hash"]
        assert bench.run("freeze_signature", {**REPORT, **changed})["content_hash"] != first

    def test_another_stroke_has_another_hash(self, bench: Bench) -> None:
        first = bench.run("freeze_signature", REPORT)["content_hash"]
        other = {**SIGNATURE, "strokes": [[{"x": 10, "y": 12}, {"x": 18, "y": 26}]]}
        assert bench.run("freeze_signature", {**REPORT, "customer_signature": other})["content_hash"] != first


class TestVersions:
    def test_signing_again_makes_a_new_version_and_voids_the_old_one(self, bench: Bench) -> None:
        bench.run("freeze_signature", REPORT)
        bench.clock.move_to(datetime.fromisoformat("2026-03-02T10:00:00+08:00"))
        assert bench.run("freeze_signature", {**REPORT, "work_done": "再次检修"})["signed_version"] == 2
        first, second = frozen(bench)
        assert (first.voided_at, first.void_reason) == (bench.clock.now(), "重新签字")
        assert second.voided_at is None

    def test_each_report_counts_its_own_versions(self, bench: Bench) -> None:
        bench.run("freeze_signature", REPORT)
        assert bench.run("freeze_signature", {**REPORT, "report_no": "BG2026000002"})["signed_version"] == 1


class TestRefused:
    def test_before_the_work_is_finished(self, bench: Bench) -> None:
        with pytest.raises(Refusal) as refused:
            bench.run("freeze_signature", {**REPORT, "work_finished_at": None})
        assert refused.value.message.zh == "服务完成前不得取得用户签字。"
        assert refused.value.field == "customer_signature"
        assert frozen(bench) == []

    def test_without_a_signature(self, bench: Bench) -> None:
        with pytest.raises(Refusal, match="no signature"):
            bench.run("freeze_signature", {**REPORT, "customer_signature": None})

    def test_without_a_report_number(self, bench: Bench) -> None:
        with pytest.raises(Refusal, match="without a number"):
            bench.run("freeze_signature", {**REPORT, "report_no": None})


class TestSigningPage:
    """The page that the customer signs, reached through the real procedure."""

    def test_remarks_of_the_office_are_not_on_it(self, bench: Bench) -> None:
        case_no = visit(bench, until="sign_report", internal_remarks="用户要求偏高")
        task = bench.company.open_tasks(case_no)["sign_report"]
        page = orjson.dumps(shown(bench, task.id)).decode()
        assert "更换胶条" in page
        assert "用户要求偏高" not in page

    def test_what_stood_on_it_is_what_was_frozen(self, bench: Bench) -> None:
        case_no = visit(bench, until="fill_satisfaction", internal_remarks="用户要求偏高")
        values = orjson.loads(frozen(bench)[0].content)["values"]
        assert values["work_done"] == "更换胶条,调整门机"
        assert values["customer_signature"]["kind"] == "drawn"
        assert "internal_remarks" not in values
        assert "fill_satisfaction" in bench.company.open_tasks(case_no)


def shown(bench: Bench, task_id: int) -> Any:
    with bench.company.step() as tx:
        view = open_task(tx, bench.company.world, bench.company.person("service_engineer_1"), task_id)
    assert view.schema is not None
    return forms.view_data(view.schema, view.variables)


def visit(bench: Bench, *, until: str, **remarks: Any) -> str:
    """Play the scenario of a simple repair up to a task; `remarks` are entered with the check of the fault."""
    scenario = yaml.safe_load((ROOT / "processes/onsite_service/scenarios/fixed_and_signed.yaml").read_text("utf-8"))
    case_no = str(bench.hand_over("onsite_service", **scenario["start"]["message"]["variables"]).case_no)
    for step in scenario["steps"]:
        what = step.get("submit")
        if until in bench.company.open_tasks(case_no):
            break
        if what is None or "refused" in what:
            continue
        values = {**what["values"], **(remarks if what["task"] == "check_fault" else {})}
        bench.company.submit(bench.company.open_tasks(case_no)[what["task"]].id, what["by"], values)
    return case_no
