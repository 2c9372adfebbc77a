from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workforce.core.errors import InputError
from workforce.core.period import DateRange, PayPeriod


def test_a_month_knows_its_days() -> None:
    october = PayPeriod.parse("2026-10")
    assert str(october) == "2026-10"
    assert october.first_on == date(2026, 10, 1)
    assert october.last_on == date(2026, 10, 31)
    assert october.end_on == date(2026, 11, 1)
    assert october.days == 31
    assert date(2026, 10, 31) in october
    assert date(2026, 11, 1) not in october
    assert date(2025, 10, 31) not in october


def test_years_turn() -> None:
    assert PayPeriod(2026, 12).next() == PayPeriod(2027, 1)
    assert PayPeriod(2027, 1).previous() == PayPeriod(2026, 12)
    assert PayPeriod(2026, 12).end_on == date(2027, 1, 1)
    assert PayPeriod(2026, 12) < PayPeriod(2027, 1)
    assert PayPeriod.of(date(2024, 2, 29)).days == 29


@pytest.mark.feature("FIN-36")
def test_a_month_has_two_halves() -> None:
    first, second = PayPeriod.parse("2026-10").halves
    assert (str(first), str(second)) == ("2026-10-H1", "2026-10-H2")
    assert (first.first_on, first.last_on, first.days) == (
        date(2026, 10, 1),
        date(2026, 10, 15),
        15,
    )
    assert (second.first_on, second.last_on, second.days) == (
        date(2026, 10, 16),
        date(2026, 10, 31),
        16,
    )
    assert PayPeriod.parse("2026-02-H2").days == 13
    assert date(2026, 10, 15) in first
    assert date(2026, 10, 15) not in second
    assert date(2026, 10, 16) in second
    assert first.whole == second.whole == PayPeriod(2026, 10)
    assert PayPeriod.half_of(date(2026, 10, 15)) == first
    assert PayPeriod.half_of(date(2026, 10, 16)) == second


@pytest.mark.feature("FIN-36")
def test_halves_follow_halves_and_months_months() -> None:
    first, second = PayPeriod(2026, 12).halves
    assert first.next() == second
    assert second.next() == PayPeriod(2027, 1, 1)
    assert second.previous() == first
    assert first.previous() == PayPeriod(2026, 11, 2)
    in_time = [PayPeriod(2026, 12), first, second, PayPeriod(2027, 1)]
    assert sorted(in_time) == in_time == sorted(in_time, key=str)


@pytest.mark.parametrize("text", ["2026-10-H3", "2026-10-H0", "2026-10-h1", "2026-10-H", "2026-H1"])
def test_anything_else_is_no_half(text: str) -> None:
    with pytest.raises(InputError, match="not a month or half"):
        PayPeriod.parse(text)
    with pytest.raises(InputError, match="not a month"):
        PayPeriod.parse_month(text)


def test_a_half_is_no_month() -> None:
    assert PayPeriod.parse_month("2026-10") == PayPeriod(2026, 10)
    with pytest.raises(InputError, match="not a month"):
        PayPeriod.parse_month("2026-10-H1")


@given(st.integers(1900, 2998), st.integers(1, 12), st.integers(0, 2))
def test_after_and_before_cancel(year: int, month: int, half: int) -> None:
    period = PayPeriod(year, month, half)
    assert period.next().previous() == period
    assert period.next().first_on == period.end_on


@pytest.mark.parametrize(
    "text",
    ["2026-13", "2026-00", "2026-1", "26-10", "2026/10", "", "2026-10-01", "1899-12", "٢٠٢٦-10"],
)
def test_anything_else_is_no_month(text: str) -> None:
    with pytest.raises(InputError, match="not a month"):
        PayPeriod.parse(text)


def test_a_range_leaves_its_end_out() -> None:
    days = DateRange(date(2026, 2, 27), date(2026, 3, 2))
    assert days.days == 3
    assert list(days) == [date(2026, 2, 27), date(2026, 2, 28), date(2026, 3, 1)]
    assert date(2026, 3, 2) not in days
    assert days.overlap(PayPeriod(2026, 3).range) == DateRange(date(2026, 3, 1), date(2026, 3, 2))
    assert days.overlap(DateRange(date(2026, 3, 2), date(2026, 3, 9))) is None


def test_a_range_may_be_empty_but_not_backwards() -> None:
    assert list(DateRange(date(2026, 1, 1), date(2026, 1, 1))) == []
    with pytest.raises(ValueError, match="before it starts"):
        DateRange(date(2026, 1, 2), date(2026, 1, 1))
