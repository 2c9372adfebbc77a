"""Tax, insurance and fund files of a month of five people, reckoned by hand."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tests import factories
from tests.engines import both_engines
from tests.payroll.world import OCTOBER, World, actor, create_world
from workforce.core.errors import StateError
from workforce.core.facts import AmountKind
from workforce.core.law import LawBook
from workforce.core.orders import Purpose
from workforce.documents.files import service
from workforce.documents.files.service import Prepared, form_named
from workforce.payroll import service as runs
from workforce.payroll.orders import orders
from workforce.payroll.orders.orders import OrderAmount, OrderFacts
from workforce.payroll.reversal import reversal
from workforce.payroll.review import variances
from workforce.people.models import Employment
from workforce.platform import clock

MERGED, SEPARATE = AmountKind.ANNUAL_BONUS_MERGED, AmountKind.ANNUAL_BONUS_SEPARATE
TAX_SHEETS = ("tax_wages", "tax_labor", "tax_bonus", "tax_severance")


@pytest.fixture(scope="session")
def book() -> LawBook:
    """The packaged law data."""
    return LawBook.load()


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.fixed(dt.datetime(2026, 11, 5, 4, tzinfo=dt.UTC)):
        yield


def five_people(session: Session, book: LawBook) -> World:
    """An employee, an intern, a service person, a retiree, and one with an annual bonus.

    A1: 10 000 wage + 50 for missed meals; base 6000 → 480 + 120 + 5 + 30 + fund 300 = 935 of the own;
    10 000 − 5000 − 935 − rent 1500 − personal pension 1000 = 1565 × 3 % = 46.95.
    A2 (intern): 8000 × 80 % − 5000 = 1400 × 3 % = 42. A3 (service): (3000 − 800) × 20 % = 440.
    A4 (retiree): (7000 − 5000) × 3 % = 60. A5: (6000 − 5000) × 3 % = 30, and a bonus of
    24 000 ÷ 12 = 2000 → 3 % = 720.
    """
    world = create_world(session, book)
    hired = {
        "A1": world.hire(
            "A1",
            base_pay_amount=1_000_000,
            contribution_base_amount=600_000,
            fund_base_amount=600_000,
            fund_employee_rate=50_000,
            fund_employer_rate=50_000,
        ),
        "A2": world.hire(
            "A2", employment_type="intern", tax_method="intern", base_pay_amount=800_000
        ),
        "A3": world.hire("A3", employment_type="labor_service", tax_method="labor_service"),
        "A4": world.hire("A4", employment_type="rehired_retiree", base_pay_amount=700_000),
        "A5": world.hire("A5", base_pay_amount=600_000),
    }
    for number in ("A1", "A2", "A4", "A5"):
        world.attend(hired[number])
    for number, kind, amount, code in (
        ("A1", "untaxed_earning", 5_000, "missed_meal_subsidy"),
        ("A1", "special_additional_deduction", 150_000, "rent"),
        ("A1", "other_tax_deduction", 100_000, "personal_pension"),
        ("A3", "labor_service_income", 300_000, "labor_service_income"),
        ("A5", "annual_bonus_separate", 2_400_000, "annual_bonus_separate"),
    ):
        factories.create_pay_entry(session, hired[number], kind, amount, "2026-10", code=code)
    outcome = world.run()
    assert outcome.computed.faults == ()
    world.approve()
    return world


@pytest.fixture
def world(session: Session, book: LawBook) -> World:
    """The company of the five, October approved."""
    return five_people(session, book)


def prepared(world: World, code: str) -> Prepared:
    return service.prepare_month(world.session, world.company.id, form_named(code), OCTOBER)


def cells(world: World, code: str) -> list[dict[str, Any]]:
    """Make a file and read it back by its titles."""
    document = service.make_file(prepared(world, code), actor(world.maker))
    sheet = openpyxl.load_workbook(io.BytesIO(document.content)).active
    assert sheet is not None
    titles, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(map(str, titles), row, strict=True)) for row in rows]


def rows_of(world: World, code: str) -> list[dict[str, Any]]:
    """Return the rows of a sheet, of one without rows none."""
    titled = form_named(code).layout.columns
    return [
        {column.title.strip("*"): row.get(column.field) for column in titled}
        for row in prepared(world, code).rows
    ]


def control_of(world: World, code: str, label: str) -> int:
    """Return a control total of a file, which must be met."""
    (control,) = [one for one in prepared(world, code).controls if one.label.zh == label]
    assert control.is_met
    return control.figure


def test_each_person_is_in_the_sheet_of_the_own_kind_of_income(world: World) -> None:
    wages = {row["工号"]: row for row in cells(world, "tax_wages")}
    labor = {row["工号"]: row for row in cells(world, "tax_labor")}
    (bonus,) = cells(world, "tax_bonus")

    assert {number: row["本期收入"] for number, row in wages.items()} == {
        "A1": 10_000,
        "A4": 7_000,
        "A5": 6_000,
    }
    shown = (
        "基本养老保险费",
        "基本医疗保险费",
        "失业保险费",
        "住房公积金",
        "累计住房租金",
        "累计个人养老金",
    )
    assert [wages["A1"][title] for title in shown] == [480, 125, 30, 300, 1_500, 1_000]
    assert wages["A1"]["本期免税收入"] == 0
    assert {number: (row["*所得项目"], row["*收入"]) for number, row in labor.items()} == {
        "A2": ("其他连续劳务报酬", 8_000),
        "A3": ("劳务报酬", 3_000),
    }
    assert (bonus["工号"], bonus["*全年一次性奖金额"]) == ("A5", 24_000)
    assert [
        control_of(world, code, "本期应扣个税") for code in ("tax_wages", "tax_labor", "tax_bonus")
    ] == [
        4_695 + 6_000 + 3_000,
        4_200 + 44_000,
        72_000,
    ]


WAGES_TITLES = (
    "工号 *姓名 *证件类型 *证件号码 本期收入 本期免税收入 基本养老保险费 基本医疗保险费 失业保险费 住房公积金 "
    "累计子女教育 累计继续教育 累计住房贷款利息 累计住房租金 累计赡养老人 累计3岁以下婴幼儿照护 "
    "累计个人养老金 企业(职业)年金 商业健康保险 税延养老保险 其他 准予扣除的捐赠额 减免税额 备注"
)
PEOPLE_TITLES = (
    "工号 *姓名 *证件类型 *证件号码 *国籍(地区) *性别 *出生日期 是否高级专家 *任职受雇从业类型 其他情况说明 "
    "入职年度就业情形 手机号码 任职受雇从业日期 离职日期 是否离职后补发工资 实际补发工资的月份 是否残疾 "
    "是否烈属 是否孤老 残疾证件类型 残疾证号 烈属证号 是否扣除减除费用 个人投资额 个人投资比例(%) 备注 "
    "中文名 涉税事由 出生国家(地区) 首次入境时间 预计离境时间 其他证件类型 其他证件号码 户籍所在地（省） "
    "户籍所在地（市） 户籍所在地（区县） 户籍所在地（详细地址） 经常居住地（省） 经常居住地（市） "
    "经常居住地（区县） 经常居住地（详细地址） 联系地址（省） 联系地址（市） 联系地址（区县） "
    "联系地址（详细地址） 电子邮箱 学历 开户银行 银行账号 开户行省份 职务"
)


def test_the_titles_are_those_of_the_clients_samples() -> None:
    for code, titles in (("tax_wages", WAGES_TITLES), ("tax_people", PEOPLE_TITLES)):
        columns = form_named(code).layout.columns
        assert [column.title for column in columns] == titles.split()


def test_what_nobody_has_said_of_a_person_stays_empty(world: World) -> None:
    people = {row["工号"]: row for row in cells(world, "tax_people")}

    assert {number: row["*任职受雇从业类型"] for number, row in people.items()} == {
        "A1": "雇员",
        "A2": "实习学生（全日制学历教育）",
        "A3": "其他",
        "A4": "雇员",
        "A5": "雇员",
    }
    assert people["A1"]["任职受雇从业日期"] == "2026-10-01"
    assert (people["A1"]["是否烈属"], people["A1"]["学历"], people["A1"]["银行账号"]) == (None,) * 3


@both_engines
def test_all_sheets_together_are_the_run(world: World) -> None:
    run = world.stored_run()
    income = sum(control_of(world, code, "本期收入") for code in TAX_SHEETS)
    tax = sum(control_of(world, code, "本期应扣个税") for code in TAX_SHEETS)
    own = sum(control_of(world, code, "个人社保公积金") for code in TAX_SHEETS)

    assert income + 5_000 == run.gross_pay_amount == 5_805_000
    assert run.gross_pay_amount - own - tax == run.net_pay_amount
    in_sheets = [row["证件号码"] for code in TAX_SHEETS for row in rows_of(world, code)]
    assert len(in_sheets) == 6
    assert len(set(in_sheets)) == 5


def test_insurance_and_fund_have_both_shares_of_each_scheme(world: World) -> None:
    insurance = {
        row["险种"]: (row["缴费工资"], row["起始年月"], row["单位应缴"], row["个人应缴"])
        for row in cells(world, "insurance_month")
    }
    (fund,) = cells(world, "fund_month")
    changes = [
        (row["工号"], row["变动类型"], row["年月"]) for row in cells(world, "insurance_changes")
    ]

    assert insurance == {
        "养老保险": (6_000, "2026-10", 960, 480),
        "医疗保险（含生育）": (6_000, "2026-10", 510, 120),
        "大额医疗互助": (6_000, "2026-10", 90, 5),
        "失业保险": (6_000, "2026-10", 30, 30),
        "工伤保险": (6_000, "2026-10", 18, 0),
    }
    shown = ("缴存基数", "单位缴存比例", "个人缴存比例", "单位缴存额", "个人缴存额", "合计缴存额")
    assert [fund[title] for title in shown] == [6_000, "5%", "5%", 300, 300, 600]
    assert changes == [("A1", "增员", "2026-10")]


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("tax_wages", "pension_insurance"),
        ("tax_labor", "income_tax"),
        ("insurance_month", "employer_work_injury_insurance"),
    ],
)
def test_a_line_that_somebody_changed_is_in_no_file(world: World, code: str, line: str) -> None:
    world.session.execute(text("DROP TRIGGER tr_payslip_line_decided_update"))
    world.session.execute(
        text("UPDATE payslip_line SET amount = amount + 1 WHERE code = :line"), {"line": line}
    )
    world.session.commit()

    with pytest.raises(StateError) as caught:
        service.make_file(prepared(world, code), actor(world.maker))
    assert caught.value.code == "file.differs"


@both_engines
def test_the_year_so_far_goes_on_in_the_next_month(world: World) -> None:
    """November: rent again, and a certificate of 3600; 3000 of personal pension, of the year 4000."""
    a1 = world.session.query(Employment).filter_by(employee_no="A1").one()
    for kind, amount, code in (
        ("special_additional_deduction", 150_000, "rent"),
        ("special_additional_deduction", 400_000, "professional_certificate"),
        ("other_tax_deduction", 300_000, "personal_pension"),
    ):
        factories.create_pay_entry(world.session, a1, kind, amount, "2026-11", code=code)
    november = OCTOBER.next()
    days = [november.first_on + dt.timedelta(days=number) for number in range(30)]
    world.attend(a1, [day for day in days if day.isoweekday() < 6])
    outcome = world.run(november)
    assert outcome.computed.faults == ()
    with clock.fixed(dt.datetime(2026, 12, 5, 4, tzinfo=dt.UTC)):
        world.approve(november)

    form = form_named("tax_wages")
    data = service.prepare_month(world.session, world.company.id, form, november)
    (row,) = [row for row in data.rows if row["employee_no"] == "A1"]

    # The law takes at most 3600 for a certificate; what the limit cut is in no file.
    assert (row["rent"], row["continuing_education"], row["personal_pension"]) == (
        300_000,
        360_000,
        400_000,
    )
    assert data.can_be_made
    assert not [one for one in data.warnings if one.error.code == "filing.unsplit_special"]


def pay_extra(world: World) -> None:
    """Pay A1 a merged bonus of 2000 and A4 a separate one of 12 000, in a run beside October's."""
    rows = world.session.scalars(select(Employment).order_by(Employment.employee_no))
    hired = {row.employee_no: row.id for row in rows}
    amounts = (
        OrderAmount(hired["A1"], MERGED, MERGED.code, 200_000),
        OrderAmount(hired["A4"], SEPARATE, SEPARATE.code, 1_200_000),
    )
    facts = OrderFacts(
        period=OCTOBER,
        purpose=Purpose.BONUS,
        title="季度奖",
        pay_on=dt.date(2026, 11, 20),
        reason="季度考核",
        people=frozenset(one.employment_id for one in amounts),
        amounts=amounts,
    )
    world.session.commit()
    order_id = orders.create_order(world.scope, world.company.id, facts, actor(world.maker))
    outcome = world.run(order_id=order_id)
    assert (outcome.computed.faults, outcome.run_id is None) == ((), False)
    who, run_id = actor(world.approver), outcome.run_id or 0
    variances.tick_all(world.scope, run_id, who)
    runs.review_run(world.scope, run_id, who, world.book)
    runs.approve_run(world.scope, run_id, who, world.book)


