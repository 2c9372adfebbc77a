"""Accepted output by task type: read with its companies, withheld where it is somebody's secret."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy.orm import Session

from tests.engines import both_engines
from tests.factories.companies import create_company
from tests.factories.people import create_employment
from tests.factories.work import (
    create_group_output,
    create_inspection,
    create_output,
    create_task_type,
)
from tests.statistics.seed import OCTOBER, create_run
from workforce.core.text import Text
from workforce.platform.scope import Scope
from workforce.statistics.cube import Group
from workforce.statistics.output import Output, Sampled, fill_output
from workforce.statistics.service import compute_cubes
from workforce.statistics.tables import CellState

TASKS = tuple(Group(code, Text(code, code)) for code in ("box", "lidar", "speech", "text"))
MADE = (
    # 6 + 5 + 5 jobs of three companies: 1000, 900, 800; the largest has 37 %.
    Output("box", "A", 1000, 6),
    Output("box", "B", 900, 5),
    Output("box", "C", 800, 5),
    # Two companies: each would know the other's.
    Output("lidar", "A", 500, 9),
    Output("lidar", "B", 500, 9),
    # Three jobs of three companies.
    Output("speech", "A", 10, 1),
    Output("speech", "B", 10, 1),
    Output("speech", "C", 10, 1),
)
SAMPLED = (
    # 3 errors of 700: 697 ÷ 700 = 99.571… %.
    Sampled("box", "A", 300, 2),
    Sampled("box", "B", 200, 0),
    Sampled("box", "C", 200, 1),
    # Two companies.
    Sampled("lidar", "A", 50, 1),
    Sampled("lidar", "B", 50, 0),
    # Nobody's output was accepted: all that is told would be about whom the samples are of.
    *(Sampled("text", company, 10, 10) for company in "ABC"),
)


@pytest.mark.feature("OFF-6")
def test_output_of_few_is_withheld() -> None:
    table = fill_output(MADE, SAMPLED, TASKS, is_protected=True)

    cells = {
        task.code: [table.cell(code, task.code) for code in ("accepted_output", "output_jobs")]
        for task in TASKS
    }
    assert [cell.value for cell in cells["box"]] == [2700, 16]
    # How many work on it is no secret, how much they make is.
    assert [cell.value for cell in cells["lidar"]] == [None, 18]
    assert {cell.state for cell in cells["speech"]} == {CellState.WITHHELD}
    assert [cell.value for cell in cells["text"]] == [0, 0]
    assert table.cell("accepted_output").state is CellState.UNDEFINED


def test_who_sees_full_figures_sees_what_there_is() -> None:
    table = fill_output(MADE, SAMPLED, TASKS, is_protected=False)

    assert [group.code for group in table.axes[0].groups] == ["box", "lidar", "speech", "text"]
    assert table.cell("accepted_output", "speech").value == 30
    assert table.cell("accuracy", "lidar").value == 9900


def test_accuracy_of_few_is_withheld() -> None:
    table = fill_output(MADE, SAMPLED, TASKS, is_protected=True)

    found = {
        task.code: [table.cell(code, task.code) for code in ("inspected_output", "accuracy")]
        for task in TASKS
    }
    assert [cell.value for cell in found["box"]] == [700, 9957]
    for code in ("lidar", "text"):
        assert {cell.state for cell in found[code]} == {CellState.WITHHELD}
    assert [cell.value for cell in found["speech"]] == [0, None]
    assert found["speech"][1].state is CellState.UNDEFINED


@both_engines
def test_output_of_a_month_is_read_by_company(session: Session) -> None:
    first, second = (create_company(session, code=code) for code in ("A", "B"))
    task = create_task_type(session, code="box")
    for company, quantities in ((first, (30, 12)), (second, (5,))):
        create_run(session, company)
        for quantity in quantities:
            employment = create_employment(session, company)
            for day in (5, 6):
                create_output(session, employment, task, dt.date(2026, 10, day), quantity)
    create_inspection(session, first, task, dt.date(2026, 10, 9), error_qty=3)
    create_inspection(session, first, task, dt.date(2026, 10, 9))
    create_inspection(session, first, task, dt.date(2026, 11, 2), error_qty=50)
    session.commit()

    def output(scope: Scope) -> list[int | None]:
        table = compute_cubes(session, scope, OCTOBER, is_protected=False).tables["output"]
        return [table.cell(code, "box").value for code in table.figures]

    # 2 days of 30 and of 12 by two jobs; of the other company 2 days of 5 by one.
    # The first has samples of 100 with 3 errors and of 100 without: 197 ÷ 200; November's is not of it.
    assert output(Scope.company(first.id)) == [84, 2, 200, 9850]
    assert output(Scope.company(second.id)) == [10, 1, 0, None]
    assert output(Scope.base()) == [94, 3, 200, 9850]


@both_engines
def test_a_groups_output_counts_once_and_each_of_its_members_too(session: Session) -> None:
    company, task = create_company(session), create_task_type(session, code="box")
    create_run(session, company)
    both, member, halves = (create_employment(session, company) for _ in range(3))
    day = dt.date(2026, 10, 20)
    create_output(session, both, task, day, 30)
    create_output(session, halves, task, day.replace(day=5), 4, pay_period="2026-10-H1")
    create_output(session, halves, task, day, 6, pay_period="2026-10-H2")
    create_group_output(session, company, task, day, 100, {both: 1000, member: 2000})
    create_group_output(session, company, task, dt.date(2026, 11, 3), 9, {member: None})
    session.commit()

    table = compute_cubes(session, Scope.company(company.id), OCTOBER, is_protected=False)

    # 30 + 4 + 6 + 100 by three jobs: who works alone and in a group, who in a group only, who is paid twice.
    cells = [
        table.tables["output"].cell(code, "box") for code in ("accepted_output", "output_jobs")
    ]
    assert [cell.value for cell in cells] == [140, 3]
