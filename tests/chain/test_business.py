"""What the hall and the book may tell of business: nothing that is one or two companies' secret (BASE-2)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from tests.chain.world import accept
from tests.factories import create_company
from tests.factories.projects import create_client, create_project, create_target
from tests.factories.returns import create_return
from workforce.chain import published
from workforce.chain.business import Business
from workforce.chain.business_exhibits import EXHIBITS
from workforce.core.period import PayPeriod
from workforce.core.report_period import ReportPeriod
from workforce.platform import clock
from workforce.platform.exhibits import Exhibit, Shape, Told

pytestmark = pytest.mark.feature("BASE-2")

NOON = dt.datetime(2027, 1, 5, 4, tzinfo=dt.UTC)
MILLION = 100_000_000


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.fixed(NOON):
        yield


def shown(session: Session, code: str, month: int) -> Exhibit | None:
    source = next(one for one in EXHIBITS if one.code == code)
    return source.build(session, ReportPeriod(PayPeriod(2026, month)))


def sign(session: Session, *amounts: int, on: dt.date) -> None:
    """Let so many companies sign one contract each; amounts in fen."""
    for amount in amounts:
        company = create_company(session)
        client = create_client(session, company)
        create_project(session, company, client, contract_amount=amount, signed_on=on)


def test_business_of_few_companies_is_withheld_and_others_is_rounded(session: Session) -> None:
    """Two companies in March; in June a third makes 40, 35 and 25.4 million; in July one signs another."""
    assert shown(session, "business_volume", 3) is None  # no target
    create_target(session, 2026, 100 * MILLION)
    sign(session, 40 * MILLION, 35 * MILLION, on=dt.date(2026, 3, 31))
    march = shown(session, "business_volume", 3)
    assert march is not None
    assert [row.values[0].told for row in march.rows] == [Told.WITHHELD, Told.SHOWN]
    assert march.note is not None
    assert march.note.en.startswith("※")
    sign(session, 25 * MILLION + 40_000_000, on=dt.date(2026, 6, 1))
    june = shown(session, "business_volume", 6)
    assert june is not None
    assert [row.values[0].number for row in june.rows] == [100, 100]
    assert [row.is_reference for row in june.rows] == [False, True]
    assert june.note is None
    # The sum of both months would be no secret, 20 of 120.4 million; less June's it is one company's.
    sign(session, 20 * MILLION, on=dt.date(2026, 7, 1))
    july = shown(session, "business_volume", 7)
    assert july is not None
    assert (july.rows[0].label.en, july.rows[0].values[0].number) == ("Signed up to 2026-06", 100)
    assert july.note is not None
    # With August's 15 and 15 of two others it is three companies', each 30 to 40 per cent.
    sign(session, 15 * MILLION, 15 * MILLION, on=dt.date(2026, 8, 31))
    august = shown(session, "business_volume", 8)
    assert august is not None
    assert (august.rows[0].label.en, august.rows[0].values[0].number) == (
        "Signed up to 2026-08",
        150,
    )
    # A month without a contract tells that there was none.
    september = shown(session, "business_volume", 9)
    assert september is not None
    assert september.rows[0].label.en == "Signed up to 2026-09"


def test_a_year_that_is_over_says_whether_its_target_was_reached(session: Session) -> None:
    create_target(session, 2026, 100 * MILLION)
    sign(session, 30 * MILLION, 30 * MILLION, 30 * MILLION, on=dt.date(2026, 5, 4))
    december = shown(session, "business_volume", 12)
    assert december is not None
    assert december.note is not None
    assert december.note.en == "The year is over and the target was not reached."
    # One company's contract of the last month is not told, nor by what is said of the target.
    sign(session, 4 * MILLION, on=dt.date(2026, 12, 31))
    december = shown(session, "business_volume", 12)
    assert december is not None
    assert december.note is not None
    assert december.note.en.startswith("Too few companies")
    sign(session, 3 * MILLION, 3 * MILLION, on=dt.date(2026, 12, 31))
    december = shown(session, "business_volume", 12)
    assert december is not None
    assert december.note is not None
    assert december.note.en == "The target is reached."


def test_years_stand_side_by_side(session: Session) -> None:
    """2025 is one company's and withheld; 2026 up to May is 90 million, said to be a part of the year."""
    assert shown(session, "business_volume_by_year", 5) is None
    sign(session, 8 * MILLION, on=dt.date(2025, 5, 4))
    sign(session, 30 * MILLION, 30 * MILLION, 30 * MILLION, on=dt.date(2026, 5, 4))
    sign(session, 30 * MILLION, on=dt.date(2026, 6, 1))
    years = shown(session, "business_volume_by_year", 5)
    assert years is not None
    told = [(row.label.en, row.values[0].number, row.values[0].told) for row in years.rows]
    assert told == [("2025", None, Told.WITHHELD), ("2026 up to month 5", 90, Told.SHOWN)]
    november = shown(session, "business_volume_by_year", 11)
    assert november is not None
    assert [row.label.en for row in november.rows][1] == "2026 up to month 5"


