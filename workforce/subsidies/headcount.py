"""The headcount check: whether the people of a claim work, are insured, paid, and claimed for once.

Each kind of finding is one entry of `KINDS`: whether it stops the claim, and how it is found in what was
read. Nothing here asks the database.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

from workforce.core.terms import term
from workforce.subsidies.scheme import Assessed, Claimant, Verdict, law_on

if TYPE_CHECKING:
    from workforce.core.law import LawBook
    from workforce.core.period import PayPeriod
    from workforce.core.text import Text

ELSEWHERE: Final = "*"
"""Stands for people of other companies, who are never named."""
_MOST_OTHERS: Final = 10
_MONTHLY_INSURANCE: Final = ("pension", "medical", "unemployment")


class Found(NamedTuple):
    """One finding: about whom, of which months, and own employee numbers that share the thing."""

    employment_id: int
    months: tuple[PayPeriod, ...] = ()
    others: tuple[str, ...] = ()


class Mark(NamedTuple):
    """Something that belongs to one person alone, as somebody of the base has it."""

    person_id: int
    company_id: int
    employee_no: str
    value: str


class OtherClaim(NamedTuple):
    """Another claim under the same scheme for the same person, and for which months."""

    person_id: int
    is_own: bool
    is_frozen: bool
    months: frozenset[PayPeriod]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """What a claim is checked with: its people as the scheme sees them, and what they share with others."""

    company_id: int
    first: PayPeriod
    last: PayPeriod
    is_once: bool
    people: Sequence[Assessed]
    accounts: Sequence[Mark]
    phones: Sequence[Mark]
    others: Sequence[OtherClaim]
    region: str
    book: LawBook


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of finding; ``code`` is a term of ``headcount_finding`` and of ``headcount_remedy``."""

    code: str
    is_blocking: bool
    find: Callable[[Claimed], Iterable[Found]]

    @property
    def label(self) -> Text:
        """Return what is wrong."""
        return term(f"headcount_finding.{self.code}")

    @property
    def remedy(self) -> Text:
        """Return what to do about it."""
        return term(f"headcount_remedy.{self.code}")


def _is_whole(person: Claimant, month: PayPeriod) -> bool:
    """Tell whether somebody was employed on every day of a month."""
    left = person.separated_on
    return person.hired_on <= month.first_on and (left is None or left >= month.last_on)


def _was_there(person: Claimant, month: PayPeriod) -> bool:
    return bool(person.worked.get(month)) or month in person.only_time or month in person.on_leave


def _months(claimed: Claimed, is_found: Callable[[Claimant, PayPeriod], bool]) -> Iterator[Found]:
    for one in claimed.people:
        months = tuple(month for month in one.months if is_found(one.person, month))
        if months:
            yield Found(one.person.employment_id, months)


def _no_work(claimed: Claimed) -> Iterator[Found]:
    return _months(
        claimed,
        lambda person, month: (
            _is_whole(person, month)
            and not _was_there(person, month)
            and month not in person.output
        ),
    )


def _part_month(claimed: Claimed) -> Iterator[Found]:
    return _months(
        claimed,
        lambda person, month: (
            not _is_whole(person, month)
            and not _was_there(person, month)
            and month not in person.output
        ),
    )


def _no_attendance(claimed: Claimed) -> Iterator[Found]:
    return _months(
        claimed, lambda person, month: not _was_there(person, month) and month in person.output
    )


def _no_insurance(claimed: Claimed) -> Iterator[Found]:
    return _months(
        claimed,
        lambda person, month: (
            _is_whole(person, month)
            and not all(
                person.insured.get(month, {}).get(scheme, 0) > 0 for scheme in _insurance(claimed)
            )
        ),
    )


def _insurance(claimed: Claimed) -> tuple[str, ...]:
    return ("pension",) if claimed.is_once else _MONTHLY_INSURANCE


def _no_payment(claimed: Claimed) -> Iterator[Found]:
    return _months(claimed, lambda person, month: person.paid.get(month, 0) <= 0)


def _left_before(claimed: Claimed) -> Iterator[Found]:
    """Somebody gone before the last month of a claim for once, or charged for after leaving."""
    for one in claimed.people:
        left = one.person.separated_on
        if left is None:
            continue
        later = tuple(sorted(month for month in one.person.insured if month.first_on > left))
        if later or (claimed.is_once and left < claimed.last.first_on):
            yield Found(one.person.employment_id, later)


