"""What can be kept of rooms and seats, what cannot, and that the past stays as it was."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.engines import both_engines
from tests.factories import create_company
from tests.factories.premises import create_area, create_seat, create_tenancy
from tests.together import AT_ONCE, together
from workforce.core.errors import DomainError
from workforce.core.report_period import ReportPeriod
from workforce.platform.audit import CLI, AuditEntry
from workforce.platform.exhibits import Exhibit
from workforce.platform.scope import Scope
from workforce.premises import ending, overview, queries, service
from workforce.premises.areas import AreaFact, plan_areas, store_areas
from workforce.premises.exhibits import EXHIBITS
from workforce.premises.models import Area, Floor, Site
from workforce.premises.seats import SeatFact

MARCH, JUNE = dt.date(2026, 3, 1), dt.date(2026, 6, 1)
TODAY = dt.date(2026, 11, 9)


def hall(floor: Floor, **changes: Any) -> AreaFact:
    """A hall of 30 × 20 m in the upper left corner, since March."""
    told: dict[str, Any] = {
        "floor_id": floor.id,
        "code": "101",
        "name": "标注大厅",
        "use": "annotation",
        "area": 60_000,
        "x": 0,
        "y": 0,
        "width": 300,
        "height": 200,
        "valid_from": MARCH,
    }
    return AreaFact(**told | changes)


def seat(area: Area, site_id: int, code: str = "101-01", **changes: Any) -> SeatFact:
    """A usable seat in the middle of the hall, since March."""
    told: dict[str, Any] = {
        "site_id": site_id,
        "area_id": area.id,
        "code": code,
        "x": 150,
        "y": 100,
        "built_on": MARCH,
    }
    return SeatFact(**told | changes)


def refused(act: Any, *args: Any, **kwargs: Any) -> str:
    """Return why an act is refused; it says the remedy in both languages."""
    with pytest.raises(DomainError) as caught:
        act(*args, **kwargs)
    for locale in ("zh", "en"):
        assert caught.value.message(locale)
        assert caught.value.hint(locale)
    return caught.value.code


def spans(session: Session) -> list[tuple[str, str, dt.date, dt.date | None]]:
    """Return when which seat was in which state."""
    rows = session.execute(queries.seat_spans(dt.date.min, dt.date.max))
    return [(row.seat_code, row.state, row.valid_from, row.valid_to) for row in rows]


@pytest.mark.feature("BASE-1")
def test_an_area_is_kept_with_its_use_from_day_to_day(session: Session, floor: Floor) -> None:
    area = service.keep_area(session, CLI, hall(floor), is_new=True)
    service.keep_area(
        session, CLI, hall(floor, name="大厅", use="training", use_from=JUNE), is_new=False
    )
    # The use that was told last is corrected; that of spring stays.
    service.keep_area(session, CLI, hall(floor, name="大厅", use="meeting"), is_new=False)
    session.commit()

    told = [
        (row.use, row.valid_from, row.valid_to)
        for row in session.execute(queries.use_spans(MARCH, TODAY))
    ]
    assert told == [("annotation", MARCH, JUNE), ("meeting", JUNE, None)]
    on = {
        day: [row.use for row in session.execute(queries.areas_on(Scope.base(), day))]
        for day in (MARCH - dt.timedelta(1), MARCH, TODAY)
    }
    assert list(on.values()) == [[], ["annotation"], ["meeting"]]
    acts = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert acts == ["area.create", "area.change", "area.change"]
    assert area.name == "大厅"


@pytest.mark.feature("BASE-1")
def test_what_cannot_be_on_a_floor_is_refused_with_its_reason(
    session: Session, floor: Floor
) -> None:
    area = service.keep_area(session, CLI, hall(floor), is_new=True)
    beside = hall(floor, code="102", x=300)

    def why(fact: AreaFact, *, is_new: bool = True) -> str:
        return refused(service.keep_area, session, CLI, fact, is_new=is_new)

    assert why(hall(floor)) == "premises.code_taken"
    assert why(replace(beside, x=299)) == "premises.areas_overlap"
    assert why(replace(beside, x=501)) == "premises.outside_floor"
    assert why(replace(beside, use="kitchen")) == "premises.unknown_use"
    assert why(replace(beside, code="一号")) == "premises.code_shape"
    assert why(replace(beside, valid_to=MARCH - dt.timedelta(1))) == "dated.empty"
    assert why(replace(beside, valid_to=JUNE, use_from=JUNE)) == "premises.use_day"
    # Before the hall was there, its place was free.
    service.keep_area(session, CLI, replace(beside, x=100, valid_from=dt.date(2026, 1, 1), valid_to=MARCH), is_new=True)  # fmt: skip

    service.keep_seats(session, CLI, area, [seat(area, floor.site_id)], is_new=True)
    create_tenancy(session, create_company(session), area, valid_from=JUNE)
    assert why(hall(floor, width=149), is_new=False) == "premises.seats_outside"
    assert why(hall(floor, valid_from=JUNE), is_new=False) == "premises.used_before"
    assert why(hall(floor, valid_to=TODAY), is_new=False) == "premises.still_used"
    assert refused(ending.withdraw_area, session, CLI, area, "x") == "premises.was_let"
    site = service.site_in(session, floor.site_id)
    smaller = {"code": "1F", "name": "一楼", "area": 400_000, "width": 299, "height": 500}
    assert (
        refused(service.keep_floor, session, CLI, site, floor=floor, **smaller)
        == "premises.outside_floor"
    )


@both_engines
@pytest.mark.feature("BASE-1")
def test_seats_are_kept_with_what_they_were_from_day_to_day(session: Session, floor: Floor) -> None:
    area = service.keep_area(session, CLI, hall(floor), is_new=True)
    site = floor.site_id
    first, second = seat(area, site), seat(area, site, "101-02", x=158, state="built")
    assert service.keep_seats(session, CLI, area, [first, second], is_new=True) == 2
    ids = {row.code: row.seat_id for row in session.execute(queries.seats_of(area.id))}

    def why(fact: SeatFact) -> str:
        return refused(service.keep_seats, session, CLI, area, [fact], is_new=True)

    third = seat(area, site, "101-03", x=200)
    assert why(replace(third, x=151, y=107)) == "premises.seats_near"
    assert why(replace(third, x=301)) == "premises.seat_outside"
    assert why(replace(third, built_on=dt.date(2026, 2, 28))) == "premises.seat_outside_time"
    assert why(replace(third, code="101-01")) == "premises.code_taken"
    assert why(replace(third, state="out_of_use")) == "premises.no_reason"
    out: dict[str, Any] = {"state": "out_of_use", "on": JUNE, "reason": "网络维修"}
    assert service.set_seat_state(session, CLI, area, [ids["101-01"]], **out) == 1
    assert service.set_seat_state(session, CLI, area, [ids["101-01"]], **out) == 0
    early: dict[str, Any] = {"state": "built", "on": dt.date(2026, 2, 1)}
    assert (
        refused(service.set_seat_state, session, CLI, area, list(ids.values()), **early)
        == "premises.state_day"
    )
    ending.remove_seats(session, CLI, area, [ids["101-02"]], TODAY)
    session.commit()

    assert spans(session) == [
        ("101-01", "usable", MARCH, JUNE),
        ("101-01", "out_of_use", JUNE, None),
        ("101-02", "built", MARCH, TODAY),
    ]
    # The place of a removed seat is free from that day on.
    service.keep_seats(session, CLI, area, [replace(second, code="101-09", built_on=TODAY)], is_new=True)  # fmt: skip
    standing = session.execute(queries.seats_on(Scope.base(), TODAY))
    assert [(row.seat_code, row.state, row.reason) for row in standing] == [
        ("101-01", "out_of_use", "网络维修"),
        ("101-09", "built", None),
    ]
    ending.withdraw_seats(session, CLI, area, [ids["101-01"]], "x")
    assert [one[0] for one in spans(session) if one[3] != one[2]] == ["101-02", "101-09"]


@both_engines
@pytest.mark.feature("BASE-1")
def test_an_area_has_one_tenant_a_day(session: Session, floor: Floor) -> None:
    mine, other = create_company(session, name="甲公司"), create_company(session)
    area = create_area(session, floor, valid_from=MARCH)
    seated = create_seat(session, area)
    first = service.rent(
        session, CLI, area, company_id=mine.id, valid_from=MARCH, valid_to=JUNE, rent_amount=0
    )
    wanted: dict[str, Any] = {"company_id": other.id, "valid_from": JUNE - dt.timedelta(1)}
    with pytest.raises(DomainError) as caught:
        service.rent(session, CLI, area, **wanted)
    assert caught.value.code == "premises.rented"
    assert (
        caught.value.message("zh") == f"甲公司 已租用区域 {area.code}（2026-03-01 至 2026-05-31）"
    )
    early = {"company_id": other.id, "valid_from": dt.date(2026, 2, 28)}
    assert refused(service.rent, session, CLI, area, **early) == "premises.rented_outside_time"
    assert refused(service.rent, session, CLI, area, **wanted, valid_to=MARCH) == "dated.empty"

    second = service.rent(session, CLI, area, company_id=other.id, valid_from=JUNE)
    # Entered in error: it never held, and its days are free.
    service.rent(session, CLI, area, company_id=mine.id, valid_from=MARCH, valid_to=MARCH, tenancy=first)  # fmt: skip
    service.rent(session, CLI, area, company_id=other.id, valid_from=MARCH, tenancy=second)
    session.commit()

    told = session.execute(queries.tenancies(Scope.base())).all()
    assert [(row.company_id, row.valid_from, row.valid_to) for row in told] == [
        (other.id, MARCH, None)
    ]
    for scope, seen in ((Scope.company(other.id), [seated.id]), (Scope.company(mine.id), [])):
        rows = session.execute(queries.seats_on(scope, TODAY))
        assert [row.seat_id for row in rows] == seen
    audited = session.scalars(
        select(AuditEntry.company_id).where(AuditEntry.subject_type == "tenancy")
    )
    assert set(audited) == {mine.id, other.id}


@pytest.mark.feature("BASE-1")
def test_alerts_tell_what_ends_what_is_too_large_and_what_nobody_rents(
    session: Session, floor: Floor
) -> None:
    company = create_company(session)
    let = [create_area(session, floor, code=f"L{number}") for number in range(4)]
    ends = (60, 61, 30, None)
    for area, days in zip(let, ends, strict=True):
        end = None if days is None else TODAY + dt.timedelta(days)
        create_tenancy(session, company, area, valid_to=end)
    # The same company goes on with the third one.
    create_tenancy(session, company, let[2], valid_from=TODAY + dt.timedelta(30))
    for use in ("annotation", "training"):
        create_seat(session, create_area(session, floor, name="空厅", code=use, use=use))
    floor.area = 6 * 20_000 - 1
    session.commit()

    day = overview.day_of(session, TODAY)
    found = overview.alerts(day, overview.rented(session, Scope.base(), TODAY))

    assert [(one.kind, one.about.zh.split("：")[0].split(" ")[-1]) for one in found] == [
        ("tenancy_ending", "L0"),
        ("floor_overfull", "一楼"),
        ("seats_unlet", "空厅"),
    ]
    # Of several sites each has a first floor.
    site = session.get_one(Site, floor.site_id).name
    assert found[-1].about.en == f"{site} 一楼 annotation 空厅: 1 seat"
    assert found[0].about.zh.startswith(f"{company.name} · {site} 一楼 ")
    assert overview.waiting(session, TODAY) == 3


@pytest.mark.feature("BASE-1")
def test_exhibits_tell_sizes_by_use_and_seats_by_month(session: Session, floor: Floor) -> None:
    area = service.keep_area(session, CLI, hall(floor, area=60_050), is_new=True)
    service.keep_area(session, CLI, hall(floor, code="E1", use="exhibition", x=300, valid_from=JUNE), is_new=True)  # fmt: skip
    site = floor.site_id
    facts = [seat(area, site), seat(area, site, "101-02", x=170, state="built", built_on=JUNE)]
    service.keep_seats(session, CLI, area, facts, is_new=True)
    session.commit()

    def shown(period: str) -> dict[str, Exhibit | None]:
        asked = ReportPeriod.parse(period)
        return {source.code: source.build(session, asked) for source in EXHIBITS}

    def numbers(exhibit: Exhibit | None) -> list[list[int | None]]:
        assert exhibit is not None
        return [[value.number for value in row.values] for row in exhibit.rows]

    june = shown("2026-06")
    assert numbers(june["area_by_use"]) == [[600], [601]]
    assert numbers(june["seats"]) == [[2], [1]]
    assert numbers(june["seats_by_month"]) == [[1, 1, 1, 2], [1, 1, 1, 1]]
    assert numbers(shown("2026-Q1")["seats"]) == [[1], [1]]
    assert set(shown("2025-12").values()) == {None}


@both_engines
def test_of_several_tables_at_once_one_takes_the_place(
    app: Flask, session: Session, floor: Floor, engine_name: str
) -> None:
    del engine_name
    facts = iter([hall(floor, code=f"H{number}") for number in range(AT_ONCE)])
    session.commit()

    def attempt(working: Session) -> bool:
        plan = plan_areas(working, [next(facts)])
        store_areas(working, plan)
        return not plan.faults

    assert together(app, attempt).count(True) == 1
    assert len(session.scalars(select(Area)).all()) == 1
