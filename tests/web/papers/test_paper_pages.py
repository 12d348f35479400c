"""Papers of a case: what stands on them, for whom, how often printed, and that nothing signed can have changed."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app import clock, documents
from app.aftersales.tables import signed_content
from app.documents import pdf
from app.documents.declaration import Section
from app.documents.press import MISSING
from app.history import history_event
from app.house import House
from app.identity import load_actor_by_login
from app.registers import register_row
from app.runtime import complete_task, start_case
from app.runtime.tables import user_task

ROOT = Path(__file__).parents[3]
ClientOf = Callable[[str], FlaskClient]
Play = Callable[..., str]
REMARK = "怀疑胶条批次有问题，勿告知用户"


def text_of(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


def paper_in(page: str) -> str:
    return page[page.index('<article class="paper"') : page.index("</article>")]


@pytest.fixture
def engineer(client_of: ClientOf) -> FlaskClient:
    return client_of("service_engineer_1")


@pytest.fixture
def no_pdf(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Papers are kept as HTML, because drawing a PDF takes a second."""
    made: list[str] = []

    def keep(html: str, picture: Any) -> bytes:
        made.append(html)
        return b"%PDF-1.7"

    monkeypatch.setattr(documents, "to_pdf", keep)
    return made


class TestTheListOfACase:
    def test_names_every_paper_with_its_number(self, engineer: FlaskClient, play: Play) -> None:
        page = text_of(engineer.get(f"/cases/{play('test_and_clean')}/papers"))
        assert "维修单 WX-DEMO-1" in page
        assert "服务报告 BG-DEMO-1" in page
        assert "还没有打印过" in page

    def test_is_unknown_to_other_outlets(self, client_of: ClientOf, play: Play) -> None:
        case_no = play("listen_to_user")
        for path in ("papers", "papers/work_order", "papers/work_order.pdf"):
            assert client_of("service_engineer_3").get(f"/cases/{case_no}/{path}").status_code == 404

    def test_says_when_there_is_none(self, client_of: ClientOf, house: House) -> None:
        with house.db.transaction() as tx:
            agent = load_actor_by_login(tx, "hotline_agent_1")
            assert agent is not None
            case_no = start_case(tx, house.world, actor=agent, process_key="contact_intake", unit_code="O1").case_no
        client = client_of("hotline_agent_1")
        assert "还没有单据" in text_of(client.get(f"/cases/{case_no}/papers"))
        answer = client.get(f"/cases/{case_no}/papers/service_report")
        assert answer.status_code == 404
        assert "还没有服务报告" in text_of(answer)


