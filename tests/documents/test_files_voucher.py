"""Vouchers: debit equals credit to the fen, whatever the lines and however cost is split."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.documents.file_samples import COMPANY, OCTOBER, TOTAL, batch_data, prepared
from workforce.core.results import LineKind, WagePart
from workforce.documents.files.accounts import STANDARD_BOOKS, AccountKey
from workforce.documents.files.form import total
from workforce.documents.files.reading import FileData, Line, PersonPay, RunTotals, Slip

EARNING, REDUCTION, DEDUCTION, EMPLOYER = LineKind


def line(kind: LineKind, code: str, amount: int, part: WagePart | None = None) -> Line:
    return Line(kind=kind, code=code, wage_part=part, is_untaxed=False, amount=amount)


def person(lines: list[Line], team: str | None = None) -> PersonPay:
    gross = sum(one.signed for one in lines if one.kind in {EARNING, REDUCTION})
    net = gross - sum(one.amount for one in lines if one.kind is DEDUCTION)
    row: Any = SimpleNamespace(net_pay_amount=net, gross_pay_amount=gross)
    slip = Slip(row=row, lines=tuple(lines))
    nobody: Any = SimpleNamespace(employee_no="A1", name="李晨")
    return PersonPay(person=nobody, slips=(slip,), profile=None, team_code=team, team_name=team)


def month(people: list[PersonPay], rate: int = 0) -> FileData:
    """Return a month whose totals are summed from the lines by their signs."""
    lines = [one for each in people for one in each.lines()]
    sums = {kind: sum(one.amount for one in lines if one.kind is kind) for kind in LineKind}
    gross = sums[EARNING] - sums[REDUCTION]
    totals = RunTotals(
        gross_pay=gross,
        net_pay=gross - sums[DEDUCTION],
        employer_cost=gross + sums[EMPLOYER],
        payslips=len(people),
    )
    books = replace(STANDARD_BOOKS, administration_rate=rate)
    return FileData(
        company=COMPANY,
        period=OCTOBER,
        account=None,
        books=books,
        people=tuple(people),
        totals=totals,
    )


@pytest.mark.feature("FIN-31")
def test_accrual_by_hand() -> None:
    """Two teams. Gross 3000 + 1999.99; 12.5 % of each cost is administration, by largest remainder."""
    people = [
        person(
            [
                line(EARNING, "piecework_pay", 310_000, WagePart.PIECE),
                line(REDUCTION, "quality_deduction", 10_000, WagePart.PIECE),
                line(DEDUCTION, "pension_insurance", 24_000),
                line(DEDUCTION, "housing_fund", 15_000),
                line(DEDUCTION, "income_tax", 1_001),
                line(EMPLOYER, "employer_pension_insurance", 48_000),
                line(EMPLOYER, "employer_housing_fund", 15_000),
            ],
            "一组",
        ),
        person(
            [
                line(EARNING, "base_pay", 199_999, WagePart.TIME),
                line(DEDUCTION, "court_order", 5_000),
                line(EMPLOYER, "union_fund", 4_000),
                line(EMPLOYER, "disabled_levy", 1_500),
            ],
            "二组",
        ),
    ]
    file = prepared("voucher_kingdee", month(people, rate=125_000))
    said = [(row["account_key"], row["team"], row["debit"], row["credit"]) for row in file.rows]
    cost, administration = AccountKey.LABOUR_COST, AccountKey.ADMINISTRATION_COST
    assert said == [
        (cost, "一组", 262_500, 0),
        (administration, "一组", 37_500, 0),
        (cost, "一组", 55_125, 0),
        (administration, "一组", 7_875, 0),
        # 1999.99 × 0.875 = 1749.99125 and × 0.125 = 249.99875: the fen goes to the larger remainder.
        (cost, "二组", 174_999, 0),
        (administration, "二组", 25_000, 0),
        # 55.00 × 0.875 = 48.125, × 0.125 = 6.875: alike, the first one gets the fen.
        (cost, "二组", 4_813, 0),
        (administration, "二组", 687, 0),
        (AccountKey.WAGES_PAYABLE, "", 0, 454_998),
        (AccountKey.OWN_INSURANCE, "", 0, 24_000),
        (AccountKey.OWN_FUND, "", 0, 15_000),
        (AccountKey.INCOME_TAX, "", 0, 1_001),
        (AccountKey.OTHER_DEDUCTIONS, "", 0, 5_000),
        (AccountKey.EMPLOYER_INSURANCE, "", 0, 48_000),
        (AccountKey.EMPLOYER_FUND, "", 0, 15_000),
        (AccountKey.UNION_FUND, "", 0, 4_000),
        (AccountKey.EMPLOYER_LEVIES, "", 0, 1_500),
    ]
    assert file.can_be_made
    assert [control.figure for control in file.controls] == [568_499, 568_499, 454_998]


LINES = st.lists(
    st.builds(
        line,
        st.sampled_from(LineKind),
        st.sampled_from(["piecework_pay", "housing_fund", "income_tax", "union_fund", "other"]),
        st.integers(0, 10**9),
        st.sampled_from([None, *WagePart]),
    ),
    max_size=8,
)


@pytest.mark.feature("FIN-31")
@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(LINES, st.sampled_from([None, "一组", "二组"])), min_size=1, max_size=4),
    st.integers(0, 1_000_000),
)
def test_every_voucher_balances(
    people: list[tuple[list[Line], str | None]], administration_rate: int
) -> None:
    data = month([person(lines, team) for lines, team in people], administration_rate)
    for code in ("voucher_kingdee", "voucher_ufida"):
        file = prepared(code, data)
        assert all(control.is_met for control in file.controls)
        assert total(file.rows, "debit") == total(file.rows, "credit")


@pytest.mark.feature("FIN-31")
def test_payment_settles_what_is_owed() -> None:
    for code in ("voucher_kingdee_payment", "voucher_ufida_payment"):
        file = prepared(code, batch_data())
        said = [(row["account_code"], row["debit"], row["credit"]) for row in file.rows]
        assert said == [("221101", TOTAL, 0), ("1002", 0, TOTAL)]
        assert file.can_be_made


@pytest.mark.feature("FIN-31")
def test_what_the_bank_sent_back_is_in_no_voucher_of_payment() -> None:
    data = batch_data()
    back, *kept = data.payments
    some = prepared(
        "voucher_kingdee_payment",
        replace(data, payments=(replace(back, has_failed=True), *kept)),
    )
    assert [row["credit"] for row in some.rows] == [0, TOTAL - 651_230]
    assert (some.can_be_made, some.warnings[0].name) == (True, "李晨")
    failed = tuple(replace(one, has_failed=True) for one in data.payments)
    assert not prepared("voucher_ufida_payment", replace(data, payments=failed)).rows


@pytest.mark.feature("FIN-31")
def test_a_month_whose_lines_do_not_tie_gives_no_voucher() -> None:
    data = month([person([line(EARNING, "base_pay", 100, WagePart.TIME)])])
    off = replace(data, totals=replace(data.run_totals, net_pay=101))
    assert not prepared("voucher_ufida", off).can_be_made
