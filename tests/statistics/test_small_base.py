"""The figures of the small base, worked out by hand in the comments."""

from __future__ import annotations

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from tests.engines import both_engines
from tests.factories.companies import create_company
from tests.factories.pay import history
from tests.factories.people import create_employment
from tests.factories.rows import add
from tests.factories.work import create_task_type
from tests.statistics.seed import OCTOBER, create_payslip, create_run, create_small_base
from workforce.companies.models import Company
from workforce.core.period import PayPeriod
from workforce.payroll.models import PayslipLine
from workforce.platform.scope import Scope
from workforce.statistics import queries
from workforce.statistics.cube import CubeSet
from workforce.statistics.service import compute_cubes, read_cubes
from workforce.statistics.tables import CellState

ONE_WAY = ("company", "sex", "age", "education", "township", "household")


def whole_base(session: Session, period: PayPeriod = OCTOBER) -> CubeSet:
    return compute_cubes(session, Scope.base(), period, is_protected=False)


def values(cubes: CubeSet) -> dict[str, int | None]:
    return {code: cells[0].value for code, cells in cubes.tables["whole"].figures.items()}


def rows(cubes: CubeSet, code: str, measures: tuple[str, ...]) -> dict[str, list[int | None]]:
    table = cubes.tables[code]
    (axis,) = table.axes
    return {
        group.label.zh: [table.cell(measure, group.code).value for measure in measures]
        for group in axis.groups
    }


def test_the_whole_base(session: Session) -> None:
    create_small_base(session)

    found = values(whole_base(session))

    # The others are counted in test_conditions.
    expected: dict[str, int | None] = {
        # e1 e3 e4 e5 e6; e8 left at 24:00 of 30 September.
        "jobs_start": 5,
        "joined": 1,  # e2
        "left": 2,  # e3 on the last day, e6
        "jobs_end": 4,  # 5 + 1 − 2: e1 e2 e4 e5; e3 is counted out
        "persons_end": 3,  # p1 p2 p4: p4 has two jobs
        # 31 + 16 + 31 + 31 + 31 + 10 = 150 days ÷ 31 = 4.8387…
        "average_headcount": 484,
        "time_wages": 480000,  # 3000 + 1000 + 900 − 100
        "piece_wages": 800050,  # 1500.50 + 4000 + 2500
        "bonus_wages": 20000,
        "allowance_wages": 6000,
        "overtime_wages": 12000,
        "special_wages": 1230,  # e8, paid after leaving
        "total_wages": 1319280,
        # 13192.80 × 31 ÷ 150 = 2726.512
        "average_wage": 272651,
        # 12.30 800 1000 | 1500.50 | 2560 3120 4200: the middle of seven
        "median_wage": 150050,
        "lower_quartile_wage": 80000,  # rank ⌈7 ÷ 4⌉ = 2 of the seven
        "upper_quartile_wage": 312000,  # rank ⌈21 ÷ 4⌉ = 6
        "net_change": -1,  # 1 − 2
        # 2 × 31 ÷ 150 = 0.41333…
        "turnover": 4133,
        # of e1 e2 e4 e5 all but e5: 3 ÷ 4
        "insurance_coverage": 7500,
    }
    assert {code: found[code] for code in expected} == expected


def test_the_six_parts_add_up_to_the_total(session: Session) -> None:
    create_small_base(session)

    found = values(whole_base(session))

    parts = ("time", "piece", "bonus", "allowance", "overtime", "special")
    assert sum(found[f"{part}_wages"] or 0 for part in parts) == found["total_wages"] == 1319280


