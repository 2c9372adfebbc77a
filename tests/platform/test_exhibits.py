"""Exhibits: what is told of the base, once."""

from __future__ import annotations

import pytest
from flask import Flask

from workforce.core.period import PayPeriod
from workforce.core.text import Text
from workforce.platform.exhibits import (
    Exhibit,
    ExhibitSource,
    Row,
    Shape,
    Told,
    Topic,
    Value,
    exhibit_sources,
    month_head,
    readable,
    register_exhibits,
)

TEXT = Text("人", "people")


def test_a_value_is_told_or_not() -> None:
    assert Value(0).told is Told.SHOWN
    with pytest.raises(ValueError, match="shown"):
        Value(None)
    with pytest.raises(ValueError, match="withheld"):
        Value(3, Told.WITHHELD)


def test_rows_are_as_long_as_the_columns() -> None:
    with pytest.raises(ValueError, match="columns"):
        Exhibit(
            title=TEXT,
            shape=Shape.CURVES,
            unit=TEXT,
            columns=(TEXT, TEXT),
            rows=(Row(label=TEXT, values=(Value(1),)),),
            definition=TEXT,
            source=TEXT,
        )


def test_exhibits_are_in_the_order_of_their_topics() -> None:
    app = Flask(__name__)
    seats = ExhibitSource("seats", Topic.SEATS, lambda _session, _period: None)
    jobs = ExhibitSource("jobs", Topic.JOBS, lambda _session, _period: None)
    register_exhibits(app, [seats, jobs])
    with app.app_context():
        assert list(exhibit_sources()) == ["jobs", "seats"]
    with pytest.raises(RuntimeError, match="seats"):
        register_exhibits(
            app, [seats, ExhibitSource("seats", Topic.JOBS, lambda _session, _period: None)]
        )


@pytest.mark.feature("OFF-15")
def test_a_curve_runs_from_the_first_month_that_is_known_to_the_last() -> None:
    """July is unknown, August withheld: known, and not told. A lone month stays in a curve of one column."""
    months = [PayPeriod(2026, month) for month in (7, 8, 9)]
    unknown, withheld = Value(None, Told.UNKNOWN), Value(None, Told.WITHHELD)

    def curve(*values: Value) -> Exhibit:
        return Exhibit(
            title=TEXT,
            shape=Shape.CURVES,
            unit=TEXT,
            columns=tuple(map(month_head, months)),
            rows=(Row(label=TEXT, values=values),),
            definition=TEXT,
            source=TEXT,
        )

    seen = readable(curve(unknown, withheld, Value(5)))
    assert [column.en for column in seen.columns] == ["2026-08", "2026-09"]
    assert seen.rows[0].values == (withheld, Value(5))
    for alone in (curve(unknown, unknown, Value(5)), curve(unknown, Value(5), unknown)):
        assert [value.number for value in readable(alone).rows[0].values] == [5]
    nothing = curve(unknown, unknown, unknown)
    assert readable(nothing) == nothing
