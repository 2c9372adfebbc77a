"""Months, quarters and years as the periods of reports."""

from __future__ import annotations

import pytest

from workforce.core.errors import InputError
from workforce.core.period import PayPeriod
from workforce.core.report_period import ReportPeriod, Span


@pytest.mark.parametrize(
    ("text", "months", "previous", "year_ago"),
    [
        ("2026-01", ["2026-01"], "2025-12", "2025-01"),
        ("2026-Q1", ["2026-01", "2026-02", "2026-03"], "2025-Q4", "2025-Q1"),
        ("2026-Q4", ["2026-10", "2026-11", "2026-12"], "2026-Q3", "2025-Q4"),
        ("2026", [f"2026-{month:02d}" for month in range(1, 13)], "2025", "2025"),
    ],
)
def test_a_period_is_its_months(text: str, months: list[str], previous: str, year_ago: str) -> None:
    period = ReportPeriod.parse(text)
    assert str(period) == text
    assert [str(month) for month in period.months] == months
    assert str(period.previous()) == previous
    assert str(period.year_ago) == year_ago
    assert period.previous().next() == period
    assert all(ReportPeriod.of(month, period.span) == period for month in period.months)


@pytest.mark.parametrize(
    "text", ["2026-13", "2026-Q5", "2026-Q", "26", "2026-10-H1", "", "２０２６"]
)
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        ReportPeriod.parse(text)


def test_a_quarter_begins_where_quarters_begin() -> None:
    with pytest.raises(InputError):
        ReportPeriod(PayPeriod(2026, 2), Span.QUARTER)
    assert min(ReportPeriod.parse("2026-Q4"), ReportPeriod.parse("2026-Q1")).quarter == 1