def _too_young(claimed: Claimed) -> Iterator[Found]:
    for one in claimed.people:
        hired_on = one.person.hired_on
        least = law_on(claimed.book, claimed.region, "minimum_working_age", hired_on)
        if least is not None and one.person.age_on(hired_on) < least.integer:
            yield Found(one.person.employment_id)


def _not_eligible(claimed: Claimed) -> Iterator[Found]:
    return (
        Found(one.person.employment_id)
        for one in claimed.people
        if one.verdict is not Verdict.ELIGIBLE
    )


def _shared(marks: Sequence[Mark], claimed: Claimed) -> Iterator[Found]:
    """Find people of the claim whose account or number another person has, too."""
    by_value: dict[str, list[Mark]] = defaultdict(list)
    for mark in marks:
        by_value[mark.value].append(mark)
    shared: dict[int, set[str]] = defaultdict(set)
    for sharing in by_value.values():
        if len({mark.person_id for mark in sharing}) == 1:
            continue
        for mark in sharing:
            shared[mark.person_id].update(
                other.employee_no if other.company_id == claimed.company_id else ELSEWHERE
                for other in sharing
                if other.person_id != mark.person_id
            )
    for one in claimed.people:
        others = shared.get(one.person.person_id)
        if others:
            named = tuple(sorted(others))[:_MOST_OTHERS]
            yield Found(one.person.employment_id, others=named)


def _claimed(claimed: Claimed, *, is_own: bool, is_frozen: bool) -> Iterator[Found]:
    """Find whom another claim names, too; month by month only where both claim the same month."""
    months: dict[int, set[PayPeriod]] = defaultdict(set)
    persons = set()
    for other in claimed.others:
        if other.is_own == is_own and other.is_frozen == is_frozen:
            months[other.person_id].update(other.months)
            persons.add(other.person_id)
    for one in claimed.people:
        person_id = one.person.person_id
        if person_id in persons and (claimed.is_once or months[person_id].intersection(one.months)):
            yield Found(one.person.employment_id)


def _claimed_twice(claimed: Claimed) -> Iterator[Found]:
    """Find who stands in the claim by two employments, once for all or in the same month."""
    by_person: dict[int, list[Assessed]] = defaultdict(list)
    for one in claimed.people:
        by_person[one.person.person_id].append(one)
    for rows in by_person.values():
        for one in rows:
            others = [other for other in rows if other is not one]
            shared = {month for other in others for month in other.months}.intersection(one.months)
            if others and (claimed.is_once or shared):
                numbers = tuple(sorted(other.person.employee_no for other in others))
                yield Found(one.person.employment_id, tuple(sorted(shared)), numbers)


KINDS: Final[Mapping[str, Kind]] = {
    kind.code: kind
    for kind in (
        Kind("no_work", is_blocking=True, find=_no_work),
        Kind("no_insurance", is_blocking=True, find=_no_insurance),
        Kind("no_payment", is_blocking=True, find=_no_payment),
        Kind(
            "shared_account",
            is_blocking=True,
            find=lambda claimed: _shared(claimed.accounts, claimed),
        ),
        Kind("claimed_twice", is_blocking=True, find=_claimed_twice),
        Kind(
            "claimed_elsewhere",
            is_blocking=True,
            find=lambda claimed: _claimed(claimed, is_own=False, is_frozen=True),
        ),
        Kind(
            "claimed_before",
            is_blocking=True,
            find=lambda claimed: _claimed(claimed, is_own=True, is_frozen=True),
        ),
        Kind("left_before", is_blocking=True, find=_left_before),
        Kind("too_young", is_blocking=True, find=_too_young),
        Kind("not_eligible", is_blocking=True, find=_not_eligible),
        Kind("no_attendance", is_blocking=False, find=_no_attendance),
        Kind("part_month", is_blocking=False, find=_part_month),
        Kind(
            "shared_phone",
            is_blocking=False,
            find=lambda claimed: _shared(claimed.phones, claimed),
        ),
        Kind(
            "being_claimed_elsewhere",
            is_blocking=False,
            find=lambda claimed: _claimed(claimed, is_own=False, is_frozen=False),
        ),
    )
}
"""By code, what stops a claim first."""


def check(claimed: Claimed) -> list[tuple[Kind, Found]]:
    """Return every finding about the people of a claim, kind by kind."""
    return [(kind, found) for kind in KINDS.values() for found in kind.find(claimed)]
