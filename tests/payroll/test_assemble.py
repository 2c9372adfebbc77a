"""What the tables say is what is paid. Figures by hand: October 2026 has 18 workdays, 3 holidays."""

from __future__ import annotations

import datetime as dt

import pytest

from tests import factories
from tests.engines import both_engines
from tests.payroll.world import FIRST, OCTOBER, WORKDAYS, World, create_world
from workforce.core.errors import InputError
from workforce.core.facts import OPEN_END
from workforce.core.period import PayPeriod
from workforce.payroll.compute import company_in
from workforce.payroll.facts.assemble import Assembled, assemble
from workforce.payroll.facts.reading import read_month

SEPTEMBER = PayPeriod(2026, 9)


def assembled(world: World, period: PayPeriod = OCTOBER) -> Assembled:
    world.session.commit()
    company = company_in(world.session, world.scope, world.company.id)
    tables = read_month(world.session, company.company_id, period)
    return assemble(tables, company.company_id, company.code, company.region, period)


@pytest.mark.feature("FIN-1", "FIN-2")
def test_a_price_change_in_the_month_prices_each_day_at_its_own_rate(world: World) -> None:
    worker = world.hire("W1")
    world.task_type("bbox_2d", ("2026-01-01", 100_000), ("2026-10-15", 120_000))
    world.attend(worker)
    world.output(worker, "bbox_2d", 14, 1000)
    world.output(worker, "bbox_2d", 15, 1000)

    world.run()

    lines = [line for line in world.lines("W1") if line.code == "piecework_pay"]
    assert [(line.rate, line.quantity, line.amount) for line in lines] == [
        (100_000, 1_000_000_000, 10_000),
        (120_000, 1_000_000_000, 12_000),
    ]


@both_engines
@pytest.mark.feature("FIN-27")
@pytest.mark.parametrize(
    ("hired", "left", "amount", "attended"),
    [
        # 4200.00 × 10 of 21 payable days: 19–23 and 26–30.
        ("2026-10-19", None, 200_000, 10),
        # 11 of 21: the holidays 1–3, 8–10 and 12–16; both ends are employed days.
        ("2026-09-01", "2026-10-16", 220_000, 8),
        ("2026-10-30", None, 20_000, 1),
        ("2026-10-31", None, 0, 0),
        ("2026-09-01", None, 420_000, 18),
    ],
)
def test_joiners_and_leavers_are_paid_for_their_own_days(
    world: World, hired: str, left: str | None, amount: int, attended: int
) -> None:
    first = dt.date.fromisoformat(hired)
    last = dt.date.fromisoformat(left) if left else None
    worker = world.hire("W1", first, base_pay_amount=420_000, separated_on=last)
    if first.month == 9:
        factories.create_tax_opening(world.session, worker, months=1)
    world.attend(
        worker, [day for day in WORKDAYS if first <= day and (last is None or day <= last)]
    )

    world.run()

    assert world.amounts("W1").get("base_pay", 0) == amount
    assert world.slip("W1").attended_days == attended


@both_engines
@pytest.mark.feature("FIN-28")
def test_one_person_in_two_companies_has_floor_and_tax_at_each(world: World) -> None:
    person = factories.create_person(world.session)
    other = create_world(world.session, world.book, "KZ")
    for place in (world, other):
        worker = place.hire("W1", person=person, base_pay_amount=600_000)
        place.attend(worker)
        place.hire("W2")

    for place in (world, other):
        place.run()

    for place in (world, other):
        # 6000 − 5000 = 1000, at 3 %: each employer deducts its own 5000.
        assert place.amounts("W1")["income_tax"] == 3_000
        assert place.slip("W1").floor_amount == 220_000
        assert "other_employment" in [note["code"] for note in place.slip("W1").notes]
        assert "other_employment" not in [note["code"] for note in place.slip("W2").notes]


def test_who_left_the_other_company_before_the_month_has_no_other_employer(world: World) -> None:
    person = factories.create_person(world.session)
    world.hire("W1", person=person)
    other = create_world(world.session, world.book, "KZ")
    other.hire("W9", dt.date(2026, 8, 1), person=person, separated_on=dt.date(2026, 9, 30))

    assert not assembled(world).facts.employments.has_other_employment.any()


