"""The base's own closed months: kept in full by the worker, read by nobody else, never out of date unseen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

import workforce
from tests.bureau.filling import own
from tests.bureau.world import create_base
from tests.engines import both_engines
from tests.factories import create_account, create_company
from tests.factories.web import FormClient
from tests.statistics.seed import OCTOBER, create_run
from workforce.accounts.models import Account
from workforce.bureau import cell, own_months
from workforce.bureau.issues import kept, publishing
from workforce.bureau.issues.kept import Months
from workforce.bureau.models import OwnStatistics
from workforce.bureau.report import Report
from workforce.bureau.service import own_source
from workforce.companies.models import Company
from workforce.core.permissions import Role
from workforce.payroll.models import PayrollRun
from workforce.people.models import Person
from workforce.platform import clock
from workforce.platform.audit import CLI
from workforce.platform.scope import Scope
from workforce.statistics import cube_json
from workforce.statistics.cube import CellRef
from workforce.statistics.service import compute_cubes
from workforce.statistics.tables import Cell, CellState

SignIn = Callable[[Account], FormClient]

FEW = CellRef("education", "jobs_end", ("10",))
"""Those of education 10: three graduates, or five once two more are corrected."""


def create_kept(session: Session) -> dict[str, Company]:
    """Make the base of 23 people, three of them graduates, with October closed and kept."""
    found = create_base(session)
    session.execute(update(PayrollRun).values(state="closed"))
    correct(session, 21, 23)
    compute(session)
    return found


def correct(session: Session, first: int, last: int) -> None:
    """Make some people graduates, by number; nothing is computed."""
    ids = session.scalars(select(Person.id).order_by(Person.id)).all()[first - 1 : last]
    session.execute(update(Person).where(Person.id.in_(ids)).values(education="10"))
    session.commit()


def compute(session: Session) -> None:
    kept.refresh(session, Months(session), OCTOBER)


def set_kept(session: Session, **values: Any) -> None:
    session.execute(update(OwnStatistics).values(**values))
    session.commit()


def few(session: Session, scope: Scope | None = None) -> Cell:
    source = own_source(session, scope or Scope.base(), clock.today())
    return source.read([OCTOBER])[OCTOBER].cell(FEW)


def shown(value: int) -> Cell:
    return Cell(CellState.SHOWN, value)


@pytest.mark.feature("OFF-8")
@both_engines
def test_what_is_kept_is_what_would_be_computed(session: Session) -> None:
    create_kept(session)

    def content() -> tuple[str, str]:
        row = session.execute(select(OwnStatistics.content, OwnStatistics.reading_hash)).one()
        return row.content, row.reading_hash

    before = content()
    computed = compute_cubes(session, Scope.base(), OCTOBER, is_protected=False)
    assert before[0] == cube_json.to_json(computed)
    set_kept(session, read_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC), reading_hash="other")
    compute(session)
    assert content() == before
    # Found to be the same, it holds until now.
    set_kept(session, read_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    began = clock.now()
    compute(session)
    assert own_months.kept(session, [OCTOBER])[OCTOBER].read_at >= began.replace(microsecond=0)


@pytest.mark.feature("OFF-8")
def test_the_base_reads_closed_months_as_they_are_kept_and_is_told_of_when(
    session: Session,
) -> None:
    companies = create_kept(session)
    set_kept(session, read_at=dt.datetime(2026, 11, 24, 1, 40, tzinfo=dt.UTC))
    correct(session, 1, 2)

    def origin(report: Report) -> str:
        return report.origin.zh

    assert few(session) == shown(3)
    # 01:40 UTC in Beijing's time.
    assert "截至 2026-11-24 09:40" in origin(own(session))
    # A company sees its own corrections at once: both are of the company of twelve, which had none.
    assert few(session, Scope.company(companies["BIG"].id)) == shown(2)
    assert "截至" not in origin(own(session, scope=Scope.company(companies["BIG"].id)))
    compute(session)
    assert few(session) == shown(5)


def test_what_does_not_hold_is_computed_in_the_request(session: Session) -> None:
    create_kept(session)
    correct(session, 1, 2)
    assert few(session) == shown(3)
    set_kept(session, code_version="0.0.1")
    assert few(session) == shown(5)
    set_kept(session, code_version=workforce.__version__)
    assert few(session) == shown(3)
    whole = session.scalars(select(OwnStatistics.content)).one()
    set_kept(session, content="{}")
    assert few(session) == shown(5)
    set_kept(session, content=whole)
    # Another company's pay of the month has come: it is not closed any more.
    create_run(session, create_company(session, code="NEW"), state="calculated")
    session.commit()
    assert few(session) == shown(5)


@pytest.mark.feature("OFF-10")
def test_an_opened_figure_is_that_of_the_form(session: Session) -> None:
    create_kept(session)
    view = cell.own_cell(session, Scope.base(), FEW, OCTOBER)
    assert (view.text, view.behind and view.behind.zh) == ("3", "3 个岗位")
    correct(session, 1, 2)
    view = cell.own_cell(session, Scope.base(), FEW, OCTOBER)
    assert view.text == "3"
    assert view.behind is not None
    assert "此后有更正" in view.behind.zh
    assert "截至" in view.origin.zh


@pytest.mark.feature("OFF-5")
def test_full_figures_reach_nobody_but_the_base(session: Session, client_as: SignIn) -> None:
    create_kept(session)
    official = create_account(session, Role.OFFICIAL)
    admin = create_account(session, Role.BASE_ADMIN)
    session.commit()
    snapshot = kept.snapshot(session, OCTOBER)
    assert snapshot is not None
    assert snapshot.cubes.cell(FEW).state is CellState.WITHHELD
    draft = publishing.draft(session, Months(session), OCTOBER)
    assert draft is not None
    assert draft.cubes.is_protected
    publishing.publish(OCTOBER, CLI)

    told: Any = client_as(official).get("/statistics/cubes.json?period=2026-10").json
    cells = next(table["cells"] for table in told["cubes"] if table["code"] == FEW.cube)
    found = [one for one in cells if (one["measure"], one["groups"]) == (FEW.measure, ["10"])]
    assert [(one["value"], one["state"]) for one in found] == [(None, "withheld")]
    address = "/statistics/cell?period=2026-10&cube=education&measure=jobs_end&groups=10"
    assert "3 个岗位" not in client_as(official).get(address).text
    assert client_as(official).get("/reports/employment").status_code == HTTPStatus.FORBIDDEN
    assert "3 个岗位" in client_as(admin).get(address).text
