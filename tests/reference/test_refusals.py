"""What must be refused: exit code 2 with the file, the field and the remedy, never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from workforce.cli.main import main

HEAD = 'format: 1\nregion: "500236"\n'
ORDINARY = "employee: {hired_on: 2026-10-01}\n"
MONTH = 'months:\n  - month: 2026-10\n    base_pay: "6000.00"\n'
TIERS = 'company: {quality_tiers: [{accuracy_from: "0.9", factor: "0.8"}]}\n'
OUTPUT = '{date: 2026-10-12, task_type: box, accepted_qty: 9, piece_price: "0.5", batch: b1}'


def employee(extra: str) -> str:
    """Write a scenario with more said of the employee."""
    return f"{HEAD}employee: {{hired_on: 2026-10-01, {extra}}}\n{MONTH}"


def month(extra: str, company: str = "") -> str:
    """Write a scenario with more said of the month."""
    return f"{HEAD}{ORDINARY}{company}{MONTH}    {extra}\n"


def shared(extra: str) -> str:
    """Write a scenario whose output is a group's."""
    return month(f"output: [{OUTPUT[:-1]}, {extra}}}]")


def inspected(sampled: str, errors: str, company: str = TIERS) -> str:
    """Write a scenario with a batch and its inspection."""
    sample = f"[{{batch: b1, sampled_qty: {sampled}, error_qty: {errors}}}]"
    return month(f"output: [{OUTPUT}]\n    inspections: {sample}", company)


def calc(tmp_path: Path, text: str, locale: str) -> tuple[Path, Result]:
    path = tmp_path / "case.yaml"
    path.write_text(text, encoding="utf-8")
    words = ["--instance", str(tmp_path), "calc", str(path)]
    return path, CliRunner().invoke(main, words, env={"LC_ALL": locale})


