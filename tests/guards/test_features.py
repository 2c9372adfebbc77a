"""Every row of features.toml that touches the database is proven on both engines."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.plugin import ROWS_ON_POSTGRES, load_features, rows_for_both_engines


def test_the_rows_for_both_engines_are_rows() -> None:
    assert set(rows_for_both_engines()) <= load_features().keys()


def test_each_row_for_both_engines_has_a_test_on_postgresql(pytestconfig: pytest.Config) -> None:
    """Only the whole collection can tell; `make test` and `make features` collect it."""
    tests = pytestconfig.rootpath / "tests"
    if {Path(argument).resolve() for argument in pytestconfig.args} != {tests}:
        pytest.skip("only a part of the tests is collected")
    proven = pytestconfig.stash[ROWS_ON_POSTGRES]
    assert [row for row in rows_for_both_engines() if row not in proven] == []
