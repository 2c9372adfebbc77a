"""What is out of the ordinary in a run: found against last month, ticked by a second person, blocking."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests import factories
from tests.engines import both_engines
from tests.payroll.test_adjustments import NOVEMBER_WORKDAYS
from tests.payroll.world import OCTOBER, World, actor, create_world
from workforce.core.errors import ForbiddenError, InputError, NotFoundError, StateError
from workforce.core.law import LawBook
from workforce.core.lifecycle import RunState
from workforce.core.period import PayPeriod
from workforce.payroll import service
from workforce.payroll.models import PayEntry, Variance
from workforce.payroll.review import variances
from workforce.payroll.review.rules import Rule, set_rule
from workforce.payroll.review.variance_views import kind_counts, variance_rows
from workforce.payroll.review.variances import VarianceKind
from workforce.people.models import Employment, PayProfile
from workforce.platform import audit
from workforce.production.models import OutputRecord

NOVEMBER = OCTOBER.next()
pytestmark = pytest.mark.feature("FIN-19")

Found = tuple[str, str, int | None, int | None]


@pytest.fixture
def two_months(session: Session, book: LawBook) -> World:
    """October and November of people with base pay; nobody is insured and all worked all of October.

    SAME 6000.00 both months; RISE 6000.00, then 7500.00 (+25 %, +1500.00); SMALL 6000.00, then 6300.00
    (+5 %); GONE leaves with October; NEW begins in November.
    """
    world = create_world(session, book)
    for number in ("SAME", "RISE", "SMALL"):
        worker = world.hire(number, base_pay_amount=600_000)
        world.attend(worker)
        world.attend(worker, NOVEMBER_WORKDAYS)
    gone = world.hire("GONE", base_pay_amount=600_000, separated_on=OCTOBER.last_on)
    world.attend(gone)
    world.attend(world.hire("NEW", NOVEMBER.first_on, base_pay_amount=500_000), NOVEMBER_WORKDAYS)
    world.run()
    return world


def raise_pay(world: World, number: str, extra: int) -> None:
    """Agree an allowance from November on: an exact rise of gross pay, whatever days were worked."""
    worker = employed(world, number)
    factories.create_pay_entry(
        world.session, worker, "earning", extra, str(NOVEMBER), code="skill_allowance"
    )
    world.session.commit()


def employed(world: World, number: str) -> Employment:
    return world.session.scalars(
        select(Employment).where(
            Employment.company_id == world.company.id, Employment.employee_no == number
        )
    ).one()


def found(world: World, period: PayPeriod = NOVEMBER) -> list[Found]:
    """Return kind, number, before and after of what a month's run has."""
    rows = variance_rows(world.session, world.stored_run(period))
    return [(row.kind.value, row.person.employee_no, row.before, row.after) for row in rows]


@both_engines
def test_each_kind_is_found_against_last_month(two_months: World) -> None:
    world = two_months
    gross = {number: world.slip(number).gross_pay_amount for number in ("SAME", "RISE", "SMALL")}
    assert set(gross.values()) == {600_000}
    raise_pay(world, "RISE", 150_000)
    raise_pay(world, "SMALL", 30_000)
    world.run(NOVEMBER)

    by_kind = {(kind, number): (before, after) for kind, number, before, after in found(world)}
    assert by_kind["large", "RISE"] == (600_000, 750_000)
    assert by_kind["new", "NEW"] == (None, 500_000)
    assert by_kind["gone", "GONE"] == (600_000, None)
    assert ("large", "SMALL") not in by_kind
    assert not any(number == "SAME" for _, number in by_kind)


def test_the_first_month_of_all_has_nothing_to_compare_with(two_months: World) -> None:
    assert found(two_months, OCTOBER) == []


@pytest.mark.parametrize(
    ("rate", "amount", "is_large"),
    [
        (249_999, 149_999, True),  # just under 25 % and 1500.00
        (250_000, 149_999, False),  # as large as the limit is not over it
        (249_999, 150_000, False),
        (0, 0, True),
    ],
)
def test_a_change_must_pass_both_thresholds(
    two_months: World, rate: int, amount: int, *, is_large: bool
) -> None:
    world = two_months
    raise_pay(world, "RISE", 150_000)
    set_rule(world.company.id, Rule(change_rate=rate, change_amount=amount), actor(world.approver))
    world.run(NOVEMBER)
    assert (("large", "RISE", 600_000, 750_000) in found(world)) is is_large


