"""The small demo: from the companies' files to the report, and what its people asked."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select, true

from tests import postgres
from tests.demo.conftest import invoke
from workforce.attendance import queries as attendance
from workforce.attendance.balances import read_balances
from workforce.attendance.confirmations import OpenKind, open_points
from workforce.attendance.requests_reading import requests_for
from workforce.attendance.team_days import TeamDays, team_in
from workforce.cli.support import State
from workforce.companies import queries as companies
from workforce.config import DATABASE_VARIABLE
from workforce.core.law import LawBook
from workforce.core.period import PayPeriod
from workforce.core.work_calendar import DayClass
from workforce.declarations.queries import declaration_rows
from workforce.demo import month
from workforce.demo.world import COMPANIES, HALF_MONTHLY, HEADCOUNT, TASK_KINDS, people
from workforce.disputes.queries import dispute_rows
from workforce.payments import queries as payments
from workforce.payroll import queries as payroll
from workforce.payroll.models import Payslip, PayslipLine
from workforce.people.models import Employment, Person
from workforce.platform import locks
from workforce.platform.audit import AuditEntry
from workforce.platform.db import Base, db
from workforce.platform.scope import Scope
from workforce.production.models import Batch, OutputRecord
from workforce.subsidies import evidence_queries
from workforce.subsidies import queries as subsidies

OCTOBER = PayPeriod(2026, 10)

# One worker tells the demo once for the whole folder.
pytestmark = pytest.mark.xdist_group("demo")


def what_was_made(folder: Path) -> tuple[list[tuple[str, ...]], dict[Path, Any]]:
    """Return the runs with their hashes, and the produced files: of tables, what is in the cells."""
    with State(instance=folder, locale="en").app():
        codes = {row.id: row.code for row in db.session.scalars(companies.companies(Scope.base()))}
        runs = [
            (codes[run.company_id], run.period, run.input_hash, run.law_hash, run.result_hash)
            for run in db.session.scalars(payroll.runs(Scope.base()))
        ]
    files = {
        path.relative_to(folder): cells(path) if path.suffix == ".xlsx" else path.suffix
        for path in (folder / "produced").rglob("*")
    }
    return sorted(runs), files


def cells(path: Path) -> list[tuple[Any, ...]]:
    return [row for sheet in load_workbook(path) for row in sheet.iter_rows(values_only=True)]


@pytest.mark.postgres
@pytest.mark.feature("ALL-11", "FIN-24")
def test_both_engines_pay_the_same_from_the_files_to_the_report(
    told: tuple[Path, str],
    postgres_server: postgres.Server,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The whole demo again on PostgreSQL: imports, runs, payslips, registers, report."""
    runs, files = what_was_made(told[0])
    postgres_server.create("demo")
    with monkeypatch.context() as patch:
        patch.setenv(DATABASE_VARIABLE, postgres_server.url("demo"))
        result = invoke(tmp_path, "demo", "--size", "small", "--no-serve")
        assert result.exit_code == 0, result.output
        runs_there, files_there = what_was_made(tmp_path)
    postgres_server.drop("demo")

    assert len({run[-1] for run in runs}) == 15
    assert runs == runs_there
    assert {path.suffix for path in files} == {"", ".csv", ".json", ".pdf", ".xlsx"}
    assert files == files_there


@pytest.fixture
def opened(told: tuple[Path, str]) -> Iterator[Path]:
    folder, _ = told
    with State(instance=folder, locale="en").app():
        yield folder


@pytest.mark.feature("ALL-11")
def test_it_says_what_it_made_and_where_to_look(told: tuple[Path, str]) -> None:
    folder, output = told
    made = [line.strip() for line in output.splitlines() if line.startswith(f"  {folder}")]
    assert made
    assert all(Path(path).exists() for path in made)
    for login_name in ("annotator", "supervisor", "finance", "official"):
        assert f"\n  {login_name} " in output
    assert f"workforce --instance {folder} serve" in output


def test_everybody_has_a_payslip_as_a_file(told: tuple[Path, str]) -> None:
    folder, _ = told
    for company in COMPANIES:
        slips = {
            period: len(list((folder / "produced" / period / company.code).glob("payslips/*.pdf")))
            for period in ("2026-10", "2026-10-H1", "2026-10-H2")
        }
        halves = sum(each.startswith(company.code) for each in HALF_MONTHLY)
        assert slips == {
            "2026-10": HEADCOUNT - halves,
            "2026-10-H1": halves,
            "2026-10-H2": halves,
        }


