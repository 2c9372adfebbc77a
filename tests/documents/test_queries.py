"""Payslips and registers read from the tables: the month worked by hand, scopes, fixed queries."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from tests import factories
from tests.engines import both_engines
from tests.payroll.world import World
from workforce.core.engine import pay_items
from workforce.core.errors import NotFoundError
from workforce.core.text import Text
from workforce.documents import queries
from workforce.documents.assembly import line_view, masked_id_number, masked_name
from workforce.documents.facts import year_facts
from workforce.documents.views import TaxView, YearView
from workforce.people.models import Employment
from workforce.platform.db import db
from workforce.platform.scope import Scope


def own_scope(world: World, number: str = "W1") -> Scope:
    view = queries.payslip_view(world.session, world.scope, world.slip(number).id)
    employment = world.session.get_one(Employment, view.employment_id)
    return Scope.own(employment.person_id)


@both_engines
@pytest.mark.feature("ANN-3", "ANN-6", "ANN-7", "ANN-8")
def test_the_month_worked_by_hand(world: World) -> None:
    view = queries.payslip_view(world.session, world.scope, world.slip("W1").id)
    assert (view.gross_pay, view.net_pay, view.employer_cost) == (247125, 198818, 369147)
    assert [(line.amount, line.quantity, line.rate) for line in view.output] == [
        (32500, 2600 * 10**6, 125_000),
        (159960, 1200 * 10**6, 1_333_000),
    ]
    explained = {line.code: line.explanation.zh for line in view.lines}
    assert "2200.00 元" in explained["minimum_wage_top_up"]
    assert "计薪 21 天" in explained["minimum_wage_top_up"]
    assert "补足 369.15 元" in explained["minimum_wage_top_up"]
    assert "2600 件 × 单价 0.125 元 = 325.00 元" in view.output[0].explanation.zh
    assert all("依据" in text for text in explained.values())
    assert view.tax == TaxView(
        income=242125,
        is_part_income=False,
        basic=500000,
        months=1,
        insurance_and_fund=48307,
        special=0,
        other=0,
        taxable=0,
        rate=30_000,
        quick_deduction=0,
        due=0,
        withheld_before=0,
        this_month=0,
    )
    assert view.year == YearView(gross_pay=247125, insurance_and_fund=48307, income_tax=0)
    assert [note.is_estimate for note in view.notes] == [False, False, False, True]
    assert "还剩 8 小时" in view.notes[2].text.zh  # 8 h in lieu on 11 October, nothing taken
    assert "600.00" in view.notes[0].text.zh


@pytest.mark.parametrize(("flag", "item"), [(0, "earnings"), (1, "untaxed_earnings")])
def test_an_agreed_line_stands_with_its_item(flag: int, item: str) -> None:
    columns = ("detail", "quantity", "rate", "reference", "seq")
    row = SimpleNamespace(
        **dict.fromkeys(columns),
        code="other_bonus",
        kind="earning",
        amount=100,
        operands=f'{{"is_untaxed":{flag}}}',
    )
    assert line_view(row, {}).position == pay_items()[item].position


@pytest.mark.feature("ANN-5")
def test_a_check_names_its_batch_and_its_factor(world: World) -> None:
    view = queries.payslip_view(world.session, world.scope, world.slip("W1").id)
    (check,) = view.checks
    assert (check.batch, check.sampled_qty, check.error_qty) == ("b1", 200, 9)
    assert check.accuracy_rate == 955_000
    assert check.factor_rate == 950_000
    assert check.inspected_on == dt.date(2026, 10, 12)
    assert check.result == Text("合格", "Pass")


@pytest.mark.feature("ANN-4")
def test_a_piecework_line_names_its_records(world: World) -> None:
    scope = own_scope(world)
    world.approve()
    world.publish()
    view = queries.payslip_view(world.session, scope, world.slip("W1").id)
    records = queries.counted_records(world.session, scope, view, view.output[0])
    assert [(row.work_on.day, row.batch_code, row.accepted_qty) for row in records] == [
        (1, None, 400),
        (10, "b1", 1000),
        (11, None, 300),
        (15, None, 900),
    ]
    assert all(row.source_key for row in records)
    top_up = next(line for line in view.lines if line.code == "minimum_wage_top_up")
    assert queries.counted_records(world.session, scope, view, top_up) == []


@pytest.mark.feature("ANN-1")
def test_another_persons_payslip_is_not_found(world: World) -> None:
    stranger = factories.create_person(world.session)
    world.session.commit()
    world.approve()
    slip_id = world.slip("W1").id
    assert queries.payslip_view(world.session, world.scope, slip_id).net_pay == 198818
    for scope in (
        Scope.own(stranger.id),
        Scope.company(world.company.id + 1),
        Scope.teams(world.company.id, frozenset({1})),
    ):
        with pytest.raises(NotFoundError):
            queries.payslip_view(world.session, scope, slip_id)
    with pytest.raises(NotFoundError):
        queries.payslip_view(world.session, world.scope, slip_id + 1)


@pytest.mark.feature("ANN-13")
def test_nobody_sees_the_own_payslip_before_it_is_published(world: World) -> None:
    """Approval alone shows it to nobody."""
    scope = own_scope(world)
    for step in (lambda: None, world.approve):
        step()
        assert queries.own_payslips(world.session, scope) == []
        with pytest.raises(NotFoundError):
            queries.payslip_view(world.session, scope, world.slip("W1").id)
    world.publish()
    (entry,) = queries.own_payslips(world.session, scope)
    assert (str(entry.period), entry.net_pay) == ("2026-10", 198818)
    assert entry.company_name == world.company.name


def test_whoever_looks_sees_the_same_payslip(world: World) -> None:
    scope = own_scope(world)
    world.approve()
    world.publish()
    slip = world.slip("W1")
    own = queries.payslip_view(world.session, scope, slip.id)
    finance = queries.payslip_view(world.session, world.scope, slip.id)
    register = queries.register_view(world.session, world.scope, slip.run_id)
    public = queries.public_payslip_view(world.session, slip.public_id)
    assert own == finance == register.payslips[0] == public
    assert register.reviewed_by == register.approved_by == world.approver.display_name
    assert register.prepared_by == world.maker.display_name


def test_the_public_page_knows_no_draft(world: World) -> None:
    slip = world.slip("W1")
    with pytest.raises(NotFoundError):
        queries.public_payslip_view(world.session, slip.public_id)
    with pytest.raises(NotFoundError):
        queries.public_payslip_view(world.session, "0" * 32)


def test_the_fingerprint_is_of_what_the_slip_says(world: World) -> None:
    slip = world.slip("W1")
    before = queries.payslip_view(world.session, world.scope, slip.id).fingerprint
    assert queries.payslip_view(world.session, world.scope, slip.id).fingerprint == before
    run = world.stored_run()
    run.pay_on += dt.timedelta(days=1)
    world.session.commit()
    after = queries.payslip_view(world.session, world.scope, slip.id).fingerprint
    assert len(before) == 24
    assert before != after


def test_the_way_to_the_tax_names_the_months_that_count(world: World) -> None:
    # From January, and the whole year at once, which is of no number of months.
    for number, rule in (("W2", "is_first_wage_of_year"), ("W3", "is_deduct_60000")):
        hired_on = dt.date(2026, 10, 1) if number == "W2" else dt.date(2025, 1, 1)
        worker = world.hire(number, hired_on, **{rule: True})
        factories.create_tax_opening(world.session, worker, months=0 if number == "W2" else 9)
    world.run()
    said = {}
    for number in ("W2", "W3"):
        view = queries.payslip_view(world.session, world.scope, world.slip(number).id)
        said[number] = {label.zh: amount for label, amount in year_facts(view)}
    assert said["W2"]["减除费用（10 个月）"] == "−50,000.00"
    assert said["W3"]["减除费用"] == "−60,000.00"


def test_the_year_begins_with_what_was_paid_before_this_system(world: World) -> None:
    slip = world.slip("W1")
    employment = world.session.get_one(Employment, slip.employment_id)
    factories.create_tax_opening(
        world.session,
        employment,
        income_amount=1_000_000,
        insurance_and_fund_amount=50_000,
        withheld_amount=1_234,
        months=2,
    )
    world.session.commit()
    view = queries.payslip_view(world.session, world.scope, slip.id)
    assert view.year == YearView(gross_pay=1_247_125, insurance_and_fund=98_307, income_tax=1_234)


def test_a_run_takes_a_fixed_number_of_queries(world: World) -> None:
    run_id = world.stored_run().id
    few = _queries(world.session, world.scope, run_id)
    for number in range(2, 12):
        worker = world.hire(f"W{number}", contribution_base_amount=300_000)
        world.output(worker, "bbox_2d", 20, 100)
        world.attend(worker)
    world.run()
    view = queries.register_view(world.session, world.scope, world.stored_run().id)
    assert [slip.employee_no for slip in view.payslips][:3] == ["W1", "W10", "W11"]
    assert _queries(world.session, world.scope, view.run_id) == few


def _queries(session: Session, scope: Scope, run_id: int) -> int:
    statements: list[str] = []

    def note(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    event.listen(db.engine, "before_cursor_execute", note)
    queries.register_view(session, scope, run_id)
    event.remove(db.engine, "before_cursor_execute", note)
    return len(statements)


def test_masks() -> None:
    assert masked_id_number("500236199001011234") == "500236********1234"
    assert masked_name("张三丰") == "张*"
    assert masked_name("欧阳建华") == "欧*"
