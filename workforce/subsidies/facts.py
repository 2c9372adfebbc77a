"""Reading what the rules ask of a company's people, with a fixed number of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workforce.attendance import traces as attendance
from workforce.companies import queries as companies
from workforce.core.errors import InputError
from workforce.core.period import PayPeriod
from workforce.payments import queries as payments
from workforce.payroll.selects import insured
from workforce.people import claimants
from workforce.people import queries as people
from workforce.platform.scope import Scope, ScopeKind
from workforce.production import traces as production
from workforce.subsidies import evidence_queries
from workforce.subsidies.scheme import Claimant, Company, months_between

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workforce.core.law import LawBook

MOST_MONTHS = 12


def company_of(session: Session, scope: Scope) -> Any:
    """Return the facts of the one company in scope (a row of ``companies.company_facts``).

    Raises:
        InputError: the scope is no whole company.
    """
    if scope.kind is not ScopeKind.COMPANY:
        raise InputError("subsidy.no_company")
    return session.execute(companies.company_facts(scope)).one()


def check_months(first: PayPeriod, last: PayPeriod) -> None:
    """Refuse months that are not in order, or too many.

    Raises:
        InputError: names them.
    """
    if last < first or len(months_between(first, last)) > MOST_MONTHS:
        raise InputError("subsidy.months", place="last", first=first, last=last)


def decided_months(
    session: Session, scope: Scope, first: PayPeriod, last: PayPeriod
) -> frozenset[PayPeriod]:
    """Return the months of a range whose regular pay is decided."""
    rows = session.scalars(insured.decided_months(scope, first, last))
    return frozenset(PayPeriod.parse(text) for text in rows)


@dataclass(frozen=True, slots=True)
class _Work:
    """Who was there in which months: only a headcount check asks, and it takes the longest to read."""

    worked: Mapping[int, Mapping[PayPeriod, int]]
    only_time: Mapping[int, Collection[PayPeriod]]
    output: Mapping[int, Collection[PayPeriod]]
    on_leave: Mapping[int, Collection[PayPeriod]]


def read_people(
    session: Session, scope: Scope, first: PayPeriod, last: PayPeriod, *, with_work: bool = False
) -> tuple[Claimant, ...]:
    """Return everybody of a company who was employed on a day of some months, by employee number.

    ``with_work``: with shifts, leave and output, of which schemes know nothing.
    """
    groups = _grouped(session.execute(people.key_groups(scope)), "person_id", "key_group")
    proofs = evidence_queries.proofs(session, scope)
    charged, own = _insured(session, scope, first, last)
    work = _work(session, scope, first, last) if with_work else _Work({}, {}, {}, {})
    paid: dict[int, dict[PayPeriod, int]] = defaultdict(dict)
    for payment in session.execute(payments.paid_months(scope, first, last)):
        paid[payment.employment_id][PayPeriod.parse(payment.month)] = payment.amount
    rows = session.execute(claimants.claimants(scope, first.first_on, last.last_on))
    return tuple(
        Claimant(
            **row._mapping,  # noqa: SLF001 - the documented way to a mapping
            key_groups=frozenset(groups.get(row.person_id, ())),
            proofs=proofs.get(row.employment_id, ()),
            insured=charged.get(row.employment_id, {}),
            own_unemployment=own.get(row.employment_id, {}),
            worked=work.worked.get(row.employment_id, {}),
            only_time=frozenset(work.only_time.get(row.employment_id, ())),
            output=frozenset(work.output.get(row.employment_id, ())),
            on_leave=frozenset(work.on_leave.get(row.employment_id, ())),
            paid=paid.get(row.employment_id, {}),
        )
        for row in rows
    )


def _work(session: Session, scope: Scope, first: PayPeriod, last: PayPeriod) -> _Work:
    worked: dict[int, dict[PayPeriod, int]] = defaultdict(dict)
    for row in session.execute(attendance.worked_days(scope, first, last)):
        worked[row.employment_id][PayPeriod(row.year, row.month)] = row.days
    only_time: dict[int, set[PayPeriod]] = defaultdict(set)
    for known in session.execute(attendance.worked_months(scope, first, last)):
        only_time[known.employment_id].add(PayPeriod.parse(known.month))
    output: dict[int, set[PayPeriod]] = defaultdict(set)
    for made in session.execute(production.output_months(scope, first, last)):
        output[made.employment_id].add(PayPeriod(made.year, made.month))
    return _Work(worked, only_time, output, _on_leave(session, scope, first, last))


_Charged = Mapping[int, Mapping[PayPeriod, Mapping[str, int]]]


def _insured(
    session: Session, scope: Scope, first: PayPeriod, last: PayPeriod
) -> tuple[_Charged, Mapping[int, Mapping[PayPeriod, int]]]:
    charged: dict[int, dict[PayPeriod, Mapping[str, int]]] = defaultdict(dict)
    own: dict[int, dict[PayPeriod, int]] = defaultdict(dict)
    for row in session.execute(insured.insured_months(scope, first, last)):
        month = PayPeriod.parse(row.month)
        charged[row.employment_id][month] = {
            name: getattr(row, name) for name in insured.EMPLOYER_LINES
        }
        own[row.employment_id][month] = row.own_unemployment
    return charged, own


def _on_leave(
    session: Session, scope: Scope, first: PayPeriod, last: PayPeriod
) -> Mapping[int, Collection[PayPeriod]]:
    found: dict[int, set[PayPeriod]] = defaultdict(set)
    for row in session.execute(attendance.leave_spans(scope, first, last)):
        begin = max(PayPeriod.of(row.first_on), first)
        end = min(PayPeriod.of(row.last_on), last)
        found[row.employment_id].update(months_between(begin, end))
    return found


def _grouped(rows: Iterable[Any], key: str, value: str) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, key)].append(getattr(row, value))
    return found


def read_company(session: Session, scope: Scope, last: PayPeriod, book: LawBook) -> Company:
    """Return what the schemes of a company ask, of the year up to a month and of the year before."""
    region = company_of(session, scope).region
    first = PayPeriod(last.year, 1)
    before = (PayPeriod(last.year - 1, 1), PayPeriod(last.year - 1, 12))
    wages = session.execute(insured.total_wages(scope, first, last))
    return Company(
        people=read_people(session, scope, first, last),
        before=read_people(session, scope, *before),
        first=first,
        last=last,
        decided=decided_months(session, scope, first, last),
        wages={row.employment_id: row.amount for row in wages},
        region=region,
        book=book,
    )
