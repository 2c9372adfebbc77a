"""Fields that are exact, and keep what was typed."""

from __future__ import annotations

import pytest
from flask import Flask
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict

from workforce.core.errors import InputError
from workforce.core.period import PayPeriod
from workforce.platform.forms import (
    MonthField,
    Needed,
    PercentField,
    PriceField,
    YuanField,
    read_count,
)


class Sample(FlaskForm):  # type: ignore[misc]
    """One field of each kind."""

    amount = YuanField("金额", validators=[Needed("请输入金额")])
    price = PriceField("单价")
    rate = PercentField("费率")
    month = MonthField("月份")


def read(app: Flask, **typed: str) -> Sample:
    with app.test_request_context(method="POST"):
        form = Sample(formdata=MultiDict(typed), meta={"csrf": False})
        form.validate()
        for field in form:
            field()
        return form


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("1234.50", 123450),
        ("1,234.5", 123450),
        (" ¥1,234元 ", 123400),
        ("１２．５", 1250),
        ("0", 0),
    ],
)
def test_amounts_are_understood_as_people_write_them(app: Flask, typed: str, fen: int) -> None:
    form = read(app, amount=typed)
    assert (form.amount.data, form.errors) == (fen, {})


def test_prices_have_six_decimals_and_rates_are_per_cent(app: Flask) -> None:
    form = read(app, amount="1", price="0.123456", rate="0.2%", month="2026-10")
    assert form.price.data == 123_456
    assert form.rate.data == 2_000
    assert form.month.data == PayPeriod(2026, 10)


@pytest.mark.parametrize("typed", ["1.234", "-1", "abc", "1e5", "∞", "１．２．３"])
def test_what_is_no_amount_is_refused_and_stays(app: Flask, typed: str) -> None:
    form = read(app, amount=typed)
    assert form.amount.data is None
    assert len(form.errors["amount"]) == 1
    assert f'value="{typed}"' in str(form.amount())


def test_nothing_is_not_nought(app: Flask) -> None:
    assert read(app, amount="").errors == {"amount": ["请输入金额"]}


def test_more_than_the_whole_is_no_rate(app: Flask) -> None:
    assert "rate" in read(app, amount="1", rate="100.0001").errors
    assert read(app, amount="1", rate="100").rate.data == 1_000_000


def test_what_is_stored_is_shown_as_it_is_typed(app: Flask) -> None:
    with app.test_request_context():
        form = Sample(
            data={"amount": 123450, "price": 125_000, "rate": 2_000, "month": PayPeriod(2026, 9)},
            meta={"csrf": False},
        )
        shown = [str(field()) for field in (form.amount, form.price, form.rate, form.month)]
    for value, html in zip(("1234.50", "0.125", "0.2", "2026-09"), shown, strict=True):
        assert f'value="{value}"' in html


@pytest.mark.parametrize(
    ("typed", "count"), [("0", 0), ("007", 7), ("1,000", 1000), ("１２", 12), ("000", 0)]
)
def test_counts_are_understood_as_people_write_them(typed: str, count: int) -> None:
    assert read_count(typed, 1000) == count


@pytest.mark.parametrize(
    "typed", ["", "1001", "0000000000001001", "-1", "1.0", "x", "٣", "1" * 5000, "0" * 5000 + "x"]
)
def test_what_is_no_count_is_refused(typed: str) -> None:
    with pytest.raises(InputError):
        read_count(typed, 1000)
