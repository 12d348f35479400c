"""The contract of every connector: what it asks for, sets and throws; lint and documentation read it."""

from __future__ import annotations

from collections.abc import Mapping

from app.connectors import (
    goods_holding,
    look_up_stock,
    look_up_warranty,
    notify,
    old_parts,
    parts_explaining,
    parts_moving,
)
from app.definitions.knowledge import JobContract, JobInput
from app.messages import Message

_CLOCK = JobInput(
    "clock",
    Message("计时种类：reply、onsite、liaison、resolve", "reply, onsite, liaison or resolve"),
    required=True,
    header=True,
)
_SERIAL = JobInput("serial_no", Message("产品编号", "the serial number"))
_PLANNED = JobInput("planned_date", Message("计划日期", "the planned day"))
_SKILL = JobInput("required_skill", Message("所需技能", "the skill that is needed"))
_HASH = ("content_hash", Message("签字内容的摘要", "the hash of the signed content"))
_REPORT_NO = JobInput("report_no", Message("服务报告号", "the service report's number"))

CONTRACTS: Mapping[str, JobContract] = {
    "archive_answer": JobContract(
        Message("答复存档", "archive the answer"),
        (
            JobInput("reply_text", Message("答复内容", "the answer"), required=True),
            JobInput("reply_file", Message("答复附件", "its file")),
        ),
        (("archive_no", Message("存档号", "the archive number")),),
    ),
    "archive_report": JobContract(
        Message("服务报告存档", "archive the service report"),
        (
            _REPORT_NO,
            JobInput("content_hash", Message("签字内容的摘要", "the hash of the signed content")),
            JobInput("earlier_reports", Message("补交的服务报告", "reports of earlier visits")),
        ),
        (("archive_no", Message("存档号", "the archive number")),),
        (("SIGNED_CONTENT_CHANGED", Message("签字后内容被改动", "the signed content was changed")),),
    ),
    "assign_by_rotation": JobContract(
        Message("轮流派工", "assign by rotation"),
        (
            _SKILL,
            _PLANNED,
            JobInput("responsible_unit", Message("承修部门", "the unit that repairs")),
            JobInput("refused_by", Message("谁拒绝了这次派工", "who refused this job")),
            JobInput("refusal_skip_reason", Message("拒绝的理由", "why")),
        ),
        (
            ("engineer", Message("派给谁", "who goes")),
            ("rotation_result", Message("found、none_available", "found or none_available")),
            ("rotation_log", Message("每个人的轮派结果", "what was decided on everybody")),
        ),
    ),
    "find_open_case": JobContract(
        Message("查找在办服务单", "find an open case"),
        (_SERIAL, JobInput("contact_phone", Message("电话", "the phone number"))),
        (
            ("open_case_no", Message("在办服务单号，没有为空", "the open case, or null")),
            ("open_case_owner", Message("它的负责人", "its owner")),
        ),
    ),
    "freeze_signature": JobContract(
        Message("冻结签字内容", "freeze the signed content"),
        (
            JobInput("report_no", Message("服务报告号", "the service report's number"), required=True),
            JobInput(
                "form", Message("签字的表单；默认服务报告", "the signed form; else the service report"), header=True
            ),
            JobInput("customer_signature", Message("用户签字", "the customer's signature"), required=True),
            JobInput("work_finished_at", Message("服务完成时间", "when the work was finished")),
        ),
        (_HASH, ("signed_version", Message("第几次签字", "which version was signed"))),
    ),
    "link_to_case": JobContract(
        Message("并入原服务单", "link to the open case"),
        (
            JobInput("open_case_no", Message("在办服务单号", "the open case"), required=True),
            JobInput("contact_no", Message("来件编号", "the contact's number")),
            JobInput("content", Message("来件内容", "what was said")),
            JobInput("open_case_owner", Message("它的负责人", "its owner")),
        ),
        (("linked_at", Message("并入时间", "when it was linked")),),
    ),
    "look_up_unit": JobContract(
        Message("查询产品档案", "look up the unit"),
        (_SERIAL,),
        (
            ("serial_resolves", Message("编号能否查到起始日期", "whether the number tells when service began")),
            ("unit_start_date", Message("调试或购买日期", "the day of commissioning, else of purchase")),
            ("last_repairs", Message("以往维修：case_no、at", "earlier repairs: case_no, at")),
        ),
    ),
    "look_up_warranty": look_up_warranty.CONTRACT,
    "next_number": JobContract(
        Message("取编号", "take a number"),
        (
            JobInput(
                "number", Message("编号名，可以几个", "the name of one number or several"), required=True, header=True
            ),
        ),
        (("…", Message("每个编号名一个变量", "one variable for every name")),),
    ),
    "next_weekend_slots": JobContract(
        Message("查找周末档期", "find weekend slots"),
        (_PLANNED, _SKILL),
        (("weekend_slots", Message("最多四个日期", "up to four days")),),
    ),
    "notify_roles": JobContract(
        Message("通知角色", "notify roles"),
        (JobInput("roles", Message("角色，用空格分开", "roles, separated by spaces"), required=True, header=True),),
        (("notified_at", Message("通知时间", "when")),),
    ),
    "open_contact": JobContract(
        Message("打开来件", "open a contact"),
        (
            JobInput("received_at", Message("收到时间", "when it came")),
            JobInput("first_responder", Message("首问人", "who took it first")),
            JobInput("starter", Message("发起人", "who started the case")),
        ),
        (
            ("opened_at", Message("登记时间", "now")),
            ("received_at", Message("收到时间", "as given, else now")),
            ("backdated", Message("是否补录", "whether it is registered late")),
            ("first_responder", Message("首问人", "as given, else who started")),
        ),
    ),
    "pause_clock": JobContract(
        Message("暂停计时", "pause a clock"),
        (
            _CLOCK,
            JobInput(
                "reason",
                Message("customer_consent、weather、customer_absent", "customer_consent, weather, customer_absent"),
                required=True,
                header=True,
            ),
        ),
    ),
    "resume_clock": JobContract(
        Message("继续计时", "resume a clock"),
        (
            _CLOCK,
            JobInput(
                "reason",
                Message("只结束因此原因的暂停", "ends only a pause for this reason; without it any"),
                header=True,
            ),
        ),
    ),
    "start_clock": JobContract(
        Message("开始计时", "start a clock"),
        (
            _CLOCK,
            JobInput(
                "due", Message("到期时间所在的变量名", "the variable with the due time"), required=True, header=True
            ),
            JobInput(
                "mode",
                Message(
                    "natural、working、calendar_days；默认取参数 sla.clock",
                    "natural, working, calendar_days; else the parameter sla.clock",
                ),
                header=True,
            ),
        ),
    ),
    "start_in_closed_cases": JobContract(
        Message("在已结服务单中发起", "start in closed cases"),
        (
            JobInput("last_run_at", Message("上次抽取的时间", "when it ran last")),
            JobInput("process", Message("发起哪个流程", "the procedure that begins"), required=True, header=True),
            JobInput(
                "served",
                Message("哪些流程办过才算", "the procedures that make a case count"),
                required=True,
                header=True,
            ),
            JobInput("facts", Message("带去的变量", "the variables that go along"), required=True, header=True),
        ),
        (
            ("picked_at", Message("本次抽取的时间", "when it ran")),
            ("picked_cases", Message("发起了几单", "in how many cases it began")),
        ),
    ),
    "stop_clock": JobContract(Message("停止计时", "stop a clock"), (_CLOCK,)),
    "tell_customer": JobContract(
        Message("告知客户", "tell the customer"),
        (
            JobInput("customer_name", Message("客户", "the customer")),
            JobInput("contact_phone", Message("电话", "his phone number")),
            JobInput("tell", Message("告知什么", "what he is told of"), required=True, header=True),
        ),
    ),
    "void_signature": JobContract(
        Message("签字作废", "void the signature"),
        (_REPORT_NO,),
        (
            _HASH,
            ("customer_signature", Message("清空", "null")),
            ("signer_name", Message("清空", "null")),
            ("signed_at", Message("清空", "null")),
        ),
    ),
    **goods_holding.CONTRACTS,
    **parts_moving.CONTRACTS,
    **parts_explaining.CONTRACTS,
    **look_up_stock.CONTRACTS,
    **old_parts.CONTRACTS,
    **notify.CONTRACTS,
}
