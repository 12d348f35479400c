"""Approving with others: in two taps, several at once, with signers asked in, prepared by somebody else."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.cases import a_report_waits, does, task_of, times_completed
from tests.browser.customers import Customer
from tests.browser.person import Person
from tools.demo_server import DemoServer

APPROVE = "审批服务报告"
BRIEFING = {"result_summary": "用户不修，已解释", "expenses_incurred": False}
LEADER, SUPERVISOR = "department_leader_3", "cs_supervisor_1"


def a_report_to_approve(server: DemoServer, customer: Customer) -> str:
    """A report at its leader's."""
    case_no = a_report_waits(server, customer, "service_engineer_3")
    does(server, "service_engineer_3", case_no, "debrief_leader", BRIEFING)
    return case_no


def verb(someone: Person, name: str) -> None:
    """Unfold one of the other actions."""
    someone.press(someone.page.locator("#task-verbs summary", has_text=name))


def test_a_leader_approves_on_the_phone_in_two_taps(
    person: Callable[..., Person], server: DemoServer, known_customer: Customer
) -> None:
    case_no = a_report_to_approve(server, known_customer)
    leader = person(LEADER, phone=True)
    leader.opens(f"/?scope=roles&text={case_no}")
    leader.press(leader.row(APPROVE).get_by_role("link", name=APPROVE))
    leader.sees_form()
    leader.press(leader.page.locator("#form-approve"))
    leader.page.wait_for_url(lambda address: "/tasks/" not in address)
    assert leader.taps == 2
    assert times_completed(server, task_of(server, case_no, "approve_report")) == 1


def test_several_reports_are_approved_together_and_what_cannot_be_is_named(
    person: Callable[..., Person], server: DemoServer, known_customer: Customer
) -> None:
    case_no = a_report_to_approve(server, known_customer)
    other = a_report_to_approve(server, known_customer)
    leader = person(LEADER)
    leader.opens(f"/?scope=roles&text={known_customer.name}")
    expect(leader.page.locator("#approve-many")).to_be_hidden()
    for row in leader.row(APPROVE).all():
        row.get_by_role("checkbox").check()
    does(server, LEADER, other, "approve_report", {"decision": "approved"})
    leader.page.get_by_label("共同的审批意见").fill("同意，注意时限")
    leader.presses("同意所选")
    expect(leader.page.locator("#content")).to_contain_text("已同意 1 项")
    expect(leader.page.locator(".notice-bad")).to_contain_text(f"{APPROVE} {other}：已由")
    assert times_completed(server, task_of(server, case_no, "approve_report")) == 1


def test_a_signer_is_asked_first_and_the_leader_waits_for_him(
    person: Callable[..., Person], server: DemoServer, known_customer: Customer
) -> None:
    case_no = a_report_to_approve(server, known_customer)
    leader = person(LEADER)
    leader.opens_task(APPROVE, case_no)
    verb(leader, "加签")
    signers = leader.page.locator("#verb-signers")
    signers.get_by_label("我决定之前").check()
    signers.get_by_label("按姓名查找").fill("主管甲")
    signers.get_by_role("checkbox", name="主管甲").check()
    signers.get_by_label("说明").fill("费用合理吗？")
    signers.get_by_role("button", name="加签").click()
    expect(leader.page.locator("#task-parts")).to_contain_text("未答复")
    leader.fills({"审批结论": "同意"})
    leader.press(leader.submit_button)
    expect(leader.page.locator("#form-notice")).to_contain_text("还在等待加签人主管甲")

    supervisor = person(SUPERVISOR, phone=True)
    supervisor.opens(f"/?text={case_no}")
    expect(supervisor.row(APPROVE)).to_contain_text("征求意见")
    supervisor.press(supervisor.row(APPROVE).get_by_role("link", name=APPROVE))
    expect(supervisor.page.locator("#task-answer")).to_contain_text("费用合理吗？")
    expect(supervisor.submit_button).to_be_hidden()
    supervisor.page.locator("#task-answer").get_by_label("不同意").check()
    supervisor.page.locator("#task-answer textarea").fill("住宿费偏高")
    supervisor.presses("答复")
    expect(supervisor.page.locator("#content")).to_contain_text("已答复")

    leader.opens(leader.page.url)
    expect(leader.page.locator("#task-parts")).to_contain_text("不同意")
    leader.press(leader.page.locator("#form-approve"))
    leader.page.wait_for_url(lambda address: "/tasks/" not in address)
    leader.opens(f"/cases/{case_no}")
    leader.page.get_by_text("经过", exact=True).first.click()
    expect(leader.page.locator("#content")).to_contain_text("住宿费偏高")


