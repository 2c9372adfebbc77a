"""A correction of a closed month: imported, paid and taxed later, tied to the payslip that it corrects."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.engines import both_engines
from tests.payroll.world import OCTOBER, World, actor, create_world
from workforce.core.law import LawBook
from workforce.core.period import PayPeriod
from workforce.imports import service as imports
from workforce.imports.service import Preview
from workforce.imports.source import Options, SourceFile
from workforce.payroll.models import Adjustment
from workforce.people.models import Person

NOVEMBER = PayPeriod(2026, 11)
HEAD = "工号,所属月份,发放月份,金额,原因\n"
NOVEMBER_WORKDAYS = [
    day for n in range(30) if (day := NOVEMBER.first_on + dt.timedelta(n)).isoweekday() < 6
]


def apply(world: World, *lines: str) -> Preview:
    """Import corrections."""
    world.session.commit()
    return imports.apply(
        imports.source_named("adjustments"),
        SourceFile("调整.csv", (HEAD + "\n".join(lines) + "\n").encode()),
        company_id=world.company.id,
        actor=actor(world.maker),
        options=Options(),
    )


def close(world: World, period: PayPeriod) -> None:
    world.close(period)


def codes(seen: Preview) -> list[str]:
    return [refusal.error.code for refusal in seen.refusals]


@pytest.fixture
def world(session: Session, book: LawBook) -> World:
    """A company with one person whose October is closed."""
    world = create_world(session, book)
    worker = world.hire("W1", base_pay_amount=800_000)
    world.attend(worker)
    world.attend(worker, NOVEMBER_WORKDAYS)
    world.run()
    close(world, OCTOBER)
    return world


@both_engines
@pytest.mark.feature("FIN-15", "FIN-23")
def test_a_correction_is_paid_and_taxed_in_its_pay_month(world: World) -> None:
    # October (8000 − 5000) × 3 % = 90.00; with 500.00 more in November the year's income is
    # (16500 − 10000) × 3 % = 195.00; 195.00 − 90.00 = 105.00.
    before = world.amounts("W1")
    assert before["income_tax"] == 9_000

    seen = apply(world, "W1,2026-10,2026-11,500.00,补记 10 月 12 日产量")

    assert seen.is_applied
    world.run(NOVEMBER)
    assert world.amounts("W1", NOVEMBER) == {
        "base_pay": 800_000,
        "adjustment": 50_000,
        "income_tax": 10_500,
    }
    (line,) = [one for one in world.lines("W1", NOVEMBER) if one.code == "adjustment"]
    assert line.detail == "补记 10 月 12 日产量"
    (row,) = world.session.scalars(select(Adjustment)).all()
    assert row.corrected_payslip_id == world.slip("W1", OCTOBER).id
    assert row.created_by_id == world.maker.id
    assert world.amounts("W1") == before


@both_engines
@pytest.mark.feature("FIN-15")
def test_what_is_taken_back_lowers_gross_pay(world: World) -> None:
    # 8000 − 12.30 = 7987.70; (15987.70 − 10000) × 3 % = 179.63 − 90.00 = 89.63.
    apply(world, "W1,2026-10,2026-11,-12.30,批次 b9 复核")
    world.run(NOVEMBER)
    assert world.slip("W1", NOVEMBER).gross_pay_amount == 798_770
    assert world.amounts("W1", NOVEMBER)["income_tax"] == 8_963


@both_engines
@pytest.mark.feature("FIN-11")
@pytest.mark.parametrize(
    "reason",
    ["__import__('os').abort()", "{amount * 2}", "%(amount)s", "'; DROP TABLE payslip; --"],
)
def test_what_people_write_is_said_and_never_run(world: World, reason: str) -> None:
    assert apply(world, f"W1,2026-10,2026-11,10.00,{reason}").is_applied
    world.run(NOVEMBER)
    (line,) = [one for one in world.lines("W1", NOVEMBER) if one.code == "adjustment"]
    assert (line.amount, line.detail) == (1_000, reason)


def test_an_entry_changes_with_its_key_and_0_takes_it_back(world: World) -> None:
    line = "W1,2026-10,2026-11,{},复核"
    apply(world, line.format("10.00"))
    assert apply(world, line.format("10.00")).counts == (0, 0, 1, 0, 0)
    assert apply(world, line.format("20.00")).counts.changed == 1
    assert apply(world, line.format("0")).counts.removed == 1
    assert world.session.scalars(select(Adjustment)).all() == []
    assert apply(world, line.format("0")).counts == (0, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("W1,2026-09,2026-10,10.00,复核", "adjustment.closed"),
        ("W1,2026-11,2026-11,10.00,复核", "adjustment.not_later"),
        ("W1,2026-12,2026-11,10.00,复核", "adjustment.not_later"),
        ("W9,2026-10,2026-11,10.00,复核", "employment.unknown"),
        ("W1,2026-10,2026-11,,复核", "cell.missing"),
        ("W1,2026-10,2026-11,10.001,复核", "money.too_many_decimals"),
        ("W1,2026-10,2026-11,-1000000.01,复核", "cell.absurd"),
        ("W1,2026-10,2026-11,10.00,", "cell.missing"),
    ],
)
def test_what_cannot_be_paid_is_refused(world: World, line: str, code: str) -> None:
    seen = apply(world, line)
    assert not seen.is_applied
    assert codes(seen) == [code]
    assert world.session.scalars(select(Adjustment)).all() == []


def test_a_closed_pay_month_names_the_next_open_one(world: World) -> None:
    (refusal,) = apply(world, "W1,2026-09,2026-10,10.00,复核").refusals
    assert "2026-11" in str(refusal.error.hint("en"))
    world.run(NOVEMBER)
    close(world, NOVEMBER)
    (refusal,) = apply(world, "W1,2026-09,2026-10,10.00,复核").refusals
    assert "2026-12" in str(refusal.error.hint("zh"))


@both_engines
@pytest.mark.feature("FIN-15")
def test_who_has_left_is_paid_a_correction_without_anything_else(
    session: Session, book: LawBook
) -> None:
    # October: 4800 × 10.5 % + 5.00 = 509.00; (8000 − 5000 − 509) × 3 % = 74.73. Left on 31 October:
    # November 600.00 without a further month of 5000.00: (8600 − 5000 − 509) × 3 % = 92.73 − 74.73.
    world = create_world(session, book)
    worker = world.hire(
        "W1",
        base_pay_amount=800_000,
        separated_on=OCTOBER.last_on,
        contribution_base_amount=480_000,
    )
    world.attend(worker)
    world.run()
    october = world.amounts("W1")
    assert (october["pension_insurance"], october["income_tax"]) == (38_400, 7_473)
    close(world, OCTOBER)
    apply(world, "W1,2026-10,2026-11,600.00,补发提成")

    outcome = world.run(NOVEMBER)

    assert outcome.computed.faults == ()
    assert world.amounts("W1", NOVEMBER) == {"adjustment": 60_000, "income_tax": 1_800}
    assert world.slip("W1", NOVEMBER).net_pay_amount == 58_200
    assert world.slip("W1", NOVEMBER).tax_months == 1
    assert "paid_after_leaving" in {note["code"] for note in world.slip("W1", NOVEMBER).notes}


@both_engines
def test_what_is_due_under_an_old_number_is_refused_with_its_remedy(
    session: Session, book: LawBook
) -> None:
    # Two payslips of one month would each begin with the same year to date: too little tax.
    world = create_world(session, book)
    old = world.hire("W1", base_pay_amount=800_000, separated_on=OCTOBER.last_on)
    world.attend(old)
    world.run()
    close(world, OCTOBER)
    person = session.get_one(Person, old.person_id)
    new = world.hire("W7", NOVEMBER.first_on, base_pay_amount=800_000, person=person)
    world.attend(new, NOVEMBER_WORKDAYS)
    assert apply(world, "W1,2026-10,2026-11,600.00,补发提成").is_applied

    outcome = world.run(NOVEMBER)

    assert [(fault.employee_no, fault.error.code) for fault in outcome.computed.faults] == [
        ("W1", "payroll.due_under_old_number")
    ]
    assert "W7" in str(outcome.computed.faults[0].error.hint("zh"))
    apply(world, "W1,2026-10,2026-11,0,补发提成", "W7,2026-10,2026-11,600.00,补发提成")
    assert world.run(NOVEMBER).computed.faults == ()
    # October (8000 − 5000) × 3 % = 90.00; November (16600 − 10000) × 3 % − 90.00 = 108.00.
    assert world.amounts("W7", NOVEMBER)["income_tax"] == 10_800
