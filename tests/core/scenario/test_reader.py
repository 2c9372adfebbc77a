"""A scenario is read strictly: every mistake is named by its place, with a remedy."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from workforce.core import scenario
from workforce.core.errors import InputError
from workforce.core.facts import (
    AmountKind,
    AttendanceMode,
    EmploymentType,
    LeaveKind,
    TaxMethod,
)
from workforce.core.period import PayPeriod

SMALL: dict[str, Any] = {
    "format": "1",
    "title": "small",
    "region": "500236",
    "employee": {"hired_on": "2026-10-01"},
    "months": [{"month": "2026-10", "base_pay": "3000.00"}],
}


SHARED = {"date": "2026-10-08", "task_type": "a", "accepted_qty": "1", "piece_price": "1"}


def changed(path: str, value: object) -> dict[str, Any]:
    """Return the small scenario with one value put at a path such as ``months.0.base_pay``."""
    whole = copy.deepcopy(SMALL)
    *outer, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    place: Any = whole
    for part in outer:
        if isinstance(place, dict) and part not in place:
            place[part] = {}
        place = place[part]
    place[last] = value
    return whole


def test_the_defaults_are_those_of_the_specification() -> None:
    read = scenario.read(SMALL)
    month, employee = read.months[0], read.employee
    assert employee.employment_type is EmploymentType.FULL_TIME
    assert employee.rest_weekdays == 0b1100000
    assert employee.tax_method is TaxMethod.CUMULATIVE
    assert employee.contribution_base_fen is None
    assert month.mode is AttendanceMode.FULL
    assert month.overtime_base_fen == month.base_pay_fen == 300_000
    assert read.policy.quality_basis == "price"
    assert read.expect == {}


@pytest.mark.parametrize(
    ("kind", "method"),
    [("labor_service", TaxMethod.LABOR_SERVICE), ("intern", TaxMethod.INTERN)],
)
@pytest.mark.feature("FIN-9")
def test_the_employment_type_chooses_the_usual_tax_method(kind: str, method: TaxMethod) -> None:
    read = scenario.read(changed("employee.employment_type", kind))
    assert read.employee.tax_method is method


@pytest.mark.parametrize(
    ("path", "value", "code", "place"),
    [
        ("formt", "1", "scenario.unknown_key", "formt"),
        ("employee.hired", "x", "scenario.unknown_key", "employee.hired"),
        ("months.0.shifts", [{"dat": "x"}], "scenario.unknown_key", "months[0].shifts[0].dat"),
        ("months.0.bass_pay", "1", "scenario.unknown_key", "months[0].bass_pay"),
        ("format", "2", "scenario.wrong_format", "format"),
        ("months", [], "scenario.missing", "months"),
        ("months", "2026-10", "scenario.wrong_form", "months"),
        ("employee", "x", "scenario.wrong_form", "employee"),
        ("employee", {}, "scenario.missing", "employee.hired_on"),
        ("region", "", "scenario.missing", "region"),
        ("employee.hired_on", "2026-13-01", "scenario.not_a_day", "employee.hired_on"),
        ("employee.hired_on", "01.10.2026", "scenario.not_a_day", "employee.hired_on"),
        ("months.0.month", "October", "period.not_a_period", "months[0].month"),
        ("months.0.base_pay", "3,000.00", "money.not_exact", "months[0].base_pay"),
        ("months.0.base_pay", "1e3", "money.not_exact", "months[0].base_pay"),
        ("months.0.base_pay", "3000.001", "money.too_many_decimals", "months[0].base_pay"),
        ("months.0.base_pay", "-1", "scenario.negative", "months[0].base_pay"),
        ("months.0.base_pay", "100000000.01", "scenario.too_large", "months[0].base_pay"),
        ("months.0.base_pay", ["1"], "scenario.wrong_form", "months[0].base_pay"),
        ("months.0.late_count", "1.5", "scenario.not_whole", "months[0].late_count"),
        ("months.0.hours_worked", "7.333", "scenario.not_minutes", "months[0].hours_worked"),
        ("months.0.attendance", "always", "scenario.unknown_value", "months[0].attendance"),
        (
            "months.0.attendance",
            {"scheduled_days": "18"},
            "scenario.missing",
            "months[0].attendance.attended_days",
        ),
        ("months.0.comprehensive", {}, "scenario.comprehensive", "months[0].comprehensive"),
        (
            "months.0.comprehensive",
            {"period_ends": "true", "hours_to_date": "100"},
            "scenario.missing",
            "months[0].comprehensive.standard_hours",
        ),
        (
            "months.0.earnings",
            {"base_pay": "1"},
            "scenario.code_reserved",
            "months[0].earnings.base_pay",
        ),
        ("months.0.earnings", {"奖金": "1"}, "scenario.not_a_code", "months[0].earnings.奖金"),
        (
            "months.0.shifts",
            [{"date": "2026-11-01", "start": "09:00", "end": "10:00"}],
            "scenario.day_outside",
            "months[0].shifts[0].date",
        ),
        (
            "months.0.earlier_shifts",
            [{"date": "2026-10-01", "start": "09:00", "end": "10:00"}],
            "scenario.day_not_before",
            "months[0].earlier_shifts[0].date",
        ),
        (
            "months.0.shifts",
            [{"date": "2026-10-08", "start": "9", "end": "10:00"}],
            "scenario.not_a_time",
            "months[0].shifts[0].start",
        ),
        (
            "months.0.shifts",
            [{"date": "2026-10-08", "start": "09:00", "end": "10:00", "in_lieu": "yes"}],
            "scenario.not_a_flag",
            "months[0].shifts[0].in_lieu",
        ),
        (
            "months.0.leave",
            [{"kind": "sik_leave", "from": "2026-10-08", "to": "2026-10-08"}],
            "scenario.unknown_value",
            "months[0].leave[0].kind",
        ),
        (
            "months.0.output",
            [{"date": "2026-11-01", "task_type": "a", "accepted_qty": "1", "piece_price": "1"}],
            "scenario.day_outside",
            "months[0].output[0].date",
        ),
        (
            "months.0.output",
            [{"date": "2026-10-08", "task_type": "a", "accepted_qty": "1"}],
            "scenario.missing",
            "months[0].output[0].piece_price",
        ),
        (
            "months.0.inspections",
            [{"batch": "b", "task_type": "a", "sampled_qty": "1", "error_qty": "0"}],
            "scenario.subject",
            "months[0].inspections[0].batch",
        ),
        (
            "months.0.adjustments",
            [{"for_month": "2026-10", "amount": "1.00", "reason": "x"}],
            "pay.adjustment_not_earlier",
            "months[0].adjustments[0].for_month",
        ),
        (
            "months.0.output",
            [{**SHARED, "shares": ["0", "0"], "own_share": "1"}],
            "scenario.shares_without_weight",
            "months[0].output[0].shares",
        ),
        (
            "months.0.output",
            [{**SHARED, "shares": ["1", "1"], "own_share": "3"}],
            "scenario.own_share_outside",
            "months[0].output[0].own_share",
        ),
        (
            "employee",
            {"hired_on": "2026-10-01", "rest_weekdays": ["7"], "rest_dates": ["2026-10-11"]},
            "scenario.exclude",
            "employee.rest_dates",
        ),
        ("months.0.hours_worked", "8", "scenario.hours_worked", "months[0].hours_worked"),
        (
            "employee.work_injury_rate",
            "0.003",
            "scenario.work_injury_rate",
            "employee.work_injury_rate",
        ),
        (
            "months.0.leave",
            [{"kind": "sick_leave", "from": "2026-11-01", "to": "2026-11-03"}],
            "scenario.day_outside",
            "months[0].leave[0].from",
        ),
        (
            "months.0.leave",
            [{"kind": "sick_leave", "from": "2026-09-01", "to": "2026-09-30"}],
            "scenario.day_outside",
            "months[0].leave[0].from",
        ),
        (
            "months.0.base_differences",
            [{"for_month": "2026-10", "charged_base": "1.00"}],
            "pay.adjustment_not_earlier",
            "months[0].base_differences[0].for_month",
        ),
        (
            "months.0.severance",
            {"agreed_amount": "1.00"},
            "scenario.missing",
            "months[0].severance.average_wage",
        ),
        (
            "months.0.employer_costs",
            {"union_fund": "1.00"},
            "scenario.unknown_key",
            "months[0].employer_costs.union_fund",
        ),
        (
            "months.0.annual_bonus",
            {"amount": "1.00", "taxation": "alone"},
            "scenario.unknown_value",
            "months[0].annual_bonus.taxation",
        ),
        ("employee.rest_weekdays", ["6", "8"], "scenario.weekday", "employee.rest_weekdays"),
        ("employee.contribution_base", "1", "scenario.missing", "employee.work_injury_rate"),
        (
            "employee.tax",
            {"year_to_date": {"income": "1.00"}},
            "scenario.missing",
            "employee.tax.year_to_date.insurance_and_fund",
        ),
        ("company.quality_basis", "prices", "scenario.unknown_value", "company.quality_basis"),
        (
            "company.quality_tiers",
            [{"accuracy_from": "98", "factor": "1"}],
            "scenario.too_large",
            "company.quality_tiers[0].accuracy_from",
        ),
        ("expect", {"2026-11": {}}, "scenario.month_not_given", "expect.2026-11"),
        (
            "expect",
            {"2026-10": {"bas_pay": "1.00"}},
            "scenario.code_unknown",
            "expect.2026-10.bas_pay",
        ),
    ],
)
def test_a_mistake_is_named_with_its_place(path: str, value: object, code: str, place: str) -> None:
    with pytest.raises(InputError) as caught:
        scenario.read(changed(path, value))
    assert (caught.value.code, caught.value.place) == (code, place)
    assert caught.value.hint("zh")
    assert caught.value.hint("en")


def test_an_unknown_key_names_the_nearest() -> None:
    with pytest.raises(InputError) as caught:
        scenario.read(changed("months.0.untaxed_earning", {}))
    assert "untaxed_earnings" in str(caught.value.hint("en"))


def test_months_must_follow_one_another() -> None:
    months = [{"month": "2026-08"}, {"month": "2026-10"}]
    with pytest.raises(InputError) as caught:
        scenario.read(changed("months", months))
    assert caught.value.code == "scenario.months_not_consecutive"
    assert caught.value.place == "months[1].month"


def test_an_end_at_or_before_the_start_is_on_the_next_day() -> None:
    rows = [
        {"date": "2026-10-08", "start": "20:00", "end": "06:00"},
        {"date": "2026-10-12", "start": "09:00", "end": "09:00"},
    ]
    shifts = scenario.read(changed("months.0.shifts", rows)).months[0].shifts
    assert [shift.end_minutes - shift.start_minutes for shift in shifts] == [600, 1440]


def test_court_orders_are_told_from_other_deductions() -> None:
    given = {"union_fee": "5.00", "court_maintenance": "300.00"}
    amounts = scenario.read(changed("months.0.other_deductions", given)).months[0].amounts
    assert [(each.code, each.kind) for each in amounts] == [
        ("union_fee", AmountKind.OTHER_DEDUCTION),
        ("court_maintenance", AmountKind.COURT_ORDER),
    ]


def test_agreed_codes_may_be_expected() -> None:
    whole = changed("months.0.earnings", {"skill_allowance": "100.00"})
    whole["expect"] = {"2026-10": {"skill_allowance": "100.00", "gross_pay": "3100.00"}}
    read = scenario.read(whole)
    assert read.expect[PayPeriod(2026, 10)]["skill_allowance"] == 10_000


def test_every_leave_kind_is_readable() -> None:
    for kind in LeaveKind:
        rows = [{"kind": kind.code, "from": "2026-10-08", "to": "2026-10-08"}]
        assert scenario.read(changed("months.0.leave", rows)).months[0].leaves[0].kind is kind
