"""What holds for any facts: sums, order, splitting, one alone as among many, caps and floors."""

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.core.pay.factory import BATCHES, TASK_TYPES, Person, facts, figure, slip
from workforce.core.engine import calculate
from workforce.core.facts import (
    AmountKind,
    AttendanceMode,
    EmploymentType,
    Facts,
    LeaveKind,
)
from workforce.core.law import LawBook
from workforce.core.money import Column
from workforce.core.results import LineKind, Results

BOOK = LawBook.load()
NO_BATCH = -1
quick = settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)


@st.composite
def shifts(draw: st.DrawFn, first: int, last: int) -> list[tuple[int, int, int, int, bool]]:
    """Shifts inside the employment that do not overlap, also across midnight."""
    days = sorted(draw(st.sets(st.integers(first, last), max_size=10)))
    rows: list[tuple[int, int, int, int, bool]] = []
    free_from = -100 * 1440
    for day in days:
        start = draw(st.sampled_from([0, 480, 541, 1200, 1320]))
        length = draw(st.sampled_from([60, 479, 480, 541, 720]))
        # The rest days 4 and 11 October are the days 3 and 10.
        is_in_lieu = day in {3, 10} and draw(st.booleans())
        if day * 1440 + start >= free_from:
            rows.append((day, start, length, draw(st.sampled_from([0, 30, 59])), is_in_lieu))
            free_from = day * 1440 + start + length
    return rows


def output_rows(first: int, last: int) -> st.SearchStrategy[tuple[int, int, int, int, int]]:
    return st.tuples(
        st.integers(first, last),
        st.integers(0, len(TASK_TYPES) - 1),
        st.integers(NO_BATCH, len(BATCHES) - 1),
        st.integers(0, 2000),
        st.sampled_from([0, 1, 125_000, 133_333, 1_333_000]),
    )


inspection_rows = st.tuples(
    st.integers(0, len(BATCHES) - 1), st.integers(1, 150), st.integers(0, 150)
).map(lambda row: (row[0], 2 * row[1], 2 * min(row[1], row[2])))
amount_rows = st.one_of(
    st.tuples(st.just(AmountKind.EARNING), st.just(0), st.integers(0, 500_000)),
    st.tuples(st.just(AmountKind.UNTAXED_EARNING), st.just(0), st.integers(0, 50_000)),
    st.tuples(st.just(AmountKind.OTHER_DEDUCTION), st.just(1), st.integers(0, 100_000)),
    st.tuples(st.just(AmountKind.DAMAGES), st.just(NO_BATCH), st.integers(0, 400_000)),
    st.tuples(
        st.just(AmountKind.ANNUAL_BONUS_SEPARATE), st.just(NO_BATCH), st.integers(0, 9_000_000)
    ),
    st.tuples(
        st.just(AmountKind.SPECIAL_ADDITIONAL_DEDUCTION), st.just(2), st.integers(0, 300_000)
    ),
    st.tuples(st.just(AmountKind.OTHER_TAX_DEDUCTION), st.just(4), st.integers(0, 900_000)),
)
leave_rows = st.sampled_from(
    [
        [],
        [(LeaveKind.ANNUAL_LEAVE, 7, 8)],
        [(LeaveKind.SICK_LEAVE, 11, 15), (LeaveKind.PERSONAL_LEAVE, 18, 18)],
        [(LeaveKind.MATERNITY_LEAVE, -5, 40)],
        [(LeaveKind.ABSENCE, 0, 30)],
    ]
)


severance_rows = st.sampled_from(
    [
        [],
        [(AmountKind.SEVERANCE_WAGE, NO_BATCH, 600_001)],
        [(AmountKind.SEVERANCE_WAGE, NO_BATCH, 9_000_000)],
        [
            (AmountKind.SEVERANCE_WAGE, NO_BATCH, 100_000),
            (AmountKind.SEVERANCE_AGREED, NO_BATCH, 40_000_000),
        ],
    ]
)
difference_rows = st.lists(
    st.tuples(
        st.integers(1, 8),
        st.sampled_from([440_400, 440_401, 455_299]),
        st.sampled_from([-1, 440_300, 440_400, 455_300]),
    ),
    max_size=4,
    unique_by=lambda row: row[0],
)


