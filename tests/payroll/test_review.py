"""Looking at a run: the stages of its month, the grid and its export, two calculations, the job."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import openpyxl
import pytest
from flask import Flask, current_app
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests import factories
from tests.engines import both_engines
from tests.factories.web import FormClient
from tests.payroll.test_month_by_hand import fill
from tests.payroll.test_variances import NOVEMBER, employed, raise_pay, two_months
from tests.payroll.world import OCTOBER, World, actor, create_world
from tests.queries import assert_same_queries
from workforce.accounts.models import Account
from workforce.core.errors import StateError
from workforce.core.law import LawBook
from workforce.core.lifecycle import RunState
from workforce.core.period import PayPeriod
from workforce.payments import service as payments
from workforce.payroll import jobs, service
from workforce.payroll.models import PayrollRun
from workforce.payroll.review import comparison, variances
from workforce.payroll.review import grid as review
from workforce.payroll.review.rules import Rule, set_rule
from workforce.payroll.review.variances import VarianceKind
from workforce.payroll.stages import stages
from workforce.payroll.stages.checks import Severity, Stage, checked_severities, checks
from workforce.payroll.stages.finders import NOTHING, Asked, Finder, Found
from workforce.people.models import Employment
from workforce.platform.db import db, unit_of_work
from workforce.platform.job_runs import claim, execute, take_over
from workforce.platform.jobs import Job, enqueue

__all__ = ["two_months"]

ClientAs = Callable[[Account], FormClient]


@pytest.fixture
def november(two_months: World) -> World:
    """Both months are calculated; RISE has 1500.00 more in November."""
    raise_pay(two_months, "RISE", 150_000)
    two_months.run(NOVEMBER)
    return two_months


def found(world: World, period: PayPeriod = OCTOBER) -> dict[str, int]:
    """Return how many there are of what stands in a month's way, by check."""
    world.session.commit()
    asked = Asked(
        session=world.session,
        company_id=world.company.id,
        period=period,
        book=world.book,
        run=stages.run_of(world.session, world.company.id, period),
    )
    return {
        finding.check.code: finding.found.count
        for view in stages.month_stages(asked)
        for finding in view.findings
    }


@both_engines
@pytest.mark.feature("FIN-20")
def test_a_month_names_what_stands_in_its_way(session: Session, book: LawBook) -> None:
    world = create_world(session, book)
    fill(world)
    team = factories.create_team(session, world.company)
    worker = employed(world, "W1")
    factories.create_membership(session, worker, team)
    world.hire("IDLE")
    factories.create_employment(
        session, world.company, employee_no="BARE", hired_on=OCTOBER.first_on
    )
    world.hire("LEFT", separated_on=OCTOBER.last_on)
    world.task_type("free")
    world.output(worker, "free", 12, 5)
    session.execute(update(Employment).values(bank_account=None))

    seen = found(world)
    assert seen["no_records"] == 3  # IDLE, BARE and LEFT
    assert seen["no_profile"] == 1  # BARE
    assert seen["leavers"] == 1
    assert seen["output_unpriced"] == 1
    # 17 workdays of October 2026 after the National Day week, the adjusted Saturday with them, and
    # the days of the week itself on which W1 worked.
    assert seen["unconfirmed_days"] >= 17
    assert "faults" not in seen

    world.run()
    after = found(world)
    assert after["faults"] == 2  # BARE without a profile, W1 without a price


@both_engines
def test_a_company_turns_a_warning_into_a_block(session: Session, book: LawBook) -> None:
    world = create_world(session, book)
    fill(world)
    world.run()
    number = world.stored_run().id
    variances.tick_all(world.scope, number, actor(world.approver))
    session.execute(update(Employment).values(bank_account=None))
    session.commit()
    severities = checked_severities({"no_bank": "blocking", "uninspected": "blocking"})
    set_rule(world.company.id, Rule(severities=severities), actor(world.approver))
    service.review_run(world.scope, number, actor(world.approver), book)
    service.approve_run(world.scope, number, actor(world.approver), book)
    with pytest.raises(StateError) as caught:
        world.pay()
    assert caught.value.code == "payroll.month_blocked"
    assert caught.value.params["count"] == 1
    set_rule(world.company.id, Rule(), actor(world.approver))
    world.pay()
    assert world.stored_run().state == RunState.PAID


