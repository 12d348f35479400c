"""The shipped forms against the field lists of the catalogue: every field, its type, label, steps and rule."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

import pytest

from app import feel, forms
from app.parameters import Parameters, load

ROOT = Path(__file__).resolve().parents[3]
FORMS = ROOT / "forms"
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)  # Monday 09:00 in China

# key | component type | rule | steps (* = all) | label. Rules: ! required, ~ under a condition or at some steps,
# ? optional, = system.
# Names, labels and types are those of the catalogue; [+] marks facts that a gateway or a reading needs beside it.
EXPECTED = {
    "shared.customer": """
customer_id | lookup | ? | * | 客户编号
customer_name | textfield | ! | * | 用户名称
contact_person | textfield | ! | * | 联系人
contact_phone | textfield | ! | * | 电话
customer_address | textfield | ! | * | 详细地址
region_code | lookup | ! | * | 所属区域
    """,
    "shared.product": """
product_category | select | ! | * | 产品类别
product_model | textfield | ! | * | 产品型号/车型
serial_no | textfield | ~ | * | 编号/车架号
purchase_date | datetime | ? | * | 购买日期
purchase_proof_no | textfield | ? | * | 购买证明编号
commissioned_date | datetime | ? | * | 调试/验收合格日期
serial_unknown | checkbox | ? | * | 编号和购买证明都没有 [+]
    """,
    "shared.sign": """
customer_comment | textarea | ? | * | 用户意见
customer_signature | signature | ~ | * | 用户签字（盖章）
signer_name | textfield | ~ | * | 签字人
signed_at | datetime | = | * | 签字时间
signature_refused | checkbox | ? | * | 用户拒绝签字 [+]
refusal_reason | textarea | ~ | * | 拒签原因 [+]
signer_identity | select | ? | * | 怎样确认身份 [+]
    """,
    "shared.approval": """
decision | radio | ! | * | 审批结论
decision_comment | textarea | ~ | * | 审批意见
decided_by | person | = | * | 审批人
decided_at | datetime | = | * | 审批时间
    """,
    "contact_intake.contact_record": """
contact_no | textfield | = | * | 编号
received_at | datetime | = | register_contact | 来电/来函时间
channel | select | ! | register_contact | 渠道
source_party | select | ~ | clarify_contact register_contact | 来源
request_type | select | ~ | clarify_contact register_contact | 诉求类别
content | textarea | ! | clarify_contact register_contact | 内容
facts_clear | radio | ! | clarify_contact register_contact | 情况是否明确
clarify_log | dynamiclist | ~ | clarify_contact clarify_task_facts | 了解情况记录
fault_system | select | ~ | clarify_contact register_contact | 故障系统
distance_km | number | ? | clarify_contact register_contact | 服务半径
supplier_needed | checkbox | ? | clarify_contact register_contact | 需联系配套厂家
urgency | select | = | * | 紧急程度
first_responder | person | = | register_contact clarify_contact | 首问责任人
reply_due_at | datetime | = | * | 回复时限
reply_text | textarea | ! | answer_contact | 回复内容
replied_at | datetime | = | answer_contact | 回复时间
reply_file | filepicker | ~ | answer_contact | 复函附件
archive_no | textfield | = | * | 存档号
danger | checkbox | ? | clarify_contact register_contact | 有人身或财产危险 [+]
out_of_use | checkbox | ? | clarify_contact register_contact | 产品完全不能使用 [+]
sudden_event | checkbox | ? | clarify_contact register_contact | 突发事件，涉及公众或安全 [+]
earlier_received_at | datetime | ? | register_contact | 补录：实际收到时间 [+]
backdate_reason | textarea | ~ | register_contact | 补录原因 [+]
case_no | textfield | = | * | 服务单号 [+]
opened_at | datetime | = | register_contact | 登记时间 [+]
backdated | checkbox | = | register_contact | 补录 [+]
    """,
    "repair_request.repair_registration": """
repair_no | textfield | = | * | 报修编号
contact_no | textfield | = | * | 来电编号
request_medium | radio | ! | register_repair | 报修方式
property_name | textfield | ? | register_repair | 物业/小区
repair_items | dynamiclist | ! | register_repair | 报修项目
fault_description | textarea | ! | register_repair | 故障描述
service_content | textarea | ! | register_repair | 服务内容
warranty_status | select | = | * | 保修状态
warranty_end | datetime | = | * | 保修截止日
urgency | radio | ! | register_repair | 紧急程度
confirmed_content | textarea | ! | confirm_repair | 确认维修内容
planned_visit_at | datetime | ~ | agree_service_mode confirm_repair | 约定维修时间
estimated_amount | number | ~ | confirm_repair | 预计金额
service_mode | radio | ! | agree_service_mode | 服务方式
confirmed_at | datetime | = | confirm_repair | 确认时间
registered_by | person | = | register_repair | 登记人
content | textarea | = | * | 来电内容 [+]
customer_contests | checkbox | ? | confirm_repair register_repair | 客户对保修判定有异议 [+]
case_no | textfield | = | * | 服务单号 [+]
    """,
    "repair_request.dispute_appraisal": """
appraisal_no | textfield | = | * | 编号
repair_no | textfield | = | * | 报修编号
dispute_point | textarea | ! | * | 争议点
cause_verdict | radio | ! | * | 原因结论
warranty_verdict | radio | ! | * | 保修结论
evidence | filepicker | ? | * | 依据附件
appraised_by | person | = | * | 鉴定人
appraised_at | datetime | = | * | 鉴定时间
case_no | textfield | = | * | 服务单号 [+]
    """,
    "repair_request.customer_consent": """
consent_no | textfield | = | * | 编号
case_ref | textfield | = | * | 关联单号
consent_subject | select | ! | * | 同意事项
amount_offered | number | ~ | * | 报价金额
consented | radio | ! | * | 是否同意
consent_party | radio | ! | * | 同意方
consent_name | textfield | ! | * | 同意人
consent_channel | select | ! | * | 方式
consent_file | filepicker | ~ | * | 书面凭证
consent_at | datetime | ! | * | 同意时间
case_no | textfield | = | * | 服务单号 [+]
quote_details | textarea | = | * | 报价明细 [+]
    """,
    "dispatch.dispatch_assessment": """
repair_no | textfield | = | * | 报修编号
urgency | radio | ! | assess_dispatch | 紧急程度
weather | radio | ! | assess_dispatch | 天气
required_skill | lookup | ! | assess_dispatch | 所需技能
staff_note | textarea | ? | assess_dispatch | 人员情况
planned_date | datetime | ! | assess_dispatch move_to_weekend | 派工日期
weekday_exception_file | filepicker | ~ | assess_dispatch | 物业书面告知
capacity_confirmed | checkbox | ~ | assess_dispatch | 公司可安排
delay_notice_at | datetime | ~ | tell_delay | 延期通知时间
new_visit_date | datetime | ~ | tell_delay | 新约日期
emergency_backfill | checkbox | ? | assess_dispatch | 先抢修后补单 [+]
keep_weekday | checkbox | ? | assess_dispatch | 物业书面要求工作日上门 [+]
weekend_slots | checklist | = | move_to_weekend | 最近的周末空档 [+]
over_deadline_confirmed | checkbox | ~ | move_to_weekend | 改期后超过到达时限，仍确认改期 [+]
over_deadline_reason | textarea | ~ | move_to_weekend | 超时改期原因 [+]
customer_informed_at | datetime | ! | move_to_weekend | 已告知客户时间 [+]
shortage_choice | radio | ! | resolve_shortage | 怎么办 [+]
wait_until | datetime | ~ | resolve_shortage | 等到何时 [+]
engineer | person | ~ | resolve_shortage | 指定维修人员 [+]
manual_reason | textarea | ~ | resolve_shortage | 指定原因 [+]
case_no | textfield | = | * | 服务单号 [+]
weather_ok | checkbox | = | assess_dispatch | 天气适宜施工 [+]
engineers | person | = | resolve_shortage | 维修人员 [+]
dispatch_mode | select | = | resolve_shortage | 派工方式 [+]
    """,
    "dispatch.work_order": """
work_order_no | textfield | = | * | 维修单号
repair_no | textfield | = | * | 报修编号
warranty_mark | radio | ! | issue_work_order | 保修期内/外
responsible_unit | select | ! | issue_work_order | 承修部门
engineers | person | ! | issue_work_order | 维修人员
interim_leader | person | ? | issue_work_order | 临时负责人
dispatch_mode | radio | ! | issue_work_order | 派工方式
manual_reason | textarea | ~ | issue_work_order | 指定原因
emergency_backfill | radio | = | issue_work_order | 先抢修后补单
planned_at | datetime | ! | issue_work_order | 计划时间
repair_lines | dynamiclist | ~ | hand_in_order issue_work_order | 维修明细
estimated_amount | number | ? | issue_work_order | 预计金额
dispatched_by | person | = | issue_work_order | 派工人
engineer | person | = | issue_work_order | 接单人 [+]
dispatched_at | datetime | = | issue_work_order | 派工时间
arrived_at | datetime | = | * | 到达时间
work_finished_at | datetime | = | * | 完工时间
completion_state | radio | = | agree_next_visit hand_in_order note_unfinished | 完成情况
unfinished_reason | textarea | ~ | agree_next_visit note_unfinished | 未完成原因
next_visit_at | datetime | ! | agree_next_visit note_unfinished | 约定下次时间
work_hours | number | = | register_return | 工时
expenses_total | number | = | register_return | 费用合计
collected_at | datetime | = | register_return | 回收时间
collected_by | person | = | register_return | 回收人
slips_file | filepicker | ? | hand_in_order | 费用单据 [+]
expenses_note | textarea | ? | hand_in_order | 费用说明 [+]
hour_lines | dynamiclist | ! | register_return | 工时费用明细 [+]
return_note | textarea | ? | register_return | 回收批注 [+]
case_no | textfield | = | * | 服务单号 [+]
    """,
    "task_acceptance.trip_order": """
trip_no | textfield | = | * | 外出编号
work_order_no | textfield | = | * | 维修单号
task_content | textarea | ~ | order_trip | 任务内容
reference_docs | filepicker | ? | order_trip study_task | 资料
team | person | ~ | order_trip | 外出人员
team_size | number | = | order_trip study_task take_trip_order | 人数
interim_leader | person | ~ | name_interim_leader order_trip | 临时负责人
accepted_at | datetime | = | take_trip_order | 接受时间
task_understood | checkbox | ! | study_task | 已熟悉任务：资料、型号、编号、地址、电话、联系人
onsite_due_at | datetime | ? | order_trip | 到达时限
task_refused | checkbox | ? | take_trip_order | 不能接受这次任务 [+]
refusal_skip_reason | select | ? | take_trip_order | 不能去的原因 [+]
refusal_reason | textarea | ~ | take_trip_order | 说明 [+]
case_no | textfield | = | * | 服务单号 [+]
leader_direct | checkbox | = | * | 领导直接派出 [+]
    """,
    "task_acceptance.departure_checklist": """
trip_no | textfield | = | * | 外出编号
user_contacted | checkbox | ! | contact_user | 已联系用户
user_contact_at | datetime | ! | contact_user | 联系时间
fault_detail | textarea | ! | contact_user | 询问的故障
station_contacted | checkbox | ? | contact_user | 已联系服务站
supplier_contacted | checkbox | ~ | contact_user | 已联系配套厂家
route_info | textarea | ! | contact_user | 位置与交通
parts_list | dynamiclist | ? | contact_user | 携带零部件
tools_list | dynamiclist | ! | pack_tools | 工具材料
report_blank_ready | radio | ! | pack_tools | 服务报告已备
survey_blank_ready | radio | ! | pack_tools | 满意度调查表已备
loan_needed | radio | ! | contact_user | 需借款
departed_at | datetime | = | pack_tools | 出发时间
case_no | textfield | = | * | 服务单号 [+]
    """,
    "onsite_service.service_report": """
