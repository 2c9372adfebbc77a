"""Who is at the legal floor or under it: the company's own list, counted by the same rule as the share."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.engines import both_engines
from tests.factories.web import FormClient
from tests.statistics.conditions import create_conditions
from workforce.accounts.models import Account
from workforce.core.permissions import Role
from workforce.platform.audit import AuditEntry

ClientAs = Callable[[Account], FormClient]
PATH = "/payroll/floor?period=2026-10"


@both_engines
@pytest.mark.feature("OFF-4")
def test_the_list_names_who_is_below_and_who_is_topped_up(
    session: Session, client_as: ClientAs
) -> None:
    a, b = create_conditions(session)
    finance = client_as(factories.create_account(session, Role.FINANCE, a))
    other = client_as(factories.create_account(session, Role.FINANCE, b))
    session.commit()

    shown = finance.get(PATH).text
    book = load_workbook(BytesIO(finance.get(PATH.replace("floor?", "floor.xlsx?")).data))

    # C3: 2000 of 2200 and no top-up; C2: 2100 and a top-up of 100; C1 and C4 need nothing.
    assert [row for row in ("C1", "C2", "C3", "C4") if f">{row}<" in shown] == ["C2", "C3"]
    assert shown.index(">C3<") < shown.index(">C2<")
    rows = [
        [str(cell.value) for cell in row if cell.value is not None]
        for row in book.worksheets[0].iter_rows()
    ]
    told = [[row[0], *row[2:]] for row in rows if row and row[0] in {"C2", "C3"}]
    assert told == [
        ["C3", "2026-10", "2200", "2000", "0", "200", "低于最低工资"],
        ["C2", "2026-10", "2200", "2100", "100", "0", "已补足"],
    ]
    of_b = other.get(PATH).text
    assert "C3" not in of_b
    assert "没有人低于最低工资" in of_b
    session.rollback()
    reads = session.scalars(
        select(AuditEntry.action).where(AuditEntry.action == "floor_list.read")
    ).all()
    # B's list is empty: nobody's name was read.
    assert len(reads) == 2


@pytest.mark.feature("OFF-4")
@pytest.mark.parametrize("role", [Role.OFFICIAL, Role.BASE_ADMIN])
def test_the_list_is_the_companys_alone(session: Session, client_as: ClientAs, role: Role) -> None:
    create_conditions(session)
    reader = client_as(factories.create_account(session, role))
    session.commit()

    assert reader.get(PATH).status_code == 403
    assert reader.get(PATH.replace("floor?", "floor.xlsx?")).status_code == 403