class TestOnTheScreen:
    def test_values_stand_in_words(self, engineer: FlaskClient, play: Play) -> None:
        paper = paper_in(text_of(engineer.get(f"/cases/{play('sign_report')}/papers/service_report")))
        for words in ("服务报告", "BG-DEMO-1", "示例公交一队", "密封胶条老化", "本公司", "现场修复", "1200 小时"):
            assert words in paper
        for ids in ("fix_now", "service_engineer_1", "quality", "bring_back"):
            assert ids not in paper

    def test_parts_are_a_table(self, engineer: FlaskClient, play: Play) -> None:
        paper = paper_in(text_of(engineer.get(f"/cases/{play('sign_report')}/papers/service_report")))
        row = paper[paper.index("P-0001") :]
        assert "车门密封胶条" in row
        assert "带回单位" in row

    def test_before_the_signature_it_says_so(self, engineer: FlaskClient, play: Play) -> None:
        paper = paper_in(text_of(engineer.get(f"/cases/{play('sign_report')}/papers/service_report")))
        assert "尚未签字，没有校验值" in paper
        assert 'class="signature"' not in paper

    def test_the_signature_is_drawn_and_sealed(self, engineer: FlaskClient, play: Play, house: House) -> None:
        paper = paper_in(text_of(engineer.get(f"/cases/{play()}/papers/service_report")))
        assert re.search(r'<svg class="signature".*?<path d="M10 12Q', paper)
        assert "调度员甲" in paper
        with house.db.reading() as tx:
            digest = tx.value(select(signed_content.c.digest))
        assert digest in paper
        assert "内容未变动" in paper

    def test_altered_content_is_told_loudly(self, engineer: FlaskClient, play: Play, house: House) -> None:
        case_no = play()
        with house.db.transaction() as tx:
            content = tx.value(select(signed_content.c.content))
            tx.execute(update(signed_content).values(content=content.replace("满意", "不满意")))
        paper = paper_in(text_of(engineer.get(f"/cases/{case_no}/papers/service_report")))
        assert "内容已变动，本单据无效" in paper
        assert "内容未变动" not in paper

    def test_it_is_a_preview_and_not_counted(self, engineer: FlaskClient, play: Play) -> None:
        case_no = play("listen_to_user")
        for _ in range(2):
            page = text_of(engineer.get(f"/cases/{case_no}/papers/work_order"))
        assert "屏幕预览" in paper_in(page)
        assert "还没有打印过" in page

    def test_the_code_leads_to_the_case_and_versions_are_stamped(
        self, engineer: FlaskClient, play: Play, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        case_no, seen = play("listen_to_user"), []
        monkeypatch.setattr("app.documents.page.qr_code", lambda address, label: seen.append(address) or "")
        paper = paper_in(text_of(engineer.get(f"/cases/{case_no}/papers/service_report")))
        assert seen == [f"http://localhost/cases/{case_no}"]
        assert re.search(r"流程“现场服务”第 1 版 · 表单版本 [0-9a-f]{8}", paper)

    def test_the_code_names_the_public_address_and_not_the_host_that_was_asked_for(
        self, engineer: FlaskClient, play: Play, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        case_no, seen = play("listen_to_user"), []
        conf = engineer.application.extensions["aftercare_settings"]
        public = replace(conf, public_url="https://service.example.com/aftercare")
        monkeypatch.setitem(engineer.application.extensions, "aftercare_settings", public)
        monkeypatch.setattr("app.documents.page.qr_code", lambda address, label: seen.append(address) or "")
        assert engineer.get(f"/cases/{case_no}/papers/service_report").status_code == 200
        assert seen == [f"https://service.example.com/aftercare/cases/{case_no}"]

    def test_every_paper_of_the_list_opens(self, house: House, client_of: ClientOf) -> None:
        """Also where the procedure that declares it took no part."""
        with house.db.transaction() as tx:
            engineer = load_actor_by_login(tx, "service_engineer_1")
            assert engineer is not None
            case_no = start_case(
                tx, house.world, actor=engineer, process_key="task_acceptance", unit_code="O1",
                variables={"work_order_no": "WX-9", "report_no": "BG-9", "engineer": "service_engineer_1"},
                message="start_task_acceptance",
            ).case_no  # fmt: skip
        client = client_of("service_engineer_1")
        links = re.findall(
            r'href="(/cases/[^"]+/papers/[a-z_]+\?[^"]+)"', text_of(client.get(f"/cases/{case_no}/papers"))
        )
        assert len(links) == 3
        for link in links:
            assert client.get(link.replace("&amp;", "&")).status_code == 200

    def test_photos_show_time_and_picture(self, engineer: FlaskClient, play: Play, add_photo: Any) -> None:
        # The case number is known only after the start: photos are added before the step that names them.
        case_no = play("look_at_unit")
        add_photo(case_no)
        photo = {"file": "photo-of-the-door-1", "taken_at": "2026-03-02T09:00:00+08:00", "note": "前门"}
        page = self._with_photo(engineer, case_no, photo)
        assert "/api/files/photo-of-the-door-1?size=thumb" in page
        assert "2026-03-02 09:00 · 前门" in page

    @staticmethod
    def _with_photo(client: FlaskClient, case_no: str, photo: dict[str, Any]) -> str:
        house: House = client.application.extensions["aftercare"]
        with house.db.transaction() as tx:
            actor = load_actor_by_login(tx, "service_engineer_1")
            assert actor is not None
            task_id = tx.value(
                select(user_task.c.id).where(user_task.c.element_id == "look_at_unit", user_task.c.state == "open")
            )
            values = {
                "within_warranty_scope": True, "dismantled_before": False, "parts_complete": True,
                "human_damage": False, "excluded_cause": "none", "site_photos": [photo],
            }  # fmt: skip
            complete_task(tx, house.world, actor=actor, task_id=task_id, values=values)
        return paper_in(text_of(client.get(f"/cases/{case_no}/papers/service_report")))

    def test_in_english(self, engineer: FlaskClient, play: Play) -> None:
        paper = paper_in(text_of(engineer.get(f"/cases/{play('sign_report')}/papers/service_report?lang=en")))
        for words in ("Service report", "Office copy", "Root cause", "Fix now", "Bring back"):
            assert words in paper


@pytest.fixture
def answered(house: House) -> str:
    """A consultation that was answered: its letter of reply can be printed."""
    with house.db.transaction() as tx:
        agent = load_actor_by_login(tx, "hotline_agent_1")
        assert agent is not None
        case_no = start_case(
            tx, house.world, actor=agent, process_key="contact_intake", unit_code="O1",
            variables={
                "customer_name": "<b>示例公交一队</b>", "content": "保养周期是多久？",
                "reply_text": "每五千公里。\n请提前预约。",
            },
        ).case_no  # fmt: skip
    return str(case_no)


class TestALetter:
    """复函: laid out by a template beside the procedure; head, QR code and foot are those of every paper."""

    def test_says_what_was_asked_and_answered(self, client_of: ClientOf, answered: str) -> None:
        client = client_of("hotline_agent_1")
        assert "复函 LDO1" in text_of(client.get(f"/cases/{answered}/papers"))
        paper = paper_in(text_of(client.get(f"/cases/{answered}/papers/reply_letter")))
        assert "尊敬的&lt;b&gt;示例公交一队&lt;/b&gt;：" in paper
        assert "每五千公里。\n请提前预约。" in paper
        for of_every_paper in ('class="qr"', "扫码查看服务单", "流程“来电来函（来人）处理”第 1 版", "表单版本"):
            assert of_every_paper in paper, of_every_paper

    def test_is_english_when_asked(self, client_of: ClientOf, answered: str) -> None:
        page = text_of(client_of("hotline_agent_1").get(f"/cases/{answered}/papers/reply_letter?lang=en"))
        assert "Our answer:" in paper_in(page)

    def test_is_not_there_before_the_answer(self, client_of: ClientOf, house: House) -> None:
        with house.db.transaction() as tx:
            agent = load_actor_by_login(tx, "hotline_agent_1")
            assert agent is not None
            case_no = start_case(tx, house.world, actor=agent, process_key="contact_intake", unit_code="O1").case_no
        assert client_of("hotline_agent_1").get(f"/cases/{case_no}/papers/reply_letter").status_code == 404


class TestTemplates:
    def paper(self, client: FlaskClient, case_no: str, template: str, copy: str = "office") -> Any:
        papers = client.application.extensions["aftercare_papers"] = documents.load(ROOT / "processes")
        papers["service_report"] = replace(papers["service_report"], template=template)
        return client.get(f"/cases/{case_no}/papers/service_report?copy={copy}")

    def test_are_given_nothing_that_the_customers_copy_leaves_out(self, engineer: FlaskClient, play: Play) -> None:
        case_no = play("sign_report", complete_report={"internal_remarks": REMARK})
        template = "{{ label('internal_remarks') }}={{ value('internal_remarks') }};{{ value('work_done') }}"
        assert REMARK in text_of(self.paper(engineer, case_no, template))
        given = text_of(self.paper(engineer, case_no, template, "customer"))
        assert REMARK not in given
        assert '<div class="paper-body">=;' in given

    @pytest.mark.parametrize(
        "template",
        [
            "{{ value.__globals__ }}",
            "{{ ''.__class__.__mro__ }}",
            "{{ value.__self__.values }}",
            "{{ value(1, 2) }}",
            "{{ nothing }}",
        ],
    )
    def test_reach_nothing_else(self, engineer: FlaskClient, play: Play, template: str) -> None:
        answer = self.paper(engineer, play("sign_report"), template)
        assert answer.status_code == 409
        assert "“服务报告”的模板有误" in text_of(answer)


class TestAPaperWithoutSections:
    def test_prints_the_form_with_its_headings_and_words(self, engineer: FlaskClient, play: Play) -> None:
        case_no = play("sign_report")
        papers = documents.load(ROOT / "processes")
        papers["service_report"] = replace(papers["service_report"], sections=())
        engineer.application.extensions["aftercare_papers"] = papers
        paper = paper_in(text_of(engineer.get(f"/cases/{case_no}/papers/service_report")))
        for words in ("密封胶条老化", "现场修复", "1200 小时", "车门密封胶条", "带回单位", "用户签字"):
            assert words in paper, words
        assert "fix_now" not in paper


class TestVoidPapers:
    def test_say_so_with_the_reason(self, engineer: FlaskClient, play: Play, house: House) -> None:
        case_no = play()
        with house.db.transaction() as tx:
            row = register_row.update().where(register_row.c.register == "R06")
            tx.execute(row.values(voided_at=clock.now(), voided_by="主管丙", void_reason="重复登记"))
        paper = paper_in(text_of(engineer.get(f"/cases/{case_no}/papers/service_report")))
        assert '<span class="is-void">作废</span>' in paper
        assert "重复登记" in paper
        assert "is-void" not in paper_in(text_of(engineer.get(f"/cases/{case_no}/papers/work_order")))


class TestTheCustomersCopy:
    @pytest.fixture
    def case_no(self, play: Play) -> str:
        remark = {"internal_remarks": REMARK, "estimated_cost": 4321}
        return play(check_fault=remark)

    def test_leaves_out_what_is_private(self, engineer: FlaskClient, case_no: str) -> None:
        office = paper_in(text_of(engineer.get(f"/cases/{case_no}/papers/service_report")))
        customer = paper_in(text_of(engineer.get(f"/cases/{case_no}/papers/service_report?copy=customer")))
        assert REMARK in office
        assert "4,321" in office
        assert REMARK not in customer
        assert "4,321" not in customer
        assert "客户联" in customer

    def test_leaves_out_hours_and_expenses(self, engineer: FlaskClient, case_no: str) -> None:
        office = paper_in(text_of(engineer.get(f"/cases/{case_no}/papers/work_order")))
        customer = paper_in(text_of(engineer.get(f"/cases/{case_no}/papers/work_order?copy=customer")))
        assert "工时与费用" in office
        assert "工时与费用" not in customer

    def test_even_private_fields_named_in_a_public_section_stay_inside(
        self, engineer: FlaskClient, case_no: str, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        paper = documents.load(house.processes)["service_report"]
        bare = replace(paper, sections=(Section(fields=("internal_remarks", "root_cause")),))
        monkeypatch.setitem(engineer.application.extensions, "aftercare_papers", {"service_report": bare})
        page = paper_in(text_of(engineer.get(f"/cases/{case_no}/papers/service_report?copy=customer")))
        assert REMARK not in page
        assert "胶条材质不良" in page


class TestPrinting:
    def test_the_first_print_has_no_mark_the_next_are_duplicates(
        self, engineer: FlaskClient, play: Play, no_pdf: list[str]
    ) -> None:
        case_no = play("listen_to_user")
        for _ in range(3):
            answer = engineer.get(f"/cases/{case_no}/papers/work_order.pdf")
            assert answer.mimetype == "application/pdf"
        assert "副本" not in no_pdf[0]
        assert "副本 · 第 2 次打印" in no_pdf[1]
        assert "副本 · 第 3 次打印" in no_pdf[2]
        assert "屏幕预览" not in no_pdf[0]

    def test_copies_count_apart(self, engineer: FlaskClient, play: Play, no_pdf: list[str]) -> None:
        case_no = play("listen_to_user")
        engineer.get(f"/cases/{case_no}/papers/work_order.pdf")
        engineer.get(f"/cases/{case_no}/papers/work_order.pdf?copy=customer")
        assert "副本" not in no_pdf[1]
        page = text_of(engineer.get(f"/cases/{case_no}/papers"))
        assert "已打印：存档联 1 次，客户联 1 次" in page

    def test_is_in_the_history_with_who(
        self, engineer: FlaskClient, play: Play, house: House, no_pdf: list[str]
    ) -> None:
        case_no = play("listen_to_user")
        engineer.get(f"/cases/{case_no}/papers/work_order.pdf")
        with house.db.reading() as tx:
            event = tx.row(select(history_event).where(history_event.c.kind == "paper_printed"))
        assert event is not None
        assert (event.case_no, event.actor_name, event.data["paper"]) == (case_no, "维修员甲", "维修单")
        assert "打印：维修单" in text_of(engineer.get(f"/cases/{case_no}/history"))

    def test_asking_for_the_head_prints_nothing(self, engineer: FlaskClient, play: Play, no_pdf: list[str]) -> None:
        case_no = play("listen_to_user")
        engineer.head(f"/cases/{case_no}/papers/work_order.pdf")
        assert no_pdf == []

    def test_what_was_not_drawn_is_not_counted(
        self, engineer: FlaskClient, play: Play, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(pdf, "_PRESS", [sys.executable, "-c", f"raise SystemExit({MISSING})"])
        case_no = play("listen_to_user")
        answer = engineer.get(f"/cases/{case_no}/papers/work_order.pdf")
        assert answer.status_code == 503
        assert "缺少生成 PDF 的组件" in text_of(answer)
        assert "还没有打印过" in text_of(engineer.get(f"/cases/{case_no}/papers/work_order"))

    def test_an_unknown_paper_or_number_is_refused(self, engineer: FlaskClient, play: Play) -> None:
        case_no = play("listen_to_user")
        assert engineer.get(f"/cases/{case_no}/papers/passport").status_code == 404
        answer = engineer.get(f"/cases/{case_no}/papers/work_order?no=WX-9")
        assert answer.status_code == 404
        assert "没有编号“WX-9”的维修单" in text_of(answer)


class TestThePdf:
    def test_is_one_with_pictures_of_this_case(self, engineer: FlaskClient, play: Play, add_photo: Any) -> None:
        case_no = play("look_at_unit")
        add_photo(case_no)
        photo = {"file": "photo-of-the-door-1", "taken_at": "2026-03-02T09:00:00+08:00"}
        TestOnTheScreen._with_photo(engineer, case_no, photo)
        answer = engineer.get(f"/cases/{case_no}/papers/service_report.pdf")
        content = answer.get_data()
        assert content.startswith(b"%PDF-")
        assert b"/Subtype /Image" in content
        assert "%E6%9C%8D%E5%8A%A1%E6%8A%A5%E5%91%8A%20BG-DEMO-1.pdf" in answer.headers["Content-Disposition"]