report_no | textfield | = | * | 编号
work_order_no | textfield | = | * | 维修单号
trip_no | textfield | = | * | 外出编号
arrived_at | datetime | = | arrive_on_site complete_report | 到达时间
running_time_h | number | ~ | listen_to_user look_at_unit | 运行时间
mileage_km | number | ~ | listen_to_user look_at_unit | 运行里程
usage_condition | textarea | ! | listen_to_user | 使用情况
fault_history | textarea | ! | listen_to_user | 故障前后情形
within_warranty_scope | radio | ! | look_at_unit | 属三包范围
dismantled_before | radio | ! | look_at_unit | 部位曾被拆过
parts_complete | radio | ! | look_at_unit | 内部部件齐全
human_damage | radio | ! | look_at_unit | 人为破坏
mismatch_told | checkbox | ~ | look_at_unit | 不符已告知顾客
inspection_result | textarea | ! | check_fault | 检查结果
root_cause | textarea | ! | check_fault | 故障真正原因
cause_class | select | ! | check_fault | 原因类别
responsibility | select | ! | check_fault | 责任
consensus_reached | radio | ! | check_fault repair_unit | 与用户达成共识
resolution_path | select | = | * | 处理路径
work_done | textarea | ~ | repair_unit | 处理情况
parts_replaced | dynamiclist | ~ | record_parts | 换件明细
compensation_amount | number | ? | record_parts repair_unit | 补偿金额
compensation_reason | textarea | ~ | record_parts repair_unit | 补偿原因
test_result | radio | ~ | test_and_clean | 试机结果
test_report_file | filepicker | ~ | test_and_clean | 书面测试结果
site_cleaned | checkbox | ! | test_and_clean | 已清理现场
warning_tag | checkbox | ? | test_and_clean | 挂牌警示
advice_given | textarea | ! | advise_user | 保养使用建议
work_finished_at | datetime | = | complete_report | 完工时间
fee_collected | number | ? | complete_report | 收取费用
permission_to_leave | radio | ! | take_leave | 顾客同意离开
left_at | datetime | = | take_leave | 离开时间
report_state | select | = | * | 状态
arrived_at_correction | datetime | ? | arrive_on_site complete_report | 到达时间更正 [+]
arrived_at_reason | textarea | ~ | arrive_on_site complete_report | 更正原因 [+]
site_photos | photos | ? | check_fault look_at_unit repair_unit test_and_clean | 现场照片 [+]
dismantled_by_us | checkbox | ? | look_at_unit | 是本公司人员拆的 [+]
excluded_cause | select | ? | look_at_unit | 除外原因 [+]
trigger_reasons | checklist | ? | amend_report check_fault | 有以下情况吗 [+]
estimated_cost | number | ? | amend_report check_fault | 预计费用 [+]
internal_remarks | textarea | ? | amend_report check_fault complete_report | 内部备注 [+]
can_fix_now | radio | ! | choose_path | 技能、工具、配件齐备，现场能修 [+]
only_part_missing | checkbox | ? | choose_path | 只缺配件 [+]
workshop_can_solve | checkbox | ? | choose_path | 本单位车间能修 [+]
exchange_wanted | checkbox | ? | choose_path | 用户同意调换 [+]
customer_declines | checkbox | ? | choose_path | 用户不修 [+]
stop_requested | checkbox | ? | choose_path | 到休息用餐时间，或用户要求停止 [+]
parts_or_compensation | radio | ! | repair_unit | 有换件或补偿 [+]
customer_wants_old_part | checkbox | ? | repair_unit | 客户要留旧件 [+]
work_finished_at_correction | datetime | ? | complete_report | 完工时间更正 [+]
work_finished_at_reason | textarea | ~ | complete_report | 更正原因 [+]
other_problem | radio | ! | take_leave | 顾客还有其他问题 [+]
outcome_reason | textarea | ? | amend_report | 未签字或未完成的原因 [+]
case_no | textfield | = | * | 服务单号 [+]
arrived_at_stamped | datetime | = | arrive_on_site complete_report | 到达时间（按键） [+]
work_finished_at_stamped | datetime | = | complete_report | 完工时间（按键） [+]
    """,
    "onsite_service.satisfaction_form": """
form_no | textfield | = | * | 编号
source_ref | textfield | = | * | 关联服务
timeliness_score | radio | ~ | * | 及时性
attitude_score | radio | ~ | * | 服务态度
skill_score | radio | ~ | * | 技术水平
result_score | radio | ~ | * | 处理结果
overall | radio | ~ | * | 总体评价
suggestion | textarea | ? | * | 意见建议
filled_by | textfield | ~ | * | 填写人
filled_at | datetime | = | * | 填写时间
survey_declined | checkbox | ? | * | 顾客不填 [+]
case_no | textfield | = | * | 服务单号 [+]
    """,
    "return_reporting.field_briefing": """
brief_no | textfield | = | * | 编号
trip_no | textfield | = | * | 外出编号
stage | select | = | answer_engineer approve_rest debrief_leader record_oral_answer report_to_base return_to_work | 阶段
result_summary | textarea | ! | debrief_leader report_to_base | 处理结果
open_issues | textarea | ? | debrief_leader report_to_base | 遗留问题
other_task | textarea | ~ | answer_engineer record_oral_answer | 其他任务与安排
rest_requested | checkbox | ? | return_to_work | 申请休息
rest_until | datetime | ~ | return_to_work | 休息至
returned_at | datetime | ! | return_to_work | 返回时间
reported_at | datetime | = | debrief_leader report_to_base | 汇报时间
outcome_reason | textarea | ~ | report_to_base | 未签字或未完成的原因 [+]
oral_answer_given | checkbox | ? | report_to_base | 领导已口头答复 [+]
oral_answer_by | person | ~ | record_oral_answer | 答复的领导 [+]
oral_answer_at | datetime | ~ | record_oral_answer | 答复时间 [+]
next_action | radio | ! | answer_engineer record_oral_answer | 下一步 [+]
answer_confirmed | radio | ! | confirm_answer | 口头答复属实 [+]
answer_correction | textarea | ~ | confirm_answer | 更正 [+]
expenses_incurred | radio | ! | debrief_leader | 本次发生了费用 [+]
case_no | textfield | = | * | 服务单号 [+]
    """,
    "return_reporting.old_unused_return": """
return_no | textfield | = | * | 编号
report_no | textfield | = | * | 服务报告号
requisition_no | textfield | = | * | 领料单号
old_lines | dynamiclist | ? | * | 旧件明细
unused_lines | dynamiclist | ? | * | 未用件明细
missing_reason | textarea | ~ | * | 缺件原因
returned_by | person | = | * | 交回人
received_by | person | = | * | 接收人
case_no | textfield | = | * | 服务单号 [+]
parts_returned_at | datetime | = | * | 交回时间 [+]
    """,
    "part_writeoff.part_writeoff": """
writeoff_no | textfield | = | * | 销账单号
requisition_no | textfield | = | * | 领料单号
report_no | textfield | = | * | 服务报告号
lines | dynamiclist | = | * | 销账明细
report_signed | checkbox | = | * | 用户已签字
leader_agreed | checkbox | = | * | 领导已同意
difference_reason | textarea | ~ | decide_difference | 差异原因
difference_action | radio | ~ | decide_difference | 差异处理
written_off_by | person | = | compare_parts | 销账人
written_off_at | datetime | = | compare_parts | 销账时间
old_lines | dynamiclist | = | * | 旧件明细 [+]
unused_lines | dynamiclist | = | * | 未用件明细 [+]
missing_reason | textarea | = | * | 缺件原因 [+]
count_result | radio | ! | compare_parts | 清点实物 [+]
count_note | textarea | ~ | compare_parts | 哪里不符 [+]
case_no | textfield | = | * | 服务单号 [+]
    """,
    "part_requisition.part_requisition": """
requisition_no | textfield | = | * | 领料单号
source_ref | textfield | = | * | 关联单号
handling_opinion | textarea | ! | state_opinion | 处理意见
warranty_status | select | = | * | 保修状态
lines | dynamiclist | ! | write_requisition | 领料明细
requested_by | person | = | write_requisition | 领料人
requested_at | datetime | = | write_requisition | 领料时间
issued_lines | dynamiclist | ! | issue_by_requisition | 实发明细
issued_by | person | = | issue_by_requisition | 发料人
issued_at | datetime | = | issue_by_requisition | 发料时间
parts_fit_model | checkbox | ! | write_requisition | 零部件与型号相符，是正品 [+]
stock_choice | radio | ! | arrange_shortage | 怎么办 [+]
expected_at | datetime | ~ | arrange_shortage | 预计到货 [+]
issue_refusal_reason | textarea | ~ | arrange_shortage | 不发料的原因 [+]
customer_told_at | datetime | ! | tell_expected | 已告知客户时间 [+]
customer_told_note | textarea | ? | tell_expected | 告知情况 [+]
arrival_note | textarea | ! | await_goods | 到货情况 [+]
receipt_state | radio | ! | confirm_receipt | 领用确认 [+]
receipt_note | textarea | ~ | confirm_receipt | 哪里不符 [+]
case_no | textfield | = | * | 服务单号 [+]
    """,
    "paid_service_remittance.paid_service_order": """
paid_no | textfield | = | * | 编号
source_ref | textfield | = | * | 关联单号
service_class | radio | ! | collect_fee request_paid_service | 类别
reason | textarea | ! | collect_fee request_paid_service | 收费原因
quote_amount | number | ! | collect_fee request_paid_service | 报价
consent_no | textfield | ! | collect_fee | 客户同意
collected_amount | number | ! | collect_fee | 实收
lower_reason | textarea | ~ | collect_fee | 少收原因 [+]
receipt_no | textfield | ! | collect_fee | 收据号
direct_cost | number | ~ | collect_fee | 直接成本
handed_in_now | number | ! | confirm_handin | 本次上缴 [+]
offset_account | textfield | ! | confirm_handin | 冲抵科目 [+]
handed_in_amount | number | = | confirm_handin | 上缴金额
handed_in_at | datetime | = | confirm_handin | 上缴时间
balance | number | = | collect_fee confirm_handin | 未缴余额 [+]
handin_due_at | datetime | = | * | 上缴期限 [+]
share_amount | number | = | * | 提成
case_no | textfield | = | * | 服务单号 [+]
    """,
    "paid_service_remittance.charge_review": """
matter | select | = | * | 事由 [+]
paid_no | textfield | = | * | 有偿服务单号
source_ref | textfield | = | * | 关联单号
engineer | person | = | * | 收费人 [+]
fee_collected | number | = | * | 报告上的收费 [+]
collected_amount | number | = | * | 实收
balance | number | = | * | 未缴余额 [+]
handin_due_at | datetime | = | * | 上缴期限 [+]
review_note | textarea | ! | * | 处理意见 [+]
open_reward_penalty | checkbox | ? | * | 转奖惩程序核实 [+]
rule_code | textfield | = | * | 条款 [+]
reviewed_by | person | = | * | 处理人 [+]
reviewed_at | datetime | = | * | 处理时间 [+]
case_no | textfield | = | * | 服务单号 [+]
    """,
    "advance_loan.advance_loan": """
loan_no | textfield | = | * | 编号
trip_no | textfield | = | * | 外出编号
borrower | person | = | request_loan | 借款人
purpose | textarea | ! | request_loan | 用途
amount | number | ! | request_loan | 金额
requested_at | datetime | = | request_loan | 申请时间
unsettled_total | number | = | approve_loan | 未清旧借款 [+]
unsettled_nos | textfield | = | approve_loan | 旧借款单号 [+]
override_reason | textarea | ~ | approve_loan | 仍同意借款的理由 [+]
payment | radio | ! | pay_loan | 付款 [+]
paid_amount | number | ~ | pay_loan | 实付金额
lapse_reason | textarea | ~ | pay_loan | 不付原因 [+]
paid_at | datetime | = | pay_loan | 付款时间
settled | checkbox | = | * | 已冲销
case_no | textfield | = | * | 服务单号 [+]
    """,
    "expense_reimbursement.expense_claim": """
claim_no | textfield | = | * | 编号
trip_no | textfield | ! | fill_claim | 外出编号
claimant | person | = | fill_claim | 报销人
cost_center | lookup | ! | fill_claim | 摊销部门
lines | dynamiclist | ~ | fill_claim | 费用明细
total | number | = | fill_claim | 合计
loan_no | textfield | = | * | 借款单
loan_amount | number | = | fill_claim | 借款金额
approved_total | number | = | review_claim | 核准金额
net_payable | number | = | * | 应付/应退
check_result | radio | ! | check_and_pay | 审核结果 [+]
check_note | textarea | ~ | check_and_pay | 哪里有问题 [+]
repaid_amount | number | ~ | check_and_pay | 本人退还 [+]
paid_at | datetime | = | check_and_pay | 付款时间
case_no | textfield | = | * | 服务单号 [+]
    """,
    "expense_reimbursement.cost_account": """
account_month | textfield | = | * | 月份 [+]
month_total | number | = | * | 合计 [+]
account_note | textarea | ! | * | 核对情况 [+]
accounted_by | person | = | * | 记账人 [+]
accounted_at | datetime | = | * | 记账时间 [+]
case_no | textfield | = | * | 服务单号 [+]
    """,
    "callback.callback_record": """