@pytest.mark.feature("OFF-1")
def test_by_company(session: Session) -> None:
    create_small_base(session)

    cubes = whole_base(session)

    shown = ("persons_end", "jobs_end", "average_headcount", "average_wage", "median_wage")
    assert rows(cubes, "company", shown) == {
        # 109 days ÷ 31 = 3.516; (3120 + 1500.50 + 4200 + 2560) × 31 ÷ 109 = 3236.693…;
        # the middle of 1500.50 2560 3120 4200 = 2840
        "甲标注有限公司": [3, 3, 352, 323666, 284000],
        # 41 days ÷ 31 = 1.3226; (1000 + 800 + 12.30) × 31 ÷ 41 = 1370.275…
        "乙标注有限公司": [1, 1, 132, 137028, 80000],
    }
    # p4 counts once in each company and once in all.
    assert cubes.tables["company"].cell("persons_end").value == 3


@pytest.mark.feature("OFF-1")
def test_by_person(session: Session) -> None:
    create_small_base(session)
    cubes = whole_base(session)
    by = {code: rows(cubes, code, ("persons_end", "jobs_end")) for code in ONE_WAY}

    assert by["sex"] == {"男": [1, 1], "女": [2, 3]}
    # Who left in the month and who was only paid stand in a row without anybody at the end.
    assert by["age"] == {
        "24 岁及以下": [1, 1],
        "25–34 岁": [1, 1],
        "35–44 岁": [1, 2],
        "45–54 岁": [0, 0],
        "55 岁及以上": [0, 0],
    }
    assert by["education"] == {
        "研究生": [0, 0],  # p3 has 14, a master's degree
        "大学本科": [1, 1],
        "大学专科": [2, 3],
        "小学": [0, 0],
    }
    assert by["township"] == {
        "永安街道": [1, 2],
        "白帝镇": [2, 2],
        "云雾土家族乡": [0, 0],
        "县外": [0, 0],
    }
    assert by["household"] == {"农村": [2, 3], "城镇": [1, 1]}


@pytest.mark.feature("OFF-3")
@both_engines
def test_wages_by_company_and_by_main_task_type(session: Session) -> None:
    """Everybody all October: an average wage is that of jobs."""
    a, b = (create_company(session, code=code, name=code) for code in "AB")
    for code in ("box", "text"):
        create_task_type(session, code=code, name_zh=code)
    earned: list[tuple[Company, dict[str | None, int]]] = [
        (a, {"box": 300_000, "text": 50_000}),
        (a, {"box": 200_000}),
        (a, {"box": 170_000, "text": 180_000}),  # text, by 100 yuan
        (a, {None: 260_000}),  # not by pieces
        (b, {"text": 410_000}),
    ]
    runs = {company.id: create_run(session, company) for company in (a, b)}
    for company, amounts in earned:
        worker = create_employment(session, company)
        slip = create_payslip(session, runs[company.id], worker, {}, insured=True)
        for seq, (task, amount) in enumerate(amounts.items(), start=2):
            code, part = ("piecework_pay", "piece") if task else ("base_pay", "time")
            line = PayslipLine(
                payslip_id=slip.id,
                seq=seq,
                code=code,
                kind="earning",
                wage_part=part,
                amount=amount,
                detail=task,
                reference="",
                operands="{}",
            )
            with history(session):
                add(session, line)
    session.commit()

    cubes = whole_base(session)

    shown = ("average_wage", "lower_quartile_wage", "median_wage", "upper_quartile_wage")
    assert rows(cubes, "task_type", shown) == {
        "box": [275_000, 200_000, 275_000, 350_000],  # 2000 3500
        "text": [380_000, 350_000, 380_000, 410_000],  # 3500 4100
        "没有计件工资": [260_000] * 4,
    }
    assert rows(cubes, "company", shown) == {
        # 2000 2600 | 3500 3500: 11600 ÷ 4 = 2900; the first, the middle and the third
        "A": [290_000, 200_000, 305_000, 350_000],
        "B": [410_000] * 4,
    }


def test_every_table_adds_up_to_the_same_total(session: Session) -> None:
    create_small_base(session)
    cubes = whole_base(session)

    for code in ONE_WAY:
        shown = rows(cubes, code, ("jobs_end", "joined", "left", "total_wages"))
        sums = [sum(value or 0 for value in column) for column in zip(*shown.values(), strict=True)]
        assert sums == [4, 1, 2, 1319280]