@st.composite
def employments(draw: st.DrawFn) -> Person:
    """Any person whose facts can be paid."""
    hired = draw(st.sampled_from([-400, 0, 11, 29]))
    separated = draw(st.sampled_from([None, 30, 29]))
    first, last = max(hired, -20), 30 if separated is None else separated
    insurance_base = draw(st.sampled_from([None, 300_000, 455_300, 9_000_000]))
    may_differ = insurance_base is not None and hired < -300
    leaving = [] if separated is None else draw(severance_rows)
    return Person(
        policy=draw(st.integers(0, 1)),
        employment_type=draw(
            st.sampled_from([EmploymentType.FULL_TIME, EmploymentType.DISPATCHED])
        ),
        hired_day=hired,
        separated_day=separated,
        base_pay_fen=draw(st.sampled_from([0, 220_000, 435_000, 3_000_000])),
        average_fen=draw(st.sampled_from([360_000, 150_000])),
        insurance_base_fen=insurance_base,
        base_differences=draw(difference_rows) if may_differ else [],
        year=draw(st.sampled_from([(0, 0, 9, 0), (30_000_000, 500_000, 9, 1_600_000)])),
        mode=draw(st.sampled_from([AttendanceMode.FULL, AttendanceMode.FROM_SHIFTS])),
        late_count=draw(st.integers(0, 1)),
        shifts=draw(shifts(max(first, -6), last)),
        leaves=draw(leave_rows),
        output=draw(st.lists(output_rows(first, last), max_size=8)),
        inspections=draw(st.lists(inspection_rows, max_size=3)),
        amounts=draw(st.lists(amount_rows, max_size=4)) + leaving,
        adjustments=draw(
            st.lists(st.tuples(st.integers(0, 1), st.integers(-20_000, 20_000)), max_size=3)
        ),
    )


people = employments()


def pay(given_facts: Facts) -> Results:
    return calculate(given_facts, BOOK)


def slips(results: Results) -> list[dict[str, object]]:
    return [slip(results, who) for who in range(results.size)]


def columns_of(table: Any) -> dict[str, Any]:
    """Return a table's columns by name."""
    return {each.name: getattr(table, each.name) for each in fields(table)}


def shuffled(table: Any, seed: int) -> Any:
    """Return a table with its rows in another order."""
    order = np.random.default_rng(seed).permutation(len(table.employee))
    return replace(table, **{name: column[order] for name, column in columns_of(table).items()})


