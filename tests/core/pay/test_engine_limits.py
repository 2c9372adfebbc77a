"""The engine at its limits: the largest amounts, nobody, columns that cannot be meant, last years."""

import pickle
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from tests.core.pay.factory import FIRST, Person, facts, figure, slip
from workforce.core.engine import calculate
from workforce.core.errors import DomainError
from workforce.core.facts import (
    LARGEST_YEAR_FEN,
    AmountKind,
    Facts,
)
from workforce.core.law import LawBook
from workforce.core.period import PayPeriod
from workforce.core.results import Results
from workforce.core.work_calendar import CalendarYear

NO_CODE = -1


@pytest.fixture(scope="module")
def book() -> LawBook:
    return LawBook.load()


def fault_codes(results: Results, who: int = 0) -> list[str]:
    return [fault.error.code for fault in results.faults if fault.employee == who]


def with_calendar(book: LawBook, year: int) -> LawBook:
    """Return the book with a made-up calendar of a later year, on which only the counts are right."""
    holidays = frozenset(date(year, 10, day) for day in range(1, 14))
    invented = CalendarYear(year, holidays, frozenset(), frozenset(), "invented", "", "estimate")
    parameters = {parameter.code: parameter for parameter in book.parameters()}
    years = [*book.calendar().years.values(), invented]
    return LawBook(parameters, book.values(), years)


def test_the_largest_amounts_are_taxed_exactly(book: LawBook) -> None:
    # All sums of the year at their range's end: 2 × 10¹² + 10¹⁰ − 6 × 10¹² − 50000.00 is below 0.
    whole = facts(Person(base_pay_fen=5 * 10**9))
    year = replace(
        whole.tax.year_to_date,
        income_fen=np.array([LARGEST_YEAR_FEN]),
        insurance_and_fund_fen=np.array([LARGEST_YEAR_FEN]),
        special_fen=np.array([LARGEST_YEAR_FEN]),
        other_fen=np.array([LARGEST_YEAR_FEN]),
    )
    deducted = replace(whole, tax=replace(whole.tax, year_to_date=year))
    assert figure(calculate(deducted, book), "income_tax") == 0
    blank = np.zeros(1, dtype=np.int64)
    bare = replace(year, insurance_and_fund_fen=blank, special_fen=blank, other_fen=blank)
    taxed = calculate(replace(whole, tax=replace(whole.tax, year_to_date=bare)), book)
    # (20 050 000 000.00 − 50 000.00) × 45 % − 181 920.00 = 9 022 295 580.00.
    assert figure(taxed, "income_tax") == 902_229_558_000


def test_nobody_to_pay_is_nothing(book: LawBook) -> None:
    results = calculate(facts(), book)
    assert results.size == 0
    assert not results.lines
    assert not results.notes
    assert not results.faults


@pytest.mark.parametrize("change", ["dtype", "length", "index", "negative"])
def test_columns_that_cannot_be_meant_are_refused(change: str, book: LawBook) -> None:
    whole = facts(Person(base_pay_fen=300_000), Person())
    wages, people = whole.time_wages, whole.employments
    broken = {
        "dtype": replace(whole, time_wages=replace(wages, base_pay_fen=np.array([1.5, 2.0]))),
        "length": replace(whole, time_wages=replace(wages, base_pay_fen=np.array([1]))),
        "index": replace(whole, employments=replace(people, policy=np.array([0, 2]))),
        "negative": replace(whole, time_wages=replace(wages, base_pay_fen=np.array([1, -1]))),
    }[change]
    assert isinstance(broken, Facts)
    with pytest.raises(ValueError, match=r"TimeWages\.base_pay_fen|Employments\.policy"):
        calculate(broken, book)


def test_errors_survive_a_process_boundary(book: LawBook) -> None:
    results = calculate(facts(Person(shifts=[(7, 540, 60, 60, False)])), book)
    copied: DomainError = pickle.loads(  # noqa: S301 - what was pickled a moment ago
        pickle.dumps(results.faults[0].error)
    )
    assert copied.message("zh") == results.faults[0].error.message("zh")


def test_the_first_day_of_the_facts_covers_the_week(book: LawBook) -> None:
    assert book.calendar().has_year(2026)
    whole = facts(Person())
    # October 2026 begins on a Thursday, ends on a Saturday.
    assert whole.first_day == FIRST - 3
    assert whole.last_day == FIRST + 31
    june = facts(Person(), period=PayPeriod(2026, 6))
    # June 2026 begins on a Monday: the Sunday before is supplied, too.
    assert june.first_day == (date(2026, 5, 31) - date(1970, 1, 1)).days


def test_faults_stand_in_one_order_whatever_came_first(book: LawBook) -> None:
    shifts = [(day, 540, 60, 60, False) for day in (7, 8, 11)]
    one = calculate(facts(Person(shifts=shifts), Person(year=None)), book)
    other = calculate(facts(Person(shifts=shifts[::-1]), Person(year=None)), book)
    told = [(fault.employee, str(fault.error)) for fault in one.faults]
    assert told == [(fault.employee, str(fault.error)) for fault in other.faults]
    assert told == sorted(told)
    assert len(told) == 4


@pytest.mark.parametrize(
    ("year", "month", "faults"), [(2027, 12, []), (2028, 1, ["law.value_missing"])]
)
def test_a_separate_bonus_ends_with_2027(
    year: int, month: int, faults: list[str], book: LawBook
) -> None:
    period = PayPeriod(year, month)
    later = with_calendar(book, year)
    amounts = [(AmountKind.ANNUAL_BONUS_SEPARATE, NO_CODE, 3_600_000)]
    person = Person(base_pay_fen=300_000, year=(0, 0, month - 1, 0), amounts=amounts)
    merged = replace(person, amounts=[(AmountKind.ANNUAL_BONUS_MERGED, NO_CODE, 3_600_000)])
    results = calculate(facts(person, merged, period=period), later)
    assert fault_codes(results, 0) == faults
    assert fault_codes(results, 1) == []
    assert figure(results, "annual_bonus_tax") == (0 if faults else 108_000)


def test_a_table_too_wide_for_memory_gives_the_same_lines(
    book: LawBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [
        Person(
            output=[(7, 2, -1, 5, 300_000), (8, 1, 1, 3, 12_500_000), (9, 1, 2, 2, 13_000_000)],
            inspections=[(1, 100, 30), (0, 100, 30)],
        ),
        Person(output=[(7, 0, 1, 5, 125_000)]),
    ]
    dense = calculate(facts(*people), book)
    monkeypatch.setattr("workforce.core.grouping._DENSE_CELLS", 0)
    sparse = calculate(facts(*people), book)
    assert figure(sparse, "quality_deduction") == 750  # 37.50 × 20 %
    for who in range(2):
        assert slip(sparse, who) == slip(dense, who)
