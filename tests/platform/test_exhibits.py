"""Exhibits: what is told of the base, once."""

from __future__ import annotations

import pytest
from flask import Flask

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
