"""Every date on which a rule of pay changes has a scenario, or a test, that names it.

A scenario names the date with a line ``# law: parameter date`` and pays the month of the change.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import PurePath

import pytest
import yaml

from tests.guards.tree import below, text
from workforce.core.law import LawBook, ParameterValue
from workforce.core.period import PayPeriod

DATA_BEGIN = date(2019, 1, 1)
SCENARIOS = below("tests/golden/scenarios", ".yaml")
TESTS = below("tests/core", ".py")
MARK = re.compile(r"# law: (\w+) (\d{4}-\d{2}-\d{2})")

Change = tuple[str, str]


def changes() -> Iterator[Change]:
    """Go through code and date of each change of a value, where it begins late, and where it ends."""
    dated: defaultdict[tuple[str, str], list[ParameterValue]] = defaultdict(list)
    for value in LawBook.load().values():
        dated[value.code, value.region].append(value)
    for (code, _), values in dated.items():
        values.sort(key=lambda value: value.valid_from)
        for earlier, value in zip([None, *values], values, strict=False):
            if value.valid_from > DATA_BEGIN and (earlier is None or earlier.value != value.value):
                yield code, str(value.valid_from)
        if (last := values[-1].valid_to) is not None:
            yield code, str(last)


def names(paths: list[str]) -> dict[Change, set[str]]:
    """Return the files that name each change."""
    found: defaultdict[Change, set[str]] = defaultdict(set)
    for path in paths:
        for code, on in MARK.findall(text(path)):
            found[code, on].add(path)
    return found


ALL = sorted(set(changes()))
SOURCES = "".join(
    text(path)
    for folder in ("workforce/core/rules", "workforce/core/payitems")
    for path in below(folder, ".py")
) + "".join(map(text, ["workforce/core/workings.py", "workforce/core/engine.py"]))
# Only what pay asks for; the others are shown as the law that is known.
OF_PAY = [change for change in ALL if f'"{change[0]}"' in SOURCES]
BY_SCENARIO, BY_TEST = names(SCENARIOS), names(TESTS)


@pytest.mark.feature("FIN-10")
@pytest.mark.parametrize(("code", "on"), OF_PAY)
def test_a_scenario_or_test_names_the_change(code: str, on: str) -> None:
    assert BY_SCENARIO.get((code, on)) or BY_TEST.get((code, on))


@pytest.mark.parametrize(("code", "on"), sorted(BY_SCENARIO.keys() | BY_TEST.keys()))
def test_what_is_named_is_a_change(code: str, on: str) -> None:
    assert (code, on) in ALL


@pytest.mark.parametrize(("code", "on"), sorted(BY_SCENARIO))
def test_a_scenario_pays_the_month_of_the_change(code: str, on: str) -> None:
    months = set()
    for path in BY_SCENARIO[code, on]:
        loaded = yaml.load(text(path), yaml.BaseLoader)  # noqa: S506 - text only
        months |= {
            month["month"] for month in loaded["months"] if month["month"] in loaded["expect"]
        }
    assert str(PayPeriod.of(date.fromisoformat(on))) in months, code


def test_every_pay_item_has_a_scenario() -> None:
    """Each line code is expected somewhere with an amount."""
    expected = set()
    for path in SCENARIOS:
        loaded = yaml.load(text(path), yaml.BaseLoader)  # noqa: S506 - text only
        for figures in loaded["expect"].values():
            expected |= {code for code, amount in figures.items() if amount != "0.00"}
    codes = {
        name
        for path in below("workforce/core/payitems", ".py")
        if not (name := PurePath(path).stem).startswith("_")
    }
    brought_by_facts = {"earnings", "untaxed_earnings", "other_deductions"}
    codes = codes - brought_by_facts - {"quality_price_reduction"}
    assert not sorted(codes - expected)
