"""The large demos in the small: the same code with two companies of six people and two months."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from itertools import pairwise, takewhile
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.engines import both_engines
from workforce.cli.main import main
from workforce.cli.support import State
from workforce.core.identity import parse_id_number
from workforce.core.law import LawBook
from workforce.core.period import PayPeriod
from workforce.demo import bulk_story, telling
from workforce.demo.bulk_month import SHIFT_TYPES, Month, month_of
from workforce.demo.bulk_persons import persons
from workforce.demo.bulk_story import BulkStory
from workforce.demo.bulk_world import SIZES, BulkSize, companies_of, staff_of
from workforce.demo.month import NIGHT_SHIFT
from workforce.payroll import queries as payroll
from workforce.payroll import service as payroll_service
from workforce.payroll.models import PayrollRun, Payslip, PayslipLine
from workforce.platform import clock
from workforce.platform.db import Base, db
from workforce.platform.scope import Scope
from workforce.production.models import OutputRecord, PiecePrice

BOOK = LawBook.load()
DECEMBER, JANUARY = PayPeriod(2025, 12), PayPeriod(2026, 1)
TINY = BulkSize(inside=1, outside=1, jobs=12, is_even=True, first=DECEMBER, last=JANUARY)
"""Two months in two calendar years: income tax begins anew between them."""
VILLAGE = replace(
    TINY, inside=2, outside=2, jobs=400, first=PayPeriod(2026, 9), last=PayPeriod(2026, 10)
)


def load(folder: Path) -> None:
    """Tell the story up to its documents; these and what follows are the small demo's."""
    story = BulkStory(folder, BOOK, TINY)
    with clock.fixed(story.told_at):
        for step in takewhile(lambda step: step.label.en != "Documents", story.steps()):
            step.run()