def test_unpaid_days_lower_base_pay_and_days_without_a_record_are_named(world: World) -> None:
    worker = world.hire("W1", base_pay_amount=435_000)
    world.attend(worker, [day for day in WORKDAYS if day.day not in {9, 12, 13, 14, 15, 26}])
    factories.create_absence(world.session, worker, dt.date(2026, 10, 9))
    factories.create_leave(world.session, worker, dt.date(2026, 10, 26), kind="personal_leave")
    factories.create_leave(world.session, worker, dt.date(2026, 10, 12), dt.date(2026, 10, 13))

    world.run()

    slip = world.slip("W1")
    # 9 (stated), 14 and 15 (no record), 26 (personal leave): 4 × 4350 ÷ 21.75 = 800.
    assert world.amounts("W1")["absence_deduction"] == 80_000
    assert (slip.attended_days, slip.paid_leave_days, slip.unpaid_days) == (12, 2, 4)
    (note,) = [note for note in slip.notes if note["code"] == "days_without_record"]
    assert note == {
        "code": "days_without_record",
        "detail": "10-14…10-15",
        "params": {"days": 2},
    }


@pytest.mark.parametrize("state", ["submitted", "rejected"])
def test_a_day_with_output_is_attended_though_it_is_not_paid_yet(world: World, state: str) -> None:
    worker = world.hire("W1", base_pay_amount=435_000)
    world.task_type("bbox_2d", ("2026-01-01", 100_000))
    world.attend(worker, WORKDAYS[:-1])
    more = {"state": state, "pay_period": None, "accepted_on": None, "accepted_qty": 0}
    world.output(worker, "bbox_2d", 30, 500, **more)

    world.run()

    assert world.slip("W1").unpaid_days == 0
    assert "piecework_pay" not in world.amounts("W1")
    assert [note["code"] for note in world.slip("W1").notes] == []


@both_engines
@pytest.mark.feature("FIN-3")
def test_a_sample_of_a_batch_speaks_for_everybody_who_worked_in_it(world: World) -> None:
    workers = [world.hire(number) for number in ("W1", "W2", "W3")]
    bbox = world.task_type("bbox_2d", ("2026-01-01", 100_000))
    batch = factories.create_batch(world.session, world.company, bbox, code="b1")
    for worker in workers[:2]:
        world.output(worker, "bbox_2d", 8, 1000, batch_id=batch.id)
    world.output(workers[2], "bbox_2d", 8, 1000)
    on = dt.date(2026, 10, 12)
    # b1 for everybody: 4 of 100; W1's own check makes it 4 of 200, which is no loss.
    for who, errors in ((None, 4), (workers[0].id, 0)):
        factories.create_inspection(
            world.session,
            world.company,
            bbox,
            on,
            batch_id=batch.id,
            employment_id=who,
            error_qty=errors,
        )
    # The task type without batch: 20 of 100 → 80 %.
    factories.create_inspection(world.session, world.company, bbox, on, error_qty=20)

    world.run()

    deductions = {n: world.amounts(n).get("quality_deduction", 0) for n in ("W1", "W2", "W3")}
    # 100.00 × (1 − 0.95) = 5.00; 100.00 × (1 − 0.80) = 20.00.
    assert deductions == {"W1": 0, "W2": 500, "W3": 2_000}


def test_without_a_quality_rule_checks_weigh_on_nobody(world: World) -> None:
    plain = create_world(world.session, world.book, "KZ", quality_tiers=[])
    worker = plain.hire("W1")
    bbox = plain.task_type("bbox_2d", ("2026-01-01", 100_000))
    plain.output(worker, "bbox_2d", 8, 1000)
    factories.create_inspection(
        plain.session, plain.company, bbox, dt.date(2026, 10, 9), error_qty=50
    )

    assert plain.run().computed.faults == ()
    assert "quality_deduction" not in plain.amounts("W1")