@pytest.mark.usefixtures("opened")
def test_three_months_of_three_companies_are_run() -> None:
    runs = db.session.scalars(payroll.runs(Scope.base())).all()
    assert sorted((run.period, run.state) for run in runs) == [
        *[("2026-08", "closed")] * 3,
        *[(f"2026-08-H{half}", "closed") for half in (1, 2)],
        *[("2026-09", "closed")] * 3,
        *[(f"2026-09-H{half}", "closed") for half in (1, 2)],
        *[("2026-10", "approved")] * 3,
        *[(f"2026-10-H{half}", "approved") for half in (1, 2)],
    ]
    assert all(run.prepared_by_id != run.approved_by_id for run in runs)


@pytest.mark.usefixtures("opened")
def test_approved_months_are_locked() -> None:
    inside = companies.companies(Scope.base()).filter_by(reports_by="system")
    for company in db.session.scalars(inside):
        assert not locks.is_locked(db.session(), company.id, OCTOBER.next())
        assert locks.is_locked(db.session(), company.id, OCTOBER)
        assert locks.is_locked(db.session(), company.id, OCTOBER.previous())


@pytest.mark.usefixtures("opened")
def test_closed_months_were_paid_on_their_day_by_their_maker() -> None:
    in_part = []
    for run in db.session.scalars(payroll.runs(Scope.base())):
        paid = (run.paid_on, run.paid_by_id)
        is_closed = run.state == "closed"
        assert paid == ((run.pay_on, run.prepared_by_id) if is_closed else (None, None))
        if is_closed and run.paid_amount != run.net_pay_amount:
            in_part.append(
                (run.company_id, run.period, run.net_pay_amount - (run.paid_amount or 0))
            )
    # One person's pay is held back, and what is owed besides the bank sent back.
    ((company_id, period, held),) = in_part
    assert period == str(OCTOBER.previous())
    rows = payments.arrears(Scope.base(), dt.date(2026, 11, 9), periods=[period])
    owed = {
        row.why: (row.company_id, row.outstanding_amount)
        for row in db.session.execute(rows)
        if row.outstanding_amount
    }
    assert set(owed) == {"held", "failed"}
    assert owed["held"] == (company_id, held)


@pytest.mark.usefixtures("opened")
@pytest.mark.feature("FIN-28")
def test_one_person_works_for_two_companies() -> None:
    per_person = (
        select(Person.id, func.count(Employment.id))
        .join(Employment, Employment.person_id == Person.id)
        .group_by(Person.id)
        .having(func.count(Employment.id) > 1)
    )
    ((person_id, jobs),) = db.session.execute(per_person).all()
    assert jobs == 2
    slips = db.session.scalars(payroll.payslips_for(Scope.own(person_id), OCTOBER)).all()
    assert len(slips) == 2


