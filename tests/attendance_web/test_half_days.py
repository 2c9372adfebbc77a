"""Half a day of leave in the grid: beside the other half, and locking nothing but itself."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.attendance_web.grid_world import GridWorld, make_world, on
from tests.engines import both_engines
from tests.factories import create_leave
from workforce.attendance.cell_markup import inner
from workforce.attendance.grid import Outcome
from workforce.attendance.models import Leave, Shift
from workforce.attendance.team_month import CellKind


def at(hour: int) -> dt.datetime:
    return dt.datetime(2026, 10, 8, hour)


def shifts(world: GridWorld) -> list[tuple[int, dt.datetime, dt.datetime, int]]:
    world.session.rollback()
    rows = world.session.scalars(select(Shift).order_by(Shift.employment_id, Shift.starts_at))
    return [(row.employment_id, row.starts_at, row.ends_at, row.break_minutes) for row in rows]


@both_engines
def test_half_a_day_of_leave_and_the_other_half(session: Session) -> None:
    world = make_world(session)
    world.save(world.type(0, 8, "N1"), world.type(1, 8, "S2"))

    report = world.save(world.type(0, 8, "F"), world.type(1, 8, "4"))

    ann, bob, _ = (person.id for person in world.people)
    # The day shift is 9 to 18 with an hour's break: its halves are 9 to 13 and 14 to 18.
    assert shifts(world) == [(ann, at(14), at(18), 0), (bob, at(9), at(13), 0)]
    cells = [result.cell for result in report.results]
    assert [(cell.kind, cell.minutes, cell.leave_half_days) for cell in cells] == [
        (CellKind.WORKED, 240, 1),
        (CellKind.WORKED, 240, 1),
    ]
    assert cells[0].note.zh == "上午年休假 14:00–18:00"
    assert "年½</span> 4" in inner(cells[0], "zh")
    (leave, _) = world.session.scalars(select(Leave).order_by(Leave.employment_id))
    assert (leave.kind, leave.half) == ("annual_leave", "morning")
    # Eight hours would be the half on leave, too.
    (refused,) = world.save(world.type(0, 8, "8")).results
    assert refused.error is not None
    assert refused.error.code == "request.half_worked"
    # And a day that was worked through has no half left to take.
    world.save(world.type(2, 8, "F"))
    (refused,) = world.save(world.type(2, 8, "N1")).results
    assert refused.error is not None
    assert refused.error.code == "request.half_worked"


def test_approved_half_a_day_of_leave_locks_only_itself(session: Session) -> None:
    world = make_world(session)
    create_leave(world.session, world.people[0], on(8), half="afternoon", source="request")
    world.session.commit()

    (typed,) = world.save(world.type(0, 8, "4")).results
    assert (typed.outcome, typed.cell.lock) == (Outcome.SAVED, None)
    (whole,) = world.save(world.type(0, 8, "N")).results
    assert whole.error is not None
    assert whole.error.code == "grid.approved_leave"
    (cleared,) = world.save(world.type(0, 8, "")).results
    assert cleared.cell.text == "leave:annual_leave/afternoon"
    (reasoned,) = world.save(world.type(0, 8, "N"), reason="改请整天", is_correction=True).results
    assert reasoned.cell.text == "leave:annual_leave"
