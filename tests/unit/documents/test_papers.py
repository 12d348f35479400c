"""Declared papers, drawings, and a PDF that fetches nothing."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from app import documents, forms
from app.documents import BrokenPaper, load, pdf
from app.documents.derived import sections_of
from app.documents.drawing import qr_code, signature
from app.documents.parts import Cell, in_lines
from app.documents.press import MISSING
from app.messages import Refusal

ROOT = Path(__file__).parents[3]
PAPER = """
papers:
  slip:
    name: {zh: 便条, en: Slip}
    form: a.b
    number: slip_no
    sections:
      - fields: [x]
"""


def resolved_form(form_id: str) -> forms.Form:
    shared = {}
    for path in (ROOT / "forms" / "shared").glob("*.form"):
        form = forms.parse(path.read_bytes(), path.as_posix())
        shared[form.id] = form
    path = ROOT / "forms" / (form_id.replace(".", "/") + ".form")
    return forms.resolve(forms.parse(path.read_bytes(), path.as_posix()), shared)


# These go to somebody else, who is told what concerns him; the record itself stays in the house.
EXTRACTS = {
    "commissioning_record": "signed on site: appointments and calls to the factory are not the customer's",
    "product_exchange_form": "goes with the goods into the warehouse: how it was judged stays in the office",
    "quality_certificate": "goes with the goods: what the office keeps of money and deadlines stays there",
    "sales_list": "goes with the invoice: what the office keeps of deadlines stays there",
    "secondary_claim": "goes to the supplier before he has answered",
}


class TestShippedPapers:
    @pytest.fixture(params=sorted(load(ROOT / "processes")))
    def paper(self, request: pytest.FixtureRequest) -> documents.Paper:
        return load(ROOT / "processes")[request.param]

    def test_every_field_is_in_the_form(self, paper: documents.Paper) -> None:
        form = resolved_form(paper.form)
        fields = form.fields
        for section in paper.sections or sections_of(form, paper.number):
            named = [*section.fields, *section.photos, *([section.rows] if section.rows else [])]
            named += [box.field for box in section.signatures if box.field]
            assert [key for key in named if key not in fields] == []

    def test_every_field_of_the_form_stands_on_the_office_copy(self, paper: documents.Paper) -> None:
        """What is left out on purpose is listed here with its reason."""
        stands_elsewhere = {
            "case_no", paper.number, "signed_at", "signer_name", "signature_refused", "refusal_reason",  # head, boxes
            "collected_by", "collected_at", "report_state",  # foot, from the register
            "decision", "decision_comment", "decided_by", "decided_at",  # foot, from the register
        }  # fmt: skip
        not_printed = {
            "customer_id", "region_code", "serial_unknown", "signer_identity", "slips_file", "test_report_file",
            "arrived_at_stamped", "work_finished_at_stamped", "trip_no", "engineer",
            # questions that only steer the procedure
            "can_fix_now", "only_part_missing", "workshop_can_solve", "exchange_wanted", "customer_declines",
            "stop_requested", "parts_or_compensation", "customer_wants_old_part", "dismantled_by_us", "mismatch_told",
            "warning_tag", "other_problem", "permission_to_leave", "copies_signed",
            "supplier_told_at", "supplier_told_note",  # after both copies are signed
        }  # fmt: skip
        if paper.template or paper.key in EXTRACTS:
            return  # a letter says what it has to say
        form = resolved_form(paper.form)
        sections = paper.sections or sections_of(form, paper.number)
        printed = {key for section in sections for key in (*section.fields, *section.photos, section.rows)}
        printed |= {
            each for section in sections for box in section.signatures for each in (box.field, box.signer, box.at)
        }
        assert sorted(form.fields.keys() - printed - stands_elsewhere - not_printed) == []


class TestDeclarations:
    def declare(self, folder: Path, text: str) -> Path:
        (folder / "papers.yaml").write_text(text, encoding="utf-8")
        return folder

    def test_a_paper_is_read(self, tmp_path: Path) -> None:
        paper = load(self.declare(tmp_path, PAPER))["slip"]
        assert (paper.name.zh, paper.form, paper.sections[0].fields) == ("便条", "a.b", ("x",))

    @pytest.mark.parametrize(
        ("good", "wrong", "said"),
        [
            ("number: slip_no", "nummer: slip_no", "nummer"),
            ("- fields: [x]", "- feilds: [x]", "feilds"),
            ("form: a.b", "notes: []", "form"),
            ("en: Slip", "fr: Billet", "en"),
        ],
    )
    def test_a_mistake_is_named_with_its_place(self, tmp_path: Path, good: str, wrong: str, said: str) -> None:
        with pytest.raises(BrokenPaper) as broken:
            load(self.declare(tmp_path, PAPER.replace(good, wrong)))
        assert "papers.yaml: paper slip" in str(broken.value)
        assert said in str(broken.value)


class TestSectionsOfTheForm:
    """A paper without sections prints its form as it stands."""

    def test_are_its_groups_lists_and_signatures_in_their_order(self) -> None:
        form = resolved_form("onsite_service.service_report")
        sections = sections_of(form, "report_no")
        assert "parts_replaced" in [section.rows for section in sections]
        assert "site_photos" in [key for section in sections for key in section.photos]
        (box,) = sections[-1].signatures
        assert (box.field, box.signer, box.at) == ("customer_signature", "signer_name", "signed_at")
        titles = [section.title.zh for section in sections if section.title]
        assert titles == list(dict.fromkeys(titles))
        assert all(section.title.en for section in sections if section.title)

    def test_leave_out_what_stands_in_the_head_and_in_the_signature_box(self) -> None:
        sections = sections_of(resolved_form("onsite_service.service_report"), "report_no")
        printed = {key for section in sections for key in section.fields}
        assert printed.isdisjoint({"report_no", "case_no", "signer_name", "signed_at", "refusal_reason"})


class TestTemplates:
    PAPER = PAPER.replace("    sections:\n      - fields: [x]\n", "    template: slip.html\n")

    def declare(self, folder: Path, template: str | None) -> Path:
        (folder / "papers.yaml").write_text(self.PAPER, encoding="utf-8")
        if template is not None:
            (folder / "slip.html").write_text(template, encoding="utf-8")
        return folder

    def test_stand_beside_the_declaration(self, tmp_path: Path) -> None:
        assert load(self.declare(tmp_path, "<p>{{ value('x') }}</p>"))["slip"].template == "<p>{{ value('x') }}</p>"

    def test_that_are_missing_or_elsewhere_are_named(self, tmp_path: Path) -> None:
        with pytest.raises(BrokenPaper, match=r"papers.yaml: paper slip: there is no template slip.html"):
            load(self.declare(tmp_path, None))
        (tmp_path / "papers.yaml").write_text(self.PAPER.replace("slip.html", "../../etc/passwd"), encoding="utf-8")
        with pytest.raises(BrokenPaper, match="there is no template"):
            load(tmp_path)

    def test_that_are_wrong_are_named_with_their_line(self, tmp_path: Path) -> None:
        with pytest.raises(BrokenPaper, match=r"paper slip: slip.html line 2"):
            load(self.declare(tmp_path, "<p>\n{% if %}</p>"))


class TestLines:
    def test_two_cells_to_a_line_and_wide_ones_alone(self) -> None:
        cells = [Cell(label, "", wide=label.isupper()) for label in "abCdEfg"]
        assert [[cell.label for cell in line] for line in in_lines(cells)] == [
            ["a", "b"], ["C"], ["d"], ["E"], ["f", "g"],
        ]  # fmt: skip


class TestSignatures:
    def test_strokes_become_one_smooth_path(self) -> None:
        drawn = signature({"strokes": [[{"x": 0, "y": 0}, {"x": 10, "y": 5}, {"x": 20, "y": 0}]]}, "签字")
        assert drawn is not None
        assert 'd="M0 0Q10 5 15 2.5L20 0"' in drawn
        assert 'aria-label="签字"' in drawn

    def test_it_is_cropped_to_what_was_drawn(self) -> None:
        drawn = signature({"strokes": [[{"x": 1000, "y": 500}, {"x": 1100, "y": 540}]], "width": 4000}, "签字")
        assert drawn is not None
        box = re.search(r'viewBox="([^"]+)"', drawn)
        assert box is not None
        left, top, width, height = map(float, box[1].split())
        assert 990 < left < 1000
        assert 490 < top < 500
        assert width < 115
        assert height < 55

    def test_a_dot_is_a_dot(self) -> None:
        drawn = signature({"strokes": [[{"x": 3, "y": 4}]]}, "签字")
        assert drawn is not None
        assert "M3 4h.01" in drawn

    def test_nothing_drawn_is_nothing(self) -> None:
        assert signature({"strokes": []}, "签字") is None

    def test_a_label_cannot_break_out(self) -> None:
        drawn = signature({"strokes": [[{"x": 0, "y": 0}]]}, '"><script>')
        assert drawn is not None
        assert "<script>" not in drawn


class TestCodes:
    def test_a_code_is_a_drawing_without_addresses(self) -> None:
        drawn = qr_code("http://localhost/cases/FW2026000001", "FW2026000001 <b>")
        assert drawn.startswith("<svg")
        assert "<b>" not in drawn
        assert "href" not in drawn


class TestPdf:
    def test_is_made_without_fetching_anything(self) -> None:
        asked: list[str] = []

        def picture(file_id: str) -> None:
            asked.append(file_id)

        html = '<img src="http://localhost:9/x.png"><img src="file:///etc/hostname"><img src="case-file:abc"><p>好</p>'
        assert pdf.to_pdf(html, picture).startswith(b"%PDF-")
        assert asked == ["abc"]

    def test_leaves_nothing_of_the_press_in_the_server(self) -> None:
        """Once imported, WeasyPrint makes Pillow read broken pictures too, and keeps some 80 MB."""
        assert pdf.to_pdf("<p>好</p>", lambda _: None).startswith(b"%PDF-")
        assert "weasyprint" not in sys.modules

    def test_says_what_is_missing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pdf, "_PRESS", [sys.executable, "-c", f"raise SystemExit({MISSING})"])
        with pytest.raises(Refusal) as refused:
            pdf.to_pdf("<p>", lambda _: None)
        assert refused.value.status == 503
        assert "Pango" in refused.value.message.zh
        assert "打印预览" in refused.value.message.zh

    @pytest.mark.parametrize("program", ["raise SystemExit(1)", "raise MemoryError", "import os; os.abort()"])
    def test_a_drawing_that_breaks_off_breaks_nothing_else(self, monkeypatch: pytest.MonkeyPatch, program: str) -> None:
        monkeypatch.setattr(pdf, "_PRESS", [sys.executable, "-c", program])
        with pytest.raises(Refusal) as refused:
            pdf.to_pdf("<p>", lambda _: None)
        assert (refused.value.status, refused.value.code) == (503, "pdf_failed")

    def test_says_when_no_font_has_chinese(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pdf, "_has_chinese_font", lambda: False)
        with pytest.raises(Refusal) as refused:
            pdf.to_pdf("<p>", lambda _: None)
        assert "没有中文字体" in refused.value.message.zh