def test_late_output_keeps_the_price_and_the_hours_of_its_day(world: World) -> None:
    worker = world.hire("W1", dt.date(2026, 9, 1))
    factories.create_tax_opening(world.session, worker, months=1)
    world.task_type("bbox_2d", ("2026-01-01", 100_000), ("2026-10-01", 200_000))
    sunday = dt.date(2026, 9, 13)
    factories.create_shift(world.session, worker, sunday)
    factories.create_output(
        world.session,
        worker,
        world.task_types["bbox_2d"],
        sunday,
        1000,
        pay_period="2026-10",
        accepted_on=dt.date(2026, 10, 9),
    )
    world.attend(worker)

    world.run()

    amounts = world.amounts("W1")
    assert amounts["piecework_pay"] == 10_000
    assert amounts["rest_day_overtime_pay"] == 10_000
    assert world.slip("W1").rest_day_overtime_minutes == 0


def test_only_the_shifts_that_matter_are_assembled(world: World) -> None:
    early, other = world.hire("W1", dt.date(2026, 8, 1)), world.hire("W2", dt.date(2026, 8, 1))
    world.task_type("bbox_2d", ("2026-01-01", 100_000))
    factories.create_output(
        world.session,
        early,
        world.task_types["bbox_2d"],
        dt.date(2026, 9, 7),
        pay_period="2026-10",
        accepted_on=dt.date(2026, 10, 9),
    )
    days = [
        dt.date(2026, 9, 5),
        dt.date(2026, 9, 6),  # the day before the late output, a Monday's
        dt.date(2026, 9, 7),
        dt.date(2026, 9, 13),
        dt.date(2026, 9, 14),
        dt.date(2026, 9, 27),
        dt.date(2026, 9, 28),  # the Monday of the week in which October begins
        dt.date(2026, 10, 31),
        dt.date(2026, 11, 1),
    ]
    for worker in (early, other):
        factories.create_tax_opening(world.session, worker, months=2)
        world.attend(worker, days)

    facts = assembled(world).facts

    epoch = dt.date(1970, 1, 1)
    kept: dict[int, list[str]] = {0: [], 1: []}
    for who, minute in zip(
        facts.shifts.employee.tolist(), facts.shifts.start_minute.tolist(), strict=True
    ):
        kept[who].append(f"{epoch + dt.timedelta(minutes=minute):%m-%d}")
    assert sorted(kept[0]) == ["09-06", "09-07", "09-13", "09-28", "10-31"]
    assert sorted(kept[1]) == ["09-28", "10-31"]


def test_what_happens_after_the_month_changes_none_of_its_facts(world: World) -> None:
    worker = world.hire("W1", base_pay_amount=435_000)
    factories.create_leave(world.session, worker, dt.date(2026, 10, 30), dt.date(2026, 10, 31))
    world.attend(worker, WORKDAYS[:-1])
    before = world.run().computed.hashes

    worker.separated_on = dt.date(2026, 11, 5)
    factories.create_shift(world.session, worker, dt.date(2026, 11, 1))

    assert assembled(world).facts.employments.separated_on.tolist() == [OPEN_END]
    assert world.run().computed.hashes == before


@both_engines
@pytest.mark.feature("FIN-8")
def test_tax_goes_on_from_the_last_payslip(world: World) -> None:
    worker = world.hire("W1", dt.date(2026, 9, 1), base_pay_amount=4_500_000)
    factories.create_pay_entry(
        world.session,
        worker,
        "special_additional_deduction",
        150_000,
        "2026-09",
        period_to=None,
        code="rent",
    )
    september = [dt.date(2026, 9, day) for day in range(1, 31)]
    # The 25th is Mid-Autumn; Sunday the 20th is an adjusted workday.
    workdays = [day for day in september if day.isoweekday() < 6 and day.day != 25]
    world.attend(worker, [*workdays, dt.date(2026, 9, 20)])
    world.attend(worker)

    world.run(SEPTEMBER)
    world.run()

    # September: 45000 − 5000 − 1500 = 38500; 38500 × 10 % − 2520 = 1330.
    assert world.amounts("W1", SEPTEMBER)["income_tax"] == 133_000
    # October: (90000 − 10000 − 3000) × 10 % − 2520 − 1330 = 3850; no month counts twice.
    assert world.amounts("W1")["income_tax"] == 385_000
    slip = world.slip("W1")
    assert (slip.tax_months, slip.tax_withheld_amount, slip.has_rent) == (2, 518_000, True)


