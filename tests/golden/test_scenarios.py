"""Every scenario file under scenarios/, and the example of the documentation, gives the figures that it expects.

The expected figures are reckoned by hand or come from the law's own examples; each file shows how.
"""

from pathlib import Path
from typing import Any

import pytest

from workforce.cli.text_files import load_text
from workforce.core import scenario
from workforce.core.law import LawBook
from workforce.core.money import format_fen

EXAMPLE = Path(__file__).parents[2] / "docs" / "scenario-example.yaml"
FILES = [EXAMPLE, *sorted((Path(__file__).parent / "scenarios").glob("*.yaml"))]
FEATURES = {
    "piecework": ("FIN-1",),
    "piecework_price_change": ("FIN-2",),
    "group": ("FIN-6",),
    "quality": ("FIN-3",),
    "quality_as_deduction": ("FIN-4",),
    "damages": ("FIN-4",),
    "minimum_wage": ("FIN-5",),
    "part_time": ("FIN-5",),
    "half_month": ("FIN-36",),
    "insurance": ("FIN-7",),
    "housing_fund": ("FIN-7",),
    "tax": ("FIN-8",),
    "labor_service": ("FIN-9",),
    "intern": ("FIN-9",),
    "severance": ("FIN-39",),
    "employer_costs": ("FIN-39",),
    "time_wage_joiner": ("FIN-27",),
    "time_wage_leaver": ("FIN-27",),
}
"""Beginnings of file names → the rows of features.toml that the files prove."""


def rows_proven(path: Path) -> list[str]:
    """Return the rows of features.toml that a file proves."""
    starts = (start for start in FEATURES if path.stem.startswith(start))
    return sorted({row for start in starts for row in FEATURES[start]})


def cases() -> list[Any]:
    """Each file as a parameter that wears the marks of the rows it proves."""
    found = []
    for path in FILES:
        rows = rows_proven(path)
        marks = [pytest.mark.feature(*rows)] if rows else []
        found.append(pytest.param(path, id=path.stem, marks=marks))
    return found


@pytest.fixture(scope="module")
def book() -> LawBook:
    return LawBook.load()


@pytest.mark.parametrize("path", cases())
def test_the_scenario_holds(path: Path, book: LawBook) -> None:
    read = scenario.read(load_text(path))
    paid = scenario.run(read, book)
    differences = [
        f"{each.period} {each.code}: {format_fen(each.expected_fen)} expected,"
        f" got {format_fen(each.got_fen)}"
        for each in scenario.differences(read, paid)
    ]
    assert sum(len(figures) for figures in read.expect.values()) > 0
    assert differences == []