callback_no | textfield | = | * | 编号
case_ref | textfield | = | * | 回访服务单号
customer_ref | textfield | = | * | 客户
method | radio | ! | call_again contact_customer | 方式
card_check | radio | ! | check_documents | 保修卡审核
sheet_check | radio | ! | check_documents | 维修单审核
abnormal_kinds | checklist | ~ | check_documents | 异常之处 [+]
abnormal_note | textarea | ~ | check_documents | 异常说明
attempts | dynamiclist | ! | call_again contact_customer | 联系记录
letter_sent_at | datetime | ! | send_letter | 寄信时间 [+]
usage_state | textarea | ! | call_again record_opinion | 使用情况
fault_again | radio | ! | call_again record_opinion | 故障再次出现 [+]
fault_again_text | textarea | ~ | call_again record_opinion | 故障现象 [+]
complains_about | checklist | ? | call_again record_opinion | 顾客投诉 [+]
complaint_text | textarea | ~ | call_again record_opinion | 投诉内容 [+]
score | number | ! | call_again record_opinion | 满意度
satisfied | radio | ! | call_again record_opinion | 是否满意
dissatisfaction | textarea | ~ | call_again record_opinion | 不满意内容
suggestion | textarea | ? | call_again record_opinion | 建议 [+]
store_plan | textarea | ! | notify_store | 跟踪安排 [+]
store_action | textarea | ! | solve_dissatisfaction | 专营店处理
store_action_at | datetime | ! | solve_dissatisfaction | 处理时间
usage_habit | textarea | ? | update_archive | 使用习惯 [+]
loop_no | number | = | * | 回访轮次
outcome | select | = | * | 结论
called_by | person | = | call_again contact_customer | 回访人
closed_at | datetime | = | send_letter update_archive | 关闭时间
case_no | textfield | = | * | 服务单号 [+]
    """,
    "callback.dissatisfaction_review": """
director_note | textarea | ! | * | 处理意见 [+]
director_decision | radio | ! | * | 结论 [+]
director_close_reason | textarea | ~ | * | 关闭原因 [+]
callback_no | textfield | = | * | 编号
loop_no | number | = | * | 回访轮次
director | person | = | * | 处理人 [+]
closed_at | datetime | = | * | 关闭时间
case_no | textfield | = | * | 服务单号 [+]
    """,
    "part_receiving.part_receiving_note": """
receipt_type | radio | ! | count_goods | 接收类型
source_doc_no | textfield | ! | count_goods | 来源单据号
supplier | textfield | ? | count_goods | 供方
returner | person | ~ | count_goods | 领用人 [+]
from_station | lookup | ~ | count_goods | 退回的服务站 [+]
delivered_by | textfield | ! | count_goods | 送交人
lines | dynamiclist | ! | book_receipt count_goods | 明细
difference_note | textarea | ~ | count_goods | 差异说明
supplier_told_at | datetime | ! | tell_supplier | 告知供方时间 [+]
supplier_told_note | textarea | ? | tell_supplier | 供方答复 [+]
to_warehouse | lookup | ? | book_receipt | 入库仓库 [+]
copies_signed | checkbox | ! | book_receipt | 两联已签字，第二联交送交人 [+]
case_no | textfield | = | * | 服务单号 [+]
receipt_no | textfield | = | * | 接收单号
received_by | person | = | count_goods | 接收人
received_at | datetime | = | count_goods | 接收时间
copy_1_location | select | = | * | 第一联
copy_2_location | select | = | * | 第二联
    """,
    "return_refund.return_exchange_application": """
wanted | radio | ! | register_application | 客户要求
problem | textarea | ! | register_application | 问题描述
customer_type | radio | ! | register_application | 客户类别 [+]
purchase_date | datetime | ! | register_application | 购买日期
paid_amount | number | ! | register_application | 购买金额
proof_file | filepicker | ! | register_application | 购买证明
quality_problem | radio | ! | check_goods | 质量问题
operating_problem | radio | ! | check_goods | 使用中有妨碍 [+]
human_damage | radio | ! | check_goods | 人为损坏
usable | radio | ! | check_goods | 现在能正常使用 [+]
dismantled_before | radio | ! | check_goods | 曾被拆过 [+]
dismantled_by_us | radio | ! | check_goods | 是本公司人员拆的 [+]
complete | radio | ! | check_goods | 配件包装齐全
foreign_goods | radio | ! | check_goods | 混有他厂产品 [+]
goods_note | textarea | ! | check_goods | 缺少、混入说明 [+]
unit_returnable | radio | ! | check_goods | 产品可以寄回厂方 [+]
warranty_status | select | = | * | 保修状态 [+]
days_since_purchase | number | = | * | 购买天数
working_days_since_use | number | = | * | 使用工作日
repair_count | number | = | * | 已维修次数
entitlement | select | = | * | 判定结果
entitlement_reason | select | = | * | 判定理由 [+]
remedy_due_at | datetime | = | * | 应办结时间 [+]
contested | radio | ! | choose_remedy | 客户对判定有异议 [+]
contest_reason | textarea | ! | choose_remedy | 异议内容 [+]
chosen_remedy | radio | ! | choose_remedy | 客户选择 [+]
goodwill_remedy | radio | ! | decide_goodwill | 通融办法 [+]
refund_amount | number | ! | approve_return | 退款金额
store_opinion | textfield | = | * | 专营店经理意见 [+]
quarantine_location | select | ! | store_return | 隔离库位 [+]
refunded_at | datetime | ! | refund | 退款时间
invoice_state | radio | ! | refund | 原发票 [+]
reversal_no | textfield | ! | refund | 红字发票号 [+]
loaner_accepted | radio | ! | lend_loaner | 客户借用代用机 [+]
loaner_no | textfield | ! | lend_loaner | 代用机编号
loaner_model | textfield | ! | lend_loaner | 代用机型号 [+]
loaner_serial_no | textfield | ! | lend_loaner | 代用机机号 [+]
loaner_due_back | datetime | ! | lend_loaner | 约定归还日期 [+]
loaner_lent_at | datetime | = | lend_loaner | 借出时间 [+]
explanation | textarea | ! | explain_result | 向客户说明 [+]
remedy_done_at | datetime | ! | follow_remedy | 客户收到新机时间 [+]
loaner_returned_at | datetime | ! | follow_remedy | 代用机归还时间 [+]
loaner_condition | textfield | ! | follow_remedy | 代用机状况 [+]
result_told_at | datetime | ! | tell_customer | 告知客户时间 [+]
customer_opinion | radio | ! | follow_remedy tell_customer | 客户是否满意 [+]
case_no | textfield | = | * | 服务单号 [+]
application_no | textfield | = | * | 编号
contact_no | textfield | = | * | 来电编号
applied_at | datetime | = | register_application | 申请时间 [+]
stored_by | person | = | store_return | 保管人 [+]
    """,
    "product_exchange_form.product_exchange_form": """
form_type | radio | ! | confirm_conditions | 类型
sales_area | lookup | ! | confirm_conditions | 区域
lines | dynamiclist | ! | confirm_conditions fill_form | 产品明细
quality_problem | radio | ! | confirm_conditions | 质量问题 [+]
human_damage | radio | ! | confirm_conditions | 人为损坏 [+]
warranty_status | radio | ! | confirm_conditions | 保修状态 [+]
repair_count | number | ! | confirm_conditions | 同一故障已修次数 [+]
conditions_checked | checklist | ? | confirm_conditions | 核对规定条件 [+]
conditions_met | checkbox | = | confirm_conditions | 符合规定条件
explanation | textarea | ! | explain_not_eligible | 向客户的说明 [+]
explained_at | datetime | ! | explain_not_eligible | 说明时间 [+]
open_dispute | radio | ! | explain_not_eligible | 客户对质量有异议 [+]
exchange_reason | textarea | ! | fill_form | 换货原因
complaint_no | textfield | ? | fill_form | 投诉编号
opinions | dynamiclist | = | * | 签批意见 [+]
area_signature | signature | ~ | sign_area | 区域负责人签字
office_check_result | radio | ! | verify_goods | 核查结果
office_opinion | textarea | ! | verify_goods | 办公室意见
gm_instruction | textarea | ! | instruct | 总经理指示
rejection_note | textarea | ! | tell_rejected | 告知客户的情况 [+]
rejection_told_at | datetime | ! | tell_rejected | 告知时间 [+]
goods_sent | checkbox | ! | deliver_goods | 换货产品已送交仓储部 [+]
form_sent | checkbox | ! | deliver_goods | 换货单随货同送 [+]
delivered_to_store_at | datetime | ! | deliver_goods | 交库时间
goods_arrived | radio | ! | store_goods | 货已到 [+]
form_arrived | radio | ! | store_goods | 换货单已到 [+]
storing | radio | ! | store_goods | 处理 [+]
stored_qty | number | ~ | store_goods | 入库数量
storage_refusal | textarea | ~ | store_goods | 拒收原因 [+]
handler_signature | signature | ! | enter_ledger | 经办人签字
accepted | radio | ! | confirm_delivery | 客户接受换货 [+]
not_accepted_reason | textarea | ~ | confirm_delivery | 不接受的原因 [+]
delivered_at | datetime | ~ | confirm_delivery | 交付时间
received_by | textfield | ~ | confirm_delivery | 收货人 [+]
receipt_signature | signature | ~ | confirm_delivery | 客户签收 [+]
case_no | textfield | = | * | 服务单号 [+]
exchange_form_no | textfield | = | * | 换货单号
filled_by | person | = | fill_form | 填写人
storekeeper | person | = | store_goods | 保管员
stored_at | datetime | = | store_goods | 入库时间 [+]
ledger_handler | person | = | enter_ledger | 经办人 [+]
replacement_issued_at | datetime | = | issue_replacement | 发出时间 [+]
    """,
    "major_problem_escalation.major_problem_request": """
own_opinion | textarea | ! | write_request write_sales_request | 本人处理意见
user_demand | textarea | ! | write_request write_sales_request | 用户要求
facts | textarea | ! | write_request write_sales_request | 情况说明
trigger_reasons | checklist | ! | write_request write_sales_request | 触发原因
danger_action | textarea | ? | write_request write_sales_request | 为排除危险已先做的 [+]
estimated_cost | number | ? | write_request write_sales_request | 预计费用
attachments | filepicker | ? | write_request write_sales_request | 附件
technical_help_needed | radio | ! | write_request write_sales_request | 需要技术意见 [+]
technical_opinion | textarea | ! | give_opinion | 技术意见
leader_action | select | = | decide_at_top | 单位领导的决定 [+]
leader_instruction | textarea | = | decide_at_top | 单位领导的指示 [+]
decided_action | radio | ~ | decide_at_top decide_problem | 决定 [+]
instruction | textarea | ~ | decide_at_top decide_problem | 领导指示
customer_told | textarea | ! | tell_customer | 告知用户的内容 [+]
case_no | textfield | = | * | 服务单号 [+]
request_no | textfield | = | * | 编号
source_ref | textfield | = | * | 关联单号
requested_by | person | = | write_request write_sales_request | 请示人 [+]
requested_at | datetime | = | write_request write_sales_request | 请示时间
told_at | datetime | = | tell_customer | 告知时间 [+]
    """,
    "supplier_liaison.liaison_letter": """
customer_name | textfield | = | answer_letter feed_back record_result write_letter | 用户名称 [+]
product_model | textfield | = | answer_letter feed_back record_result write_letter | 产品型号/车型 [+]
serial_no | textfield | = | answer_letter feed_back record_result write_letter | 编号/车架号 [+]
contact_phone | textfield | = | answer_letter feed_back record_result write_letter | 电话 [+]
supplier | textfield | ! | write_letter | 配套厂家
fault_system | select | ! | write_letter | 故障系统
fault_text | textarea | ! | write_letter | 故障描述
requested_action | textarea | ! | write_letter | 要求
send_channel | select | ! | write_letter | 方式
sent_at | datetime | ! | write_letter | 发出时间
letter_file | filepicker | ! | write_letter | 函件
reminded_how | textarea | ! | remind_supplier | 怎样催的 [+]
supplier_reply | textarea | ! | answer_letter | 厂家答复
replied_at | datetime | ? | answer_letter | 答复时间
result | radio | ! | record_result | 联系结果
user_feedback_at | datetime | ! | feed_back | 反馈用户时间
user_feedback_text | textarea | ! | feed_back | 反馈内容
case_no | textfield | = | * | 服务单号 [+]
letter_no | textfield | = | * | 编号
contact_no | textfield | = | * | 来电编号
letter_by | person | = | write_letter | 发函人 [+]
recorded_by | person | = | record_result | 登记人 [+]
reply_recorded_at | datetime | = | answer_letter | 答复登记时间 [+]
    """,
    "quoted_repair.service_record_sheet": """
