"""Exhibits of published statistics: they tell cells of issues, and nothing that is not published."""

from __future__ import annotations

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from tests.book.world import AUGUST, JUNE, MONTHS, SEPTEMBER, WHOLE, create_months, cubes_of
from tests.bureau.world import create_base
from tests.engines import both_engines
from tests.factories.issues import AT, create_issue
from workforce.bureau.exhibit_reading import by_instrument
from workforce.bureau.exhibits import EXHIBITS
from workforce.bureau.issues import kept
from workforce.bureau.issues.kept import Months
from workforce.core.report_period import ReportPeriod
from workforce.core.text import Text
from workforce.payroll.models import PayrollRun
from workforce.platform.exhibits import Exhibit, Told, Value
from workforce.statistics.models import MeasureTarget
from workforce.statistics.tables import Cell, CellState

Q3 = ReportPeriod.parse("2026-Q3")
WITHHELD = Value(None, Told.WITHHELD)
UNKNOWN = Value(None, Told.UNKNOWN)


def build(session: Session, code: str, period: ReportPeriod = Q3) -> Exhibit | None:
    (source,) = [one for one in EXHIBITS if one.code == code]
    return source.build(session, period)


def told(session: Session, code: str, period: ReportPeriod = Q3) -> dict[str, list[Value]]:
    exhibit = build(session, code, period)
    assert exhibit
    return {row.label.zh: list(row.values) for row in exhibit.rows}


@pytest.mark.feature("BASE-6")
@both_engines
def test_exhibits_tell_the_cells_of_issues(session: Session) -> None:
    create_months(session)
    assert told(session, "jobs_by_month") == {
        "期末岗位数": [Value(number) for number in WHOLE["jobs_end"]],
        "期末人数": [Value(number) for number in WHOLE["persons_end"]],
    }
    # Of a quarter: the sum of what moved, the last month of what stands.
    assert list(told(session, "moves_now").values()) == [
        [Value(160 + 120 + 200)],
        [Value(60 + 70 + 110)],
        [Value(100 + 50 + 90)],
    ]
    assert told(session, "jobs_by_place") == {
        "基地内企业": [Value(700)],
        "基地外企业": [Value(540)],
    }
    # One group alone says again what the whole says.
    assert build(session, "jobs_by_sex") is None
    # The largest first, what is withheld behind what is told.
    assert list(told(session, "jobs_by_company").items()) == [
        ("乙", [Value(500)]),
        ("甲", [Value(300)]),
        ("丙", [WITHHELD]),
    ]
    assert told(session, "wages_by_month")["中位工资"] == [WITHHELD] * 4
    exhibit = build(session, "jobs_by_company")
    assert exhibit
    assert exhibit.note is not None
    assert "※" in exhibit.note.zh
    assert "2026-09 第 1 期" in exhibit.source.zh
    assert exhibit.columns[0].zh == "2026年三季度"


def test_a_month_that_is_not_published_is_unknown(session: Session) -> None:
    create_months(session, JUNE, AUGUST, SEPTEMBER)
    jobs = told(session, "jobs_by_month")["期末岗位数"]
    assert jobs == [Value(1_000), UNKNOWN, Value(1_150), Value(1_240)]
    # What three months make together is told of the last one instead, and the column says so.
    moves = build(session, "moves_now")
    assert moves
    assert moves.columns[0].zh == "2026年9月"
    assert moves.rows[0].values == (Value(200),)
    assert build(session, "jobs_by_month", ReportPeriod.parse("2026-07")) is None
    assert told(session, "jobs_by_month", ReportPeriod(JUNE))["期末岗位数"] == [Value(1_000)]


@pytest.mark.feature("BASE-6")
def test_no_draft_is_ever_told(session: Session) -> None:
    create_base(session)
    session.execute(update(PayrollRun).values(state="closed"))
    session.commit()
    session.rollback()
    kept.refresh(session, Months(session), SEPTEMBER.next())
    october = ReportPeriod(SEPTEMBER.next())
    # October is computed and waits, but nothing of it is published.
    assert [one.code for one in EXHIBITS if one.build(session, october)] == []
    create_months(session)
    before = [one.build(session, Q3) for one in EXHIBITS]
    assert [one.code for one in EXHIBITS if one.build(session, october)] == []
    create_issue(
        session,
        cubes_of(SEPTEMBER, jobs_end=Cell(CellState.SHOWN, 1_300)),
        number=2,
        published_at=AT,
    )
    session.commit()
    # A revised issue takes the place of the first one.
    assert told(session, "jobs_by_month")["期末岗位数"][-1] == Value(1_300)
    assert before != [one.build(session, Q3) for one in EXHIBITS]


def test_targets_are_told_as_they_stood_at_the_end_of_the_period(session: Session) -> None:
    create_months(session)
    for period, value in (("2026-07", 1_100), ("2026-08", 1_200), ("2026-12", 1_200)):
        session.add(
            MeasureTarget(
                measure="jobs_end",
                period=period,
                bound="at_least",
                value=value,
                reason="1 号文",
                set_by_id=None,
                set_at=AT,
            )
        )
    session.add(
        MeasureTarget(
            measure="median_wage",
            period="2026-09",
            bound="at_least",
            value=400_000,
            reason="1 号文",
            set_by_id=None,
            set_at=AT,
        )
    )
    session.commit()
    exhibit = build(session, "targets_jobs")
    assert exhibit
    reached, aim = exhibit.rows
    assert reached.values == (Value(1_100), Value(1_150), Value(1_240))
    assert aim.values == (Value(1_100), Value(1_200), Value(1_200))
    assert aim.is_reference
    words = [column.zh.partition("：")[2].rstrip("）") for column in exhibit.columns]
    assert words == ["已达到", "逾期未达到", "目前已达到"]
    assert told(session, "targets_yuan")["完成"] == [WITHHELD]
    # By the end of July only its own target was due.
    july = build(session, "targets_jobs", ReportPeriod(MONTHS[1]))
    assert july
    assert july.rows[0].values == (Value(1_100),) * 3


def test_several_articles_of_one_instrument_name_it_once() -> None:
    order = (
        Text("某规定第五条", "Some Order, article 5"),
        Text("某规定第六条", "Some Order, article 6"),
    )
    own = Text("本基地口径", "Own definition")
    assert by_instrument([order[0], own, order[1], own]) == [
        Text("某规定第五条、第六条", "Some Order, articles 5, 6"),
        own,
    ]
    assert by_instrument(order[:1]) == [order[0]]
