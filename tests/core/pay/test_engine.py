"""The engine as a whole: order, faults, notes, states, invariants."""

from dataclasses import replace

import numpy as np
import pytest

from tests.core.pay.factory import FIRST, POLICIES, Person, facts, figure, on, slip
from tests.core.pay.test_engine_limits import with_calendar
from workforce.core import engine
from workforce.core.engine import calculate, line_codes, members, pay_items, run_order
from workforce.core.errors import LawMissingError
from workforce.core.facts import (
    AmountKind,
    AttendanceMode,
    CompanyPolicy,
    EmploymentType,
    HoursSystem,
    LeaveKind,
    RestDates,
    TaxMethod,
)
from workforce.core.law import Confidence, LawBook
from workforce.core.period import PayPeriod
from workforce.core.results import LineKind, Results, WagePart
from workforce.core.rules.day_grid import LONGEST_DELAY_DAYS

NO_CODE = -1


@pytest.fixture(scope="module")
def book() -> LawBook:
    return LawBook.load()


def fault_codes(results: Results, who: int = 0) -> list[str]:
    return [fault.error.code for fault in results.faults if fault.employee == who]


def note_codes(results: Results, who: int = 0) -> set[str]:
    return {block.code for block in results.notes if who in block.employee}


def test_each_item_runs_after_all_that_it_needs() -> None:
    done: set[str] = set()
    for item in run_order():
        needed = {member for need in item.needs for member in members()[need]}
        assert needed <= done, item.name
        done.add(item.name)
    assert done == set(pay_items())


def test_every_code_of_the_specification_has_an_item() -> None:
    codes = [
        "base_pay",
        "piecework_pay",
        "group_piecework_pay",
        "weekday_overtime_pay",
        "rest_day_overtime_pay",
        "holiday_overtime_pay",
        "night_allowance",
        "attendance_bonus",
        "annual_leave_pay",
        "sick_leave_pay",
        "maternity_leave_pay",
        "other_leave_pay",
        "holiday_pay",
        "unused_leave_pay",
        "trainee_allowance",
        "annual_bonus",
        "labor_service_pay",
        "adjustment",
        "minimum_wage_top_up",
        "absence_deduction",
        "quality_deduction",
        "pension_insurance",
        "medical_insurance",
        "large_medical_aid",
        "unemployment_insurance",
        "housing_fund",
        "insurance_difference",
        "employee_insurance",
        "income_tax",
        "annual_bonus_tax",
        "severance_pay",
        "severance_tax",
        "union_fund",
        "disabled_levy",
        "damages_deduction",
        "employer_pension_insurance",
        "employer_medical_insurance",
        "employer_large_medical_aid",
        "employer_unemployment_insurance",
        "employer_work_injury_insurance",
        "employer_housing_fund",
        "employer_insurance_difference",
    ]
    assert set(codes) == line_codes()