service_content | textarea | ! | record_service_info | 服务内容
customer_demand | textarea | ! | record_service_info | 客户诉求
proof_provided | radio | ! | record_service_info | 已提供购买证明
human_damage | radio | ! | record_service_info | 人为操作不当
fault_found | textarea | ! | detect_fault | 检测故障
cause_class | select | ! | detect_fault | 原因类别 [+]
parts_to_replace | dynamiclist | ? | detect_fault | 需换配件
solution | radio | ! | detect_fault | 办法 [+]
payer_decided | radio | ! | decide_payer | 由谁承担 [+]
payer_reason | textarea | ! | decide_payer | 理由 [+]
payer_decided_by | person | = | decide_payer | 决定人 [+]
started_at | datetime | ! | repair_unit | 开始维修
work_log | dynamiclist | ! | repair_unit | 维修过程
price_changed | radio | ~ | repair_unit | 费用要变 [+]
old_parts_choice | radio | ! | offer_old_parts | 旧件去向
usable | radio | ! | test_unit | 可正常使用
work_finished_at | datetime | = | test_unit | 完工时间
refusal_decision | radio | ! | settle_refusal | 怎么办 [+]
refusal_note | textarea | ! | settle_refusal | 决定的理由 [+]
in_time | radio | ! | tell_extension | 能按期修好 [+]
department_told_at | datetime | ~ | tell_extension | 已报部门 [+]
extended_to | datetime | ~ | tell_extension | 延长至
extension_reason | textarea | ~ | tell_extension | 延长原因
extension_told_at | datetime | ~ | tell_extension | 已告知客户
goods_returned_at | datetime | ! | return_goods | 退还时间 [+]
goods_received_by | textfield | ! | return_goods | 签收人 [+]
parts_use_agreed | radio | ! | agree_parts_use | 同意用件 [+]
parts_use_note | textarea | ~ | agree_parts_use | 不同意的原因 [+]
case_no | textfield | = | * | 服务单号 [+]
record_no | textfield | = | * | 编号
repair_no | textfield | = | * | 报修编号
warranty_status | select | = | * | 保修状态
warranty_end | datetime | = | * | 保修截止
due_at | datetime | = | * | 应完成
quote_no | textfield | = | * | 报价单号 [+]
agreed_amount | number | = | * | 客户同意的金额 [+]
engineer | person | = | record_service_info | 维修人员 [+]
    """,
    "quoted_repair.repair_quotation": """
price_basis | radio | ! | make_quote | 计价方式
labour_lines | dynamiclist | ! | make_quote | 维修费明细
part_lines | dynamiclist | ? | make_quote | 配件费明细
travel_fee | number | ? | make_quote | 差旅费
freight_fee | number | ? | make_quote | 运费
factory_quote | number | ~ | make_quote | 厂方报价
estimated_hours | number | ! | make_quote | 大致工时
valid_until | datetime | ! | make_quote | 有效期至
case_no | textfield | = | * | 服务单号 [+]
quote_no | textfield | = | * | 报价单号
case_ref | textfield | = | * | 关联单号
total | number | = | make_quote | 合计
issued_by | person | = | make_quote | 报价人
issued_at | datetime | = | make_quote | 报价时间
    """,
    "consultation.consultation_record": """
question | textarea | ! | receive_question | 咨询内容
open_case_no | textfield | = | receive_question | 在办服务单 [+]
about_open_case | radio | ~ | receive_question | 问的是这张在办的单 [+]
disclosure_class | radio | ~ | receive_question | 公开范围
decline_note | textarea | ! | decline_question | 怎样告之的 [+]
price_basis | select | = | give_expert_answer | 收费 [+]
answer | textarea | ! | answer_question give_expert_answer | 答复
solved | radio | ! | answer_question give_expert_answer | 是否解决
case_no | textfield | = | * | 服务单号 [+]
consult_no | textfield | = | * | 编号
contact_no | textfield | = | * | 来电编号
answered_by | person | = | answer_question decline_question give_expert_answer | 答复人
answered_at | datetime | = | answer_question decline_question give_expert_answer | 答复时间
    """,
    "exchange.exchange_order": """
refusal_explained | textarea | ! | explain_refusal | 向客户的说明 [+]
refusal_explained_at | datetime | ! | explain_refusal | 说明时间 [+]
repair_wanted | radio | ! | explain_refusal | 客户愿意维修 [+]
old_serial_no | textfield | ! | receive_unit | 原编号
unit_received_at | datetime | ! | receive_unit | 收到时间 [+]
unit_condition | textarea | ! | receive_unit | 外观附件
accessories | dynamiclist | ? | receive_unit | 附件清单 [+]
reason | textarea | ! | receive_unit | 调换原因
manufacturer_answer | radio | ! | consult_manufacturer | 厂方意见
exchange_refusal_reason | textarea | ~ | consult_manufacturer | 不能调换原因 [+]
new_demand | textarea | ! | agree_new_solution | 客户新的诉求 [+]
new_solution | radio | ! | agree_new_solution | 商定办法 [+]
returned_to_customer_at | datetime | ! | give_back_unit | 退还时间 [+]
returned_to | textfield | ! | give_back_unit | 签收人 [+]
packaging | radio | ! | ship_unit | 包装
shipped_at | datetime | ! | ship_unit | 寄出时间 [+]
out_waybill | textfield | ! | ship_unit | 寄出运单
clerk_told_at | datetime | ! | ship_unit | 通知内勤时间
inquiry_answer | textarea | ! | ask_manufacturer | 厂方答复 [+]
inquiry_told_at | datetime | ! | ask_manufacturer | 告知客户时间 [+]
unit_arrived_at | datetime | ! | follow_exchange | 新机到货时间 [+]
new_serial_no | textfield | ! | deliver_unit | 新编号
delivery_mode | radio | ! | deliver_unit | 交付方式
delivery_waybill | textfield | ~ | deliver_unit | 交付运单 [+]
delivered_at | datetime | ~ | confirm_exchange | 交付时间
refusal_decision | radio | ! | settle_refusal | 怎么办 [+]
refusal_note | textarea | ! | settle_refusal | 决定的理由 [+]
case_no | textfield | = | * | 服务单号 [+]
exchange_no | textfield | = | * | 编号
record_no | textfield | = | * | 售后服务记录号
warranty_status | select | = | * | 保修状态 [+]
inquiries | dynamiclist | = | * | 询问记录 [+]
work_finished_at | datetime | = | deliver_unit | 完成时间
delivered_by | person | = | deliver_unit | 交付人 [+]
    """,
    "part_order.supply_request": """
request_type | radio | ! | raise_request | 类型
case_ref | textfield | ? | raise_request | 关联维修
supplier | textfield | ~ | raise_request | 供方
formal_channel | checkbox | ~ | raise_request | 渠道正规 [+]
from_warehouse | lookup | ~ | raise_request | 调出
to_warehouse | lookup | ! | raise_request | 调入
lines | dynamiclist | ! | raise_request | 明细
needed_by | datetime | ! | raise_request | 需用日期
sent_lines | dynamiclist | ! | send_transfer | 实发明细 [+]
waybill_no | textfield | ? | send_transfer | 运单号 [+]
expected_at | datetime | ! | ask_delivery place_order send_transfer | 预计到货
asked_at | datetime | ! | ask_delivery | 查询时间 [+]
ask_answer | textarea | ! | ask_delivery | 查询答复 [+]
delivery_state | radio | ! | follow_delivery | 到货情况 [+]
arrived_at | datetime | ~ | follow_delivery | 到货
cancel_reason | textarea | ~ | follow_delivery | 不能供货的原因 [+]
received_lines | dynamiclist | ! | receive_transfer | 到货明细 [+]
transfer_note | textarea | ~ | receive_transfer | 少到说明 [+]
case_no | textfield | = | * | 服务单号 [+]
supply_request_no | textfield | = | * | 编号
    """,
    "part_order.stocktake_sheet": """
warehouse | lookup | ! | choose_warehouse | 仓库
count_date | datetime | ! | count_stock | 盘点日期
lines | dynamiclist | ! | count_stock | 明细
tidy_ok | radio | ! | count_stock | 摆放整洁
case_no | textfield | = | * | 服务单号 [+]
count_no | textfield | = | * | 编号
counted_by | person | = | count_stock | 盘点人
    """,
    "part_order.asset_list": """
assets | dynamiclist | ! | keep_assets | 资产 [+]
store_help | dynamiclist | ? | keep_assets | 帮助建库 [+]
list_ends | checkbox | ? | keep_assets | 本台账到此为止 [+]
list_end_reason | textarea | ~ | keep_assets | 原因 [+]
checked_assets | dynamiclist | ! | check_assets | 清查 [+]
checked_at | datetime | ! | check_assets | 清查日期 [+]
case_no | textfield | = | * | 服务单号 [+]
    """,
    "complaint.customer_opinion_form": """
anonymous | checkbox | ? | receive_complaint | 匿名投诉 [+]
received_at | datetime | ! | receive_complaint | 接诉时间
object_class | radio | ! | receive_complaint | 投诉对象
complaint_text | textarea | ! | receive_complaint | 投诉内容
customer_demand | textarea | ! | receive_complaint | 客户要求
resident_office_area | checkbox | ? | receive_complaint | 驻外办事处辖区 [+]
solved_on_spot | radio | ! | receive_complaint | 当场解决 [+]
linked_complaints | textfield | = | * | 同一产品的其他投诉 [+]
complaint_facts | checklist | ! | register_complaint | 涉及 [+]
first_reply_at | datetime | ! | answer_first | 首次答复
first_reply_text | textarea | ! | answer_first | 答复内容 [+]
named_person | person | ! | name_person | 专人 [+]
cause_analysis | textarea | ! | analyse_human analyse_production analyse_technical | 原因分析
countermeasure | textarea | ! | analyse_production analyse_technical | 处理对策
exceptional | radio | ! | analyse_production analyse_technical | 特别异常 [+]
joint_analysis | textarea | ! | analyse_jointly | 会同分析
final_plan | textarea | ! | agree_plan analyse_human verify_facts | 最终处理方案
remedy | radio | ! | agree_plan | 处理方式 [+]
business_dept | select | ! | analyse_human | 所属业务部门
operator_training | textarea | ! | analyse_human | 操作培训内容
repaired_by | person | = | analyse_human | 修复人 [+]
responsible_dept | select | ! | judge_responsibility | 责任部门
responsible_person | person | ? | judge_responsibility propose_penalty | 责任人
responsibility_decision | textarea | ! | judge_responsibility | 责任处理决定
cost_lines | dynamiclist | ? | recover_cost review_cost | 发生费用
cost_dept | select | ~ | review_cost | 摊销部门
recovered_amount | number | ~ | recover_cost | 追讨金额
cost_reviewed_by | person | = | recover_cost review_cost | 费用审核人 [+]
our_responsibility | radio | ! | verify_facts | 责任在我方 [+]
explanation | textarea | ! | explain_refusal explain_to_customer | 向客户说明 [+]
apology_at | datetime | ! | propose_penalty | 赔礼道歉时间
penalty_proposal | textarea | ! | propose_penalty | 惩处建议 [+]
open_reward_penalty | checkbox | ? | judge_responsibility propose_penalty | 转奖惩程序核实 [+]
result_text | textarea | ! | carry_out | 处理结果
other_departments | radio | ! | carry_out | 须其他部门整改 [+]
asked_dept | select | ! | urge_departments | 整改部门 [+]
department_request | textarea | ! | urge_departments | 书面要求 [+]
department_answer | textarea | ! | answer_request | 整改意见 [+]
executed_by | person | = | carry_out | 落实人 [+]
result_verified | radio | ! | verify_result | 结果已落实 [+]
verify_note | textarea | ~ | verify_result | 未落实之处 [+]
verified_by | person | = | verify_result | 验证人
fed_back_at | datetime | ! | feed_back | 反馈时间
told_leaders | checkbox | ! | feed_back | 已反馈领导 [+]
told_departments | checkbox | ! | feed_back | 已反馈各部门 [+]
customer_result | select | ~ | feed_back | 客户意见
went_higher | checkbox | ? | feed_back | 因无人处理越级投诉 [+]
case_no | textfield | = | * | 服务单号 [+]
complaint_no | textfield | = | * | 客户投诉编号
contact_no | textfield | = | * | 来电编号
first_responder | person | = | receive_complaint | 首问责任人
current_owner | person | = | agree_plan analyse_human carry_out register_complaint verify_facts | 当前责任 [+]
cause_class | select | = | * | 原因分类
accepted | radio | = | accept_complaint | 是否受理
non_accept_reason | textarea | = | accept_complaint | 不受理原因
closed_at | datetime | = | explain_refusal feed_back | 结案时间
    """,
    "quality_dispute.quality_dispute_record": """
