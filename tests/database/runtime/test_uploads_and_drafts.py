"""Uploads in pieces, drafts, incidents: what two tabs, lost files and repeated requests may not break."""

from __future__ import annotations

from pathlib import Path

import pytest

from app import clock
from app.identity import SYSTEM, add_deputy, add_unit, deactivate_user, load_actor_by_login
from app.messages import Refusal
from app.runtime import fire_timer, resolve_incident, save_draft
from app.runtime.commands.outgoing_jobs import fail_job
from app.runtime.commands.upload_file import Piece, path_of, upload_piece
from app.runtime.tables import attachment, incident, outgoing_job, task_draft, timer

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
SIZE = len(PNG)
BAD_KEYS = (
    "../../etc/passwd",
    "a/b/c/d/e/f",
    "..",
    "",
    "short",
    "x" * 41,
    "a\\b\\c\\d\\e",
    "名字名字名字名字",
    "abcdefg\n",
)


class Uploads:
    """One task that takes pieces."""

    def __init__(self, desk, folder: Path) -> None:
        self.desk, self.folder = desk, folder
        begun = desk.start("one")
        self.case_no, self.task_id = begun.case_no, desk.open(begun.case_no)["a"]

    def send(self, content: bytes, *, key="upload-0001", offset=0, size=SIZE, by="hotline_agent_1", **more):
        piece = Piece(key, more.pop("name", "a.png"), more.pop("type", "image/png"), offset, size, content)
        with clock.use(self.desk.clock.now), self.desk.transaction() as tx:
            return upload_piece(
                tx, self.folder, piece, actor=self.desk.actor(by), case_no=more.pop("case_no", self.case_no),
                task_id=self.task_id, most=1000,
            )  # fmt: skip

    def row(self):
        return self.desk.row(attachment)


@pytest.fixture
def uploads(desk, tmp_path: Path) -> Uploads:
    return Uploads(desk, tmp_path)


def test_pieces_make_a_whole(uploads: Uploads) -> None:
    assert not uploads.send(PNG[:20]).whole
    assert uploads.send(PNG[20:], offset=20).whole
    assert path_of(uploads.folder, "upload-0001").read_bytes() == PNG
    assert uploads.row().digest is not None


def test_a_piece_sent_again_changes_nothing(uploads: Uploads) -> None:
    uploads.send(PNG[:20])
    again = uploads.send(PNG[:20])
    assert (again.expected, again.received) == (False, 20)
    uploads.send(PNG[20:], offset=20)
    assert uploads.send(PNG[20:], offset=20).whole
    assert path_of(uploads.folder, "upload-0001").read_bytes() == PNG


def test_a_gap_is_told(uploads: Uploads) -> None:
    assert uploads.send(PNG[20:], offset=20) == uploads.send(PNG[20:], offset=20)
    answer = uploads.send(PNG[20:], offset=20)
    assert (answer.expected, answer.received) == (False, 0)


def test_what_the_disk_lost_comes_again_and_is_not_filled_with_zeros(uploads: Uploads) -> None:
    uploads.send(PNG[:20])
    path_of(uploads.folder, "upload-0001").unlink()
    answer = uploads.send(PNG[20:], offset=20)
    assert (answer.expected, answer.received) == (False, 0)
    assert uploads.send(PNG).whole
    assert path_of(uploads.folder, "upload-0001").read_bytes() == PNG


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"<html><script>alert(1)</script></html>" + b"0" * 10, "image/png"),
        (b"RIFF0000AVI " + b"0" * 36, "image/webp"),
        (b"MZ" + b"0" * 46, "application/pdf"),
        (b"\x89PN", "image/png"),
        (PNG, "image/svg+xml"),
        (PNG, "text/html"),
        (PNG, ""),
    ],
)
def test_the_wrong_kind_is_refused_and_nothing_stays(uploads: Uploads, content: bytes, kind: str) -> None:
    with pytest.raises(Refusal) as refused:
        uploads.send(content, type=kind)
    assert refused.value.status == 415
    assert uploads.desk.rows(attachment) == []
    assert not list(uploads.folder.rglob("*upload*"))


@pytest.mark.parametrize(
    "key",
    ["../../etc/passwd", "a/b/c/d/e/f", "..", "", "short", "x" * 41, "a\\b\\c\\d\\e", "名字名字名字名字", "abcdefg\n"],
)
def test_a_key_holds_no_path(uploads: Uploads, key: str) -> None:
    with pytest.raises(Refusal) as refused:
        uploads.send(PNG, key=key)
    assert refused.value.status == 400