def rows_in_tables(session: Session) -> dict[str, int]:
    return {
        name: session.scalar(select(func.count()).select_from(table)) or 0
        for name, table in Base.metadata.tables.items()
    }


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The instance that the command makes of the tiny size on SQLite, and what it printed."""
    folder = tmp_path_factory.mktemp("bulk")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(SIZES, "base", TINY)
        words = ["--instance", str(folder), "demo", "--size", "base"]
        result = CliRunner().invoke(main, words, env={"LC_ALL": "en"}, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return folder, result.output


def hashes(session: Session) -> set[tuple[str, ...]]:
    """Return what the runs read and what came out, as their fingerprints."""
    runs = session.scalars(payroll.runs(Scope.base()))
    return {(run.period, run.state, run.input_hash, run.law_hash, run.result_hash) for run in runs}


@pytest.fixture(scope="module")
def told_hashes(told: tuple[Path, str]) -> set[tuple[str, ...]]:
    """The fingerprints of the runs that the command made on SQLite."""
    with State(instance=told[0], locale="en").app():
        found = hashes(db.session())
    assert len(found) == 4
    return found


@both_engines
@pytest.mark.feature("ALL-11", "FIN-24")
def test_every_month_is_run_closed_and_verified(
    app: Flask, session: Session, tmp_path: Path, told_hashes: set[tuple[str, ...]]
) -> None:
    """And is the same on both engines, to the bit."""
    del app
    load(tmp_path)
    assert hashes(session) == told_hashes
    runs = session.scalars(payroll.runs(Scope.base())).all()
    assert Counter((run.period, run.state) for run in runs) == {
        ("2025-12", "closed"): 2,
        ("2026-01", "approved"): 2,
    }
    assert all(run.payslip_count >= 6 for run in runs)
    for run in runs:
        assert not payroll_service.verify_run(Scope.base(), run.id, BOOK).differences
    before = rows_in_tables(session)
    session.rollback()
    load(tmp_path)
    assert rows_in_tables(session) == before


@both_engines
def test_every_accepted_unit_is_paid_once_at_its_price(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    """Summed by hand from the records: quantity times the price of the day, by pay month."""
    del app
    load(tmp_path)
    prices = defaultdict(list)
    for price in session.scalars(select(PiecePrice)):
        prices[price.company_id, price.task_type_id].append((price.valid_from, price.unit_price))
    wanted: Counter[tuple[int | None, str | None]] = Counter()
    for row in session.scalars(select(OutputRecord)):
        in_force = max(p for p in prices[row.company_id, row.task_type_id] if p[0] <= row.work_on)
        # What is accepted in the open month nobody has paid yet.
        if row.accepted_qty and row.pay_period in {str(DECEMBER), str(JANUARY)}:
            wanted[row.employment_id, row.pay_period] += row.accepted_qty * in_force[1]
    paid = session.execute(
        select(
            Payslip.employment_id,
            Payslip.period,
            func.sum(PayslipLine.quantity / 1_000_000 * PayslipLine.rate),
        )
        .join(Payslip, Payslip.id == PayslipLine.payslip_id)
        .where(PayslipLine.code.in_(("piecework_pay", "labor_service_pay")))
        .group_by(Payslip.employment_id, Payslip.period)
    )
    assert {(row[0], row[1]): int(row[2]) for row in paid if row[2]} == wanted


class Killed(BaseException):
    """The end of the process in the middle of its work."""


@both_engines
@pytest.mark.parametrize(
    ("module", "name"), [(bulk_story, "load_month"), (payroll_service, "approve_run")]
)
def test_an_interrupted_demo_goes_on_where_it_stopped(
    app: Flask,
    session: Session,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    told_hashes: set[tuple[str, ...]],
    module: ModuleType,
    name: str,
) -> None:
    """Killed in the second month: once while its facts are written, once when they are paid."""
    del app
    work, calls = getattr(module, name), []

    def die_in_the_second_month(*arguments: Any, **words: Any) -> None:
        work(*arguments, **words)
        calls.append(name)
        if len(calls) == 3:
            raise Killed

    monkeypatch.setattr(module, name, die_in_the_second_month)
    with pytest.raises(Killed):
        load(tmp_path)
    monkeypatch.undo()
    session.rollback()
    closed = payroll.runs(Scope.base()).where(PayrollRun.state == "closed")
    first_month = {run.id for run in session.scalars(closed)}
    assert len(first_month) == 2
    session.rollback()

    load(tmp_path)

    assert hashes(session) == told_hashes
    assert {run.id for run in session.scalars(closed)} == first_month


def test_the_command_makes_documents_too(told: tuple[Path, str]) -> None:
    folder, output = told
    made = [Path(line.strip()) for line in output.splitlines() if f"  {folder}" in line]
    assert any(path.suffix == ".pdf" for path in made)
    assert all(path.exists() for path in made)
    for account in telling.ACCOUNTS:
        assert f"\n  {account.login_name} " in output


@pytest.mark.parametrize(
    ("name", "companies", "jobs", "months"),
    [("base", 35, 3500, 3), ("county", 35, 4400, 6), ("load", 50, 10_000, 24)],
)
def test_the_sizes_are_what_they_say(name: str, companies: int, jobs: int, months: int) -> None:
    size = SIZES[name]
    made = companies_of(size)
    assert len(made) == companies
    assert sum(company.jobs for company in made) == jobs
    assert len(size.periods) == months
    assert size.last == PayPeriod(2026, 10)
    assert sum(company.company.is_inside for company in made) == size.inside
    assert len({company.company.credit_code for company in made}) == companies
    assert len({company.company.name for company in made}) == companies


def test_a_person_has_one_job_at_a_time() -> None:
    """And somebody moves from one company to another, and the books see people come and go."""
    size = SIZES["load"]
    jobs: defaultdict[int, list[tuple[np.datetime64, np.datetime64]]] = defaultdict(list)
    last = np.datetime64(size.last.last_on) + 1
    for staff in staff_of(size, companies_of(size)):
        until = np.where(np.isnat(staff.separated_on), last, staff.separated_on)
        for person, start, end in zip(staff.person.tolist(), staff.hired_on, until, strict=True):
            jobs[person].append((start, end))
    assert sorted(jobs) == list(range(len(jobs)))
    assert any(len(spans) > 1 for spans in jobs.values())
    for spans in jobs.values():
        spans.sort()
        assert all(end < start for (_, end), (start, _) in pairwise(spans))
        assert all(start <= end for start, end in spans)


def test_persons_are_always_the_same_and_their_numbers_valid() -> None:
    made = persons(300)
    assert made == persons(300)
    assert len(set(made.id_numbers)) == 300
    for number, born_on, sex in zip(made.id_numbers, made.born_on, made.sexes, strict=True):
        told = parse_id_number(number)
        assert (told.born_on, told.sex) == (born_on, sex)


@pytest.fixture(scope="module")
def october() -> list[Month]:
    companies = companies_of(VILLAGE)
    return [
        month_of(VILLAGE, company, staff, PayPeriod(2026, 10), BOOK.calendar())
        for company, staff in zip(companies, staff_of(VILLAGE, companies), strict=True)
    ]


def test_a_month_has_what_a_month_has(october: list[Month]) -> None:
    """Holidays (1 to 3 October), nights, lateness, overtime, leave, absence."""
    for month in october:
        shifts = month.shifts
        assert np.any(shifts.day < 3)
        assert np.any(shifts.kind == SHIFT_TYPES.index(NIGHT_SHIFT))
        assert np.any(shifts.late_minutes > 0)
        assert np.any(shifts.minutes > 9 * 60)
        assert np.any(month.aways.kind >= 0)
    assert any(np.any(month.aways.kind == -1) for month in october)


def test_output_is_made_in_shifts_and_checks_are_of_output(october: list[Month]) -> None:
    for month in october:
        records = month.records
        worked = set(zip(month.shifts.who.tolist(), month.shifts.day.tolist(), strict=True))
        assert set(zip(records.who.tolist(), records.day.tolist(), strict=True)) == worked
        assert np.all(records.rejected <= records.submitted)
        assert np.all(month.checks.errors <= month.checks.sampled)
        assert np.all(month.checks.sampled >= 1)


def test_some_batches_are_inspected_after_the_month(october: list[Month]) -> None:
    """Where inspection decides on acceptance: every third company, the first of them this one."""
    assert np.any(october[0].batches.decided_day >= 31)
    assert not np.any(october[1].batches.decided_day >= 31)


def test_a_month_is_always_the_same(october: list[Month]) -> None:
    companies = companies_of(VILLAGE)
    staff = staff_of(VILLAGE, companies)[2]
    again = month_of(VILLAGE, companies[2], staff, PayPeriod(2026, 10), BOOK.calendar())
    assert np.array_equal(again.records.submitted, october[2].records.submitted)
