"""Chain output by hand: nothing counted twice, nothing told of single companies; all of it is plain figures."""

from __future__ import annotations

import datetime as dt

import pytest

from workforce.chain.consolidation import (
    ChainSum,
    CompanyMonth,
    Year,
    add_up,
    consolidate,
    hidden_of,
    line_codes,
)
from workforce.chain.consolidation import year_of as year_of_months
from workforce.chain.growth import growth_of
from workforce.chain.output import progress_of
from workforce.chain.protection import Withheld, crossed, is_secret, withheld
from workforce.chain.queries import ChainTargetRow
from workforce.chain.reference import months_between, reference
from workforce.core.period import PayPeriod
from workforce.statistics.tables import Cell, CellState

AUGUST, SEPTEMBER = PayPeriod(2026, 8), PayPeriod(2026, 9)


def told(number: int, output: dict[str, int], **values: int | bool | None) -> CompanyMonth:
    """Return what a company says; outside, nothing bought or traded, ten jobs unless said."""
    return CompanyMonth(
        company_id=number,
        is_inside=bool(values.get("is_inside", False)),
        output=output,
        purchases=values.get("purchases", 0),
        trading=values.get("trading", 0),
        jobs=values.get("jobs", 10),
    )


def amounts(cells: dict[str, Cell] | None, *codes: str) -> list[int | str | None]:
    """Return cells as their value, or ``※`` where they are withheld."""
    assert cells is not None
    return ["※" if cells[code].state is CellState.WITHHELD else cells[code].value for code in codes]


def year_of(sums: dict[PayPeriod, ChainSum], *, is_protected: bool) -> Year:
    """Return the year of some months, in full or as it is told."""
    return year_of_months(
        {
            month: consolidate(one, hidden_of(one) if is_protected else None)
            for month, one in sums.items()
        }
    )


def market() -> list[CompanyMonth]:
    """Four companies of a month.

    1 labels for 400 inside and sells 100 of it to 3; 2 labels for 300; 3 makes datasets for 500, of
    which it bought 100 from 1; 4 labels for 200 and collects for 50, and did not say what it bought.
    """
    return [
        told(1, {"label": 400}, is_inside=True, jobs=20),
        told(2, {"label": 300}),
        told(3, {"dataset": 500}, purchases=100, trading=80, is_inside=True),
        told(4, {"label": 200, "collect": 50}, purchases=None, trading=None, jobs=None),
    ]


@pytest.mark.feature("BASE-4")
def test_what_companies_buy_from_one_another_counts_once() -> None:
    """400 + 300 + 500 + 250 = 1 450 made, 100 of it bought: 1 350."""
    one = add_up([*market(), told(5, {}, jobs=7)], expected=6)
    cells = dict(consolidate(one, None).cells)

    assert list(cells) == list(line_codes())
    assert amounts(cells, "link.label", "link.dataset", "link.collect", "link.check") == [
        900,
        500,
        50,
        0,
    ]
    assert amounts(cells, "output", "purchases", "net", "inside", "outside") == [
        1450,
        100,
        1350,
        900,
        550,
    ]
    # The fourth did not say its jobs, the fifth not its output: 400 + 300 + 400 by 20 + 10 + 10 jobs is 27.5.
    assert amounts(cells, "trading", "jobs.inside", "jobs.outside", "jobs", "per_job") == [
        80,
        30,
        17,
        47,
        28,
    ]
    # Of six returns that are due four tell output, and three of these their purchases.
    of = one.of
    assert (of.missing, of.told, of.bought, of.is_complete) == (2, 4, 3, False)
    assert add_up(market()[:3], expected=3).of.is_complete

    nothing = dict(consolidate(add_up([], expected=2), None).cells)
    assert set(amounts(nothing, *line_codes())) == {None}


@pytest.mark.feature("BASE-4")
def test_the_year_so_far_adds_amounts_and_takes_the_mean_of_jobs() -> None:
    """August as above without the fifth; September: 600 inside, 100 bought, by 30 jobs.

    Output 1 450 + 600, less 200: 1 850. Jobs (40 + 30) ÷ 2 = 35; of those that told all three, output
    per job is (1 100 + 500) ÷ 35 = 45.71.
    """
    september = [told(1, {"label": 600}, purchases=100, is_inside=True, jobs=30)]
    year = year_of(
        {AUGUST: add_up(market(), 4), SEPTEMBER: add_up(september, 4)}, is_protected=False
    )
    cells = dict(year.so_far.cells)
    assert amounts(cells, "output", "purchases", "net", "jobs", "per_job") == [
        2050,
        200,
        1850,
        35,
        46,
    ]
    assert (year.last, year.so_far.of.missing) == (SEPTEMBER, 3)


