"""What a month's pay is asked before it is calculated and before it is approved: by law and by contract."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests import factories
from tests.engines import both_engines
from tests.payroll.test_month_by_hand import fill
from tests.payroll.test_review import found
from tests.payroll.world import World, create_world
from workforce.core.law import LawBook
from workforce.core.period import PayPeriod
from workforce.people.models import Employment, Person


def hire(world: World, number: str, person: Person | None = None, **changes: Any) -> Employment:
    """Hire somebody who has attended on 12 October and made 800 boxes."""
    worker = world.hire(number, person=person or factories.create_person(world.session), **changes)
    world.attend(worker, [dt.date(2026, 10, 12)])
    world.output(worker, "bbox_2d", 12, 800)
    return worker


@both_engines
@pytest.mark.feature("FIN-20")
def test_a_month_names_who_may_not_work_so_and_what_was_never_agreed(
    session: Session, book: LawBook
) -> None:
    world = create_world(session, book)
    world.task_type("bbox_2d", ("2026-01-01", 125_000))
    hire(world, "ALL_IS_WELL")
    assert found(world).keys() & _OURS == set()

    def born(*day: int) -> Person:
        return factories.create_person(session, born_on=dt.date(*day))

    # 18 on 20 October 2026: a minor at night on the 19th, none on the 20th.
    minor = hire(world, "MINOR", born(2008, 10, 20))
    grown = hire(world, "GROWN", born(2008, 10, 19))
    for worker in (minor, grown):
        world.shift(worker, "2026-10-19 18:00", "2026-10-19 22:01")
        world.shift(worker, "2026-10-20 22:00", "2026-10-21 06:00")
    by_day = hire(world, "BY_DAY", born(2009, 3, 1))
    world.shift(by_day, "2026-10-19 06:00", "2026-10-19 22:00")
    # 16 on the first of October, and a day later.
    hire(world, "SIXTEEN", born(2010, 10, 1))
    hire(world, "FIFTEEN", born(2010, 10, 2))
    hire(world, "NO_PHONE", factories.create_person(session, phone=None))
    ended = {"contract_kind": "fixed_term", "contract_until": dt.date(2026, 10, 31)}
    goes_on = {"contract_kind": "fixed_term", "contract_until": dt.date(2026, 11, 1)}
    for number, contract in (("ENDED", ended), ("GOES_ON", goes_on), ("RENEWED", ended)):
        worker = hire(world, number)
        for name, value in contract.items():
            setattr(worker, name, value)
    worker.contract_until = dt.date(2029, 10, 31)
    sent = {"dispatched_by": "重庆派得人力有限公司", "dispatched_by_code": "91500236MA5SENDER1"}
    for number, sender in (("SENT", sent), ("SENT_BY", {"dispatched_by": sent["dispatched_by"]})):
        worker = hire(world, number, employment_type="dispatched")
        for name, value in sender.items():
            setattr(worker, name, value)
    idle = world.hire("IDLE")
    world.attend(idle, [dt.date(2026, 10, 12)])
    timed = world.hire("TIMED", base_pay_amount=400_000)
    world.attend(timed, [dt.date(2026, 10, 12)])
    left = hire(world, "LEFT", separated_on=dt.date(2026, 10, 12))
    world.output(left, "bbox_2d", 13, 10)

    seen = found(world)
    assert {code: seen.get(code) for code in _OURS} == {
        "minors_at_night": 1,  # MINOR, by a minute
        "under_age": 1,  # FIFTEEN
        "identity_incomplete": 1,  # NO_PHONE
        "contract_ended": 1,  # ENDED
        "sender_unknown": 1,  # SENT_BY: no credit code
        "shifts_without_output": 1,  # IDLE
        "records_outside_employment": 1,  # LEFT
        "overtime_over": None,
        "deductions_over": None,
        "deduct_60000_refuted": None,
    }


@both_engines
@pytest.mark.feature("FIN-20")
def test_what_a_payslip_remarks_is_asked_before_approval(session: Session, book: LawBook) -> None:
    """The month by hand has damages of 600.00 without room; of overtime it has less than 36 hours."""
    world = create_world(session, book)
    fill(world)
    assert "deductions_over" not in found(world)
    world.run()
    seen = found(world)
    assert seen["deductions_over"] == 1
    assert "overtime_over" not in seen

    tired = world.hire("TIRED")
    # Four hours too many on each of ten workdays: 40 hours of overtime, four over the limit.
    for day in (*range(12, 17), *range(19, 24)):
        world.shift(tired, f"2026-10-{day} 08:00", f"2026-10-{day} 20:00")
    world.run()
    assert found(world)["overtime_over"] == 1


@pytest.mark.feature("FIN-8", "FIN-20")
def test_last_december_speaks_against_60000_at_once(session: Session, book: LawBook) -> None:
    """60000.00 in twelve months may be, a fen more or a month less may not; nobody's December, nobody knows."""
    world = create_world(session, book)
    december, january = PayPeriod(2025, 12), PayPeriod(2026, 1)
    for number, income, months in (
        ("MAY", 5_900_000, 11),
        ("FEN_MORE", 5_900_001, 11),
        ("MONTH_LESS", 4_900_000, 10),
        ("PLAIN", 5_900_001, 11),
    ):
        worker = world.hire(number, dt.date(2025, 1, 1), valid_to=january.first_on)
        factories.create_pay_profile(
            session, worker, valid_from=january.first_on, is_deduct_60000=number != "PLAIN"
        )
        factories.create_tax_opening(
            session,
            worker,
            year=2025,
            through_period="2025-11",
            income_amount=income,
            months=months,
        )
        factories.create_pay_entry(
            session, worker, "earning", 100_000, "2025-12", code="commission"
        )
    world.run(december)
    assert "deduct_60000_refuted" not in found(world, january)  # nothing is decided
    world.approve(december)
    world.hire("UNKNOWN", dt.date(2025, 1, 1), is_deduct_60000=True)

    assert found(world, january)["deduct_60000_refuted"] == 2


_OURS = {
    "contract_ended",
    "deduct_60000_refuted",
    "deductions_over",
    "identity_incomplete",
    "minors_at_night",
    "overtime_over",
    "records_outside_employment",
    "sender_unknown",
    "shifts_without_output",
    "under_age",
}
