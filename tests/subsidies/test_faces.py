"""The command that does what the pages do, and the registers that name people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.subsidies.world import NOON, graduate
from workforce.bureau import service as reports
from workforce.bureau.report import Listing, list_text
from workforce.cli.main import main
from workforce.companies.models import Company
from workforce.config import Settings
from workforce.core.errors import InputError
from workforce.core.permissions import Role
from workforce.core.report_period import ReportPeriod
from workforce.people.models import Employment, Person
from workforce.platform import clock
from workforce.platform.audit import AuditEntry
from workforce.platform.scope import Scope

QZ = ("--company", "QZ")
MONTHS = ("--from", "2026-08", "--to", "2026-10")


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.fixed(NOON):
        yield


@pytest.fixture
def company(session: Session) -> Company:
    """One graduate and one who has no contract, with an account that makes and one that freezes."""
    made = factories.create_company(session, code="QZ")
    factories.create_account(session, Role.FINANCE, made, login_name="zhao")
    factories.create_account(session, Role.COMPANY_ADMIN, made, login_name="qian")
    graduate(session, made, "W1")
    graduate(session, made, "W2").contract_kind = None
    session.commit()
    return made


@pytest.fixture
def run(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run a verb on the test's installation."""
    del app
    monkeypatch.setattr("workforce.migrations.is_current", lambda _engine: True)

    def invoke(*words: str) -> Result:
        arguments = ["--instance", str(settings.instance), "subsidies", *words]
        return CliRunner().invoke(main, arguments, env={"LC_ALL": "en"}, catch_exceptions=False)

    return invoke


@pytest.mark.feature("OFF-18")
@pytest.mark.usefixtures("company")
def test_the_command_goes_the_whole_way(
    run: Callable[..., Result], session: Session, tmp_path: Path
) -> None:
    said = run("assess", "expansion", *QZ, *MONTHS).output.splitlines()
    looked = session.scalars(select(AuditEntry.action)).all()
    assert "subsidy_scheme.read" in looked, "it names people"
    assert said[0].startswith("W1")
    assert "Eligible 1500.00" in said[0]
    assert "no labour contract is recorded" in said[1]
    made = run("claim", "expansion", *QZ, *MONTHS, "--by", "zhao").output
    assert "1 people, estimate 1500.00 yuan" in made
    out = tmp_path / "claim.xlsx"
    assert run("export", "1", *QZ, "--out", str(out)).exit_code == 2, "not frozen yet"
    assert run("check", "1", *QZ).exit_code == 0
    assert run("freeze", "1", *QZ, "--by", "zhao").exit_code == 2, "finance does not freeze"
    assert "Frozen" in run("freeze", "1", *QZ, "--by", "qian").output
    assert run("export", "1", *QZ, "--out", str(out)).exit_code == 0
    assert openpyxl.load_workbook(out).sheetnames == ["People", "Evidence", "Headcount check"]
    assert run("check", "9", *QZ).exit_code == 2


@pytest.mark.usefixtures("company")
def test_the_command_ends_with_2_while_somebody_is_a_phantom(
    run: Callable[..., Result], session: Session
) -> None:
    run("claim", "expansion", *QZ, *MONTHS)
    person = session.query(Employment).filter_by(employee_no="W1").one()
    other = session.query(Employment).filter_by(employee_no="W2").one()
    other.bank_account = person.bank_account
    session.commit()
    found = run("check", "1", *QZ)
    assert found.exit_code == 2
    assert "One bank account for several people W2" in found.output


def listing(session: Session, company: Company, code: str, period: str) -> list[list[str]]:
    """Fill a named form, and return its list as text."""
    form = reports.company_form(code)
    asked = ReportPeriod.parse(period)
    report = reports.fill_named(session, form, Scope.company(company.id), asked)
    with pytest.raises(InputError):
        reports.fill_named(session, form, Scope.base(), asked)
    found: Listing = report.listings[0]
    kinds = [column.kind for column in found.columns]
    return [
        [list_text(value, kind) for value, kind in zip(row, kinds, strict=True)]
        for row in found.rows
    ]


def test_registers_name_who_came_and_went(session: Session, company: Company) -> None:
    first, last = dt.date(2026, 10, 1), dt.date(2026, 10, 31)
    for number, hired_on, separated_on in (
        ("A", first, None),
        ("B", last, last),
        ("C", dt.date(2026, 9, 30), first),
        ("D", dt.date(2026, 11, 1), None),
    ):
        person = factories.create_person(session, name=number)
        factories.create_employment(
            session, company, person, hired_on=hired_on, separated_on=separated_on
        )
    stranger = factories.create_person(session, name="X")
    factories.create_employment(
        session, factories.create_company(session), stranger, hired_on=first
    )
    session.commit()
    hired = listing(session, company, "register_hired", "2026-10")
    assert [row[0] for row in hired] == ["A", "B"]
    left = listing(session, company, "register_left", "2026-10")
    assert [(row[0], row[8]) for row in left] == [("C", "2026-10-01"), ("B", "2026-10-31")]
    assert [row[0] for row in listing(session, company, "register_hired", "2026-Q4")] == list("ABD")


def test_the_list_of_missing_papers(session: Session, company: Company) -> None:
    employment = session.query(Employment).filter_by(employee_no="W1").one()
    person = session.get_one(Person, employment.person_id)
    for group in ("graduate", "veteran", "returnee"):
        factories.create_key_group(session, person, group)
    session.commit()
    # The graduation certificate is there; returnees need none.
    (row,) = listing(session, company, "register_unproven", "2026-10")
    assert row[0] == "W1"
    assert row[3] == "退役证件"
