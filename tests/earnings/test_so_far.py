"""The open month so far. By hand: October 2026 has 18 workdays and 3 holidays, 21 payable days.

The worker has 9 recorded workdays (8–19 October); 9 are still to come on the 20th. The monthly minimum
in Fengjie is 2200.00: of 12 of 21 days 1257.14.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.earnings.conftest import TODAY
from tests.engines import both_engines
from tests.factories.web import FormClient
from tests.payroll.world import OCTOBER, WORKDAYS, World
from tests.queries import assert_same_queries
from workforce.accounts.models import Account
from workforce.core.law import LawBook
from workforce.core.permissions import Role
from workforce.core.rules.tax_deductions import RENT
from workforce.earnings import daily, queries
from workforce.earnings.models import EarningsDay
from workforce.earnings.month import OpenMonth, read_open_month
from workforce.payroll.compute import CompanyKey, Computed, assemble_person, company_in, compute
from workforce.payroll.compute import compute_assembled as compute_person
from workforce.people.models import Employment, Person
from workforce.platform import clock
from workforce.platform.db import unit_of_work
from workforce.platform.scope import Scope

PAST = [day for day in WORKDAYS if day < TODAY]


def work(world: World, worker: Employment, quantity: int = 1000) -> None:
    """Record a shift and output on each workday so far."""
    world.attend(worker, PAST)
    for day in PAST:
        world.output(worker, "bbox_2d", day.day, quantity)


def open_month(world: World, worker: Employment) -> OpenMonth:
    world.session.commit()
    scope = Scope.own(worker.person_id)
    job = queries.workplaces(world.session, scope, TODAY)[0]
    types = queries.task_types(world.session)
    return read_open_month(world.session, job, OCTOBER, world.book, types, TODAY)


def amounts(month: OpenMonth) -> dict[str, int]:
    assert month.figures is not None, month.faults
    return {line.code: line.signed_amount for line in month.figures.lines}


@both_engines
@pytest.mark.feature("ANN-2")
def test_the_month_so_far_is_what_its_end_today_would_pay(world: World, worker: Employment) -> None:
    work(world, worker)

    month = open_month(world, worker)

    assert amounts(month) == {
        "piecework_pay": 90_000,
        "minimum_wage_top_up": 35_714,
        "income_tax": 0,
    }
    assert month.figures is not None
    assert (month.figures.gross_pay, month.figures.net_pay) == (125_714, 125_714)
    assert [day.day for day in month.days_to_come] == [20, 21, 22, 23, 26, 27, 28, 29, 30]


def test_an_insured_person_is_not_told_of_a_net_pay_below_zero(world: World) -> None:
    """A month's insurance is more than nothing: on the first days that is no matter for anybody."""
    insured = world.hire("B1", contribution_base_amount=500_000)

    month = open_month(world, insured)

    assert month.figures is not None
    assert month.figures.net_pay < 0
    assert not [note for note in month.figures.notes if "实发工资为负" in note.text.zh]


@both_engines
def test_one_person_alone_is_computed_as_with_the_whole_company(
    world: World, worker: Employment, book: LawBook
) -> None:
    work(world, worker)
    session, mates = (
        world.session,
        [world.hire(f"M{n}", base_pay_amount=n * 100_000) for n in (1, 2, 3)],
    )
    other = factories.create_company(session, code="OTHER")
    batch = factories.create_batch(session, world.company, world.task_types["bbox_2d"], code="B1")
    for n, mate in enumerate(mates):
        world.attend(mate, PAST[n:])
        world.output(mate, "bbox_2d", 9, 500 + n, batch_id=batch.id)
    # A pot shared by hours, one by points, and one in which the worker has no part.
    group = world.task_types["bbox_2d"]
    for weights, split in (
        ({worker: None, mates[0]: None, mates[1]: None}, "hours"),
        ({worker: 1500, mates[2]: 1000}, "points"),
        ({mates[0]: 1000, mates[1]: 2000}, "points"),
    ):
        factories.create_group_output(
            session, world.company, group, dt.date(2026, 10, 9), 1001, weights, split_by=split
        )
    factories.create_inspection(
        session,
        world.company,
        group,
        dt.date(2026, 10, 12),
        batch_id=batch.id,
        sampled_qty=100,
        error_qty=9,
    )
    world.output(worker, "bbox_2d", 12, 300, batch_id=batch.id)
    factories.create_pay_entry(
        session,
        mates[1],
        "special_additional_deduction",
        150_000,
        "2026-10",
        code=RENT,
    )
    factories.create_leave(
        session, mates[2], dt.date(2026, 10, 20), dt.date(2026, 10, 21), kind="annual_leave"
    )
    factories.create_employment(session, other, employee_no="X1")
    # Nobody knows what to pay for this: a fault of one, which the other must not see.
    unpriced = factories.create_task_type(session, code="unpriced")
    factories.create_output(session, mates[0], unpriced, dt.date(2026, 10, 9), 10)
    session.commit()
    company = company_in(session, world.scope, world.company.id)

    whole = compute(session, company, OCTOBER, book)

    seen = 0
    for one in (worker, *mates):
        alone = compute_person(
            company, assemble_person(session, company, one.person_id, OCTOBER, book), book
        )
        assert slips_of(alone) == {
            number: slip for number, slip in slips_of(whole).items() if number == one.employee_no
        }
        assert [(fault.employee_no, str(fault.error)) for fault in alone.faults] == [
            (fault.employee_no, str(fault.error))
            for fault in whole.faults
            if fault.employee_no == one.employee_no
        ]
        seen += len(slips_of(alone))
    assert seen == 3, "two mates and the worker are paid, the one without a price is not"