# name: (scenario, where the mistake is, a word of the reason or remedy)
CASES: dict[str, tuple[str, str, str]] = {
    "unknown key": (month('base_payy: "1.00"'), "months[0].base_payy", "base_pay"),
    "unknown key of the employee": (
        employee("hired_onn: 2026-10-01"),
        "employee.hired_onn",
        "hired_on",
    ),
    "unknown top key": (f"{HEAD}{ORDINARY}{MONTH}expct: {{}}\n", "expct", "expect"),
    "unknown employment type": (
        employee("employment_type: fulltime"),
        "employee.employment_type",
        "full_time",
    ),
    "unknown leave": (
        month("leave: [{kind: anual_leave, from: 2026-10-12, to: 2026-10-12}]"),
        "months[0].leave[0].kind",
        "annual_leave",
    ),
    "unknown tax deduction": (
        month('special_additional_deductions: {chid_education: "2000.00"}'),
        "months[0].special_additional_deductions.chid_education",
        "child_education",
    ),
    "unknown expected code": (
        f'{HEAD}{ORDINARY}{MONTH}expect: {{2026-10: {{gros_pay: "1.00"}}}}\n',
        "expect.2026-10.gros_pay",
        "gross_pay",
    ),
    "expected month that is not given": (
        f'{HEAD}{ORDINARY}{MONTH}expect: {{2026-11: {{gross_pay: "1.00"}}}}\n',
        "expect.2026-11",
        "2026-11",
    ),
    "key twice": (month('base_pay: "7000.00"'), "line 7", "base_pay"),
    "exponent": (month('damages: "1e3"'), "months[0].damages", "1e3"),
    "not a number": (month("damages: .nan"), "months[0].damages", "nan"),
    "infinity": (month("damages: .inf"), "months[0].damages", "inf"),
    "blank amount": (month("damages:"), "months[0].damages", ""),
    "blank text": (month('damages: " "'), "months[0].damages", ""),
    "grouped digits": (month('damages: "1,000.00"'), "months[0].damages", "1,000.00"),
    "full-width digits": (month('damages: "１００"'), "months[0].damages", ""),
    "plus sign": (month('damages: "+5"'), "months[0].damages", ""),
    "half a fen": (month('damages: "1.005"'), "months[0].damages", "2 decimals"),
    "negative amount": (month('damages: "-1.00"'), "months[0].damages", "negative"),
    "enormous amount": (month(f'damages: "{"9" * 40}"'), "months[0].damages", ""),
    "seven decimals of a price": (
        month(f"output: [{OUTPUT.replace('0.5', '0.1234567')}]"),
        "months[0].output[0].piece_price",
        "6 decimals",
    ),
    "day that does not exist": (
        month(f"output: [{OUTPUT.replace('10-12', '10-32')}]"),
        "months[0].output[0].date",
        "2026-10-32",
    ),
    "hour that does not exist": (
        month('shifts: [{date: 2026-10-12, start: "09:00", end: "25:00"}]'),
        "months[0].shifts[0].end",
        "25:00",
    ),
    "more errors than pieces": (inspected("10", "11"), "months[0].inspections[0]", "11 errors"),
    "sample of 0": (inspected("0", "0"), "months[0].inspections[0]", "sample of 0"),
    "no tier reached": (inspected("10", "2"), "months[0].inspections[0]", "quality_tiers"),
    "no tiers at all": (inspected("10", "0", ""), "months[0].inspections[0]", "quality_tiers"),
    "shares that are all 0": (
        shared('shares: ["0", "0"], own_share: 1'),
        "months[0].output[0].shares",
        "above 0",
    ),
    "negative share": (
        shared('shares: ["1", "-2"], own_share: 1'),
        "months[0].output[0].shares[1]",
        "negative",
    ),
    "share that is no number": (
        shared('shares: ["1", "two"], own_share: 1'),
        "months[0].output[0].shares[1]",
        "two",
    ),
    "points to the ten-thousandth": (
        shared('shares: ["1.0001"], own_share: 1'),
        "months[0].output[0].shares[0]",
        "3 decimals",
    ),
    "hours of half a minute": (
        shared('shares: ["0.125", "0.125"], own_share: 1, share_by: hours'),
        "months[0].output[0].shares[0]",
        "whole minutes",
    ),
    "place outside the shares": (
        shared('shares: ["1", "2"], own_share: 3'),
        "months[0].output[0].own_share",
        "from 1 to 2",
    ),
    "place 0": (
        shared('shares: ["1", "2"], own_share: 0'),
        "months[0].output[0].own_share",
        "from 1 to 2",
    ),
    "shares without a place": (
        shared('shares: ["1", "2"]'),
        "months[0].output[0].own_share",
        "own_share is missing",
    ),
    "place without shares": (
        shared("own_share: 1"),
        "months[0].output[0].shares",
        "shares is missing",
    ),
    "split by something else": (
        shared('shares: ["1"], own_share: 1, share_by: heads'),
        "months[0].output[0].share_by",
        "points, hours",
    ),
    "points beyond reason": (
        shared('shares: ["10000.001"], own_share: 1'),
        "months[0].output[0].shares[0]",
        "10000",
    ),
    "pot of over a million": (
        month(
            "output: [{date: 2026-10-12, task_type: box, accepted_qty: 2000001,"
            ' piece_price: "0.5", shares: ["1"], own_share: 1}]'
        ),
        "months[0].output[0].accepted_qty",
        "1000000.00",
    ),
    "share outside the employment": (
        month(
            "output: [{date: 2026-10-12, task_type: box, accepted_qty: 1,"
            f' piece_price: "0.5"}}, {OUTPUT[:-1].replace("10-12", "09-30")},'
            ' shares: ["1"], own_share: 1}]'
        ),
        "months[0].output[1]",
        "2026-09-30",
    ),
    "in lieu on a statutory holiday": (
        month('shifts: [{date: 2026-10-01, start: "09:00", end: "17:00", in_lieu: true}]'),
        "months[0].shifts[0].in_lieu",
        "in_lieu",
    ),
    "hours below a rest day": (
        month(f"output: [{OUTPUT.replace('10-12', '10-11').replace('}', ', hours: normal}')}]"),
        "months[0].output[0].hours",
        "2026-10-11",
    ),
    "hours below a holiday": (
        month(f"output: [{OUTPUT.replace('10-12', '10-02').replace('}', ', hours: rest_day}')}]"),
        "months[0].output[0].hours",
        "2026-10-02",
    ),
    "year to date missing": (
        f"{HEAD}employee: {{hired_on: 2026-09-01}}\n{MONTH}",
        "employee.tax.year_to_date",
        "year_to_date",
    ),
    "both tax rules": (
        employee("tax: {deduct_60000: true, first_wage_income_of_year: true}"),
        "employee.tax.first_wage_income_of_year",
        "deduct_60000",
    ),
    "rent and mortgage in one month": (
        month('special_additional_deductions: {rent: "1.00", housing_loan_interest: "1.00"}'),
        "months[0].special_additional_deductions.rent",
        "Rent",
    ),
    "rent and mortgage in one year": (
        month('special_additional_deductions: {rent: "1.00"}')
        + '  - month: 2026-11\n    special_additional_deductions: {housing_loan_interest: "1.00"}\n',
        "months[1].special_additional_deductions.housing_loan_interest",
        "Rent",
    ),
    "work injury rate missing": (
        employee('contribution_base: "5000.00"'),
        "employee.work_injury_rate",
        "missing",
    ),
    "given attendance does not add up": (
        month("attendance: {scheduled_days: 18, attended_days: 15, unpaid_days: 2}"),
        "months[0].attendance",
        "18 scheduled",
    ),
    "given attendance of another month": (
        month("attendance: {scheduled_days: 20, attended_days: 20, unpaid_days: 0}"),
        "months[0].attendance",
        "18 scheduled",
    ),
    "leave of a pieceworker without average wage": (
        month("leave: [{kind: sick_leave, from: 2026-10-12, to: 2026-10-12}]").replace(
            'base_pay: "6000.00"', "late_count: 0"
        ),
        "employee.average_monthly_wage",
        "average_monthly_wage",
    ),
    "unused leave without average wage": (
        month("unused_leave_days: 1"),
        "employee.average_monthly_wage",
        "average_monthly_wage",
    ),
    "part-time without hours": (
        employee("employment_type: part_time"),
        "months[0].hours_worked",
        "hours_worked",
    ),
    "nothing due after leaving": (
        employee("separated_on: 2026-09-30").replace("2026-10-01", "2026-08-01"),
        "months[0].month",
        "after leaving",
    ),
    "one rest weekday with standard hours": (
        employee("rest_weekdays: [7]"),
        "employee.rest_weekdays",
        "rest_weekdays",
    ),
    "labor_service_income of an employee": (
        month('labor_service_income: "3000.00"'),
        "months[0].labor_service_income",
        "labor_service_income",
    ),
    "month without a calendar": (
        f"{HEAD}employee: {{hired_on: 2027-01-01}}\nmonths: [{{month: 2027-01}}]\n",
        "months[0].month",
        "2027",
    ),
    "night into a year without a calendar": (
        month('shifts: [{date: 2026-10-31, start: "20:00", end: "06:00"}]')
        .replace("-10-", "-12-")
        .replace("2026-10", "2026-12"),
        "months[0].shifts[0]",
        "2027",
    ),
    "fund before its limits are known": (
        employee(
            'housing_fund: {base: "5000.00", employee_rate: "0.05", employer_rate: "0.05"}'
        ).replace("2026-10", "2025-06"),
        "months[0]",
        "housing_fund_base",
    ),
    "months out of order": (
        f"{HEAD}{ORDINARY}months: [{{month: 2026-11}}, {{month: 2026-10}}]\n",
        "months[1].month",
        "2026-10",
    ),
    "month before hiring": (
        f"{HEAD}{ORDINARY}months: [{{month: 2026-09}}]\n",
        "months[0].month",
        "hire",
    ),
    "shifts that overlap over midnight": (
        month(
            'shifts: [{date: 2026-10-12, start: "20:00", end: "06:00"},'
            ' {date: 2026-10-13, start: "05:59", end: "09:00"}]'
        ),
        "months[0].shifts[1]",
        "2026-10-13",
    ),
    "break as long as the shift": (
        month('shifts: [{date: 2026-10-12, start: "20:00", end: "21:00", break_minutes: 60}]'),
        "months[0].shifts[0].break_minutes",
        "break",
    ),
    "output outside the employment": (
        month(f"output: [{OUTPUT.replace('10-12', '09-30')}]"),
        "months[0].output[0]",
        "2026-09-30",
    ),
    "two leaves on a day": (
        month(
            "leave: [{kind: sick_leave, from: 2026-10-12, to: 2026-10-13},"
            " {kind: annual_leave, from: 2026-10-13, to: 2026-10-13}]"
        ),
        "months[0].leave[1]",
        "2026-10-13",
    ),
    "unknown region": (
        f'format: 1\nregion: "5002"\n{ORDINARY}{MONTH}',
        "region",
        "5002",
    ),
    "region of another province": (
        f'format: 1\nregion: "510100"\n{ORDINARY}{MONTH}',
        "months[0]",
        "minimum_wage",
    ),
    "unknown format": (f'format: 2\nregion: "500236"\n{ORDINARY}{MONTH}', "format", "1"),
    "no months": (f"{HEAD}{ORDINARY}months: []\n", "months", ""),
    "not a mapping": ("- 1\n", "", ""),
    "not YAML": ("months: [", "", ""),
}


@pytest.mark.parametrize("name", CASES)
def test_is_refused_with_file_field_and_remedy(name: str, tmp_path: Path) -> None:
    text, place, word = CASES[name]
    path, result = calc(tmp_path, text, "en")
    assert result.exit_code == 2, result.output
    assert f"{path}: {place}:" in result.stderr if place else str(path) in result.stderr
    assert word in result.stderr
    assert result.stdout == ""
    assert "Traceback" not in result.output


@pytest.mark.parametrize("name", CASES)
def test_is_refused_in_chinese_too(name: str, tmp_path: Path) -> None:
    text, place, _ = CASES[name]
    path, result = calc(tmp_path, text, "zh")
    assert result.exit_code == 2
    assert f"{path}: {place}:" in result.stderr if place else str(path) in result.stderr
    assert any("一" <= letter <= "鿿" for letter in result.stderr)


def test_the_scenario_that_the_cases_change_is_paid(tmp_path: Path) -> None:
    _, result = calc(tmp_path, f"{HEAD}{ORDINARY}{TIERS}{MONTH}", "en")
    assert result.exit_code == 0