def test_each_step_waits_for_what_the_company_wants_settled_before_it(
    session: Session, book: LawBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = create_world(session, book)
    fill(world)
    world.run()
    number, who = world.stored_run().id, actor(world.approver)
    variances.tick_all(world.scope, number, who)
    steps: dict[str, Callable[[], object]] = {
        "overtime_over": lambda: service.review_run(world.scope, number, who, book),
        "open_disputes": lambda: service.approve_run(world.scope, number, who, book),
        "held": world.pay,
        "filings_unreconciled": lambda: service.close_run(world.scope, number, who, book),
    }

    def order() -> object:
        return payments.make_batch(world.scope, number, who, book)

    set_rule(world.company.id, Rule(severities=dict.fromkeys(steps, "blocking")), who)
    # Slices above payroll look for what most of these are.
    finders: dict[str, Finder] = {}
    monkeypatch.setitem(current_app.extensions, stages.EXTENSION, finders)
    for code, step in steps.items():
        finders[code] = lambda asked: Found(3 if asked.run else 0, ())
        # Money waits before it is ordered: once the bank has it, a payment is only recorded.
        for act in [step, *([order] if code == "held" else [])]:
            with pytest.raises(StateError) as caught:
                act()
            assert caught.value.code == "payroll.month_blocked"
        finders[code] = lambda _: NOTHING
        step()
    assert world.stored_run().state == RunState.CLOSED


def test_every_check_has_its_words_and_the_fixed_ones_block() -> None:
    for check in checks().values():
        assert check.label.zh
        assert check.stage in Stage
        assert not check.is_fixed or check.severity is Severity.BLOCKING


def numbers(world: World, **wanted: object) -> list[str]:
    """Return whom the grid of November shows, in its order."""
    run = world.stored_run(NOVEMBER)
    columns = review.chosen_columns(review.all_columns(world.session, run), ())
    grid = review.grid(world.session, run, columns, review.Wanted(**wanted))  # type: ignore[arg-type]
    assert grid.size == len(grid.rows)
    return [str(row.values["number"]) for row in grid.rows]


@both_engines
def test_the_grid_is_filtered_ordered_and_summed_by_the_database(november: World) -> None:
    world = november
    team = factories.create_team(world.session, world.company)
    factories.create_membership(world.session, employed(world, "RISE"), team)
    world.session.commit()
    assert numbers(world) == ["NEW", "RISE", "SAME", "SMALL"]
    assert numbers(world, order="gross", is_descending=True) == ["RISE", "SAME", "SMALL", "NEW"]
    assert numbers(world, order="change")[-1] == "NEW"  # who has no last month comes last
    assert numbers(world, text="sam") == ["SAME"]
    assert numbers(world, text="%") == []
    assert numbers(world, team_id=team.id) == ["RISE"]
    assert numbers(world, kind=VarianceKind.GONE) == ["GONE"]
    assert numbers(world, kind=VarianceKind.LARGE) == ["RISE"]
    assert numbers(world, employment_type="intern") == []

    run = world.stored_run(NOVEMBER)
    known = review.all_columns(world.session, run)
    columns = review.chosen_columns(known, ("gross", "change", "line:base_pay"))
    grid = review.grid(world.session, run, columns, review.Wanted(), slice(0, 2))
    # 6000.00 + 7500.00 + 6000.00 + 5000.00, whatever page is shown.
    assert (grid.size, len(grid.rows), grid.totals["gross"]) == (4, 2, 2_450_000)
    assert grid.totals["gross"] == run.gross_pay_amount
    assert grid.totals["line:base_pay"] == 2_300_000
    assert grid.totals["change"] == 150_000


@pytest.mark.feature("FIN-19")
def test_the_export_is_exactly_the_filtered_view(november: World, client_as: ClientAs) -> None:
    client = client_as(november.approver)
    number = november.stored_run(NOVEMBER).id
    path = f"/payroll/runs/{number}/people.xlsx?kind=large&column=gross&column=gross_before"
    sheet = openpyxl.load_workbook(BytesIO(client.get(path).data)).active
    assert sheet is not None
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0] == ["工号", "姓名", "应发工资（元）", "上月应发（元）"]
    assert rows[1][0] == "RISE"
    assert rows[1][2:] == [7500, 6000]
    assert rows[2] == ["合计", "1", 7500, 6000]
    shown = client.get(path.replace(".xlsx", "")).text
    assert "7,500.00" in shown
    assert "SAME" not in shown