contract_no | textfield | ? | record_objection | 合同号
objection_kind | radio | ! | record_objection | 异议类型
phone_record | textarea | ! | record_objection | 电话记录
quantity_disputed | number | ! | record_objection | 争议数量
written_requested | checkbox | ? | record_objection | 已要求传真或书面异议 [+]
written_received_at | datetime | ! | obtain_written | 收到书面异议时间 [+]
written_objection | filepicker | ~ | handle_on_site negotiate obtain_written record_objection | 书面异议
told_quality_at | datetime | ! | take_report | 通知质量部时间
told_cause | textarea | ! | take_report | 告知的原因 [+]
investigation | textarea | ! | check_facts | 调查结果
liable_party | radio | ! | check_facts | 责任方
stance | select | = | propose_solution | 立场 [+]
evidence_enough | radio | ! | propose_solution | 证据是否足够 [+]
evidence_wanted | textarea | ~ | propose_solution | 须补充的证据 [+]
basis | checklist | ~ | propose_solution | 处理依据
proposal | textarea | ~ | propose_solution | 处理方案
amount | number | ? | propose_solution | 涉及金额
settlement_mode | radio | ~ | propose_solution | 解决方式
settlement_note | textarea | ! | handle_on_site negotiate | 解决经过 [+]
settled | radio | ! | handle_on_site negotiate | 已了结 [+]
agreement_file | filepicker | ~ | negotiate | 协议
onsite_documents | filepicker | ! | handle_on_site | 处理单据
remedy | radio | ~ | handle_on_site negotiate | 执行 [+]
documents_kept | checkbox | ! | keep_documents | 处理结果、单据已留存 [+]
legal_files | filepicker | ! | prepare_file | 移交材料 [+]
legal_note | textarea | ! | prepare_file | 移交说明 [+]
case_no | textfield | = | * | 服务单号 [+]
dispute_no | textfield | = | * | 编号
complaint_no | textfield | = | * | 投诉编号
named_person | person | = | * | 专人 [+]
current_owner | person | = | record_objection | 当前责任 [+]
settled_at | datetime | = | * | 了结时间
    """,
    "factory_repair.factory_repair_tracking": """
payer_decided | radio | ! | decide_payer | 由谁承担 [+]
payer_reason | textarea | ! | decide_payer | 理由 [+]
factory_quote | number | ~ | factory_quotes | 厂方报价
factory_quoted_by | textfield | ! | factory_quotes | 厂方报价人 [+]
shipped_at | datetime | ! | pack_and_ship | 寄出时间
out_waybill | textfield | ! | pack_and_ship | 去程运单
factory_contact | textfield | ! | pack_and_ship | 厂方联系人
inquiries | dynamiclist | ! | inquire | 询问记录
delay_told_at | datetime | ! | tell_delay | 已告知客户 [+]
expected_back | datetime | ! | tell_delay | 预计返回 [+]
received_back_at | datetime | ! | receive_unit | 返回时间
work_finished_at | datetime | ! | check_unit | 厂方完工
check_result | textarea | ! | check_unit | 检查结果 [+]
usable | radio | ! | customer_confirms | 可正常使用 [+]
loaner_returned | checkbox | ? | customer_confirms hand_back | 代用机已收回 [+]
loaner_condition | textarea | ~ | customer_confirms hand_back | 归还状况 [+]
loaner_returned_at | datetime | = | customer_confirms hand_back | 代用机收回时间 [+]
goods_returned_at | datetime | ! | hand_back | 退还时间 [+]
goods_received_by | textfield | ! | hand_back | 签收人 [+]
case_no | textfield | = | * | 服务单号 [+]
tracking_no | textfield | = | * | 编号
record_no | textfield | = | * | 售后服务记录号
repair_no | textfield | = | * | 报修编号 [+]
payer | select | = | * | 费用承担
warn_at | datetime | = | * | 预警日
breach_at | datetime | = | * | 超期日
loaner_no | textfield | = | * | 代用机编号
repair_count | number | = | * | 累计维修次数
handed_over_at | datetime | = | customer_confirms | 交付时间
customer_comment | textarea | ? | customer_confirms | 用户意见
customer_signature | signature | ~ | customer_confirms | 用户签字（盖章）
signer_name | textfield | ~ | customer_confirms | 签字人
signer_identity | select | ? | customer_confirms | 怎样确认身份 [+]
signed_at | datetime | = | customer_confirms | 签字时间
    """,
    "factory_repair.loaner_slip": """
loaner_accepted | radio | ! | * | 客户借用代用机 [+]
loaner_no | textfield | ~ | * | 代用机编号
loaner_model | textfield | ~ | * | 型号 [+]
loaner_serial_no | textfield | ~ | * | 编号 [+]
loaner_lent_at | datetime | ~ | * | 借出时间 [+]
loaner_due_back | datetime | ~ | * | 应还日期 [+]
case_no | textfield | = | * | 服务单号 [+]
tracking_no | textfield | = | * | 返厂跟踪单 [+]
    """,
    "invoicing_documents.document_request": """
doc_type | radio | ! | make_sales_list register_request | 类型
case_ref | textfield | ! | register_request | 关联单号
needed_by | datetime | ! | make_sales_list register_request request_certificate | 客户要求时间
delivery_note_no | textfield | ! | request_certificate | 出库单号
delivery_note_file | filepicker | ! | request_certificate | 出库单 [+]
delivery_lines | dynamiclist | ! | request_certificate | 出库单明细 [+]
certificate_verdict | radio | ! | issue_certificate | 办理 [+]
verdict_note | textarea | ! | issue_certificate | 原因 [+]
certificate_lines | dynamiclist | ! | issue_certificate | 证明书明细 [+]
sales_list | dynamiclist | ! | make_sales_list | 销售清单
amount | number | ! | make_sales_list | 金额
settlement_amount | number | = | make_sales_list | 结算金额 [+]
invoice_amount | number | ! | issue_invoice | 发票金额 [+]
issued_no | textfield | ! | issue_certificate issue_invoice | 证书号、发票号
issued_at | datetime | = | issue_certificate issue_invoice | 开具时间
issued_by | person | = | issue_certificate issue_invoice | 开具人 [+]
delivered_at | datetime | ! | deliver_document | 送达时间
reminders | dynamiclist | ! | urge_payment | 催款记录
paid_at | datetime | ! | record_payment | 回款时间
case_no | textfield | = | * | 服务单号 [+]
document_request_no | textfield | = | * | 编号
requested_at | datetime | = | * | 申请时间 [+]
    """,
    "pickup_logistics.pickup_record": """
order_no | textfield | ! | register_order | 订货单号
factory | textfield | ! | register_order | 厂方
ordered_at | datetime | ! | register_order | 订货日期
goods_for | radio | ! | register_order | 货到以后 [+]
inquiries | dynamiclist | ! | ask_factory | 询问记录
notice_at | datetime | ! | record_notice | 取货通知时间
goods_volume | radio | ! | record_notice | 货物数量
customer_urgent | radio | ! | pass_on_notice | 客户急用
staff_told_at | datetime | = | pass_on_notice | 告知服务人员
decision | select | = | * | 取货方式
pickup_result | radio | ! | pick_up | 办理 [+]
postponed_to | datetime | ! | pick_up postpone_pickup | 延期至
postpone_reason | textarea | ! | pick_up postpone_pickup | 延期原因 [+]
asked_at | datetime | = | pick_up postpone_pickup | 提出时间 [+]
picked_at | datetime | ! | pick_up | 取货时间
picked_by | person | = | pick_up | 取货人
case_no | textfield | = | * | 服务单号 [+]
pickup_no | textfield | = | * | 编号
    """,
    "commissioning.commissioning_record": """
contract_no | textfield | ! | register_goods | 合同号
quantity | number | ! | register_goods | 数量
origin | radio | ! | register_goods | 来源
size_class | radio | ! | register_goods | 规模
factory_help | radio | ! | register_goods | 需要厂方协助 [+]
mode | select | = | * | 开箱方式
factory_notified_at | datetime | ! | notify_factory | 通知厂方时间
factory_answer | textarea | ! | answer_factory | 厂方意见 [+]
factory_person | textfield | ! | answer_factory | 厂方技术人员 [+]
delivery_way | radio | ! | agree_time | 送达方式 [+]
visit_at | datetime | ! | agree_time | 约定时间
customer_told_at | datetime | ! | agree_time | 告知客户准确时间 [+]
contents_check | dynamiclist | ! | open_goods | 装箱核对
missing_told | checklist | ! | open_goods | 已报告 [+]
missing_told_at | datetime | ! | open_goods | 报告时间 [+]
opened_in_packing | checkbox | ! | open_goods | 在打开的包装内组装，不直接放在地面 [+]
install_note | textarea | ! | install_goods | 安装、培训情况 [+]
trained_persons | dynamiclist | ? | install_goods | 培训人员
test_items | dynamiclist | ! | record_test | 测试项目
test_report_file | filepicker | ~ | record_test | 测试报告
failure_path | radio | ! | record_test | 不合格的处理 [+]
work_finished_at | datetime | = | record_test | 完工时间
accepted | radio | ! | accept_goods | 验收合格
not_accepted_reason | textarea | ! | accept_goods | 不合格原因 [+]
leave_agreed | checkbox | ! | accept_goods | 同意人员离开 [+]
accepted_at | datetime | = | accept_goods | 验收时间
customer_comment | textarea | ? | accept_goods | 用户意见
customer_signature | signature | ~ | accept_goods | 用户签字（盖章）
signer_name | textfield | ~ | accept_goods | 签字人
signer_identity | select | ? | accept_goods | 怎样确认身份 [+]
signed_at | datetime | = | accept_goods | 签字时间
case_no | textfield | = | * | 服务单号 [+]
commission_no | textfield | = | * | 编号
    """,
    "secondary_claim.secondary_claim": """
supplier | textfield | ! | collect_evidence | 配套厂家
report_refs | dynamiclist | ! | collect_evidence | 服务报告
part_lines | dynamiclist | ! | collect_evidence | 索赔件
labour_cost | number | ? | collect_evidence | 工时费
travel_cost | number | ? | collect_evidence | 差旅费
freight_cost | number | ? | collect_evidence | 运费
fault_date | datetime | ! | collect_evidence | 维修日期 [+]
cause_class | select | ! | collect_evidence | 原因 [+]
evidence_state | radio | ! | collect_evidence | 依据情况 [+]
responsibility_basis | textarea | ~ | collect_evidence | 责任依据
evidence_files | filepicker | ~ | collect_evidence | 证据
missing_note | textarea | ~ | collect_evidence | 缺什么、向谁要 [+]
not_claimable_reason | textarea | ~ | collect_evidence | 不能索赔的原因 [+]
fetched_note | textarea | ! | fetch_missing | 补到什么 [+]
supplier_responsible | radio | ! | confirm_responsibility | 是厂家责任 [+]
responsibility_opinion | textarea | ! | confirm_responsibility | 判定意见 [+]
sent_at | datetime | ! | send_claim | 发出时间
waybill_no | textfield | ! | send_claim | 运单号 [+]
reminded_at | datetime | ! | remind_supplier | 催复时间 [+]
remind_note | textarea | ! | remind_supplier | 催复情况 [+]
answered_at | datetime | ! | record_answer | 答复时间 [+]
supplier_decision | radio | ! | record_answer | 供方结论
accepted_amount | number | ~ | record_answer | 认可金额
answer_note | textarea | ~ | record_answer | 答复内容 [+]
partial_decision | radio | ! | decide_partial | 接受还是异议 [+]
partial_note | textarea | ! | decide_partial | 理由 [+]
settlement_type | radio | ! | book_recovery | 结算方式
settled_at | datetime | ! | book_recovery | 结算时间
case_no | textfield | = | * | 服务单号 [+]
supplier_claim_no | textfield | = | * | 索赔单号
claim_total | number | = | collect_evidence | 索赔总额
    """,
    "old_part_monthly.old_part_disposal": """
month | textfield | ! | check_lines | 月份
lines | dynamiclist | ! | check_lines | 明细
taken_by | textfield | ! | give_back | 领取人 [+]
taken_at | datetime | ! | give_back | 领取时间 [+]
taker_signature | signature | ! | give_back | 领取人签字 [+]
case_no | textfield | = | * | 服务单号 [+]
disposal_no | textfield | = | * | 编号
prepared_by | person | = | check_lines | 编制人
executed_at | datetime | = | * | 执行时间
    """,
    "mailed_warranty_part.mailed_part_order": """
