"""Payslips made by hand for looking at layouts; the first is the month worked out in scenario.md."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json

from workforce.core.lifecycle import RunState
from workforce.core.money import MICRO
from workforce.core.period import PayPeriod
from workforce.core.results import LineKind
from workforce.core.text import Text
from workforce.documents.views import (
    CheckView,
    LineView,
    NoteView,
    PayslipView,
    RegisterView,
    TaxView,
    TimeView,
    YearView,
)

EARNING, REDUCTION, DEDUCTION, EMPLOYER = LineKind

BOX = Text("2D 框", "2D box")
POLYGON = Text("多边形", "Polygon")

_LABELS = {
    "piecework_pay": Text("计件工资", "Piecework"),
    "weekday_overtime_pay": Text("平日加班费", "Weekday overtime"),
    "holiday_overtime_pay": Text("法定节假日加班费", "Holiday overtime"),
    "night_allowance": Text("夜班津贴", "Night allowance"),
    "missed_meal_subsidy": Text("误餐补助", "Missed meals"),
    "minimum_wage_top_up": Text("最低工资补足", "Minimum wage top-up"),
    "quality_deduction": Text("质量扣减", "Quality reduction"),
    "pension_insurance": Text("养老保险", "Pension"),
    "medical_insurance": Text("医疗保险", "Medical"),
    "large_medical_aid": Text("大额医疗互助", "Large-sum medical"),
    "unemployment_insurance": Text("失业保险", "Unemployment"),
    "income_tax": Text("个人所得税", "Income tax"),
    "employer_pension_insurance": Text("养老保险(单位)", "Pension (employer)"),
    "employer_medical_insurance": Text("医疗保险(单位)", "Medical (employer)"),
    "employer_large_medical_aid": Text("大额医疗互助(单位)", "Large-sum medical (employer)"),
    "employer_unemployment_insurance": Text("失业保险(单位)", "Unemployment (employer)"),
    "employer_work_injury_insurance": Text("工伤保险(单位)", "Work injury (employer)"),
}


def line(
    seq: int,
    code: str,
    kind: LineKind,
    amount: int,
    *,
    detail: Text | None = None,
    quantity: int | None = None,
    rate: int | None = None,
    reference: str = "",
    operands: str = "{}",
) -> LineView:
    label = _LABELS[code]
    return LineView(
        seq=seq,
        position=list(_LABELS).index(code),
        code=code,
        kind=kind,
        label=label,
        amount=amount,
        detail=detail,
        quantity=quantity,
        rate=rate,
        unit=None if detail is None else Text("个", "pc"),
        reference=reference,
        operands=operands,
    )


INSURANCE_BASE = 4553 * MICRO


def insurance(seq: int, code: str, kind: LineKind, rate: int, amount: int) -> LineView:
    """One scheme on the base of 4553 yuan, to which the declared 3000 is raised."""
    return line(
        seq,
        code,
        kind,
        amount,
        quantity=INSURANCE_BASE,
        rate=rate,
        reference="社会保险法第十条、第十二条",
        operands=json.dumps(
            {
                "base_fen": 455300,
                "own_rate_micro": rate,
                "declared_fen": 300000,
                "is_raised": 1,
                "is_lowered": 0,
            }
        ),
    )


def worked_lines() -> tuple[LineView, ...]:
    """The lines of the month worked out by hand in scenario.md."""
    overtime_law = "工资支付暂行规定第十三条"
    return (
        line(
            1,
            "piecework_pay",
            EARNING,
            32500,
            detail=BOX,
            quantity=2600 * MICRO,
            rate=125_000,
            reference="劳动法第三十七条",
            operands='{"price_micro":125000,"qty":2600}',
        ),
        line(
            2,
            "piecework_pay",
            EARNING,
            159960,
            detail=POLYGON,
            quantity=1200 * MICRO,
            rate=1_333_000,
            reference="劳动法第三十七条",
            operands='{"price_micro":1333000,"qty":1200}',
        ),
        line(3, "weekday_overtime_pay", EARNING, 1875, reference=overtime_law),
        line(4, "holiday_overtime_pay", EARNING, 10000, reference=overtime_law),
        line(5, "night_allowance", EARNING, 1500, quantity=MICRO, rate=15 * MICRO),
        line(6, "missed_meal_subsidy", EARNING, 5000, operands='{"is_untaxed":1}'),
        line(
            7,
            "minimum_wage_top_up",
            EARNING,
            36915,
            reference="劳动法第四十八条;最低工资规定第十二条",
            operands=json.dumps(
                {
                    "minimum_fen": 220000,
                    "floor_days": 21,
                    "payable_days": 21,
                    "floor_minutes": 0,
                    "floor_fen": 220000,
                    "counted_fen": 183085,
                    "exact_counted_micro": 0,
                }
            ),
        ),
        line(
            8,
            "quality_deduction",
            REDUCTION,
            625,
            reference="劳动合同约定的计件单价规则;劳动法第三十七条",
            operands=json.dumps(
                {
                    "batch_count": 1,
                    "is_many": 0,
                    "sampled_qty": 200,
                    "error_qty": 9,
                    "factor_micro": 950_000,
                    "inspected_value_micro": 125_000_000,
                    "loss_fen": 625,
                }
            ),
        ),
        insurance(9, "pension_insurance", DEDUCTION, 80_000, 36424),
        insurance(10, "medical_insurance", DEDUCTION, 20_000, 9106),
        line(11, "large_medical_aid", DEDUCTION, 500, reference="渝府办发〔2014〕97号"),
        insurance(12, "unemployment_insurance", DEDUCTION, 5_000, 2277),
        line(
            13, "income_tax", DEDUCTION, 0, reference="国家税务总局公告2018年第61号第六条、第八条"
        ),
        insurance(14, "employer_pension_insurance", EMPLOYER, 160_000, 72848),
        insurance(15, "employer_medical_insurance", EMPLOYER, 85_000, 38701),
        insurance(16, "employer_large_medical_aid", EMPLOYER, 15_000, 6830),
        insurance(17, "employer_unemployment_insurance", EMPLOYER, 5_000, 2277),
        insurance(18, "employer_work_injury_insurance", EMPLOYER, 3_000, 1366),
    )


def worked_payslip(**changes: object) -> PayslipView:
    """The payslip of the month worked out by hand in scenario.md: gross 2471.25, net 1988.18."""
    view = PayslipView(
        payslip_id=1,
        run_id=1,
        employment_id=1,
        public_id="7f3c0a9be1d24c58a6f0e2b97d1c4a35",
        fingerprint="9F2C 41D7 0B6E A853 C1F4",
        state=RunState.APPROVED,
        company_id=1,
        company_code="XH",
        company_name="奉节星河数据服务有限公司",
        person_name="张𬭎㛃",
        employee_no="XH0017",
        masked_id_number="500236********101X",
        position="数据标注员",
        team="一班",
        employment_type=Text("全日制", "Full-time"),
        period=PayPeriod(2026, 10),
        pay_on=dt.date(2026, 11, 10),
        gross_pay=247125,
        net_pay=198818,
        employer_cost=369147,
        lines=worked_lines(),
        time=TimeView(
            scheduled_days=18,
            attended_days=18,
            paid_leave_days=0,
            unpaid_days=0,
            holiday_days=3,
            normal_minutes=1440,
            weekday_overtime_minutes=180,
            rest_day_overtime_minutes=0,
            holiday_overtime_minutes=480,
            night_shift_count=1,
            late_count=0,
        ),
        checks=(
            CheckView(
                batch="b1",
                task_type=BOX,
                inspected_on=dt.date(2026, 10, 12),
                sampled_qty=200,
                error_qty=9,
                factor_rate=950_000,
                result=Text("合格", "Pass"),
                inspector="王芳",
            ),
        ),
        tax=TaxView(
            income=242125,
            is_part_income=False,
            basic=500000,
            months=1,
            insurance_and_fund=48307,
            special=0,
            other=0,
            taxable=0,
            rate=30_000,
            quick_deduction=0,
            due=0,
            withheld_before=0,
            this_month=0,
        ),
        year=YearView(gross_pay=247125, insurance_and_fund=48307, income_tax=0),
        notes=(
            NoteView(
                text=Text(
                    "损失赔偿 600.00 元,法律限额内只扣 0.00 元,余 600.00 元未扣。",
                    "Damages of 600.00 yuan: the law leaves room for 0.00 yuan, 600.00 not taken.",
                )
            ),
            NoteView(
                text=Text(
                    "使用了未经核实的法规参数:失业保险单位费率、失业保险个人费率。",
                    "Unverified law parameters were used: unemployment rates of both sides.",
                ),
                is_estimate=True,
            ),
        ),
    )
    return dataclasses.replace(view, **changes)  # type: ignore[arg-type]


def long_payslip(task_types: int = 20) -> PayslipView:
    """A person with many task types and prices: the slip flows to a second page."""
    pieces = tuple(
        line(
            seq,
            "piecework_pay",
            EARNING,
            10_000 + seq,
            detail=Text(
                f"任务类型 {seq}:交通场景连续帧 3D 点云", f"Task type {seq}: 3D point cloud"
            ),
            quantity=(1000 + seq) * MICRO,
            rate=100_000 + seq,
        )
        for seq in range(1, task_types + 1)
    )
    others = tuple(
        dataclasses.replace(other, seq=other.seq + task_types) for other in worked_lines()[2:]
    )
    gross = sum(piece.amount for piece in pieces) + 1875 + 10000 + 1500 + 5000 + 36915 - 625
    return worked_payslip(
        lines=pieces + others,
        gross_pay=gross,
        net_pay=gross - 48307,
        employer_cost=gross + 122022,
        checks=worked_payslip().checks * 6,
    )


def register(payslips: tuple[PayslipView, ...] | None = None) -> RegisterView:
    """A register of three people, or of the given payslips."""
    slips = payslips or (
        worked_payslip(),
        worked_payslip(payslip_id=2, person_name="=SUM(A1:A9)", employee_no="0018"),
        worked_payslip(payslip_id=3, person_name="李娟", employee_no="+19"),
    )
    return RegisterView(
        run_id=1,
        company_id=1,
        company_code="XH",
        company_name="奉节星河数据服务有限公司",
        period=PayPeriod(2026, 10),
        kind=Text("正常工资", "Regular"),
        number=1,
        state=Text("已批准", "Approved"),
        is_final=True,
        pay_on=dt.date(2026, 11, 10),
        result_hash="5d41402abc4b2a76b9719d911017c592" * 2,
        prepared_by="陈会计",
        reviewed_by="刘审核",
        approved_by="周经理",
        prepared_at=dt.datetime(2026, 11, 5, 2, 30, tzinfo=dt.UTC),
        gross_pay=sum(slip.gross_pay for slip in slips),
        net_pay=sum(slip.net_pay for slip in slips),
        employer_cost=sum(slip.employer_cost for slip in slips),
        payslips=slips,
    )
