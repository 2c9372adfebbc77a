"""Shifts from a file to the payslip: nights, and one person in two companies."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.engines import both_engines
from tests.payroll.world import World, actor, create_world
from tests.together import Other
from workforce.attendance.models import Shift
from workforce.core.law import LawBook
from workforce.core.period import PayPeriod
from workforce.imports import service as imports
from workforce.imports.service import Preview
from workforce.imports.source import Options, SourceFile
from workforce.people.models import Employment, Person
from workforce.platform import locks
from workforce.platform.db import unit_of_work

SEPTEMBER = PayPeriod(2026, 9)
HEAD = "工号,日期,上班,下班,休息分钟\n"


def person_of(session: Session, employment: Employment) -> Person:
    return session.get_one(Person, employment.person_id)


def apply(
    world: World, *lines: str, keep: bool = False, source: str = "shifts", head: str = HEAD
) -> Preview:
    """Import a table, of shifts unless said otherwise."""
    world.session.commit()
    return imports.apply(
        imports.source_named(source),
        SourceFile(f"{source}.csv", (head + "\n".join(lines) + "\n").encode()),
        company_id=world.company.id,
        actor=actor(world.maker),
        options=Options(),
        keep_good_rows=keep,
    )


@both_engines
@pytest.mark.feature("SUP-6", "FIN-1")
def test_a_night_is_paid_on_its_start_day_before_a_day_of_two_shifts(
    session: Session, book: LawBook
) -> None:
    # Thursday 15th 20:00 to 06:00 less an hour: nine hours, one of them overtime. Friday 16th 09:00 to
    # 12:00 and 14:00 to 19:00: eight hours; with the six after midnight it would be fourteen.
    # 900 × 0.125 = 112.50 of the 15th: 112.50 × 60 ÷ 540 × 50 % = 6.25; 80.00 of the 16th: nothing.
    world = create_world(session, book)
    worker = world.hire("W1")
    world.task_type("bbox_2d", ("2026-10-01", 125_000))
    seen = apply(
        world,
        "W1,2026-10-15,20:00,次日 06:00,60",
        "W1,2026-10-16,09:00,12:00,0",
        "W1,2026-10-16,14:00,19:00,0",
    )
    assert seen.is_applied
    world.output(worker, "bbox_2d", 15, 900)
    world.output(worker, "bbox_2d", 16, 640)

    world.run()

    slip = world.slip("W1")
    assert world.amounts("W1")["weekday_overtime_pay"] == 625
    assert world.amounts("W1")["night_allowance"] == 1_500
    assert (slip.normal_minutes, slip.weekday_overtime_minutes) == (960, 60)
    assert (slip.attended_days, slip.night_shift_count) == (2, 1)


@both_engines
@pytest.mark.feature("SUP-6")
def test_the_night_before_a_holiday_and_the_last_night_of_a_month(
    session: Session, book: LawBook
) -> None:
    # 30 September 22:00 to 06:00: it is September's, and its six hours of 1 October are holiday time
    # there; October, with the shift of the 31st until 04:00 of November, has eight hours of its own.
    world = create_world(session, book, valid_from=dt.date(2026, 9, 1))
    world.hire("W1", dt.date(2026, 9, 1), base_pay_amount=600_000)
    apply(world, "W1,2026-09-30,22:00,次日 06:00,0", "W1,2026-10-30,20:00,次日 04:00,0")
    september, october = world.run(SEPTEMBER), world.run()
    assert (september.computed.faults, october.computed.faults) == ((), ())
    slip = world.slip("W1", SEPTEMBER)
    assert (slip.normal_minutes, slip.holiday_overtime_minutes) == (120, 360)
    # 6000 ÷ 21.75 ÷ 8 × 6 × 300 % = 620.689….
    assert world.amounts("W1", SEPTEMBER)["holiday_overtime_pay"] == 62_069
    slip = world.slip("W1")
    assert (slip.normal_minutes, slip.holiday_overtime_minutes) == (480, 0)


@both_engines
@pytest.mark.feature("SUP-7")
def test_a_shift_that_overlaps_one_in_another_company_is_not_paid(
    session: Session, book: LawBook
) -> None:
    here, there = create_world(session, book), create_world(session, book, "KZ")
    first = here.hire("W1", base_pay_amount=600_000)
    second = there.hire("K1", base_pay_amount=600_000, person=person_of(session, first))
    assert second.person_id == first.person_id
    assert apply(here, "W1,2026-10-15,20:00,次日 06:00,60").is_applied

    refused = apply(there, "K1,2026-10-16,05:59,12:00,0", "K1,2026-10-17,09:00,12:00,0", keep=True)

    assert [one.error.code for one in refused.refusals] == ["shift.overlap_elsewhere"]
    assert "W1" not in str(refused.refusals[0].error)
    stored = session.scalars(select(Shift.work_on).where(Shift.employment_id == second.id)).all()
    assert stored == [dt.date(2026, 10, 17)]
    assert apply(there, "K1,2026-10-16,06:00,12:00,0").is_applied
    there.run()
    assert there.slip("K1").normal_minutes + there.slip("K1").rest_day_overtime_minutes == 540


@both_engines
@pytest.mark.feature("SUP-7")
def test_two_companies_do_not_store_one_person_s_shifts_at_once(
    app: Flask, session: Session, book: LawBook
) -> None:
    here, there = create_world(session, book), create_world(session, book, "KZ")
    first = here.hire("W1")
    there.hire("K1", person=person_of(session, first))
    session.commit()
    content = SourceFile("班次.csv", f"{HEAD}K1,2026-10-16,05:59,12:00,0\n".encode())
    company, who, seen = there.company.id, actor(there.maker), list[Preview]()

    def store() -> None:
        source = imports.source_named("shifts")
        seen.append(
            imports.apply(source, content, company_id=company, actor=who, options=Options())
        )

    other = Other(app, store)
    with unit_of_work() as writing:
        locks.hold_shifts(writing)
        here.shift(first, "2026-10-15 20:00", "2026-10-16 06:00")
        writing.flush()
        assert other.has_to_wait(), "the other company did not wait"
    other.join()

    assert [one.error.code for one in seen[0].refusals] == ["shift.overlap_elsewhere"]


REGISTER = "工号,姓名,身份证号码,用工形式,入职日期,离职日期,离职原因,薪资生效月份,基本工资\n"
OUTPUT = "工号,日期,任务类型,提交数量,合格数量,验收日期\n"
WHO = "李晨,11010519491231002X,全日制"


@both_engines
def test_who_comes_back_within_the_month_is_paid_by_the_steps_of_the_remedy(
    session: Session, book: LawBook
) -> None:
    world = create_world(session, book)
    world.task_type("bbox_2d", ("2026-10-01", 125_000))

    def tell(source: str, head: str, *lines: str) -> None:
        assert apply(world, *lines, source=source, head=head).is_applied

    tell(
        "employees",
        REGISTER,
        f"W1,{WHO},2026-10-01,2026-10-09,辞职,2026-10,4350",
        f"W2,{WHO},2026-10-19,,,2026-10,4350",
    )
    tell("shifts", HEAD, "W1,2026-10-08,09:00,17:00,0", "W2,2026-10-19,09:00,17:00,0")
    tell("output", OUTPUT, "W2,2026-10-19,bbox_2d,100,100,2026-10-20")
    faults = world.run().computed.faults
    assert [fault.error.code for fault in faults] == ["payroll.rehired_in_month"] * 2

    tell("shifts", HEAD, "W2,2026-10-19,,,")
    tell("output", OUTPUT, "W2,2026-10-19,bbox_2d,0,0,2026-10-20")
    tell(
        "employees",
        REGISTER,
        f"W2,{WHO},2026-11-01,,,2026-10,4350",
        f"W1,{WHO},2026-10-01,2026-10-31,辞职,2026-10,4350",
    )
    tell("shifts", HEAD, "W1,2026-10-19,09:00,17:00,0")
    tell("output", OUTPUT, "W1,2026-10-19,bbox_2d,100,100,2026-10-20")
    tell("leave", "工号,类型,开始,结束\n", "W1,事假,2026-10-10,2026-10-18")

    outcome = world.run()

    assert outcome.computed.faults == ()
    assert outcome.computed.sheet.employee_nos == ("W1",)
    # Two of 18 workdays and no leave paid: 4350 ÷ 21.75 × 16 = 3200.00 less; 100 × 0.125.
    assert world.amounts("W1")["absence_deduction"] == 320_000
    assert world.amounts("W1")["piecework_pay"] == 1_250
