"""From calculated to closed: who may do what, what stops it, and what it locks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from tests import factories
from tests.engines import both_engines
from tests.payroll.test_month_by_hand import fill
from tests.payroll.world import OCTOBER, WORKDAYS, World, actor, create_world
from workforce.attendance import service as attendance
from workforce.attendance.service import DayFacts, ShiftFact
from workforce.core.errors import (
    ForbiddenError,
    NotFoundError,
    StateError,
)
from workforce.core.law import LawBook
from workforce.core.lifecycle import REPLACEABLE, TRANSITIONS, RunAction, RunState, actions, after
from workforce.payroll import queries, service
from workforce.payroll.models import PayrollRun, PayslipLine
from workforce.payroll.review import variances
from workforce.people.models import Employment, Person
from workforce.platform import audit, locks
from workforce.platform.scope import Scope


@pytest.fixture
def ready(world: World) -> World:
    """A company whose October is calculated."""
    fill(world)
    world.run()
    return world


def run_id(world: World) -> int:
    return world.stored_run().id


def review(world: World) -> None:
    variances.tick_all(world.scope, run_id(world), actor(world.approver))
    service.review_run(world.scope, run_id(world), actor(world.approver), world.book)


def test_the_table_of_states_has_one_way_forward_and_none_back_from_closed() -> None:
    assert actions(RunState.DRAFT) == []
    assert actions(RunState.CALCULATED) == [RunAction.REVIEW]
    assert actions(RunState.REVIEWED) == [RunAction.APPROVE, RunAction.RETURN]
    assert actions(RunState.APPROVED) == [RunAction.RETURN, RunAction.PAY]
    assert actions(RunState.PAID) == [RunAction.CLOSE]
    assert actions(RunState.CLOSED) == []
    assert {state for state, _ in TRANSITIONS}.isdisjoint({RunState.CLOSED, RunState.DRAFT})
    assert RunState.APPROVED not in REPLACEABLE
    with pytest.raises(StateError):
        after(RunState.CALCULATED, RunAction.APPROVE)


@both_engines
def test_a_run_goes_from_calculated_to_closed(session: Session, book: LawBook) -> None:
    world = create_world(session, book)
    fill(world)
    world.run()

    world.approve()
    assert locks.is_locked(session, world.company.id, OCTOBER)
    number = world.pay()
    service.close_run(world.scope, number, actor(world.approver), world.book)

    run = world.stored_run()
    assert run.state == RunState.CLOSED
    assert (run.paid_amount, run.paid_by_id) == (run.net_pay_amount, world.approver.id)
    assert run.reviewed_by_id == run.approved_by_id == world.approver.id
    assert run.closed_at is not None
    assert locks.is_locked(session, world.company.id, OCTOBER)
    acts = session.execute(
        select(audit.AuditEntry.action, audit.AuditEntry.actor_id)
        .where(audit.AuditEntry.subject_type == "payroll_run")
        .order_by(audit.AuditEntry.id)
    ).all()
    assert [tuple(row) for row in acts] == [
        ("payroll_run.calculate", world.maker.id),
        ("payroll_run.tick", world.approver.id),
        ("payroll_run.review", world.approver.id),
        ("payroll_run.approve", world.approver.id),
        ("payroll_run.pay", world.approver.id),
        ("payroll_run.close", world.approver.id),
    ]


@pytest.mark.parametrize("action", [RunAction.REVIEW, RunAction.APPROVE])
def test_the_maker_decides_nothing_about_the_own_run(ready: World, action: RunAction) -> None:
    variances.tick_all(ready.scope, run_id(ready), actor(ready.approver))
    if action is RunAction.APPROVE:
        service.review_run(ready.scope, run_id(ready), actor(ready.approver), ready.book)

    with pytest.raises(ForbiddenError) as caught:
        service.take(ready.scope, run_id(ready), action, actor(ready.maker), ready.book)

    assert caught.value.code == "payroll.two_people"


def test_a_run_without_a_named_maker_needs_two_people(world: World) -> None:
    fill(world)
    world.session.commit()
    service.run_payroll(world.scope, world.company.id, OCTOBER, audit.CLI, world.book)
    number, reviewer = run_id(world), actor(world.approver)
    with pytest.raises(ForbiddenError):
        service.review_run(world.scope, number, audit.CLI, world.book)
    variances.tick_all(world.scope, number, reviewer)
    service.review_run(world.scope, number, reviewer, world.book)

    with pytest.raises(ForbiddenError):
        service.approve_run(world.scope, number, reviewer, world.book)

    service.approve_run(world.scope, number, actor(world.maker), world.book)
    assert world.stored_run().state == RunState.APPROVED


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"state": "approved", "reviewed": "other", "approved": "maker"}, "two_people"),
        ({"state": "reviewed", "reviewed": "maker"}, "reviewer"),
        ({"state": "reviewed"}, "reviewed"),
        ({"state": "approved", "reviewed": "other"}, "approved"),
        ({"state": "calculated", "fault_count": 1}, "faults"),
    ],
)
def test_the_database_itself_keeps_the_two_person_rule(
    ready: World, values: dict[str, object], constraint: str
) -> None:
    ids = {"maker": ready.maker.id, "other": ready.approver.id}
    columns = {
        f"{name}_by_id" if name in {"reviewed", "approved"} else name: ids.get(str(value), value)
        for name, value in values.items()
    }
    with pytest.raises(IntegrityError, match=constraint):
        ready.session.execute(update(PayrollRun).values(**columns))


def test_the_database_wants_two_names_where_the_maker_has_none(ready: World) -> None:
    other = ready.approver.id
    with pytest.raises(IntegrityError, match="two_people"):
        ready.session.execute(
            update(PayrollRun).values(
                state="approved", prepared_by_id=None, reviewed_by_id=other, approved_by_id=other
            )
        )


def test_negative_net_pay_keeps_the_run_a_draft(world: World) -> None:
    fill(world)
    worker = world.hire("W2")
    world.attend(worker)
    factories.create_pay_entry(
        world.session, worker, "other_deduction", 999_999, "2026-10", code="dormitory"
    )

    outcome = world.run()

    assert outcome.computed.blocking == ("W2",)
    assert world.slip("W2").net_pay_amount < 0
    with pytest.raises(StateError) as caught:
        service.review_run(world.scope, run_id(world), actor(world.approver), world.book)
    assert caught.value.params == {"faults": 0, "negative": 1}


def test_faults_keep_the_run_a_draft(world: World) -> None:
    fill(world)
    factories.create_employment(
        world.session, world.company, employee_no="W2", hired_on=OCTOBER.first_on
    )
    world.run()
    with pytest.raises(StateError) as caught:
        service.review_run(world.scope, run_id(world), actor(world.approver), world.book)
    assert caught.value.code == "payroll.unresolved"


def change_price(world: World) -> None:
    world.session.execute(text("UPDATE piece_price SET unit_price = unit_price + 1"))


def change_output(world: World) -> None:
    worker = world.session.scalars(select(Employment).where(Employment.employee_no == "W1")).one()
    world.output(worker, "polygon", 21, 1)


def change_line(world: World) -> None:
    world.session.execute(text("UPDATE payslip_line SET amount = amount + 1 WHERE seq = 1"))


def change_line_and_totals(world: World) -> None:
    change_line(world)
    world.session.execute(text("UPDATE payslip SET gross_pay_amount = gross_pay_amount + 1"))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (change_price, "payroll.facts_changed"),
        (change_output, "payroll.facts_changed"),
        (change_line, "payroll.changed_since"),
        (change_line_and_totals, "payroll.changed_since"),
    ],
)
def test_approval_refuses_what_has_changed_since(
    ready: World, change: Callable[[World], None], code: str
) -> None:
    review(ready)
    change(ready)
    ready.session.commit()

    with pytest.raises(StateError) as caught:
        service.approve_run(ready.scope, run_id(ready), actor(ready.approver), ready.book)

    assert caught.value.code == code
    assert ready.stored_run().state == RunState.REVIEWED


def test_closing_refuses_what_has_changed_since(ready: World) -> None:
    ready.approve()
    number = ready.pay()
    # Past every service, straight into the table.
    change_price(ready)
    ready.session.commit()
    with pytest.raises(StateError) as caught:
        service.close_run(ready.scope, number, actor(ready.approver), ready.book)
    assert caught.value.code == "payroll.facts_changed"
    assert ready.stored_run().state == RunState.PAID


_ADD_A_LINE = (
    "INSERT INTO payslip_line (payslip_id, seq, code, kind, amount, reference, operands) "
    "SELECT payslip_id, 99, code, kind, amount, reference, operands FROM payslip_line WHERE seq = 1"
)


@both_engines
@pytest.mark.feature("FIN-23")
def test_a_closed_payslip_never_changes(session: Session, book: LawBook) -> None:
    world = create_world(session, book)
    fill(world)
    world.run()
    world.close()
    before = world.amounts("W1")

    change_price(world)
    session.commit()
    with pytest.raises(StateError):
        world.run()
    for attempt in (
        "UPDATE payslip_line SET amount = amount + 1",
        "DELETE FROM payslip_line",
        "UPDATE payslip SET net_pay_amount = 0",
        "DELETE FROM payslip",
        "UPDATE payroll_run SET net_pay_amount = 0",
        "UPDATE payroll_run SET state = 'calculated', approved_by_id = NULL, reviewed_by_id = NULL",
        "DELETE FROM payroll_run",
        # What comes into a decided run changes it as well.
        _ADD_A_LINE,
        "UPDATE payslip_line SET payslip_id = payslip_id WHERE seq = 1",
        "UPDATE payslip SET run_id = run_id",
    ):
        with pytest.raises(DBAPIError, match="the run is decided"):
            session.execute(text(attempt))
        session.rollback()

    assert world.amounts("W1") == before
    assert world.stored_run().state == RunState.CLOSED


@both_engines
def test_an_approved_payslip_changes_only_after_a_return(session: Session, book: LawBook) -> None:
    world = create_world(session, book)
    fill(world)
    world.run()
    world.approve()
    edit = text("UPDATE payslip_line SET amount = amount + 1")
    with pytest.raises(DBAPIError, match="the run is decided"):
        session.execute(edit)
    session.rollback()

    world.reopen("b1 recounted")

    session.execute(edit)
    session.commit()


@pytest.mark.feature("SUP-10")
def test_attendance_of_an_approved_month_is_refused(ready: World) -> None:
    ready.approve()
    worker = ready.session.scalars(select(Employment)).one()
    days = {day: (worker.id, day) for day in (dt.date(2026, 10, 30), dt.date(2026, 11, 2))}
    shifts = [
        ShiftFact(
            employment_id=worker.id,
            work_on=day,
            starts_at=dt.datetime.combine(day, dt.time(19)),
            ends_at=dt.datetime.combine(day, dt.time(22)),
        )
        for day in days
    ]
    facts = DayFacts(covered=frozenset(days.values()), shifts=shifts)

    plan = attendance.plan_days(ready.session, ready.company.id, "punches", facts)

    assert [error.code for error in plan.faults.values()] == ["month.closed"]
    assert list(plan.faults) == [days[dt.date(2026, 10, 30)]]
    assert [row["work_on"] for row in plan.shifts.added] == [dt.date(2026, 11, 2)]
    with pytest.raises(StateError):
        ready.run()


@both_engines
@pytest.mark.feature("FIN-24")
def test_verify_finds_the_one_line_that_was_edited(session: Session, book: LawBook) -> None:
    world = create_world(session, book)
    fill(world)
    world.run()
    number = run_id(world)
    assert service.verify_run(world.scope, number, book).differences == ()
    slip = world.slip("W1").id
    session.execute(
        update(PayslipLine)
        .where(PayslipLine.payslip_id == slip, PayslipLine.code == "night_allowance")
        .values(amount=1_600)
    )
    session.commit()

    found = service.verify_run(world.scope, number, book)

    assert [(one.where, one.what, one.stored, one.computed) for one in found.differences] == [
        ("W1 night_allowance (5)", "amount", 1_600, 1_500)
    ]
    assert "1600" in found.differences[0].text().en


def test_verify_names_missing_lines_payslips_and_totals(ready: World) -> None:
    slip = ready.slip("W1").id
    ready.session.execute(
        text("DELETE FROM payslip_line WHERE payslip_id = :slip AND code = 'income_tax'"),
        {"slip": slip},
    )
    ready.session.execute(text("UPDATE payroll_run SET net_pay_amount = 1"))
    ready.session.commit()
    found = service.verify_run(ready.scope, run_id(ready), ready.book).differences
    named = [(one.where.split(" (")[0], one.what) for one in found]
    assert ("run", "net_pay_amount") in named
    # The lines that follow the missing one are the same as ever.
    assert [one for one in named if one[1] != "net_pay_amount"] == [("W1 income_tax", "line")]
    ready.session.execute(text("DELETE FROM payslip_line"))
    ready.session.execute(text("DELETE FROM payslip"))
    ready.session.commit()
    found = service.verify_run(ready.scope, run_id(ready), ready.book).differences
    assert ("W1", "payslip") in {(one.where, one.what) for one in found}


@both_engines
@pytest.mark.feature("FIN-24")
def test_verify_says_first_that_the_facts_changed_and_by_which_act(
    session: Session, book: LawBook
) -> None:
    world = create_world(session, book)
    fill(world)
    world.run()
    assert not service.verify_run(world.scope, run_id(world), book).has_new_facts
    change_output(world)
    audit.record(
        session,
        actor(world.maker),
        "import.apply",
        "import_batch",
        1,
        company_id=world.company.id,
        after={"source": "output", "file": "late.csv"},
    )
    # Who looked at something, or vouched for a day, has changed nothing.
    for act in ("pay_profile.list", "team_day.confirm", "upload.store", "dispute.opened"):
        audit.record(session, actor(world.maker), act, "x", 1, company_id=world.company.id)
    session.commit()

    found = service.verify_run(world.scope, run_id(world), book)

    assert found.has_new_facts
    (said,) = found.acts
    assert said.en.endswith(f"{world.maker.login_name} Applied an import output late.csv")
    assert {one.where.split(" ")[0] for one in found.differences} == {"run", "W1"}


def test_verify_says_where_nobody_is_known_to_have_changed_the_facts(ready: World) -> None:
    change_price(ready)
    ready.session.commit()
    found = service.verify_run(ready.scope, run_id(ready), ready.book)
    assert found.acts == ()
    assert "no act is recorded" in found.causes().en


@both_engines
@pytest.mark.feature("SUP-10", "FIN-24")
def test_output_that_comes_late_is_no_attendance_of_a_closed_month(
    session: Session, book: LawBook
) -> None:
    world = create_world(session, book)
    worker = world.hire("W1", base_pay_amount=600_000)
    world.task_type("polygon", ("2026-10-01", 1_000_000))
    world.attend(worker, WORKDAYS[:-1])
    world.run()
    number = world.approve()
    assert world.slip("W1").attended_days == 17

    world.output(worker, "polygon", WORKDAYS[-1].day, 5, pay_period="2026-11")
    session.commit()

    assert service.verify_run(world.scope, number, book).differences == ()


def test_other_law_data_without_effect_are_a_remark(ready: World, book: LawBook) -> None:
    ready.session.execute(text("UPDATE payroll_run SET law_hash = 'x', code_version = '0.0.0'"))
    ready.session.commit()
    found = service.verify_run(ready.scope, run_id(ready), book)
    assert found.differences == ()
    assert [one.what for one in found.remarks] == ["law_hash", "code_version"]


def test_who_sees_runs_and_payslips(ready: World, book: LawBook) -> None:
    session, number, slip = ready.session, run_id(ready), ready.slip("W1").id
    other = create_world(session, book, "KZ")
    session.commit()
    person = session.scalars(select(Person)).one()
    own, stranger = Scope.own(person.id), Scope.own(person.id + 1)
    team = Scope.teams(ready.company.id, frozenset({1}))
    for scope, sees_run, sees_slip in (
        (Scope.base(), True, True),
        (ready.scope, True, True),
        (other.scope, False, False),
        (team, False, False),
        (own, False, False),  # not approved yet
        (stranger, False, False),
    ):
        assert bool(session.scalars(queries.run(scope, number)).all()) is sees_run
        assert bool(session.scalars(queries.payslip(scope, slip)).all()) is sees_slip
        assert bool(session.scalars(queries.lines(scope, slip)).all()) is sees_slip
        assert bool(session.execute(queries.payslips_for(scope)).all()) is sees_slip
        assert bool(session.scalars(queries.payslips_of_run(scope, number)).all()) is sees_run
    ready.approve()
    assert not session.scalars(queries.payslip(own, slip)).all()
    ready.publish()
    assert session.scalars(queries.payslip(own, slip)).all()
    assert session.scalars(queries.lines(own, slip)).all()
    assert not session.scalars(queries.payslip(stranger, slip)).all()
    with pytest.raises(NotFoundError):
        queries.found(session, queries.run(other.scope, number))
    with pytest.raises(NotFoundError):
        service.review_run(other.scope, number, actor(other.maker), other.book)


def test_a_month_s_wages_fall_into_the_six_parts(ready: World) -> None:
    (row,) = ready.session.execute(queries.payslip_facts(ready.scope, OCTOBER)).all()
    # Piece: 1924.60 − 6.25 quality; overtime 18.75 + 100; the rest of the floor is special.
    parts = ("time", "piece", "bonus", "allowance", "overtime", "special")
    assert [getattr(row, f"{part}_amount") for part in parts] == [
        0,
        191_835,
        0,
        1_500,
        11_875,
        36_915,
    ]
    # Meals that work made somebody miss are no wage (国家统计局令第1号 art 11).
    assert row.gross_pay_amount == 0 + 191_835 + 1_500 + 11_875 + 36_915 + 5_000
    assert row.is_insured


@both_engines
def test_sums_of_the_year_are_whole_numbers(session: Session, book: LawBook) -> None:
    world = create_world(session, book)
    fill(world)
    world.run()
    (row,) = session.execute(queries.year_to_date(world.scope, OCTOBER)).all()
    assert (row.gross_pay_amount, row.net_pay_amount) == (247_125, 198_818)
    assert (row.insurance_and_fund_amount, row.income_tax_amount) == (48_307, 0)
    assert isinstance(row.insurance_and_fund_amount, int)
