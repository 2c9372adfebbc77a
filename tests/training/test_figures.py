"""What officials read of training: counted by hand, protected, the same on the page and in the file."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from typing import Final

import numpy as np
import pytest
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from tests import factories
from tests.engines import both_engines
from tests.factories.rows import add
from tests.factories.training import create_class, create_course, create_enrolment
from tests.factories.web import FormClient
from workforce.accounts.models import Account
from workforce.certification.models import SkillCertificate
from workforce.companies.models import Company
from workforce.core.period import PayPeriod
from workforce.core.permissions import Role
from workforce.core.report_period import ReportPeriod
from workforce.platform import clock
from workforce.platform.exhibits import Told, Value
from workforce.training import exhibits, figures
from workforce.training.figures import WITHHELD, withheld
from workforce.training.models import TrainingClass, TrainingResult

ClientAs = Callable[[Account], FormClient]

DECIDED: Final = dt.date(2026, 7, 10)
NOON: Final = dt.datetime(2026, 11, 2, 4, tzinfo=dt.UTC)


def decide(
    session: Session, company: Company, one: TrainingClass, *, passes: bool, stays: bool
) -> None:
    """Let a full-time employee have a result on 10 July, and leave before 10 October if not staying."""
    job = factories.create_employment(
        session, company, separated_on=None if stays else dt.date(2026, 10, 9)
    )
    place = create_enrolment(session, one, job)
    certificate = None
    if passes:
        certificate = add(
            session,
            SkillCertificate(
                person_id=job.person_id,
                issuer="培训中心",
                number=f"N{place.id}",
                level=5,
                issued_on=DECIDED,
                entered_at=NOON,
            ),
        ).id
    add(
        session,
        TrainingResult(
            enrolment_id=place.id,
            decided_on=DECIDED,
            is_passed=passes,
            attendance_rate=900_000 if passes else 400_000,
            reasons="" if passes else "attendance",
            certificate_id=certificate,
            decided_at=NOON,
        ),
    )


@pytest.fixture
def year(session: Session) -> Session:
    """July: course 甲 20 passed (14 at work three months later) and 5 not; course 乙 3 passed and 7 not."""
    company = factories.create_company(session)
    for title, passed, failed, stays in (("甲", 20, 5, 14), ("乙", 3, 7, 3)):
        one = create_class(session, None, create_course(session, title=title))
        for number in range(passed):
            decide(session, company, one, passes=True, stays=number < stays)
        for _ in range(failed):
            decide(session, company, one, passes=False, stays=True)
    session.commit()
    return session


@both_engines
@pytest.mark.feature("OFF-14")
def test_a_year_of_training_is_told_as_counted_by_hand_and_few_are_withheld(
    year: Session, client_as: ClientAs
) -> None:
    """Whole: 35 results, 23 passed, 12 not; 23 ÷ 35 = 65.7 %; attendance (23 × 90 + 12 × 40) ÷ 35 = 72.9 %.

    17 of 23 have work on 10 October, 6 have not. Six months are not over. Of 乙 3 passed: withheld; what
    it could be worked out from is withheld, too.
    """
    with clock.fixed(NOON):
        months = figures.months_of(year, PayPeriod(2026, 6), PayPeriod(2026, 12), clock.today())
        assert [str(month.period) for month in months] == [
            "2026-06",
            "2026-07",
            "2026-08",
            "2026-09",
            "2026-10",
        ]
        july = months[1]
        assert (july.whole.results, july.whole.passed, july.whole.failed) == (35, 23, 12)
        assert july.attendance == (23 * 900_000 + 12 * 400_000) // 35
        assert july.placed == {"placed_3": 17, "placed_6": None}
        first, second = july.courses.values()
        assert second.passed == WITHHELD
        assert WITHHELD in {first.passed, second.failed}
        assert first.passed == WITHHELD
        official = client_as(factories.create_account(year, Role.OFFICIAL))
        year.commit()
        page = official.get("/statistics/training?year=2026").text
        answer = official.get("/statistics/training.xlsx?year=2026")
    assert "66%" in page
    assert "73%" in page
    rows = list(load_workbook(io.BytesIO(answer.data))["按月"].iter_rows(values_only=True))
    (told,) = [row for row in rows if row[0] == "2026-07"]
    assert told[1:4] == (35, 23, 12)
    assert [round(float(str(value)), 2) for value in told[4:6]] == [0.66, 0.73]
    assert told[6:8] == (17, None)
    courses = {
        row[0]: row[1:4]
        for row in load_workbook(io.BytesIO(answer.data))["按课程"].iter_rows(values_only=True)
    }
    assert courses["乙"][1] == "※"
    assert courses["甲"][1] == "※"


def test_nothing_shown_tells_more_of_few_than_may_be_told() -> None:
    """Whatever is withheld leaves room for five more, by the sums of the table: worked out by hand.

    16 + 2 = 18: the two who failed are withheld, and with them who passed, else they follow.
    """
    table = np.array([[18, 16, 2], [18, 16, 2]])
    assert withheld(table).tolist() == [[False, True, True], [False, True, True]]
    # Nobody failed: that is an attribute of all, and told.
    assert not withheld(np.array([[18, 18, 0], [18, 18, 0]])).any()
    # One small course beside a large one: its total would follow from the others.
    hidden = withheld(np.array([[33, 23, 10], [30, 20, 10], [3, 3, 0]]))
    assert not hidden[0].any()
    assert hidden[1, 1]
    assert hidden[2, 1]


def test_exhibits_tell_months_that_were_over_then(year: Session) -> None:
    with clock.fixed(NOON):
        shown = exhibits.EXHIBITS[0].build(year, ReportPeriod.parse("2026-Q3"))
        rate = exhibits.EXHIBITS[1].build(year, ReportPeriod.parse("2026-Q3"))
        before = exhibits.EXHIBITS[0].build(year, ReportPeriod.parse("2026-Q2"))
    assert shown is not None
    assert rate is not None
    assert before is None
    assert [column.zh for column in shown.columns] == ["2026-07", "2026-08", "2026-09"]
    assert [row.values[0] for row in shown.rows] == [
        Value(35),
        Value(23),
        Value(None, Told.UNKNOWN),
    ]
    # 23 ÷ 35 = 65.7 %, in whole per cent as officials read it.
    assert rate.rows[0].values == (Value(66), Value(None, Told.UNKNOWN), Value(None, Told.UNKNOWN))
