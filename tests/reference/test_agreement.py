"""Two calculations that share nothing but the law data agree to the fen."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.core.law.files import entry, write
from tests.reference.compare import CODES, compare
from tests.reference.coverage import reached
from tests.reference.fuzz import campaign
from tests.reference.generator import scenario
from tests.reference.law import law_of
from workforce.audit_pack.checker.payslips import payslips
from workforce.audit_pack.checker.refused import RefusedError
from workforce.core.law import LawBook

BY_HAND = Path(__file__).parents[1] / "golden" / "scenarios" / "month_by_hand.yaml"
CHUNK = 75

# Fen worked out by hand in the description of scenario files, written down again here.
HAND_LINES = {
    ("earning", "piecework_pay"): 192460,
    ("earning", "weekday_overtime_pay"): 1875,
    ("earning", "holiday_overtime_pay"): 10000,
    ("earning", "night_allowance"): 1500,
    ("earning", "missed_meal_subsidy"): 5000,
    ("earning", "minimum_wage_top_up"): 36915,
    ("reduction", "quality_deduction"): 625,
    ("deduction", "pension_insurance"): 36424,
    ("deduction", "medical_insurance"): 9106,
    ("deduction", "large_medical_aid"): 500,
    ("deduction", "unemployment_insurance"): 2277,
    ("employer", "employer_pension_insurance"): 72848,
    ("employer", "employer_medical_insurance"): 38701,
    ("employer", "employer_large_medical_aid"): 6830,
    ("employer", "employer_unemployment_insurance"): 2277,
    ("employer", "employer_work_injury_insurance"): 1366,
}


@pytest.fixture(scope="module")
def book() -> LawBook:
    return LawBook.load()


@pytest.fixture
def by_hand() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load(BY_HAND.read_text("utf-8"), yaml.BaseLoader)  # noqa: S506 - text only
    return loaded


def test_both_take_what_is_in_force_on_the_last_day(tmp_path: Path) -> None:
    rise = write(tmp_path, entry("minimum_wage_month", valid_from="2026-11-16"))  # 2400
    month = {"month": "2026-11"}
    whole = {"format": "1", "region": "500236", "employee": {"hired_on": "2026-11-01"}}
    found = compare({**whole, "months": [month]}, LawBook.load([rise]))
    assert found.differences == ()
    assert found.slips[0].line("earning", "minimum_wage_top_up") == 240_000


def test_the_reference_gives_the_month_worked_by_hand(
    book: LawBook, by_hand: Mapping[str, Any]
) -> None:
    (slip,) = payslips(by_hand, law_of(book))
    assert slip.lines == HAND_LINES
    assert (slip.gross_pay, slip.net_pay, slip.employer_cost) == (247125, 198818, 369147)
    assert slip.no_room == 60000
    assert slip.taxed is not None
    assert slip.taxed.income_tax == 0


@pytest.mark.feature("FIN-3", "FIN-4", "FIN-5", "FIN-7", "FIN-8", "FIN-13", "FIN-27")
@pytest.mark.parametrize("first", range(0, 4 * CHUNK, CHUNK))
def test_engine_and_reference_agree_line_by_line(book: LawBook, first: int) -> None:
    report = campaign(range(first, first + CHUNK), book)
    assert report.different == {}, "\n".join(report.lines())
    assert report.count == CHUNK


def test_comprehensive_hours_are_overtime_over_the_standard_of_their_period(book: LawBook) -> None:
    shifts = [{"date": f"2026-10-{day}", "start": "09:00", "end": "19:00"} for day in ("11", "12")]
    month = {
        "month": "2026-10",
        "base_pay": "6000.00",
        "comprehensive": {"hours_to_date": "100", "standard_hours": "116", "period_ends": "true"},
        "shifts": shifts,
    }
    employee = {"hired_on": "2026-10-01", "hours_system": "comprehensive"}
    (slip,) = payslips({"region": "500236", "employee": employee, "months": [month]}, law_of(book))
    # 100 + 20 − 116 = 4 h: 6000 ÷ 21.75 ÷ 8 × 4 × 150 %; the rest day 10-11 is worked as usual.
    assert slip.line("earning", "weekday_overtime_pay") == 20690
    assert slip.line("earning", "rest_day_overtime_pay") == 0


def test_a_fen_more_is_seen(
    book: LawBook, by_hand: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workforce.audit_pack.checker.payslips.NIGHT_LEAST_MINUTES", 10 * 60)
    found = compare(by_hand, book).differences
    assert {each.code for each in found} >= {"earning night_allowance", "gross_pay", "net_pay"}


def test_a_refusal_by_one_of_them_is_seen(book: LawBook, by_hand: dict[str, Any]) -> None:
    by_hand["months"][0]["inspections"][0]["error_qty"] = "201"
    assert compare(by_hand, book).differences == ()
    assert compare(by_hand, book).refused in CODES
    by_hand["months"][0]["inspections"][0]["error_qty"] = "9"
    by_hand["employee"]["hours_system"] = "flexible"
    (found,) = compare(by_hand, book).differences
    assert found.engine == "scenario.unknown_value"


def test_a_seed_always_gives_the_same_scenario(book: LawBook) -> None:
    assert scenario(7, book) == scenario(7, book)
    assert scenario(7, book) != scenario(8, book)


def test_the_reference_reaches_what_it_shall_prove(book: LawBook) -> None:
    seen: set[str] = set()
    for seed in range(4 * CHUNK):
        made = scenario(seed, book)
        with suppress(RefusedError):
            seen |= reached(made, payslips(made, law_of(book)), book)
    assert set(WANTED) - seen == set()


WANTED = (
    "attendance: from_shifts",
    "attendance: given",
    "edge: minimum wage +0 fen",
    "hours: comprehensive, over its standard",
    "hours: in lieu",
    "hours: over midnight",
    "hours: over the week's limit",
    "hours: partly on a holiday",
    "hours: roster",
    "leave: half days",
    "leave: maternity_leave",
    "line: deduction annual_bonus_tax",
    "line: earning group_piecework_pay",
    "output: shared with a remainder",
    "line: deduction damages_deduction",
    "line: deduction quality_deduction",
    "line: earning holiday_overtime_pay",
    "line: deduction insurance_difference",
    "line: earning minimum_wage_top_up",
    "line: earning severance_pay",
    "line: employer union_fund",
    "line: reduction absence_deduction",
    "months: joiner",
    "months: leaver",
    "months: paid after leaving",
    "output: after midnight",
    "tax: 60000 from the start",
    "tax: first wage income of the year",
    "tax: intern",
    "tax: labor_service",
    "tax: platform",
    "tax: year to date across a new year",
    "type: part_time",
)