def halved(table: Any, *cut: str) -> Any:
    """Return a table with each row as two, the named quantities shared between them."""

    def halves(column: Column) -> Column:
        return np.concatenate([column // 2, column - column // 2])

    return replace(
        table,
        **{
            name: halves(column) if name in cut else np.tile(column, 2)
            for name, column in columns_of(table).items()
        },
    )


def split(whole: Facts) -> Facts:
    """Return the facts with every output row, amount and inspection cut in two."""
    return replace(
        whole,
        output=halved(whole.output, "qty"),
        amounts=halved(whole.amounts, "amount_fen"),
        inspections=halved(whole.inspections, "sampled_qty", "error_qty"),
    )


ROW_TABLES = (
    "shifts",
    "leaves",
    "output",
    "inspections",
    "amounts",
    "adjustments",
    "base_differences",
)


@quick
@given(st.lists(people, min_size=1, max_size=4))
@pytest.mark.feature("FIN-13")
def test_totals_are_the_sums_of_the_lines_shown(group: list[Person]) -> None:
    results = pay(facts(*group))
    assert not results.faults
    for who in range(results.size):
        sums = {
            kind: sum(
                int(block.amount_fen[block.employee == who].sum())
                for block in results.lines
                if block.kind is kind
            )
            for kind in LineKind
        }
        gross = sums[LineKind.EARNING] - sums[LineKind.REDUCTION]
        assert results.gross_pay_fen[who] == gross
        assert results.net_pay_fen[who] == gross - sums[LineKind.DEDUCTION]
        assert results.employer_cost_fen[who] == gross + sums[LineKind.EMPLOYER]


@quick
@given(st.lists(people, min_size=1, max_size=4), st.integers(0, 5))
@pytest.mark.feature("FIN-24")
def test_the_order_of_rows_changes_nothing(group: list[Person], seed: int) -> None:
    whole = facts(*group)
    mixed: dict[str, Any] = {name: shuffled(getattr(whole, name), seed) for name in ROW_TABLES}
    assert slips(pay(replace(whole, **mixed))) == slips(pay(whole))


@quick
@given(st.lists(people, min_size=1, max_size=4))
def test_splitting_rows_changes_nothing(group: list[Person]) -> None:
    whole = facts(*group)
    assert slips(pay(split(whole))) == slips(pay(whole))


@quick
@given(st.lists(people, min_size=2, max_size=5))
@pytest.mark.feature("FIN-16")
def test_one_alone_is_paid_as_among_others(group: list[Person]) -> None:
    together = slips(pay(facts(*group)))
    alone = [slip(pay(facts(each)), 0) for each in group]
    assert together == alone


def test_one_alone_is_paid_as_among_ten_thousand() -> None:
    chosen = Person(
        insurance_base_fen=500_000,
        shifts=[(d, 540, 600, 60, False) for d in (0, 7, 8, 9, 10, 11, 14)],
        output=[(d, d % 3, d % 3, 500 + d, 125_000 + d) for d in (0, 7, 8, 9, 10, 11, 14)],
        inspections=[(0, 200, 9), (2, 100, 30)],
        amounts=[(AmountKind.DAMAGES, -1, 50_000)],
    )
    others = [
        Person(
            base_pay_fen=200_000 + who,
            policy=who % 2,
            shifts=[(who % 30, 540, 480 + who % 200, 30, False)],
            output=[(who % 30, who % 3, who % 4 - 1, who, 125_000 + who % 7)],
        )
        for who in range(9_999)
    ]
    column = facts(*others[:5000], chosen, *others[5000:])
    assert slip(pay(column), 5000) == slip(pay(facts(chosen)), 0)


@quick
@given(people)
@pytest.mark.feature("FIN-4", "FIN-5")
def test_caps_and_floors_hold(person: Person) -> None:
    results = pay(facts(person))
    top_up = figure(results, "minimum_wage_top_up")
    counted = int(results.counted_wage_fen[0])
    assert counted + top_up >= int(results.floor_fen[0])
    assert top_up == 0 or counted + top_up <= int(results.floor_fen[0]) + 1
    limited = figure(results, "damages_deduction") + figure(
        results, "quality_deduction", kind=LineKind.DEDUCTION
    )
    gross = int(results.gross_pay_fen[0])
    untaxed = sum(fen for kind, _, fen in person.amounts if kind is AmountKind.UNTAXED_EARNING)
    untaxed += figure(results, "severance_pay")
    bonus = figure(results, "annual_bonus")
    assert limited <= max(0, (gross - untaxed - bonus) // 5)
    if limited:
        assert counted + top_up - limited >= 220_000
        assert results.net_pay_fen[0] >= 0
    for code in ("pension_insurance", "employer_pension_insurance"):
        rate = 16 if code.startswith("employer") else 8
        if figure(results, code) and not person.base_differences:
            assert 455_300 * rate <= figure(results, code) * 100 <= 2_276_500 * rate


@quick
@given(people)
def test_tax_withheld_is_never_negative_and_never_over_what_is_due(person: Person) -> None:
    results = pay(facts(person))
    before = person.year[3] if person.year else 0
    withheld = int(results.tax.withheld_to_date_fen[0])
    assert withheld >= before
    taxable, rate = int(results.tax.cumulative_taxable_fen[0]), int(results.tax.rate_micro[0])
    due = taxable * rate // 1_000_000 - int(results.tax.quick_deduction_fen[0])
    assert withheld <= max(before, due + 1)


@quick
@given(people)
def test_the_shared_piece_value_is_the_whole(person: Person) -> None:
    results = pay(facts(person))
    value = sum(qty * price for _, _, _, qty, price in person.output)
    assert results.piece_value_micro[0] == value
    assert 0 <= results.overtime_piece_value_micro[0] <= value