@pytest.mark.usefixtures("opened")
def test_every_accepted_unit_is_paid_at_its_own_price() -> None:
    """The rule by hand, from the demo's own facts: boxes at 0.12 until the 15th, then 0.125."""
    company = COMPANIES[0]
    days = month.work_days(people(company), OCTOBER, LawBook.load().calendar())
    rows = [row for row in month.production(company, days) if row.task_type == "bbox_2d"]
    wanted: Counter[str] = Counter()
    for row in rows:
        price = 120_000 if row.on <= dt.date(2026, 10, 15) else 125_000
        wanted[row.person.employee_no] += row.accepted_qty * price
    paid = db.session.execute(
        select(Employment.employee_no, func.sum(PayslipLine.quantity * PayslipLine.rate))
        .join(Payslip, Payslip.id == PayslipLine.payslip_id)
        .join(Employment, Employment.id == Payslip.employment_id)
        .where(
            Payslip.period == "2026-10",
            PayslipLine.code == "piecework_pay",
            PayslipLine.detail == "bbox_2d",
            Employment.employee_no.like("KM%"),
        )
        .group_by(Employment.employee_no)
    ).all()
    assert {no: int(value or 0) // 1_000_000 for no, value in paid} == wanted


@pytest.mark.usefixtures("opened")
@pytest.mark.feature("FIN-6")
def test_a_team_that_works_as_a_group_is_paid_what_it_made_to_the_fen() -> None:
    company = COMPANIES[2]
    days = month.work_days(people(company), OCTOBER, LawBook.load().calendar())
    works: Counter[tuple[dt.date, str]] = Counter()
    for row in month.production(company, days):
        if row.person.team == company.group_team:
            works[row.on, row.task_type] += row.accepted_qty
    prices = {kind.code: kind.price_micro for kind in TASK_KINDS}
    # Each day and task type is rounded half up to the fen before it is shared.
    pots = [(qty * prices[code] + 5_000) // 10_000 for (_, code), qty in works.items()]
    paid = db.session.execute(
        select(Payslip.employment_id, func.sum(PayslipLine.amount))
        .join(Payslip, Payslip.id == PayslipLine.payslip_id)
        .where(Payslip.period == "2026-10", PayslipLine.code == "group_piecework_pay")
        .group_by(Payslip.employment_id)
    ).all()
    assert len(paid) > 1
    assert sum(int(amount) for _, amount in paid) == sum(pots)


@pytest.mark.usefixtures("opened")
def test_every_paid_day_is_confirmed_and_one_day_waits_for_the_supervisor() -> None:
    """What is left is Friday the 6th in the demonstrating team: its colleague forgot the clock."""
    calendar = LawBook.load().calendar()
    days = [dt.date(2026, 8, 1) + dt.timedelta(days=number) for number in range(100)]
    assert days[-1] == dt.date(2026, 11, 8)
    workdays = [day for day in days if calendar.day_class(day) is DayClass.WORKDAY]
    left = db.session.execute(
        attendance.unconfirmed_team_days(Scope.base(), days[0], days[-1], workdays)
    ).all()
    assert [(row.team_code, row.work_on) for row in left] == [("T1", dt.date(2026, 11, 6))]
    ((team_id, on),) = [(row.team_id, row.work_on) for row in left]
    team = team_in(db.session(), Scope.base(), team_id)
    of_day = TeamDays(
        db.session(), team, PayPeriod(2026, 11), calendar, today=on, first_on=on, last_on=on
    )
    assert [(point.employee_no, point.kind) for point in open_points(of_day, [on])] == [
        ("KM004", OpenKind.MISSING)
    ]


@pytest.mark.usefixtures("opened")
def test_the_annual_leave_of_the_own_team_is_known() -> None:
    scope = Scope.company(company_of("KM"))
    on = dt.date(2026, 11, 9)
    rows = read_balances(db.session(), scope, 2026, on, LawBook.load(), "500236")
    known = {row.employee_no for row in rows if row.lawful is not None}
    assert known == {f"KM{number:03d}" for number in range(1, 14)}


@pytest.mark.usefixtures("opened")
def test_requests_wait_for_the_supervisor_and_one_is_decided() -> None:
    rows = db.session.execute(requests_for(Scope.base())).all()
    assert sorted((row.employee_no, row.kind, str(row.first_on), row.state) for row in rows) == [
        ("KM004", "shift", "2026-11-06", "submitted"),
        ("KM007", "leave", "2026-11-13", "submitted"),
        ("KM007", "shift", "2026-11-04", "approved"),
    ]
    assert all(row.due_on >= dt.date(2026, 11, 9) for row in rows if row.state == "submitted")


@pytest.mark.usefixtures("opened")
def test_a_doubt_was_right_and_is_paid_and_another_waits_for_finance() -> None:
    asked = dispute_rows(db.session(), Scope.company(company_of("KM")))
    assert [(str(row.period), row.state, row.outcome) for row in asked] == [
        ("2026-10", "open", None),
        ("2026-09", "answered", "accepted"),
    ]
    made_good = db.session.execute(
        select(Employment.employee_no, Payslip.period, PayslipLine.amount)
        .join(Payslip, Payslip.id == PayslipLine.payslip_id)
        .join(Employment, Employment.id == Payslip.employment_id)
        .where(PayslipLine.detail.like("工资疑问%"))
    ).all()
    # Sixty polygons at 0.38 yuan.
    assert [tuple(row) for row in made_good] == [("KM007", "2026-10", 2280)]


@pytest.mark.usefixtures("opened")
def test_a_deduction_is_in_pay_and_another_waits_for_finance() -> None:
    declared = declaration_rows(db.session(), Scope.company(company_of("KM")))
    assert {(row.employee_no, row.code, row.state) for row in declared} == {
        ("KM007", "elderly_support", "accepted"),
        ("KM007", "continuing_education", "submitted"),
    }


@pytest.mark.usefixtures("opened")
def test_a_claim_is_frozen_and_somebody_lacks_a_paper() -> None:
    scope = Scope.company(company_of("KM"))
    (claim,) = subsidies.claim_rows(db.session(), scope)
    # Two months of 6000 yuan a year for each.
    assert (claim.one.state, claim.one.amount) == ("frozen", claim.one.people * 100_000)
    assert claim.one.people >= 5, "fewer are in no figure of the bureau"
    rows = evidence_queries.people_rows(db.session(), scope, OCTOBER.last_on)
    assert {bool(row.missing) for row in rows} == {True, False}


@pytest.mark.usefixtures("opened")
def test_a_batch_of_the_own_team_waits_for_its_inspection() -> None:
    states = db.session.execute(
        select(OutputRecord.state, func.count())
        .join(Batch, Batch.id == OutputRecord.batch_id)
        .where(Batch.code == "KM-bbox_2d-2611a-T1")
        .group_by(OutputRecord.state)
    ).all()
    assert [state for state, _ in states] == ["submitted"]


def company_of(code: str) -> int:
    """Return the key of a company."""
    found = db.session.scalars(companies.companies(Scope.base()))
    return next(company.id for company in found if company.code == code)


def test_it_verifies_bit_by_bit(told: tuple[Path, str]) -> None:
    folder, _ = told
    for period in ("2026-08", "2026-08-H1", "2026-09-H2", "2026-09", "2026-10"):
        assert invoke(folder, "payroll", "verify", period, "--all").exit_code == 0


def test_told_again_it_changes_nothing(told: tuple[Path, str]) -> None:
    folder, _ = told

    def state() -> dict[str, int]:
        """Count the rows of every table, of the audit but those of documents written anew."""
        with State(instance=folder, locale="en").app():
            return {
                name: db.session.scalar(
                    select(func.count())
                    .select_from(table)
                    .where(
                        AuditEntry.action.not_like("%.produce")
                        if name == AuditEntry.__tablename__
                        else true()
                    )
                )
                or 0
                for name, table in Base.metadata.tables.items()
            }

    before = state()
    assert invoke(folder, "demo").exit_code == 0
    assert state() == before


def test_people_are_always_the_same() -> None:
    names = [person.name for person in people(COMPANIES[0])]
    assert names == [person.name for person in people(COMPANIES[0])]
    assert people(COMPANIES[2])[-1].id_number == people(COMPANIES[0])[6].id_number


def test_the_month_has_what_a_month_has() -> None:
    """Late, absent, night, holiday, overtime; a joiner and a leaver."""
    calendar = LawBook.load().calendar()
    days = [
        day for company in COMPANIES for day in month.work_days(people(company), OCTOBER, calendar)
    ]
    assert any(day.late_minutes for day in days)
    assert any(day.overtime_minutes for day in days)
    assert any(day.shift_type == month.NIGHT_SHIFT for day in days)
    holiday = {dt.date(2026, 10, 1), dt.date(2026, 10, 2), dt.date(2026, 10, 3)}
    assert any(day.on in holiday and day.starts_at for day in days)
    hired = {day.person.hired_on for day in days}
    assert dt.date(2026, 10, 12) in hired
    assert any(day.person.separated_on == dt.date(2026, 10, 23) for day in days)
    every_month = [PayPeriod(2026, number) for number in (8, 9, 10)]
    absences = [
        day
        for company in COMPANIES
        for period in every_month
        for day in month.work_days(people(company), period, calendar)
        if day.is_absent
    ]
    assert absences


def test_it_stays_away_from_real_data(tmp_path: Path) -> None:
    own = (
        Path("docs/company-example.yaml")
        .read_text(encoding="utf-8")
        .replace("code: KM", "code: SL")
    )
    (tmp_path / "own.yaml").write_text(own, encoding="utf-8")
    assert invoke(tmp_path, "init").exit_code == 0
    assert invoke(tmp_path, "company", "apply", str(tmp_path / "own.yaml")).exit_code == 0
    refused = invoke(tmp_path, "demo")
    assert refused.exit_code == 2
    assert "There are other companies here: SL" in refused.output
    assert not (tmp_path / "demo").exists()