def test_reading_what_an_item_does_not_need_is_a_defect(
    book: LawBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = dict(pay_items())
    items["minimum_wage_top_up"] = replace(items["minimum_wage_top_up"], needs=())
    monkeypatch.setattr(engine, "pay_items", lambda: items)
    monkeypatch.setattr(engine, "run_order", lambda: tuple(items.values()))
    with pytest.raises(AssertionError, match="does not say that it needs"):
        calculate(facts(Person()), book)


def test_nobody_writes_through_a_line_into_the_facts(book: LawBook) -> None:
    """Where everybody has a line, its columns may be those of the facts: not copied, not writable."""
    whole = facts(Person(insurance_base_fen=500_000))
    (block,) = (each for each in calculate(whole, book).lines if each.code == "pension_insurance")
    declared = whole.contributions.contribution_base_fen
    assert np.shares_memory(block.operands["declared_fen"], declared)
    with pytest.raises(ValueError, match="read-only"):
        block.operands["declared_fen"][0] = 0


@pytest.mark.feature("FIN-16")
def test_one_fault_loses_nobody_else(book: LawBook) -> None:
    good = Person(base_pay_fen=300_000)
    bad = Person(base_pay_fen=300_000, year=None)
    results = calculate(facts(*[good] * 500, bad, *[good] * 499), book)
    assert [fault.employee for fault in results.faults] == [500]
    assert fault_codes(results, 500) == ["pay.year_to_date_missing"]
    assert (results.gross_pay_fen == 300_000).sum() == 999
    assert slip(results, 500)["lines"] == []
    assert results.gross_pay_fen[500] == results.net_pay_fen[500] == 0


@pytest.mark.feature("FIN-16")
def test_output_is_too_old_whatever_others_made(book: LawBook) -> None:
    """53 weeks before the month and no more; a colleague's output of that day lets nobody in."""
    oldest = -LONGEST_DELAY_DAYS
    old, older = (Person(output=[(day, 0, NO_CODE, 8, 125_000)]) for day in (oldest, oldest - 1))
    results = calculate(facts(old, older, Person()), book)
    assert figure(results, "piecework_pay") == 100
    assert fault_codes(results, 1) == ["pay.output_too_old"]
    assert slip(results, 1) == slip(calculate(facts(older), book), 0)


@pytest.mark.parametrize(
    ("person", "code"),
    [
        (Person(hired_day=31), "pay.not_employed"),
        (Person(separated_day=-1), "pay.not_employed"),
        (Person(hired_day=5, separated_day=4), "pay.employment_backwards"),
        (Person(hours_system=HoursSystem.COMPREHENSIVE), "pay.hours_period_missing"),
        (Person(shifts=[(7, 540, 1441, 0, False)]), "pay.shift_span"),
        (Person(shifts=[(7, 540, 60, 60, False)]), "pay.shift_break"),
        (
            Person(shifts=[(7, 540, 600, 0, False), (7, 1139, 60, 0, False)]),
            "pay.shifts_overlap",
        ),
        (Person(hired_day=8, shifts=[(7, 540, 600, 0, False)]), "pay.shift_outside_employment"),
        (Person(shifts=[(0, 540, 480, 0, True)]), "pay.in_lieu_on_holiday"),
        (Person(shifts=[(7, 540, 480, 0, True)]), "pay.in_lieu_on_workday"),
        (Person(hired_day=8, output=[(7, 0, -1, 1, 1)]), "pay.output_outside_employment"),
        (Person(output=[(31, 0, -1, 1, 1)]), "pay.output_after_month"),
        (Person(output=[(-380, 0, -1, 1, 1)]), "pay.output_too_old"),
        (Person(output=[(7, 0, -1, 10**6, 1_000_001)]), "pay.output_too_large"),
        (Person(output=[(7, 0, -1, 10**6, 600_000)] * 2), "pay.month_too_large"),
        (
            Person(leaves=[(LeaveKind.PERSONAL_LEAVE, 7, 9), (LeaveKind.ABSENCE, 8, 8)]),
            "pay.leave_overlaps",
        ),
        (Person(leaves=[(LeaveKind.ANNUAL_LEAVE, 9, 7)]), "pay.leave_backwards"),
        (Person(leaves=[(LeaveKind.ANNUAL_LEAVE, 7, 7)]), "pay.average_wage_missing"),
        (Person(mode=AttendanceMode.GIVEN), "pay.attendance_adds_wrong"),
        (
            Person(amounts=[(AmountKind.EARNING, 0, 10**10), (AmountKind.EARNING, 0, 1)]),
            "pay.amounts_too_large",
        ),
        (Person(amounts=[(AmountKind.EARNING, NO_CODE, 1)]), "pay.code_reserved"),
        (Person(inspections=[(0, 0, 0)]), "pay.inspection_counts"),
        (Person(inspections=[(0, 5, 6)]), "pay.inspection_counts"),
        (Person(year=(0, 0, 10, 0)), "pay.year_to_date_months"),
        (Person(employment_type=EmploymentType.PART_TIME), "pay.hours_missing"),
        (Person(tax_method=TaxMethod.PLATFORM), "pay.tax_method_for_type"),
        (
            Person(
                employment_type=EmploymentType.LABOR_SERVICE,
                tax_method=TaxMethod.LABOR_SERVICE,
                base_pay_fen=1,
            ),
            "pay.not_for_labor_service",
        ),
        (
            Person(amounts=[(AmountKind.LABOR_SERVICE_INCOME, NO_CODE, 1)]),
            "pay.labor_service_income_for_employee",
        ),
        (
            Person(
                amounts=[
                    (AmountKind.SPECIAL_ADDITIONAL_DEDUCTION, 2, 1),
                    (AmountKind.SPECIAL_ADDITIONAL_DEDUCTION, 3, 1),
                ]
            ),
            "pay.rent_and_housing_loan",
        ),
        (
            Person(amounts=[(AmountKind.SPECIAL_ADDITIONAL_DEDUCTION, 0, 1)]),
            "pay.tax_deduction_unknown",
        ),
    ],
)
def test_what_cannot_be_paid_is_a_fault_with_a_reason(
    person: Person, code: str, book: LawBook
) -> None:
    results = calculate(facts(person, Person(base_pay_fen=300_000)), book)
    assert set(fault_codes(results)) == {code}
    assert {fault.employee for fault in results.faults} == {0}
    error = results.faults[0].error
    assert error.message("zh")
    assert error.message("en")
    assert error.hint("zh")
    assert results.gross_pay_fen.tolist() == [0, 300_000]


def test_an_unreached_tier_is_a_fault(book: LawBook) -> None:
    policy = replace(POLICIES[0], quality_tiers=((950_000, 1_000_000),))
    person = Person(inspections=[(0, 100, 6)], output=[(7, 0, 0, 1, 1)])
    assert fault_codes(calculate(facts(person, policies=(policy,)), book)) == [
        "pay.quality_no_tier"
    ]
    reached = replace(person, inspections=[(0, 100, 5)])
    assert not calculate(facts(reached, policies=(policy,)), book).faults


def test_a_region_without_values_is_a_fault_of_its_people_only(book: LawBook) -> None:
    elsewhere = CompanyPolicy(region="310000")
    both = (POLICIES[0], elsewhere)
    results = calculate(facts(Person(base_pay_fen=300_000), Person(policy=1), policies=both), book)
    assert [fault.employee for fault in results.faults] == [1]
    error = results.faults[0].error
    assert isinstance(error, LawMissingError)
    assert "minimum_wage_month" in error.message("en")
    assert "310000" in error.message("en")
    assert results.gross_pay_fen[0] == 300_000


def test_a_month_without_calendar_is_refused(book: LawBook) -> None:
    with pytest.raises(LawMissingError) as caught:
        calculate(facts(Person(), period=PayPeriod(2031, 1)), book)
    assert "2031" in caught.value.message("en")


def test_december_needs_no_calendar_of_the_next_year(book: LawBook) -> None:
    december = PayPeriod(2026, 12)
    person = Person(base_pay_fen=435_000, year=(0, 0, 11, 0), shifts=[(28, 540, 600, 60, False)])
    results = calculate(facts(person, period=december), book)
    assert not results.faults
    # 29 December is a Tuesday: an hour over 8: 25 × 150 %.
    assert figure(results, "weekday_overtime_pay") == 3_750


def test_a_night_into_a_year_without_calendar_is_refused(book: LawBook) -> None:
    # 31 December 2026 is day 30; 2027 is not loaded, and 1 January may be a statutory holiday.
    december = PayPeriod(2026, 12)
    reaches = Person(year=(0, 0, 11, 0), shifts=[(30, 1200, 241, 0, False)])
    ends = replace(reaches, shifts=[(30, 1200, 240, 0, False)])
    results = calculate(facts(reaches, ends, period=december), book)
    assert fault_codes(results, 0) == ["pay.work_without_calendar"]
    assert fault_codes(results, 1) == []
    error = results.faults[0].error
    assert "2027" in error.message("zh")
    assert "2026-12-31" in error.message("en")
    assert "workforce law add" in (error.hint("zh") or "")
    known = calculate(facts(reaches, period=december), with_calendar(book, 2027))
    assert not known.faults


def test_shifts_outside_the_weeks_of_the_month_are_not_looked_at(book: LawBook) -> None:
    near = Person(base_pay_fen=435_000)
    far = replace(near, shifts=[(-40, 540, 2000, 3000, True), (60, 540, 5, 50, True)])
    assert slip(calculate(facts(near), book), 0) == slip(calculate(facts(far), book), 0)


def test_a_bad_shift_is_told_once(book: LawBook) -> None:
    person = Person(shifts=[(7, 540, 60, 60, False)] * 2)
    codes = fault_codes(calculate(facts(person), book))
    assert codes.count("pay.shift_break") == 1


def test_the_year_to_date_may_be_missing_only_where_the_year_begins(book: LawBook) -> None:
    january = PayPeriod(2026, 1)
    for period, hired in ((january, -400), (PayPeriod(2026, 10), 0), (PayPeriod(2026, 10), 20)):
        person = Person(base_pay_fen=300_000, hired_day=hired, year=None)
        assert not calculate(facts(person, period=period), book).faults
    late = Person(base_pay_fen=300_000, hired_day=-1, year=None)
    assert fault_codes(calculate(facts(late), book)) == ["pay.year_to_date_missing"]


def test_the_state_after_a_month_is_the_state_before_the_next(book: LawBook) -> None:
    person = Person(
        base_pay_fen=1_000_000,
        year=(5_000_000, 300_000, 9, 10_000),
        amounts=[(AmountKind.OTHER_TAX_DEDUCTION, 4, 100_000)],
    )
    after = calculate(facts(person), book).year_to_date
    assert after.income_fen.tolist() == [6_000_000]
    assert after.months.tolist() == [10]
    assert after.other_fen.tolist() == after.personal_pension_fen.tolist() == [100_000]
    # 60000 − 50000 − 3000 − 1000 = 6000 × 3 % = 180; 100 withheld before.
    assert after.withheld_fen.tolist() == [18_000]


def test_overtime_over_36_hours_is_paid_and_noted(book: LawBook) -> None:
    # 8 h on the rest days 4, 11, 17, 18 October (not the 3rd, a holiday) = 32 h + 4 h = 36 h; a minute more.
    days = [on("2026-10-11"), on("2026-10-17"), on("2026-10-18"), on("2026-10-24")]
    exact = [(day, 540, 480, 0, False) for day in days] + [(on("2026-10-25"), 540, 240, 0, False)]
    over = [*exact[:-1], (on("2026-10-25"), 540, 241, 0, False)]
    at_limit = calculate(facts(Person(base_pay_fen=435_000, shifts=exact)), book)
    above = calculate(facts(Person(base_pay_fen=435_000, shifts=over)), book)
    assert "overtime_over_limit" not in note_codes(at_limit)
    assert "overtime_over_limit" in note_codes(above)
    # 25 an hour × 36 h × 200 % = 1800.00; a minute more 0.833….
    assert figure(at_limit, "rest_day_overtime_pay") == 180_000
    assert figure(above, "rest_day_overtime_pay") == 180_083


@pytest.mark.feature("FIN-28")
def test_two_employments_each_have_their_own_floor_and_deduction(book: LawBook) -> None:
    first = Person(base_pay_fen=300_000, has_other_employment=True)
    second = Person(policy=1, hired_day=11, has_other_employment=True)
    results = calculate(facts(first, second), book)
    assert "other_employment" in note_codes(results, 0) & note_codes(results, 1)
    assert results.floor_fen.tolist() == [220_000, 157_143]  # 2200 × 15 ÷ 21
    # 5000 for each month employed here: ten, and one.
    assert results.tax.cumulative_basic_fen.tolist() == [5_000_000, 500_000]


def test_net_pay_below_zero_blocks_approval(book: LawBook) -> None:
    person = Person(base_pay_fen=300_000, amounts=[(AmountKind.OTHER_DEDUCTION, 1, 300_001)])
    results = calculate(facts(person), book)
    assert results.net_pay_fen.tolist() == [-1]
    (note,) = [block for block in results.notes if block.code == "net_pay_below_zero"]
    assert note.blocks_approval
    assert note.params["missing_fen"].tolist() == [1]


def test_an_unverified_parameter_is_named_to_who_used_it(book: LawBook) -> None:
    insured, not_insured = Person(insurance_base_fen=500_000), Person(base_pay_fen=300_000)
    results = calculate(facts(insured, not_insured), book)
    (block,) = [block for block in results.notes if block.code == "law_estimate"]
    named = {
        (int(who), block.details[int(index)])
        for who, index in zip(
            block.employee, block.detail if block.detail is not None else [], strict=True
        )
    }
    assert named == {
        (0, "unemployment_employee_rate"),
        (0, "unemployment_employer_rate"),
    }


def estimated(results: Results) -> set[tuple[int, str]]:
    """Return who was told of which unverified parameter."""
    return {
        (int(who), block.details[int(index)])
        for block in results.notes
        if block.code == "law_estimate" and block.detail is not None
        for who, index in zip(block.employee, block.detail, strict=True)
    }


def test_an_unverified_national_value_is_named_to_who_used_it(book: LawBook) -> None:
    unsure = {
        "rest_day_overtime_rate",
        "rest_day_overtime_premium_rate",
        "damages_deduction_limit_rate",
        "unused_leave_extra_rate",
        "monthly_paid_days",
        "daily_work_minutes",
    }
    values = [
        replace(value, confidence=Confidence.ESTIMATE) if value.code in unsure else value
        for value in book.values()
    ]
    parameters = {parameter.code: parameter for parameter in book.parameters()}
    doubtful = LawBook(parameters, values, list(book.calendar().years.values()))
    sunday = [(10, 540, 480, 0, False)]
    people = [
        Person(base_pay_fen=435_000),
        Person(base_pay_fen=435_000, shifts=sunday),
        Person(shifts=sunday, output=[(10, 0, -1, 800, 125_000)]),
        Person(base_pay_fen=435_000, amounts=[(AmountKind.DAMAGES, NO_CODE, 100)]),
        Person(employment_type=EmploymentType.LABOR_SERVICE, tax_method=TaxMethod.LABOR_SERVICE),
    ]
    assert estimated(calculate(facts(*people), book)) == set()
    assert estimated(calculate(facts(*people), doubtful)) == {
        *((who, "monthly_paid_days") for who in range(4)),
        (1, "daily_work_minutes"),
        (2, "daily_work_minutes"),
        (1, "rest_day_overtime_rate"),
        (2, "rest_day_overtime_premium_rate"),
        (3, "damages_deduction_limit_rate"),
    }


def test_an_unverified_calendar_is_named_to_who_used_it(book: LawBook) -> None:
    # The made-up calendar of 2027 is an estimate; that of 2026 is official.
    both = with_calendar(book, 2027)
    december, january = PayPeriod(2026, 12), PayPeriod(2027, 1)
    night = Person(year=(0, 0, 11, 0), shifts=[(30, 1200, 600, 0, False)])
    before_midnight = replace(night, shifts=[(30, 1200, 240, 0, False)])
    results = calculate(facts(night, before_midnight, period=december), both)
    (block,) = [block for block in results.notes if block.code == "calendar_estimate"]
    assert block.employee.tolist() == [0]
    assert block.params["year"].tolist() == [2027]
    beginner = Person(year=None)
    results = calculate(facts(beginner, beginner, period=january), both)
    (block,) = [block for block in results.notes if block.code == "calendar_estimate"]
    assert block.employee.tolist() == [0, 1]


def test_unpaid_holidays_of_all_without_base_pay_are_noted_but_for_services(book: LawBook) -> None:
    shifts = [(7, 540, 480, 0, False)]
    people = {
        kind: Person(employment_type=kind, tax_method=method, shifts=shifts)
        for kind, method in (
            (EmploymentType.FULL_TIME, TaxMethod.CUMULATIVE),
            (EmploymentType.PART_TIME, TaxMethod.CUMULATIVE),
            (EmploymentType.INTERN, TaxMethod.INTERN),
            (EmploymentType.TRAINEE, TaxMethod.CUMULATIVE),
            (EmploymentType.LABOR_SERVICE, TaxMethod.LABOR_SERVICE),
        )
    }
    results = calculate(facts(*people.values()), book)
    assert not results.faults
    noted = {
        kind for who, kind in enumerate(people) if "holiday_unpaid" in note_codes(results, who)
    }
    assert noted == set(people) - {EmploymentType.LABOR_SERVICE}


def test_inspection_without_output_is_noted(book: LawBook) -> None:
    results = calculate(facts(Person(inspections=[(1, 100, 50)])), book)
    (block,) = [block for block in results.notes if block.code == "inspection_without_output"]
    assert block.detail is not None
    assert block.details[int(block.detail[0])] == "b2"
    assert figure(results, "quality_deduction") == 0


def test_a_roster_takes_the_place_of_weekends_and_breaks(book: LawBook) -> None:
    # Rest on Monday 12 and 10 October; all other days are workdays, but for the three holidays.
    person = Person(base_pay_fen=435_000, shifts=[(11, 540, 60, 0, False)])
    whole = facts(person)
    roster = replace(
        whole,
        employments=replace(whole.employments, has_roster=np.array([True])),
        rest_dates=RestDates(
            employee=np.zeros(2, dtype=np.int64), day=np.array([FIRST + 9, FIRST + 11])
        ),
    )
    results = calculate(roster, book)
    assert results.time.scheduled_days.tolist() == [26]
    assert results.time.holiday_days.tolist() == [3]
    assert figure(results, "rest_day_overtime_pay") == 5_000  # 25 × 1 h × 200 %


def test_wage_parts_add_up_to_gross_pay_but_for_what_is_no_wage(book: LawBook) -> None:
    person = Person(
        base_pay_fen=300_000,
        output=[(10, 0, -1, 800, 125_000)],
        amounts=[
            (AmountKind.EARNING, 0, 10_000),
            (AmountKind.UNTAXED_EARNING, 0, 5_000),
            (AmountKind.ANNUAL_BONUS_MERGED, NO_CODE, 100_000),
        ],
    )
    results = calculate(facts(person), book)
    parts: dict[WagePart | None, int] = {}
    for block in results.lines:
        if block.kind in {LineKind.EARNING, LineKind.REDUCTION}:
            sign = 1 if block.kind is LineKind.EARNING else -1
            total = sign * int(block.amount_fen.sum())
            parts[block.wage_part] = parts.get(block.wage_part, 0) + total
    assert parts == {
        WagePart.TIME: 300_000,
        WagePart.PIECE: 10_000,
        WagePart.OVERTIME: 10_000,  # Sunday 11 October, 100 % on top
        WagePart.ALLOWANCE: 10_000,
        WagePart.BONUS: 100_000,
        None: 5_000,
    }
