from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import holidays
import pytest

from workforce.core.errors import LawMissingError
from workforce.core.law import LawBook
from workforce.core.period import DateRange, PayPeriod
from workforce.core.work_calendar import DayClass, DayMark, WorkCalendar

HOLIDAY, REST_DAY, WORKDAY = DayClass.HOLIDAY, DayClass.REST_DAY, DayClass.WORKDAY


@pytest.fixture(scope="module")
def calendar() -> WorkCalendar:
    return LawBook.load().calendar()


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("2026-02-15", REST_DAY),  # a break's day before New Year's Eve
        ("2026-02-16", HOLIDAY),  # New Year's Eve, statutory since 2025
        ("2026-02-19", HOLIDAY),
        ("2026-02-20", REST_DAY),
        ("2026-02-28", WORKDAY),  # a Saturday that is worked
        ("2026-05-01", HOLIDAY),
        ("2026-05-02", HOLIDAY),
        ("2026-05-04", REST_DAY),  # a day off in lieu: 200 %, not 300 %
        ("2026-10-03", HOLIDAY),
        ("2026-10-05", REST_DAY),
        ("2026-10-10", WORKDAY),
        ("2024-02-09", WORKDAY),  # New Year's Eve was an ordinary Friday before 2025
        ("2024-05-02", REST_DAY),  # statutory since 2025 only
        ("2020-01-31", REST_DAY),  # Spring Festival as extended
        ("2020-02-01", REST_DAY),  # first a workday by the notice, then off
        ("2020-10-01", HOLIDAY),  # National Day and Mid-Autumn at once
        ("2025-10-06", HOLIDAY),  # Mid-Autumn inside the National Day break
        ("2019-05-02", REST_DAY),  # Labour Day of 2019 as changed in March
    ],
)
def test_days_by_the_notices(calendar: WorkCalendar, on: str, expected: DayClass) -> None:
    assert calendar.day_class(date.fromisoformat(on)) is expected


def test_october_2026_has_18_workdays_and_3_holidays(calendar: WorkCalendar) -> None:
    classes = calendar.month_classes(PayPeriod(2026, 10)).tolist()
    assert classes.count(WORKDAY) == 18
    assert classes.count(HOLIDAY) == 3
    assert len(classes) == 31


def test_own_rest_weekdays_leave_the_notice_alone(calendar: WorkCalendar) -> None:
    monday_and_tuesday = frozenset({1, 2})
    for on, expected in (
        (date(2026, 10, 12), REST_DAY),  # Monday
        (date(2026, 10, 17), WORKDAY),  # Saturday
        (date(2026, 10, 6), REST_DAY),
        (date(2026, 10, 1), HOLIDAY),
        (date(2026, 9, 20), WORKDAY),
    ):
        assert calendar.day_class(on, monday_and_tuesday) is expected


def test_marks_tell_what_the_notice_says(calendar: WorkCalendar) -> None:
    marks = calendar.marks(DateRange(date(2026, 10, 3), date(2026, 10, 12))).tolist()
    assert marks == [
        DayMark.HOLIDAY,
        *[DayMark.DAY_OFF] * 4,
        *[DayMark.ORDINARY] * 2,
        DayMark.ADJUSTED_WORKDAY,
        DayMark.ORDINARY,
    ]


@pytest.mark.parametrize("year", [2018, 2027])
def test_a_year_without_notice_is_refused(calendar: WorkCalendar, year: int) -> None:
    assert not calendar.has_year(year)
    with pytest.raises(LawMissingError, match=str(year)):
        calendar.month_classes(PayPeriod(year, 1))


def test_a_day_is_expected_to_be_worked(calendar: WorkCalendar) -> None:
    assert not calendar.is_expected_workday(date(2026, 10, 7))  # Wednesday, off by the notice
    assert calendar.is_expected_workday(date(2026, 10, 10))  # Saturday, moved by the notice
    # A year without a notice: Friday, Saturday.
    assert calendar.is_expected_workday(date(2040, 10, 5))
    assert not calendar.is_expected_workday(date(2040, 10, 6))


@pytest.mark.parametrize("year", range(2019, 2027))
def test_two_packages_agree_with_every_day(calendar: WorkCalendar, year: int) -> None:
    names = holidays.country_holidays("CN", years=year, language="zh_CN")
    not_statutory = ("补假", "休息日", "延长假期")
    statutory = {
        on for on, name in names.items() if not any(word in name for word in not_statutory)
    }
    for on in DateRange(date(year, 1, 1), date(year + 1, 1, 1)):
        found = calendar.day_class(on)
        assert (found is HOLIDAY) == (on in statutory), on
        assert (found is WORKDAY) == chinese_calendar.is_workday(on), on


@pytest.mark.parametrize(
    ("year", "count"), [(2019, 11), (2020, 10), (2024, 11), (2025, 13), (2026, 13)]
)
def test_holidays_in_a_year(calendar: WorkCalendar, year: int, count: int) -> None:
    assert len(calendar.years[year].holidays) == count


def test_every_adjusted_workday_pays_for_a_weekday_off(calendar: WorkCalendar) -> None:
    """In a year, weekdays off for want of a holiday are as many as the weekend days worked."""
    for year in range(2021, 2027):
        notice = calendar.years[year]
        weekend_holidays = sum(on.isoweekday() > 5 for on in notice.holidays)
        weekdays_off = sum(on.isoweekday() <= 5 for on in notice.days_off)
        assert weekdays_off == len(notice.adjusted_workdays) + weekend_holidays, year


def test_a_notice_may_reach_into_the_december_before(calendar: WorkCalendar) -> None:
    saturday = date(2022, 12, 31)
    assert calendar.mark(saturday) is DayMark.DAY_OFF
    assert calendar.mark(saturday - timedelta(days=7)) is DayMark.ORDINARY