def test_the_later_of_payslip_and_opening_speaks(world: World) -> None:
    worker = world.hire("W1", dt.date(2026, 8, 1), base_pay_amount=600_000)
    factories.create_tax_opening(world.session, worker, through_period="2026-08", months=1)
    world.attend(worker)
    world.run(SEPTEMBER)
    world.run()
    assert world.slip("W1", SEPTEMBER).tax_months == 2
    assert world.slip("W1").tax_months == 3


def test_a_gap_in_the_year_is_a_fault(world: World) -> None:
    worker = world.hire("W1", dt.date(2026, 7, 1))
    factories.create_tax_opening(world.session, worker, through_period="2026-08", months=2)
    world.hire("W2", dt.date(2026, 9, 30))
    world.hire("W3")
    world.hire(
        "W4", dt.date(2026, 1, 1), tax_method="labor_service", employment_type="labor_service"
    )

    faults = world.run().computed.faults

    assert [(fault.employee_no, fault.error.code) for fault in faults] == [
        ("W1", "payroll.year_to_date_gap"),
        ("W2", "payroll.year_to_date_missing"),
    ]
    assert "2026-09" in faults[0].error.message("en")


def test_who_comes_back_in_the_year_goes_on_from_the_earlier_employment(world: World) -> None:
    person = factories.create_person(world.session)
    earlier = world.hire(
        "W1", dt.date(2026, 6, 1), person=person, separated_on=dt.date(2026, 8, 31)
    )
    factories.create_tax_opening(
        world.session,
        earlier,
        through_period="2026-08",
        income_amount=3_000_000,
        withheld_amount=45_000,
        months=3,
    )
    later = world.hire("W2", person=person, base_pay_amount=600_000)
    world.attend(later)

    world.run()

    # (30000 + 6000 − 5000 × 4) × 3 % − 450 = 30.00.
    assert world.amounts("W2")["income_tax"] == 3_000


@both_engines
def test_two_employments_of_one_person_in_one_month_are_not_guessed(world: World) -> None:
    person = factories.create_person(world.session)
    world.hire("W1", dt.date(2026, 10, 1), person=person, separated_on=dt.date(2026, 10, 9))
    world.hire("W2", dt.date(2026, 10, 19), person=person)

    faults = world.run().computed.faults

    assert [(fault.employee_no, fault.error.code) for fault in faults] == [
        ("W1", "payroll.rehired_in_month"),
        ("W2", "payroll.rehired_in_month"),
    ]


def test_agreed_amounts_of_every_kind_reach_their_lines(world: World) -> None:
    worker = world.hire("W1", base_pay_amount=800_000, contribution_base_amount=500_000)
    world.attend(worker)
    for kind, code, amount in (
        ("earning", "skill_allowance", 10_000),
        ("untaxed_earning", "missed_meal_subsidy", 5_000),
        ("other_deduction", "union_fee", 500),
        ("court_order", "alimony", 30_000),
        ("employee_insurance", "employee_insurance", 150_000),
        ("annual_bonus_separate", "annual_bonus", 3_000_000),
    ):
        factories.create_pay_entry(world.session, worker, kind, amount, "2026-10", code=code)
    factories.create_pay_entry(
        world.session, worker, "earning", 99, "2026-09", code="ended", period_to="2026-10"
    )

    outcome = world.run()

    assert outcome.computed.faults == ()
    amounts = world.amounts("W1")
    assert amounts["skill_allowance"] == 10_000
    assert amounts["missed_meal_subsidy"] == 5_000
    assert amounts["union_fee"] == 500
    assert amounts["alimony"] == 30_000
    assert amounts["employee_insurance"] == 150_000
    assert amounts["annual_bonus"] == 3_000_000
    # 30000 ÷ 12 = 2500: 3 % of the bonus; (8000 + 100 − 1500 − 5000) × 3 % = 48.00.
    assert amounts["annual_bonus_tax"] == 90_000
    assert amounts["income_tax"] == 4_800
    assert "pension_insurance" not in amounts
    assert "ended" not in amounts


