"""How the months of a quarter or year make its figures: every expected figure is reckoned by hand here.

Third quarter of 2026, everybody and women (fen; average headcount in hundredths):

===========  =======  =======  =========  =======  ======
month        jobs     joined   average    wages    women
===========  =======  =======  =========  =======  ======
July         10       2        9.50       30000.00  nobody
August       14       5        12.25      40000.50  4
September    11       0        12.00      36000.00  3
===========  =======  =======  =========  =======  ======
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.bureau.explorer_world import Plain, cube
from tests.bureau.filling import TODAY, given, lines_of, table_of
from workforce.bureau import service
from workforce.bureau.figures import PeriodFigures
from workforce.bureau.report import UNDEFINED, Report
from workforce.core.errors import InputError, NotFoundError
from workforce.core.period import PayPeriod
from workforce.core.report_period import ReportPeriod
from workforce.core.text import Text
from workforce.statistics.cube import Axis, CellRef, CubeSet, Group, PayrollCoverage
from workforce.statistics.measure import Over, Ratio
from workforce.statistics.measures import measures
from workforce.statistics.tables import Cell, CellState

QUARTER = ReportPeriod.parse("2026-Q3")
WOMEN = Group("2", Text("女", "Women"))
MEN = Group("1", Text("男", "Men"))
CODES = ("jobs_start", "jobs_end", "joined", "left", "average_headcount", "total_wages")


def month(
    number: int,
    figures: dict[str, Plain],
    women: dict[str, Plain] | None = None,
    *,
    year: int = 2026,
    companies: int = 2,
    with_result: int = 2,
) -> CubeSet:
    """Make a month's cubes: the whole, and sex with women where there are any."""
    sex = Axis("sex", Text("性别", "Sex"), (MEN, WOMEN) if women else (MEN,))
    whole = {code: [figures.get(code)] for code in CODES} | {
        "median_wage": [300_000],
        "average_wage": [figures.get("average_wage")],
    }
    by_sex = {
        code: [None, women.get(code), figures.get(code)] if women else [None, figures.get(code)]
        for code in CODES
    }
    return CubeSet(
        period=PayPeriod(year, number),
        is_protected=False,
        payroll=PayrollCoverage(companies=companies, with_result=with_result, approved=with_result),
        uncounted=Cell(CellState.SHOWN, 0),
        tables={"whole": cube("whole", (), whole), "sex": cube("sex", (sex,), by_sex)},
    )


JULY = month(
    7,
    {
        "jobs_start": 8,
        "jobs_end": 10,
        "joined": 2,
        "average_headcount": 950,
        "total_wages": 3_000_000,
    },
)
AUGUST = month(
    8,
    {
        "jobs_start": 10,
        "jobs_end": 14,
        "joined": 5,
        "average_headcount": 1225,
        "total_wages": 4_000_050,
    },
    {"jobs_end": 4, "joined": 4, "average_headcount": 350, "total_wages": 1_000_000},
)
SEPTEMBER = month(
    9,
    {
        "jobs_start": 14,
        "jobs_end": 11,
        "joined": 0,
        "average_headcount": 1200,
        "total_wages": 3_600_000,
    },
    {"jobs_end": 3, "joined": 0, "average_headcount": 400, "total_wages": 900_000},
)


def value(sets: tuple[CubeSet | None, ...], code: str, *groups: str) -> int | None:
    ref = CellRef("sex" if groups else "whole", code, groups)
    return PeriodFigures(QUARTER, sets).cell(ref).value


def test_stocks_are_of_the_end_flows_are_summed_averages_are_means() -> None:
    sets = (JULY, AUGUST, SEPTEMBER)
    assert value(sets, "jobs_start") == 8
    assert value(sets, "jobs_end") == 11
    assert value(sets, "joined") == 7
    # (9.50 + 12.25 + 12.00) ÷ 3 = 11.25
    assert value(sets, "average_headcount") == 1125
    # 30000.00 + 40000.50 + 36000.00
    assert value(sets, "total_wages") == 10_600_050
    # 106000.50 ÷ 11.25 = 9422.2666…
    assert value(sets, "average_wage") == 942_227
    # Nobody was a woman in July: 0 + 4 + 0 joined, (0 + 3.50 + 4.00) ÷ 3 = 2.50
    assert value(sets, "joined", "2") == 4
    assert value(sets, "average_headcount", "2") == 250
    # Months do not make a median.
    assert value(sets, "median_wage") is None


def test_a_month_that_is_unknown_is_never_taken_for_zero() -> None:
    missing = (JULY, None, SEPTEMBER)
    assert value(missing, "joined") is None
    assert value(missing, "average_headcount") is None
    assert value(missing, "jobs_end") == 11
    assert value((JULY, AUGUST, None), "jobs_end") is None
    # Wages of some companies only: their sum is told, an average over all people is not.
    partly = replace(AUGUST, payroll=PayrollCoverage(companies=2, with_result=1, approved=1))
    assert value((JULY, partly, SEPTEMBER), "total_wages") == 10_600_050
    assert value((JULY, partly, SEPTEMBER), "average_wage") is None
    # Before there was any company nobody was paid: that is known.
    nobody = month(7, {"jobs_end": 0, "average_headcount": 0}, companies=0, with_result=0)
    assert value((nobody, AUGUST, SEPTEMBER), "total_wages") == 7_600_050