def test_a_run_beside_the_regular_one_is_filed_with_it_and_nobody_twice(world: World) -> None:
    """A1: 12 000 − 5000 − 935 − 1500 − 1000 = 3565 × 3 % = 106.95. A4: 12 000 ÷ 12 → 3 % = 360."""
    pay_extra(world)

    wages = {row["employee_no"]: row for row in prepared(world, "tax_wages").rows}
    bonus = {row["employee_no"]: row for row in prepared(world, "tax_bonus").rows}

    assert {number: (row["income"], row["tax"]) for number, row in wages.items()} == {
        "A1": (1_200_000, 10_695),
        "A4": (700_000, 6_000),
        "A5": (600_000, 3_000),
    }
    assert {number: (row["income"], row["tax"]) for number, row in bonus.items()} == {
        "A4": (1_200_000, 36_000),
        "A5": (2_400_000, 72_000),
    }
    assert all(
        prepared(world, code).can_be_made for code in ("tax_wages", "tax_labor", "tax_bonus")
    )


def test_a_reversed_payslip_is_in_no_file(world: World) -> None:
    slip = world.slip("A3")
    world.session.commit()
    reversal.propose(world.scope, slip.id, "重复计入", actor(world.maker))
    (proposed,) = world.session.execute(reversal.reversals(world.scope)).all()
    reversal.approve(world.scope, proposed.reversal_id, actor(world.approver))

    assert [row["employee_no"] for row in prepared(world, "tax_labor").rows] == ["A2"]
    assert sum(control_of(world, code, "本期收入") for code in TAX_SHEETS) == 5_805_000 - 305_000