carrier | textfield | ! | pack_and_send | 承运方
waybill_no | textfield | ! | pack_and_send | 运单号
fee_type | radio | ! | pack_and_send | 费用类型
fee_amount | number | ! | pack_and_send | 金额
payment_ref | textfield | ~ | pack_and_send | 用户付款凭证 [+]
customer_wants_old_part | radio | ~ | pack_and_send | 用户要留旧件 [+]
customer_told | checkbox | ! | pack_and_send | 已把运单号告知用户 [+]
voucher_file | filepicker | ! | sign_freight | 凭证
handler_signature | signature | ! | sign_freight | 经手人签字
cost_center | textfield | ! | write_off_freight | 摊销部门 [+]
reminders | number | = | recover_old_part | 已催次数 [+]
arrived_at | datetime | ? | recover_old_part | 收到时间
parcel_lost | checkbox | ? | recover_old_part | 邮件丢失 [+]
old_part_state | radio | ~ | recover_old_part | 旧件状态
old_part_reason | textarea | ~ | recover_old_part | 未收回原因
case_no | textfield | = | * | 服务单号 [+]
mail_no | textfield | = | * | 编号
requisition_no | textfield | = | * | 领料单号
sent_by | person | = | pack_and_send | 发运人 [+]
sent_at | datetime | = | pack_and_send | 发运时间 [+]
handler | person | = | sign_freight | 经手人
handler_signed_at | datetime | = | sign_freight | 经手人签字时间 [+]
freight_written_off_by | person | = | write_off_freight | 运费销账人 [+]
freight_written_off_at | datetime | = | write_off_freight | 运费销账时间 [+]
    """,
    "quality_feedback.vehicle_quality_report": """
part_or_system | textfield | ! | write_report | 零部件/系统
symptom | textfield | ! | write_report | 现象 [+]
problem_text | textarea | ! | write_report | 问题描述
occurrence_count | number | ! | write_report | 发生次数
affected_units | number | ? | write_report | 涉及数量
mileage_km | number | ? | write_report | 里程
supplier | textfield | ? | write_report | 配套厂家
safety | checkbox | ? | write_report | 涉及安全 [+]
proposes | radio | ! | write_report | 建议 [+]
photos | filepicker | ? | write_report | 照片
contact_refs | dynamiclist | ? | write_report | 台账编号
passed_on | radio | ! | pass_on_report | 传递质量部 [+]
pass_note | textarea | ~ | pass_on_report | 退回原因 [+]
not_quality | checkbox | ? | set_measures | 不改进 [+]
reject_reason | textarea | ~ | set_measures | 不改进的原因 [+]
cause | textarea | ~ | set_measures | 原因
supplier_caused | checkbox | ? | set_measures | 配套厂家原因 [+]
measure | textarea | ~ | set_measures | 改进措施
responsible_dept | select | ~ | set_measures | 责任部门
due_date | datetime | ~ | set_measures | 完成期限
carried_out_text | textarea | ! | carry_out_measure | 整改情况 [+]
carried_out_at | datetime | ! | carry_out_measure | 完成时间 [+]
progress_log | dynamiclist | ! | check_progress | 改进进度
effect | radio | ! | verify_effect | 验证结果
effect_note | textarea | ! | verify_effect | 验证依据 [+]
case_no | textfield | = | * | 服务单号 [+]
quality_report_no | textfield | = | * | 编号 [+]
source | select | = | * | 信息来源
problem_class | select | = | * | 问题分类
reported_by | person | = | write_report | 反馈人
reported_at | datetime | = | write_report | 反馈时间
closed_at | datetime | = | set_measures verify_effect | 关闭时间
    """,
    "quality_feedback.regional_entry": """
received_at | datetime | ! | * | 时间
party | radio | ! | * | 反映人 [+]
channel | select | ! | * | 渠道
customer_name | textfield | ! | * | 用户
contact_phone | textfield | ! | * | 电话
content | textarea | ! | * | 内容
case_no | textfield | = | * | 服务单号 [+]
contact_no | textfield | = | * | 编号
first_responder | person | = | * | 首问人
    """,
    "quality_feedback.problem_sorting": """