def test_a_year_alone_is_a_figure_and_stands_beside_its_target(session: Session) -> None:
    sign(session, 30 * MILLION, 30 * MILLION, 30 * MILLION, on=dt.date(2026, 5, 4))
    alone = shown(session, "business_volume_by_year", 5)
    assert alone is not None
    assert (alone.title.zh, alone.shape) == ("引进业务量", Shape.NUMBERS)
    assert [value.number for row in alone.rows for value in row.values] == [90]
    # With a target the same 90 stand beside it already.
    create_target(session, 2026, 100 * MILLION)
    assert shown(session, "business_volume_by_year", 5) is None


def _tell(session: Session, *months: int) -> None:
    """Let one company's returns of some months be accepted, and the month two after the last one be published."""
    company = create_company(session, reports_by="return", returns_from="2026-01")
    for month in months:
        accept(session, create_return(session, company, period=f"2026-{month:02}").id)
    published.keep(session, PayPeriod(2026, months[-1] + 2))


def _sum(session: Session, month: int) -> tuple[str, int | None]:
    create_target(session, 2026, 1000 * MILLION)
    found = shown(session, "business_volume", month)
    assert found is not None
    row = found.rows[0]
    return row.label.en, row.values[0].number


def test_the_years_sum_does_not_tell_a_month_that_the_chain_withholds(session: Session) -> None:
    """30 each of three in January and March, 20 of one in February: the sum of 200 less both would be these 20.

    With May's 8 and 8 of two others the withheld months are three companies' 36.
    """
    for month in (1, 3):
        sign(session, *[30 * MILLION] * 3, on=dt.date(2026, month, 5))
    sign(session, 20 * MILLION, on=dt.date(2026, 2, 5))
    sign(session, 8 * MILLION, 8 * MILLION, on=dt.date(2026, 5, 5))
    _tell(session, 1, 2, 3, 4, 5)
    told = published.told_months(session, PayPeriod(2026, 1), PayPeriod(2026, 5))
    assert [one.contracts.whole.value for one in told] == [
        90 * MILLION,
        None,
        90 * MILLION,
        0,
        None,
    ]
    assert _sum(session, 3) == ("Signed up to 2026-01", 90)
    assert _sum(session, 4) == ("Signed up to 2026-01", 90)
    assert _sum(session, 5) == ("Signed up to 2026-05", 216)


def test_a_contract_that_is_recorded_late_is_in_nothing_that_is_told(session: Session) -> None:
    sign(session, *[30 * MILLION] * 3, on=dt.date(2026, 1, 5))
    _tell(session, 1)
    assert _sum(session, 1) == ("Signed up to 2026-01", 90)
    sign(session, 50 * MILLION, on=dt.date(2026, 1, 6))
    assert _sum(session, 1) == ("Signed up to 2026-01", 90)
    sign(session, *[10 * MILLION] * 3, on=dt.date(2026, 2, 5))
    _tell(session, 2)
    assert _sum(session, 2) == ("Signed up to 2026-02", 120)


def test_a_month_that_the_years_sum_has_passed_is_not_told_by_itself(session: Session) -> None:
    """February has no return: its 20 of one, and March's 10 and 10 of two, are told together; later by themselves none is."""
    sign(session, 20 * MILLION, on=dt.date(2026, 2, 5))
    sign(session, 10 * MILLION, 10 * MILLION, on=dt.date(2026, 3, 5))
    _tell(session, 3)
    assert _sum(session, 3) == ("Signed up to 2026-03", 40)
    sign(session, 20 * MILLION, 20 * MILLION, on=dt.date(2026, 2, 6))
    company = create_company(session, reports_by="return", returns_from="2026-01")
    accept(session, create_return(session, company, period="2026-02").id)
    published.keep(session, PayPeriod(2026, 6))
    (february,) = published.told_months(session, PayPeriod(2026, 2), PayPeriod(2026, 2))
    assert (february.contracts.whole.value, february.business) == (
        None,
        Business(PayPeriod(2026, 3), 40 * MILLION),
    )
    assert all(cell.value is None for cell in february.contracts.links.values())
