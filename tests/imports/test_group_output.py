"""Output of groups as a table: whole records, exact members, nothing twice (FIN-6)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from tests.engines import both_engines
from tests.factories import create_membership, create_team
from tests.imports.conftest import World, reasons
from workforce.core.period import PayPeriod
from workforce.imports.service import described
from workforce.platform import locks
from workforce.platform.scope import Scope
from workforce.production.models import Batch, GroupShare, OutputRecord

pytestmark = pytest.mark.feature("FIN-6")

HEAD = "日期,小组,任务类型,批次,提交数量,合格数量,不合格数量,分配方式,工号,工分"
GOOD = f"""{HEAD}
2026-10-08,一组,bbox_2d,B1,820,800,20,工分,A0001,7.5
2026-10-08,一组,bbox_2d,B1,,,,,A0002,8
2026-10-08,一组,bbox_2d,B1,,,,,A0003,7
2026-10-08,二组,polygon,,,100,,工时,A0004,
2026-10-08,二组,polygon,,,100,,工时,A0005,7:40
"""
OCTOBER = PayPeriod(2026, 10)


def weights(world: World) -> dict[str, list[tuple[str, int | None]]]:
    """Return the members of each stored record by their numbers."""
    numbers = {row.id: number for number, row in world.employments.items()}
    chosen = (
        select(OutputRecord.group_name, GroupShare.employment_id, GroupShare.share_weight)
        .join(GroupShare, GroupShare.output_record_id == OutputRecord.id)
        .order_by(OutputRecord.id, GroupShare.employment_id)
    )
    found: dict[str, list[tuple[str, int | None]]] = {}
    world.session.expire_all()
    for group, employment_id, weight in world.session.execute(chosen):
        found.setdefault(group or "", []).append((numbers[employment_id], weight))
    return found


@both_engines
def test_a_record_is_one_however_many_share_it(world: World) -> None:
    seen = world.apply("group_output", "小组.csv", GOOD)

    assert seen.refusals == []
    assert seen.counts.added == 2
    first, second = world.rows(OutputRecord)
    assert (first.employment_id, first.group_name, first.split_by) == (None, "一组", "points")
    assert (first.submitted_qty, first.accepted_qty, first.rejected_qty) == (820, 800, 20)
    assert (first.state, first.pay_period) == ("accepted", "2026-10")
    assert (second.group_name, second.split_by, second.accepted_qty) == ("二组", "hours", 100)
    assert weights(world) == {
        "一组": [("A0001", 7500), ("A0002", 8000), ("A0003", 7000)],
        "二组": [("A0004", None), ("A0005", 460)],
    }
    assert [batch.code for batch in world.rows(Batch)] == ["B1"]


@both_engines
@pytest.mark.feature("SUP-5")
def test_the_same_file_again_changes_nothing(world: World) -> None:
    world.apply("group_output", "小组.csv", GOOD)
    before = [row.id for row in world.rows(GroupShare)]

    # A name of the task type instead of its code is the same work.
    again = world.apply("group_output", "又一次.csv", GOOD.replace("bbox_2d", "任务bbox_2d"))

    assert again.counts[:2] == (0, 0)
    assert again.counts.unchanged == 2
    assert [row.id for row in world.rows(GroupShare)] == before


@both_engines
def test_a_record_imported_again_replaces_its_members(world: World) -> None:
    world.apply("group_output", "小组.csv", GOOD)
    changed = GOOD.replace("A0003,7\n", "A0004,6.125\n").replace("A0001,7.5", "A0001,7")

    seen = world.apply("group_output", "小组.csv", changed)

    assert (seen.counts.added, seen.counts.changed) == (0, 1)
    ((sign, name, differing),) = described(seen.parts[0])
    assert sign == "~"
    assert "一组" in name
    assert differing["shares"] == (
        "A0001 7.5、A0002 8、A0003 7",
        "A0001 7、A0002 8、A0004 6.125",
    )
    assert weights(world)["一组"] == [("A0001", 7000), ("A0002", 8000), ("A0004", 6125)]
    # The decision on the work stays: only who shares it has changed.
    assert world.rows(OutputRecord)[0].state == "accepted"


@pytest.mark.parametrize(
    ("old", "new", "row", "code"),
    [
        ("A0002,8", "A0009,8", 3, "employment.unknown"),
        ("A0002,8", "A0001,8", 3, "group.member_twice"),
        ("A0002,8", "A0002,-8", 3, "cell.negative"),
        ("A0002,8", "A0002,8.0001", 3, "money.too_many_decimals"),
        ("A0002,8", "A0002,acht", 3, "money.not_exact"),
        ("A0002,8", "A0002,10000.001", 3, "cell.absurd"),
        ("A0002,8", "A0002,", 3, "cell.missing"),
        ("B1,,,,,A0002", "B1,,801,,,A0002", 3, "group.contradicts"),
        ("B1,,,,,A0002", "B1,,,,工时,A0002", 3, "group.contradicts"),
        ("B1,,,,,A0002", "B1,,x,,,A0002", 3, "cell.not_whole"),
        ("820,800,20", "819,800,20", 2, "output.more_than_submitted"),
        ("820,800,20", ",,", 2, "row.quantity_missing"),
        ("bbox_2d", "unknown", 2, "task_type.unknown"),
    ],
)
def test_a_wrong_row_keeps_back_its_whole_record(
    world: World, old: str, new: str, row: int, code: str
) -> None:
    content = GOOD.replace(old, new) if code == "task_type.unknown" else GOOD.replace(old, new, 1)

    seen = world.apply("group_output", "小组.csv", content, keep=True)

    found = dict(reasons(seen))
    assert found.pop(row) == code
    assert found == dict.fromkeys({2, 3, 4} - {row}, "group.member_refused")
    assert weights(world) == {"二组": [("A0004", None), ("A0005", 460)]}


def test_a_group_without_any_weight_is_refused(world: World) -> None:
    content = (
        f"{HEAD}\n2026-10-08,一组,bbox_2d,,,8,,,A0001,0\n2026-10-08,一组,bbox_2d,,,,,,A0002,0\n"
    )

    seen = world.preview("group_output", "小组.csv", content)

    assert reasons(seen) == [(2, "group.without_weight"), (3, "group.member_refused")]


@pytest.mark.parametrize(
    ("written", "code"),
    [("7.3333", "group.not_minutes"), ("24:01", "cell.absurd"), ("-1", "cell.negative")],
)
def test_hours_are_whole_minutes_of_a_day(world: World, written: str, code: str) -> None:
    content = GOOD.replace("7:40", written)

    assert dict(reasons(world.preview("group_output", "小组.csv", content)))[6] == code


@pytest.mark.parametrize(
    ("old", "new"),
    [("2026-10-08,一组,bbox_2d,B1,,,,,A0002", "2026-10-32,一组,bbox_2d,B1,,,,,A0002")],
)
def test_a_row_of_nobody_knows_which_record_stops_the_file(
    world: World, old: str, new: str
) -> None:
    seen = world.apply("group_output", "小组.csv", GOOD.replace(old, new), keep=True)

    found = dict(reasons(seen))
    assert found.pop(3) == "cell.not_date"
    assert found == dict.fromkeys((2, 4, 5, 6), "group.row_unreadable")
    assert world.count(OutputRecord) == 0


def test_how_it_is_split_may_stand_in_any_row(world: World) -> None:
    rows = ("A0001,2", "A0002,1:30")
    first, second = (
        f"2026-10-08,一组,bbox_2d,,,{'8' if n else ''},,{'工时' if n else ''},{row}"
        for n, row in enumerate(rows)
    )

    assert world.apply("group_output", "小组.csv", f"{HEAD}\n{first}\n{second}\n").refusals == []

    assert weights(world) == {"一组": [("A0001", 120), ("A0002", 90)]}


@both_engines
def test_a_paid_record_keeps_its_members(world: World) -> None:
    world.apply("group_output", "小组.csv", GOOD)
    locks.lock(world.session, world.company.id, OCTOBER, reason="closed", account_id=None)
    world.session.commit()

    assert world.apply("group_output", "小组.csv", GOOD).counts.unchanged == 2
    fewer = world.apply("group_output", "小组.csv", GOOD.replace("A0001,7.5", "A0001,7"))
    more = world.apply("group_output", "小组.csv", GOOD.replace("820,800,20", "820,810,10"))

    assert dict(reasons(fewer))[2] == "group.shares_paid"
    assert dict(reasons(more))[2] == "output.paid"
    assert weights(world)["一组"][0] == ("A0001", 7500)


@both_engines
def test_work_of_a_closed_month_is_paid_in_the_next(world: World) -> None:
    locks.lock(world.session, world.company.id, OCTOBER, reason="closed", account_id=None)
    world.session.commit()

    assert world.apply("group_output", "小组.csv", GOOD).refusals == []

    assert {row.pay_period for row in world.rows(OutputRecord)} == {"2026-11"}


@both_engines
@pytest.mark.feature("SUP-14")
def test_an_inspection_decides_on_a_groups_batch_and_rework_is_paid_once(
    make_world: Callable[..., World],
) -> None:
    world = make_world("by_inspection")
    world.apply("group_output", "小组.csv", GOOD)
    assert world.rows(OutputRecord)[0].state == "submitted"
    head = "批次,抽检日期,抽检数,错误数,结果"

    world.apply("inspections", "抽检.csv", f"{head}\nB1,2026-10-09,100,60,reject\n")
    assert world.rows(OutputRecord)[0].state == "rejected"
    redone = GOOD.replace("820,800,20", "820,820,0")
    world.apply("group_output", "返工.csv", redone)
    assert world.rows(OutputRecord)[0].state == "submitted"
    world.apply("inspections", "抽检.csv", f"{head}\nB1,2026-11-02,100,1,pass\n")

    (record,) = [row for row in world.rows(OutputRecord) if row.group_name == "一组"]
    assert (record.state, record.accepted_qty, record.pay_period) == ("accepted", 820, "2026-11")
    assert len(weights(world)["一组"]) == 3


def test_a_leader_corrects_the_shares_of_a_group_of_the_own_team(world: World) -> None:
    world.apply("group_output", "小组.csv", GOOD)
    team = create_team(world.session, world.company)
    for number in ("A0001", "A0002", "A0003"):
        create_membership(world.session, world.employments[number], team)
    world.session.commit()
    own = "\n".join(GOOD.splitlines()[:4]).replace("A0001,7.5", "A0001,7")

    seen = world.preview(
        "group_output", "小组.csv", own, reach=Scope.teams(world.company.id, frozenset({team.id}))
    )

    assert (seen.refusals, seen.counts.changed) == ([], 1)