def test_pages_read_with_as_many_statements_whatever_the_number_of_people(
    app: Flask, november: World, client_as: ClientAs
) -> None:
    client = client_as(november.approver)
    number = november.stored_run(NOVEMBER).id
    grown = iter(range(100))

    def make_more() -> None:
        for _ in range(3):
            november.hire(f"M{next(grown)}", NOVEMBER.first_on, base_pay_amount=500_000)
        november.run(NOVEMBER)

    for path in (
        f"/payroll/month/{NOVEMBER}",
        f"/payroll/runs/{number}",
        f"/payroll/runs/{number}/people",
        f"/payroll/runs/{number}/variances",
    ):
        assert_same_queries(app, client, path, make_more)


@both_engines
def test_two_calculations_are_compared_line_by_line(november: World) -> None:
    world = november
    run = world.stored_run(NOVEMBER)
    assert comparison.changes(world.session, run.id) == []
    factories.create_pay_entry(
        world.session, employed(world, "SAME"), "other_deduction", 12_300, "2026-11", code="rent"
    )
    world.run(NOVEMBER)
    world.session.commit()

    (change,) = comparison.changes(world.session, run.id)
    assert change.employment_id == employed(world, "SAME").id
    assert change.net_change == -12_300
    moved = [
        line for line in comparison.line_changes(change.before, change.after, {}) if line.change
    ]
    assert [(line.change, line.before) for line in moved] == [(-12_300, 0)]
    history = comparison.calculations(world.session, world.scope, run.id)
    assert [one.net_pay_amount for one in history] == [
        world.stored_run(NOVEMBER).net_pay_amount,
        world.stored_run(NOVEMBER).net_pay_amount + 12_300,
    ]
    world.run(NOVEMBER)
    world.session.commit()
    assert comparison.changes(world.session, run.id) == []


@pytest.mark.parametrize(
    "asked", [f"team={'9' * 30}", "team=x", f"page={'9' * 30}", "order=x&down=1", "column=line:x"]
)
def test_an_address_that_names_nothing_narrows_nothing(
    november: World, client_as: ClientAs, asked: str
) -> None:
    number = november.stored_run(NOVEMBER).id
    client = client_as(november.approver)
    assert "RISE" in client.get(f"/payroll/runs/{number}/people?{asked}").text
    assert client.get(f"/payroll/runs/{number}/people.xlsx?{asked}").status_code == 200


def test_a_person_is_shown_beside_last_month(november: World, client_as: ClientAs) -> None:
    number = november.stored_run(NOVEMBER).id
    client = client_as(november.approver)
    shown = client.get(f"/payroll/runs/{number}/people/{employed(november, 'RISE').id}").text
    for words in ("技能津贴", "+1,500.00", "之前没有", "6,000.00", "7,500.00"):
        assert words in shown
    gone = client.get(f"/payroll/runs/{number}/people/{employed(november, 'GONE').id}")
    assert "现在没有" in gone.text


@both_engines
@pytest.mark.feature("FIN-17")
def test_a_calculation_survives_its_worker_and_is_stored_once(
    app: Flask, session: Session, book: LawBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = create_world(session, book)
    fill(world)
    session.commit()
    del app

    class Killed(BaseException):
        """The end of the process."""

    def die(*_arguments: object) -> None:
        raise Killed

    with unit_of_work() as writing:
        params = {"period": "2026-10"}
        job_id = enqueue(writing, jobs.CALCULATE, params, actor(world.maker), world.company.id)
    monkeypatch.setattr("workforce.payroll.calculation.write_sheet", die)
    progress = claim()
    assert progress is not None
    with pytest.raises(Killed):
        execute(progress)
    monkeypatch.undo()
    db.session.rollback()
    assert session.scalars(select(PayrollRun)).all() == []
    session.execute(update(Job).values(lease_until=world.maker.created_at))
    session.commit()

    assert take_over() == [job_id]
    again = claim()
    assert again is not None
    execute(again)

    session.rollback()
    assert world.stored_run().payslip_count == 1
    job = session.get_one(Job, job_id, populate_existing=True)
    assert (job.state, job.step, job.attempt) == ("done", "pay_write", 2)
