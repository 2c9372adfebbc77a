"""Days of a source: what they replace, and what they leave alone."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.engines import both_engines
from tests.factories import (
    create_absence,
    create_company,
    create_employment,
    create_leave,
    create_shift,
)
from workforce.attendance.models import Shift
from workforce.attendance.service import (
    DayFacts,
    Granted,
    LeaveFact,
    ShiftFact,
    check_shift,
    leave_ranges,
    plan_days,
    store_days,
)
from workforce.core.errors import InputError

DAY = dt.date(2026, 10, 8)


def at(hour: int, day: dt.date = DAY) -> dt.datetime:
    return dt.datetime.combine(day, dt.time()) + dt.timedelta(hours=hour)


def shift(employment_id: int, start: int, end: int, **changes: object) -> ShiftFact:
    return ShiftFact(
        employment_id=employment_id,
        work_on=DAY,
        starts_at=at(start),
        ends_at=at(end),
        **changes,  # type: ignore[arg-type]
    )


@both_engines
def test_a_source_replaces_only_what_it_said_itself(session: Session) -> None:
    company = create_company(session)
    employment = create_employment(session, company)
    create_shift(session, employment, DAY, starts_at=at(20), ends_at=at(22), source="manual")
    session.flush()
    day = (employment.id, DAY)

    for shifts in ([shift(employment.id, 8, 12), shift(employment.id, 13, 17)], []):
        facts = DayFacts(covered=frozenset({day}), shifts=shifts)
        plan = plan_days(session, company.id, "clock", facts)
        assert plan.faults == {}
        store_days(session, plan, "clock", None)
        hours = [(s.starts_at.hour, s.source) for s in session.scalars(select(Shift))]
        assert len(hours) == len(shifts) + 1
        assert (20, "manual") in hours


def test_a_source_cannot_overlap_another_source(session: Session) -> None:
    company = create_company(session)
    employment = create_employment(session, company)
    create_shift(session, employment, DAY, source="manual")
    session.flush()
    day = (employment.id, DAY)

    plan = plan_days(
        session,
        company.id,
        "clock",
        DayFacts(covered=frozenset({day}), shifts=[shift(employment.id, 17, 20)]),
    )

    assert plan.faults[day].code == "shift.overlap_stored"
    assert "manual" in plan.faults[day].message("zh")
    assert plan.shifts.is_empty


def test_a_long_shift_is_seen_behind_a_short_one(session: Session) -> None:
    company = create_company(session)
    employment = create_employment(session, company)
    shifts = [shift(employment.id, s, e) for s, e in ((0, 20), (1, 2), (3, 4))]

    plan = plan_days(
        session,
        company.id,
        "clock",
        DayFacts(covered=frozenset({(employment.id, DAY)}), shifts=shifts),
    )

    assert plan.faults[employment.id, DAY].code == "shift.overlap"


def test_touching_shifts_do_not_overlap(session: Session) -> None:
    company = create_company(session)
    employment = create_employment(session, company)
    shifts = [shift(employment.id, 8, 12), shift(employment.id, 12, 16)]

    plan = plan_days(
        session,
        company.id,
        "clock",
        DayFacts(covered=frozenset({(employment.id, DAY)}), shifts=shifts),
    )

    assert plan.faults == {}


def test_a_day_has_one_kind_of_leave(session: Session) -> None:
    company = create_company(session)
    employment = create_employment(session, company)
    leaves = [
        LeaveFact(employment_id=employment.id, on=DAY, kind=kind)
        for kind in ("sick_leave", "annual_leave")
    ]

    plan = plan_days(
        session,
        company.id,
        "clock",
        DayFacts(covered=frozenset({(employment.id, DAY)}), leaves=leaves),
    )

    assert plan.faults[employment.id, DAY].code == "leave.overlap"


@pytest.mark.parametrize(
    ("end", "pause", "code"),
    [
        (9, 0, "shift.times"),
        (8, 0, "shift.times"),
        (34, 0, "shift.times"),
        (10, 60, "shift.break"),
        (10, -1, "shift.break"),
    ],
)
def test_what_a_shift_may_not_be(end: int, pause: int, code: str) -> None:
    with pytest.raises(InputError) as caught:
        check_shift(at(9), at(end), pause)
    assert caught.value.code == code


def test_a_shift_of_exactly_a_day() -> None:
    check_shift(at(9), at(33), 0)
    check_shift(at(9), at(10), 59)


def test_leave_ends_with_its_month() -> None:
    leave = Granted("sick_leave")
    days = {(1, dt.date(2026, 9, 30) + dt.timedelta(days=n)): leave for n in range(3)}

    ranges = [(r["first_on"], r["last_on"]) for r in leave_ranges(days)]
    assert ranges == [
        (dt.date(2026, 9, 30), dt.date(2026, 9, 30)),
        (dt.date(2026, 10, 1), dt.date(2026, 10, 2)),
    ]


@given(
    st.dictionaries(
        st.tuples(st.integers(1, 2), st.dates(dt.date(2026, 9, 20), dt.date(2026, 11, 10))),
        st.builds(
            Granted,
            st.sampled_from(["sick_leave", "annual_leave"]),
            st.sampled_from([None, "1"]),
            st.sampled_from([None, None, "morning"]),
        ),
    )
)
def test_ranges_say_the_same_days(days: dict[tuple[int, dt.date], Granted]) -> None:
    again = {
        (row["employment_id"], row["first_on"] + dt.timedelta(days=n)): Granted(
            row["kind"], row["approval_no"], row["half"]
        )
        for row in leave_ranges(days)
        for n in range((row["last_on"] - row["first_on"]).days + 1)
    }
    assert again == days


@both_engines
@pytest.mark.parametrize(
    ("kind", "is_absent", "code"),
    [
        ("sick_leave", False, None),
        ("annual_leave", False, "leave.other_source"),
        (None, True, "leave.other_source"),
    ],
)
def test_a_source_agrees_with_anothers_leave_or_is_refused(
    session: Session,
    kind: str | None,
    is_absent: bool,  # noqa: FBT001 - a parameter of the test
    code: str | None,
) -> None:
    company = create_company(session)
    employment = create_employment(session, company)
    create_leave(session, employment, DAY, kind="sick_leave", source="leave")
    session.flush()
    day = (employment.id, DAY)

    plan = plan_days(
        session,
        company.id,
        "dingtalk",
        DayFacts(
            covered=frozenset({day}),
            leaves=[LeaveFact(*day, kind)] if kind else [],
            absences=frozenset({day}) if is_absent else frozenset(),
        ),
    )

    assert [fault.code for fault in plan.faults.values()] == ([code] if code else [])
    assert plan.leaves.is_empty
    assert plan.absences.is_empty
    assert plan.agreed == (0 if code else 1)


def test_leave_on_a_day_that_another_source_calls_absence_is_refused(session: Session) -> None:
    company = create_company(session)
    employment = create_employment(session, company)
    create_absence(session, employment, DAY)
    session.flush()
    day = (employment.id, DAY)

    said = DayFacts(covered=frozenset({day}), leaves=[LeaveFact(*day, "sick_leave")])
    assert plan_days(session, company.id, "dingtalk", said).faults[day].code == "leave.other_source"

    same = DayFacts(covered=frozenset({day}), absences=frozenset({day}))
    plan = plan_days(session, company.id, "dingtalk", same)
    assert (plan.faults, plan.agreed, plan.absences.is_empty) == ({}, 1, True)