def test_a_sum_of_few_is_withheld_with_what_would_tell_it() -> None:
    """Shares of 75 % of one and 85 % of two are told, more are not; nor are sums of two companies."""
    assert not is_secret({1: 75, 2: 10, 3: 8, 4: 7})
    assert is_secret({1: 76, 2: 8, 3: 8, 4: 8})
    assert not is_secret({1: 60, 2: 25, 3: 15})
    assert is_secret({1: 60, 2: 26, 3: 14})
    assert is_secret({1: 5, 2: 5})
    assert not is_secret({})

    large = {1: 40, 2: 35, 3: 25}
    parts = {"a": {4: 30}, "b": {5: 20, 6: 1}, "c": large, "d": {7: 0}}
    # 4 alone; with 5 and 6 it is 30 of 51, two are 50 of 51: the third part has to go, too.
    assert withheld(parts) == Withheld(frozenset("abc"), whole=False)
    # Where what two withhold together is no secret, the largest stays.
    parts["b"] = {5: 20, 6: 14, 8: 6}
    assert withheld(parts) == Withheld(frozenset("ab"), whole=False)
    assert withheld({"c": large, "d": {7: 0}}) == Withheld(frozenset(), whole=False)
    # All of it is one company's: nothing is told, not even the whole; and nothing stays 0.
    assert withheld({"a": {4: 99}, "b": {5: 1}, "d": {}}) == Withheld(frozenset("ab"), whole=True)


@pytest.mark.feature("OFF-12")
def test_an_official_can_not_subtract_months_from_the_year() -> None:
    """In August trade is of one company; in September, and in both together, it is no secret any more."""
    plain = {number: {"label": 100 + number, "check": 50 + number} for number in range(1, 7)}
    august = [told(number, output, is_inside=number > 3) for number, output in plain.items()]
    august.append(told(7, {"trade": 90}))
    september = [
        told(number, output | {"trade": 200}, is_inside=number > 3)
        for number, output in plain.items()
    ]
    sums = {AUGUST: add_up(august, 7), SEPTEMBER: add_up(september, 7)}
    year = year_of(sums, is_protected=True)
    first, second = (dict(year.months[month].cells) for month in (AUGUST, SEPTEMBER))
    so_far = dict(year.so_far.cells)
    codes = ("link.label", "link.check", "link.trade", "output")
    # 90 of one company, with the lesser of the others: 51 + … + 56 = 321 of six.
    assert amounts(first, *codes) == [621, "※", "※", 1032]
    assert amounts(second, *codes) == [621, 321, 1200, 2142]
    # 1 290 less September's 1 200 would be August's.
    assert amounts(so_far, *codes) == [1242, "※", "※", 3174]
    # Nobody bought anything: that is about nobody, and told. 4 to 6 inside: 315 + 165, twice, and 600;
    # outside 306 + 156, twice, 90 and 600. Jobs: (70 + 60) ÷ 2.
    assert amounts(so_far, "purchases", "net", "inside", "outside", "jobs") == [
        0,
        3174,
        1560,
        1614,
        65,
    ]
    _check_unions(year, list(sums.values()))


def _check_unions(year: Year, sums: list[ChainSum]) -> None:
    """Whatever follows from what is told, months less the year included, is a sum of many."""
    for one, month in zip(sums, year.months.values(), strict=True):
        hidden = hidden_of(one).links.parts
        assert all(month.cells[f"link.{link}"].state is CellState.WITHHELD for link in hidden)
        union: dict[int, int] = {}
        for link in hidden:
            for company, amount in one.links[link].items():
                union[company] = union.get(company, 0) + amount
        assert not is_secret(union), union


def test_two_tables_that_are_safe_alone_are_not_told_both() -> None:
    """1 to 4 label for 100 each and 5 alone trades for 90, all inside; 6 to 8 check for 120 and two label for 10, outside.

    Trade and check are withheld, 210 together; outside is 130. So 5 would make at least 80, and no less.
    """
    links = {
        "label": {1: 100, 2: 100, 3: 100, 4: 100, 9: 5, 10: 5},
        "trade": {5: 90},
        "check": {6: 40, 7: 40, 8: 40},
    }
    inside = {1, 2, 3, 4, 5}
    cells = {
        (link, place): {
            number: amount
            for number, amount in shares.items()
            if (number in inside) is (place == "inside")
        }
        for link, shares in links.items()
        for place in ("inside", "outside")
    }
    hidden, places = crossed(cells)
    assert hidden == Withheld(frozenset({"trade", "check"}), whole=False)
    assert places == Withheld(frozenset({"inside", "outside"}), whole=False)
    assert not any(
        is_secret(
            {n: 100 if n < 5 else 90 for n in inside}
            if place == "inside"
            else {6: 40, 7: 40, 8: 40, 9: 5}
        )
        for place in ("inside", "outside")
    )
    # Where each place has enough companies in each group, both are told.
    many = {
        (link, place): {10 * at + number: 100 for number in range(4)}
        for at, (link, place) in enumerate(cells)
    }
    assert crossed(many) == (
        Withheld(frozenset(), whole=False),
        Withheld(frozenset(), whole=False),
    )