def test_somebody_prepares_the_approval_and_it_comes_back(
    person: Callable[..., Person], server: DemoServer, known_customer: Customer
) -> None:
    case_no = a_report_to_approve(server, known_customer)
    leader = person(LEADER)
    leader.opens_task(APPROVE, case_no)
    verb(leader, "委派")
    form = leader.page.locator("#verb-delegate")
    form.get_by_label("按姓名查找").fill("主管")
    form.get_by_role("radio", name="主管甲").check()
    form.get_by_label("请他做什么").fill("先核对费用")
    form.get_by_role("button", name="委派").click()
    expect(leader.page.locator("#content")).to_contain_text("已委派")

    supervisor = person(SUPERVISOR)
    supervisor.opens_task(APPROVE, case_no)
    expect(supervisor.page.locator("#content")).to_contain_text("先核对费用")
    supervisor.fills({"审批结论": "退回修改", "审批意见": "缺住宿发票"})
    expect(supervisor.submit_button).to_have_text("交回")
    supervisor.press(supervisor.submit_button)
    supervisor.page.wait_for_url(lambda address: "/tasks/" not in address)

    leader.opens_task(APPROVE, case_no)
    expect(leader.field("审批意见").locator("textarea")).to_have_value("缺住宿发票")


def test_a_copy_may_be_read_and_an_urgent_task_is_marked(
    person: Callable[..., Person], server: DemoServer, known_customer: Customer
) -> None:
    case_no = a_report_to_approve(server, known_customer)
    leader = person(LEADER)
    leader.opens_task(APPROVE, case_no)
    verb(leader, "抄送")
    form = leader.page.locator("#verb-copy")
    form.get_by_label("按姓名查找").fill("客服")
    form.get_by_role("checkbox", name="客服甲").check()
    form.get_by_label("按姓名查找").fill("没有这个人")
    expect(form.get_by_role("checkbox")).to_have_count(1)  # whoever is ticked stays
    form.get_by_label("附言").fill("请知悉")
    form.get_by_role("button", name="抄送").click()
    expect(leader.page.locator("#content")).to_contain_text("已抄送")

    agent = person("hotline_agent_1")
    agent.opens("/copies")
    line = agent.page.locator("[data-row]", has_text=case_no)
    expect(line).to_contain_text("未读")
    line.get_by_role("link").click()
    expect(agent.page.locator("h1")).to_contain_text(case_no)
    agent.opens("/copies")
    expect(agent.page.locator("[data-row]", has_text=case_no)).not_to_contain_text("未读")
    with_task = f"/tasks/{task_of(server, case_no, 'approve_report')}"
    assert agent.page.goto(with_task).status == 404  # a copy is read as a case; the task is another outlet's
    engineer = person("service_engineer_3")
    engineer.opens(with_task)
    engineer.press(engineer.page.locator("#task-verbs summary", has_text="催办"))
    engineer.page.locator("#verb-urge").get_by_role("button", name="催办").click()
    expect(engineer.page.locator("#content")).to_contain_text("已催办")
    leader.opens(f"/?text={case_no}")
    expect(leader.row(APPROVE)).to_contain_text("催")
