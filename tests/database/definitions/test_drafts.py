"""Drafts: nobody overwrites anybody, problems stand at elements, publishing keeps what runs where it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from app import definitions
from app.db import Database, Transaction
from app.definitions import DefinitionStore, DraftConflict, Knowledge, publish, queries
from app.definitions.tables import deployment, process_definition, process_version
from app.history import history_event
from app.identity import Actor
from app.messages import Refusal

ANNA = Actor(id=1, login="anna", name="安娜")
BEN = Actor(id=2, login="ben", name="本")

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="d" targetNamespace="https://aftercare.example" '
    'xmlns:modeler="http://camunda.org/schema/modeler/1.0" modeler:executionPlatform="Camunda Cloud" '
    'modeler:executionPlatformVersion="8.8.0">'
)


def repair(task_name: str = "登记", *, form: str = "repair.record", key: str = "repair", condition: str = "") -> bytes:
    """A process of one user task that a message can start too."""
    due = f'<zeebe:taskSchedule dueDate="={condition}"/>' if condition else ""
    return (
        f"""{HEAD}
<bpmn:message id="m" name="start_repair"/>
<bpmn:process id="{key}" name="报修" isExecutable="true">
  <bpmn:startEvent id="begin"/>
  <bpmn:startEvent id="handed"><bpmn:messageEventDefinition id="md" messageRef="m"/></bpmn:startEvent>
  <bpmn:userTask id="register" name="{task_name}"><bpmn:extensionElements><zeebe:userTask/>
    <zeebe:formDefinition formId="{form}"/><zeebe:assignmentDefinition assignee="anna"/>{due}
  </bpmn:extensionElements></bpmn:userTask>
  <bpmn:endEvent id="done"/>
  <bpmn:sequenceFlow id="f1" sourceRef="begin" targetRef="register"/>
  <bpmn:sequenceFlow id="f2" sourceRef="handed" targetRef="register"/>
  <bpmn:sequenceFlow id="f3" sourceRef="register" targetRef="done"/>
</bpmn:process></bpmn:definitions>"""
    ).encode()


INTAKE = (
    f"""{HEAD}
<bpmn:message id="m2" name="start_repair"/>
<bpmn:process id="intake" name="来电" isExecutable="true">
  <bpmn:startEvent id="begin2"/>
  <bpmn:endEvent id="handed_over" name="移交报修"><bpmn:messageEventDefinition id="md2" messageRef="m2">
    <bpmn:extensionElements><zeebe:taskDefinition type="publish_message"/></bpmn:extensionElements>
  </bpmn:messageEventDefinition></bpmn:endEvent>
  <bpmn:sequenceFlow id="g1" sourceRef="begin2" targetRef="handed_over"/>
