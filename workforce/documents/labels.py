"""Words that the faces of a document share: the PDF, the spreadsheet and the page say the same."""

from typing import Final

from workforce.core.money import format_fen
from workforce.core.period import PayPeriod
from workforce.core.terms import term
from workforce.core.text import Locale, Text, plural
from workforce.documents.views import RegisterView

PAYSLIP: Final = Text("工资条", "Payslip")
REGISTER: Final = Text("工资册", "Payroll register")

NAME: Final = term("pay_field.name")
EMPLOYEE_NO: Final = term("pay_field.employee_no")
ID_NUMBER: Final = Text("证件号码", "ID number")
POSITION: Final = Text("岗位", "Position")
TEAM: Final = Text("班组", "Team")
NO_TEAM: Final = Text("未分班组", "No team")
PAY_DAY: Final = Text("发放日期", "Pay day")

TO_BE_PAID: Final = Text("待发放", "To be paid")

NET_PAY: Final = term("pay_field.net_pay")
GROSS_PAY: Final = term("pay_field.gross_pay")
EARNINGS: Final = term("pay_field.earnings")
DEDUCTIONS: Final = term("pay_field.deductions")
DEDUCTION_TOTAL: Final = Text("扣款合计", "Total deductions")
EMPLOYER: Final = Text("单位为您缴纳", "Paid by the employer for you")
EMPLOYER_COST: Final = term("pay_field.employer_cost")
NO_DEDUCTIONS: Final = Text("本月没有扣款", "No deductions this month")

OUTPUT: Final = Text("产量", "Output")
TASK_TYPE: Final = Text("任务类型", "Task type")
ACCEPTED_QTY: Final = Text("合格数量", "Accepted")
UNIT_PRICE: Final = Text("单价（元）", "Price (yuan)")
AMOUNT: Final = Text("金额（元）", "Amount (yuan)")

QUALITY: Final = Text("质检", "Quality")
BATCH: Final = Text("批次", "Batch")
POT: Final = Text("小组产值", "Group's output")
OWN_WEIGHT: Final = Text("本人 / 全组", "Own / all")
CHECKED_ON: Final = Text("日期", "Date")
SAMPLED: Final = Text("抽检", "Sampled")
ERRORS: Final = Text("错误", "Errors")
ACCURACY: Final = Text("准确率", "Accuracy")
FACTOR: Final = Text("系数", "Factor")

TIME: Final = Text("出勤与工时", "Days and hours")
ATTENDED: Final = Text("出勤 / 应出勤（天）", "Days worked / due")
PAID_LEAVE: Final = Text("带薪假（天）", "Paid leave (days)")
UNPAID: Final = Text("缺勤（天）", "Unpaid (days)")
NORMAL_HOURS: Final = Text("正常工时", "Normal hours")
WEEKDAY_OVERTIME: Final = Text("平日加班", "Weekday OT")
REST_DAY_OVERTIME: Final = Text("休息日加班", "Rest-day OT")
HOLIDAY_OVERTIME: Final = Text("节假日加班", "Holiday OT")
NIGHT_SHIFTS: Final = Text("夜班（次）", "Night shifts")
LATE: Final = Text("迟到（次）", "Late")

YEAR_TO_DATE: Final = Text("本年累计", "Year to date")
INSURANCE_AND_FUND: Final = Text("社保与公积金", "Insurance and fund")
INCOME_TAX: Final = Text("个人所得税", "Income tax")
YEAR_AND_TAX: Final = Text("本年累计与个人所得税", "Year to date and income tax")
YEAR_GROSS: Final = Text("累计应发工资", "Gross pay to date")
TAX_INCOME: Final = Text("累计计税收入", "Taxable income to date")
TAX_PART_INCOME: Final = Text("累计计税收入（按 80% 计）", "Income to date (80 % counts)")
TAX_BASIC: Final = Text("减除费用", "Basic deduction")
TAX_SPECIAL: Final = Text("专项附加扣除", "Special additional deductions")
TAX_OTHER: Final = Text("其他扣除", "Other deductions")
TAXABLE: Final = Text("累计应纳税所得额", "Amount taxed")
TAX_RATE: Final = Text("税率 / 速算扣除数", "Rate / quick deduction")
TAX_TO_DATE: Final = Text("累计应扣税额", "Tax due to date")
TAX_BEFORE: Final = Text("此前已预扣", "Withheld before")
TAX_NOW: Final = Text("本月预扣", "Withheld this month")