def test_a_ratio_is_made_of_what_months_make() -> None:
    """Else it could never be told of a quarter."""
    for measure in measures().values():
        if isinstance(measure.over, Ratio):
            for code in (measure.over.numerator, measure.over.denominator):
                assert isinstance(measures()[code].over, Over), (measure.code, code)


@pytest.mark.feature("OFF-5")
def test_one_withheld_month_withholds_the_quarter() -> None:
    hidden = month(8, {"joined": "w", "jobs_end": "w", "average_headcount": 1225})
    figures = PeriodFigures(QUARTER, (JULY, hidden, SEPTEMBER))
    assert figures.cell(CellRef("whole", "joined", ())) == Cell(CellState.WITHHELD)
    # Of a stock only the last month is asked.
    assert figures.cell(CellRef("whole", "jobs_end", ())).value == 11


def quarterly(code: str) -> Report:
    last_year = replace(JULY, period=PayPeriod(2025, 7))
    sets = {one.period: one for one in (last_year, JULY, AUGUST, SEPTEMBER)}
    return service.fill_report(service.public_form(code), given(sets), QUARTER, filled_on=TODAY)


@pytest.mark.feature("OFF-8")
def test_the_quarterly_wage_form_has_its_lines_units_and_open_codes() -> None:
    report = quarterly("wages")
    table = table_of(report, "wages")
    lines = lines_of(table)
    assert report.form_number.zh == "基劳季 3 表"
    # Whole people and thousand yuan: 11.25 → 11, 106 000.50 → 106; a year ago two months are missing.
    assert lines[0] == ("一、从业人员期末人数", ["11", UNDEFINED, UNDEFINED])
    assert lines[1] == ("女性", ["3", UNDEFINED, UNDEFINED])
    assert lines[12] == ("二、从业人员平均人数", ["11", UNDEFINED, UNDEFINED])
    assert lines[13] == ("女性", ["3", UNDEFINED, UNDEFINED])
    assert lines[24] == ("三、从业人员工资总额", ["106", UNDEFINED, UNDEFINED])
    assert lines[36] == ("四、从业人员平均工资", ["9,422.27", UNDEFINED, UNDEFINED])
    assert [row.unit.zh for row in table.rows[:37:12]] == ["人", "人", "千元", "元"]
    # Codes of the state form are not known here: none is invented.
    assert {row.code for row in table.rows} == {""}
    assert [label for label, figures in lines if not figures][:2] == [
        "按人员类型分",
        "按职业类型分",
    ]
    # Every figure leads to its cell; a change is reckoned from two of them.
    first = table.rows[1].figures[0]
    assert (first.ref, first.month) == (CellRef("sex", "jobs_end", ("2",)), PayPeriod(2026, 9))
    assert table.rows[1].figures[2].ref is None
    # Of September a year ago there is nothing to open, nor of women in July.
    assert table.rows[0].figures[1].ref is None
    women = CellRef("sex", "jobs_end", ("2",))
    nobody = PeriodFigures(ReportPeriod(JULY.period), (JULY,)).figure(women)
    assert (nobody.value, nobody.ref) == (0, None)


def test_a_quarter_of_the_employment_form_tells_what_months_make() -> None:
    report = quarterly("employment")
    lines = dict(lines_of(table_of(report, "summary")))
    assert "中位工资" not in lines
    # 11 jobs; the quarter before is unknown.
    assert lines["期末岗位数"] == ["11", UNDEFINED, UNDEFINED, UNDEFINED, UNDEFINED]
    assert lines["工资总额"][0] == "106,000.50"
    assert "缺" not in "".join(note.zh for note in report.notes)


def test_last_month_and_change_and_target_stand_beside() -> None:
    sets = {one.period: one for one in (AUGUST, SEPTEMBER)}
    form = service.public_form("employment")
    report = service.fill_report(
        form,
        given(sets, targets={"jobs_end": 12}),
        ReportPeriod.parse("2026-09"),
        filled_on=TODAY,
    )
    lines = dict(lines_of(table_of(report, "summary")))
    # 11 after 14: −3 ÷ 14 = −21.43 %.
    assert lines["期末岗位数"] == ["11", "14", "−21.43", UNDEFINED, UNDEFINED, "12"]
    assert lines["新增"] == ["0", "5", "−100.00", UNDEFINED, UNDEFINED, UNDEFINED]


def test_the_monitor_compares_with_the_first_month_there_is() -> None:
    sets = {one.period: one for one in (JULY, AUGUST, SEPTEMBER)}
    form = service.public_form("monitor")
    report = service.fill_report(form, given(sets), ReportPeriod.parse("2026-09"), filled_on=TODAY)
    assert lines_of(report.tables[0])[0] == ("建档期末就业岗位", ["10", "10"])
    # 11 and 14 jobs after 10.
    assert lines_of(report.tables[0])[-2:] == [
        ("比建档期增减", ["+1", "+4"]),
        ("比建档期增减幅度", ["+10.00", "+40.00"]),
    ]


def test_a_form_is_filled_for_its_own_periods_only() -> None:
    form, source = service.public_form("monitor"), given({SEPTEMBER.period: SEPTEMBER})
    with pytest.raises(InputError) as refused:
        service.fill_report(form, source, QUARTER, filled_on=TODAY)
    assert refused.value.code == "report.span"
    assert "2026-10" in (refused.value.hint("zh") or "")
    with pytest.raises(NotFoundError):
        service.fill_report(
            form, given({}, is_protected=True), ReportPeriod.parse("2026-09"), filled_on=TODAY
        )
