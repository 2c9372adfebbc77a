"""One cell at a time: everything that people and programs write, and what is refused."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workforce.core.errors import InputError
from workforce.core.period import PayPeriod
from workforce.imports.reading import values

DAY = dt.date(2026, 10, 8)


@pytest.mark.parametrize(
    ("read", "value", "expected"),
    [
        (values.date, DAY, DAY),
        (values.date, dt.datetime(2026, 10, 8), DAY),
        (values.date, 46303.0, DAY),
        (values.date, "46303", DAY),
        (values.date, "2026-10-08", DAY),
        (values.date, "2026/10/8", DAY),
        (values.date, "2026.10.8", DAY),
        (values.date, "２０２６-10-08", DAY),
        (values.date, "20261008", DAY),
        (values.date, "26-10-08 星期四", DAY),
        (values.date, "2026/10/08 周四", DAY),
        (values.date, "2026年10月8日", DAY),
        (values.date, "2026-10-08 00:00:00", DAY),
        (values.month, "2026-10", PayPeriod(2026, 10)),
        (values.month, "202610", PayPeriod(2026, 10)),
        (values.month, "2026年10月", PayPeriod(2026, 10)),
        (values.month, DAY, PayPeriod(2026, 10)),
        (values.period, "2026-10", PayPeriod(2026, 10)),
        (values.period, "2026-10-H1", PayPeriod(2026, 10, 1)),
        (values.period, "2026年10月下半月", PayPeriod(2026, 10, 2)),
        (values.period, "2026-10 上半月", PayPeriod(2026, 10, 1)),
        (values.time, dt.time(8, 40, 31), dt.time(8, 40)),
        (values.time, "8:40", dt.time(8, 40)),
        (values.time, "08：40", dt.time(8, 40)),
        (values.time, 0.375, dt.time(9)),
        (values.quantity, 800.0, 800),
        (values.quantity, "800", 800),
        (values.quantity, "800.0", 800),
        (values.quantity, "８００", 800),
        (values.quantity, 0, 0),
        (values.quantity, "-0", 0),
        (values.amount, "4553.5", 455_350),
        (values.amount, 4553.1, 455_310),
        (values.amount, 0.1 + 0.2, 30),
        (values.price, 0.125, 125_000),
        (values.price, "0.000001", 1),
        (values.rate, "5%", 50_000),
        (values.rate, 0.05, 50_000),
        (values.rate, "100%", 1_000_000),
        (values.boolean, "是", True),
        (values.boolean, "No", False),
        (values.boolean, True, True),
        (values.text, " 张𬭎　", "张𬭎"),
        (values.text, 1001.0, "1001"),
        (values.text, "=SUM(A1)", "=SUM(A1)"),
    ],
)
def test_good_cells(read: Callable[[Any], Any], value: Any, expected: Any) -> None:
    assert read(value) == expected


@pytest.mark.parametrize(
    ("read", "value", "code"),
    [
        (values.date, "2026-02-30", "cell.not_date"),
        (values.date, "10月8日", "cell.not_date"),
        (values.date, "1899-01-01", "cell.not_date"),
        (values.date, 800.0, "cell.not_date"),
        (values.date, 9e9, "cell.not_date"),
        (values.date, dt.datetime(2026, 10, 8, 9), "cell.not_date"),
        (values.month, "2026-13", "cell.not_month"),
        (values.month, "10", "cell.not_month"),
        (values.month, "2026-10-H1", "cell.not_month"),
        (values.period, "2026-10-H3", "cell.not_month"),
        (values.period, "2026-13-H1", "cell.not_month"),
        (values.time, "24:00", "cell.not_time"),
        (values.time, "8:60", "cell.not_time"),
        (values.time, 1.5, "cell.not_time"),
        (values.quantity, "1,000", "cell.not_whole"),
        (values.quantity, "1e3", "cell.not_whole"),
        (values.quantity, 1e20, "cell.not_whole"),
        (values.quantity, True, "cell.not_whole"),
        (values.quantity, -3.0, "cell.negative"),
        (values.quantity, 1_000_001, "cell.absurd"),
        (values.amount, "1.234", "money.too_many_decimals"),
        (values.amount, "1,234.50", "money.not_exact"),
        (values.amount, "-1", "cell.negative"),
        (values.amount, "1000000.01", "cell.absurd"),
        (values.price, "1e-7", "money.not_exact"),
        (values.price, 10_001, "cell.absurd"),
        (values.rate, "101%", "profile.rate"),
        (values.rate, "0.00001%", "profile.rate"),
        (values.rate, -0.05, "profile.rate"),
        (values.boolean, "maybe", "cell.not_boolean"),
        (values.text, DAY, "cell.date_as_text"),
        (values.text, 500236199003070017.0, "cell.number_as_text"),
        (values.text, "a\x07b", "cell.control"),
        (values.text, "x" * 121, "cell.too_long"),
    ],
)
def test_bad_cells(read: Callable[[Any], Any], value: Any, code: str) -> None:
    with pytest.raises(InputError) as caught:
        read(value)
    assert caught.value.code == code
    assert caught.value.hint("zh")
    assert caught.value.hint("en")


ANYTHING = (
    st.text(max_size=40)
    | st.floats()
    | st.integers()
    | st.booleans()
    | st.dates()
    | st.datetimes()
    | st.times()
    | st.timedeltas()
)


@given(ANYTHING)
def test_no_cell_makes_a_traceback(value: Any) -> None:
    for read in (
        values.date,
        values.month,
        values.time,
        values.quantity,
        values.amount,
        values.price,
        values.rate,
        values.boolean,
        values.text,
    ):
        with contextlib.suppress(InputError):
            read(value)