entries | dynamiclist | ? | * | 来件、报单 [+]
case_no | textfield | = | * | 服务单号 [+]
sorted_by | person | = | * | 梳理人 [+]
sorted_at | datetime | = | * | 梳理时间 [+]
    """,
}

GROUPS = {
    "mailed_warranty_part.mailed_part_order": "shared.customer shared.approval",
    "old_part_monthly.old_part_disposal": "shared.approval",
    "secondary_claim.secondary_claim": "shared.approval",
    "factory_repair.factory_repair_tracking": "shared.product",
    "part_order.stocktake_sheet": "shared.approval",
    "part_order.supply_request": "shared.approval",
    "exchange.exchange_order": "shared.product shared.approval shared.sign",
    "quoted_repair.service_record_sheet": "shared.customer shared.product shared.sign",
    "product_exchange_form.product_exchange_form": "shared.customer shared.approval",
    "contact_intake.contact_record": "shared.customer shared.product",
    "repair_request.repair_registration": "shared.customer shared.product",
    "dispatch.work_order": "shared.customer shared.product shared.sign",
    "task_acceptance.trip_order": "shared.customer shared.product",
    "onsite_service.service_report": "shared.customer shared.product shared.sign shared.approval",
    "return_reporting.field_briefing": "shared.approval",
    "paid_service_remittance.paid_service_order": "shared.approval",
    "advance_loan.advance_loan": "shared.approval",
    "expense_reimbursement.expense_claim": "shared.approval",
    "callback.callback_record": "shared.customer",
    "invoicing_documents.document_request": "shared.customer",
    "commissioning.commissioning_record": "shared.customer shared.product",
    "return_refund.return_exchange_application": "shared.customer shared.product shared.approval",
    "part_requisition.part_requisition": "shared.product shared.approval",
    "part_writeoff.part_writeoff": "shared.approval",
    "major_problem_escalation.major_problem_request": "shared.customer shared.approval",
    "complaint.customer_opinion_form": "shared.customer shared.product shared.approval",
    "quality_dispute.quality_dispute_record": "shared.customer shared.product shared.approval",
    "quality_feedback.vehicle_quality_report": "shared.product",
}

WITH_NOTE_ONLY = """delivery_installation
appointment workshop_repair suggestion crisis reward_penalty
rapid_support""".split()  # noqa: SIM905 -- a list of words reads better as words


def all_forms() -> dict[str, forms.Form]:
    parsed = [forms.parse(path.read_bytes(), str(path.relative_to(ROOT))) for path in sorted(FORMS.rglob("*.form"))]
    shared = {form.id: form for form in parsed}
    assert len(shared) == len(parsed), "two forms have the same id"
    return {name: forms.resolve(form, shared) for name, form in shared.items()}


SHIPPED = all_forms()


class Everything:
    """Every reference exists, every file was uploaded."""

    def exists(self, source: str, value: str) -> bool:
        return True

    def file(self, file_id: str) -> dict[str, Any]:
        return {"name": "现场.jpg", "content_type": "image/jpeg", "size": 1000}


BOOK = load(ROOT / "processes")


def library(profile: str = "bus_maker", supervisor: str = "", rows: list[dict[str, Any]] | None = None) -> feel.Library:
    values = Parameters(BOOK, profile)
    return feel.BUILTINS.extended(
        {
            "param": feel.Function("param", ("name",), values.value),
            "is quiet time": feel.Function("is quiet time", ("moment",), lambda moment: moment.hour in (12, 13, 22)),
            "is weekend": feel.Function(
                "is weekend", ("date",), lambda day: None if day is None else day.weekday() > 4
            ),
            "hours elsewhere": feel.Function("hours elsewhere", ("login", "day", "order"), lambda *_: Decimal(0)),
            "register rows": feel.Function("register rows", ("register", "column", "value"), lambda *_: rows or []),
            "person has role": feel.Function(
                "person has role", ("login", "role"), lambda login, role: login == supervisor
            ),
        }
    )


def submit(
    form: str, step: str, values: dict[str, Any], known: dict[str, Any] | None = None, **world: Any
) -> forms.Checked:
    """What the server answers to `values` at `step`."""
    return forms.check(
        SHIPPED[form], step, values, {"case_no": "FW1", **(known or {})},
        library=library(**world), now=NOW, lookups=Everything(), actor="somebody",
    )  # fmt: skip


def refused(checked: forms.Checked) -> dict[str, str]:
    return {error.field: error.code for error in checked.errors}


CUSTOMER = {
    "customer_id": "C1", "customer_name": "示例公交", "contact_person": "联系人甲", "contact_phone": "000-0000-0001",
    "customer_address": "示例路 1 号车场", "region_code": "R1",
}  # fmt: skip
PRODUCT = {"product_category": "vehicle", "product_model": "SL6000", "serial_no": "TEST0000000000001"}
FINISHED = {"work_finished_at": "2026-03-02T08:30:00+08:00", "resolution_path": "fix_now", "test_result": "pass"}
SIGNATURE = {"kind": "drawn", "strokes": [[{"x": 1, "y": 1}, {"x": 2, "y": 3}, {"x": 4, "y": 5}, {"x": 6, "y": 2}]]}
CONTACT = {
    "channel": "phone",
    "source_party": "end_user",
    "request_type": "repair",
    "content": "车门关不上",
    "facts_clear": True,
}


def lines(form: str) -> list[list[str]]:
    return [[part.strip() for part in line.split("|")] for line in EXPECTED[form].strip().splitlines()]


def rule(field: forms.Field) -> str:
    if field.is_system:
        return "="
    if field.required_if or field.required_at is not None:
        return "~"
    return "!" if field.required else "?"


class TestEveryFieldOfTheCatalogue:
    @pytest.mark.parametrize(
        ("form", "line"),
        [(form, line) for form in EXPECTED for line in lines(form)],
        ids=lambda x: x if isinstance(x, str) else x[0],
    )
    def test_is_there_with_type_rule_steps_and_label(self, form: str, line: list[str]) -> None:
        key, kind, marker, steps, label = line
        field = SHIPPED[form].fields[key]
        assert field.type == kind
        assert rule(field) == marker
        assert sorted(field.steps or ()) == ([] if steps == "*" else sorted(steps.split()))
        assert field.label == label.removesuffix(" [+]")

    @pytest.mark.parametrize("form", EXPECTED)
    def test_nothing_else_is_there_but_the_named_groups(self, form: str) -> None:
        own = {line[0] for line in lines(form)}
        groups = {key for group in GROUPS.get(form, "").split() for key in SHIPPED[group].fields}
        assert set(SHIPPED[form].fields) == own | groups

    @pytest.mark.parametrize("form", [name for name in EXPECTED if not name.startswith("shared.")])
    def test_every_record_shows_its_case(self, form: str) -> None:
        case = SHIPPED[form].fields["case_no"]
        assert case.is_system
        assert case.required
        assert case.label == "服务单号"


class TestEveryForm:
    @pytest.mark.parametrize("form", SHIPPED)
    def test_is_read_without_a_warning(self, form: str) -> None:
        assert [problem.message.en for problem in SHIPPED[form].problems] == []

    @pytest.mark.parametrize("form", SHIPPED)
    def test_stands_in_the_file_of_its_name_and_is_pretty_printed(self, form: str) -> None:
        path = FORMS / (form.replace(".", "/", 1) + ".form")
        text = path.read_text(encoding="utf-8")
        assert text == json.dumps(json.loads(text), ensure_ascii=False, indent=2) + "\n"

    @pytest.mark.parametrize("form", SHIPPED)
    def test_has_chinese_labels_and_english_ones_beside_them(self, form: str) -> None:
        for field in SHIPPED[form].fields.values():
            assert any("\u4e00" <= character <= "\u9fff" for character in field.label), field.key
            assert field.label_en.isascii(), field.key
            for option in getattr(field.reader, "fixed", None) or []:
                assert option.label_en.isascii(), (field.key, option.value)

    @pytest.mark.parametrize("form", SHIPPED)
    def test_can_be_shown_at_every_step_of_an_empty_record(self, form: str) -> None:
        for step in SHIPPED[form].steps or {"any"}:
            assert forms.view(SHIPPED[form], step, {}, library())["type"] == "default"


class TestHandOverForms:
    @pytest.mark.parametrize("key", WITH_NOTE_ONLY)
    def test_ask_for_a_handling_note_and_keep_who_and_when(self, key: str) -> None:
        fields = SHIPPED[f"handover.{key}"].fields
        assert fields["note"].required
        assert fields["handled_by"].is_system
        assert fields["handled_at"].is_system
        assert "done" in fields


OPENED = {"opened_at": "2026-03-02T09:00:00+08:00", "received_at": "2026-03-02T09:00:00+08:00"}


class TestContactRecord:
    form, step = "contact_intake.contact_record", "register_contact"

    def test_a_known_customer_needs_at_most_six_entries(self) -> None:
        known = {**CUSTOMER, **PRODUCT}
        schema = json.dumps(forms.view(SHIPPED[self.form], self.step, known, library()))
        defaults: dict[str, Any] = {}

        def collect(component: dict[str, Any]) -> None:
            if "defaultValue" in component and component.get("key"):
                defaults[component["key"]] = component["defaultValue"]
            for child in component.get("components", []):
                collect(child)

        collect(json.loads(schema))
        typed = {"request_type": "repair", "content": "车门关不上", "fault_system": "body"}
        checked = submit(self.form, self.step, {**defaults, **known, **typed}, known)
        assert checked.ok, checked.errors
        assert 1 + 1 + len(typed) <= 6  # the phone number finds the customer, one choice the unit

    def test_is_accepted_and_stamped(self) -> None:
        checked = submit(self.form, self.step, {**CONTACT, **CUSTOMER, **PRODUCT, "fault_system": "body"}, OPENED)
        assert checked.ok, checked.errors
        assert checked.values["first_responder"] == "somebody"
        assert checked.values["received_at"] == OPENED["opened_at"]
        assert checked.values["backdated"] is False

    def test_what_was_imported_keeps_its_time_of_receipt(self) -> None:
        known = {**OPENED, "received_at": "2026-03-02T07:30:00+08:00"}
        checked = submit(self.form, self.step, {**CONTACT, **CUSTOMER, **PRODUCT, "fault_system": "body"}, known)
        assert checked.values["received_at"] == "2026-03-02T07:30:00+08:00"
        assert checked.values["backdated"] is True

    def test_while_facts_are_unclear_content_channel_and_a_name_are_enough(self) -> None:
        values = {"channel": "letter", "content": "来函投诉", "facts_clear": False, "customer_name": "示例公交"}
        assert submit(self.form, self.step, values).ok

    def test_unknown_customer_and_unknown_product_together_are_refused(self) -> None:
        values = {"channel": "phone", "content": "坏了", "facts_clear": False}
        assert refused(submit(self.form, self.step, values)) == {"facts_clear": "check"}

    def test_empty_content_is_refused(self) -> None:
        values = {"channel": "phone", "content": "  ", "facts_clear": False, "contact_phone": "000-0000-0001"}
        assert "content" in refused(submit(self.form, self.step, values))

    def test_clear_facts_need_customer_and_product(self) -> None:
        missing = refused(submit(self.form, self.step, {**CONTACT, "fault_system": "body"}))
        assert {"customer_name", "contact_phone", "region_code", "product_model", "serial_no"} <= set(missing)

    def test_serial_number_is_not_needed_with_a_proof_or_when_there_is_neither(self) -> None:
        rest = {**CONTACT, **CUSTOMER, "fault_system": "body", "product_category": "vehicle", "product_model": "SL6000"}
        assert refused(submit(self.form, self.step, rest)) == {"serial_no": "required"}
        assert submit(self.form, self.step, {**rest, "purchase_proof_no": "FP-1"}).ok
        assert submit(self.form, self.step, {**rest, "serial_unknown": True}).ok

    def test_a_letter_may_carry_an_earlier_time_with_a_reason(self) -> None:
        values = {
            "channel": "letter", "content": "来函", "facts_clear": False, "customer_name": "示例公交",
            "earlier_received_at": "2026-02-27T10:00:00+08:00",
        }  # fmt: skip
        assert refused(submit(self.form, self.step, values, OPENED)) == {"backdate_reason": "required"}
        assert submit(self.form, self.step, values, OPENED, supervisor="somebody").ok
        checked = submit(self.form, self.step, {**values, "backdate_reason": "节后拆信"}, OPENED)
        assert checked.values["received_at"] == "2026-02-27T10:00:00+08:00"
        assert "opened_at" not in checked.values
        assert checked.values["backdated"] is True

    def test_only_what_came_on_paper_is_registered_late(self) -> None:
        values = {"channel": "visit", "content": "来人", "facts_clear": False, "customer_name": "示例公交"}
        checked = submit(self.form, self.step, {**values, "earlier_received_at": "2026-02-27T10:00:00+08:00"}, OPENED)
        assert checked.ok, checked.errors
        assert checked.values["received_at"] == OPENED["opened_at"]

    def test_a_chassis_fault_names_the_chassis_or_the_engine(self) -> None:
        values = {**CONTACT, **CUSTOMER, **PRODUCT, "request_type": "chassis_engine_fault", "fault_system": "body"}
        assert set(refused(submit(self.form, self.step, values))) == {"fault_system"}

    def test_each_attempt_to_clarify_is_dated_and_signed(self) -> None:
        known = {"content": "坏了", "customer_name": "示例公交", "facts_clear": False, "channel": "phone"}
        values = {"content": "坏了", "facts_clear": False, "clarify_log": [{"result": "无人接听"}]}
        checked = submit(self.form, "clarify_contact", values, known)
        assert checked.ok, checked.errors
        assert checked.values["clarify_log"] == [
            {"result": "无人接听", "by": "somebody", "at": "2026-03-02T09:00:00+08:00"}
        ]

    def test_an_answer_has_text_and_a_letter_a_file(self) -> None:
        assert set(refused(submit(self.form, "answer_contact", {}, {"channel": "letter"}))) == {
            "reply_text",
            "reply_file",
        }
        assert submit(self.form, "answer_contact", {"reply_text": "明天上门"}, {"channel": "phone"}).values[
            "replied_at"
        ]


class TestRepairRegistrationAndConsent:
    form = "repair_request.repair_registration"

    def test_amount_is_needed_out_of_warranty(self) -> None:
        values = {"confirmed_content": "换门泵"}
        assert submit(self.form, "confirm_repair", values, {"warranty_status": "in_warranty"}).ok
        assert "estimated_amount" in refused(
            submit(self.form, "confirm_repair", values, {"warranty_status": "out_of_warranty"})
        )

    def test_a_visit_is_not_agreed_for_the_rest_time_but_in_an_emergency(self) -> None:
        values = {"service_mode": "on_site", "planned_visit_at": "2026-03-03T12:30:00+08:00"}
        assert "planned_visit_at" in refused(submit(self.form, "agree_service_mode", values, {"urgency": "normal"}))
        assert submit(self.form, "agree_service_mode", values, {"urgency": "emergency"}).ok

    def test_a_visit_needs_its_time(self) -> None:
        assert refused(submit(self.form, "agree_service_mode", {"service_mode": "on_site"})) == {
            "planned_visit_at": "required"
        }
        assert submit(self.form, "agree_service_mode", {"service_mode": "phone"}).ok

    def test_one_item_is_the_least(self) -> None:
        values = {
            "request_medium": "phone",
            "fault_description": "异响",
            "service_content": "检修",
            "urgency": "normal",
            **CUSTOMER,
            **PRODUCT,
        }
        assert "repair_items" in refused(submit(self.form, "register_repair", values))
        rows = [{"item": "body", "qty": 1}]
        assert submit(self.form, "register_repair", {**values, "repair_items": rows}).ok

    def test_the_property_manager_consents_only_where_the_company_allows_it(self) -> None:
        values = {
            "consent_subject": "charge", "amount_offered": 300, "consented": True, "consent_party": "property",
            "consent_name": "物业甲", "consent_channel": "phone", "consent_at": "2026-03-02T08:50:00+08:00",
        }  # fmt: skip
        form = "repair_request.customer_consent"
        assert set(refused(submit(form, "obtain_consent", values))) == {"consent_party"}
        assert submit(form, "obtain_consent", values, profile="door_window").ok

    def test_written_consent_has_its_paper(self) -> None:
        values = {
            "consent_subject": "take_away", "consented": False, "consent_party": "customer", "consent_name": "甲",
            "consent_channel": "written", "consent_at": "2026-03-02T08:50:00+08:00",
        }  # fmt: skip
        assert set(refused(submit("repair_request.customer_consent", "x", values))) == {"consent_file"}


ROTATION = {"rotation_choice": "weixiu_yi", "engineer": "weixiu_yi"}


class TestDispatch:
    form = "dispatch.dispatch_assessment"
    values: ClassVar = {"urgency": "normal", "weather": "fit", "required_skill": "door", "planned_date": "2026-03-04"}

    def test_yesterday_is_no_dispatch_date(self) -> None:
        assert submit(self.form, "assess_dispatch", self.values).ok
        assert set(refused(submit(self.form, "assess_dispatch", {**self.values, "planned_date": "2026-03-01"}))) == {
            "planned_date"
        }

    def test_a_weekday_of_the_door_maker_needs_the_written_notice(self) -> None:
        values = {**self.values, "keep_weekday": True}
        assert set(refused(submit(self.form, "assess_dispatch", values, profile="door_window"))) == {
            "weekday_exception_file",
            "capacity_confirmed",
        }
        assert submit(self.form, "assess_dispatch", values).ok  # the bus maker dispatches every day

    def test_a_move_ends_on_a_weekend_and_says_when_it_breaks_the_deadline(self) -> None:
        known = {
            "planned_date": "2026-03-04",
            "onsite_due_at": "2026-03-05T09:00:00+08:00",
            "weekend_slots": ["2026-03-07"],
        }
        told = {"customer_informed_at": "2026-03-02T08:00:00+08:00"}
        monday = refused(submit(self.form, "move_to_weekend", {**told, "planned_date": "2026-03-09"}, known))
        assert "planned_date" in monday
        saturday = {**told, "planned_date": "2026-03-07"}
        assert refused(submit(self.form, "move_to_weekend", saturday, known)) == {"over_deadline_confirmed": "required"}
        late = {**saturday, "over_deadline_confirmed": True}
        assert refused(submit(self.form, "move_to_weekend", late, known)) == {"over_deadline_reason": "required"}
        assert submit(self.form, "move_to_weekend", {**late, "over_deadline_reason": "客户同意"}, known).ok

    def test_delay_is_told_before_the_agreed_time(self) -> None:
        known = {"weather": "unfit", "planned_date": "2026-03-02", "planned_visit_at": "2026-03-02T08:00:00+08:00"}
        values = {"delay_notice_at": "2026-03-02T08:30:00+08:00", "new_visit_date": "2026-03-02"}
        assert set(refused(submit(self.form, "tell_delay", values, known))) == {"delay_notice_at", "new_visit_date"}

    def test_a_named_engineer_becomes_the_team(self) -> None:
        values = {"shortage_choice": "manual", "engineer": "weixiu_yi", "manual_reason": "熟悉该车"}
        checked = submit(
            self.form, "resolve_shortage", values, {"engineers": ["weixiu_jia"], "dispatch_mode": "rotation"}
        )
        assert (checked.values["engineers"], checked.values["dispatch_mode"]) == (["weixiu_yi"], "manual")

    order: ClassVar = {
        "engineers": ["weixiu_yi"], "planned_at": "2026-03-04T09:00:00+08:00", "responsible_unit": "service",
        "warranty_mark": "in_warranty", "dispatch_mode": "rotation", "emergency_backfill": False,
        "repair_lines": [{"item": "车门", "qty": 1}], **CUSTOMER, **PRODUCT,
    }  # fmt: skip

    def test_somebody_else_than_the_rotation_chose_is_a_manual_choice_with_reason(self) -> None:
        form, step, known = "dispatch.work_order", "issue_work_order", ROTATION
        assert submit(form, step, self.order, known).ok
        other = {**self.order, "engineers": ["weixiu_bing"]}
        assert set(refused(submit(form, step, other, known))) == {"dispatch_mode"}
        assert set(refused(submit(form, step, {**other, "dispatch_mode": "manual"}, known))) == {"manual_reason"}

    def test_the_interim_leader_is_one_of_the_engineers(self) -> None:
        team = {**self.order, "engineers": ["weixiu_yi", "weixiu_bing"], "interim_leader": "kefu_jia"}
        known = {**ROTATION, "work_order_no": "WX-1"}
        assert set(refused(submit("dispatch.work_order", "issue_work_order", team, known))) == {"interim_leader"}

    def test_the_order_goes_to_the_leader_else_to_whom_the_rotation_chose_else_to_the_first(self) -> None:
        form, step, two = "dispatch.work_order", "issue_work_order", ["weixiu_bing", "weixiu_yi"]
        by_hand = {**self.order, "dispatch_mode": "manual", "manual_reason": "熟悉该车"}
        for values, taker in (
            ({**self.order, "engineers": two, "interim_leader": "weixiu_bing"}, "weixiu_bing"),
            ({**self.order, "engineers": two}, "weixiu_yi"),
            ({**by_hand, "engineers": ["weixiu_bing"]}, "weixiu_bing"),
        ):
            assert submit(form, step, values, ROTATION).values["engineer"] == taker

    def test_a_visit_is_planned_outside_the_rest_and_on_dispatch_days(self) -> None:
        form, step = "dispatch.work_order", "issue_work_order"
        noon = {**self.order, "planned_at": "2026-03-04T12:30:00+08:00"}
        assert set(refused(submit(form, step, noon, ROTATION))) == {"planned_at"}
        assert submit(form, step, noon, {**ROTATION, "urgency": "emergency"}).ok
        assert set(refused(submit(form, step, self.order, ROTATION, profile="door_window"))) == {"planned_at"}
        excepted = {**ROTATION, "weekday_exception_file": "f1", "capacity_confirmed": True}
        assert submit(form, step, self.order, excepted, profile="door_window").ok

    def test_hours_of_a_person_and_day_never_exceed_24(self) -> None:
        row = {"user": "weixiu_yi", "date": "2026-03-01", "hours": 13, "expenses": 20}
        form, step = "dispatch.work_order", "register_return"
        assert set(refused(submit(form, step, {"hour_lines": [row, row]}))) == {"hour_lines"}
        checked = submit(form, step, {"hour_lines": [row, {**row, "date": "2026-03-02"}]})
        assert (checked.values["work_hours"], checked.values["expenses_total"]) == (26, 40)
        assert checked.values["collected_by"] == "somebody"

    def test_completion_follows_the_outcome(self) -> None:
        next_visit = {"unfinished_reason": "缺件", "next_visit_at": "2026-03-05T09:00:00+08:00"}
        checked = submit("dispatch.work_order", "agree_next_visit", next_visit)
        assert checked.values["completion_state"] == "unfinished"
        assert (
            submit("dispatch.work_order", "hand_in_order", {}, {"outcome": "signed"}).values["completion_state"]
            == "completed"
        )


class TestServiceReport:
    form = "onsite_service.service_report"

    def test_arrival_is_stamped_by_the_button(self) -> None:
        checked = submit(self.form, "arrive_on_site", {})
        assert checked.ok
        assert checked.values["arrived_at"] == "2026-03-02T09:00:00+08:00"

    def test_a_correction_needs_a_reason_and_stands_beside_the_stamp(self) -> None:
        values = {"arrived_at_correction": "2026-03-02T08:40:00+08:00"}
        assert refused(submit(self.form, "arrive_on_site", values)) == {"arrived_at_reason": "required"}
        checked = submit(self.form, "arrive_on_site", {**values, "arrived_at_reason": "进门后才点"})
        assert checked.values["arrived_at"] == "2026-03-02T08:40:00+08:00"
        assert checked.values["arrived_at_stamped"] == "2026-03-02T09:00:00+08:00"

    def test_a_stamp_of_an_earlier_trip_does_not_count(self) -> None:
        known = {"arrived_at_stamped": "2026-02-20T09:00:00+08:00", "departed_at": "2026-03-02T08:00:00+08:00"}
        assert submit(self.form, "arrive_on_site", {}, known).values["arrived_at"] == "2026-03-02T09:00:00+08:00"

    def test_going_back_a_step_keeps_the_first_stamp(self) -> None:
        known = {"arrived_at_stamped": "2026-03-02T08:30:00+08:00", "departed_at": "2026-03-02T08:00:00+08:00"}
        assert submit(self.form, "arrive_on_site", {}, known).values["arrived_at"] == "2026-03-02T08:30:00+08:00"

    def test_a_vehicle_needs_hours_and_mileage(self) -> None:
        values = {"usage_condition": "公交", "fault_history": "昨晚起"}
        missing = refused(submit(self.form, "listen_to_user", values, {"product_category": "vehicle"}))
        assert set(missing) == {"running_time_h", "mileage_km"}
        assert submit(self.form, "listen_to_user", values, {"product_category": "door_window"}).ok

    def test_whatever_turns_out_to_be_a_vehicle_needs_them_too(self) -> None:
        known = {**PRODUCT, "product_category": "other"}
        values = {**self.look, "product_category": "vehicle", "product_category_reason": "看错"}
        assert set(refused(submit(self.form, "look_at_unit", values, known))) == {"running_time_h", "mileage_km"}

    look: ClassVar = {
        "within_warranty_scope": True,
        "dismantled_before": False,
        "parts_complete": True,
        "human_damage": False,
    }

    def test_damage_by_people_is_told_at_once(self) -> None:
        known = {**PRODUCT, "running_time_h": 1200, "mileage_km": 56000}
        assert submit(self.form, "look_at_unit", {**self.look, **known}, known).ok
        damaged = {**self.look, **known, "human_damage": True}
        assert refused(submit(self.form, "look_at_unit", damaged, known)) == {"mismatch_told": "required"}
        assert submit(self.form, "look_at_unit", {**damaged, "mismatch_told": True}, known).ok

    def test_changing_a_known_serial_number_asks_why(self) -> None:
        values = {**self.look, **PRODUCT, "serial_no": "TEST0000000000002"}
        assert "serial_no_reason" in refused(submit(self.form, "look_at_unit", values, PRODUCT))

    def test_replaced_parts_need_reason_name_and_quantity(self) -> None:
        known = {"parts_or_compensation": True}
        missing = refused(submit(self.form, "record_parts", {"parts_replaced": [{"part_no": "P-1"}]}, known))
        assert {"parts_replaced[0].part_name", "parts_replaced[0].qty", "parts_replaced[0].reason"} <= set(missing)

    part: ClassVar = {"part_no": "P-1", "part_name": "门泵", "qty": 1, "reason": "漏气"}

    def test_old_parts_go_where_the_table_says(self) -> None:
        known = {"parts_or_compensation": True, "old_part_default": "to_customer"}
        taken = {"parts_replaced": [{**self.part, "old_part_disposition": "bring_back"}]}
        assert set(refused(submit(self.form, "record_parts", taken, known))) == {
            "parts_replaced[0].old_part_disposition"
        }
        given = {"parts_replaced": [{**self.part, "old_part_disposition": "to_customer"}]}
        assert submit(self.form, "record_parts", given, known).ok

    def test_money_without_approval_is_refused(self) -> None:
        known = {**CUSTOMER, **PRODUCT, "arrived_at": "2026-03-02T08:00:00+08:00"}
        values = {"fee_collected": 50}
        assert set(refused(submit(self.form, "complete_report", values, known))) == {"fee_collected"}
        assert submit(self.form, "complete_report", values, {**known, "paid_outcome": "authorised"}).ok
        other = {**known, "quote_outcome": "accepted"}
        assert submit(self.form, "complete_report", values, other, profile="instrument_dealer").ok

    def test_the_report_is_finished_after_the_arrival(self) -> None:
        known = {**CUSTOMER, **PRODUCT, "arrived_at": "2026-03-02T08:00:00+08:00"}
        values = {"work_finished_at_correction": "2026-03-02T07:00:00+08:00", "work_finished_at_reason": "忘了点"}
        assert set(refused(submit(self.form, "complete_report", values, known))) == {"work_finished_at_correction"}
        assert submit(self.form, "complete_report", {}, known).values["work_finished_at"] == "2026-03-02T09:00:00+08:00"

    def test_nobody_signs_before_the_end_of_the_work(self) -> None:
        values = {"customer_signature": SIGNATURE, "signer_name": "用户甲"}
        assert "customer_signature" in refused(submit(self.form, "sign_report", values))
        untested = {**FINISHED, "test_result": None}
        assert "customer_signature" in refused(submit(self.form, "sign_report", values, untested))
        checked = submit(self.form, "sign_report", values, FINISHED)
        assert checked.ok
        assert checked.values["signed_at"] == "2026-03-02T09:00:00+08:00"

    def test_a_refused_signature_has_a_reason_and_no_time(self) -> None:
        assert refused(submit(self.form, "sign_report", {"signature_refused": True}, FINISHED)) == {
            "refusal_reason": "required"
        }
        checked = submit(self.form, "sign_report", {"signature_refused": True, "refusal_reason": "嫌贵"}, FINISHED)
        assert checked.ok
        assert checked.values.get("signed_at") is None

    def test_leaving_needs_permission_or_another_problem(self) -> None:
        assert set(
            refused(submit(self.form, "take_leave", {"other_problem": False, "permission_to_leave": False}))
        ) == {"permission_to_leave"}
        assert submit(self.form, "take_leave", {"other_problem": True, "permission_to_leave": False}).ok
        assert submit(self.form, "take_leave", {"other_problem": False, "permission_to_leave": True}).values["left_at"]

    def test_internal_remarks_stay_off_the_customers_copy(self) -> None:
        fields = SHIPPED[self.form].fields
        assert all(fields[key].private for key in ("internal_remarks", "trigger_reasons", "estimated_cost"))
        shown = json.dumps(
            forms.view(SHIPPED[self.form], "sign_report", {"internal_remarks": "x"}, library(), private=False)
        )
        assert "internal_remarks" not in shown


class TestReturn:
    def test_an_unsigned_report_is_explained(self) -> None:
        form, step, values = "return_reporting.field_briefing", "report_to_base", {"result_summary": "待件"}
        assert refused(submit(form, step, values, {"outcome": "waiting_part"})) == {"outcome_reason": "required"}
        checked = submit(form, step, values, {"outcome": "signed"})
        assert checked.ok
        assert checked.values["stage"] == "before_leaving"

    def test_the_stage_follows_the_return(self) -> None:
        known = {"departed_at": "2026-03-01T08:00:00+08:00"}
        values = {
            "returned_at": "2026-03-02T08:30:00+08:00",
            "rest_requested": True,
            "rest_until": "2026-03-02T13:00:00+08:00",
        }
        checked = submit("return_reporting.field_briefing", "return_to_work", values, known)
        assert checked.ok
        assert checked.values["stage"] == "after_return"

    def test_an_approval_that_is_not_given_says_why(self) -> None:
        form = "return_reporting.field_briefing"
        assert submit(form, "approve_rest", {"decision": "approved"}).ok
        assert refused(submit(form, "approve_rest", {"decision": "rejected"})) == {"decision_comment": "required"}

    def test_fewer_old_parts_than_replaced_need_a_reason(self) -> None:
        form, step = "return_reporting.old_unused_return", "return_parts"
        known = {"parts_replaced": [{"part_no": "P-1", "qty": 2, "old_part_disposition": "bring_back"}]}
        one = {"old_lines": [{"part_no": "P-1", "qty": 1, "condition": "complete"}]}
        assert refused(submit(form, step, one, known)) == {"missing_reason": "required"}
        assert submit(form, step, {"old_lines": [{**one["old_lines"][0], "qty": 2}]}, known).ok
        assert refused(submit(form, step, {})) == {"missing_reason": "required"}

    def test_a_declined_survey_needs_nothing_and_a_given_one_everything(self) -> None:
        form, step = "onsite_service.satisfaction_form", "fill_satisfaction"
        assert submit(form, step, {"survey_declined": True}).ok
        scores = {"timeliness_score": 5, "attitude_score": 5, "skill_score": 4, "result_score": 5}
        assert set(refused(submit(form, step, scores))) == {"overall", "filled_by"}
        assert submit(form, step, {**scores, "overall": "satisfied", "filled_by": "甲"}).values["result_score"] == 5
        assert "skill_score" in refused(
            submit(form, step, {**scores, "skill_score": 6, "overall": "satisfied", "filled_by": "甲"})
        )

    def test_a_second_invoice_for_one_case_is_refused_also_when_it_is_issued(self) -> None:
        known = {"document_request_no": "PZ2", "case_ref": "FW-DEMO-1", "doc_type": "invoice", "amount": 100}
        values = {"invoice_amount": 100, "issued_no": "FP-2"}
        other = {"document_request_no": "PZ1", "doc_type": "vat_invoice"}

        def errors(**row: Any) -> dict[str, str]:
            return refused(
                submit("invoicing_documents.document_request", "issue_invoice", values, known, rows=[{**other, **row}])
            )

        assert "invoice_amount" in errors()
        assert errors(document_request_no="PZ2") == {}
        assert errors(doc_type="quality_certificate") == {}
