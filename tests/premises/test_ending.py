"""What is closed from a day on, what never was, and how both are taken back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.engines import both_engines
from tests.factories import create_account, create_company, create_employment
from tests.factories.premises import create_area, create_floor, create_seat, create_tenancy
from tests.factories.seating import create_seat_assignment
from tests.factories.web import FormClient
from tests.premises.test_keeping import refused
from workforce.accounts.models import Account
from workforce.companies.models import Company
from workforce.core.errors import InputError
from workforce.core.permissions import Role
from workforce.core.report_period import ReportPeriod
from workforce.platform.audit import CLI, AuditEntry
from workforce.platform.scope import Scope
from workforce.premises import ending, overview, queries, service
from workforce.premises.areas import AreaFact
from workforce.premises.exhibits import EXHIBITS
from workforce.premises.models import Area, Floor, Seat, Site, Tenancy
from workforce.premises.seats import SeatFact

ClientAs = Callable[[Account], FormClient]

SPRING, OCTOBER = dt.date(2026, 3, 1), dt.date(2026, 10, 1)
TODAY = dt.date(2026, 11, 9)
DAY = dt.timedelta(days=1)


@dataclass
class Rooms:
    """A floor with a hall of two seats, which a company rents until October, and a store."""

    floor: Floor
    site: Site
    hall: Area
    store: Area
    seats: list[Seat]
    tenancy: Tenancy


@pytest.fixture
def rooms(session: Session, floor: Floor) -> Rooms:
    hall = create_area(session, floor, code="101", valid_from=SPRING)
    store = create_area(session, floor, code="102", use="other", valid_from=SPRING)
    seats = [create_seat(session, hall, code=f"101-0{number}") for number in (1, 2)]
    company = create_company(session, name="甲公司")
    tenancy = create_tenancy(session, company, hall, valid_to=OCTOBER)
    session.commit()
    return Rooms(floor, session.get_one(Site, floor.site_id), hall, store, seats, tenancy)


def _stand(session: Session, on: dt.date) -> tuple[list[str], list[str], list[str]]:
    """Return which floors, areas and seats there are on a day."""
    base = Scope.base()
    return (
        [row.floor_code for row in overview.day_of(session, on).floors],
        [row.area_code for row in session.execute(queries.areas_on(base, on))],
        [row.seat_code for row in session.execute(queries.seats_on(base, on))],
    )


ALL = (["1F"], ["101", "102"], ["101-01", "101-02"])
NOTHING: tuple[list[str], ...] = ([], [], [])


@both_engines
@pytest.mark.feature("BASE-1")
def test_a_closed_floor_keeps_its_past_and_takes_nothing_new(
    session: Session, rooms: Rooms
) -> None:
    use = {one.code: one for one in EXHIBITS}["seats_by_month"].build
    months = ReportPeriod.parse("2026-Q3")
    before = use(session, months)
    # Its tenant stays longer than that.
    early = OCTOBER - DAY
    assert (
        refused(ending.close_floor, session, CLI, rooms.floor, early, "x") == "premises.still_let"
    )
    ending.close_floor(session, CLI, rooms.floor, OCTOBER, "租约到期")
    session.commit()

    assert _stand(session, early) == ALL
    assert _stand(session, OCTOBER) == NOTHING
    assert before is not None
    assert use(session, months) == before
    hall = AreaFact(
        floor_id=rooms.floor.id, code="103", name="新厅", use="meeting", area=100,
        x=700, y=400, width=10, height=10, valid_from=TODAY,
    )  # fmt: skip
    assert refused(service.keep_area, session, CLI, hall, is_new=True) == "premises.floor_closed"
    seat = SeatFact(
        site_id=rooms.site.id, area_id=rooms.hall.id, code="101-03", x=rooms.hall.x + 150,
        y=rooms.hall.y + 50, built_on=TODAY,
    )  # fmt: skip
    assert (
        refused(service.keep_seats, session, CLI, rooms.hall, [seat], is_new=True)
        == "premises.seat_outside_time"
    )
    let = {"company_id": rooms.tenancy.company_id, "valid_from": TODAY}
    assert refused(service.rent, session, CLI, rooms.hall, **let) == "premises.rented_outside_time"
    # Opened again, it is as it was.
    ending.reopen_floor(session, CLI, rooms.floor, "又租下来了")
    session.commit()
    assert _stand(session, TODAY) == ALL
    assert (rooms.hall.valid_to, rooms.seats[0].removed_on) == (None, None)
    told = session.execute(
        select(AuditEntry.action, AuditEntry.reason).where(AuditEntry.subject_type == "floor")
    ).all()
    assert [tuple(row) for row in told] == [
        ("floor.close", "租约到期"),
        ("floor.reopen", "又租下来了"),
    ]


@pytest.mark.feature("BASE-1")
def test_what_was_entered_in_error_goes_with_all_that_stands_on_it(
    session: Session, rooms: Rooms
) -> None:
    site = service.keep_site(session, CLI, code="B", name="错的", address="x")
    size: dict[str, Any] = {"area": 400_000, "width": 800, "height": 500}
    wrong = service.keep_floor(session, CLI, site, code="1F", name="一楼", **size)
    area = create_area(session, wrong, code="W1")
    create_seat(session, area, code="W-01")
    session.commit()
    assert refused(ending.withdraw_site, session, CLI, site, " ") == "premises.why"
    session.rollback()
    ending.withdraw_site(session, CLI, site, "登记重了")
    session.commit()

    # The hall that a company rented is there as before; the other one never was.
    assert _stand(session, TODAY) == ALL
    assert "B" not in [one.code for one in session.scalars(queries.sites())]
    assert refused(ending.withdraw_floor, session, CLI, rooms.floor, "x") == "premises.was_let"
    session.rollback()
    again = service.keep_site(session, CLI, code="B", name="对的", address="y")
    assert (again.id, again.name, again.withdrawn_on) == (site.id, "对的", None)
    # Its floors are entered anew as well.
    assert refused(service.keep_area, session, CLI, AreaFact(
        floor_id=wrong.id, code="W2", name="x", use="other", area=1, x=0, y=0, width=1, height=1,
        valid_from=TODAY,
    ), is_new=True) == "premises.floor_withdrawn"  # fmt: skip
    service.keep_floor(session, CLI, again, code="1F", name="一楼", **size)
    assert [row.floor_id for row in session.execute(queries.floors())] == [
        rooms.floor.id,
        wrong.id,
    ]


@both_engines
@pytest.mark.feature("BASE-1", "BASE-2")
def test_what_somebody_sat_at_was_there(session: Session, rooms: Rooms) -> None:
    worker = create_employment(session, session.get_one(Company, rooms.tenancy.company_id))
    first, second = rooms.seats
    sat = create_seat_assignment(
        session, worker, first, valid_from=SPRING, valid_to=SPRING + 7 * DAY
    )
    session.commit()

    def why(act: Callable[..., object], *args: object) -> str:
        return refused(act, session, CLI, *args, "x")

    assert why(ending.withdraw_seats, rooms.hall, [first.id]) == "premises.seat_used"
    assert why(ending.withdraw_tenancy, rooms.tenancy) == "premises.tenancy_used"
    assert ending.withdraw_seats(session, CLI, rooms.hall, [second.id], "x") == 1
    # An assignment that was itself an error holds nothing back.
    sat.valid_to = sat.valid_from
    session.commit()
    ending.withdraw_tenancy(session, CLI, rooms.tenancy, "x")
    ending.withdraw_area(session, CLI, rooms.hall, "x")
    session.commit()
    assert _stand(session, OCTOBER - DAY) == (["1F"], ["102"], [])


def test_what_begins_later_keeps_a_floor_open(session: Session, rooms: Rooms) -> None:
    late = create_seat(session, rooms.hall, built_on=TODAY)
    session.commit()
    with pytest.raises(InputError) as caught:
        ending.close_floor(session, CLI, rooms.floor, TODAY, "x")
    assert caught.value.code == "premises.begins_later"
    assert late.code in caught.value.message("zh")
    session.rollback()
    # The whole site closes with its floor, and is opened again with it alone.
    other = create_floor(session, rooms.site, code="2F")
    other.closed_on = OCTOBER
    session.commit()
    ending.close_site(session, CLI, rooms.site, TODAY + DAY, "x")
    assert (rooms.floor.closed_on, other.closed_on) == (TODAY + DAY, OCTOBER)
    assert refused(ending.reopen_floor, session, CLI, other, "x") == "premises.site_closed"
    ending.reopen_site(session, CLI, rooms.site, "x")
    assert (rooms.floor.closed_on, other.closed_on) == (None, OCTOBER)
    assert _stand(session, TODAY + DAY)[2] == ["101-01", "101-02", late.code]


@pytest.mark.feature("BASE-1")
def test_floors_and_sites_end_on_pages(session: Session, client_as: ClientAs, rooms: Rooms) -> None:
    keeper = client_as(create_account(session, Role.BASE_ADMIN))
    session.commit()
    floor, site = rooms.floor.id, rooms.site.id

    def send(path: str, key: int, **typed: str) -> tuple[int, str]:
        sent = {f"end{key}-{name}": text for name, text in typed.items()}
        answer = keeper.post_form(path, sent)
        return answer.status_code, answer.text

    at = f"/premises/floors/{floor}/end"
    for typed, fault in (
        ({"closed_on": "2026-10-01", "reason": ""}, "请写原因"),
        ({"closed_on": "", "reason": "搬走了"}, "没有写从哪天起关闭"),
        ({"closed_on": "", "is_mistake": "y", "reason": "搬走了"}, "区域 101 租给过企业"),
        ({"closed_on": "2026-09-30", "reason": "搬走了"}, "甲公司 租用区域 101"),
    ):
        status, page = send(at, floor, **typed)
        assert status == 422
        assert fault in page
        assert not typed["reason"] or 'value="搬走了"' in page
    assert _stand(session, TODAY) == ALL
    assert send(at, floor, closed_on="2026-10-01", reason="搬走了")[0] == 302
    shown = keeper.get("/premises").text
    assert "已关闭的楼层" in shown
    assert f"/premises/floors/{floor}?on=2026-09-30" in shown
    assert "2026-10-01 起关闭" in keeper.get(f"/premises/floors/{floor}").text
    assert "101-02" in keeper.get(f"/premises/floors/{floor}?on=2026-09-30").text
    assert send(at, floor, reason="又用了")[0] == 302
    assert send(f"/premises/sites/{site}/end", site, closed_on="2026-11-01", reason="x")[0] == 302
    assert "恢复（2026-11-01 起关闭）" in keeper.get("/premises").text
    # Nothing can be added to it, by whatever form.
    floors = {"code": "9F", "name": "九楼", "area": "10", "width": "1", "height": "1"}
    typed = {f"floor{site}-{name}": text for name, text in floors.items()}
    refusal = keeper.post_form(f"/premises/sites/{site}/floors", typed)
    assert refusal.status_code == 422
    assert "从 2026-11-01 起关闭" in refusal.text
    assert send(f"/premises/sites/{site}/end", site, reason="x")[0] == 302
    session.rollback()
    assert _stand(session, TODAY) == ALL
