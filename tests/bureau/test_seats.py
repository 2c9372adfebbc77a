"""The seats that officials see: built, usable and in use; what tells of few people is withheld."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable

import openpyxl
import pytest
from click.testing import CliRunner
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from tests import factories
from tests.factories.issues import create_next_issue
from tests.factories.premises import create_floor
from tests.factories.requests import create_shift_type
from tests.factories.seating import create_office, create_seat_assignment
from tests.factories.web import FormClient, without_tokens
from workforce.accounts.models import Account
from workforce.bureau.models import PublishedSeats
from workforce.bureau.seats import months as seat_months
from workforce.bureau.seats.exhibits import EXHIBITS
from workforce.bureau.seats.seats import hidden, protected
from workforce.cli.main import main
from workforce.config import Settings
from workforce.core.period import PayPeriod
from workforce.core.permissions import Role
from workforce.core.report_period import ReportPeriod
from workforce.platform.exhibits import Told
from workforce.platform.law_book import law_book
from workforce.platform.scope import Scope
from workforce.premises.models import Floor
from workforce.seating.figures import Figures, Line, Place, SeatUse, read_figures

_OCTOBER = PayPeriod(2026, 10)
_NEXT = dt.datetime(2026, 11, 1)


def _base(session: Session) -> None:
    """One site of two floors; three companies come on 2026-10-09 from 9:00 to 18:00, all of them.

    F1: A with 8 seats and 6 people, B with 3 seats and 2 people. F2: C with 10 seats and 7 people.
    October 2026 has 17 workdays, so 9 hours of 17 × 9 are in use.
    """
    first = create_floor(session, name="一层")
    second = create_floor(session, None, site_id=first.site_id, name="二层")
    for code, floor, seats, people in [
        ("A", first, 8, 6),
        ("B", first, 3, 2),
        ("C", second, 10, 7),
    ]:
        company = factories.create_company(session, code=code, name=f"{code}公司")
        create_shift_type(session, company)
        for seat in create_office(session, company, seats, floor)[:people]:
            who = factories.create_employment(session, company)
            create_seat_assignment(session, who, seat)
            factories.create_shift(session, who, dt.date(2026, 10, 9))


def _line(number: int, peak: int, usable: int = 20) -> Line:
    use = SeatUse(
        built=usable,
        usable=usable,
        silent=0,
        hours=9,
        seat_hours=peak * 9,
        usable_hours=usable * 9,
        peak=peak,
        peak_at=None,
        is_known=True,
    )
    return Line(Place(number, str(number), str(number)), use)


def _october(session: Session) -> Figures:
    days = (_OCTOBER.first_on, _OCTOBER.last_on)
    return read_figures(session, Scope.base(), *days, now=_NEXT, calendar=law_book().calendar())


@pytest.mark.parametrize(
    ("peaks", "expected"),
    [
        ((0, 5, 9), set()),
        # One small line: the least used others keep it from being the rest of the total, two of them: each
        # knows its own, and would take it off.
        ((3, 9, 6), {0, 1, 2}),
        ((3, 9, 6, 7), {0, 2, 3}),
        ((3, 2, 9), {0, 1, 2}),
        # Without the eight two and two are four.
        ((2, 2, 9, 8), {0, 1, 2, 3}),
        ((4, 0, 0), {0}),
    ],
)
def test_what_is_withheld_is_not_the_rest_of_a_total(
    peaks: tuple[int, ...], expected: set[int]
) -> None:
    assert _hidden([_line(number, peak) for number, peak in enumerate(peaks)]) == expected


def _hidden(lines: list[Line]) -> set[int]:
    """Withhold lines that are a company each."""
    return hidden(
        lines, {one.place.id: {one.place.id: (one.use.usable, one.use.peak)} for one in lines}
    )


def test_few_usable_seats_are_withheld_and_none_in_use_are_told() -> None:
    lines = [_line(0, 4, usable=4), _line(1, 0, usable=2), _line(2, 7), _line(3, 8), _line(4, 9)]
    assert _hidden(lines) == {0, 2, 3}


@pytest.mark.feature("OFF-13")
def test_a_published_month_is_told_by_site_floor_and_company(
    session: Session, client_as: Callable[[Account], FormClient]
) -> None:
    _base(session)
    official = factories.create_account(session, Role.OFFICIAL)
    finance = factories.create_account(session, Role.FINANCE, factories.create_company(session))
    session.commit()
    browser = client_as(official)
    assert "还没有公布过统计" in browser.get("/statistics/seats").text
    assert browser.get("/statistics/seats.xlsx").status_code == 404
    create_next_issue(session, _OCTOBER)
    session.commit()

    page = without_tokens(browser.get("/statistics/seats").text)
    assert "A公司" in page
    assert browser.get("/statistics/seats?period=2026-09").status_code == 404
    assert client_as(finance).get("/statistics/seats").status_code == 403
    answer = browser.get("/statistics/seats.xlsx?period=2026-10")
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    places, companies = (
        [row[:6] for row in sheet.iter_rows(min_row=3, values_only=True) if row[1] is not None]
        for sheet in book.worksheets
    )
    # 15 seats in use at once, 9 of 153 hours: 15 × 9 ÷ 153 = 0.88; of 21 seats 4.2 %.
    assert places[0] == ("全基地合计", 21, 21, 1, 15, 4)
    # B's two are withheld, and with them A's six and C's seven: the rest of the total would be B's, for
    # everybody, or for A alone. F1 less A's own would be B's, too, and the site less F2 would be F1.
    # In whatever order: their codes count up through all tests, and F10 comes before F9.
    floors = sorted((row[1:] for row in places[2:]), reverse=True)
    assert floors == [(11, 11, "※", "※", "※"), (10, 10, "※", "※", "※")]
    assert [row[1:] for row in companies] == [
        (8, 8, "※", "※", "※"),
        (3, 3, "※", "※", "※"),
        (10, 10, "※", "※", "※"),
    ]

    (source,) = EXHIBITS
    shown = source.build(session, ReportPeriod(_OCTOBER))
    assert shown is not None
    assert [[value.number for value in row.values] for row in shown.rows] == [[21], [15], [1]]
    assert all(value.told is Told.SHOWN for row in shown.rows for value in row.values)
    assert source.build(session, ReportPeriod(_OCTOBER.next())) is None

    # What was told stands, whatever is found out later.
    create_office(session, None, 1)
    seat_months.keep(session, _OCTOBER)
    session.commit()
    assert without_tokens(browser.get("/statistics/seats").text) == page
    assert source.build(session, ReportPeriod(_OCTOBER)) == shown
    for statement in (update(PublishedSeats).values(content="x"), delete(PublishedSeats)):
        with pytest.raises(DatabaseError, match="append-only"):
            session.execute(statement)
        session.rollback()


def test_a_floor_does_not_tell_what_a_company_does_not(session: Session) -> None:
    """D joins with one person on the second floor: withheld with B, they are three; so A goes, and C for A knows its own.

    C and D share F2: F2 less C's own would be D. So F2 goes, and F1 with it.
    """
    _base(session)
    second = session.scalars(select(Floor).where(Floor.name == "二层")).one()
    company = factories.create_company(session, code="D")
    create_shift_type(session, company)
    (seat,) = create_office(session, company, 1, second)
    who = factories.create_employment(session, company)
    create_seat_assignment(session, who, seat)
    factories.create_shift(session, who, dt.date(2026, 10, 9))
    session.commit()
    table = protected(_OCTOBER, _october(session))
    assert all(line.is_withheld for line in table.companies)
    assert [(line.level, line.is_withheld) for line in table.places] == [
        (0, False),
        (1, False),
        (2, True),
        (2, True),
    ]


def test_a_withheld_site_is_not_the_sum_of_its_floors(session: Session) -> None:
    """E's two seats in use are all of a second site: the first one is withheld, and so are its floors."""
    _base(session)
    company = factories.create_company(session, code="E")
    create_shift_type(session, company)
    for seat in create_office(session, company, 9, create_floor(session, name="副楼"))[:2]:
        who = factories.create_employment(session, company)
        create_seat_assignment(session, who, seat)
        factories.create_shift(session, who, dt.date(2026, 10, 9))
    session.commit()
    table = protected(_OCTOBER, _october(session))
    told = [(line.level, line.is_withheld) for line in table.places]
    assert sorted(told) == [(0, False), *[(1, True)] * 2, *[(2, True)] * 3]


