"""What may be tried: only what the engine reads, at values that make sense; many companies count as one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from workforce.cli.text_files import load_text
from workforce.core import payitems, rules, scenario, workings
from workforce.core.errors import InputError
from workforce.core.facts import Facts
from workforce.core.law import LawBook
from workforce.core.period import PayPeriod
from workforce.core.scenario.columns import facts_of, year_before
from workforce.core.text import Text
from workforce.policy_lab.levers import Lever, Unit, law_levers, steps
from workforce.policy_lab.merging import merged
from workforce.policy_lab.outcome import FIGURES, outcome_of

_SCENARIOS = Path(__file__).parents[1] / "golden" / "scenarios"
_OCTOBER = PayPeriod(2026, 10)


@pytest.fixture(scope="module")
def book() -> LawBook:
    return LawBook.load()


@pytest.fixture(scope="module")
def facts() -> list[Facts]:
    """The first month of every scenario that begins with October 2026."""
    found = []
    for path in sorted(_SCENARIOS.glob("*.yaml")):
        text = path.read_text("utf-8")
        if "2026-10" not in text:
            continue
        read = scenario.read(load_text(path))
        month = read.months[0]
        if month.period == _OCTOBER:
            state = year_before(read.employee)
            found.append(facts_of(read, month, state, is_month_counted=False))
    assert len(found) > 20
    return found


def test_every_value_that_may_be_tried_is_read_by_the_engine() -> None:
    sources = [Path(workings.__file__)]
    for package in (payitems, rules):
        sources += sorted(Path(package.__path__[0]).glob("*.py"))
    text = "\n".join(path.read_text("utf-8") for path in sources)
    # Overtime asks for a day class's rate and premium by the class.
    asked = {code for code in steps() if f'"{code}"' in text}
    asked |= {code for code in steps() if code.endswith(("_overtime_rate", "_premium_rate"))}
    assert set(steps()) == asked


def test_companies_put_together_are_paid_as_each_by_itself(
    facts: list[Facts], book: LawBook
) -> None:
    together = outcome_of(merged(facts), book)

    alone = [outcome_of(one, book) for one in facts]

    for name in FIGURES:
        assert np.array_equal(
            together.sums[name], np.concatenate([one.sums[name] for one in alone])
        ), name
    assert np.array_equal(together.is_paid, np.concatenate([one.is_paid for one in alone]))


def test_the_ladder_is_six_multiples_to_either_side(facts: list[Facts], book: LawBook) -> None:
    found = {one.law_code: one for one in law_levers(book, facts)}

    assert set(found) == set(steps())
    wage, base = found["minimum_wage_month"], found["insurance_base_floor"]
    # 2,200 yuan is a multiple of 100; 4,553 is none of 200. What holds is no value to try.
    assert wage.ladder() == (*range(160_000, 220_000, 10_000), *range(230_000, 290_000, 10_000))
    assert base.ladder()[5:7] == (440_000, 460_000)
    # 0.5 % by quarters: nothing below zero.
    assert found["unemployment_employee_rate"].ladder()[:3] == (0, 2_500, 7_500)
    assert [value for one in found.values() for value in one.ladder() if value < 0] == []


def lever(unit: Unit, present: int, lowest: int = 0) -> Lever:
    word = Text("x", "x")
    return Lever(
        code="x",
        subject=word,
        label=word,
        source=word,
        unit=unit,
        present=present,
        lowest=lowest,
        lay=lambda facts, book, _value: (facts, book),
    )


@pytest.mark.parametrize(
    ("unit", "text", "value", "shown"),
    [
        (Unit.YUAN, "2,500 元", 250_000, "2,500.00"),
        (Unit.YUAN, "22.5", 2_250, "22.50"),
        (Unit.RATE, "16%", 160_000, "16%"),
        (Unit.RATE, "0.25", 2_500, "0.25%"),
        (Unit.CHANGE, "+5", 50_000, "+5%"),
        (Unit.CHANGE, "−12.5%", -125_000, "−12.5%"),
    ],
)
def test_values_are_read_as_people_type_them(unit: Unit, text: str, value: int, shown: str) -> None:
    one = lever(unit, present=1, lowest=-500_000)
    assert one.parse(text) == value
    assert one.shown(value) == shown
    assert one.parse(one.typed(value)) == value


@pytest.mark.parametrize(
    ("text", "code"),
    [("2200", "study.no_change"), ("-1", "study.out_of_range"), ("1e9", None), ("二千五", None)],
)
def test_what_makes_no_sense_is_said(text: str, code: str | None) -> None:
    with pytest.raises(InputError) as caught:
        lever(Unit.YUAN, present=220_000).parse(text)
    assert code in {None, caught.value.code}
