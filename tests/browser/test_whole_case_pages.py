"""A call becomes an archived service: every person of the case at their own screen, the engineer on a phone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, expect
from sqlalchemy import select

from app.identity.tables import user_account
from app.registers import register_row
from tests.browser.customers import Customer
from tests.browser.person import Person
from tools.demo_server import DemoServer

MOST_ENTRIES = 6  # readings 10
MOST_TAPS = 25  # readings 5


def rows_of(server: DemoServer, register: str, **wanted: object) -> list[dict[str, object]]:
    """The rows of a register that hold these values."""
    with server.reading() as tx:
        found = [row.data for row in tx.rows(select(register_row.c.data).where(register_row.c.register == register))]
    return [row for row in found if all(row.get(key) == value for key, value in wanted.items())]


class Keyboard:
    """The hands of somebody who leaves the mouse alone; counts the fields that get something."""

    def __init__(self, someone: Person) -> None:
        self.page = someone.page
        self.entries = 0

    def types(self, text: str) -> None:
        """Type into the field that has the focus."""
        self.entries += 1
        self.page.keyboard.type(text)

    def chooses(self, option: str) -> None:
        """Go down the list that has the focus."""
        self.entries += 1
        chosen = "document.activeElement.selectedOptions[0].text"
        for _ in range(self.page.evaluate("document.activeElement.options.length")):
            if self.page.evaluate(chosen) == option:
                return
            self.page.keyboard.press("ArrowDown")
        assert self.page.evaluate(chosen) == option

    def goes_to(self, field: Locator, most: int = 12) -> None:
        """Tab until the field has the focus."""
        control = field.locator("input, select, textarea").first
        for _ in range(most):
            if control.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        expect(control).to_be_focused()


class TestTheHotlineAgent:
    def test_registers_a_known_customers_call_by_keyboard_alone_phone_first_in_six_entries(
        self, person: Callable[..., Person], known_customer: Customer
    ) -> None:
        agent = person("hotline_agent_1")
        agent.opens("/")
        keys = Keyboard(agent)
        agent.page.keyboard.press("n")
        expect(agent.page.get_by_role("button", name="新来电")).to_be_focused()
        agent.page.keyboard.press("Enter")
        agent.sees_form()
        expect(agent.field("电话").locator("input")).to_be_focused()
        keys.types(known_customer.phone)
        offer = agent.page.locator(".suggestions button").filter(has_text=known_customer.name)
        expect(offer).to_contain_text("1 台产品")
        agent.page.keyboard.press("Enter")
        keys.entries += 1
        for label, value in {
            "用户名称": known_customer.name,
            "联系人": known_customer.contact,
            "详细地址": known_customer.address,
            "产品型号/车型": known_customer.model,
            "编号/车架号": known_customer.serial_no,
        }.items():
            expect(agent.field(label).locator("input")).to_have_value(value)
        expect(agent.field("所属区域").locator(".picked")).to_contain_text("示例华东区")
        expect(agent.field("诉求类别").locator("select")).to_be_focused()
        keys.chooses("报修")
        keys.goes_to(agent.field("内容"))
        keys.types("前门关不严，行车时漏风")
        keys.goes_to(agent.field("故障系统"))
        keys.chooses("车身")
        agent.page.keyboard.press("Control+Enter")
        expect(agent.title).to_have_text("明确回复")
        assert keys.entries <= MOST_ENTRIES, f"{keys.entries} entries"
        print(f"\nentries for a known customer's contact: {keys.entries}")


class TestTheWholeCase:
    def test_from_the_call_to_the_archive(
        self, person: Callable[..., Person], server: DemoServer, known_customer: Customer, photo: Path
    ) -> None:
        agent, supervisor, leader = person("hotline_agent_1"), person("cs_supervisor_1"), person("department_leader_1")
        case_no = a_call_is_registered_and_answered(agent, known_customer)
        the_repair_is_registered_and_agreed(agent, case_no)
        engineer = person(the_work_order_goes_to_the_next_engineer(supervisor, case_no, server), phone=True)
        the_engineer_prepares_and_departs(engineer, case_no)
        with engineer.counted() as counts:
            the_engineer_repairs_and_the_customer_signs(engineer, photo)
        assert counts["taps"] <= MOST_TAPS, counts
        print(f"\narrival to signature: {counts['taps']} taps, {counts['entries']} fields filled in")
        the_leader_lets_the_engineer_go(engineer, leader, case_no)
        the_report_is_approved_and_archived(engineer, leader, agent, case_no, name_of(server, engineer.login))
        everything_is_finished(agent, case_no)
        the_registers_have_their_rows(server, engineer.login, known_customer, case_no)


def a_call_is_registered_and_answered(agent: Person, customer: Customer) -> str:
    agent.opens("/start")
    agent.presses("新来电")
    agent.sees_form()
    agent.fills({"电话": customer.phone})
    agent.press(agent.page.locator(".suggestions button").first)
    expect(agent.field("用户名称").locator("input")).to_have_value(customer.name)
    agent.fills({"诉求类别": "报修", "内容": "前门关不严，行车时漏风", "故障系统": "车身", "服务半径": "35"})
    agent.submits(lands_on="明确回复")
    agent.fills({"回复内容": "已受理，稍后由专人与您联系。"})
    case_no = agent.case_no
    agent.submits()
    return case_no


def the_repair_is_registered_and_agreed(agent: Person, case_no: str) -> None:
    agent.opens_task("填写顾客报修登记表", case_no)
    agent.adds_row("报修项目", {"项目": "门窗", "位置": "前门"})
    agent.fills({"故障描述": "前门上部缝隙约一厘米", "服务内容": "检查并修复车门"})
    agent.submits(lands_on="回复确认")
    expect(agent.page.locator("#form-here")).to_contain_text("保修期内")
    agent.fills({"确认维修内容": "检查门泵和胶条"})
    agent.submits(lands_on="协商服务方式")
    agent.fills({"约定维修时间": "明天 9:30", "服务方式": "上门服务"})
    agent.submits()


def the_work_order_goes_to_the_next_engineer(supervisor: Person, case_no: str, server: DemoServer) -> str:
    supervisor.opens_task("评估紧急、天气、人员", case_no)
    supervisor.fills({"所需技能": "车身", "派工日期": "明天"})
    supervisor.submits(lands_on="填写维修单并登记")
    picked = supervisor.field("维修人员").locator(".picked")
    expect(picked).to_contain_text("维修员")
    supervisor.adds_row("维修明细", {"维修项目": "检修前门"})
    supervisor.submits()
    [turn] = [row for row in rows_of(server, "R55", decision="assigned") if case_no in str(row["entry_no"])]
    return str(turn["candidate"])


def the_engineer_prepares_and_departs(engineer: Person, case_no: str) -> None:
    engineer.opens_task("领取外出工作指令", case_no)
    engineer.submits(lands_on="熟悉任务")
    engineer.fills({"已熟悉任务：资料、型号、编号、地址、电话、联系人": True})
    engineer.submits(lands_on="主动联系用户")
    engineer.fills({"已联系用户": True})
    engineer.press(engineer.field("联系时间").get_by_role("button", name="现在"))
    engineer.fills({"询问的故障": "前门有风声", "位置与交通": "示范路东口进"})
    engineer.submits(lands_on="准备工具材料")
    engineer.adds_row("工具材料", {"名称": "门机工具箱"})
    engineer.submits(lands_on="到达、说明来意")


def the_engineer_repairs_and_the_customer_signs(engineer: Person, photo: Path) -> None:
    engineer.submits(lands_on="听：用户介绍")
    expect(engineer.page.locator("#task-steps [aria-current=step]")).to_contain_text("听")
    engineer.fills({"运行时间": "1200", "运行里程": "56000", "使用情况": "城区公交", "故障前后情形": "昨天起关不严"})
    engineer.submits(lands_on="看：核对检查")
    engineer.fills({"现场照片": photo})
    engineer.submits(lands_on="查：确定真正原因")
    engineer.fills({"检查结果": "密封胶条老化", "故障真正原因": "胶条材质不良", "原因类别": "质量"})
    engineer.submits(lands_on="选定处理办法")
    engineer.submits(lands_on="处理故障")
    engineer.fills({"处理情况": "更换胶条，调整门机"})
    engineer.submits(lands_on="试机、清理、挂牌")
    engineer.fills({"已清理现场": True})
    engineer.submits(lands_on="传授使用保养知识")
    engineer.fills({"保养使用建议": "每周清洁门槛，胶条涂硅油"})
    engineer.submits(lands_on="填写服务报告")
    engineer.submits(lands_on="意见与签字（盖章）")
    assert "签字人" in engineer.submits_and_is_refused().inner_text()
    engineer.taps -= 1  # the test's own curiosity
    engineer.fills({"用户签字（盖章）": "drawn", "签字人": "调度员丙"})
    engineer.submits(lands_on="填满意度调查表")


def the_leader_lets_the_engineer_go(engineer: Person, leader: Person, case_no: str) -> None:
    marks = dict.fromkeys(("及时性", "服务态度", "技术水平", "处理结果"), "5 很好")
    engineer.fills({**marks, "总体评价": "很满意", "填写人": "调度员丙"})
    engineer.submits(lands_on="向单位简要汇报")
    engineer.fills({"处理结果": "前门已修好，用户签字"})
    engineer.submits()
    leader.opens_task("答复：下一任务或返回", case_no)
    leader.fills({"下一步": "返回"})
    leader.submits()
    engineer.opens_task("告别", case_no)
    engineer.submits(lands_on="返回、按时上班")


def name_of(server: DemoServer, login: str) -> str:
    with server.reading() as tx:
        return str(tx.value(select(user_account.c.name).where(user_account.c.login == login)))


def the_report_is_approved_and_archived(
    engineer: Person, leader: Person, agent: Person, case_no: str, engineer_name: str
) -> None:
    engineer.press(engineer.field("返回时间").get_by_role("button", name="现在"))
    engineer.submits(lands_on="向领导详细汇报")
    engineer.submits()
    leader.opens_task("审批服务报告", case_no)
    leader.fills({"审批结论": "同意"})
    leader.submits()
    engineer.opens_task("交维修单、费用单据", case_no)
    engineer.submits()
    agent.opens_task("回收登记、核算工时费用", case_no)
    [line] = agent.lines("工时费用明细").all()
    expect(agent.field("人员", line)).to_contain_text(engineer_name)
    agent.fills({"日期": "今天", "工时": "3"}, line)
    agent.submits()


def everything_is_finished(agent: Person, case_no: str) -> None:
    agent.opens(f"/cases/{case_no}")
    content = agent.page.locator("#content")
    shown = ("来电来函（来人）处理", "报修登记与确认", "派工", "接受任务与出发准备", "现场服务", "返回单位后工作")
    for process in shown:
        summary = content.locator("summary").filter(has_text=process).first
        expect(summary).to_contain_text("已完成")
    expect(content).to_contain_text("服务报告已存档")
    expect(content).not_to_contain_text("试图改动")
    report = content.locator("details").filter(has_text="意见与签字（盖章）").first
    report.locator("summary").click()
    expect(report).to_contain_text("调度员丙")
    expect(content.get_by_text("按期完成")).to_have_count(2)


def the_registers_have_their_rows(server: DemoServer, engineer: str, customer: Customer, case_no: str) -> None:
    def mine(register: str, **wanted: object) -> None:
        assert rows_of(server, register, **wanted), f"{register} has no row {wanted}: {rows_of(server, register)}"

    [order] = [row for row in rows_of(server, "R55") if case_no in str(row["entry_no"])]
    work_order_no = order["work_order_no"]
    mine("R01", target_process="repair", content="前门关不严，行车时漏风")
    [repair] = rows_of(server, "R04", work_order_no=work_order_no)
    assert (repair["completion_state"], repair["work_hours"]) == ("completed", 3)
    mine("R03", repair_no=repair["repair_no"], service_mode="on_site", warranty_status="in_warranty")
    mine("R06", serial_no=customer.serial_no, report_state="archived", approved_by="department_leader_1")
    mine("R38", work_order_no=work_order_no, user_id=engineer, hours=3)