def test_the_command_tells_all(
    session: Session, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workforce.migrations.is_current", lambda _engine: True)
    _base(session)
    session.commit()
    words = ["--instance", str(settings.instance), "seats", "2026-10"]
    result = CliRunner().invoke(main, words, env={"LC_ALL": "en"}, catch_exceptions=False)
    rows = [line.split() for line in result.output.splitlines()]
    # 2 × 9 ÷ 153 = 0.12 of three seats, 3.9 %: nothing is withheld.
    assert ["B公司", "3", "3", "0", "2", "4"] in rows
    wrong = CliRunner().invoke(main, [*words[:3], "2026-13"], env={"LC_ALL": "en"})
    assert (wrong.exit_code, "2026-13" in wrong.output) == (2, True)


def test_seats_that_nobody_was_given_have_no_use_to_show(session: Session) -> None:
    company = factories.create_company(session)
    create_office(session, company, 5)
    factories.create_shift(
        session, factories.create_employment(session, company), _OCTOBER.first_on
    )
    create_next_issue(session, _OCTOBER)
    seat_months.keep(session, _OCTOBER)
    session.commit()
    (table,) = seat_months.newest_tables(session, _OCTOBER)
    assert (table.places[0].usable, table.places[0].peak, table.silent) == (5, None, 5)
    assert EXHIBITS[0].build(session, ReportPeriod(_OCTOBER)) is None
