"""The officials' overview: closed months, one-way tables, nothing that betrays a company or person."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from http import HTTPStatus
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from tests.factories import (
    create_account,
    create_company,
    create_employment,
    create_key_group,
    create_output,
    create_person,
    create_task_type,
)
from tests.factories.pay import history
from tests.factories.rows import add
from tests.factories.web import FormClient
from tests.statistics.seed import OCTOBER, create_payslip, create_run
from workforce.accounts.models import Account
from workforce.bureau.kept import Months, fill_protected
from workforce.bureau.overview import CODE, overview
from workforce.bureau.report import WITHHELD, Figure, Report, Table
from workforce.companies.models import Company
from workforce.core.errors import InputError
from workforce.core.permissions import Role
from workforce.payroll.models import PayrollRun, PayslipLine
from workforce.statistics.measure import Unit

SignIn = Callable[[Account], FormClient]

PAGE = "/bureau/overview"
SIZES = {"BIG": 12, "MID": 8, "SML": 3}
NAMES = {"BIG": "大标注有限公司", "MID": "中标注有限公司", "SML": "小标注有限公司"}


def create_base(session: Session, *, outside: str = "", state: str = "closed") -> None:
    """Make companies of 12, 8 and 3 people; person n of 23 earns 3000.00 + n yuan by piece.

    The first 6 have most from polygons, the others from boxes; the first 7 are veterans.
    """
    task_types = [
        create_task_type(session, code=code, name_zh=name)
        for code, name in (("poly", "多边形"), ("bbox", "拉框"))
    ]
    number = 0
    for code, size in SIZES.items():
        company = create_company(session, code=code, name=NAMES[code], is_inside=code != outside)
        run = create_run(session, company, state="approved")
        for _ in range(size):
            number += 1
            person = create_person(
                session,
                name=f"张某{number}",
                sex="1" if number % 2 else "2",
                born_on=dt.date(1990, 1, 1),
                township="500236117",
            )
            if number <= 7:
                create_key_group(session, person, "veteran")
            employment = create_employment(session, company, person)
            wage = {"piece": 300_000 + number * 100}
            slip = create_payslip(session, run, employment, wage, insured=True)
            detail = "poly" if number <= 6 else "bbox"
            with history(session):
                add(
                    session,
                    PayslipLine(
                        payslip_id=slip.id,
                        seq=9,
                        code="piecework_pay",
                        kind="earning",
                        wage_part=None,
                        detail=detail,
                        amount=100,
                        reference="",
                        operands="{}",
                    ),
                )
            create_output(session, employment, task_types[number > 6], dt.date(2026, 10, 8), 10)
        session.flush()
        session.execute(update(PayrollRun).where(PayrollRun.id == run.id).values(state=state))
    session.commit()


def filled(session: Session) -> Report:
    return fill_protected(session, CODE, OCTOBER)


def table(report: Report, code: str) -> Table:
    (found,) = [one for one in report.tables if one.code == code]
    return found


def column(found: Table, code: str) -> dict[str, str]:
    (at,) = [
        index
        for index, one in enumerate(found.columns)
        if one.definition and one.definition.measure.code == code
    ]
    return {row.label.zh: row.figures[at].text for row in found.lines}


@pytest.fixture
def official(session: Session, client_as: SignIn) -> FormClient:
    account = create_account(session, Role.OFFICIAL)
    session.commit()
    return client_as(account)


@pytest.mark.feature("OFF-1")
@pytest.mark.feature("OFF-2")
def test_headline_figures(session: Session) -> None:
    create_base(session)
    report = filled(session)
    shown = column_of_summary(report)
    assert shown["persons_end"] == shown["jobs_end"] == "23"
    # Nobody joined or left: a count of 0 is a cell under five like any other.
    assert shown["joined"] == shown["left"] == WITHHELD
    # 23 × 3000 + (1 + … + 23) = 69 000 + 276
    assert shown["total_wages"] == "69,276.00"
    assert shown["average_wage"] == "3,012.00"
    # Ranks 6, 12 and 18 of 23.
    assert shown["lower_quartile_wage"] == "3,006.00"
    assert shown["median_wage"] == "3,012.00"
    assert shown["upper_quartile_wage"] == "3,018.00"
    assert shown["insurance_coverage"] == "100.00"


def column_of_summary(report: Report) -> dict[str, str]:
    return {
        row.definition.measure.code: row.figures[0].text
        for row in report.summary.tables[0].rows
        if row.definition
    }


@pytest.mark.feature("OFF-3")
def test_wages_by_task_type_and_company(session: Session) -> None:
    create_base(session)
    report = filled(session)
    # 1 to 6 have most from polygons: 6 × 3000 + 21; the rest: 51 000 + 255.
    assert column(table(report, "task_type"), "total_wages") == {
        "拉框": "51,255.00",
        "多边形": "18,021.00",
        "合计": "69,276.00",
    }
    # 1 … 6: ranks 2 and 5.
    assert column(table(report, "task_type"), "lower_quartile_wage")["多边形"] == "3,002.00"
    assert column(table(report, "task_type"), "upper_quartile_wage")["多边形"] == "3,005.00"


@pytest.mark.feature("OFF-5")
def test_a_small_company_is_not_named(session: Session, official: FormClient) -> None:
    create_base(session)
    report = filled(session)
    # 3 people are too few; the 8 of the next go with them, else the total would tell.
    assert column(table(report, "company"), "jobs_end") == {
        "大标注有限公司": "12",
        "其他 2 家企业": WITHHELD,
        "合计": "23",
    }
    page = official.get(PAGE).get_data(as_text=True)
    assert "小标注" not in page
    assert "中标注" not in page
    for ending in ("xlsx", "pdf"):
        assert official.get(f"{PAGE}.{ending}").status_code == HTTPStatus.OK
    book = load_workbook(BytesIO(official.get(f"{PAGE}.xlsx").data))
    cells = [str(cell.value) for sheet in book for row in sheet.rows for cell in row]
    assert not any("小标注" in cell or "中标注" in cell for cell in cells)


@pytest.mark.feature("OFF-6")
def test_inside_and_outside_do_not_betray_a_company(session: Session) -> None:
    """MID (8) is outside: inside less the shown BIG (12) would be the 3 of SML."""
    create_base(session, outside="MID")
    shown = column(table(filled(session), "place"), "jobs_end")
    assert shown == {"基地内企业": WITHHELD, "基地外企业": WITHHELD, "合计": "23"}


def test_inside_and_outside_where_nothing_is_betrayed(session: Session) -> None:
    """BIG (12) is outside; inside are MID and SML, withheld together: 11."""
    create_base(session, outside="BIG")
    shown = column(table(filled(session), "place"), "jobs_end")
    assert shown == {"基地内企业": "11", "基地外企业": "12", "合计": "23"}


def test_key_groups_are_told_one_by_one(session: Session) -> None:
    create_base(session)
    few = create_person(session)
    create_employment(session, session.scalars(select_company()).one(), few)
    for _ in range(1):
        create_key_group(session, few, "disabled")
    session.commit()
    shown = column(table(filled(session), "key_group"), "jobs_end")
    assert shown == {"残疾人": WITHHELD, "退役军人": "7", "合计": "24"}


def select_company() -> Select[Company]:
    return select(Company).where(Company.code == "BIG")


@pytest.mark.feature("OFF-5")
def test_output_of_few_is_withheld(session: Session) -> None:
    create_base(session)
    rare = create_task_type(session, code="audio", name_zh="语音")
    from workforce.people.models import Employment  # noqa: PLC0415 - only here

    for employment in session.scalars(select(Employment).limit(4)):
        create_output(session, employment, rare, dt.date(2026, 10, 8), 1000)
    session.commit()
    rows = {
        row.label.zh: [figure.text for figure in row.figures]
        for row in table(filled(session), "output").rows
    }
    # 17 × 10 boxes, 6 × 10 polygons, and the audio of four.
    assert rows == {
        "语音（框）": [WITHHELD, WITHHELD],
        "拉框（框）": ["170", "17"],
        "多边形（框）": ["60", "6"],
    }


def test_only_closed_months_can_be_chosen(session: Session, official: FormClient) -> None:
    assert "还没有已关账的月份" in official.get(PAGE).get_data(as_text=True)
    create_base(session, state="approved")
    assert "还没有已关账的月份" in official.get(PAGE).get_data(as_text=True)
    session.execute(update(PayrollRun).values(state="closed"))
    session.commit()
    page = official.get(PAGE).get_data(as_text=True)
    assert '<option value="2026-10" selected>' in page
    answer = official.get(f"{PAGE}?period=2026-09")
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    with pytest.raises(InputError):
        overview(session, Months(session), OCTOBER.next())


def test_a_closed_first_half_is_no_closed_month(session: Session) -> None:
    company = create_company(session)
    first, second = OCTOBER.next().halves
    for half, closed in ((first, []), (second, [OCTOBER.next()])):
        run = create_run(session, company, half, state="approved")
        session.flush()
        session.execute(update(PayrollRun).where(PayrollRun.id == run.id).values(state="closed"))
        session.commit()
        assert Months(session).closed == closed


@pytest.mark.feature("OFF-7")
def test_the_page_shows_no_person_and_takes_no_other_filter(
    session: Session, official: FormClient
) -> None:
    create_base(session)
    page = official.get(f"{PAGE}?company=BIG&sex=1").get_data(as_text=True)
    assert "张某" not in page
    plain = official.get(PAGE).get_data(as_text=True)
    assert cells_of(page) == cells_of(plain)


def cells_of(page: str) -> list[str]:
    cells = re.findall(r'<td class="number">(.*?)</td>', page, re.DOTALL)
    return [re.sub(r"<[^>]*>", "", cell).strip() for cell in cells]


def test_page_and_spreadsheet_show_the_same_figures(session: Session, official: FormClient) -> None:
    create_base(session)
    report = filled(session)
    page = iter(cells_of(official.get(PAGE).get_data(as_text=True)))
    for one in report.tables:
        for row in one.lines:
            for figure in row.figures:
                assert figure.text in page
    book = load_workbook(BytesIO(official.get(f"{PAGE}.xlsx").data))
    cells = iter([cell.value for row in book.worksheets[0].rows for cell in row])
    for one in report.tables:
        for row in one.lines:
            for figure in row.figures:
                assert in_a_cell(figure) in cells


def in_a_cell(figure: Figure) -> Any:
    """Return what a spreadsheet holds for a figure: its number, a rate as a fraction of one."""
    if figure.value is None:
        return figure.text
    number = figure.value / 10**figure.unit.decimals
    return pytest.approx(number / 100 if figure.unit is Unit.PERCENT else number)


@pytest.mark.parametrize("role", [Role.FINANCE, Role.SUPERVISOR, Role.ANNOTATOR, Role.BASE_ADMIN])
def test_others_stay_outside(session: Session, client_as: SignIn, role: Role) -> None:
    account = create_account(session, role, create_company(session), create_person(session))
    session.commit()
    assert client_as(account).get(PAGE).status_code == HTTPStatus.FORBIDDEN
