"""What each source is in plain words, and what may be said besides its file: for pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from workforce.core.text import Text

GROUPS: Final = {
    "attendance": Text("考勤", "Attendance"),
    "output": Text("产量与质检", "Output and inspections"),
    "people": Text("人员", "People"),
    "pay": Text("薪酬", "Pay"),
    "report": Text("报送", "Reporting"),
    "base": Text("基地", "The base"),
}
"""The sources' order on the page."""


@dataclass(frozen=True, slots=True)
class About:
    """``options``: names of fields of ``option_form.OptionsForm``; the first ones are needed."""

    group: str
    what: Text
    options: tuple[str, ...] = ()
    needed: frozenset[str] = frozenset()


_WORK: Final = ("task_type", "batch", "is_accepted", "mapping_text", "mapping_file", "server")
_TASK_TYPE: Final = frozenset({"task_type"})

ABOUT: Final[Mapping[str, About]] = {
    "dingtalk": About(
        "attendance",
        Text(
            "钉钉管理后台导出的考勤报表（xlsx）：最好带“每日统计”表，里面有工作时长。",
            "The attendance report that DingTalk's console exports (xlsx); best with the sheet "
            "“每日统计”, which has the hours.",
        ),
        ("break_minutes", "planned", "longest_hours", "mapping_text", "mapping_file"),
    ),
    "wecom": About(
        "attendance",
        Text(
            "企业微信导出的打卡日报；月报没有每天的班次，不能导入。",
            "The daily punch report of WeCom; the monthly report has no shifts and cannot be used.",
        ),
        ("break_minutes", "mapping_text", "mapping_file"),
    ),
    "zkteco": About(
        "attendance",
        Text(
            "考勤机 U 盘导出的 attlog.dat：只有谁在几点打卡，所以要说明单位的班次。",
            "The attlog.dat of a ZKTeco clock: it only tells who punched when, so the firm's "
            "shifts must be said.",
        ),
        ("planned", "longest_hours", "users_file", "mapping_text", "mapping_file"),
        frozenset({"planned"}),
    ),
    "shifts": About(
        "attendance",
        Text(
            "自己的班次表：谁、哪天、几点到几点。跨零点的夜班记在开始那天。",
            "Your own table of shifts: who, on which day, from when to when. A night shift counts "
            "on the day it starts.",
        ),
        ("break_minutes",),
    ),
    "leave": About(
        "attendance",
        Text(
            "请假表：类别、起止日期、审批单号。已批准的假才导入。",
            "Leave: kind, first and last day, approval number. Only approved leave belongs here.",
        ),
    ),
    "rosters": About(
        "attendance",
        Text("排班表：每人每月的休息日。", "Rosters: each person's rest days of a month."),
    ),
    "hours_periods": About(
        "attendance",
        Text(
            "综合计算工时制的周期，从哪天到哪天。",
            "The periods of comprehensive working hours: from which day to which.",
        ),
    ),
    "seat_assignments": About(
        "attendance",
        Text(
            "谁在哪个班次坐哪个工位，从哪天起。",
            "Who has which seat in which kind of shift, and since when.",
        ),
    ),
    "lieu_days": About(
        "attendance",
        Text("调休：哪天上班换哪天休息。", "Time in lieu: days worked and days taken off."),
    ),
    "month_figures": About(
        "attendance",
        Text(
            "没有每日记录的人：只有当月工时、未休年假天数。",
            "For people without daily records: the month's hours and unused annual leave.",
        ),
    ),
    "leave_openings": About(
        "attendance",
        Text(
            "建账以前剩下的年休假（天，可半天）和调休（小时）；已记过的不重复记。",
            "What was left before these books begin of annual leave (days, also half ones) and of time "
            "in lieu (hours); what is entered already is not entered again.",
        ),
    ),
    "output": About(
        "output",
        Text(
            "自己的产量表：谁、哪天、什么任务、哪一批、提交和合格多少。",
            "Your own table of output: who, which day, task, batch, how many submitted and accepted.",
        ),
        ("batch", "is_accepted"),
    ),
    "group_output": About(
        "output",
        Text(
            "小组共同完成的产量，按工分或工时分给成员。",
            "Output that a group made together, shared by points or hours.",
        ),
        ("batch", "is_accepted"),
    ),
    "inspections": About(
        "output",
        Text(
            "抽检结果：批次、抽检数、错误数、严重度、结果。",
            "Sample inspections: batch, sample size, errors, severity, result.",
        ),
        ("batch", "task_type"),
    ),
    "label_studio": About(
        "output",
        Text(
            "Label Studio 导出的 JSON（最完整）、JSON-MIN 或 CSV。",
            "Exports of Label Studio: JSON (the most complete), JSON-MIN or CSV.",
        ),
        (*_WORK, "controls"),
        _TASK_TYPE,
    ),
    "cvat_events": About(
        "output",
        Text(
            "CVAT 的事件导出（CSV）：谁在哪天新建了多少对象。",
            "CVAT's exported events (CSV): who created how many objects on which day.",
        ),
        _WORK,
        _TASK_TYPE,
    ),
    "cvat_xml": About(
        "output",
        Text(
            "CVAT for images 1.1 的 XML：记在作业被指派的人名下。",
            "CVAT for images 1.1 (XML): counted to the person to whom the job was assigned.",
        ),
        _WORK,
        _TASK_TYPE,
    ),
    "employees": About(
        "people",
        Text(
            "员工名册：身份、合同、班组、薪酬档案。同一个工号几行是历史。",
            "The register: identity, contract, team, pay profile. Several rows of one number are "
            "its history.",
        ),
    ),
    "tax_openings": About(
        "people",
        Text(
            "今年在本系统以前已发的累计收入和已扣个税。",
            "What was paid and withheld this year before this system kept the books.",
        ),
    ),
    "prices": About(
        "pay",
        Text("计件单价，带生效日期。", "Piece prices with the day from which they hold."),
        ("whole_from",),
    ),
    "pay_entries": About(
        "pay",
        Text(
            "约定的津贴、奖金、扣款，按月。", "Agreed allowances, bonuses and deductions by month."
        ),
    ),
    "adjustments": About(
        "pay",
        Text(
            "以前月份的更正，在以后的月份补发或扣回。",
            "Corrections of earlier months, paid or taken back in a later one.",
        ),
    ),
    "tax_result": About(
        "pay",
        Text(
            "扣缴端申报完导出的结果：和本系统逐人核对，每处差异要有原因或任务。",
            "What the tax client exports after filing: compared person by person, each difference "
            "with a reason or a task.",
        ),
        ("period",),
    ),
    "insurance_bill": About(
        "pay",
        Text(
            "社保费或公积金的当月账单：和本系统逐人、逐险种核对。",
            "The month's bill of social insurance or the housing fund: compared person by person "
            "and scheme by scheme.",
        ),
        ("period",),
    ),
    "bank_reply": About(
        "pay",
        Text(
            "银行处理发放批以后的回盘：失败的人标为失败，留在欠发台账。没有写批号的，算最新的发放批。",
            "What the bank replies to a payment batch: failed lines are marked, and their people stay "
            "in the ledger of wages owed. Without a number it is about the newest batch.",
        ),
        ("batch",),
    ),
    "company_return": About(
        "report",
        Text(
            "自己记账的企业每月的月报：在“月报报送”里下载模板，填好“本月数”一列再导入。一份文件要么全收，要么全不收。",
            "The monthly return of a company that keeps its own books: download the template under Monthly "
            "return, fill in the column “This month”, import it. A file is taken whole or not at all.",
        ),
    ),
    "areas": About(
        "base",
        Text(
            "基地各楼层的区域：位置、面积、用途和起止日期。先在“场地和工位”里登记场地和楼层。",
            "Areas of the base's floors: place, size, use and days. Enter sites and floors on the page Premises "
            "and seats first.",
        ),
    ),
    "projects": About(
        "output",
        Text(
            "客户、项目和要交的任务：一个项目的一种任务一行，写客户单价和合同数量。没填的保留原来的，再导入一次就是更正。",
            "Clients, projects and what they are to deliver: one row a task type of a project, with the client's price "
            "and the contracted quantity. What is left blank stays; importing again corrects.",
        ),
    ),
    "chain_companies": About(
        "base",
        Text(
            "产业链企业：名称、环节、园区内外、线索来源，现在的进展从哪天起。再导入一次，进展变了的会加上一条，以前的保留。",
            "Companies of the chain: name, link, place, source of the lead, and since when each is at its stage. Imported "
            "again, a stage that has changed is added; what was recorded stays.",
        ),
    ),
    "seats": About(
        "base",
        Text(
            "各区域的工位：编号、位置、建成日期，可用还是停用。",
            "Seats of the areas: code, place, when they were built, usable or out of use.",
        ),
    ),
    "practice_work": About(
        "people",
        Text(
            "本企业培训班的练习成绩：一人一天一个练习一行，再导入一次就是更正。",
            "Scores of practice work of the company's training classes: one row a person, day and exercise; "
            "importing again corrects.",
        ),
    ),
    "skill_certificates": About(
        "people",
        Text(
            "技能证书名单：编号、等级、有效期、能做的任务；改了的再导入一次就更正。",
            "A list of skill certificates: number, level, until when, and the tasks that each opens; what has "
            "changed is corrected by importing it again.",
        ),
    ),
    "exam_results": About(
        "people",
        Text(
            "本企业培训班的考试成绩。先在班级页添加考试；补考是另一场。",
            "Scores of exams of the company's training classes. Add the sitting on the page of the class first; "
            "a retake is another sitting.",
        ),
    ),
    "base_differences": About(
        "pay",
        Text(
            "社保缴费基数的差额补缴。",
            "Differences of contribution bases of earlier months.",
        ),
    ),
}