NOTES: Final = Text("说明", "Notes")
ESTIMATE: Final = Text("估计", "Estimate")
REVERSED_SLIPS: Final = Text("已冲销，不计入合计", "Reversed, in no total")
REVERSED: Final = Text("已冲销作废，不作为发放依据", "Reversed: it counts no more")
DRAFT: Final = Text("试算稿，未批准，不作为发放依据", "Draft, not approved: no claim to pay")
CHECK_CAPTION: Final = Text("扫码核对真伪", "Scan to verify")
CHECK_HINT: Final = Text("核对页面不显示金额", "The check page shows no amount")
FINGERPRINT: Final = Text("指纹", "Fingerprint")

INSPECTOR: Final = Text("质检员", "Inspector")
REWORKED_QTY: Final = Text("返工", "Reworked")
EVIDENCE: Final = {
    "minimal": Text("证据较弱：导出文件不完整", "weaker evidence: an incomplete export"),
    "assignee": Text("证据较弱：只有作业负责人", "weaker evidence: only the job's assignee"),
}
"""What a counted record's source could not tell."""
ACCEPTED_ON: Final = Text("验收日期", "Accepted on")
COMPANY: Final = term("pay_field.company")
CHECK: Final = Text("工资条核对", "Payslip check")
VALID: Final = Text("有效", "Valid")
ISSUER: Final = Text("出具单位", "Issued by")
MONTH: Final = Text("工资月份", "Pay month")

NUMBER: Final = Text("序号", "No.")
PERSON: Final = Text("人员", "Person")
ATTENDED_DAYS: Final = Text("出勤天数", "Days worked")
REDUCTIONS: Final = term("pay_field.reductions")
EMPLOYER_SHARE: Final = term("pay_field.employer_share")
RESULT: Final = Text("结果", "Result")
OTHER_EARNINGS: Final = Text("其他收入", "Other earnings")
OTHER_REDUCTIONS: Final = Text("其他减项", "Other reductions")
OTHER_DEDUCTIONS: Final = Text("其他扣款", "Other deductions")
UNIT: Final = Text("单位：元", "Unit: yuan")
SEAL: Final = Text("单位盖章", "Seal")
CONTROL: Final = Text("结果指纹", "Result fingerprint")
PREPARED_BY: Final = term("pay_field.prepared")
REVIEWED_BY: Final = term("pay_field.reviewed")
APPROVED_BY: Final = term("pay_field.approved")
SIGNATURE: Final = Text("签收", "Signature")
TOTAL: Final = term("pay_field.total")
PEOPLE: Final = term("pay_field.people")
CONTINUED: Final = Text("续", "continued")

_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


_HALVES: Final = (("", ""), ("上半月", ", first half"), ("下半月", ", second half"))


def month(period: PayPeriod) -> Text:
    """Return a pay period as people say it: 2026年10月, October 2026, 2026年10月上半月."""
    zh, en = _HALVES[period.half]
    return Text(
        f"{period.year}年{period.month}月{zh}", f"{_MONTHS[period.month - 1]} {period.year}{en}"
    )


def page_of(number: int, total: int) -> Text:
    """Return ``第 1 页，共 2 页``."""
    return Text(f"第 {number} 页，共 {total} 页", f"Page {number} of {total}")


def months(count: int) -> Text:
    """Return a number of months."""
    return Text(f"{count} 个月", f"{count} month{'' if count == 1 else 's'}")


def run_facts(view: RegisterView, locale: Locale) -> tuple[str, ...]:
    """Return what identifies a run, as short phrases: kind, state, pay day, people."""
    people = len(view.payslips)
    number = "" if view.number == 1 else f" {view.number}"
    return (
        view.kind.in_locale(locale) + number,
        view.state.in_locale(locale),
        f"{PAY_DAY.in_locale(locale)} {view.pay_on.isoformat()}",
        Text(f"{people} 人", f"{people} {plural(people, 'person', 'people')}").in_locale(locale),
    )


def reversed_people(view: RegisterView) -> str:
    """Name whose payslips of a run were reversed, each with the net pay that counts no more."""
    return "；".join(
        f"{slip.employee_no} {slip.person_name} {format_fen(slip.net_pay)}"
        for slip in view.reversed_payslips
    )


def joined(label: Text, remark: Text) -> Text:
    """Return a label with a remark in brackets."""
    return Text(f"{label.zh}（{remark.zh}）", f"{label.en} ({remark.en})")


def run_words(period: object, kind: Text, number: int, locale: Locale) -> tuple[str, ...]:
    """Return what tells a run in a file's name: its month, and of a run apart its kind and number."""
    if kind == term("run_kind.regular"):
        return (str(period),)
    return str(period), f"{kind.in_locale(locale)}{number}"
