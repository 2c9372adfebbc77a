"""Output tables: what is stored, refused, replaced; what is paid, when, and once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from tests.engines import both_engines
from tests.factories import create_piece_price
from tests.imports.conftest import World, reasons
from tests.imports.sheets import one_sheet
from workforce.core.period import PayPeriod
from workforce.imports.models import ImportBatch
from workforce.imports.service import described
from workforce.imports.wording import wording
from workforce.platform import locks
from workforce.platform.audit import AuditEntry
from workforce.platform.scope import Scope
from workforce.production import queries
from workforce.production.models import Batch, OutputRecord, TaskType

HEAD = "工号,姓名,日期,任务类型,批次,提交数量,合格数量,不合格数量,返工数量,工时类别"
GOOD = f"""{HEAD}
A0001,李晨,2026-10-08,bbox_2d,B1,820,800,20,0,
A0001,,2026/10/10,任务bbox_2d,B1,300,300,,,休息日加班
A0002,王欣怡,46303,polygon,,150,148,2,5,
"""


@both_engines
@pytest.mark.feature("SUP-11", "SUP-13")
def test_a_good_file_is_stored_with_every_count_apart(world: World) -> None:
    seen = world.apply("output", "产量.csv", GOOD)

    assert seen.is_applied
    assert seen.refusals == []
    first, second, third = world.rows(OutputRecord)
    assert (first.submitted_qty, first.accepted_qty, first.rejected_qty) == (820, 800, 20)
    assert (first.work_on, first.hours_class) == (dt.date(2026, 10, 8), None)
    assert (second.work_on, second.hours_class) == (dt.date(2026, 10, 10), "rest_day")
    assert third.work_on == dt.date(2026, 10, 8)
    assert (third.reviewed_qty, third.accepted_qty, third.reworked_qty) == (150, 148, 5)
    assert {record.state for record in (first, second, third)} == {"accepted"}
    assert {record.pay_period for record in (first, second, third)} == {"2026-10"}
    assert [batch.code for batch in world.rows(Batch)] == ["B1"]


@pytest.mark.feature("SUP-5")
def test_the_same_file_again_changes_nothing(world: World) -> None:
    world.apply("output", "产量.csv", GOOD)
    before = [(r.id, r.source_key, r.accepted_qty) for r in world.rows(OutputRecord)]

    again = world.apply("output", "产量 副本.csv", GOOD)

    assert again.counts == (0, 0, 3, 0, 0)
    assert [(r.id, r.source_key, r.accepted_qty) for r in world.rows(OutputRecord)] == before
    assert world.count(ImportBatch) == 1


@pytest.mark.feature("SUP-4")
def test_a_preview_writes_nothing(world: World) -> None:
    seen = world.preview("output", "产量.csv", GOOD)

    assert seen.counts.added == 3
    assert not seen.is_applied
    assert world.count(OutputRecord) == world.count(ImportBatch) == world.count(AuditEntry) == 0


def test_a_changed_file_replaces_by_key_and_says_what_changed(world: World) -> None:
    world.apply("output", "产量.csv", GOOD)

    seen = world.apply("output", "产量.csv", GOOD.replace("820,800,20", "820,810,10"))

    assert seen.counts == (0, 1, 2, 0, 0)
    (change,) = seen.parts[0].plan.changed
    assert change.before["accepted_qty"] == 800
    assert change.after["accepted_qty"] == 810
    assert world.rows(OutputRecord)[0].accepted_qty == 810


@pytest.mark.feature("SUP-4")
def test_bad_rows_hold_the_whole_file_back_unless_the_good_ones_are_wanted(world: World) -> None:
    mixed = GOOD + "A9999,,2026-10-08,bbox_2d,,1,1,,,\n"

    held = world.apply("output", "产量.csv", mixed)
    assert not held.is_applied
    assert reasons(held) == [(5, "employment.unknown")]
    assert world.count(OutputRecord) == 0

    kept = world.apply("output", "产量.csv", mixed, keep=True)
    assert kept.is_applied
    assert world.count(OutputRecord) == 3
    (batch,) = world.rows(ImportBatch)
    assert batch.summary == {"added": 3, "changed": 0, "unchanged": 0, "removed": 0, "refused": 1}
    assert batch.refused[0]["row"] == 5
    assert batch.refused[0]["value"] == "A9999"
    (entry,) = world.rows(AuditEntry)
    assert entry.action == "import.apply"


@pytest.mark.parametrize(
    ("line", "code", "column"),
    [
        ("A0001,,2026-12-01,bbox_2d,,1,1,,,", "cell.future", "日期"),
        ("A0001,,2026-13-01,bbox_2d,,1,1,,,", "cell.not_date", "C(日期)"),
        ("A0001,,,bbox_2d,,1,1,,,", "cell.missing", "C(日期)"),
        ("A0001,,2026-10-08,bbox_2d,,-5,,,,", "cell.negative", "F(提交数量)"),
        ("A0001,,2026-10-08,bbox_2d,,1.5,,,,", "cell.not_whole", "F(提交数量)"),
        ("A0001,,2026-10-08,bbox_2d,,99999999,,,,", "cell.absurd", "F(提交数量)"),
        ("A0001,,2026-10-08,bbox_2d,,,,,,", "row.quantity_missing", "F(提交数量)"),
        ("A0001,,2026-10-08,bbox_2d,,10,8,3,,", "output.more_than_submitted", ""),
        ("A0001,,2026-10-08,cuboid,,1,1,,,", "task_type.unknown", "任务类型"),
        ("A0001,王欣怡,2026-10-08,bbox_2d,,1,1,,,", "row.other_name", "姓名"),
        ("A0001,,2019-10-08,bbox_2d,,1,1,,,", "employment.not_employed", "工号"),
        ("A0001,,2026-10-08,bbox_2d,,1,1,,,夜里", "cell.choice", "J(工时类别)"),
        ("A0001,,2026-10-08,bbox_2d,,=1+1,1,,,", "cell.not_whole", "F(提交数量)"),
        ("A0001,,2026-10-08,bbox_2d,,#REF!,1,,,", "cell.error", "F(提交数量)"),
    ],
)
def test_a_bad_row_is_refused_with_place_value_reason_and_remedy(
    world: World, line: str, code: str, column: str
) -> None:
    seen = world.preview("output", "产量.csv", f"{HEAD}\n{line}\n")

    (refusal,) = seen.refusals
    assert refusal.error.code == code
    assert (refusal.place.row, refusal.place.column) == (2, column)
    for locale in ("zh", "en"):
        assert refusal.error.message(locale)
        assert refusal.error.hint(locale)


@pytest.mark.feature("SUP-14")
def test_rework_is_a_row_of_its_day_and_paid_once(world: World) -> None:
    create_piece_price(world.session, world.company, world.rows(TaskType)[0])
    world.session.commit()
    october = f"{HEAD}\nA0001,,2026-10-08,bbox_2d,B1,100,90,10,0,\n"
    world.apply("output", "十月.csv", october)
    world.session.commit()
    locks.lock(
        world.session, world.company.id, PayPeriod(2026, 10), reason="closed", account_id=None
    )
    world.session.commit()
    november = october + "A0001,,2026-11-03,bbox_2d,B1,10,10,0,10,\n"

    for _ in range(2):
        assert world.apply("output", "十一月.csv", november).refusals == []

    paid = {
        str(period): [
            row.accepted_qty
            for row in world.session.execute(
                queries.payable_output(Scope.company(world.company.id), period)
            )
        ]
        for period in (PayPeriod(2026, 10), PayPeriod(2026, 11))
    }
    assert paid == {"2026-10": [90], "2026-11": [10]}


def test_what_a_closed_month_paid_cannot_change_and_the_remedy_says_where_it_goes(
    world: World,
) -> None:
    world.apply("output", "产量.csv", GOOD)
    locks.lock(
        world.session, world.company.id, PayPeriod(2026, 10), reason="closed", account_id=None
    )
    world.session.commit()

    assert world.apply("output", "产量.csv", GOOD).counts.unchanged == 3
    seen = world.apply("output", "产量.csv", GOOD.replace("820,800,20", "820,820,0"))

    assert reasons(seen) == [(2, "output.paid")]
    assert "调整" in (seen.refusals[0].error.hint("zh") or "")
    assert world.rows(OutputRecord)[0].accepted_qty == 800


def test_late_work_goes_to_the_next_open_month_and_keeps_its_day(world: World) -> None:
    for month in (10, 11):
        locks.lock(
            world.session, world.company.id, PayPeriod(2026, month), reason="c", account_id=None
        )
    world.session.commit()

    world.apply("output", "产量.csv", f"{HEAD}\nA0001,,2026-10-08,bbox_2d,,5,5,,,\n")

    (record,) = world.rows(OutputRecord)
    assert (record.work_on, record.pay_period) == (dt.date(2026, 10, 8), "2026-12")


def test_work_waits_for_acceptance_where_the_policy_says_so(
    make_world: Callable[..., World],
) -> None:
    world = make_world("by_person")
    plain = f"{HEAD}\nA0001,,2026-10-08,bbox_2d,,100,,3,,\n"

    world.apply("output", "产量.csv", plain)
    (record,) = world.rows(OutputRecord)
    assert (record.state, record.pay_period, record.accepted_qty) == ("submitted", None, 0)

    world.apply("output", "产量.csv", plain, is_accepted=True)
    (record,) = world.rows(OutputRecord)
    assert (record.state, record.pay_period, record.accepted_qty) == ("accepted", "2026-10", 97)

    # Without the word of acceptance the same file does not take it back.
    assert world.apply("output", "产量.csv", plain).counts.unchanged == 1


def test_an_explicit_zero_is_a_count(world: World) -> None:
    world.apply("output", "产量.csv", f"{HEAD}\nA0001,,2026-10-08,bbox_2d,,100,0,0,,\n")

    (record,) = world.rows(OutputRecord)
    assert (record.accepted_qty, record.reviewed_qty) == (0, 100)


def test_an_acceptance_date_in_the_file_decides_the_pay_month(
    make_world: Callable[..., World],
) -> None:
    world = make_world("by_inspection")
    rows = "工号,日期,任务类型,合格数量,验收日期\nA0001,2026-10-30,bbox_2d,50,2026-11-02\n"

    world.apply("output", "产量.csv", rows)

    (record,) = world.rows(OutputRecord)
    assert (record.accepted_on, record.pay_period) == (dt.date(2026, 11, 2), "2026-11")
    assert record.submitted_qty == 50


def test_a_batch_has_one_task_type(world: World) -> None:
    lines = "A0001,,2026-10-08,bbox_2d,B1,1,1,,,\nA0001,,2026-10-08,polygon,B1,1,1,,,\n"

    seen = world.preview("output", "产量.csv", f"{HEAD}\n{lines}")

    assert reasons(seen) == [(3, "batch.other_task_type")]
    assert "bbox_2d" in seen.refusals[0].error.message("en")


def test_a_formula_is_neither_computed_nor_believed(world: World) -> None:
    content = one_sheet(
        ("工号", "日期", "任务类型", "合格数量"),
        ("A0001", dt.date(2026, 10, 8), "bbox_2d", "=1+1"),
        ("A0002", dt.date(2026, 10, 8), "bbox_2d", 3),
    )

    seen = world.preview("output", "产量.xlsx", content)

    assert reasons(seen) == [(2, "cell.formula")]
    assert seen.proposal.good_count == 1


def test_headers_are_found_below_titles_in_any_order_and_sheet(world: World) -> None:
    content = one_sheet(
        ("十月产量统计表",),
        (),
        ("合格数量", "备注", "任务类型*", " 日 期 ", "员工编号"),
        (7, "x", "bbox_2d", dt.date(2026, 10, 8), "A0001"),
    )

    seen = world.apply("output", "产量.xlsx", content)

    assert seen.counts.added == 1
    assert "备注" in seen.notices[0].text.zh
    assert world.rows(OutputRecord)[0].accepted_qty == 7


def test_a_record_that_gets_a_new_batch_is_changed_and_says_so(world: World) -> None:
    head = "工号,日期,任务类型,批次,提交数量,记录号\n"
    row = "A0001,2026-10-08,bbox_2d,{},10,R1\n"
    world.apply("output", "产量.csv", head + row.format(""))

    seen = world.apply("output", "产量.csv", head + row.format("B-9"))

    assert seen.counts.changed == 1
    (record,), (batch,) = world.rows(OutputRecord), world.rows(Batch)
    assert (record.batch_id, batch.code) == (batch.id, "B-9")
    ((_, _, changes),) = described(seen.parts[0])
    assert changes == {"batch_id": (None, "B-9")}


def test_what_changes_is_told_in_words_and_not_by_keys(world: World) -> None:
    head = "工号,日期,任务类型,批次,提交数量,记录号\n"
    world.apply("output", "产量.csv", f"{head}A0001,2026-10-08,bbox_2d,B-1,10,R1\n")
    told = world.preview("output", "产量.csv", f"{head}A0001,2026-10-08,polygon,B-2,10,R1\n")
    ((_, name, changes),) = described(told.parts[0])
    assert name.startswith("A0001 李晨")
    assert changes == {"task_type_id": ("bbox_2d", "polygon"), "batch_id": ("B-1", "B-2")}
    assert wording("state", "submitted", "zh") == "待验收"
    assert wording("township", "县外", "zh") == "县外"