def test_purchases_of_few_hide_what_is_left_of_output() -> None:
    companies = [
        told(number, {"label": 100}, purchases=10 if number == 1 else 0) for number in range(1, 8)
    ]
    year = year_of({AUGUST: add_up(companies, 7)}, is_protected=True)
    cells = dict(year.so_far.cells)
    assert amounts(cells, "output", "purchases", "net", "per_job") == [700, "※", "※", "※"]


def test_output_per_job_tells_nothing_of_the_one_that_is_not_in_it() -> None:
    """Seven make 100 each by 10 jobs; an eighth said but its jobs: 700 ÷ 10 less 70 would be these."""
    companies = [told(number, {"label": 100}) for number in range(1, 8)]
    codes = ("net", "jobs", "per_job")
    year = year_of({AUGUST: add_up(companies, 8)}, is_protected=True)
    assert amounts(dict(year.so_far.cells), *codes) == [700, 70, 10]
    companies.append(told(8, {}, purchases=None, jobs=9))
    year = year_of({AUGUST: add_up(companies, 8)}, is_protected=True)
    assert amounts(dict(year.so_far.cells), *codes) == [700, 79, "※"]
    whole = year_of({AUGUST: add_up(companies, 8)}, is_protected=False)
    assert amounts(dict(whole.so_far.cells), *codes) == [700, 79, 10]


@pytest.mark.feature("BASE-4")
def test_the_reference_curve_is_straight_between_what_is_known() -> None:
    """800 after six months: 133 after the first (800 ÷ 6 = 133.3); 2 000 + 1 500 × 7 ÷ 13 = 2 807.6 after 18."""
    curve = reference()
    assert [curve.jobs_at(month) for month in (0, 1, 6, 11, 18, 24)] == [
        0,
        133,
        800,
        2000,
        2807,
        3500,
    ]
    assert curve.jobs_at(25) is None
    assert curve.jobs_at(-1) is None
    # 729 million ÷ 8 500 jobs.
    assert curve.output_per_job == 8_576_500
    assert months_between(PayPeriod(2018, 9), PayPeriod(2019, 8)) == 11


@pytest.mark.feature("BASE-4")
def test_a_month_of_few_returns_is_no_fall_of_jobs() -> None:
    """Five are due. August: all told, 50. September: four of five are enough, 40. October: three are not."""
    sums = {
        PayPeriod(2026, month): add_up([told(n, {"label": 1}) for n in range(count)], expected=5)
        for month, count in ((8, 5), (9, 4), (10, 3))
    }
    growth = growth_of({2026: year_of(sums, is_protected=False)}, AUGUST)
    assert growth is not None
    assert [None if cell is None else cell.value for cell in growth.whole[:3]] == [50, 40, None]


@pytest.mark.feature("BASE-4")
@pytest.mark.parametrize(
    ("figure", "december", "value", "expected"),
    [
        # Of two companies each tells 100 of output and 10 jobs in November.
        ("output", 2, 400, "reached"),
        ("output", 2, 401, "overdue"),
        ("output", 1, 300, "reached"),  # what is missing can only add to it
        ("output", 1, 301, "awaited"),
        ("jobs", 2, 20, "reached"),
        ("jobs", 2, 21, "overdue"),
        ("jobs", 1, 20, "awaited"),  # November's twenty say nothing of December
        ("trading", 1, 1, "awaited"),
    ],
)
def test_a_year_is_judged_when_what_decides_it_has_come_in(
    figure: str, december: int, value: int, expected: str
) -> None:
    sums = {
        PayPeriod(2026, month): add_up([told(n, {"label": 100}) for n in range(count)], expected=2)
        for month, count in ((11, 2), (12, december))
    }
    year = year_of(sums, is_protected=False)
    at = dt.datetime(2026, 1, 5, tzinfo=dt.UTC)
    target = ChainTargetRow(figure, 2026, value, "", at)
    assert str(progress_of(target, year, dt.date(2027, 1, 20)).standing) == expected
