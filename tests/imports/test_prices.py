"""Piece prices: each day at its own, lists taken as a whole, and nothing lost on the way (FIN-2)."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.engines import both_engines
from tests.imports.conftest import World, reasons
from workforce.core.errors import ClosedError
from workforce.core.period import PayPeriod
from workforce.imports import service
from workforce.imports.exports import export
from workforce.platform import locks
from workforce.platform.audit import CLI
from workforce.platform.scope import Scope
from workforce.production import queries

pytestmark = pytest.mark.feature("FIN-2")

HEAD = "任务类型代码,单价,生效日期,失效日期"
LIST = f"""{HEAD}
bbox_2d,0.10,2026-08-01,
bbox_2d,0.125,2026-10-16,
polygon,1.333,2026-08-01,2026-10-01
polygon,1.4,2026-10-01,
"""
NOVEMBER = dt.date(2026, 11, 1)


def stored(world: World) -> dict[str, list[tuple[str, str, int]]]:
    """Return the stored ranges of each task type, days as text, ``…`` for no end."""
    world.session.expire_all()
    named = world.session.execute(queries.task_type_names())
    types = {row.task_type_id: row.task_type_code for row in named}
    found: dict[str, list[tuple[str, str, int]]] = {}
    for price in world.session.scalars(queries.prices(Scope.company(world.company.id))):
        ends = f"{price.valid_to}" if price.valid_to else "…"
        row = (f"{price.valid_from}", ends, price.unit_price)
        found.setdefault(types[price.task_type_id], []).append(row)
    return found


def priced(world: World, month: int) -> list[tuple[str, int | None]]:
    """Return the day and the price of each row of payable output."""
    period = PayPeriod(2026, month)
    rows = world.session.execute(
        queries.payable_output(Scope.company(world.company.id), period)
    ).all()
    return sorted((f"{row.work_on:%m-%d}", row.unit_price) for row in rows)


@both_engines
def test_each_day_has_its_own_price(world: World) -> None:
    """In the middle of a month, on its first day, and of an earlier month accepted late."""
    assert world.apply("prices", "单价.csv", LIST).refusals == []
    work = "工号,日期,任务类型,合格数量,验收日期"
    world.apply(
        "output",
        "产量.csv",
        f"{work}\n"
        "A0001,2026-10-15,bbox_2d,1,\nA0001,2026-10-16,bbox_2d,1,\n"
        "A0001,2026-09-30,polygon,1,2026-10-09\nA0001,2026-10-01,polygon,1,\n",
    )

    assert priced(world, 10) == [
        ("09-30", 1_333_000),
        ("10-01", 1_400_000),
        ("10-15", 100_000),
        ("10-16", 125_000),
    ]


@both_engines
def test_a_whole_list_ends_what_it_does_not_name(world: World) -> None:
    world.apply("prices", "单价.csv", LIST)
    # bbox_2d goes on at its price, polygon is not worked any more.
    only = f"{HEAD}\nbbox_2d,0.125,2026-08-01,\n"

    seen = world.apply("prices", "十一月.csv", only, whole_from=NOVEMBER)

    assert seen.refusals == []
    assert stored(world) == {
        "bbox_2d": [
            ("2026-08-01", "2026-10-16", 100_000),
            ("2026-10-16", "…", 125_000),
        ],
        "polygon": [
            ("2026-08-01", "2026-10-01", 1_333_000),
            ("2026-10-01", "2026-11-01", 1_400_000),
        ],
    }
    again = world.preview("prices", "十一月.csv", only, whole_from=NOVEMBER)
    assert again.counts[:2] == (0, 0)
    assert again.counts.removed == 0


@both_engines
def test_a_whole_list_changes_no_earlier_day(world: World) -> None:
    world.apply("prices", "单价.csv", LIST + "bbox_2d,0.3,2026-12-01,\n")
    changed = f"{HEAD}\nbbox_2d,0.2,2026-01-01,\npolygon,1.5,2026-11-16,\n"

    seen = world.apply("prices", "十一月.csv", changed, whole_from=NOVEMBER)

    # December's price is not of the list: the list is all that holds from November on.
    assert seen.counts.removed == 1
    assert stored(world) == {
        "bbox_2d": [
            ("2026-08-01", "2026-10-16", 100_000),
            ("2026-10-16", "2026-11-01", 125_000),
            ("2026-11-01", "…", 200_000),
        ],
        "polygon": [
            ("2026-08-01", "2026-10-01", 1_333_000),
            ("2026-10-01", "2026-11-01", 1_400_000),
            ("2026-11-16", "…", 1_500_000),
        ],
    }
    (notice,) = seen.notices
    assert notice.text.zh == "polygon 从 2026-11-01 到 2026-11-15 没有单价，这些天的产量不能计薪"


def test_a_whole_list_of_a_closed_month_is_refused(world: World) -> None:
    world.apply("prices", "单价.csv", LIST)
    october = PayPeriod(2026, 10)
    locks.lock(world.session, world.company.id, october, reason="closed", account_id=None)
    world.session.commit()
    first = october.first_on

    with pytest.raises(ClosedError):
        world.preview("prices", "a.csv", f"{HEAD}\nbbox_2d,9,2026-08-01,\n", whole_from=first)
    assert world.preview("prices", "a.csv", LIST, whole_from=first).counts[:2] == (0, 0)


@pytest.mark.parametrize(
    "wrong",
    ["polygon,x,2026-10-01,", "cuboid,1.4,2026-10-01,", "bbox_2d,0.125,2026-10-16,2026-10-16"],
)
def test_a_whole_list_with_a_wrong_row_takes_no_effect(world: World, wrong: str) -> None:
    world.apply("prices", "单价.csv", LIST)
    content = f"{HEAD}\nbbox_2d,0.2,2026-08-01,\n{wrong}\n"

    seen = world.apply("prices", "单价.csv", content, keep=True, whole_from=NOVEMBER)

    assert dict(reasons(seen))[2] == "prices.list_incomplete"
    assert len(seen.refusals) == 2
    assert stored(world)["polygon"][-1] == ("2026-10-01", "…", 1_400_000)


@pytest.mark.parametrize(
    ("lines", "refused"),
    [
        # The first says that it holds until November: the second cannot begin in October.
        ("bbox_2d,0.1,2026-08-01,2026-11-01\nbbox_2d,0.2,2026-10-16,2026-12-01\n", 3),
        ("bbox_2d,0.2,2026-10-16,\nbbox_2d,0.1,2026-08-01,2026-10-17\n", 2),
    ],
)
def test_overlapping_ranges_are_refused(world: World, lines: str, refused: int) -> None:
    seen = world.preview("prices", "单价.csv", f"{HEAD}\n{lines}")

    assert reasons(seen) == [(refused, "dated.overlap")]


def test_ranges_that_touch_do_not_overlap(world: World) -> None:
    lines = "bbox_2d,0.1,2026-08-01,2026-10-16\nbbox_2d,0.2,2026-10-16,\npolygon,1,2026-09-01,\n"

    assert world.preview("prices", "单价.csv", f"{HEAD}\n{lines}").refusals == []


@both_engines
def test_the_exported_list_is_the_stored_one(world: World) -> None:
    world.apply("prices", "单价.csv", LIST)
    source, company = service.source_named("prices"), world.company.id

    def written(period: PayPeriod | None = None) -> bytes:
        return export(world.session, source, ".csv", company_id=company, period=period, actor=CLI)

    content = written()
    assert content.decode("utf-8-sig").splitlines()[1:] == [
        "bbox_2d,任务bbox_2d,0.1,2026-08-01,2026-10-16",
        "bbox_2d,任务bbox_2d,0.125,2026-10-16,",
        "polygon,任务polygon,1.333,2026-08-01,2026-10-01",
        "polygon,任务polygon,1.4,2026-10-01,",
    ]
    for whole_from in (None, NOVEMBER, dt.date(2026, 8, 1)):
        again = world.preview("prices", "单价.csv", content, whole_from=whole_from)
        assert again.refusals == []
        assert again.counts[:2] == (0, 0)
        assert again.counts.removed == 0
    september = written(PayPeriod(2026, 9)).decode().splitlines()
    assert [line.split(",")[2] for line in september[1:]] == ["0.1", "1.333"]