def slips_of(computed: Computed) -> dict[str, object]:
    """Return what each payslip of a calculation says, by employee number."""
    sheet = computed.sheet
    owners = list(sheet.owner)
    return {
        number: (
            {name: str(column[at]) for name, column in sheet.slips.items()},
            [
                {name: str(column[row]) for name, column in sheet.lines.items()}
                for row, owner in enumerate(owners)
                if owner == at
            ],
        )
        for at, number in enumerate(sheet.employee_nos)
    }


@both_engines
@pytest.mark.feature("ANN-2")
def test_the_page_marks_the_figures_as_provisional_and_tells_what_waits(
    world: World, account: Account, worker: Employment, client_as: Callable[[Account], FormClient]
) -> None:
    work(world, worker)
    world.output(
        worker,
        "bbox_2d",
        19,
        120,
        state="submitted",
        accepted_on=None,
        pay_period=None,
        accepted_qty=0,
    )
    world.session.commit()

    page = client_as(account).get("/earnings").text

    assert "1,257.14" in page
    assert "900.00" in page
    assert "暂计" in page
    assert "截至 2026-10-20 12:00" in page
    assert "等待验收" in page
    assert "120" in page
    assert "还有 9 个工作日" in page


def test_days_to_come_are_told_apart_from_absence(
    world: World, client_as: Callable[[Account], FormClient]
) -> None:
    clerk = world.hire("C1", base_pay_amount=420_000)
    world.attend(clerk, PAST)
    person = world.session.get_one(Person, clerk.person_id)
    account = factories.create_account(world.session, Role.ANNOTATOR, world.company, person)
    month = open_month(world, clerk)

    page = client_as(account).get("/earnings").text

    # 4200.00 less 4200.00 ÷ 21.75 × 9 = 1737.93.
    assert amounts(month)["absence_deduction"] == -173_793
    assert "其中 9 个工作日还没到" in page


@pytest.mark.feature("ANN-2")
def test_whoever_cannot_be_computed_reads_the_reason_in_simple_words(
    world: World, account: Account, worker: Employment, client_as: Callable[[Account], FormClient]
) -> None:
    unpriced = factories.create_task_type(world.session, code="unpriced", name_zh="无价任务")
    factories.create_output(world.session, worker, unpriced, dt.date(2026, 10, 9), 10)
    world.session.commit()

    page = client_as(account).get("/earnings")

    assert page.status_code == 200
    assert "无价任务" in page.text or "unpriced" in page.text
    assert "请告诉班组长或企业财务" in page.text


@both_engines
@pytest.mark.feature("ANN-2")
def test_what_has_changed_since_yesterday_is_told_line_by_line(
    world: World, worker: Employment, account: Account, client_as: Callable[[Account], FormClient]
) -> None:
    work(world, worker)
    session = world.session
    session.commit()
    company = CompanyKey(world.company.id, world.company.code, world.company.name, "500236")
    with clock.fixed(dt.datetime(2026, 10, 19, 15, 40, tzinfo=dt.UTC)):
        for _ in range(2):
            kept = daily.keep_company(session, company, clock.today(), world.book)
            with unit_of_work() as writing:
                daily.store(writing, clock.today(), kept)
    assert len(session.scalars(select(EarningsDay)).all()) == 1, "kept once however often asked"
    # 120 more boxes on the 20th: 12.00, and one more day that counts for the floor:
    # 2200.00 × 13 ÷ 21 = 1361.90, less 912.00 = 449.90.
    world.output(worker, "bbox_2d", 20, 120)
    month = open_month(world, worker)
    last = queries.last_kept_day(session, worker.id, OCTOBER, TODAY)

    changes = daily.changes_since(session, Scope.own(worker.person_id), month, last)

    assert changes is not None
    assert changes.since == dt.date(2026, 10, 19)
    assert [(change.label.zh, change.amount, change.qty_change) for change in changes.lines] == [
        ("计件工资", 1_200, 120_000_000),
        ("最低工资补足", 9_276, None),
    ]
    assert changes.gross_pay == 10_476
    assert "多验收 120" in client_as(account).get("/earnings").text


