"""Shares of group piecework: exact for any weights, explained, and paid like own output."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.pay.factory import FIRST, Person, facts, figure, on, slip
from workforce.core.engine import calculate
from workforce.core.explain import explain
from workforce.core.facts import NONE, AttendanceMode, Facts, GroupShares, HoursClass
from workforce.core.group_shares import (
    LARGEST_GROUP,
    LARGEST_POT_FEN,
    LARGEST_WEIGHT,
    pot_value,
)
from workforce.core.law import LawBook
from workforce.core.money import Column, largest_remainder_groups
from workforce.core.results import Results

pytestmark = pytest.mark.feature("FIN-6")

BOOK = LawBook.load()
BOX, POLYGON = 0, 2
MEMBERS = st.lists(st.integers(0, LARGEST_WEIGHT), min_size=1, max_size=60).filter(any)


def column(*values: int) -> Column:
    return np.array(values, dtype=np.int64)


def with_shares(whole: Facts, *rows: dict[str, Any]) -> Facts:
    """Add shares: employee, day (from the month's first), pot, share, weight, pot_weight, and so on."""

    def ints(name: str, default: int | None = None) -> Column:
        return column(*(row[name] if default is None else row.get(name, default) for row in rows))

    return replace(
        whole,
        group_shares=GroupShares(
            employee=ints("employee", 0),
            work_day=ints("day") + FIRST,
            task_type=ints("task_type", BOX),
            batch=ints("batch", NONE),
            hours=ints("hours", NONE),
            pot_fen=ints("pot"),
            share_fen=ints("share"),
            weight=ints("weight", 1_000),
            pot_weight=ints("pot_weight", 2_000),
            is_by_hours=np.array([row.get("by_hours", False) for row in rows], dtype=np.bool_),
        ),
    )


def pay(given_facts: Facts) -> Results:
    return calculate(given_facts, BOOK)


@given(st.lists(st.tuples(st.integers(0, LARGEST_POT_FEN), MEMBERS), min_size=1, max_size=8))
def test_shares_add_up_and_nobody_is_a_fen_off(pots: list[tuple[int, list[int]]]) -> None:
    pot = column(*(n for n, (_, weights) in enumerate(pots) for _ in weights))
    weight = column(*(each for _, weights in pots for each in weights))
    shares = largest_remainder_groups(column(*(fen for fen, _ in pots)), pot, weight)
    assert np.all(shares >= 0)
    for n, (fen, weights) in enumerate(pots):
        mine = shares[pot == n].tolist()
        assert sum(mine) == fen
        for share, own in zip(mine, weights, strict=True):
            assert abs(share - Fraction(fen * own, sum(weights))) < 1
            assert own or not share


def test_the_largest_group_with_the_largest_pot_stays_in_range() -> None:
    weight = np.full(LARGEST_GROUP, LARGEST_WEIGHT)
    shares = largest_remainder_groups(
        column(LARGEST_POT_FEN - 1), np.zeros(LARGEST_GROUP, np.int64), weight
    )
    # 10**8 - 1 among 1000: 99 999.999 each, so that the last has one fen less.
    assert shares[:-1].tolist() == [100_000] * 999
    assert shares[-1] == 99_999


def test_a_pot_is_rounded_half_up_to_the_fen_once() -> None:
    # 0.005, 0.0049, 333 × 0.1255 = 41.7915 yuan.
    assert pot_value(column(1, 1, 333), column(5_000, 4_900, 125_500)).tolist() == [1, 0, 4_179]


def test_the_line_tells_pot_weights_and_share() -> None:
    shares = with_shares(
        facts(Person()),
        {"day": on("2026-10-12"), "pot": 12300, "share": 4373, "weight": 8000, "pot_weight": 22500},
    )
    (line,) = [each for each in slip(pay(shares), 0)["lines"] if each[0] == "group_piecework_pay"]  # type: ignore[attr-defined]
    code, kind, _, detail, amount, quantity, rate, operands = line
    assert (detail, amount, quantity, rate) == ("bbox_2d", 4373, None, None)
    said = explain(code, kind, amount, operands, "拉框")
    assert said["zh"].startswith("拉框：小组产值 123.00 元；本人工分 8 ÷ 全组 22.5；分得 43.73 元")
    assert said["en"].startswith(
        "拉框: output of the group worth 123.00 yuan; own points 8 of 22.5; own share 43.73 yuan"
    )


def test_pots_of_a_task_type_share_a_line_that_adds_them_up() -> None:
    pots = with_shares(
        facts(Person(output=[(11, BOX, NONE, 10, 125_000)])),
        {"day": 11, "pot": 1000, "share": 500},
        {"day": 12, "pot": 900, "share": 300, "weight": 450, "pot_weight": 1350, "by_hours": True},
        {"day": 12, "pot": 700, "share": 350, "task_type": POLYGON},
        {"day": 13, "pot": 0, "share": 0},
    )
    results = pay(pots)
    lines = [each for each in slip(results, 0)["lines"] if each[0] == "group_piecework_pay"]  # type: ignore[attr-defined]
    assert [(line[3], line[4]) for line in lines] == [("bbox_2d", 800), ("polygon", 350)]
    operands = lines[0][7]
    assert (operands["pot_count"], operands["pot_fen"]) == (2, 1900)
    assert (operands["own_minutes"], operands["group_minutes"]) == (450, 1350)
    said = explain("group_piecework_pay", "earning", 800, operands, "拉框")["zh"]
    assert said.startswith("拉框：2 笔小组产值共 19.00 元")
    # The own work of the day stays a line of its own: 10 × 0.125.
    assert figure(results, "piecework_pay") == 125
    assert results.piece_value_micro[0] == (125 + 800 + 350) * 10_000


def test_a_share_shows_that_the_day_was_worked() -> None:
    person = Person(mode=AttendanceMode.FROM_SHIFTS, base_pay_fen=435_000)
    without = pay(facts(person))
    with_one = pay(with_shares(facts(person), {"day": on("2026-10-12"), "pot": 10, "share": 5}))
    assert without.time.attended_half_days[0] + 2 == with_one.time.attended_half_days[0]


def test_a_wrong_share_is_refused_like_own_output() -> None:
    person = Person(hired_day=0)
    for day, code in (
        (-1, "pay.output_outside_employment"),
        (31, "pay.output_after_month"),
        (-500, "pay.output_too_old"),
    ):
        results = pay(with_shares(facts(person), {"day": day, "pot": 10, "share": 5}))
        assert code in {fault.error.code for fault in results.faults}
    holiday = {"day": 0, "pot": 10, "share": 5, "hours": int(HoursClass.NORMAL)}
    (fault,) = pay(with_shares(facts(person), holiday)).faults
    assert fault.error.code == "pay.hours_below_day"


def test_own_and_shared_output_of_a_month_are_limited_together() -> None:
    rich = Person(output=[(11, BOX, NONE, 8_000_000, 100_000)])
    share = {"day": 12, "pot": 3 * 10**7, "share": 3 * 10**7, "weight": 1, "pot_weight": 1}
    (fault,) = pay(with_shares(facts(rich), share)).faults
    assert fault.error.code == "pay.month_too_large"


def test_a_share_larger_than_its_pot_is_a_defect() -> None:
    with pytest.raises(ValueError, match="larger than its pot"):
        pay(with_shares(facts(Person()), {"day": 1, "pot": 10, "share": 11}))
    too_heavy = {"day": 1, "pot": 10, "share": 5, "weight": 3, "pot_weight": 2}
    with pytest.raises(ValueError, match="larger than its pot"):
        pay(with_shares(facts(Person()), too_heavy))


def test_the_order_of_shares_changes_nothing() -> None:
    person = Person(output=[(11, BOX, NONE, 10, 125_000)])
    rows = [
        {
            "day": day,
            "pot": 1000 + day,
            "share": 300 + day,
            "employee": day % 2,
            "batch": day % 3 - 1,
        }
        for day in range(7, 12)
    ]
    one, other = (pay(with_shares(facts(person, person), *rows[::step])) for step in (1, -1))
    assert [slip(one, who) for who in (0, 1)] == [slip(other, who) for who in (0, 1)]