@both_engines
def test_zero_negative_floor_price_and_base_are_found(session: Session, book: LawBook) -> None:
    world = create_world(session, book)
    world.task_type("box", ("2026-10-01", 1_000_000), ("2026-11-01", 1_250_000))
    piece = world.hire("PIECE", contribution_base_amount=600_000)
    poor = world.hire("POOR", base_pay_amount=600_000)
    world.attend(poor)
    world.output(piece, "box", 12, 3_000)
    world.attend(piece)
    world.run()
    world.output(piece, "box", 13, 3_000, pay_period="2026-11")
    session.flush()
    for record in session.scalars(select(OutputRecord).where(OutputRecord.pay_period == "2026-11")):
        record.work_on = NOVEMBER.first_on
        record.accepted_on = NOVEMBER.first_on
    for profile in session.scalars(select(PayProfile).where(PayProfile.employment_id == piece.id)):
        profile.contribution_base_amount = 700_000
    factories.create_pay_entry(session, poor, "other_deduction", 999_999, "2026-11", code="x")
    world.run(NOVEMBER)

    kinds = {(kind, number): values for kind, number, *values in found(world)}
    assert kinds["price", "PIECE"] == [1_000_000, 1_250_000]
    assert kinds["base", "PIECE"] == [600_000, 700_000]
    assert kinds["negative", "POOR"][1] == world.slip("POOR", NOVEMBER).net_pay_amount < 0


@both_engines
@pytest.mark.feature("FIN-21")
def test_a_run_is_reviewed_when_a_second_person_has_ticked_all(two_months: World) -> None:
    world = two_months
    raise_pay(world, "RISE", 150_000)
    world.approve()
    world.run(NOVEMBER)
    number = world.stored_run(NOVEMBER).id
    open_count = variances.unticked(world.session, number)
    assert open_count >= 3
    with pytest.raises(StateError) as caught:
        service.review_run(world.scope, number, actor(world.approver), world.book)
    assert caught.value.code == "payroll.variances_unticked"
    assert caught.value.params == {"count": open_count}
    row = variance_rows(world.session, world.stored_run(NOVEMBER))[0]
    for who in (actor(world.maker), audit.CLI):
        with pytest.raises(ForbiddenError):
            variances.tick(world.scope, row.variance_id, who)
        with pytest.raises(ForbiddenError):
            variances.tick_all(world.scope, number, who)
    with pytest.raises(InputError):
        variances.tick(world.scope, row.variance_id, actor(world.approver), "x" * 401)

    variances.tick(world.scope, row.variance_id, actor(world.approver), " 转正 ")
    assert variances.unticked(world.session, number) == open_count - 1
    ticked = variance_rows(world.session, world.stored_run(NOVEMBER))[0]
    assert (ticked.note, ticked.ticked_by) == ("转正", world.approver.display_name)
    variances.untick(world.scope, row.variance_id, actor(world.approver))
    assert variances.unticked(world.session, number) == open_count
    assert variances.tick_all(world.scope, number, actor(world.approver)) == open_count
    service.review_run(world.scope, number, actor(world.approver), world.book)

    assert world.stored_run(NOVEMBER).state == RunState.REVIEWED
    with pytest.raises(StateError):
        variances.untick(world.scope, row.variance_id, actor(world.approver))
    acts = world.session.scalars(
        select(audit.AuditEntry.action)
        .where(audit.AuditEntry.action.like("payroll_run.%tick"))
        .order_by(audit.AuditEntry.id)
    ).all()
    assert acts[-3:] == ["payroll_run.tick", "payroll_run.untick", "payroll_run.tick"]


@both_engines
def test_a_calculation_voids_only_the_ticks_of_what_it_changed(two_months: World) -> None:
    world = two_months
    raise_pay(world, "RISE", 150_000)
    world.run(NOVEMBER)
    number = world.stored_run(NOVEMBER).id
    variances.tick_all(world.scope, number, actor(world.approver), note="seen")
    world.run(NOVEMBER)
    assert variances.unticked(world.session, number) == 0

    # Two fen more: still as large a change, but not the one that was looked at.
    raise_entry = world.session.scalars(
        select(PayEntry).where(PayEntry.code == "skill_allowance")
    ).one()
    raise_entry.amount += 2
    world.run(NOVEMBER)

    world.session.commit()
    rows = world.session.execute(
        select(Variance.kind, Variance.ticked_at, Variance.note).where(Variance.run_id == number)
    ).all()
    waiting = {row.kind for row in rows if row.ticked_at is None}
    assert waiting == {"large"}
    assert {row.note for row in rows if row.kind != "large"} == {"seen"}