@pytest.mark.parametrize(("size", "offset"), [(1001, 0), (10, 0), (len(PNG), 1)])
def test_too_much_is_refused(uploads: Uploads, size: int, offset: int) -> None:
    with pytest.raises(Refusal) as refused:
        uploads.send(PNG, size=size, offset=offset)
    assert refused.value.status == 413


def test_somebody_elses_upload_is_unknown(uploads: Uploads) -> None:
    uploads.send(PNG[:20])
    for more in ({"by": "hotline_agent_2"}, {"case_no": "FW2026999999"}, {"size": 99}):
        with pytest.raises(Refusal) as refused:
            uploads.send(PNG[20:], offset=20, **more)
        assert refused.value.status == 404


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../照片 1.png", "照片 1.png"),
        ("C:\\fake\\b.png", "b.png"),
        ("a\r\nSet-Cookie: x=1.png", "aSet-Cookie: x=1.png"),
        ("\x00", "file"),
        ("", "file"),
        ("x" * 300, "x" * 200),
    ],
)
def test_a_name_is_only_a_name(uploads: Uploads, name: str, kept: str) -> None:
    uploads.send(PNG, name=name)
    assert uploads.row().name == kept


def test_the_last_draft_counts(desk) -> None:
    task_id = desk.open(desk.start("one").case_no)["a"]
    for number in (1, 2):
        desk.run(save_draft, "hotline_agent_1", task_id=task_id, values={"n": number})
    desk.run(save_draft, "hotline_agent_2", task_id=task_id, values={"n": 9})
    drafts = {row.user_id: row.form_values["n"] for row in desk.rows(task_draft)}
    assert drafts == {desk.actor("hotline_agent_1").id: 2, desk.actor("hotline_agent_2").id: 9}


def test_mending_a_failed_job_is_on_record_and_needs_a_living_instance(desk) -> None:
    begun = desk.start("sends")
    job = desk.row(outgoing_job)
    desk.run(fail_job, job_id=job.id, reason="no connection")
    broken = desk.row(incident)
    desk.run(resolve_incident, "process_owner_1", incident_id=broken.id, reason="网络恢复")
    assert desk.row(outgoing_job).state == "open"
    retried = [event for event in desk.history(begun.case_no) if event.kind == "incident_retried"]
    assert [(event.actor_name, event.data["reason"]) for event in retried] == [("流程负责人甲", "网络恢复")]


def test_the_deputy_of_somebody_who_has_left_holds_nothing_of_his(desk) -> None:
    with clock.use(desk.clock.now), desk.transaction() as tx:
        now = clock.now()
        add_deputy(
            tx, actor=SYSTEM, login="cs_supervisor_1", deputy_login="service_engineer_1",
            from_at=now, until_at=now.replace(year=2027),
        )  # fmt: skip
        before = load_actor_by_login(tx, "service_engineer_1")
        deactivate_user(tx, actor=SYSTEM, login="cs_supervisor_1")
        after = load_actor_by_login(tx, "service_engineer_1")
    assert before is not None
    assert "cs_supervisor" in before.roles
    assert after is not None
    assert after.roles == {"service_engineer"}
    assert after.own_ids == (after.id,)


def test_codes_of_units_differ_by_more_than_case(desk) -> None:
    with pytest.raises(Refusal) as refused, desk.transaction() as tx:
        add_unit(tx, actor=SYSTEM, code="o1", kind="outlet", name="小写", parent="R1")
    assert refused.value.code == "unit_exists"


def test_a_timer_of_a_finished_instance_does_nothing(desk) -> None:
    desk.start("timer_ends_it")
    armed = desk.row(timer)
    desk.complete(desk.open("FW2026000001")["a"])
    desk.clock.advance("PT2H")
    assert desk.run(fire_timer, instance_id=armed.instance_id, engine_task_id=armed.engine_task_id) is None


def test_nobody_becomes_administrator_by_standing_in_for_one(desk) -> None:
    with clock.use(desk.clock.now), desk.transaction() as tx:
        now = clock.now()
        add_deputy(
            tx, actor=SYSTEM, login="system_admin_1", deputy_login="hotline_agent_1",
            from_at=now, until_at=now.replace(year=2027),
        )  # fmt: skip
        stand_in = load_actor_by_login(tx, "hotline_agent_1")
    assert stand_in is not None
    assert stand_in.roles == {"hotline_agent"}