def test_a_line_that_is_gone_counts_against(
    world: World, worker: Employment, session: Session
) -> None:
    kept = EarningsDay(
        employment_id=worker.id,
        period="2026-10",
        as_of=dt.date(2026, 10, 19),
        gross_pay_amount=1_000,
        net_pay_amount=1_000,
        lines='[["night_allowance","earning",null,1000000,15000000,1500]]',
    )
    month = open_month(world, worker)

    changes = daily.changes_since(session, Scope.own(worker.person_id), month, kept)

    assert changes is not None
    assert ("夜班津贴", -1_500) in [(one.label.zh, one.amount) for one in changes.lines]


def test_two_corrections_for_one_reason_are_no_change(
    world: World, worker: Employment, session: Session
) -> None:
    """Both stood on the kept day already, 10.00 and 20.00 back for two earlier months."""
    for earlier, amount in (("2026-08", 1_000), ("2026-09", 2_000)):
        factories.create_adjustment(
            session, worker, for_period=earlier, amount=amount, reason="补发"
        )
    kept = EarningsDay(
        employment_id=worker.id,
        period="2026-10",
        as_of=dt.date(2026, 10, 19),
        gross_pay_amount=3_000,
        net_pay_amount=3_000,
        lines=json.dumps(
            [["adjustment", "earning", "补发", None, None, amount] for amount in (1_000, 2_000)]
        ),
    )

    month = open_month(world, worker)
    changes = daily.changes_since(session, Scope.own(worker.person_id), month, kept)

    assert month.figures is not None
    shown = [line.amount for line in month.figures.lines if line.detail_code == "补发"]
    assert sorted(shown) == [1_000, 2_000]
    assert changes is not None
    assert "补发" not in [one.detail.zh for one in changes.lines if one.detail]


@both_engines
def test_only_the_last_days_are_kept(world: World, worker: Employment) -> None:
    session = world.session
    for day in (1, 9, 18):
        session.add(
            EarningsDay(
                employment_id=worker.id,
                period="2026-10",
                as_of=dt.date(2026, 10, day),
                gross_pay_amount=0,
                net_pay_amount=0,
                lines="[]",
            )
        )
    session.commit()

    with unit_of_work() as writing:
        daily.store(writing, TODAY, [])

    assert [row.as_of.day for row in session.scalars(select(EarningsDay))] == [18]


def test_the_page_asks_as_often_for_many_records_as_for_few(
    world: World,
    worker: Employment,
    account: Account,
    client_as: Callable[[Account], FormClient],
    app: object,
) -> None:
    work(world, worker)
    world.session.commit()

    def more() -> None:
        mates = [world.hire(f"M{n}") for n in range(5)]
        for mate in mates:
            world.attend(mate, PAST)
        for day in PAST:
            world.output(worker, "bbox_2d", day.day, 77)
        world.session.commit()

    count = assert_same_queries(app, client_as(account), "/earnings", more)  # type: ignore[arg-type]

    assert count < 50


def test_an_account_whose_person_has_no_employment_is_told_what_to_do(
    session: Session, world: World, client_as: Callable[[Account], FormClient]
) -> None:
    person = factories.create_person(session)
    account = factories.create_account(session, Role.ANNOTATOR, world.company, person)
    session.commit()
    client = client_as(account)

    for path in (
        "/earnings",
        "/earnings/estimate",
        "/earnings/what-if",
        "/my-month",
        "/my-quality",
    ):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert "请联系企业的人事或财务" in answer.text


@pytest.mark.parametrize("role", [Role.OFFICIAL, Role.BASE_ADMIN])
def test_nobody_without_an_own_person_has_earnings(
    role: Role, session: Session, client_as: Callable[[Account], FormClient]
) -> None:
    account = factories.create_account(session, role)
    session.commit()

    assert client_as(account).get("/earnings").status_code == 403
