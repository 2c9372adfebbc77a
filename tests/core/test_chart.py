"""One value for one chart."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workforce.core.chart import Chart, Series, decimal_text
from workforce.core.text import Text

A = Text("甲", "A")


def _chart(*values: tuple[int | None, ...]) -> Chart:
    return Chart(
        code="headcount",
        title=A,
        kind="bar",
        categories=(A, A),
        series=tuple(Series(A, row) for row in values),
        unit=A,
        definition=A,
    )


def test_a_series_has_a_figure_for_each_category() -> None:
    assert _chart((1, None)).series[0].values == (1, None)
    with pytest.raises(ValueError, match="does not fit"):
        _chart((1, 2, 3))


def test_a_chart_has_one_to_six_series() -> None:
    _chart(*[(1, 2)] * 6)
    for count in (0, 7):
        with pytest.raises(ValueError, match="series"):
            _chart(*[(1, 2)] * count)


@given(st.integers(-(10**15), 10**15), st.integers(0, 6))
def test_figures_are_exact(value: int, decimals: int) -> None:
    text = decimal_text(value, decimals)
    assert Decimal(text) == Decimal(value).scaleb(-decimals)
    assert len(text.partition(".")[2]) == decimals
