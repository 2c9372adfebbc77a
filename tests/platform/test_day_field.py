"""The day field: reads days as people write them, and keeps what is none."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms import Form

from workforce.platform.forms import DayField


class _Form(Form):
    day = DayField("day")


@pytest.mark.parametrize(
    "text", ["2026-10-31", "2026/10/31", " 2026.10.31 ", "２０２６－１０－３１"]
)
def test_days_as_people_write_them(app: Flask, text: str) -> None:
    with app.test_request_context():
        form = _Form(MultiDict({"day": text}))
        assert form.validate()
        assert form.day.data == dt.date(2026, 10, 31)
        assert 'type="date"' in form.day()


@pytest.mark.parametrize("text", ["2026-02-30", "31.10.2026", "tomorrow", "20261031", "2026-10"])
def test_what_is_no_day_is_said_and_stays(app: Flask, text: str) -> None:
    with app.test_request_context():
        form = _Form(MultiDict({"day": text}))
        assert not form.validate()
        assert f"“{text}”不是日期" in form.day.errors[0]
        assert f'value="{text}"' in form.day()
        assert 'type="text"' in form.day()


def test_an_empty_field_shows_the_native_control(app: Flask) -> None:
    with app.test_request_context():
        form = _Form(MultiDict({"day": ""}))
        assert form.validate()
        assert form.day.data is None
        assert 'type="date"' in form.day()
