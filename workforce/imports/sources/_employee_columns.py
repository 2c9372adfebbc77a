"""The columns of the employee register: what their heads may say, and the template's example."""

from __future__ import annotations

import datetime as dt
from typing import Final

from workforce.core.text import Text
from workforce.imports.reading.tables import Column

KEY_GROUPS: Final = {
    "农村劳动力": "rural_labour",
    "脱贫人口": "formerly_poor",
    "高校毕业生": "graduate",
    "残疾人": "disabled",
    "退役军人": "veteran",
    "返乡人员": "returnee",
    "长期失业人员": "long_term_unemployed",
}
_OPTIONAL: Final = Text("可不填", "optional")

COLUMNS: Final = (
    Column(
        name="employee_no",
        titles=("工号", "员工编号", "员工工号"),
        is_required=True,
        note=Text("企业内唯一，不重复使用", "unique in the company, never used again"),
        example=("A0001", "A0002"),
    ),
    Column(
        name="name",
        titles=("姓名", "员工姓名"),
        is_required=True,
        note=Text("与身份证一致", "as on the ID card"),
        example=("李晨", "欧阳㛃"),
    ),
    Column(
        name="id_number",
        titles=("身份证号码", "身份证号", "身份证", "证件号码", "公民身份号码"),
        is_required=True,
        is_secret=True,
        note=Text("18 位；单元格设为文本", "18 characters; format the cell as text"),
        example=("50023619900307001X", "500236199508120027"),
    ),
    Column(
        name="employment_type",
        titles=("用工形式",),
        is_required=True,
        note=Text(
            "全日制、非全日制、劳务派遣、实习、退休返聘、学员、劳务",
            "full_time, part_time, dispatched, intern, rehired_retiree, trainee, labor_service",
        ),
        example=("全日制", "实习"),
    ),
    Column(
        name="hired_on",
        titles=("入职日期", "入职时间"),
        is_required=True,
        note=Text("第一个在职日", "the first employed day"),
        example=(dt.date(2026, 8, 1), dt.date(2026, 10, 12)),
    ),
    Column(
        name="separated_on",
        titles=("离职日期", "离职时间"),
        note=Text("最后一个在职日", "the last employed day"),
        example=(None, None),
    ),
    Column(name="separation_reason", titles=("离职原因",), note=_OPTIONAL, example=(None, None)),
    Column(name="position", titles=("岗位", "职位"), note=_OPTIONAL, example=("标注员", "质检员")),
    Column(
        name="hours_system",
        titles=("工时制", "工时制度"),
        note=Text("标准、综合、不定时", "standard, comprehensive, irregular"),
        example=("标准工时制", "标准工时制"),
    ),
    Column(
        name="rest_weekdays",
        titles=("休息日", "每周休息日"),
        note=Text("1=周一，如 67", "1 = Monday, such as 67"),
        example=("67", "67"),
    ),
    Column(
        name="education",
        titles=("学历", "文化程度"),
        note=_OPTIONAL,
        example=("大学专科", "大学本科"),
    ),
    Column(
        name="township",
        titles=("户籍乡镇", "户籍所在乡镇", "乡镇"),
        note=Text("奉节乡镇名称，或区划代码", "a township of Fengjie, or a region code"),
        example=("永安街道", "白帝镇"),
    ),
    Column(
        name="household_category",
        titles=("户籍类别", "户口性质"),
        note=Text("农村、城镇", "rural, urban"),
        example=("城镇", "农村"),
    ),
    Column(
        name="key_groups",
        titles=("重点群体",),
        note=Text(
            "用顿号分隔:" + "、".join(KEY_GROUPS),
            "separated by commas: " + ", ".join(KEY_GROUPS.values()),
        ),
        example=(None, "脱贫人口、高校毕业生"),
    ),
    Column(
        name="phone",
        titles=("手机号码", "手机号", "手机", "联系电话"),
        is_secret=True,
        note=_OPTIONAL,
        example=("13900000001", "13900000002"),
    ),
    Column(
        name="email",
        titles=("电子邮箱", "邮箱", "电子邮件", "E-mail"),
        is_secret=True,
        note=Text("可不填；工资条发到这里", "optional; payslips are sent there"),
        example=("lichen@example.com", None),
    ),
    Column(
        name="team",
        titles=("班组", "所属班组"),
        note=Text("班组名称或代码", "a team's name or code"),
        example=("标注一组", "标注二组"),
    ),
    Column(
        name="team_from",
        titles=("班组生效日期",),
        note=Text(
            "换班组时填写；新员工不填。一人可有多行，写出班组和薪资的历史",
            "fill in when a team changes; several rows a person tell the history of team and pay",
        ),
        example=(None, None),
    ),
    Column(
        name="bank_name",
        titles=("开户银行", "开户行", "银行"),
        note=_OPTIONAL,
        example=("重庆农村商业银行", "重庆农村商业银行"),
    ),
    Column(
        name="bank_account",
        titles=("银行账号", "银行卡号", "工资卡号", "卡号"),
        is_secret=True,
        note=Text("单元格设为文本", "format the cell as text"),
        example=("6228123456700000001", "6228123456700000002"),
    ),
    Column(
        name="contract_kind",
        titles=("合同类型", "劳动合同类型", "合同期限类型"),
        note=Text(
            "固定期限、无固定期限、以完成任务为期限；可不填",
            "fixed_term, open_ended, task; optional",
        ),
        example=("固定期限", "无固定期限"),
    ),
    Column(
        name="contract_until",
        titles=("合同到期日", "合同终止日期", "合同到期日期"),
        note=Text("固定期限合同的最后一天", "the last day of a fixed-term contract"),
        example=(dt.date(2028, 7, 31), None),
    ),
    Column(
        name="occupation",
        titles=("职业类别", "职业"),
        note=Text(
            "中层及以上管理人员、专业技术人员、办事人员和有关人员、社会生产服务和生活服务人员（标注员）、"
            "生产制造及有关人员；不填为社会生产服务和生活服务人员",
            "manager, professional, clerical, service (annotators), production; blank: service",
        ),
        example=(None, "专业技术人员"),
    ),
    Column(
        name="dispatched_by",
        titles=("派遣单位", "劳务派遣单位", "用人单位"),
        note=Text(
            "劳务派遣的人填写派出他们的单位",
            "of dispatched people: the unit that sends them",
        ),
        example=(None, None),
    ),
    Column(
        name="dispatched_by_code",
        titles=("派遣单位信用代码", "派遣单位统一社会信用代码"),
        note=Text("18 位统一社会信用代码", "its 18-character credit code"),
        example=(None, None),
    ),
    Column(
        name="base_pay_amount",
        titles=("基本工资", "月基本工资"),
        note=Text("元/月，纯计件填 0", "yuan a month; 0 for pure piecework"),
        example=(0, "1500.00"),
    ),
    Column(
        name="overtime_base_amount",
        titles=("加班工资基数",),
        note=Text("不填则为基本工资", "if blank, the base pay"),
        example=(None, None),
    ),
    Column(
        name="contribution_base_amount",
        titles=("社保缴费基数", "社保基数", "缴费基数"),
        note=Text("不填则不在本企业参保", "blank: not insured here"),
        example=("4800.00", None),
    ),
    Column(
        name="fund_base_amount",
        titles=("公积金基数", "公积金缴存基数"),
        note=_OPTIONAL,
        example=("4800.00", None),
    ),
    Column(
        name="fund_employee_rate",
        titles=("公积金个人比例",),
        note=Text("如 5%", "such as 5%"),
        example=("5%", None),
    ),
    Column(
        name="fund_employer_rate",
        titles=("公积金单位比例",),
        note=Text("如 5%", "such as 5%"),
        example=("5%", None),
    ),
    Column(
        name="average_monthly_wage_amount",
        titles=("月平均工资", "前12个月平均工资"),
        note=Text(
            "不含加班费，计件员工请假时使用", "without overtime; for leave pay of pieceworkers"
        ),
        example=("3600.00", None),
    ),
    Column(
        name="tax_method",
        titles=("计税方式",),
        note=Text("累计预扣、实习、劳务报酬", "cumulative, intern, labor_service"),
        example=("累计预扣", "实习"),
    ),
    Column(
        name="is_deduct_60000",
        titles=("按六万元扣除", "六万元扣除"),
        note=Text("是、否", "yes or no"),
        example=("否", "否"),
    ),
    Column(
        name="is_first_wage_of_year",
        titles=("当年首次取得工资", "首次取得工资"),
        note=Text("是、否", "yes or no"),
        example=("否", "否"),
    ),
    Column(
        name="pay_cycle",
        titles=("结算周期", "发薪周期"),
        note=Text(
            "按月、半月；半月只用于非全日制", "month, half_month; half months for part_time only"
        ),
        example=("按月", "按月"),
    ),
    Column(
        name="profile_from",
        titles=("薪资生效月份", "生效月份"),
        note=Text(
            "薪资改变时填写；新员工不填。薪资各列全空的行不改薪资",
            "fill in when pay facts change; a row without any of them leaves pay as it is",
        ),
        example=(None, None),
    ),
)
