"""Every kind of phantom is found, and an honest team passes."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
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
from workforce.subsidies.headcount import ELSEWHERE, KINDS, Claimed, Mark, OtherClaim, check
from workforce.subsidies.scheme import Claimant
from workforce.subsidies.schemes import person_scheme

D = dt.date
OURS, THEIRS = 1, 2
HARD = (proof("hard_to_employ", "2026-07-01"),)


def found(people: list[Claimant], code: str = "expansion", **changes: Any) -> dict[str, list[Any]]:
    """Check people claimed for from August to October; return what was found, by kind."""
    scheme = person_scheme(code)
    values: dict[str, Any] = {
        "company_id": OURS,
        "first": AUGUST,
        "last": OCTOBER,
        "is_once": scheme.is_once,
        "people": [ask(scheme, person, AUGUST, OCTOBER) for person in people],
        "accounts": [Mark(one.person_id, OURS, one.employee_no, one.employee_no) for one in people],
        "phones": [Mark(one.person_id, OURS, one.employee_no, one.employee_no) for one in people],
        "others": [],
        "region": FENGJIE,
        "book": BOOK,
    }
    findings: dict[str, list[Any]] = {}
    for kind, one in check(Claimed(**values | changes)):
        findings.setdefault(kind.code, []).append(one)
    return findings


@pytest.mark.feature("OFF-18")
def test_an_honest_team_passes() -> None:
    sick = claimant(
        2,
        worked=months(AUGUST, SEPTEMBER, value=20),
        output=frozenset({AUGUST}),
        on_leave=frozenset({OCTOBER}),
    )
    by_hours = claimant(3, worked={}, only_time=frozenset({AUGUST, SEPTEMBER, OCTOBER}))
    assert found([claimant(1), sick, by_hours]) == {}
    assert found([claimant(1, proofs=HARD), claimant(2, proofs=HARD)], "insurance") == {}


def test_every_kind_has_words_and_a_remedy() -> None:
    assert set(KINDS) == set(terms_of("headcount_finding")) == set(terms_of("headcount_remedy"))


@pytest.mark.feature("OFF-18")
@pytest.mark.parametrize(
    ("code", "changes", "kind", "on"),
    [
        (
            "expansion",
            {"worked": months(AUGUST, SEPTEMBER), "output": frozenset({AUGUST})},
            "no_work",
            (OCTOBER,),
        ),
        ("expansion", {"worked": months(AUGUST, SEPTEMBER)}, "no_attendance", (OCTOBER,)),
        # Hired on 3 August: that month may be without a day.
        (
            "expansion",
            {
                "hired_on": D(2026, 8, 3),
                "worked": months(SEPTEMBER, OCTOBER),
                "output": frozenset(),
            },
            "part_month",
            (AUGUST,),
        ),
        (
            "insurance",
            {"insured": months(AUGUST, OCTOBER, value=ALL_SCHEMES)},
            "no_insurance",
            (SEPTEMBER,),
        ),
        ("expansion", {"paid": months(AUGUST, OCTOBER)}, "no_payment", (SEPTEMBER,)),
        ("insurance", {"paid": months(AUGUST, OCTOBER)}, "no_payment", (SEPTEMBER,)),
        # Gone before the last month claimed; and charged for after that.
        (
            "expansion",
            {"separated_on": D(2026, 9, 30), "contract_kind": "open_ended"},
            "left_before",
            (OCTOBER,),
        ),
        (
            "insurance",
            {"separated_on": D(2026, 9, 30), "contract_kind": "open_ended"},
            "left_before",
            (OCTOBER,),
        ),
        ("insurance", {"born_on": D(2010, 8, 2)}, "too_young", ()),
        ("expansion", {"proofs": ()}, "not_eligible", ()),
    ],
)
def test_each_phantom_is_found(
    code: str, changes: dict[str, Any], kind: str, on: tuple[Any, ...]
) -> None:
    held = {"proofs": HARD} if code == "insurance" else {}
    honest, phantom = claimant(1, **held), claimant(2, **held | changes)
    findings = found([honest, phantom], code)
    (one,) = findings[kind]
    assert (one.employment_id, one.months) == (2, on)
    assert all(other.employment_id == 2 for others in findings.values() for other in others)


@pytest.mark.feature("OFF-18")
def test_one_account_for_many() -> None:
    marks = [
        Mark(1, OURS, "A001", "6228"),
        Mark(1, OURS, "A901", "6228"),  # the same person under another number shares nothing
        Mark(2, OURS, "A002", "6229"),
        Mark(3, OURS, "A003", "6229"),
        Mark(4, THEIRS, "SECRET", "6229"),
    ]
    people = [claimant(1), claimant(2)]
    (one,) = found(people, accounts=marks)["shared_account"]
    assert (one.employment_id, one.others) == (2, (ELSEWHERE, "A003"))
    assert "SECRET" not in str(found(people, accounts=marks))
    assert KINDS["shared_account"].is_blocking
    (one,) = found(people, phones=marks)["shared_phone"]
    assert one.employment_id == 2
    assert not KINDS["shared_phone"].is_blocking


@pytest.mark.feature("OFF-18")
@pytest.mark.parametrize(
    ("is_own", "is_frozen", "kind"),
    [
        (False, True, "claimed_elsewhere"),
        (True, True, "claimed_before"),
        (False, False, "being_claimed_elsewhere"),
    ],
)
def test_a_person_is_claimed_for_once(*, is_own: bool, is_frozen: bool, kind: str) -> None:
    def others(*claimed: PayPeriod) -> list[OtherClaim]:
        months = frozenset(claimed)
        return [OtherClaim(2, is_own=is_own, is_frozen=is_frozen, months=months)]

    long_ago = others(PayPeriod(2026, 2))
    findings = found([claimant(1), claimant(2)], others=long_ago)
    assert [one.employment_id for one in findings.pop(kind)] == [2]
    assert not findings
    assert KINDS[kind].is_blocking is is_frozen
    # Month by month only the same month is claimed for twice.
    people = [claimant(1, proofs=HARD), claimant(2, proofs=HARD)]
    assert not found(people, "insurance", others=long_ago)
    assert list(found(people, "insurance", others=others(OCTOBER))) == [kind]


@pytest.mark.feature("OFF-18")
def test_two_employments_of_one_person_are_no_two_people() -> None:
    first = claimant(1, proofs=HARD, separated_on=D(2026, 9, 10), contract_kind="open_ended")
    first = replace(first, insured=months(AUGUST, SEPTEMBER, value=ALL_SCHEMES))
    again = claimant(
        2, person_id=1, proofs=HARD, hired_on=D(2026, 9, 20), contract_until=D(2028, 1, 1)
    )
    (one, two) = found([first, again], "insurance")["claimed_twice"]
    assert (one.employment_id, one.months, one.others) == (1, (SEPTEMBER,), ("A002",))
    assert two.employment_id == 2
    later = replace(again, hired_on=D(2026, 10, 1))
    assert "claimed_twice" not in found([first, later], "insurance")
    assert len(found([claimant(1), claimant(2, person_id=1)])["claimed_twice"]) == 2