@both_engines
@pytest.mark.feature("FIN-9")
def test_labour_service_and_wages_are_taxed_by_contract_type(world: World) -> None:
    world.task_type("bbox_2d", ("2026-01-01", 100_000))
    service = {"employment_type": "labor_service", "tax_method": "labor_service"}
    for worker in (world.hire("W1"), world.hire("W2", FIRST, **service)):
        world.attend(worker)
        world.output(worker, "bbox_2d", 8, 50_000)

    world.run()

    # Wage of 5000: nothing above 5000. Service of 5000: 5000 × 80 % × 20 % = 800.
    assert world.amounts("W1")["income_tax"] == 0
    assert world.amounts("W2")["income_tax"] == 80_000


def test_a_company_without_a_policy_for_the_whole_month_is_refused(world: World) -> None:
    company = factories.create_company(world.session)
    factories.create_pay_policy(world.session, company, valid_to=dt.date(2026, 10, 15))
    world.company = company

    with pytest.raises(InputError) as caught:
        assembled(world)

    assert caught.value.code == "payroll.policy_missing"


@pytest.mark.feature("FIN-16")
def test_one_person_s_fault_loses_nobody_else(world: World) -> None:
    world.task_type("bbox_2d", ("2026-01-01", 100_000))
    world.task_type("polygon", ("2026-10-10", 100_000))
    for number in range(30):
        worker = world.hire(f"W{number:02d}")
        world.attend(worker)
        world.output(worker, "bbox_2d", 8, 100)
    world.output(worker, "polygon", 8, 5)
    world.output(worker, "polygon", 9, 5)
    factories.create_employment(
        world.session, world.company, employee_no="W99", hired_on=OCTOBER.first_on
    )

    outcome = world.run()

    run = world.stored_run()
    assert (outcome.payslip_count, run.payslip_count, run.fault_count) == (29, 29, 2)
    reasons = [(fault.employee_no, fault.error.message("en")) for fault in outcome.computed.faults]
    assert reasons == [
        (
            "W29",
            "There is output of polygon between 2026-10-08 and 2026-10-09 on days without a price",
        ),
        ("W99", "There is no pay profile that holds in 2026-10"),
    ]


def test_overlapping_prices_never_pay_twice(world: World) -> None:
    worker = world.hire("W1")
    bbox = world.task_type("bbox_2d", ("2026-01-01", 100_000))
    factories.create_piece_price(
        world.session, world.company, bbox, 110_000, valid_from=dt.date(2026, 10, 1)
    )
    world.output(worker, "bbox_2d", 8, 100)

    (fault,) = world.run().computed.faults

    assert fault.error.code == "payroll.price_twice"


def test_an_unknown_code_is_one_person_s_fault(world: World) -> None:
    worker, other = world.hire("W1"), world.hire("W2")
    factories.create_pay_entry(world.session, worker, "gift", 100, "2026-10")
    factories.create_leave(world.session, other, dt.date(2026, 10, 9), kind="holiday_trip")

    faults = world.run().computed.faults

    assert [(fault.employee_no, fault.error.code) for fault in faults] == [
        ("W1", "payroll.code_unknown"),
        ("W2", "payroll.code_unknown"),
    ]


def test_an_absurd_figure_is_one_person_s_fault(world: World) -> None:
    world.task_type("bbox_2d", ("2026-01-01", 100_000))
    rich, busy, corrected, plain = (world.hire(number) for number in ("W1", "W2", "W3", "W4"))
    factories.create_pay_entry(world.session, rich, "earning", 10**15, "2026-10", code="bonus")
    world.output(busy, "bbox_2d", 8, 10**12)
    factories.create_adjustment(world.session, corrected, amount=-(10**15))
    world.attend(plain)

    outcome = world.run()

    assert outcome.computed.sheet.employee_nos == ("W4",)
    assert [(fault.employee_no, fault.error.code) for fault in outcome.computed.faults] == [
        ("W1", "payroll.out_of_range"),
        ("W2", "payroll.out_of_range"),
        ("W3", "payroll.out_of_range"),
    ]
