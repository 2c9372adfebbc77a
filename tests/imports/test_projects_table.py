"""Projects as a table: clients and contracts come with their tasks, whole or not at all, and once."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.imports.conftest import World, reasons
from workforce.projects.models import Client, Project, ProjectTask

pytestmark = pytest.mark.feature("BASE-2")

HEAD = "项目编号,项目名称,客户编号,客户名称,客户地区代码,统一社会信用代码,合同金额,签订日期,开始日期,截止日期,任务类型,客户单价,合同数量"
FIRST = "P-1,道路拉框,C-1,渝北智行,500112,,186000.00,2026-09-01,2026-09-07,2026-12-31,bbox_2d,0.18,900000"
MORE = "P-1,,,,,,,,,,polygon,2.4,10000"
SECOND = "P-2,夜间拉框,C-1,,,,5000,2026-09-02,2026-09-07,2026-10-31,bbox_2d,0.2,1000"


def table(*lines: str) -> str:
    return "\n".join((HEAD, *lines)) + "\n"


def test_a_row_says_what_is_new_and_the_rest_stays(world: World) -> None:
    """Two projects of one client, one with two tasks; a changed price is one change, again is none."""
    seen = world.apply("projects", "项目.csv", table(FIRST, MORE, SECOND))
    assert seen.refusals == []
    session = world.session
    assert session.scalars(select(Client.name)).all() == ["渝北智行"]
    amounts = session.execute(select(Project.code, Project.contract_amount).order_by(Project.code))
    assert amounts.all() == [("P-1", 18_600_000), ("P-2", 500_000)]
    prices = select(ProjectTask.unit_price, ProjectTask.contracted_qty).order_by(ProjectTask.id)
    assert sorted(session.execute(prices).all()) == [
        (180_000, 900_000),
        (200_000, 1_000),
        (2_400_000, 10_000),
    ]
    again = world.apply("projects", "项目.csv", table(FIRST, MORE, SECOND))
    assert again.counts[:2] == (0, 0)
    cheaper = table("P-1,,,,,,,,,,polygon,2.3,10000", "P-2,,,,,,,,,2026-11-30,bbox_2d,0.2,1000")
    world.apply("projects", "项目.csv", cheaper)
    session.expire_all()
    assert 2_300_000 in session.scalars(select(ProjectTask.unit_price)).all()
    due = session.scalars(select(Project.due_on).order_by(Project.code)).all()
    assert [f"{on}" for on in due] == ["2026-12-31", "2026-11-30"]
    assert session.scalars(select(Client.region)).all() == ["500112"]


def test_large_contracts_are_taken(world: World) -> None:
    """Twelve million yuan, and more units than an output record ever has."""
    large = FIRST.replace("186000.00", "12000000.00").replace(",900000", ",1390966")
    seen = world.apply("projects", "项目.csv", table(large))
    assert seen.refusals == []
    chosen = select(Project.contract_amount, ProjectTask.contracted_qty).join(
        ProjectTask, ProjectTask.project_id == Project.id
    )
    assert world.session.execute(chosen).all() == [(1_200_000_000, 1_390_966)]


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ((MORE,), "project.new"),
        ((FIRST.replace("渝北智行", ""),), "project.client_unknown"),
        ((FIRST.replace("500112", "5001"),), "project.region"),
        ((FIRST.replace("500112,", "500112,91500236MA5D10001X"),), "identity.credit_code"),
        ((FIRST.replace("2026-12-31", "2026-09-06"),), "project.range"),
        ((FIRST.replace("2026-09-01", "2027-09-01"),), "project.signed"),
        ((FIRST.replace(",900000", ",0"),), "project.quantity"),
        ((FIRST.replace(",900000", ","),), "project.task_columns"),
        ((FIRST.replace("bbox_2d", "nothing"),), "task_type.unknown"),
    ],
)
def test_what_cannot_be_is_refused_with_its_row(
    world: World, lines: tuple[str, ...], code: str
) -> None:
    seen = world.preview("projects", "项目.csv", table(*lines))
    assert reasons(seen) == [(2, code)]


def test_rows_of_one_thing_agree(world: World) -> None:
    """A second name of a project, or of its client, is refused; the first row is good."""
    other = MORE.replace("P-1,,", "P-1,另一个名字,")
    elsewhere = SECOND.replace("C-1,,", "C-1,云阳数据,")
    seen = world.preview("projects", "项目.csv", table(FIRST, other, elsewhere))
    assert reasons(seen) == [(3, "project.two_values"), (4, "project.two_values")]
    assert seen.counts[0] == 3  # a client, a project and its task