def test_a_pair_of_groups_is_crossed_with_its_margins(session: Session) -> None:
    create_small_base(session)

    table = whole_base(session).tables["sex_age"]

    # Women: p1, 25 years old, and p4, 36 years old with two jobs; men: p2, 24.
    assert table.cell("jobs_end", "2", "25-34").value == 1
    assert table.cell("jobs_end", "2", "35-44").value == 2
    assert table.cell("jobs_end", "1", "0-24").value == 1
    assert table.cell("jobs_end", "2", "0-24").value == 0
    assert table.cell("jobs_end", "2", "total").value == 3
    assert table.cell("jobs_end", "total", "35-44").value == 2
    assert table.cell("jobs_end").value == 4


def test_a_company_sees_its_own(session: Session) -> None:
    _, b = create_small_base(session)

    cubes = compute_cubes(session, Scope.company(b.id), OCTOBER, is_protected=False)

    found = values(cubes)
    assert (found["jobs_end"], found["left"], found["total_wages"]) == (1, 1, 181230)
    assert cubes.uncounted.value == 1
    assert [group.label.zh for group in cubes.tables["company"].axes[0].groups] == [
        "乙标注有限公司"
    ]


def test_without_payroll_wages_are_unknown_not_zero(session: Session) -> None:
    create_small_base(session)

    cubes = whole_base(session, OCTOBER.next())

    unknown = ("total_wages", "average_wage", "median_wage", "insurance_coverage")
    states = {cubes.tables["whole"].cell(code).state for code in unknown}
    assert states == {CellState.UNDEFINED}
    assert values(cubes)["jobs_end"] == 4
    assert cubes.payroll.with_result == 0


def test_companies_without_payroll_do_not_thin_the_average(session: Session) -> None:
    create_small_base(session, state_of_b="calculated")

    month = read_cubes(session, Scope.base(), OCTOBER, is_protected=True)

    # An official sees decided results only: B's run is not approved.
    assert (month.payroll.companies, month.payroll.with_result, month.payroll.approved) == (2, 1, 1)
    exact = month.tabulation.population.total_wages.sum()
    assert exact == 312000 + 150050 + 420000 + 256000
    everything = values(whole_base(session))
    assert everything["total_wages"] == 1319280


@pytest.mark.parametrize("people", [3, 30])
def test_the_number_of_queries_does_not_grow(session: Session, people: int) -> None:
    a, _ = create_small_base(session)
    for _number in range(people):
        create_employment(session, a)
    session.commit()
    statements: list[str] = []

    def note(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    try:
        whole_base(session)
    finally:
        event.remove(engine, "before_cursor_execute", note)

    assert len([text for text in statements if text.startswith(("SELECT", "WITH"))]) == 7


@pytest.mark.feature("OFF-5")
@both_engines
def test_of_a_small_base_nothing_is_told_of_anybody(session: Session) -> None:
    create_small_base(session)

    cubes = compute_cubes(session, Scope.base(), OCTOBER, is_protected=True)

    told = {
        cell.value
        for table in cubes.tables.values()
        for cells in table.figures.values()
        for cell in cells
    }
    # Only that nobody is somewhere, and the five jobs at the start.
    assert told == {None, 0, 5}
    assert cubes.tables["whole"].cell("jobs_start").value == 5
    assert cubes.uncounted.state is CellState.WITHHELD


@pytest.mark.feature("OFF-7")
@both_engines
def test_no_row_carries_a_person(session: Session) -> None:
    create_small_base(session)

    found = session.execute(queries.month_rows(Scope.base(), OCTOBER))

    names = set(found.keys())
    assert names == set(queries.MONTH_COLUMNS)
    assert not names & {"person_id", "employment_id", "name", "employee_no", "id_number"}
    assert not any("_id" in name for name in names - {"company_id"})
