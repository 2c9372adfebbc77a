"""Who qualifies, by the edges of the rules; figures are reckoned by hand from the instruments."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.subsidies.people import (
    ALL_SCHEMES,
    AUGUST,
    BOOK,
    FENGJIE,
    OCTOBER,
    SEPTEMBER,
    ask,
    claimant,
    months,
    proof,
)
from workforce.core.period import PayPeriod
from workforce.core.terms import terms_of
from workforce.subsidies.scheme import Claimant, Company, CompanyScheme, Standing
from workforce.subsidies.schemes import person_scheme, schemes

EXPANSION = person_scheme("expansion")
CREDIT = person_scheme("hire_credit")
D = dt.date
YEAR = [PayPeriod(2026, month) for month in range(1, 13)]
JOBLESS = (proof("unemployment_registration", "2026-05-01"),)


def test_schemes_rest_on_law_that_is_known_and_have_words() -> None:
    assert list(schemes()) == list(terms_of("subsidy_scheme"))
    for scheme in schemes().values():
        assert scheme.about.zh
        for code in scheme.parameters:
            assert BOOK.value(code, FENGJIE, D(2026, 10, 31), "test").code == code


# 人社部发〔2026〕39号: hired 2026-01-01 to 12-31; graduates of the year or within 2 years, or registered
# unemployed of 16 to 24; labour contract; 3 months of unemployment, injury and pension insurance; ≤ 1500.
@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, "eligible"),
        ({"hired_on": D(2026, 1, 1)}, "eligible"),
        ({"hired_on": D(2025, 12, 31)}, "not"),
        ({"contract_kind": None, "contract_until": None}, "missing"),
        ({"employment_type": "part_time"}, "not"),
        ({"insured": months(SEPTEMBER, OCTOBER, value=ALL_SCHEMES)}, "missing"),
        (
            {
                "insured": months(SEPTEMBER, OCTOBER, value=ALL_SCHEMES),
                "separated_on": D(2026, 10, 31),
            },
            "not",
        ),
        # Three months, but one without work injury insurance.
        (
            {
                "insured": {
                    **months(AUGUST, SEPTEMBER, value=ALL_SCHEMES),
                    OCTOBER: {**ALL_SCHEMES, "work_injury": 0},
                }
            },
            "missing",
        ),
        # Medical insurance is not asked for.
        (
            {"insured": months(AUGUST, SEPTEMBER, OCTOBER, value={**ALL_SCHEMES, "medical": 0})},
            "eligible",
        ),
        # Two years to the day after leaving school, and a day more; then still young, but unregistered.
        ({"proofs": (proof("graduation", "2024-08-01"),)}, "eligible"),
        ({"proofs": (proof("graduation", "2024-07-31"),)}, "missing"),
        # Hired before the certificate of the same year.
        (
            {"hired_on": D(2026, 3, 1), "proofs": (proof("graduation", "2026-06-30"),)},
            "eligible",
        ),
        ({"proofs": (), "key_groups": frozenset({"graduate"})}, "missing"),
        # 24 on the day of hiring; 25 on that very day; 16, and a day too young.
        ({"proofs": JOBLESS, "born_on": D(2001, 8, 2)}, "eligible"),
        ({"proofs": JOBLESS, "born_on": D(2001, 8, 1)}, "not"),
        ({"proofs": JOBLESS, "born_on": D(2010, 8, 1)}, "eligible"),
        ({"proofs": JOBLESS, "born_on": D(2010, 8, 2)}, "not"),
        # Registered only after hiring, or no more.
        ({"proofs": (proof("unemployment_registration", "2026-08-02"),)}, "missing"),
        (
            {
                "proofs": (
                    proof("unemployment_registration", "2026-01-01", valid_until=D(2026, 7, 31)),
                )
            },
            "missing",
        ),
    ],
)
def test_who_brings_the_expansion_subsidy(changes: dict[str, Any], verdict: str) -> None:
    found = ask(EXPANSION, claimant(**changes))
    assert found.verdict == verdict, found.answers
    assert (found.estimate is not None) == (verdict == "eligible")
    if found.estimate:
        assert found.estimate.amount == 150_000


def test_what_is_missing_is_said_in_words() -> None:
    young = claimant(insured=months(OCTOBER, value=ALL_SCHEMES))
    (open_answer,) = ask(EXPANSION, young).open_answers
    assert open_answer[1].reason.zh == "已缴 1 个月，须满 3 个月"
    assert open_answer[1].reason.en == "insured for 1 of 3 months so far"


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({}, "eligible"),
        ({"proofs": ()}, "not"),
        ({"proofs": (), "key_groups": frozenset({"disabled"})}, "missing"),
        # From 1 August a year ends on 31 July.
        ({"contract_until": D(2027, 7, 30)}, "not"),
        ({"contract_kind": "open_ended", "contract_until": None}, "eligible"),
        ({"contract_kind": "task", "contract_until": None}, "not"),
        ({"insured": {}}, "not"),
        ({"paid": {}}, "missing"),
    ],
)
@pytest.mark.parametrize("code", ["insurance", "post"])
def test_who_is_hard_to_employ(code: str, changes: dict[str, Any], verdict: str) -> None:
    held = {"proofs": (proof("hard_to_employ", "2026-07-01"),)}
    found = ask(person_scheme(code), claimant(**held | changes))
    assert found.verdict == verdict, found.answers
    if found.estimate:
        assert found.estimate.amount is None, "the local sum is not known here"


def test_premiums_that_a_share_is_paid_of() -> None:
    person = claimant(proofs=(proof("hard_to_employ", "2026-07-01"),))
    estimate = ask(person_scheme("insurance"), person).estimate
    # Three months of pension, medical and unemployment, 1.00 each.
    assert estimate is not None
    assert "9.00 元" in estimate.formula.zh


@pytest.mark.parametrize(
    ("changes", "verdict", "amount"),
    [
        # 6000 a year ÷ 12 × 3 months.
        ({"proofs": (proof("veteran", "2025-12-01"),)}, "eligible", 150_000),
        # Registered for six months to the day, and a day less.
        ({"proofs": (proof("unemployment_registration", "2026-02-01"),)}, "eligible", 150_000),
        ({"proofs": (proof("unemployment_registration", "2026-02-02"),)}, "not", None),
        ({"proofs": (), "key_groups": frozenset({"formerly_poor"})}, "missing", None),
        ({"proofs": (), "key_groups": frozenset({"long_term_unemployed"})}, "missing", None),
        # A month with pension alone is not wholly insured, and is not counted.
        (
            {
                "proofs": (proof("veteran", "2025-12-01"),),
                "insured": {
                    **months(AUGUST, SEPTEMBER, value=ALL_SCHEMES),
                    OCTOBER: {"pension": 100},
                },
            },
            "eligible",
            100_000,
        ),
        ({"proofs": ()}, "not", None),
        # Three years from August 2023 are over in August 2026; from September 2023 one month is left.
        (
            {
                "hired_on": D(2023, 8, 1),
                "contract_kind": "open_ended",
                "contract_until": None,
                "proofs": (proof("veteran", "2020-12-01"),),
            },
            "not",
            None,
        ),
        (
            {
                "hired_on": D(2023, 9, 15),
                "contract_kind": "open_ended",
                "contract_until": None,
                "proofs": (proof("veteran", "2020-12-01"),),
            },
            "eligible",
            50_000,
        ),
    ],
)
def test_the_tax_credit(changes: dict[str, Any], verdict: str, amount: int | None) -> None:
    found = ask(CREDIT, claimant(**changes))
    assert found.verdict == verdict, found.answers
    assert (found.estimate and found.estimate.amount) == amount


def company(people: list[Claimant], **changes: Any) -> Company:
    """Make a company in the year 2026, wholly paid."""
    values: dict[str, Any] = {
        "people": tuple(people),
        "before": (),
        "first": YEAR[0],
        "last": YEAR[-1],
        "decided": frozenset(YEAR),
        "wages": {one.employment_id: 6_000_000 for one in people},
        "region": FENGJIE,
        "book": BOOK,
    }
    return Company(**values | changes)


def staff(size: int, **disabled: Any) -> list[Claimant]:
    """Employ so many people all the year; the first has a disability certificate of some level."""
    long_ago = {"hired_on": D(2020, 1, 1), "proofs": ()}
    first = claimant(1, **long_ago | disabled)
    return [first, *(claimant(number, **long_ago) for number in range(2, size + 1))]


def stand(code: str, of: Company) -> Standing:
    scheme = schemes()[code]
    assert isinstance(scheme, CompanyScheme)
    return scheme.stand(of)


# 1.5 %; levels 1–2 count double; up to 30 people are exempt to 2027; from 1 % on half is due. Everybody
# earns 60 000 yuan in the year.
@pytest.mark.parametrize(
    ("size", "disabled", "verdict", "amount"),
    [
        (30, {}, "eligible", 0),
        # 31 × 1.5 % = 0.465 people × 60 000.
        (31, {}, "not", 2_790_000),
        # One of level 3 among 100: 1.5 short by 0.5, at 1 % already: half of 30 000.
        (100, {"proofs": (proof("disability", "2019-01-01", level=3),)}, "not", 1_500_000),
        # Of 101 one is less than 1 %: 1.515 − 1 = 0.515, whole.
        (101, {"proofs": (proof("disability", "2019-01-01", level=3),)}, "not", 3_090_000),
        # Level 2 counts as two.
        (100, {"proofs": (proof("disability", "2019-01-01", level=2),)}, "eligible", 0),
        # Renewed in the year: it holds all the year; 0.5 short, at 1 %: half of 30 000.
        (
            100,
            {
                "proofs": (
                    proof("disability", "2016-05-01", level=3, valid_until=D(2026, 4, 30)),
                    proof("disability", "2026-05-01", level=3),
                )
            },
            "not",
            1_500_000,
        ),
        # A certificate from 1 July on: 184 of 365 days × 2 = 1.00822 of 1.5; 0.4917808 × 60 000 × ½.
        (100, {"proofs": (proof("disability", "2026-07-01", level=1),)}, "not", 1_475_342),
        (100, {"key_groups": frozenset({"disabled"})}, "missing", 9_000_000),
    ],
)
def test_the_disabled_quota(size: int, disabled: dict[str, Any], verdict: str, amount: int) -> None:
    found = stand("disabled_quota", company(staff(size, **disabled)))
    assert found.verdict == verdict, found.answers
    assert found.estimate.amount == amount


def test_no_levy_is_reckoned_from_part_of_a_year() -> None:
    found = stand("disabled_quota", company(staff(31), decided=frozenset(YEAR[:11])))
    assert found.estimate.amount is None
    assert "11" in found.estimate.formula.zh


def last_year(size: int, months_paid: int = 12, **left: Any) -> tuple[Claimant, ...]:
    """Employ so many people in 2025, with 1.00 and 0.50 yuan of unemployment premium a month."""
    paid = [PayPeriod(2025, month) for month in range(1, months_paid + 1)]
    facts = {
        "hired_on": D(2020, 1, 1),
        "insured": months(*paid, value=ALL_SCHEMES),
        "own_unemployment": months(*paid, value=50),
    }
    first = claimant(1, **facts | left)
    return (first, *(claimant(number, **facts) for number in range(2, size + 1)))


@pytest.mark.parametrize(
    ("before", "verdict"),
    [
        (last_year(5), "eligible"),
        (last_year(5, months_paid=11), "missing"),
        (last_year(5, separated_on=D(2025, 12, 31), separation_reason="个人原因"), "eligible"),
        (last_year(5, separated_on=D(2025, 12, 31)), "missing"),
        # One of five is 20 %, one of four 25 %: the limit of a small company is 20 %.
        (last_year(5, separated_on=D(2025, 12, 31), separation_reason="经济性裁员"), "eligible"),
        (last_year(4, separated_on=D(2025, 12, 31), separation_reason="经济性裁员"), "not"),
        # Over 30 people the year's target holds, which is not known here.
        (last_year(31, separated_on=D(2025, 12, 31), separation_reason="裁员"), "missing"),
        ((), "missing"),
    ],
)
def test_the_job_stability_return(before: tuple[Claimant, ...], verdict: str) -> None:
    found = stand("job_stability", company([], before=before))
    assert found.verdict == verdict, found.answers
    assert found.estimate.amount is None, "which class of size a company is of is not known here"


def test_what_the_return_comes_to() -> None:
    said = stand("job_stability", company([], before=last_year(5))).estimate.formula.zh
    # 5 people × 12 months × 1.50 = 90.00; 60 % and 30 %.
    assert "90.00 元" in said
    assert "54.00 元" in said
    assert "27.00 元" in said
