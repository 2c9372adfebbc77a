"""Half months: both calculations agree, and two payments withhold what one would."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reference.compare import compare
from tests.reference.drawing import Scenario, yuan
from tests.reference.generator import scenario
from tests.reference.halves import halved
from tests.reference.law import law_of
from workforce.audit_pack.checker.payslips import payslips
from workforce.core import scenario as engine
from workforce.core.errors import DomainError
from workforce.core.law import LawBook

BOOK = LawBook.load()
SEEDS = 900
MONTHS = ("2026-09", "2026-10", "2026-11")


@pytest.mark.feature("FIN-36")
def test_engine_and_reference_agree_on_half_months() -> None:
    compared = 0
    for seed in range(SEEDS):
        made = scenario(seed, BOOK)
        if made["employee"]["employment_type"] != "part_time":
            continue
        halves = halved(made)
        if halves["months"]:
            found = compare(halves, BOOK)
            assert found.differences == (), f"seed {seed}"
            compared += bool(found.slips)
    assert compared > SEEDS // 30


amounts = st.integers(0, 3_000_000)
deductions = st.sampled_from(["0.00", "1000.00", "2000.00"])


def year(months: list[Scenario], *, is_insured: bool) -> Scenario:
    employee: Scenario = {"hired_on": "2026-09-01", "employment_type": "part_time"}
    if is_insured:
        employee |= {"contribution_base": "4800.00", "work_injury_rate": "0.003"}
    return {"format": "1", "region": "500236", "employee": employee, "months": months}


def paid(scenario: Scenario) -> list[tuple[int, int]]:
    """Withheld tax and net pay of each payment, by the engine; the reference says the same."""
    read = engine.read(scenario)
    slips = engine.run(read, BOOK)
    again = payslips(scenario, law_of(BOOK))
    assert [slip.net_pay_fen for slip in slips] == [slip.net_pay for slip in again]
    return [(slip.figure("income_tax"), slip.net_pay_fen) for slip in slips]


@pytest.mark.feature("FIN-36")
@given(
    pay=st.lists(st.tuples(amounts, amounts, deductions), min_size=1, max_size=len(MONTHS)),
    is_insured=st.booleans(),
)
def test_two_halves_withhold_what_one_month_would(
    pay: list[tuple[int, int, str]], *, is_insured: bool
) -> None:
    """Unless the second half's pay is less than the insurance taken from it: nothing is paid back."""
    halves: list[Scenario] = []
    months: list[Scenario] = []
    own_insurance = 50_900 if is_insured else 0
    for month, (first, second, child) in zip(MONTHS, pay, strict=False):
        later = second + own_insurance
        special = {"special_additional_deductions": {"child_education": child}}
        halves += [half(f"{month}-H1", first) | special, half(f"{month}-H2", later)]
        months.append(half(month, first + later) | special)
    by_half = paid(year(halves, is_insured=is_insured))
    by_month = paid(year(months, is_insured=is_insured))
    in_pairs = list(zip(by_half[::2], by_half[1::2], strict=True))
    assert [one[0] + two[0] for one, two in in_pairs] == [tax for tax, _ in by_month]
    assert [one[1] + two[1] for one, two in in_pairs] == [net for _, net in by_month]


@pytest.mark.feature("FIN-36")
def test_what_the_first_half_withheld_too_much_waits_for_the_settlement() -> None:
    """6000.00 first: (6000 − 5000) × 3 % = 30.00. Then 100.00 less 509.00 of insurance: 17.73 due."""
    months = [half("2026-10-H1", 600_000), half("2026-10-H2", 10_000), half("2026-11-H1", 700_000)]
    made = year(months, is_insured=True)
    made["employee"]["hired_on"] = "2026-10-01"
    taxes = [tax for tax, _ in paid(made)]
    # 6100.00 − 5000.00 − 509.00 = 591.00 × 3 % = 17.73 < 30.00. November: 13100.00 − 10000.00 −
    # 509.00 = 2591.00 × 3 % = 77.73, less 30.00.
    assert taxes == [3000, 0, 4773]


def half(period: str, fen: int) -> dict[str, Any]:
    return {"month": period, "hours_worked": "0", "earnings": {"hourly_pay": yuan(fen)}}


@pytest.mark.feature("FIN-36")
@pytest.mark.parametrize(
    ("change", "code", "place"),
    [
        (
            {"employee": {"hired_on": "2026-09-01"}, "months": [{"month": "2026-09-H1"}]},
            "pay.half_month_part_time_only",
            "employee.employment_type",
        ),
        (
            {"months": [half("2026-09-H1", 1), half("2026-10-H1", 1)]},
            "scenario.months_not_consecutive",
            "months[1].month",
        ),
        (
            {"months": [half("2026-09-H1", 1), half("2026-09", 1)]},
            "scenario.months_not_consecutive",
            "months[1].month",
        ),
        (
            {"months": [half("2026-09-H2", 1)]},
            "pay.year_to_date_missing",
            "employee.tax.year_to_date",
        ),
        (
            {
                "months": [
                    half("2026-09-H1", 1),
                    half("2026-09-H2", 1)
                    | {"special_additional_deductions": {"child_education": "1.00"}},
                ]
            },
            "pay.tax_deduction_taken",
            "months[1].special_additional_deductions.child_education",
        ),
        (
            {
                "months": [
                    half("2026-09-H1", 1)
                    | {"adjustments": [{"for_month": "2026-09", "amount": "1.00", "reason": "x"}]}
                ]
            },
            "pay.adjustment_not_earlier",
            "months[0].adjustments[0].for_month",
        ),
        (
            {
                "months": [
                    half("2026-09-H1", 1)
                    | {"shifts": [{"date": "2026-09-16", "start": "09:00", "end": "10:00"}]}
                ]
            },
            "scenario.day_outside",
            "months[0].shifts[0].date",
        ),
    ],
)
def test_a_half_month_that_cannot_be_paid_is_refused_by_its_field(
    change: Scenario, code: str, place: str
) -> None:
    made = year([half("2026-09-H1", 1)], is_insured=False) | change
    with pytest.raises(DomainError) as caught:
        engine.run(engine.read(made), BOOK)
    assert (caught.value.code, caught.value.place) == (code, place)


@pytest.mark.feature("FIN-36")
def test_part_time_people_on_the_monthly_cycle_get_a_note() -> None:
    def codes(period: str, kind: str) -> set[str]:
        made = year([half(period, 1)], is_insured=False)
        made["employee"]["employment_type"] = kind
        if kind != "part_time":
            del made["months"][0]["hours_worked"]
        (slip,) = engine.run(engine.read(made), BOOK)
        return {note.code for note in slip.notes}

    assert "part_time_paid_by_month" in codes("2026-09", "part_time")
    assert "part_time_paid_by_month" not in codes("2026-09-H1", "part_time")
    assert "part_time_paid_by_month" not in codes("2026-09", "full_time")
