"""How a preview puts changes into words: column labels and values as people write them."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from workforce.core.money import format_fen, format_micro
from workforce.core.terms import term, terms_of
from workforce.core.text import Locale, Text
from workforce.documents.labels import EVIDENCE

_LABELS: Final = {
    "absent_on": Text("旷工日", "absent on"),
    "accepted_on": Text("验收日期", "accepted on"),
    "accepted_qty": Text("合格数量", "accepted"),
    "amount": Text("金额", "amount"),
    "approval_no": Text("审批单号", "approval number"),
    "average_monthly_wage_amount": Text("月平均工资", "average monthly wage"),
    "bank_account": Text("银行账号", "bank account"),
    "bank_name": Text("开户银行", "bank"),
    "base_pay_amount": Text("基本工资", "base pay"),
    "batch_id": Text("批次", "batch"),
    "break_minutes": Text("休息分钟", "break minutes"),
    "certificate_amount": Text("职业资格扣除", "certificate deduction"),
    "charged_base_amount": Text("已缴基数", "base charged"),
    "client_code": Text("客户编号", "client's code"),
    "client_name": Text("客户名称", "client"),
    "contact": Text("联系人", "contact"),
    "contract_amount": Text("合同金额", "contract amount"),
    "contracted_qty": Text("合同数量", "contracted"),
    "contribution_base_amount": Text("社保缴费基数", "contribution base"),
    "course": Text("课程或工种", "course"),
    "credit_code": Text("统一社会信用代码", "credit code"),
    "decided_reason": Text("处理原因", "reason of the decision"),
    "dispatched_by": Text("派遣单位", "sending unit"),
    "dispatched_by_code": Text("派遣单位信用代码", "sending unit's credit code"),
    "due_on": Text("截止日期", "due on"),
    "early_minutes": Text("早退分钟", "minutes early"),
    "education": Text("学历", "education"),
    "contract_kind": Text("合同类型", "contract"),
    "contract_until": Text("合同到期日", "contract until"),
    "email": Text("电子邮箱", "e-mail"),
    "employment_id": Text("员工", "employee"),
    "employment_type": Text("用工形式", "employment type"),
    "ends_at": Text("下班", "ends at"),
    "error_qty": Text("错误数", "errors"),
    "evidence": Text("证据", "evidence"),
    "fail_reason": Text("银行说的原因", "the bank's reason"),
    "finished_on": Text("结束日期", "finished on"),
    "fund_base_amount": Text("公积金基数", "housing fund base"),
    "fund_employee_rate": Text("公积金个人比例", "fund, employee's rate"),
    "fund_employer_rate": Text("公积金单位比例", "fund, employer's rate"),
    "group_name": Text("小组", "group"),
    "half": Text("半天", "half day"),
    "half_pay_period": Text("工资半月", "pay half month"),
    "hired_on": Text("入职日期", "hired on"),
    "hours_class": Text("工时类别", "hours class"),
    "hours_system": Text("工时制", "hours system"),
    "household_category": Text("户籍类别", "household category"),
    "income_amount": Text("累计收入", "income so far"),
    "inspected_on": Text("检查日期", "inspected on"),
    "inspector": Text("检查人", "inspector"),
    "insurance_and_fund_amount": Text("累计专项扣除", "insurance and fund so far"),
    "is_deduct_60000": Text("按六万元扣除", "60000 deduction"),
    "is_first_wage_of_year": Text("当年首次取得工资", "first wage of the year"),
    "is_in_lieu": Text("调休", "in lieu"),
    "is_separate_bonus_used": Text("年终奖已单独计税", "separate bonus used"),
    "is_sent_back": Text("退回返工", "sent back"),
    "issued_on": Text("发证日期", "issued on"),
    "issuer": Text("发证单位", "issuer"),
    "kind": Text("类别", "kind"),
    "last_on": Text("最后一天", "last day"),
    "late_minutes": Text("迟到分钟", "minutes late"),
    "level": Text("等级", "level"),
    "months": Text("月数", "months"),
    "name": Text("姓名", "name"),
    "number": Text("编号", "number"),
    "occupation": Text("职业类别", "occupation"),
    "other_amount": Text("累计其他扣除", "other deductions so far"),
    "overtime_base_amount": Text("加班工资基数", "overtime base"),
    "owed_base_amount": Text("应缴基数", "base owed"),
    "pay_cycle": Text("结算周期", "pay cycle"),
    "pay_period": Text("工资期间", "pay period"),
    "period_to": Text("终止月份(不含)", "up to month"),
    "personal_pension_amount": Text("累计个人养老金", "personal pension so far"),
    "phone": Text("手机号码", "phone"),
    "position": Text("岗位", "position"),
    "project_name": Text("项目名称", "project"),
    "reason": Text("原因", "reason"),
    "region": Text("地区代码", "region code"),
    "rejected_qty": Text("不合格数量", "rejected"),
    "rest_day_bits": Text("休息日", "rest days"),
    "rest_weekdays": Text("休息日", "rest days"),
    "result": Text("结果", "result"),
    "reviewed_qty": Text("已检数量", "reviewed"),
    "reworked_qty": Text("返工数量", "reworked"),
    "sampled_qty": Text("抽检数", "sampled"),
    "separated_on": Text("离职日期", "left on"),
    "separation_reason": Text("离职原因", "reason of leaving"),
    "seat_id": Text("工位", "seat"),
    "sequence": Text("次序", "order"),
    "severity": Text("严重度", "severity"),
    "share_weight": Text("分配权重", "share weight"),
    "shares": Text("成员和工分", "members and shares"),
    "shift_type": Text("班次", "shift"),
    "shift_type_code": Text("班次类型", "shift type"),
    "source_version": Text("版本", "version"),
    "special_amount": Text("累计专项附加扣除", "special additional deductions so far"),
    "split_by": Text("分配方式", "split by"),
    "signed_on": Text("签订日期", "signed on"),
    "starts_on": Text("开始日期", "starts on"),
    "starts_at": Text("上班", "starts at"),
    "state": Text("状态", "state"),
    "submitted_qty": Text("提交数量", "submitted"),
    "task_type_id": Text("任务类型", "task type"),
    "task_type_ids": Text("能做的任务类型", "task types"),
    "tax_method": Text("计税方式", "tax method"),
    "team_id": Text("班组", "team"),
    "through_period": Text("截至月份", "through month"),
    "township": Text("户籍乡镇", "township"),
    "unit_price": Text("单价", "price"),
    "unused_leave_days": Text("未休年休假天数", "unused leave days"),
    "area": Text("面积（㎡）", "size (m²)"),
    "built_on": Text("建成日期", "built on"),
    "code": Text("编号", "code"),
    "removed_on": Text("拆除日期", "removed on"),
    "width": Text("宽（米）", "width (m)"),
    "height": Text("深（米）", "depth (m)"),
    "x": Text("X（米）", "X (m)"),
    "y": Text("Y（米）", "Y (m)"),
    "use": Text("用途", "use"),
    "valid_from": Text("生效日期", "valid from"),
    "valid_to": Text("失效日期", "valid to"),
    "valid_until": Text("有效期至", "valid until"),
    "value": Text("数", "figure"),
    "withheld_amount": Text("累计已预扣税额", "tax withheld so far"),
    "work_on": Text("日期", "day"),
    "worked_minutes": Text("工时（分钟）", "worked minutes"),
}


_FILED: Final = "filed_"
"""Figures of a result of filing: their names are terms."""

_TERMS: Final = {
    "contract_kind": "contract_kind",
    "education": "education",
    "employment_type": "employment_type",
    "hours_system": "hours_system",
    "household_category": "household_category",
    "occupation": "occupation",
    "pay_cycle": "pay_cycle",
    "result": "inspection_result",
    "severity": "severity",
    "state": "output_state",
    "tax_method": "tax_method",
    "use": "area_use",
    "township": "township",
}
"""Columns of codes → the kind of term that says them."""
_SEAT_STATE: Final = "seat_state"


def label(column: str, locale: Locale) -> str:
    """Name a column."""
    if column.startswith(_FILED):
        figure = column.removeprefix(_FILED).removesuffix("_amount")
        return term(f"filing_figure.{figure}").in_locale(locale)
    return _LABELS[column].in_locale(locale) if column in _LABELS else column


def wording(column: str, value: Any, locale: Locale) -> str:
    """Write a stored value as people write it: yuan, plain days, yes and no."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return {"zh": ("否", "是"), "en": ("no", "yes")}[locale][value]
    if column == "evidence":
        return EVIDENCE[value].in_locale(locale)
    if isinstance(value, dt.datetime):
        return f"{value:%m-%d %H:%M}"
    if isinstance(value, int) and column.endswith("amount"):
        return format_fen(value)
    if isinstance(value, int) and column.endswith(("_rate", "_price")):
        return format_micro(value)
    if column in _TERMS:
        said = terms_of(_TERMS[column]).get(str(value))
        if said is None and column == "state":
            said = terms_of(_SEAT_STATE).get(str(value))
        return said.in_locale(locale) if said else str(value)
    return str(value)
