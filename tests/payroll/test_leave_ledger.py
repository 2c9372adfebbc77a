"""The ledgers of leave say what the payslips say: they read the same records."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.engines import both_engines
from tests.factories.hours import create_lieu_day
from tests.factories.requests import create_leave_entry, create_service_start
from tests.factories.rows import add
from tests.payroll.world import OCTOBER, create_world
from workforce.attendance.balances import read_balances
from workforce.attendance.models import MonthFigures
from workforce.core.law import LawBook
from workforce.core.money import MICRO
from workforce.documents import labels
from workforce.documents.facts import time_facts
from workforce.documents.queries import payslip_view
from workforce.payroll.models import PayslipLine
from workforce.platform.scope import Scope

WORKDAYS = (8, 9, 10, 12, 13, 14, 15, 16, 19, 20, 21, 22, 23, 26, 27, 28, 29, 30)


@both_engines
@pytest.mark.feature("FIN-38")
def test_balances_tie_to_attendance_and_to_the_payslip(session: Session, book: LawBook) -> None:
    world = create_world(session, book)
    worker = world.hire(
        "S1",
        base_pay_amount=600_000,
        average_monthly_wage_amount=600_000,
    )
    create_service_start(session, worker, dt.date(2020, 1, 1))
    create_leave_entry(session, worker, act="granted", quantity=8, reason="企业另给")
    create_leave_entry(session, worker, kind="in_lieu_off", quantity=60, reason="旧账结余")
    off = {19: "in_lieu_off", 20: "annual_leave", 21: "annual_leave"}
    world.attend(worker, [dt.date(2026, 10, day) for day in WORKDAYS if day not in {*off, 22}])
    for day, kind in off.items():
        factories.create_leave(session, worker, dt.date(2026, 10, day), kind=kind)
    # Half a day of annual leave, and a clock that calls it late; the other half was worked.
    factories.create_leave(session, worker, dt.date(2026, 10, 22), half="morning")
    world.shift(worker, "2026-10-22 14:00", "2026-10-22 18:00", 0, late_minutes=300)
    world.shift(worker, "2026-10-11 09:00", "2026-10-11 18:00", 60)
    create_lieu_day(session, worker, dt.date(2026, 10, 11))
    add(session, MonthFigures(employment_id=worker.id, period="2026-10", unused_leave_days=2))
    world.run()

    (balance,) = read_balances(
        session,
        Scope.company(world.company.id),
        2026,
        OCTOBER.last_on,
        book,
        "500236",
        employment_ids=[worker.id],
    )
    slip = world.slip("S1")
    lines = {
        line.code: line.quantity
        for line in session.scalars(select(PayslipLine).where(PayslipLine.payslip_id == slip.id))
    }
    # Hired on 1 October: 92 / 365 × 5 is 1 day by law. With 4 more, 2.5 taken and 2 paid out, 0.5 is left.
    assert (balance.taken_half_days, balance.paid_days, balance.left_half_days) == (5, 2, 1)
    assert lines["unused_leave_pay"] == balance.paid_days * MICRO
    time = (slip.attended_days, slip.has_attended_half, slip.unpaid_days, slip.late_count)
    assert time == (14, True, 0, 0)
    # 2.5 of annual leave and one day in lieu.
    assert (slip.paid_leave_days, slip.has_paid_leave_half) == (3, True)
    view = payslip_view(session, Scope.company(world.company.id), slip.id)
    assert (labels.ATTENDED, "14.5 / 18") in time_facts(view.time)
    assert (labels.PAID_LEAVE, "3.5") in time_facts(view.time)
    # In lieu: 8 hours earned, 8 taken, one entered.
    (note,) = [one for one in slip.notes if one["code"].startswith("lieu_")]
    assert note["code"] == "lieu_balance"
    assert note["params"]["left_minutes"] == balance.lieu.left_minutes == 60


def test_a_line_says_the_same_whatever_a_colleague_takes(session: Session, book: LawBook) -> None:
    world = create_world(session, book)
    whole, half = (world.hire(no, base_pay_amount=600_000) for no in ("S1", "S2"))
    for worker, hours in ((whole, None), (half, "morning")):
        world.attend(worker, [dt.date(2026, 10, day) for day in WORKDAYS if day != 22])
        factories.create_leave(
            session, worker, dt.date(2026, 10, 22), kind="personal_leave", half=hours
        )
    world.shift(half, "2026-10-22 14:00", "2026-10-22 18:00", 0)
    world.run()

    def operands(number: str) -> dict[str, int]:
        line = select(PayslipLine.operands).where(
            PayslipLine.payslip_id == world.slip(number).id,
            PayslipLine.code == "absence_deduction",
        )
        found: dict[str, int] = json.loads(session.scalars(line).one())
        return {name: value for name, value in found.items() if name.startswith("unpaid_")}

    assert operands("S1") == {"unpaid_days": 1}
    assert operands("S2") == {"unpaid_half_days": 1}