@both_engines
def test_ticking_by_kind_states_count_and_sum(two_months: World) -> None:
    world = two_months
    raise_pay(world, "RISE", 150_000)
    raise_pay(world, "SAME", 160_000)
    world.run(NOVEMBER)
    run = world.stored_run(NOVEMBER)
    large = {one.kind: one for one in kind_counts(world.session, run.id)}[VarianceKind.LARGE]
    assert (large.count, large.open_count, large.total) == (2, 2, 310_000)

    count = variances.tick_all(
        world.scope, run.id, actor(world.approver), VarianceKind.LARGE, "raises"
    )

    assert count == 2
    large = {one.kind: one for one in kind_counts(world.session, run.id)}[VarianceKind.LARGE]
    assert large.open_count == 0
    assert variances.unticked(world.session, run.id) > 0


def test_another_company_s_variances_are_not_found(two_months: World, book: LawBook) -> None:
    world = two_months
    world.run(NOVEMBER)
    row = variance_rows(world.session, world.stored_run(NOVEMBER))[0]
    other = create_world(world.session, book, "KZ")
    world.session.commit()
    with pytest.raises(NotFoundError):
        variances.tick(other.scope, row.variance_id, actor(other.approver))
    with pytest.raises(NotFoundError):
        variances.tick_all(other.scope, world.stored_run(NOVEMBER).id, actor(other.approver))


def test_a_month_before_that_changes_is_compared_anew_at_the_review(two_months: World) -> None:
    """October is calculated again after November: what was ticked is not what is reviewed any more."""
    world = two_months
    world.run(NOVEMBER)
    number = world.stored_run(NOVEMBER).id
    variances.tick_all(world.scope, number, actor(world.approver))
    factories.create_pay_entry(
        world.session, employed(world, "SAME"), "earning", 500_000, "2026-10", code="y"
    )
    world.run()
    with pytest.raises(StateError) as caught:
        service.review_run(world.scope, number, actor(world.approver), world.book)
    assert caught.value.code == "payroll.variances_unticked"

    # What the comparison brought up stays, so that it can be ticked.
    (row,) = [
        row
        for row in variance_rows(world.session, world.stored_run(NOVEMBER), is_open_only=True)
        if row.kind is VarianceKind.LARGE
    ]
    assert (row.before, row.after) == (1_100_000, 600_000)
    variances.tick_all(world.scope, number, actor(world.approver))
    service.review_run(world.scope, number, actor(world.approver), world.book)
    assert world.stored_run(NOVEMBER).state == RunState.REVIEWED


def test_nobody_answers_for_results_that_were_not_shown(two_months: World) -> None:
    """The maker calculates again while the reviewer, and then the approver, has the page open."""
    world = two_months
    who = actor(world.approver)
    world.run(NOVEMBER)
    number, shown = world.stored_run(NOVEMBER).id, world.stored_run(NOVEMBER).result_hash
    row = variance_rows(world.session, world.stored_run(NOVEMBER))[0]
    raise_pay(world, "RISE", 100)
    world.run(NOVEMBER)

    for act in (
        lambda: variances.tick(world.scope, row.variance_id, who, seen=shown),
        lambda: variances.tick_all(world.scope, number, who, seen=shown),
        lambda: service.review_run(world.scope, number, who, world.book, seen=shown),
    ):
        with pytest.raises(StateError) as caught:
            act()
        assert caught.value.code == "payroll.calculated_meanwhile"
    now = world.stored_run(NOVEMBER).result_hash
    variances.tick_all(world.scope, number, who, seen=now)
    service.review_run(world.scope, number, who, world.book, seen=now)
    with pytest.raises(StateError) as caught:
        service.approve_run(world.scope, number, who, world.book, seen=shown)
    assert caught.value.code == "payroll.calculated_meanwhile"
    service.approve_run(world.scope, number, who, world.book, seen=now)