</bpmn:process></bpmn:definitions>"""
).encode()

SHARED = (
    '{"type":"default","schemaVersion":19,"id":"shared.customer",'
    '"components":[{"type":"textfield","id":"c1","key":"customer_name","label":"客户"}]}'
).encode()


def form(label: str = "内容") -> bytes:
    """A form that takes a group from the shared one."""
    return (
        '{"type":"default","schemaVersion":19,"id":"repair.record","components":['
        f'{{"type":"textfield","id":"a1","key":"content","label":"{label}"}},'
        '{"type":"group","id":"g1","label":"客户","components":[],"properties":{"include":"shared.customer"}}]}'
    ).encode()


@dataclass
class Shop:
    """A database with the two processes deployed."""

    db: Database
    store: DefinitionStore
    knowledge: Knowledge

    def save(self, content: bytes, *, base: str | None = None, actor: Actor = ANNA, force: bool = False) -> str:
        with self.db.transaction() as tx:
            revision = base if base is not None else definitions.open_draft(tx, "repair").revision
            return definitions.save_draft(
                tx, actor=actor, key="repair", content=content, base_revision=revision, force=force
            ).revision

    def publish(self, reason: str = "改名", base: str | None = None) -> definitions.Deployed:
        with self.db.transaction() as tx:
            return definitions.publish_draft(
                tx, self.store, self.knowledge, actor=ANNA, key="repair", reason=reason, base_revision=base
            )

    def check(self, content: bytes) -> list[tuple[str, str | None]]:
        with self.db.reading() as tx:
            found = definitions.check_draft(tx, self.store, self.knowledge, "repair", content)
        return [(problem.rule, problem.element_id) for problem in found if problem.severity == "error"]

    def live(self, tx: Transaction) -> int:
        return int(
            tx.value(
                select(process_version.c.version)
                .join(process_definition, process_definition.c.live_version_id == process_version.c.id)
                .where(process_definition.c.key == "repair")
            )
        )


FILES = [
    definitions.File("processes/repair.bpmn", repair()),
    definitions.File("processes/intake.bpmn", INTAKE),
    definitions.File("forms/record.form", form()),
    definitions.File("forms/customer.form", SHARED),
]


@pytest.fixture
def shop() -> Iterator[Shop]:
    db = Database("sqlite://")
    db.create_all()
    knowledge = Knowledge(job_types=frozenset({"publish_message"}))
    with db.transaction() as tx:
        result = definitions.deploy(tx, definitions.parse(FILES), knowledge, actor=ANNA, reason="初次部署")
        assert not result.refused, [problem.message.en for problem in result.problems]
    yield Shop(db, DefinitionStore(), knowledge)
    db.close()


class TestSaving:
    def test_without_a_draft_the_live_version_is_opened(self, shop: Shop) -> None:
        with shop.db.reading() as tx:
            opened = definitions.open_draft(tx, "repair")
        assert opened.xml == repair()
        assert not opened.exists
        assert (opened.base_version, opened.live_version) == (1, 1)

    def test_what_was_saved_is_opened_again_with_its_author(self, shop: Shop) -> None:
        shop.save(repair("登记故障"))
        with shop.db.reading() as tx:
            opened = definitions.open_draft(tx, "repair")
        assert opened.xml == repair("登记故障")
        assert opened.author_name == "安娜"

    def test_an_unknown_process_has_no_draft(self, shop: Shop) -> None:
        with shop.db.reading() as tx, pytest.raises(Refusal) as refused:
            definitions.open_draft(tx, "nobody")
        assert refused.value.status == 404

    def test_the_second_of_two_who_began_together_is_told_who_was_first(self, shop: Shop) -> None:
        with shop.db.reading() as tx:
            both = definitions.open_draft(tx, "repair").revision
        shop.save(repair("安娜的"), base=both)
        with pytest.raises(DraftConflict) as refused:
            shop.save(repair("本的"), base=both, actor=BEN)
        assert refused.value.changed_by == "安娜"
        with shop.db.reading() as tx:
            assert definitions.open_draft(tx, "repair").xml == repair("安娜的")

    def test_overwriting_is_possible_when_asked_for(self, shop: Shop) -> None:
        with shop.db.reading() as tx:
            both = definitions.open_draft(tx, "repair").revision
        shop.save(repair("安娜的"), base=both)
        shop.save(repair("本的"), base=both, actor=BEN, force=True)
        with shop.db.reading() as tx:
            assert definitions.open_draft(tx, "repair").xml == repair("本的")

    def test_a_page_left_open_while_somebody_published_overwrites_nothing(self, shop: Shop) -> None:
        with shop.db.reading() as tx:
            old = definitions.open_draft(tx, "repair").revision
        shop.save(repair("登记故障"))
        assert shop.publish().new == {"repair": 2}
        with pytest.raises(DraftConflict) as refused:
            shop.save(repair("旧的"), base=old, actor=BEN)
        assert refused.value.changed_by == "安娜"

    def test_a_draft_left_behind_by_a_deployment_is_kept_and_can_be_based_on_the_new_version(self, shop: Shop) -> None:
        token = shop.save(repair("登记故障"))
        changed = [definitions.File("processes/repair.bpmn", repair("接报")), *FILES[1:]]
        with shop.db.transaction() as tx:
            definitions.deploy(tx, definitions.parse(changed), shop.knowledge, actor=BEN, reason="新文件")
        with shop.db.reading() as tx:
            assert definitions.open_draft(tx, "repair").is_behind
        with pytest.raises(DraftConflict):
            shop.save(repair("再改"), base=token)
        with pytest.raises(DraftConflict):
            shop.publish()
        with shop.db.transaction() as tx:
            definitions.rebase_draft(tx, actor=ANNA, key="repair")
        assert shop.publish().new == {"repair": 3}

    def test_a_draft_thrown_away_can_be_fetched_back(self, shop: Shop) -> None:
        shop.save(repair("登记故障"))
        with shop.db.transaction() as tx:
            definitions.discard_draft(tx, actor=ANNA, key="repair")
            assert not definitions.open_draft(tx, "repair").exists
            assert queries.thrown_away_draft(tx, "repair") is not None
        with shop.db.transaction() as tx:
            definitions.restore_draft(tx, actor=ANNA, key="repair")
            assert definitions.open_draft(tx, "repair").xml == repair("登记故障")

    def test_a_page_left_open_on_a_draft_thrown_away_does_not_overwrite_the_next_one(self, shop: Shop) -> None:
        token = shop.save(repair("第一份"))
        with shop.db.transaction() as tx:
            definitions.discard_draft(tx, actor=BEN, key="repair")
        shop.save(repair("第二份"), actor=BEN)
        with pytest.raises(DraftConflict):
            shop.save(repair("第一份又改"), base=token)

    def test_an_empty_or_huge_draft_is_refused(self, shop: Shop) -> None:
        for content in (b"  ", b"x" * 5_000_001):
            with pytest.raises(Refusal):
                shop.save(content)


class TestChecking:
    def test_the_live_diagram_has_no_errors(self, shop: Shop) -> None:
        assert shop.check(repair()) == []

    def test_a_missing_form_stands_at_its_task(self, shop: Shop) -> None:
        assert shop.check(repair(form="repair.nothing")) == [("known_form", "register")]

    def test_a_wrong_expression_stands_at_its_element(self, shop: Shop) -> None:
        assert shop.check(repair(condition="now( +")) == [("expression_compiles", "register")]

    def test_something_that_is_no_diagram_says_so(self, shop: Shop) -> None:
        assert shop.check(b"<nothing/>") != []
        assert shop.check(b"not even xml") != []

    def test_the_process_keeps_its_id(self, shop: Shop) -> None:
        assert ("process_kept", None) in shop.check(repair(key="other"))

    def test_the_id_of_another_diagram_is_not_taken(self, shop: Shop) -> None:
        assert ("process_kept", "intake") in shop.check(repair(key="intake"))

    def test_taking_away_a_start_that_others_hand_over_to_is_an_error_naming_them(self, shop: Shop) -> None:
        without = repair().replace(b'<bpmn:messageEventDefinition id="md" messageRef="m"/>', b"")
        without = without.replace(b'<bpmn:startEvent id="handed"></bpmn:startEvent>', b"").replace(
            b'<bpmn:sequenceFlow id="f2" sourceRef="handed" targetRef="register"/>', b""
        )
        with shop.db.reading() as tx:
            found = definitions.check_draft(tx, shop.store, shop.knowledge, "repair", without)
        (problem,) = [each for each in found if each.severity == "error"]
        assert problem.rule == "message_has_target"
        assert "来电" in problem.message.zh
        assert problem.element_id is None


class TestPublishing:
    def test_a_draft_becomes_the_next_version_with_the_forms_that_are_deployed(self, shop: Shop) -> None:
        shop.save(repair("登记故障"))
        result = shop.publish("说法更准")
        assert result.new == {"repair": 2}
        with shop.db.reading() as tx:
            version = shop.store.live(tx, "repair")
            assert version.process.elements["register"].name == "登记故障"
            assert set(version.forms["repair.record"].fields) == {"content", "customer_name"}
            assert not definitions.open_draft(tx, "repair").exists
            newest = queries.versions(tx, "repair")[0]
            assert (newest.version, newest.actor_name, newest.reason) == (2, "安娜", "说法更准")

    def test_other_processes_get_no_new_version(self, shop: Shop) -> None:
        shop.save(repair("登记故障"))
        shop.publish()
        with shop.db.reading() as tx:
            assert len(queries.versions(tx, "intake")) == 1

    def test_a_form_put_back_to_earlier_content_is_taken_as_it_is_deployed_not_as_it_was_stored_last(
        self, shop: Shop
    ) -> None:
        for label in ("另一个", "内容"):
            files = [FILES[0], FILES[1], definitions.File("forms/record.form", form(label)), FILES[3]]
            with shop.db.transaction() as tx:
                definitions.deploy(tx, definitions.parse(files), shop.knowledge, actor=BEN, reason=label)
        shop.save(repair("登记故障"))
        shop.publish()
        with shop.db.reading() as tx:
            assert shop.store.live(tx, "repair").forms["repair.record"].fields["content"].label == "内容"

    def test_a_draft_with_errors_is_refused_with_its_problems_and_stays(self, shop: Shop) -> None:
        shop.save(repair(form="repair.nothing"))
        result = shop.publish()
        assert result.refused
        with shop.db.reading() as tx:
            assert shop.live(tx) == 1
            assert definitions.open_draft(tx, "repair").exists

    def test_a_reason_is_needed_and_has_a_limit(self, shop: Shop) -> None:
        shop.save(repair("登记故障"))
        for reason in ("  ", "长" * (publish.MAX_REASON + 1)):
            with pytest.raises(Refusal) as refused:
                shop.publish(reason)
            assert refused.value.field == "reason"

    def test_nothing_is_published_when_nothing_changed_or_there_is_no_draft(self, shop: Shop) -> None:
        with pytest.raises(Refusal, match="no unpublished draft"):
            shop.publish()
        shop.save(repair())
        with pytest.raises(Refusal, match="equals the live version"):
            shop.publish()

    def test_publishing_a_revision_somebody_has_saved_over_is_a_conflict(self, shop: Shop) -> None:
        first = shop.save(repair("一"))
        shop.save(repair("二"), actor=BEN)
        with pytest.raises(DraftConflict):
            shop.publish(base=first)

    def test_the_unchanged_folder_is_still_known_and_does_not_undo_the_version_at_the_next_start(
        self, shop: Shop
    ) -> None:
        shop.save(repair("登记故障"))
        shop.publish()
        with shop.db.reading() as tx:
            assert definitions.last_digest(tx) == definitions.digest_of(FILES)

    def test_publishing_is_on_record(self, shop: Shop) -> None:
        shop.save(repair("登记故障"))
        shop.publish("说法更准")
        with shop.db.reading() as tx:
            last = tx.row(select(history_event).order_by(history_event.c.id.desc()))
        assert last is not None
        assert (last.kind, last.data["reason"], last.data["new"]) == ("deployed", "说法更准", {"repair": 2})


class TestGoingBack:
    @pytest.fixture
    def two(self, shop: Shop) -> Shop:
        shop.save(repair("登记故障"))
        shop.publish()
        return shop

    def back(self, shop: Shop, version: int = 1, *, instead_of: int | None = 2, reason: str = "误改") -> None:
        with shop.db.transaction() as tx:
            definitions.put_live(
                tx,
                shop.store,
                shop.knowledge,
                actor=BEN,
                key="repair",
                version=version,
                reason=reason,
                instead_of=instead_of,
            )

    def test_an_earlier_version_is_live_again_and_the_reason_on_record(self, two: Shop) -> None:
        self.back(two)
        with two.db.reading() as tx:
            assert two.live(tx) == 1
            (event,) = queries.put_live_events(tx, "repair")
            assert (event.actor_name, event.data["version"], event.data["before"], event.data["reason"]) == (
                "本",
                1,
                2,
                "误改",
            )

    def test_the_next_version_after_going_back_is_a_new_one(self, two: Shop) -> None:
        self.back(two)
        two.save(repair("登记缺陷"))
        assert two.publish().new == {"repair": 3}

    def test_going_back_needs_a_reason_a_version_and_an_up_to_date_page(self, two: Shop) -> None:
        with pytest.raises(Refusal, match="reason"):
            self.back(two, reason=" ")
        with pytest.raises(Refusal, match="no version 9"):
            self.back(two, 9)
        with pytest.raises(Refusal, match="is live"):
            self.back(two, 2)
        with pytest.raises(DraftConflict):
            self.back(two, instead_of=1)

    def test_a_version_whose_surroundings_are_gone_is_not_put_live(self, two: Shop) -> None:
        two.knowledge = Knowledge(job_types=frozenset({"publish_message"}), parameters=frozenset({"a.b"}))
        with two.db.transaction() as tx:
            with_parameter = repair(condition="param(&quot;a.b&quot;)")
            files = [definitions.File("processes/repair.bpmn", with_parameter), *FILES[1:]]
            assert not definitions.deploy(tx, definitions.parse(files), two.knowledge, actor=BEN, reason="参数").refused
        two.save(repair("登记缺陷"))
        assert two.publish().new == {"repair": 4}
        two.knowledge = Knowledge(job_types=frozenset({"publish_message"}), parameters=frozenset({"c.d"}))
        with pytest.raises(Refusal) as refused:
            self.back(two, 3, instead_of=4)
        assert refused.value.code == "version_does_not_fit"


def test_a_decision_table_is_shown_with_its_titles_and_cells() -> None:
    content = Path("processes/shared/response_deadlines.dmn").read_bytes()
    db = Database("sqlite://")
    db.create_all()
    with db.transaction() as tx:
        from app.definitions.tables import resource

        tx.execute(resource.insert().values(id=1, kind="decision", key="d", file="d.dmn", digest="x", content=content))
        (table,) = queries.decision_texts(tx, 1)
    assert table.name == "响应时限"
    assert table.inputs[0].label == "诉求类别"
    assert table.inputs[0].text == "request_type"
    assert len(table.rules) > 5
    assert all(len(rule.inputs) == len(table.inputs) for rule in table.rules)


def test_a_deployment_row_names_the_person(shop: Shop) -> None:
    with shop.db.reading() as tx:
        assert tx.value(select(deployment.c.actor_name)) == "安娜"
